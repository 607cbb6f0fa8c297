"""What a template of a register may name: derived from the register's declaration and from what goes on its papers.

Names are the labels of the form without marks and brackets (``协议金额（元）`` is ``协议金额``). There is no second
list: a field that is declared is there, under the name it has on the screen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from app.documents.money import in_capitals
from app.documents.word.vocabulary import Vocabulary
from app.exchange.exporting import example_text
from app.models import clock, days
from app.models.clock import show_moment
from app.models.files import FileLine
from app.models.kinds import Kind, NameKind, Unreadable
from app.models.policy import Act
from app.models.register import ChildSpec, Definition, FieldSpec, Line, Record
from app.models.registers import Dispute
from app.models.registers.platform import PlatformEntry
from app.models.registry import Registry
from app.services import papers
from app.services.office import Office

Values = dict[str, Any]
EACH: Final = "各条"
CAPITALS: Final = "大写"
NUMBER: Final = "序号"
LAST: Final = "最后"
FIRST_ONES: Final = 4
"""How many lines of a collection have a name of their own (``当事人1`` to ``当事人4``)."""

FROZEN: Final = ("称谓", "年龄")
"""What a party has on paper beside its fields."""

_COMMON: Final = (
    ("乡镇", "本单位的名称", "青溪镇"),
    ("今天", "填写当天", "2026年11月24日"),
    ("填写人", "登录的人", "王主任"),
    ("草稿", "没有留底的写“草稿”，练习时写“练习”，留底的是空的", "草稿"),
)
_SKIPPED: Final = frozenset({"file", "frozen"})
_NO_EXAMPLE: Final = Kind.example


@dataclass(frozen=True, slots=True)
class FormField:
    """One name: what it gives, an example, in which part of the table it stands."""

    name: str
    meaning: str
    example: str
    group: str
    is_masked: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """All names of a register: texts, lists of texts, and of each collection its lines' fields."""

    texts: tuple[FormField, ...]
    each: tuple[FormField, ...]
    lines: Mapping[str, tuple[FormField, ...]]

    @property
    def vocabulary(self) -> Vocabulary:
        """The same for the judge of templates."""
        lists = {name: frozenset(one.name for one in fields) for name, fields in self.lines.items()}
        objects = {called: fields for name, fields in lists.items() for called in named_lines(name)}
        return Vocabulary(
            frozenset(one.name for one in self.texts),
            objects,
            {**lists, **{one.name: frozenset() for one in self.each}},
        )

    def masked(self, used: frozenset[str]) -> list[str]:
        """Of the names a template uses, those that print a number otherwise masked."""
        found = {one.name for one in self.texts if one.is_masked}
        for name, fields in self.lines.items():
            for called in (name, *named_lines(name)):
                found |= {f"{called}.{one.name}" for one in fields if one.is_masked}
        return sorted(used & found)


def word_of(label: str) -> str:
    """A label as a name: without brackets and what stands in them, without marks."""
    plain = re.sub(r"（[^）]*）|\([^)]*\)", "", label)
    return re.sub(r"\W", "", plain) or re.sub(r"\W", "", label)


def named_lines(collection: str) -> tuple[str, ...]:
    """The names single lines have: the first ones and the last."""
    return (*(f"{collection}{number}" for number in range(1, FIRST_ONES + 1)), f"{LAST}{collection}")


def table(registry: Registry, register: str) -> Table:
    """Everything a template for the register may name, in the order of its form."""
    definition = registry.get(register)
    common = [FormField(name, meaning, example, "随处可用") for name, meaning, example in _COMMON]
    own = [one for spec, group in _ordered(definition) for one in _of_field(registry, spec, group)]
    own += [FormField(word_of(one.label), one.label, "", definition.label) for one in definition.computed]
    texts = list({one.name: one for one in reversed([*common, *own])}.values())[::-1]
    each = [_each(spec, group) for spec, group in _ordered(definition) if _is_long(spec)]
    if register == "dispute":
        taken = {one.name for one in texts}
        agreement = _collection(definition, "agreements").line.definition
        flat = [one for spec in agreement.fields for one in _of_field(registry, spec, _FLAT)]
        texts += [one for one in flat if one.name not in taken]
        texts.append(FormField("份数", "协议书一式几份", "3", _FLAT))
        each += [_each(spec, _FLAT) for spec in agreement.fields if _is_long(spec)]
    lines = {word_of(child.label): _of_lines(registry, child) for child in _collections(definition)}
    return Table(tuple(texts), tuple(each), lines)


