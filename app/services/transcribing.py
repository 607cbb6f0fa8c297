"""誊录: one record as the boxes of a platform's form, in the platform's order and the platform's way of writing.

Reads a record and an order made in the program; writes nothing, asks no permission and knows no window or clipboard.
A source is a path: ``name`` a field, ``person.id_number`` a field of what is referred to, ``parties[*].name`` that of
every line, ``parties[2].name`` of the second, ``parties[last].name`` of the last, ``parties[role=applicant].name`` of
those with that code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final

from app.models import days
from app.models.clock import BEIJING
from app.models.kinds import CodeKind, Kind, Unreadable
from app.models.reading import Reader
from app.models.register import ChildSpec, Column, Definition, FieldSpec, Line, Record
from app.models.registers.platform import ENTRIES, Platform, TranscriptionOrder, TranscriptionStep
from app.models.registry import Registry

Words = Mapping[tuple[str, str], str]
"""(code list, our code) → the platform's word."""

EACH: Final = "*"
LAST: Final = "last"
_ORDINALS: Final = ("1", "2", "3", "4")
_SKIPPED: Final = frozenset({"frozen", "file", "files", "stored_file"})
_PATH = re.compile(r"(?P<head>\w+)(?:\[(?P<which>[^\]]+)\])?(?:\.(?P<tail>\w+))?")
_ANYWHERE: Final = ("shown", "one_line")
_FORMS: Final[Mapping[str, tuple[str, ...]]] = {
    "day": ("day_dash", "day_slash", "day_slash_short", "day_plain", "day_chinese"),
    "moment": (
        "moment_dash", "moment_seconds", "day_dash", "day_slash", "day_slash_short", "day_plain", "day_chinese",
    ),
    "code": ("platform_word", "shown"),
    "codes": ("platform_word", "shown"),
    "money": ("digits", "shown"),
    "area": ("digits", "shown"),
    "count": ("shown",),
    "flag": ("shown",),
    "phone": ("shown", "digits"),
    "long_text": ("shown", "one_line"),
}  # fmt: skip
_DAY_PATTERNS: Final[Mapping[str, Callable[[date], str]]] = {
    "day_dash": date.isoformat,
    "day_slash": lambda day: f"{day:%Y/%m/%d}",
    "day_slash_short": lambda day: f"{day.year}/{day.month}/{day.day}",
    "day_plain": lambda day: f"{day:%Y%m%d}",
    "day_chinese": days.show_day_long,
}


@dataclass(frozen=True, slots=True)
class Source:
    """Something of ours that may go into a box: its path, what it is called and where it stands."""

    path: str
    label: str
    group: str
    kind: Kind
    is_masked: bool

    @property
    def what(self) -> str:
        """``当事人（逐个）·姓名或名称``."""
        return f"{self.group}·{self.label}" if "[" in self.path or "." in self.path else self.label

    @property
    def forms(self) -> tuple[str, ...]:
        """Ways of writing that make sense for it, the usual one first."""
        return _FORMS.get(self.kind.name, _ANYWHERE)


@dataclass(frozen=True, slots=True)
class Box:
    """One box of the platform's form and what is to be written into it.

    ``group`` names the line it belongs to (``当事人 2　李四``); ``shown`` is ``text`` with numbers masked.
    """

    key: str
    label: str
    what: str
    group: str
    text: str
    shown: str
    note: str = ""

    @property
    def is_empty(self) -> bool:
        """True when there is nothing to copy."""
        return not self.text


# -- what there is to choose from ------------------------------------------------------------------------------------


def sources(registry: Registry, register: str) -> list[Source]:
    """Everything of a register that may be copied, in the order of its form."""
    definition = registry.get(register)
    found = [source for section in definition.layout for source in _of_section(registry, definition, section.title,
                                                                               section.fields)]  # fmt: skip
    placed = {name for section in definition.layout for name in section.fields}
    rest = [spec.name for spec in definition.fields if spec.name not in placed]
    found += _of_section(registry, definition, definition.label, rest)
    known = {source.path for source in found}
    found += [
        Source(column.name, column.label, definition.label, Kind(), is_masked=False)
        for column in definition.computed
        if column.name not in known and column.name != "on_platforms"
    ]
    for child in definition.children:
        if _is_copied(child):
            found += _of_lines(child)
    return found


def offered(registry: Registry, register: str) -> list[Source]:
    """The sources to choose from: of lines only “each”; which lines exactly is a second question (:func:`variants`)."""
    return [one for one in sources(registry, register) if "[" not in one.path or f"[{EACH}]" in one.path]


