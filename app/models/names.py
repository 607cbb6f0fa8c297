"""Keys by which a name is found and sorted: characters, full pinyin and initials.

A key table holding these keys answers "any part of the name, its pinyin or its initials" by a prefix range
(decision 0022). Names are folded here for searching only; what is stored and printed is never changed. ``pypinyin`` is
imported at the first name that needs it, not when the program starts.
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import islice, product
from typing import Final

from app.models.text import DOT
from app.resources import resource_path

_READINGS_FILE = "names/readings.json"

# Readings beyond the fourth character of a part vary no more: nobody types so far, and long names have many.
_VARIED = 4
_MOST_SPELLINGS = 64

# Only separators known to be such: `isalnum` does not know the newest Han characters.
_SEPARATORS = re.compile(
    rf"[\s{DOT}\u2022\u30fb\u2027\u22c5\u2019'`,.;:!?()\[\]<>\"/\\|_\-\u2010-\u2015\u3000-\u3002\u300a-\u3011]+"
)
_TONES: Final = {ord(mark): None for mark in "\u0300\u0301\u0304\u030c"}
_DIGITS: Final = {ord(digit): None for digit in "012345"}
_UMLAUT: Final = re.compile(r"^([ln])v(e?n?)$")
_LAST: Final = "~"
"""Sorts after every pinyin syllable: characters without a reading come last."""


def query_key(text: str) -> str:
    """What the user typed, folded as the keys are: ``Zhāng sān`` → ``zhangsan``, ``lǚ`` → ``lv``, no dots or spaces."""
    plain = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text).casefold())
    if plain.isascii():
        return plain
    untoned = unicodedata.normalize("NFD", plain).translate(_TONES)
    return unicodedata.normalize("NFC", untoned).replace("ü", "v")


@lru_cache(maxsize=16_384)
def name_keys(name: str) -> frozenset[str]:
    """Every key under which a name is found by a prefix: all endings of the name, of its pinyin and of its initials.

    Endings begin at characters, so ``san`` finds 张三 and ``ang`` does not. Surname readings come beside the ordinary
    ones, ``lü`` is found as lv, lu and lyu; a character without a known reading is passed over in the pinyin.
    """
    folded = query_key(name)
    readings = _readings_of(folded)
    initials = [_initials(choices) for choices in readings]
    keys: set[str] = set()
    for start in range(len(folded)):
        keys.add(folded[start:])
        keys.update(_spelled(_varied(readings[start:])))
        keys.update(_spelled(_varied(initials[start:])))
    keys.discard("")
    return frozenset(keys)


@lru_cache(maxsize=16_384)
def sort_key(name: str) -> str:
    """Text that sorts names as a directory does: by pinyin and tone of each character in turn, surname reading first.

    Compare it byte by byte (SQLite BINARY). The characters themselves are part of it, so that 张 and 章 do not mix.
    """
    folded = query_key(name)
    compound = len(_compound(folded))
    parts: list[str] = []
    for index, char in enumerate(folded):
        spoken = _surname_tones(folded, index) if index < max(compound, 1) else ()
        syllable = spoken[0] if spoken else _toned(char)
        parts.append(char if char.isascii() else f"{syllable or _LAST}{char}")
    return "".join(parts)


def _varied(choices: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    return [*choices[:_VARIED], *(each[:1] for each in choices[_VARIED:])] if len(choices) > _VARIED else choices


def _spelled(choices: Sequence[tuple[str, ...]]) -> Iterator[str]:
    return ("".join(each) for each in islice(product(*choices), _MOST_SPELLINGS))


@lru_cache(maxsize=4096)
def _initials(readings: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reading[:1] for reading in readings))


def _readings_of(folded: str) -> list[tuple[str, ...]]:
    """Spellings without tones of each character, the likeliest first; an empty one where none is known."""
    compound = len(_compound(folded))
    found: list[tuple[str, ...]] = []
    for index, char in enumerate(folded):
        spoken = _surname_tones(folded, index) if index < max(compound, 1) else ()
        plain = tuple(reading.translate(_DIGITS) for reading in spoken)
        found.append(_with_umlauts((*plain, *_ordinary(char))) if plain else _spellings(char))
    return found


def _with_umlauts(readings: Sequence[str]) -> tuple[str, ...]:
    """The same readings, each ``lv`` also as ``lu`` and ``lyu``."""
    found: dict[str, None] = {}
    for reading in readings:
        found[reading] = None
        if match := _UMLAUT.match(reading):
            initial, rest = match.groups()
            found[f"{initial}u{rest}"] = None
            found[f"{initial}yu{rest}"] = None
    return tuple(found)


@cache
def _tables() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Surname readings by character, by compound surname (both with tones), and readings in given names."""
    raw = json.loads(resource_path(_READINGS_FILE).read_text(encoding="utf-8"))
    surnames, compounds, given = (
        {text: tuple(readings.split()) for text, readings in raw[table].items()}
        for table in ("surnames", "compound_surnames", "given")
    )
    return surnames, compounds, given


def _compound(folded: str) -> str:
    """The compound surname a name begins with, if its reading is not the sum of its characters' readings."""
    return folded[:2] if folded[:2] in _tables()[1] and len(folded) > 2 else ""


def _surname_tones(folded: str, index: int) -> tuple[str, ...]:
    """Toned readings of a character that belongs to the surname; empty if it has no special ones."""
    surnames, compounds, _given = _tables()
    compound = _compound(folded)
    special = (compounds[compound][index],) if compound else ()
    single = surnames.get(folded[index], ()) if index == 0 else ()
    return (*special, *single)


@lru_cache(maxsize=50_000)
def _spellings(char: str) -> tuple[str, ...]:
    return _with_umlauts(_ordinary(char))


@lru_cache(maxsize=50_000)
def _ordinary(char: str) -> tuple[str, ...]:
    """Readings without tones outside surnames; a Latin letter or digit reads as itself."""
    if char.isascii():
        return (char,)
    given = _tables()[2].get(char)
    return given or (_toned(char).translate(_DIGITS),)


@lru_cache(maxsize=50_000)
def _toned(char: str) -> str:
    """The ordinary reading with its tone digit, or nothing where none is known."""
    if char.isascii():
        return char
    known = _pypinyin()(char)
    wanted = _tables()[2].get(char, ())
    agreeing = (reading for reading in known if wanted and reading.translate(_DIGITS) == wanted[0])
    return next(agreeing, known[0] if known else "")


@cache
def _pypinyin() -> Callable[[str], tuple[str, ...]]:
    """All toned readings of one character, from pypinyin's table of characters.

    Its 47,000 phrases serve running text; without them it loads in a third of the time and a third of the memory.
    """
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
    from pypinyin import Style, pinyin

    def readings(char: str) -> tuple[str, ...]:
        found = pinyin(char, style=Style.TONE3, heteronym=True, errors="ignore", v_to_u=False)
        return tuple(reading.replace("ê", "e") for reading in found[0]) if found else ()

    return readings