def values(office: Office, record: Record, *, draft: str) -> Values:
    """Every name of :func:`table` with what it stands for in a record; nothing is looked up that may not be read."""
    definition = record.definition
    made: Values = {
        "乡镇": office.township_name,
        "今天": days.show_day_long(clock.today()),
        "填写人": office.user.name,
        "草稿": draft,
    }
    made |= {word_of(one.label): str(one.python(record, office.reader)) for one in definition.computed}
    made |= _shown(office, record)
    made |= {word_of(spec.label) + EACH: _each_of(record, spec) for spec in definition.fields if _is_long(spec)}
    for child in _collections(definition):
        _put_lines(office, made, child, getattr(record, child.name))
    return _of_dispute(office, record, made) if isinstance(record, Dispute) else made


# -- names -----------------------------------------------------------------------------------------------------------

_FLAT: Final = "最后一份调解协议"


def _ordered(definition: Definition) -> Iterator[tuple[FieldSpec, str]]:
    placed: set[str] = set()
    for section in definition.layout:
        for name in section.fields:
            placed.add(name)
            yield definition.field(name), section.title
    for spec in definition.fields:
        if spec.name not in placed:
            yield spec, definition.label


def _of_field(registry: Registry, spec: FieldSpec, group: str) -> Iterator[FormField]:
    if spec.kind.name in _SKIPPED:
        return
    name, example = word_of(spec.label), _example(spec, registry)
    yield FormField(name, spec.label, example, group, spec.masked)
    if spec.kind.name == "money":
        yield FormField(name + CAPITALS, f"{spec.label}，大写", "壹万贰仟元整", group)
    if spec.target is not None:
        for one in registry.get(spec.target).fields:
            if one.target is None and one.kind.name not in _SKIPPED:
                meaning = f"{spec.label}的{one.label}"
                yield FormField(_of_other(spec, one), meaning, _example(one, registry), group, one.masked)


def _of_other(spec: FieldSpec, other: FieldSpec) -> str:
    return f"{word_of(spec.label)}的{word_of(other.label)}"


def _of_lines(registry: Registry, child: ChildSpec) -> tuple[FormField, ...]:
    group = child.label
    found = [FormField(NUMBER, "第几行", "1", group)]
    if child.name == "parties":
        found += [FormField("称谓", "甲方、乙方……", "甲方", group), FormField("年龄", "签订那天的周岁", "45岁", group)]
    found += [one for spec in child.line.definition.fields for one in _of_field(registry, spec, group)]
    return tuple(found)


def _collections(definition: Definition) -> Iterator[ChildSpec]:
    for child in definition.children:
        is_ours = issubclass(child.line, (FileLine, PlatformEntry))
        if not is_ours and not any(spec.kind.names_blob for spec in child.line.definition.fields):
            yield child


def _collection(definition: Definition, name: str) -> ChildSpec:
    return definition.child(name)


def _is_long(spec: FieldSpec) -> bool:
    return spec.kind.name == "long_text"


def _each(spec: FieldSpec, group: str) -> FormField:
    return FormField(word_of(spec.label) + EACH, f"{spec.label}，一条一条", "", group)


def _example(spec: FieldSpec, registry: Registry) -> str:
    if spec.kind.name == "day":
        return days.show_day_long(date(2026, 11, 24))
    is_of_body = isinstance(spec.kind, NameKind) and not spec.kind.of_person
    found = "" if is_of_body or spec.target not in (None, "person", "place") else example_text(spec, registry)
    return "" if found == _NO_EXAMPLE else found


