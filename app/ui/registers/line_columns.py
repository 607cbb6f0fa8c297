"""The columns of a collection's small table: the line's declared columns, as wide as their kinds need. No widget."""

from __future__ import annotations

from collections.abc import Callable

from app.models.reading import MISSING
from app.models.register import Definition, FieldSpec
from app.services.office import Office
from app.ui.editors.raw import Raw, shown
from app.ui.registers.state import LineState
from app.ui.widgets import Column

EM_OF_KIND = {
    "code": 6.0,
    "flag": 4.0,
    "day": 7.0,
    "moment": 10.0,
    "count": 4.0,
    "area": 5.0,
    "money": 8.0,
    "phone": 8.0,
    "person_name": 7.0,
    "id_number": 12.0,
    "number_text": 15.0,
    "ref": 8.0,
}
STRETCHING = frozenset({"text", "address", "long_text", "codes", "frozen"})

Tone = Callable[[LineState], str]


def columns_of(definition: Definition, office: Office, tone: Tone) -> list[Column[LineState]]:
    """Columns of a line's table; one that holds free text takes the room that is left, at least the last."""
    specs = [definition.by_name[name] for name in definition.columns if name in definition.by_name]
    wide = [spec for spec in specs if spec.kind.name in STRETCHING]
    stretched = wide[0] if wide else specs[-1]
    return [
        Column(
            title=spec.label,
            text=_text(spec, office),
            tone=tone if spec is specs[0] else None,
            em=0 if spec is stretched else _em(spec),
        )
        for spec in specs
    ]


def _em(spec: FieldSpec) -> float:
    return max(float(spec.width), len(spec.label) + 1.0, EM_OF_KIND.get(spec.kind.name, 10.0))


def _text(spec: FieldSpec, office: Office) -> Callable[[LineState], str]:
    titles: dict[str, str] = {}

    def text(line: LineState) -> str:
        raw = line.values.get(spec.name)
        if spec.target is None or not isinstance(raw, str):
            return " ".join(shown(spec.kind, raw).split())
        if len(raw) != 32:
            return raw
        if raw not in titles:
            titles[raw] = office.reader.titles(spec.target, [raw]).get(raw, MISSING)
        return titles[raw]

    return text


def summary(definition: Definition, office: Office, values: dict[str, Raw]) -> str:
    """What a line is called above its fields: its first words that say something."""
    line = LineState("", 0, values)
    names = [name for name in definition.columns if name in definition.by_name]
    words = [_text(definition.by_name[name], office)(line) for name in names[:3]]
    return "　".join(word for word in words if word)
