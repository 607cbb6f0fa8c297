"""Code lists: which code stands for which word, from the standards and forms named in each list's ``source``.

The lists are data (``resources/codes/*.json``); this module only reads and searches them. It must not refuse anything:
a code that no list knows, from a newer program or another county, is shown as it is stored. Additions of the county
or the township come as an overlay and never change what a shipped code means.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import Any

from app.models import in_force
from app.models.in_force import Overlay
from app.models.text import half_width
from app.resources import resource_path

_FOLDER = "codes"

COUNTY, TOWNSHIP = "county", "township"
"""Who added an item that does not ship."""
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class CodeItem:
    """One line of a code list.

    ``parent`` is the code above it in the same list, ``maps_to`` its code in other lists (list name → code) and
    ``standard`` the shipped code that a local addition counts as. ``retired`` items are read but not offered.
    ``origin`` says who added it: empty (shipped), :data:`COUNTY` or :data:`TOWNSHIP`.
    """

    code: str
    label: str
    short: str = ""
    parent: str | None = None
    aliases: tuple[str, ...] = ()
    maps_to: Mapping[str, str] = field(default_factory=dict, hash=False)
    flags: frozenset[str] = frozenset()
    standard: str | None = None
    retired: bool = False
    verified: bool = True
    note: str = ""
    origin: str = ""

    @property
    def short_label(self) -> str:
        """The word for narrow columns: the short form where there is one."""
        return self.short or self.label

    def words(self) -> Iterator[str]:
        """Every text by which a person may mean this item."""
        yield self.code
        yield self.label
        if self.short:
            yield self.short
        yield from self.aliases


def _folded(text: str) -> str:
    """Spelling that does not matter for recognition: width, case, spaces and the kind of brackets."""
    return _SPACE.sub("", half_width(text)).casefold()


def _by_word(items: Sequence[CodeItem]) -> dict[str, str]:
    """Recognised text → code; a code or label is never shadowed by another item's short form or alias."""
    found: dict[str, str] = {}
    exact = [(word, item.code) for item in items for word in (item.code, item.label)]
    loose = [(word, item.code) for item in items for word in (item.short, *item.aliases) if word]
    for word, code in (*exact, *loose):
        found.setdefault(_folded(word), code)
    return found


