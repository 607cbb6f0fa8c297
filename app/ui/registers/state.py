"""What stands in a form: raw values by field and lines by collection, and what becomes of two states that grew apart.

Everything is JSON, so a state is what a draft keeps. Nothing here knows a widget or stores anything.
"""

from __future__ import annotations

import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.errors import Finding, Level, UserError
from app.models.findings import from_values, place
from app.models.register import Definition, FieldSpec, Line, Record, new_id
from app.ui.editors.raw import Raw, raw_of, value_of_raw

Values = dict[str, Raw]
Path = tuple[str | int, ...]
EMPTY = "还没有填写"


@dataclass(slots=True)
class LineState:
    """One line: who it is, where it stands, what stands in it."""

    id: str
    position: int = 0
    values: Values = field(default_factory=dict)

    def copied(self) -> LineState:
        """A line of its own."""
        return LineState(self.id, self.position, dict(self.values))


@dataclass(slots=True)
class State:
    """A whole form: the record's own fields and its lines."""

    id: str
    values: Values = field(default_factory=dict)
    lines: dict[str, list[LineState]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """For a draft."""
        lines = {
            name: [{"id": line.id, "position": line.position, "values": line.values} for line in held]
            for name, held in self.lines.items()
        }
        return {"id": self.id, "values": self.values, "lines": lines}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> State:
        """From a draft."""
        lines = {
            name: [LineState(one["id"], one["position"], dict(one["values"])) for one in held]
            for name, held in kept["lines"].items()
        }
        return cls(kept["id"], dict(kept["values"]), lines)


def empty_values(definition: Definition) -> Values:
    """The declared defaults."""
    return {spec.name: raw_of(spec.kind, spec.default) for spec in definition.fields}


def empty_state(definition: Definition) -> State:
    """A record that does not exist yet."""
    return State(new_id(), empty_values(definition), {child.name: [] for child in definition.children})


def state_of(record: Record) -> State:
    """What a stored record puts into a form."""
    lines = {
        child.name: [line_state_of(one) for one in getattr(record, child.name)] for child in record.definition.children
    }
    return State(record.id, _values_of(record), lines)


def line_state_of(line: Line) -> LineState:
    """What one line puts into a form."""
    return LineState(line.id, line.position, _values_of(line))


def _values_of(record: Record) -> Values:
    return {spec.name: raw_of(spec.kind, getattr(record, spec.name)) for spec in record.definition.fields}


def may_be_empty(definition: Definition, spec: FieldSpec) -> bool:
    """True when the declaration lets a stored record leave this field out."""
    annotation = definition.cls.model_fields[spec.name].annotation
    return not spec.required and type(None) in typing.get_args(annotation)


def assemble(definition: Definition, state: State) -> tuple[Record | None, list[Finding]]:
    """The record of a state, or every finding why there is none yet."""
    values, findings = _record_values(definition, definition, state.values, ())
    values["id"] = state.id
    for child in definition.children:
        held = []
        for index, line in enumerate(state.lines.get(child.name, [])):
            path = (child.name, index)
            content, wrong = _record_values(definition, child.line.definition, line.values, path)
            held.append({**content, "id": line.id, "position": line.position})
            findings += wrong
        values[child.name] = tuple(held)
    try:
        record = from_values(definition, values)
    except UserError as error:
        return None, _in_order(definition, [*findings, *_unless_said(error.findings, findings)])
    return (None, findings) if findings else (record, [])


def _record_values(
    root: Definition, definition: Definition, raw: Values, path: Path
) -> tuple[dict[str, Any], list[Finding]]:
    values: dict[str, Any] = {}
    findings: list[Finding] = []
    for spec in definition.fields:
        value = value_of_raw(raw.get(spec.name))
        if value is not None or may_be_empty(definition, spec):
            values[spec.name] = value
            continue
        here = (*path, spec.name)
        findings.append(Finding(here, EMPTY, Level.STOP, where=place(root, here)))
        if not spec.required:
            values[spec.name] = spec.default
    return values, findings


def _unless_said(more: tuple[Finding, ...], findings: list[Finding]) -> list[Finding]:
    said = {finding.path for finding in findings}
    return [finding for finding in more if finding.path not in said]


def _in_order(definition: Definition, findings: list[Finding]) -> list[Finding]:
    """In the order of the form: fields by layout, then lines by collection."""
    fields = [name for section in definition.layout for name in section.fields]
    names = [*fields, *(spec.name for spec in definition.fields if spec.name not in fields)]
    order = {name: at for at, name in enumerate([*names, *(child.name for child in definition.children)])}
    return sorted(findings, key=lambda one: order.get(str(one.path[0]), 0) if one.path else -1)


@dataclass(frozen=True, slots=True)
class Rebased:
    """A form's state on a record that moved meanwhile; ``clashes`` are fields both sides changed (ours stand).

    ``came_back`` counts lines that were removed here while the other side changed them: they stay.
    """

    state: State
    clashes: tuple[Path, ...] = ()
    came_back: int = 0


def rebase(base: State, mine: State, theirs: State) -> Rebased:
    """My edits since ``base`` put on ``theirs``: what I did not touch follows them, what I did stays mine."""
    clashes: list[Path] = []
    values = _rebased_values(base.values, mine.values, theirs.values, (), clashes)
    lines = {name: _rebased_lines(name, base, mine, theirs, clashes) for name in mine.lines}
    merged = State(mine.id, values, lines)
    return Rebased(merged, tuple(clashes), sum(len(_came_back(name, base, mine, theirs)) for name in lines))


def _rebased_values(base: Values, mine: Values, theirs: Values, path: Path, clashes: list[Path]) -> Values:
    values: Values = {}
    for name, value in mine.items():
        was, new = base.get(name), theirs.get(name)
        if value == was:
            values[name] = new if name in theirs else value
            continue
        values[name] = value
        if new not in (was, value):
            clashes.append((*path, name))
    return values


def _rebased_lines(name: str, base: State, mine: State, theirs: State, clashes: list[Path]) -> list[LineState]:
    was = {line.id: line for line in base.lines.get(name, [])}
    new = {line.id: line for line in theirs.lines.get(name, [])}
    held: list[LineState] = []
    for line in mine.lines[name]:
        before, after = was.get(line.id), new.get(line.id)
        if before is None or after is None:
            if before is None:
                held.append(line)
            elif line.values != before.values:  # removed there, changed here: it stays, as a line of its own
                held.append(LineState(new_id(), line.position, line.values))
            continue
        path = (name, len(held))
        values = _rebased_values(before.values, line.values, after.values, path, clashes)
        position = after.position if line.position == before.position else line.position
        held.append(LineState(line.id, position, values))
    kept = {line.id for line in mine.lines[name]}
    held += [line for line in theirs.lines.get(name, []) if line.id not in kept and line.id not in was]
    return held + _came_back(name, base, mine, theirs)


def _came_back(name: str, base: State, mine: State, theirs: State) -> list[LineState]:
    """Lines I removed that the other side changed: removing them would throw away what was never seen."""
    was = {line.id: line.values for line in base.lines.get(name, [])}
    kept = {line.id for line in mine.lines[name]}
    new = theirs.lines.get(name, [])
    return [line for line in new if line.id in was and line.id not in kept and line.values != was[line.id]]
