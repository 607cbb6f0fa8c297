"""What a file is, judged by its content and never by its name. Pure: reads bytes, opens nothing, runs nothing.

Accepted are pictures, scans, office documents and recordings; programs, archives, macros and what nobody knows are
refused with a sentence that says how to bring it.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from typing import Final

from app.errors import UserError


@dataclass(frozen=True, slots=True)
class FileType:
    """A type that is accepted. ``suffix`` is what its file name ends with."""

    media_type: str
    suffix: str
    also: tuple[str, ...] = ()

    @property
    def is_picture(self) -> bool:
        """True for what can be shrunk and shown small."""
        return self.media_type.startswith("image/")


JPEG: Final = FileType("image/jpeg", ".jpg", (".jpeg", ".jpe", ".jfif"))
PNG: Final = FileType("image/png", ".png")
WEBP: Final = FileType("image/webp", ".webp")
BMP: Final = FileType("image/bmp", ".bmp", (".dib",))
TIFF: Final = FileType("image/tiff", ".tif", (".tiff",))
PDF: Final = FileType("application/pdf", ".pdf")
OFD: Final = FileType("application/ofd", ".ofd")
TEXT: Final = FileType("text/plain", ".txt", (".csv", ".md", ".log"))
MP3: Final = FileType("audio/mpeg", ".mp3")
M4A: Final = FileType("audio/mp4", ".m4a")
AMR: Final = FileType("audio/amr", ".amr")
WAV: Final = FileType("audio/wav", ".wav")
_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
DOCX: Final = FileType(f"{_OFFICE}.wordprocessingml.document", ".docx")
XLSX: Final = FileType(f"{_OFFICE}.spreadsheetml.sheet", ".xlsx")
PPTX: Final = FileType(f"{_OFFICE}.presentationml.presentation", ".pptx")
DOC: Final = FileType("application/msword", ".doc", (".wps",))
XLS: Final = FileType("application/vnd.ms-excel", ".xls", (".et",))

ACCEPTED: Final = (JPEG, PNG, WEBP, BMP, TIFF, PDF, OFD, DOCX, XLSX, PPTX, DOC, XLS, TEXT, MP3, M4A, AMR, WAV)
"""For file dialogs; what a file really is, its content says."""

_ACCEPTED_WORDS: Final = "照片、扫描件（JPG、PNG、TIF、PDF、OFD）、Word、Excel 文档和录音（MP3、M4A、AMR）"
_HEIC: Final = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif"})
_MOST_TEXT: Final = 2_000_000
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_BY_START: Final[tuple[tuple[bytes, FileType], ...]] = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"BM", BMP),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"ID3", MP3),
    (b"#!AMR", AMR),
)
_PROGRAMS: Final = (
    b"MZ",
    b"\x7fELF",
    b"#!/",
    b"\xca\xfe\xba\xbe",
    b"\xcf\xfa\xed\xfe",
    b"L\x00\x00\x00\x01\x14\x02\x00",
)
_ARCHIVES: Final = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b")


def type_of(body: bytes, suffix: str) -> FileType:
    """The type of a file's bytes. ``suffix`` (``.txt``) only tells texts from scripts, which look alike.

    Raises ``UserError``: what it is, and how to bring it.
    """
    if not body:
        raise _refused("这个文件是空的", "可能没有拷贝完整，请在原处打开看看再加")
    for look in (_plain_start, _packed, _media, _old_office, _text):
        found = look(body, suffix.lower())
        if found is not None:
            return found
    raise _refused("不认识这个文件的内容", f"可以加{_ACCEPTED_WORDS}；别的请先转成 PDF 或照片")


def _plain_start(body: bytes, _: str) -> FileType | None:
    if body.startswith(_PROGRAMS):
        raise _refused("这是程序，不是材料，不能作为附件", f"可以加{_ACCEPTED_WORDS}")
    if body.startswith(_ARCHIVES):
        raise _archive()
    if b"%PDF-" in body[:1024]:
        return PDF
    found = next((kind for start, kind in _BY_START if body.startswith(start)), None)
    return None if found is BMP and len(body) < _BMP_HEADER else found


_BMP_HEADER: Final = 26


def _packed(body: bytes, _: str) -> FileType | None:
    """Office documents are archives with known parts; any other archive is refused."""
    if not body.startswith(b"PK"):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise _refused("这个文件没有拷贝完整，打不开", "请在原处打开看看，重新拷贝后再加") from error
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise _macros()
    if "OFD.xml" in names:
        return OFD
    if "[Content_Types].xml" in names:
        parts = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "ppt/presentation.xml": PPTX}
        return next((kind for part, kind in parts.items() if part in names), None) or _unknown_archive()
    return _unknown_archive()


def _media(body: bytes, _: str) -> FileType | None:
    if body[:4] == b"RIFF":
        return {b"WEBP": WEBP, b"WAVE": WAV}.get(body[8:12])
    if body[4:8] == b"ftyp":
        brand = body[8:12]
        if brand in _HEIC:
            sentence = "这是苹果手机的 HEIC 照片，别的电脑打不开"
            step = "请在手机“设置—相机—格式”里选“兼容性最佳”再拍；已拍的用微信发给自己（不选原图）或另存为 JPG"
            raise _refused(sentence, step)
        if brand == b"M4A ":
            return M4A
        raise _refused("视频太大，不收作附件", "请截几张照片加进来，原视频另行妥善保存，在“说明”里写明存在哪里")
    is_mp3 = len(body) > 2 and body[0] == 0xFF and body[1] in (0xFB, 0xF3, 0xF2, 0xFA)
    return MP3 if is_mp3 else None


def _old_office(body: bytes, _: str) -> FileType | None:
    """Word 97 and Excel 97, and WPS; the same container holds installers, which are refused."""
    if not body.startswith(b"\xd0\xcf\x11\xe0"):
        return None
    if "_VBA_PROJECT".encode("utf-16-le") in body:
        raise _macros()
    for stream, kind in (("WordDocument", DOC), ("Workbook", XLS), ("Book", XLS)):
        if stream.encode("utf-16-le") in body:
            return kind
    return None


def _text(body: bytes, suffix: str) -> FileType | None:
    if suffix not in (TEXT.suffix, *TEXT.also) or len(body) > _MOST_TEXT:
        return None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return None if _CONTROL.search(body.decode(encoding)) else TEXT
        except UnicodeDecodeError:
            continue
    return None


def _unknown_archive() -> FileType:
    raise _archive()


def _archive() -> UserError:
    return _refused("压缩包不能作为附件", "请先解开，再把里面的文件加进来")


def _macros() -> UserError:
    return _refused("这份文档里有宏（会自动运行的程序），不收", "请在 Word、Excel 或 WPS 里另存为 PDF 再加")


def _refused(sentence: str, next_step: str) -> UserError:
    return UserError(sentence, next_step)
