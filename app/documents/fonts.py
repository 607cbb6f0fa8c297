"""Which font prints which character: a chain of fonts per role, and the refusal to print what no font has.

Windows' own fonts come first where they are installed (they may be used, never shipped), the bundled ones after them,
so every chain ends alike and covers the same characters. A font is opened when the first character needs it. Nothing
here lays out text.
"""

from __future__ import annotations

import os
import threading
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from reportlab.pdfbase import pdfmetrics

from app.documents.truetype import TrueTypeFont, load_font
from app.errors import Finding, UserError
from app.resources import resource_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class Role(StrEnum):
    """What a piece of text is, in the words of a Chinese printer."""

    SONG = "song"
    SONG_BOLD = "song-bold"
    HEI = "hei"
    FANGSONG = "fangsong"
    KAI = "kai"


@dataclass(frozen=True, slots=True)
class FontFile:
    """One font on this machine; ``embolden`` strokes the outlines, as Windows' 宋体 has no bold cut."""

    path: Path
    index: int = 0
    embolden: bool = False


class Glyph(NamedTuple):
    """How one character is drawn: the font's registered name (empty: drawn as a figure), its width in em."""

    font: str
    advance: float
    embolden: bool = False


class Written(NamedTuple):
    """A text that will stand on a paper, with its place in the user's words and in the record."""

    where: str
    text: str
    path: tuple[str | int, ...] = ()


class MissingGlyphs(UserError):  # noqa: N818 - the word the whole program uses
    """Characters that no font can draw; each finding names the field and the character.

    ``characters`` are those that may be left to be written by hand (`FontBook.leaving_blank`) if the user says so;
    a control character is not among them.
    """

    def __init__(
        self, sentence: str, next_step: str = "", findings: Sequence[Finding] = (), *, characters: str = ""
    ) -> None:
        super().__init__(sentence, next_step, findings)
        self.characters = characters


