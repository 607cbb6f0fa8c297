"""The text layer beyond U+FFFF, read back with poppler."""

from __future__ import annotations

import re

from app.documents.blocks import BODY
from app.documents.fonts import bundled_fonts
from app.documents.paper import Furniture, Paper
from app.documents.text import Text
from app.documents.truetype import to_unicode_cmap
from tests.documents.reading import read_fonts, read_text, squashed


def test_code_points_beyond_the_basic_plane_are_surrogate_pairs_in_blocks_of_a_hundred() -> None:
    cmap = to_unicode_cmap("X", [0, 0x2CC56, *range(0x4E00, 0x4E00 + 250)])
    assert "<01> <D873DC56>" in cmap
    blocks = [int(count) for count in re.findall(r"(\d+) beginbfchar", cmap)]
    assert blocks == [100, 100, 52]


def test_six_hundred_different_characters_beyond_the_basic_plane_are_copied_as_themselves() -> None:
    text = "".join(map(chr, range(0x20000, 0x20000 + 600)))
    pdf = Paper(furniture=Furniture(title="生僻字", page_number=""), fonts=bundled_fonts()).render(
        [Text(text, BODY, bundled_fonts())]
    )
    assert squashed(read_text(pdf)) == text
    assert all(embedded and mapped for _, embedded, mapped in read_fonts(pdf))