def variants(registry: Registry, register: str, path: str) -> list[Source]:
    """The same field of each line, of the second, of the applicants …; only itself when it is of no line."""
    pattern = re.compile(re.escape(re.sub(r"\[.*?\]", "[]", path)).replace(r"\[\]", r"\[.+\]"))
    return [one for one in sources(registry, register) if pattern.fullmatch(one.path)]


def _of_section(registry: Registry, definition: Definition, title: str, names: Sequence[str]) -> Iterator[Source]:
    for name in names:
        spec = definition.field(name)
        if spec.kind.name in _SKIPPED:
            continue
        yield Source(name, spec.label, title, spec.kind, spec.masked)
        if spec.target == "person":
            for one in registry.get(spec.target).fields:
                if one.target is None and not one.read_only and one.kind.name not in _SKIPPED:
                    yield Source(f"{name}.{one.name}", one.label, spec.label, one.kind, one.masked)


def _of_lines(child: ChildSpec) -> Iterator[Source]:
    definition = child.line.definition
    for which, words in _selectors(definition):
        for spec in definition.fields:
            if spec.kind.name not in _SKIPPED:
                path = f"{child.name}[{which}].{spec.name}"
                yield Source(path, spec.label, f"{child.label}（{words}）", spec.kind, spec.masked)


def _selectors(definition: Definition) -> Iterator[tuple[str, str]]:
    yield EACH, "逐个"
    first = definition.fields[0]
    if isinstance(first.kind, CodeKind):
        for item in first.kind.codes.offered:
            yield f"{first.name}={item.code}", item.short_label
    for number in _ORDINALS:
        yield number, f"第 {number} 个"
    yield LAST, "最后一个"


def _is_copied(child: ChildSpec) -> bool:
    """Lines people write; neither our papers and attachments nor the platforms' own numbers."""
    fields = child.line.definition.fields
    has_file = any(spec.kind.name in _SKIPPED - {"frozen"} for spec in fields)
    return child.name != ENTRIES and not has_file and not all(spec.read_only for spec in fields)


def proposal(registry: Registry, register: str) -> tuple[TranscriptionStep, ...]:
    """The order of our own form, to begin with: fields by section, then every line one after the other."""
    definition = registry.get(register)
    by_path = {source.path: source for source in sources(registry, register)}
    paths = [name for section in definition.layout for name in section.fields]
    named = [name for name in paths if definition.field(name).target == "person"]
    for name in named:
        at = paths.index(name)
        wanted = ("full_name", "id_number", "sex", "birth_on", "ethnicity", "phone", "registered_address")
        paths[at : at + 1] = [path for one in wanted if (path := f"{name}.{one}") in by_path]
    for child in definition.children:
        if _is_copied(child):
            fields = [spec for spec in child.line.definition.fields if spec.target is None and not spec.read_only]
            paths += [f"{child.name}[{EACH}].{spec.name}" for spec in fields]
    return tuple(step_of(by_path[path]) for path in paths if path in by_path)


def step_of(source: Source) -> TranscriptionStep:
    """A step for a source, written the usual way, under our own label."""
    return TranscriptionStep(label=source.label, source=source.path, what=source.what[:60], form=source.forms[0])


# -- filling the boxes -----------------------------------------------------------------------------------------------


def words_of(platform: Platform) -> dict[tuple[str, str], str]:
    """The platform's words by code list and our code."""
    return {(one.list_name, one.code): one.word for one in platform.words}


def boxes(reader: Reader, record: Record, order: TranscriptionOrder, words: Words) -> list[Box]:
    """The form of the platform for one record: steps side by side over the same lines repeat line by line."""
    found: list[Box] = []
    for _, run in groupby(order.steps, key=_collection):
        steps = list(run)
        for line, group in _lines(reader, record, steps[0]):
            found += [_box(_Filling(reader, record, line, words), step, group) for step in steps]
    return found


@dataclass(frozen=True, slots=True)
class _Filling:
    """What boxes are filled from: the record, the line a run of steps is at, the platform's words."""

    reader: Reader
    record: Record
    line: Line | None
    words: Words


def _collection(step: TranscriptionStep) -> tuple[str, str]:
    found = _PATH.fullmatch(step.source)
    return (found["head"], found["which"]) if found and found["which"] else ("", "")


def _lines(reader: Reader, record: Record, step: TranscriptionStep) -> Iterator[tuple[Line | None, str]]:
    """The lines a run of steps goes through, each with its caption; once without a line for the record itself."""
    name, which = _collection(step)
    child = next((one for one in record.definition.children if one.name == name), None)
    if child is None:
        yield None, ""
        return
    held: Sequence[Line] = getattr(record, name)
    chosen = [line for place, line in enumerate(held) if _is_chosen(line, place, which, len(held))]
    for line in chosen:
        number = f" {held.index(line) + 1}" if len(held) > 1 else ""
        yield line, f"{child.label}{number}　{_caption(reader, line)}".strip()
    if not chosen:
        missing = next((words for one, words in _selectors(child.line.definition) if one == which), which)
        yield None, f"{child.label}（{missing}）：没有"