#: Drawn as figures, since no font that may be bundled has them.
FIGURES = "☐☑"
#: Invisible by definition: joiners, direction marks, the byte order mark, variation selectors. The base character is
#: printed in the font's own form; a selector never stops a paper.
_INVISIBLE = frozenset(
    map(chr, (0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF,
              *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
)  # fmt: skip
_SPACING = frozenset("\t\r\n\u2028\u2029")
_lock = threading.Lock()
_loaded: dict[tuple[Path, int], TrueTypeFont | None] = {}


def visible(text: str) -> str:
    """The text as it is drawn on one line: without invisible characters, tabulators and line ends as spaces."""
    return "".join(" " if char in _SPACING else char for char in text if char not in _INVISIBLE)


class FontBook:
    """The fonts a paper may use, by role. Make it with `bundled_fonts` or `system_fonts`."""

    def __init__(self, chains: Mapping[Role, tuple[FontFile, ...]], *, blanks: frozenset[str] = frozenset()) -> None:
        self._chains = dict(chains)
        self._blanks = blanks
        self._known: dict[Role, dict[str, Glyph | None]] = {role: {} for role in chains}

    def leaving_blank(self, characters: Iterable[str]) -> FontBook:
        """The same fonts, but these characters are left as an empty square to be written by hand.

        The way out for a name that no font has: the paper can still be made, and its text layer keeps the character.
        """
        return FontBook(self._chains, blanks=self._blanks | frozenset(characters))

    def is_blank(self, char: str) -> bool:
        """Whether the character is left to be written by hand."""
        return char in self._blanks

    def glyph(self, char: str, role: Role = Role.SONG) -> Glyph | None:
        """The glyph of the first font in the role's chain that can draw the character, or None."""
        known = self._known[role]
        try:
            return known[char]
        except KeyError:
            found = known[char] = self._find(char, role)
            return found

    def check_glyphs(self, texts: Iterable[Written]) -> None:
        """Stop here if any text holds a character that no font has.

        Raises:
            MissingGlyphs: one finding per place and character.
        """
        kept = list(texts)
        findings = self.find_missing(kept)
        if findings:
            missing = {char for text in kept for char in visible(text.text) if self.glyph(char) is None}
            by_hand = "".join(sorted(char for char in missing if unicodedata.category(char) not in {"Cc", "Cs"}))
            raise MissingGlyphs(
                "有字印不出来，文书没有打印", "请逐条处理下面列出的字，再打印一次", findings, characters=by_hand
            )

    def find_missing(self, texts: Iterable[Written]) -> tuple[Finding, ...]:
        """One finding per place and character that cannot be drawn; empty if all can."""
        return tuple(
            _complaint(char, written)
            for written in texts
            for char in dict.fromkeys(visible(written.text))
            if self.glyph(char) is None
        )

    def warm(self) -> None:
        """Open the first font of each role that papers use most, so that the first print does not wait for it."""
        for role in (Role.SONG, Role.SONG_BOLD):
            self.glyph("一", role)

    def _find(self, char: str, role: Role) -> Glyph | None:
        if char in FIGURES or char in self._blanks:
            return Glyph("", 1.0)
        if unicodedata.category(char) in {"Cc", "Cs", "Co"}:
            return None  # a private-use glyph is a different character in every font
        for file in self._chains[role]:
            font = _open(file)
            if font is not None and font.draws(char):
                return Glyph(font.fontName, font.advance(char), file.embolden)
        return None


def _complaint(char: str, written: Written) -> Finding:
    kind = unicodedata.category(char)
    code = f"U+{ord(char):04X}"
    if kind == "Co":
        sentence = f"“{char}”（{code}）是造字区的字，换一台电脑会变成别的字"
        step = "请改成规范汉字；查不到的，选“留空手写”后再打印"
    elif kind in {"Cc", "Cs"}:
        sentence = f"有一个看不见的控制符（{code}）"
        step = "请把这一栏清空后重新输入，不要粘贴"
    else:
        sentence = f"“{char}”（{code}）没有字体能印出"
        step = "请核对是否打错；确是此字的，选“留空手写”后再打印"
    return Finding(path=written.path, sentence=sentence, next_step=step, where=written.where)


def _open(file: FontFile) -> TrueTypeFont | None:
    key = (file.path, file.index)
    if key not in _loaded:
        with _lock:
            if key not in _loaded:
                font = load_font(f"{file.path.stem}-{file.index}", file.path, index=file.index)
                if font is not None:
                    pdfmetrics.registerFont(font)
                _loaded[key] = font
    return _loaded[key]


@cache
def bundled_fonts() -> FontBook:
    """Only the fonts that ship with the program: the same bytes on every machine."""
    return FontBook(_chains({}))


@cache
def system_fonts(folder: Path | None = None) -> FontBook:
    """Windows' own fonts where ``folder`` (by default Windows' font folder) has them, the bundled ones otherwise."""
    windows = os.environ.get("WINDIR")
    place = folder or (Path(windows) / "Fonts" if windows else None)
    if place is None:
        return bundled_fonts()
    own = {
        Role.SONG: (FontFile(place / "simsun.ttc"),),
        Role.SONG_BOLD: (FontFile(place / "simsun.ttc", embolden=True),),
        Role.HEI: (FontFile(place / "simhei.ttf"),),
        Role.FANGSONG: (FontFile(place / "simfang.ttf"),),
        Role.KAI: (FontFile(place / "simkai.ttf"),),
    }
    present = {role: files for role, files in own.items() if files[0].path.is_file()}
    rare = place / "simsunb.ttf"
    return FontBook(_chains(present, rare=(FontFile(rare),) if rare.is_file() else ()))


def _chains(
    own: Mapping[Role, tuple[FontFile, ...]], *, rare: tuple[FontFile, ...] = ()
) -> dict[Role, tuple[FontFile, ...]]:
    """Every chain ends with the chain of 宋体: what one role can print, all can."""

    def bundled(name: str) -> FontFile:
        return FontFile(resource_path(f"fonts/{name}"))

    song = (
        *own.get(Role.SONG, ()),
        bundled("NotoSerifSC-Regular.ttf"),
        *rare,
        bundled("NotoSansSC-Regular.ttf"),
        bundled("HanaMinB.ttf"),
    )
    # Windows has no bold 宋体: the bundled bold cut is better than strokes, but must not mix two designs in one line.
    bold = own.get(Role.SONG_BOLD, (bundled("NotoSerifSC-Bold.ttf"),))
    hei = own.get(Role.HEI, (bundled("NotoSansSC-Medium.ttf"),))
    return {
        Role.SONG: song,
        Role.SONG_BOLD: (*bold, *song),
        Role.HEI: (*hei, *song),
        Role.FANGSONG: (*own.get(Role.FANGSONG, ()), *song),
        Role.KAI: (*own.get(Role.KAI, ()), *song),
    }
