"""Pictures made fit for keeping: upright, no larger than needed, without the place where they were taken.

The only user of Pillow in the program. Pure: bytes in, bytes out; no file, no store.
"""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from PIL import (
    BmpImagePlugin,
    Image,
    ImageOps,
    JpegImagePlugin,
    MpoImagePlugin,
    PdfImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from app.errors import UserError
from app.services.file_types import JPEG, PDF, PNG, TIFF, FileType

MOST_PIXELS: Final = 120_000_000
"""Beyond every camera's picture and every office scanner's page; a small file can claim far more than memory holds."""
THUMBNAIL_SIDE: Final = 240
MOST_PAGES: Final = 200

_PLUGINS: Final = (  # imported by name, so that a frozen build has them and nothing else is tried on a stranger's file
    BmpImagePlugin,
    JpegImagePlugin,
    MpoImagePlugin,
    PdfImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)
FORMATS: Final = ("JPEG", "PNG", "WEBP", "BMP", "DIB", "TIFF")

_QUALITY: Final = 85
_LONG: Final = 3
"""From this ratio of the sides on it is a long screenshot of a talk: its width, not its height, decides if it can be
read."""
_LONG_WIDTH: Final = 1200
_PNG_STAYS: Final = 1_500_000
_TAKEN: Final = 0x9003
_EXIF_PART: Final = 0x8769
_ORIENTATION: Final = 0x0112


@dataclass(frozen=True, slots=True)
class FitPicture:
    """A picture as it is kept. ``is_smaller``: pixels were given up; ``had_position``: the place was in the file."""

    body: bytes
    type: FileType
    pages: int
    taken_on: date | None
    is_smaller: bool
    had_position: bool


def fit(body: bytes, kind: FileType, *, side: int, keep_position: bool = False) -> FitPicture:
    """The picture upright, its long side at most ``side`` pixels, without EXIF, XMP and comments unless wanted.

    Several pages (TIFF) become a PDF. Raises ``UserError`` for a damaged picture or one too large to open.
    """
    with _opened(body) as image:
        exif = image.getexif()
        taken_on = _taken_on(exif)
        had_position = bool(exif.get_ifd(0x8825))
        pages = int(getattr(image, "n_frames", 1))
        if kind is TIFF and pages > 1:
            return FitPicture(_as_pdf(image, pages), PDF, pages, taken_on, is_smaller=False, had_position=had_position)
        wanted = _fitting(_upright_size(image, exif), side)
        is_smaller = wanted != _upright_size(image, exif)
        if not is_smaller and kind in (JPEG, PNG) and _is_bare(image, exif, keep_position=keep_position):
            image.load()  # a damaged one is refused now, not when somebody needs it
            return FitPicture(body, kind, 1, taken_on, is_smaller=False, had_position=had_position)
        made, made_kind = _made(image, kind, wanted, keep_position=keep_position)
    return FitPicture(made, made_kind, 1, taken_on, is_smaller=is_smaller, had_position=had_position)


def thumbnail(body: bytes) -> bytes:
    """The picture as a small JPEG or PNG, at most 240 pixels. Raises ``UserError`` when it cannot be read."""
    with _opened(body) as image:
        image.draft("RGB", (THUMBNAIL_SIDE * 2, THUMBNAIL_SIDE * 2))
        small = ImageOps.exif_transpose(image)
        small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
        return _encoded(_flat(small), "JPEG", quality=80)


def _made(
    image: Image.Image, kind: FileType, wanted: tuple[int, int], *, keep_position: bool
) -> tuple[bytes, FileType]:
    exif = image.getexif() if keep_position else None
    profile = image.info.get("icc_profile")
    if kind is JPEG:
        image.draft(image.mode, wanted)
    made = ImageOps.exif_transpose(image)
    if made.size != wanted:
        made = _plain_mode(made).resize(wanted, Image.Resampling.LANCZOS, reducing_gap=2.0)
    more: dict[str, object] = {"icc_profile": profile} if profile and made.mode == image.mode else {}
    if exif is not None and len(exif):
        exif[_ORIENTATION] = 1
        more["exif"] = exif.tobytes()
    if kind is not JPEG:
        as_png = _encoded(made, "PNG", optimize=True, **more)
        if len(as_png) <= _PNG_STAYS:
            return as_png, PNG
    return _encoded(_flat(made), "JPEG", quality=_QUALITY, optimize=True, **more), JPEG


def _encoded(image: Image.Image, form: str, **how: object) -> bytes:
    image.info.clear()  # Pillow would write what it read: comments, EXIF, XMP
    out = io.BytesIO()
    image.save(out, form, **how)
    return out.getvalue()


def _plain_mode(image: Image.Image) -> Image.Image:
    """A mode that can be scaled smoothly: palettes and black-and-white cannot."""
    if image.mode == "P":
        return image.convert("RGBA" if "transparency" in image.info else "RGB")
    if image.mode in ("1", "I", "I;16", "F"):
        return image.convert("L")
    return image


def _flat(image: Image.Image) -> Image.Image:
    """Without transparency, on white: what JPEG can hold."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        over = image.convert("RGBA")
        white = Image.new("RGB", over.size, "white")
        white.paste(over, mask=over.getchannel("A"))
        return white
    return image if image.mode in ("L", "RGB") else image.convert("RGB")


def _as_pdf(image: Image.Image, pages: int) -> bytes:
    """A scan of several pages: every desk can open a PDF; the pages keep their resolution."""
    if pages > MOST_PAGES:
        sentence = f"这份扫描件有 {pages} 页，太多了"
        raise UserError(sentence, f"每个文件最多 {MOST_PAGES} 页，请分成几份")
    out = io.BytesIO()
    for page in range(pages):
        image.seek(page)
        _must_fit(image)
    image.seek(0)
    image.save(out, "PDF", save_all=True, resolution=_resolution(image))
    return out.getvalue()


def _resolution(image: Image.Image) -> float:
    found = image.info.get("dpi", (0, 0))[0]
    return float(found) if found and 50 <= float(found) <= 1200 else 200.0


def _fitting(size: tuple[int, int], side: int) -> tuple[int, int]:
    width, height = size
    long, short = max(size), min(size)
    scale = min(1.0, side / long)
    if long > _LONG * short:
        scale = min(1.0, max(scale, _LONG_WIDTH / short))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _upright_size(image: Image.Image, exif: Image.Exif) -> tuple[int, int]:
    width, height = image.size
    return (height, width) if exif.get(_ORIENTATION) in (5, 6, 7, 8) else (width, height)


def _is_bare(image: Image.Image, exif: Image.Exif, *, keep_position: bool) -> bool:
    """True when the file can stay as it is: upright, and nothing in it but the picture (or what is in it is wanted)."""
    if exif.get(_ORIENTATION, 1) != 1:
        return False
    return keep_position or not (len(exif) or _TELLING & {str(name).lower() for name in image.info})


_TELLING: Final = frozenset({"exif", "xmp", "comment", "photoshop", "xml:com.adobe.xmp", "mp", "mpoffset"})


def _taken_on(exif: Image.Exif) -> date | None:
    said = str(exif.get_ifd(_EXIF_PART).get(_TAKEN, ""))[:10]
    try:
        return datetime.strptime(said, "%Y:%m:%d").date()  # noqa: DTZ007 - a camera's own day, no zone
    except ValueError:
        return None


def _must_fit(image: Image.Image) -> None:
    if image.width * image.height > MOST_PIXELS:
        sentence = f"这张图片太大（{image.width}×{image.height} 像素），打不开"
        raise UserError(sentence, "请用看图软件缩小后再加")


@contextmanager
def _opened(body: bytes) -> Iterator[Image.Image]:
    """The picture, read whole inside; what Pillow says of a bad one becomes a sentence."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own, lower limit is asked instead
            warnings.simplefilter("ignore", UserWarning)  # EXIF of some cameras is cut short
            with Image.open(io.BytesIO(body), formats=FORMATS) as image:
                _must_fit(image)
                yield image
    except Image.DecompressionBombError as error:
        sentence = "这张图片太大，打不开"
        raise UserError(sentence, "请用看图软件缩小后再加") from error
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        TypeError,
        ValueError,
        EOFError,
        KeyError,
        IndexError,
        struct.error,
    ) as error:
        sentence = "这张图片已损坏，打不开"
        raise UserError(sentence, "可能没有拷贝完整，请重新拷贝后再加") from error
