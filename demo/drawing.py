"""Drawings that stand for photos and scans: nothing of a real place or person. The same bytes every time.

``python -m demo.drawing`` writes those that the practice township ships into ``resources/practice``.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from PIL import Image, ImageDraw
from reportlab.pdfgen.canvas import Canvas

from demo.children import ROOT

SHIPPED = ROOT / "resources" / "practice"
Box = tuple[int, int, int, int]

_WIDE, _HIGH = 1200, 900
_LATITUDE, _LONGITUDE = (31, 12, 34), (104, 45, 6)
_GPS, _TAKEN = 0x8825, 0x9003
_DETAILS = 0x8769


def fire_lane(path: Path, *, is_blocked: bool, taken_at: datetime | None = None) -> Path:
    """A lane between two houses, with a tricycle and boxes in it or free; ``taken_at`` adds what telephones add."""
    image = Image.new("RGB", (_WIDE, _HIGH), "#C9DDEB")
    draw = ImageDraw.Draw(image)
    draw.polygon([(0, 900), (470, 380), (730, 380), (1200, 900)], fill="#A8A39A")
    _house(draw, (0, 120, 430, 900), "#D8C7A8")
    _house(draw, (770, 120, 1200, 900), "#CBB9A0")
    for step in range(5):
        y = 470 + step * 90
        draw.line([(598, y), (602, y + 46)], fill="#F2E9C8", width=6 + step * 3)
    if is_blocked:
        _tricycle(draw)
        for box in ((690, 560, 800, 660), (710, 480, 790, 560), (790, 600, 880, 690)):
            draw.rectangle(box, fill="#B98B55", outline="#7C5A33", width=4)
        draw.line([(330, 330), (470, 520), (520, 690)], fill="#222222", width=5)
    else:
        draw.rectangle((540, 430, 660, 452), fill="#C62828")
    return _saved(image, path, taken_at)


def slope(path: Path) -> Path:
    """Earth that has slid over half a road."""
    image = Image.new("RGB", (_WIDE, _HIGH), "#BFD3DF")
    draw = ImageDraw.Draw(image)
    draw.polygon([(0, 900), (0, 300), (420, 180), (900, 520), (1200, 560), (1200, 900)], fill="#7E8F55")
    draw.polygon([(0, 900), (0, 700), (1200, 640), (1200, 900)], fill="#A7A49C")
    draw.polygon([(330, 260), (560, 330), (760, 720), (420, 800), (240, 730)], fill="#9A6B42")
    for x, y, size in ((430, 690, 60), (520, 720, 80), (620, 690, 50), (380, 740, 44), (690, 730, 36)):
        draw.ellipse((x, y, x + size, y + size * 3 // 4), fill="#7A5334")
    draw.line([(300, 250), (620, 330)], fill="#5A3B22", width=7)
    return _saved(image, path, None)


def letter(path: Path) -> Path:
    """A page that stands for a scanned letter: bars for lines, a ring for the seal."""
    canvas = Canvas(str(path), invariant=True)
    canvas.setFillGray(0.25)
    canvas.rect(170, 740, 255, 16, stroke=0, fill=1)
    canvas.setFillGray(0.72)
    for line in range(16):
        canvas.rect(90, 690 - line * 24, 410 if line % 5 != 4 else 230, 7, stroke=0, fill=1)
    canvas.setStrokeColorRGB(0.78, 0.15, 0.15)
    canvas.setLineWidth(3)
    canvas.circle(430, 230, 48)
    canvas.showPage()
    canvas.save()
    return path


def _house(draw: ImageDraw.ImageDraw, box: Box, colour: str) -> None:
    left, top, right, bottom = box
    draw.rectangle(box, fill=colour)
    draw.polygon([(left - 40, top), ((left + right) // 2, top - 90), (right + 40, top)], fill="#8C4B3A")
    for row in range(2):
        for column in range(2):
            x, y = left + 90 + column * 170, top + 110 + row * 260
            draw.rectangle((x, y, x + 80, y + 110), fill="#5F7C8F", outline="#F3EFE6", width=6)
    draw.rectangle((left, bottom - 30, right, bottom), fill="#9B8A70")


def _tricycle(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((430, 600, 640, 720), fill="#2E6DA4")
    draw.rectangle((640, 640, 700, 710), fill="#1F4E79")
    wheels: Sequence[Box] = ((440, 690, 520, 770), (560, 690, 640, 770), (660, 690, 730, 760))
    for wheel in wheels:
        draw.ellipse(wheel, fill="#2B2B2B", outline="#777777", width=8)


def _saved(image: Image.Image, path: Path, taken_at: datetime | None) -> Path:
    """Write a picture; with a time it bears the place where a telephone would have been, in the sea of fields."""
    exif = Image.Exif()
    if taken_at is not None:
        exif.get_ifd(_DETAILS)[_TAKEN] = f"{taken_at:%Y:%m:%d %H:%M:%S}"
        exif.get_ifd(_GPS).update({1: "N", 2: _LATITUDE, 3: "E", 4: _LONGITUDE})
    image.save(path, "JPEG", quality=80, exif=exif)
    return path


def main() -> int:
    """Write what is shipped."""
    made = (
        fire_lane(SHIPPED / "lane-blocked.jpg", is_blocked=True),
        fire_lane(SHIPPED / "lane-free.jpg", is_blocked=False),
        slope(SHIPPED / "slope.jpg"),
        letter(SHIPPED / "letter.pdf"),
    )
    for path in made:
        print(f"{path.name}  {path.stat().st_size // 1000} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
