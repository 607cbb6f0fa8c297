"""Twins: rows that mean a record which stands in the file or in the store already.

What makes two records the same is declared here per register; a register that says nothing is the same when every
field is. A twin is shown and decided by the user, never merged silently. Reads only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.models import id_number
from app.models.kinds import wire_value
from app.models.reading import Reader
from app.models.register import Definition, Record
from app.models.text import half_width
from app.sync.canonical import Wire, canonical


@dataclass(frozen=True, slots=True)
class Sameness:
    """``strong`` fields name a record by themselves; ``weak`` ones together, where either side lacks the strong.

    A name with ``?`` may be empty on both sides. ``words`` tell the user what agreed.
    """

    strong: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    words: tuple[str, str] = ("编号相同", "各栏内容都相同")


_DECLARED: Final[Mapping[str, Sameness]] = {
    # 证件种类＋号码, else 姓名＋出生日期＋住址
    "person": Sameness(
        ("id_number", "document_kind?"),
        ("full_name", "birth_on", "live_address"),
        ("证件号码相同", "姓名、出生日期和住址都相同"),
    ),
    "household": Sameness(("number", "place?"), (), ("户号相同", "")),
    "organisation": Sameness(("credit_code",), ("name", "address?"), ("统一社会信用代码相同", "名称和住所都相同")),
    "dispute": Sameness((), ("name", "accepted_on?"), ("", "名称和受理日期都相同")),
    "patrol": Sameness(
        (), ("patrolled_on", "shift", "route?", "place?", "leader?"), ("", "日期、班次、路线和带班人都相同")
    ),
    "residence": Sameness((), ("person", "arrived_on?"), ("", "人和入住日期都相同")),
    "house": Sameness(("number",), ("exact_address",), ("房屋编号相同", "房屋准确地址相同")),
    "hazard": Sameness((), ("name", "found_on", "location?"), ("", "隐患名称、发现日期和地点都相同")),
    "place": Sameness(("code",), ("name", "parent_place?"), ("区划代码相同", "名称和上级都相同")),
    "committee": Sameness(("name",), (), ("全称相同", "")),
    "account": Sameness(("name",), (), ("姓名相同", "")),
}
_RESIDENT_KINDS = (None, id_number.RESIDENT, id_number.TEMPORARY)


@dataclass(frozen=True, slots=True)
class Twin:
    """The other one: a record of the store, or (with ``sheet`` and ``row``) an earlier row of the file."""

    record_id: str
    how: str
    sheet: str = ""
    row: int = 0

    @property
    def is_stored(self) -> bool:
        """True for a record of the store, not of the file."""
        return not self.row

    @property
    def sentence(self) -> str:
        """For the preview and the report."""
        if self.is_stored:
            return f"本机已有这条登记（{self.how}）"
        return f"与“{self.sheet}”第 {self.row} 行重复（{self.how}）"


Key = tuple[str, ...]


def sameness_of(definition: Definition) -> Sameness:
    """The declared sameness, or every field that a table can carry."""
    declared = _DECLARED.get(definition.name)
    if declared is not None:
        return declared
    return Sameness(weak=tuple(f"{spec.name}?" for spec in definition.fields if not spec.read_only))


@dataclass(frozen=True, slots=True)
class Keys:
    """What a record is compared by; None for a part that cannot be compared."""

    strong: Key | None
    weak: Key | None


class Twins:
    """Finds the twin of a row; the store is read once, rows of the file are added as they are accepted."""

    def __init__(self, definition: Definition, reader: Reader) -> None:
        self._same = sameness_of(definition)
        names = [name.removesuffix("?") for name in (*self._same.strong, *self._same.weak)]
        self._specs = [definition.field(name) for name in dict.fromkeys(names)]
        self._strong: dict[Key, tuple[Twin, bool]] = {}
        self._weak: dict[Key, tuple[Twin, bool]] = {}
        for record_id, _, wires in reader.values(definition.name, [spec.name for spec in self._specs]):
            values = {spec.name: wire for spec, wire in zip(self._specs, wires, strict=True)}
            self._put(self._keys(values), record_id, "", 0)

    def keys(self, record: Record) -> Keys:
        """What a row's record is compared by."""
        return self._keys({spec.name: wire_value(spec.kind, getattr(record, spec.name)) for spec in self._specs})

    def find(self, keys: Keys) -> Twin | None:
        """The record or earlier row that is the same."""
        if keys.strong is not None and keys.strong in self._strong:
            return self._strong[keys.strong][0]
        found = self._weak.get(keys.weak) if keys.weak is not None else None
        if found is None:
            return None
        twin, has_number = found
        return None if has_number and keys.strong is not None else twin

    def add(self, keys: Keys, record_id: str, sheet: str, row: int) -> None:
        """An accepted row of the file; one that this import wrote before it was cut short counts as its row."""
        for known, key in ((self._strong, keys.strong), (self._weak, keys.weak)):
            if key is not None and key in known and known[key][0].record_id == record_id:
                del known[key]
        self._put(keys, record_id, sheet, row)

    def _keys(self, values: Mapping[str, Wire]) -> Keys:
        return Keys(_key(self._same.strong, values), _key(self._same.weak, values))

    def _put(self, keys: Keys, record_id: str, sheet: str, row: int) -> None:
        if keys.strong is not None:
            self._strong.setdefault(keys.strong, (Twin(record_id, self._same.words[0], sheet, row), True))
        if keys.weak is not None:
            twin = Twin(record_id, self._same.words[1], sheet, row)
            self._weak.setdefault(keys.weak, (twin, keys.strong is not None))


def _key(names: Sequence[str], values: Mapping[str, Wire]) -> Key | None:
    """What is compared; None when a needed field is empty."""
    if not names:
        return None
    parts: list[str] = []
    for marked in names:
        name = marked.removesuffix("?")
        value = values.get(name)
        if value in (None, "") and name == marked:
            return None
        parts.append(_comparable(name, value))
    return tuple(parts)


def _comparable(name: str, value: Wire) -> str:
    if name == "document_kind":
        # An identity card and a temporary one carry the same number; an absent kind means the usual one.
        return id_number.RESIDENT if value in _RESIDENT_KINDS else str(value)
    if value is None:
        return ""
    text = value if isinstance(value, str) else canonical(value)
    if name == "id_number":
        return id_number.upgrade(text)
    return half_width(text).replace(" ", "").casefold()
