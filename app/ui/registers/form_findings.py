"""Which findings a form shows at which field, and the reasons that let doubts pass. Knows no widget, asks no store.

A field nobody touched is not complained about before the first try to save; what the office alone can know (twins)
stays until its field is edited.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.errors import Finding, Level
from app.models.findings import examine
from app.models.register import Definition, FieldSpec
from app.ui.editors.raw import value_of_raw
from app.ui.registers.state import EMPTY, State, assemble

Place = tuple[str, ...]
"""``("phone",)``, ``("members",)`` or ``("members", id of the line, "relation")``: lines by id, so they may move."""

KEPT = "此前已登记，本次未改动"
"""The reason for a doubt that stood in the record already and whose field is left as it was."""


def place_of(path: Sequence[str | int], state: State) -> Place:
    """Where a finding belongs in this state of the form."""
    if len(path) >= 2 and isinstance(path[1], int):
        lines = state.lines.get(str(path[0]), [])
        if path[1] < len(lines):
            return (str(path[0]), lines[path[1]].id, *(str(step) for step in path[2:3]))
        return (str(path[0]),)
    return tuple(str(step) for step in path[:1])


class FormFindings:
    """What is known to be wrong or doubtful in a form."""

    def __init__(self, definition: Definition) -> None:
        self._definition = definition
        self._touched: set[Place] = set()
        self._beside: dict[Place, list[Finding]] = {}
        self._demanded: dict[Place, list[Finding]] = {}
        self._is_tried = False
        self.reasons: dict[str, str] = {}
        self.at: dict[Place, list[Finding]] = {}

    def forget(self) -> None:
        """Begin anew: the content was saved or replaced."""
        self._touched.clear()
        self._beside.clear()
        self._demanded.clear()
        self._is_tried = False
        self.reasons.clear()
        self.at.clear()

    def tried(self) -> None:
        """Somebody tried to save: from now on everything is said."""
        self._is_tried = True

    def edited(self, place: Place) -> None:
        """A field changed: what was found there is no longer known, nor is it kept as it was."""
        self._touched.add(place)
        self._beside.pop(place, None)
        self._demanded.pop(place, None)
        for one in self.at.pop(place, []):
            if self.reasons.get(one.sentence) == KEPT:
                del self.reasons[one.sentence]

    def told(self, findings: Iterable[Finding], state: State, *, is_old: bool = False) -> None:
        """What the office found; ``is_old`` marks doubts of the record as it was opened."""
        for one in findings:
            place = place_of(one.path, state)
            if is_old and place in self._touched:
                continue
            held = self._beside.setdefault(place, [])
            if one not in held:
                held.append(one)
            if is_old and one.level is Level.DOUBT:
                self.reasons.setdefault(one.sentence, KEPT)

    def demand(self, findings: Iterable[Finding], state: State) -> None:
        """What an act beyond saving (printing, filing) asks for: shown until edited, no hindrance to saving."""
        self._demanded.clear()
        for one in findings:
            self._demanded.setdefault(place_of(one.path, state), []).append(one)

    def renew(self, state: State) -> None:
        """Judge the content as it stands."""
        record, stops = assemble(self._definition, state)
        found = [*stops, *self._doubts_of_fields(state)] if record is None else examine(record)
        self.at = {}
        for one in found:
            self._add(place_of(one.path, state), one)
        for sure in (self._beside, self._demanded):
            for place, held in sure.items():
                for one in held:
                    self._add(place, one, is_sure=True)

    def _add(self, place: Place, one: Finding, *, is_sure: bool = False) -> None:
        if not (is_sure or self._is_due(place, one)):
            return
        held = self.at.setdefault(place, [])
        if all(each.sentence != one.sentence for each in held):
            held.append(one)

    def _is_due(self, place: Place, one: Finding) -> bool:
        if self._is_tried or one.level is Level.HINT:
            return True
        return place in self._touched and one.sentence != EMPTY

    def _doubts_of_fields(self, state: State) -> Iterable[Finding]:
        """Doubts of single fields while the record is not whole enough for its rules."""
        for spec in self._definition.fields:
            yield from _doubts(spec, state.values.get(spec.name), (spec.name,))
        for child in self._definition.children:
            for index, line in enumerate(state.lines.get(child.name, [])):
                for spec in child.line.definition.fields:
                    yield from _doubts(spec, line.values.get(spec.name), (child.name, index, spec.name))

    # ---- what is open

    def open_places(self) -> list[Place]:
        """Places that still stop a save: refusals, and doubts without a reason."""
        return [
            place
            for place, held in self.at.items()
            if any(self._is_open(one) and one not in self._demanded.get(place, ()) for one in held)
        ]

    def demanded_places(self) -> list[Place]:
        """Places an act beyond saving still asks for."""
        return list(self._demanded)

    def answers(self) -> dict[str, str]:
        """Sentence of a doubt → the reason given."""
        return {sentence: reason for sentence, reason in self.reasons.items() if reason.strip()}

    def _is_open(self, one: Finding) -> bool:
        if one.level is Level.DOUBT:
            return not self.reasons.get(one.sentence, "").strip()
        return one.level is Level.STOP


def _doubts(spec: FieldSpec, raw: object, path: tuple[str | int, ...]) -> Iterable[Finding]:
    value = value_of_raw(raw)  # type: ignore[arg-type]  # judged one line below
    if not isinstance(value, str | bool | list):
        return
    try:
        checked = spec.kind.check(value)
    except ValueError:
        return
    for sentence in spec.kind.doubts(checked):
        yield Finding(path, sentence, Level.DOUBT, where=spec.label)
