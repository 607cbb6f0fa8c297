"""References in tables: people write names and numbers, the store holds ids.

A text that fits no record or more than one is never guessed: the sentence says so. Reads only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from app.models import id_number
from app.models.reading import Reader
from app.models.register import Definition, FieldSpec
from app.models.registry import Registry
from app.models.text import half_width

NUMBERED: Final = frozenset({"number_text", "id_number", "credit_code"})
"""Kinds whose value names a record by itself."""

_VILLAGE = re.compile(r"(?:村民委员会|居民委员会|社区居委会|村委会|居委会|社区|村|居)$")
_BETWEEN = re.compile(r"[\s()/、,，;；|]+")


def folded(text: str) -> str:
    """Spelling that does not matter for recognising a name or number."""
    return re.sub(r"\s+", "", half_width(text)).casefold()


class Names:
    """Which ids a text may mean in one register; filled once from the store and from the file being read."""

    def __init__(self, definition: Definition) -> None:
        self._definition = definition
        self._by_text: dict[str, list[str]] = {}
        self._titles: dict[str, str] = {}
        self._above: dict[str, str] = {}
        above = (spec.name for spec in definition.fields if spec.target == definition.name and not spec.read_only)
        self._up = next(above, None)
        self._numbers = [spec for spec in definition.fields if spec.kind.name in NUMBERED]
        self._asked: dict[str, tuple[str, ...]] = {}

    @property
    def fields(self) -> tuple[str, ...]:
        """Fields whose wire values :meth:`add` wants."""
        return (*(spec.name for spec in self._numbers), *([self._up] if self._up else []))

    def add(self, record_id: str, title: str, values: Iterable[object]) -> None:
        """Make a record known by its title and its numbers."""
        given = list(values)
        self._titles[record_id] = title
        self._put(folded(title), record_id)
        for spec, value in zip(self._numbers, given, strict=False):
            if isinstance(value, str):
                self._put(folded(value), record_id)
                if spec.kind.name == "id_number":
                    self._put(folded(id_number.upgrade(value)), record_id)
        if self._up and isinstance(given[-1], str):
            self._above[record_id] = given[-1]
        self._asked.clear()

    def find(self, text: str) -> tuple[str, ...]:
        """Every record the text may mean; one when it is clear."""
        key = folded(text)
        if key not in self._asked:
            self._asked[key] = tuple(self._find(key, text))
        return self._asked[key]

    def _put(self, key: str, record_id: str) -> None:
        ids = self._by_text.setdefault(key, [])
        if key and record_id not in ids:
            ids.append(record_id)

    def _find(self, key: str, text: str) -> list[str]:
        whole = self._by_text.get(key, [])
        if whole:
            return whole
        return (self._by_path(key) if self._up else []) or self._by_parts(text)

    def _by_parts(self, text: str) -> list[str]:
        """``张三 3301…`` or ``张三（3301…）``: what all the parts have in common."""
        parts = [folded(part) for part in _BETWEEN.split(half_width(text)) if part.strip()]
        if len(parts) < 2:
            return []
        sets = [set(self._by_text.get(part, [])) for part in parts]
        return sorted(set.intersection(*sets))

    def _by_path(self, key: str) -> list[str]:
        """红旗, 红旗村委会, 某镇红旗村 and 红旗村三组 mean places by their ending and what lies above them."""
        bare = _VILLAGE.sub("", key)
        found = [
            record_id for record_id, title in self._titles.items() if bare and _VILLAGE.sub("", folded(title)) == bare
        ]
        if found:
            return found
        return [record_id for record_id in self._titles if self._is_path(key, record_id)]

    def _is_path(self, key: str, record_id: str) -> bool:
        names = self._names_upwards(record_id)
        for name in names:
            endings = [name, _VILLAGE.sub("", name)]
            ending = next((one for one in endings if one and key.endswith(one)), None)
            if ending is None:
                stripped = _VILLAGE.sub("", key)
                ending = next((one for one in endings if one and stripped.endswith(one)), None)
                if ending is None:
                    return False
                key = stripped
            key = key.removesuffix(ending)
            if not key:
                return True
        return False

    def _names_upwards(self, record_id: str) -> list[str]:
        names: list[str] = []
        at: str | None = record_id
        while at in self._titles and len(names) < 8:
            names.append(folded(self._titles[at]))
            at = self._above.get(at)
        return names


class References:
    """Resolves the texts of reference columns; one set of names per register, read when first asked."""

    def __init__(self, registry: Registry, reader: Reader) -> None:
        self._registry = registry
        self._reader = reader
        self._names: dict[str, Names] = {}

    def names(self, register: str) -> Names:
        """What a register's records are called."""
        if register not in self._names:
            names = Names(self._registry.get(register))
            for record_id, title, values in self._reader.values(register, names.fields):
                names.add(record_id, title, values)
            self._names[register] = names
        return self._names[register]

    def resolve(self, spec: FieldSpec, text: str) -> str:
        """The id a text means. Raises ``ValueError`` with a sentence when none or several fit."""
        register = str(spec.target)
        label = self._registry.get(register).label
        found = self.names(register).find(text)
        if len(found) == 1:
            return found[0]
        if not found:
            message = f"“{label}”登记里没有“{text}”"
            raise ValueError(message)
        message = f"“{label}”登记里有 {len(found)} 条都可能是“{text}”，分不清是哪一条"
        raise ValueError(message)
