"""One TrueType font as reportlab embeds it, with a text layer that is right beyond U+FFFF.

Its own file because it exists for one defect of the library and goes away when that is mended. It must not decide
which font prints which character (``fonts.py`` does).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportlab.pdfbase.pdfdoc import PDFStream
from reportlab.pdfbase.ttfonts import SUBSETN, TTFError, TTFont

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from reportlab.pdfbase.pdfdoc import PDFDocument

#: The CMap format allows so many mappings in one ``bfchar`` block (Adobe Technical Note 5411).
_BLOCK = 100


def to_unicode_cmap(name: str, subset: Sequence[int]) -> str:
    """The ToUnicode CMap of one embedded subset: byte → UTF-16BE, at most 100 entries a block.

    reportlab 5.1 writes code points above U+FFFF as five hex digits in one block of up to 256 entries, so 𬱖 is
    copied and searched as two wrong characters. PDF 32000-1 §9.10.3 wants UTF-16BE.
    """
    lines = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        f"/CIDSystemInfo << /Registry ({name}) /Ordering ({name}) /Supplement 0 >> def",
        f"/CMapName /{name} def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        f"<00> <{len(subset) - 1:02X}>",
        "endcodespacerange",
    ]
    entries = [f"<{at:02X}> <{chr(code).encode('utf-16-be').hex().upper()}>" for at, code in enumerate(subset)]
    for first in range(0, len(entries), _BLOCK):
        block = entries[first : first + _BLOCK]
        lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"]
    return "\n".join(lines)


class TrueTypeFont(TTFont):
    """A font of the program: knows which characters it can really draw, and is copied and searched correctly."""

    def draws(self, char: str) -> bool:
        """Whether there is an outline for the character: a cmap entry alone may point to the box or to nothing."""
        glyph = self.face.charToGlyph.get(ord(char), 0)
        if glyph == 0:
            return False
        return char.isspace() or self.face.glyphPos[glyph + 1] > self.face.glyphPos[glyph]

    def advance(self, char: str) -> float:
        """Width of the character in em."""
        width: float = self.face.charWidths.get(ord(char), self.face.defaultWidth)
        return width / 1000

    def addObjects(self, doc: PDFDocument) -> None:  # noqa: N802 - the library's name
        """Embed the subsets used by ``doc``, then put the right ToUnicode in place of the library's."""
        subsets = list(self.state[doc].subsets)
        super().addObjects(doc)
        for number, subset in enumerate(subsets):
            name = b"".join((SUBSETN(number), b"+", self.face.name, self.face.subfontNameX)).decode("ascii")
            stream = doc.idToObject["toUnicodeCMap:" + name]
            if not isinstance(stream, PDFStream):
                raise TypeError("reportlab no longer stores the ToUnicode stream under this name")
            stream.content = to_unicode_cmap(name, subset)


def load_font(name: str, path: Path, *, index: int = 0) -> TrueTypeFont | None:
    """The font in ``path`` (``index`` within a .ttc), or None where it is absent, unreadable or may not be embedded."""
    try:
        return TrueTypeFont(name, str(path), subfontIndex=index)
    except (OSError, TTFError):
        return None
