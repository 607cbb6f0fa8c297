"""PDFs read back with another program than the one that wrote them (poppler, pypdf)."""

from __future__ import annotations

import re
import shutil
import subprocess
from io import BytesIO

import pytest
from pypdf import PdfReader


def _poppler(program: str, pdf: bytes, *options: str) -> str:
    path = shutil.which(program)
    if path is None:
        pytest.skip(f"{program} (poppler-utils) is not installed here")
    done = subprocess.run([path, *options, "-", *(["-"] if program == "pdftotext" else [])], input=pdf,
                          capture_output=True, check=True)  # fmt: skip
    assert not done.stderr, done.stderr
    return done.stdout.decode("utf-8")


def read_text(pdf: bytes, *, page: int | None = None) -> str:
    """The text as a reader would copy it, in the order of the content stream."""
    pages = () if page is None else ("-f", str(page), "-l", str(page))
    return _poppler("pdftotext", pdf, "-raw", "-enc", "UTF-8", *pages)


def squashed(text: str) -> str:
    """Without any white space: what was printed, whatever the lines."""
    return re.sub(r"\s+", "", text)


def read_fonts(pdf: bytes) -> list[tuple[str, bool, bool]]:
    """(name, is embedded, has a ToUnicode map) of every font in the file."""
    rows = _poppler("pdffonts", pdf).splitlines()[2:]
    return [(row.split()[0], row[36:].split()[-5] == "yes", row[36:].split()[-3] == "yes") for row in rows]


def read_words(pdf: bytes, *, page: int) -> list[tuple[str, float, float, float, float]]:
    """(word, left, top, right, bottom) in points from the page's upper left."""
    html = _poppler("pdftotext", pdf, "-bbox", "-f", str(page), "-l", str(page))
    found = re.findall(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>', html)
    return [(word, *map(float, box)) for *box, word in found]


def page_count(pdf: bytes) -> int:
    return len(PdfReader(BytesIO(pdf)).pages)
