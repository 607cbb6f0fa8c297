"""The set of registers a store works with; tests bring their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.models.register import ChildSpec, Definition, Record


@dataclass(frozen=True, slots=True)
class Parent:
    """Where a line belongs."""

    definition: Definition
    child: ChildSpec


class Registry:
    """Looks declarations up by name; knows which lines belong to which register."""

    def __init__(self, records: Iterable[type[Record]]) -> None:
        self.registers: dict[str, Definition] = {}
        self._all: dict[str, Definition] = {}
        self._parents: dict[str, Parent] = {}
        for cls in records:
            self._add(cls.definition)

    def _add(self, definition: Definition) -> None:
        if definition.name in self._all:
            message = f"two registers are called {definition.name}"
            raise TypeError(message)
        self.registers[definition.name] = definition
        self._all[definition.name] = definition
        for child in definition.children:
            line = child.line.definition
            self._all[line.name] = line
            self._parents[line.name] = Parent(definition, child)

    def __iter__(self) -> Iterator[Definition]:
        return iter(self.registers.values())

    def everything(self) -> Iterator[Definition]:
        """Registers and their lines."""
        return iter(self._all.values())

    def find(self, name: str) -> Definition | None:
        """The declaration called ``name``; None for one of a newer program."""
        return self._all.get(name)

    def get(self, name: str) -> Definition:
        """The declaration called ``name``; raises ``LookupError``."""
        try:
            return self._all[name]
        except KeyError:
            message = f"no register {name!r}; there are {', '.join(self._all)}"
            raise LookupError(message) from None

    def parent(self, line: str) -> Parent | None:
        """The register a line belongs to; None for a register."""
        return self._parents.get(line)

    def top(self, name: str) -> str:
        """The register a line belongs to; a register's own name, and that of one of a newer program, as it is."""
        parent = self._parents.get(name)
        return parent.definition.name if parent else name

    def stream(self, name: str) -> str:
        """Stream of a register or of the register a line belongs to."""
        return self.get(self.top(name)).stream