# -- values ----------------------------------------------------------------------------------------------------------


def _shown(office: Office, record: Record) -> Values:
    made: Values = {}
    for spec in record.definition.fields:
        if spec.kind.name in _SKIPPED:
            continue
        value, name = getattr(record, spec.name), word_of(spec.label)
        made[name] = _text(office, spec, value)
        if spec.kind.name == "money":
            made[name + CAPITALS] = in_capitals(value) if isinstance(value, Decimal) and value >= 0 else ""
        if spec.target is not None:
            made |= _of_referred(office, spec, value)
    return made


def _of_referred(office: Office, spec: FieldSpec, value: object) -> Values:
    target = str(spec.target)
    definition = office.registry.get(target)
    is_readable = isinstance(value, str) and office.may(Act.READ, target)
    other = office.reader.get(target, str(value)) if is_readable else None
    return {
        _of_other(spec, one): _text(office, one, getattr(other, one.name)) if other is not None else ""
        for one in definition.fields
        if one.target is None and one.kind.name not in _SKIPPED
    }


def _text(office: Office, spec: FieldSpec, value: object) -> str:
    if value is None or isinstance(value, Unreadable):
        return ""
    if isinstance(value, datetime):
        return show_moment(value)
    if isinstance(value, date):
        return days.show_day_long(value)
    return office.reader.show(spec, value)


def _each_of(record: Record, spec: FieldSpec) -> list[str]:
    value = getattr(record, spec.name)
    return [line.strip() for line in value.split("\n") if line.strip()] if isinstance(value, str) else []


def _put_lines(office: Office, made: Values, child: ChildSpec, lines: tuple[Line, ...]) -> None:
    name = word_of(child.label)
    shown = [{NUMBER: str(place), **_shown(office, line)} for place, line in enumerate(lines, start=1)]
    _put(made, name, shown, _blank(office, child))


def _put(made: Values, name: str, shown: list[Values], blank: Values) -> None:
    """The list, and its first and last lines under names of their own; where there is none, every field is empty."""
    made[name] = shown
    for place, called in enumerate(named_lines(name)[:-1]):
        made[called] = shown[place] if place < len(shown) else blank
    made[named_lines(name)[-1]] = shown[-1] if shown else blank


def _blank(office: Office, child: ChildSpec) -> Values:
    return {one.name: "" for one in _of_lines(office.registry, child)}


def _of_dispute(office: Office, dispute: Dispute, made: Values) -> Values:
    """What the agreement says of the parties at signing, and the last agreement's fields as the dispute's own."""
    paper = papers.paper_of(office, dispute)
    child = _collection(dispute.definition, "parties")
    shown: list[Values] = made[word_of(child.label)]
    for line, party, on_paper in zip(shown, dispute.parties, paper.parties, strict=True):
        frozen = party.particulars or papers.frozen_particulars(party, on_paper)
        known = {word_of(label): text for label, text in frozen.items()}
        line |= {
            "称谓": on_paper.label,
            "年龄": "",
            **{name: text for name, text in known.items() if name in line or name == "年龄"},
        }
    _put(made, word_of(child.label), shown, _blank(office, child))
    agreement = _collection(dispute.definition, "agreements").line
    last = dispute.agreements[-1] if dispute.agreements else None
    flat = _shown(office, last) if last else dict.fromkeys(_flat_names(office, agreement.definition), "")
    each = {
        word_of(spec.label) + EACH: _each_of(last, spec) if last else []
        for spec in agreement.definition.fields
        if _is_long(spec)
    }
    return {**flat, **each, "份数": str(paper.copies), **made}


def _flat_names(office: Office, definition: Definition) -> list[str]:
    return [one.name for spec in definition.fields for one in _of_field(office.registry, spec, _FLAT)]