def _is_chosen(line: Line, place: int, which: str, count: int) -> bool:
    name, is_coded, code = which.partition("=")
    if is_coded:
        return bool(getattr(line, name, None) == code)
    return which == EACH or (which == LAST and place == count - 1) or which == str(place + 1)


def _caption(reader: Reader, line: Line) -> str:
    """What a line is called: its name where it has one, else its first column."""
    definition = line.definition
    name = next((one for one in ("name", "person") if one in definition.by_name), definition.columns[0])
    spec = definition.field(name)
    return reader.show(spec, getattr(line, name), masked=True)


def _box(filling: _Filling, step: TranscriptionStep, group: str) -> Box:
    line = filling.line
    key = f"{step.label}:{step.source}:{line.id if line else ''}"
    if step.form == "fixed":
        text = step.fixed or ""
        return Box(key, step.label, "固定文字", group, text, text, _too_long(text, step))
    found = _value(filling, step)
    if found is None:
        return Box(key, step.label, step.what, group, "", "")
    spec, value = found
    text, note = _written(filling, spec, value, step.form)
    is_hidden = isinstance(spec, FieldSpec) and spec.masked and bool(text)
    shown = filling.reader.show(spec, value, masked=True) if is_hidden and isinstance(spec, FieldSpec) else text
    return Box(key, step.label, step.what, group, text, shown, note or _too_long(text, step))


def _value(filling: _Filling, step: TranscriptionStep) -> tuple[FieldSpec | Column, Any] | None:
    """Field and value a source leads to; None when it leads nowhere."""
    found, record = _PATH.fullmatch(step.source), filling.record
    if found is None or (found["which"] and filling.line is None):
        return None
    head, tail = found["head"], found["tail"]
    if found["which"]:
        return _of(filling.line, tail)
    if not tail:
        own = next((one for one in record.definition.computed if one.name == head), None)
        return (own, own.python(record, filling.reader)) if own else _of(record, head)
    return _of(_referred(filling.reader, record, head), tail)


def _referred(reader: Reader, record: Record, name: str) -> Record | None:
    spec = record.definition.by_name.get(name)
    value = getattr(record, name, None)
    return reader.get(spec.target, value) if spec and spec.target and isinstance(value, str) else None


def _of(record: Record | None, name: str | None) -> tuple[FieldSpec, Any] | None:
    spec = record.definition.by_name.get(name or "") if record is not None else None
    return (spec, getattr(record, spec.name)) if spec is not None else None


def _written(filling: _Filling, spec: FieldSpec | Column, value: Any, form: str) -> tuple[str, str]:
    """The text for the box, and what must be told about it."""
    if value is None or isinstance(spec, Column):
        return str(value or ""), ""
    if form == "platform_word" and isinstance(spec.kind, CodeKind) and not isinstance(value, Unreadable):
        return _in_their_words(spec.kind, value, filling.words)
    text = filling.reader.show(spec, value)
    if isinstance(value, (date, datetime)):
        text = _timed(value, form) or text
    elif form == "digits":
        text = re.sub(r"[^\d.\-]", "", text)
    elif form == "one_line":
        text = re.sub(r"\s*\n\s*", " ", text).strip()
    return text, ""


def _in_their_words(kind: CodeKind, value: Any, words: Words) -> tuple[str, str]:
    codes = [str(one) for one in value] if isinstance(value, tuple) else [str(value)]
    unknown = [code for code in codes if (kind.list_name, code) not in words]
    text = "、".join(words.get((kind.list_name, code)) or kind.codes.label(code) for code in codes)
    return text, "还没有对照，先用本机的词" if unknown else ""


def _timed(value: date | datetime, form: str) -> str:
    if isinstance(value, datetime):
        local = value.astimezone(BEIJING)
        if form.startswith("moment"):
            return f"{local:%Y-%m-%d %H:%M}" + (":00" if form == "moment_seconds" else "")
        return _DAY_PATTERNS[form](local.date()) if form in _DAY_PATTERNS else ""
    return _DAY_PATTERNS[form](value) if form in _DAY_PATTERNS else ""


def _too_long(text: str, step: TranscriptionStep) -> str:
    over = len(text) - step.most if isinstance(step.most, int) else 0
    return f"平台限 {step.most} 字，多 {over} 字，粘贴后请删短" if over > 0 else ""