@dataclass(frozen=True, slots=True)
class CodeList:
    """One list of codes in the order in which it is offered; to one that ``is_open`` county and township may add."""

    name: str
    title: str
    source: str
    version: str
    items: tuple[CodeItem, ...]
    verified: bool = True
    off: bool = False
    is_open: bool = False
    note: str = ""
    _codes: Mapping[str, CodeItem] = field(init=False, repr=False, compare=False)
    _words: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_codes", {item.code: item for item in self.items})
        object.__setattr__(self, "_words", _by_word(self.items))

    def __contains__(self, code: object) -> bool:
        return code in self._codes

    def __iter__(self) -> Iterator[CodeItem]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes, retired ones included."""
        return tuple(self._codes)

    @property
    def offered(self) -> tuple[CodeItem, ...]:
        """The items a form offers: all but the retired ones."""
        return tuple(item for item in self.items if not item.retired)

    def item(self, code: str) -> CodeItem | None:
        """The item of a code, or None where the list does not know it."""
        return self._codes.get(code)

    def label(self, code: str) -> str:
        """The full word; an unknown code comes back as it is, because reading never fails."""
        item = self._codes.get(code)
        return item.label if item else code

    def short_label(self, code: str) -> str:
        """The word for narrow columns; an unknown code comes back as it is."""
        item = self._codes.get(code)
        return item.short_label if item else code

    def find(self, text: str) -> str | None:
        """Code meant by a code, label, short form or alias, whatever the spaces, width and case.

        Digits that lost their leading zeros in a spreadsheet (``1`` for ``01``) and a trailing ``.0`` are understood.
        """
        folded = _folded(text).removesuffix(".0")
        if not folded:
            return None
        if folded in self._words:
            return self._words[folded]
        widths = {len(code) for code in self._codes}
        if folded.isascii() and folded.isdigit() and len(widths) == 1:
            return self._words.get(folded.zfill(widths.pop()))
        return None

    def children(self, code: str | None = None) -> tuple[CodeItem, ...]:
        """The items directly under a code; without a code the top level."""
        return tuple(item for item in self.items if item.parent == code)

    def ancestors(self, code: str) -> tuple[str, ...]:
        """The codes above a code, nearest first; empty for a top or unknown one."""
        above: list[str] = []
        item = self._codes.get(code)
        while item and item.parent and item.parent not in above:
            above.append(item.parent)
            item = self._codes.get(item.parent)
        return tuple(above)

    def root(self, code: str) -> str:
        """The top-level code a code counts under, e.g. the statistics category of a newer dispute category."""
        standard = self.standard(code)
        return (standard, *self.ancestors(standard))[-1]

    def standard(self, code: str) -> str:
        """The shipped code to report for a local addition; any other code is its own standard."""
        item = self._codes.get(code)
        return item.standard if item and item.standard else code

    def mapped(self, code: str, list_name: str) -> str | None:
        """The code in another list that corresponds to this one, looked up at the item and then at those above it."""
        standard = self.standard(code)
        for each in (code, standard, *self.ancestors(standard)):
            item = self._codes.get(each)
            if item and list_name in item.maps_to:
                return item.maps_to[list_name]
        return None

    def with_overlay(self, overlay: Mapping[str, Any]) -> CodeList:
        """This list with a county's or township's changes.

        ``overlay`` is ``{"items": [...], "retired": [codes], "first": [codes]}``: new items (same shape as in the
        files; one without ``standard`` counts as itself), codes no longer offered, and codes to offer first, such as
        the peoples that live here. A shipped code keeps its label and meaning: an overlay item of the same code is
        ignored. An addition stands below the code it counts as.
        """
        retired = frozenset(overlay.get("retired", ()))
        kept = [replace(item, retired=True) if item.code in retired else item for item in self.items]
        added = [_item(raw, verified=True) for raw in overlay.get("items", ()) if raw["code"] not in self._codes]
        first = {code: rank for rank, code in enumerate(overlay.get("first", ()))}
        ordered = sorted(_placed(kept, added), key=lambda item: first.get(item.code, len(first)))
        return replace(self, items=tuple(ordered))


def _placed(kept: Sequence[CodeItem], added: Sequence[CodeItem]) -> Iterator[CodeItem]:
    known = {item.code for item in kept}
    for item in kept:
        yield item
        yield from (one for one in added if one.standard == item.code)
    yield from (one for one in added if one.standard not in known)


def _item(raw: Mapping[str, Any], *, verified: bool) -> CodeItem:
    return CodeItem(
        code=raw["code"],
        label=raw["label"],
        short=raw.get("short", ""),
        parent=raw.get("parent"),
        aliases=tuple(raw.get("aliases", ())),
        maps_to=dict(raw.get("maps_to", {})),
        flags=frozenset(raw.get("flags", ())),
        standard=raw.get("standard"),
        retired=raw.get("retired", False),
        verified=raw.get("verified", verified),
        note=raw.get("note", ""),
        origin=raw.get("origin", ""),
    )


@cache
def _shipped(name: str) -> CodeList:
    path = resource_path(f"{_FOLDER}/{name}.json")
    if not path.is_file():
        raise LookupError(f"no code list {name!r} in resources/codes; there are: {', '.join(code_list_names())}")
    raw = json.loads(path.read_text(encoding="utf-8"))
    verified = raw.get("verified", True)
    return CodeList(
        name=raw["name"],
        title=raw["title"],
        source=raw["source"],
        version=raw["version"],
        items=tuple(_item(each, verified=verified) for each in raw["items"]),
        verified=verified,
        off=raw.get("off", False),
        is_open=raw.get("open", False),
        note=raw.get("note", ""),
    )


def code_list(name: str, *, overlay: Mapping[str, Any] | None = None) -> CodeList:
    """The list of that name (file name without ``.json``), read once, as it is in force in the township that is open.

    ``overlay`` (as in ``CodeList.with_overlay``; empty for the list as shipped) is taken instead. A name without
    a file is a programming error and raises LookupError naming the lists that exist.
    """
    if overlay is not None:
        return _shipped(name).with_overlay(overlay) if overlay else _shipped(name)
    standing = in_force.current()
    return _in_force(name, standing) if name in standing.codes else _shipped(name)


@lru_cache(maxsize=64)
def _in_force(name: str, standing: Overlay) -> CodeList:
    return _shipped(name).with_overlay(standing.codes[name])


@cache
def open_list_names() -> tuple[str, ...]:
    """Names of the lists that county and township may add to, sorted: no rule names one of their codes."""
    return tuple(name for name in code_list_names() if _shipped(name).is_open)


def code_list_names() -> tuple[str, ...]:
    """Names of all shipped lists, sorted."""
    return tuple(sorted(path.stem for path in resource_path(_FOLDER).glob("*.json")))
