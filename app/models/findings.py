"""From pydantic's errors and the registers' rules to findings in the user's words."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ValidationError

from app.errors import Finding, Level, UserError
from app.models.kinds import Unreadable
from app.models.register import Definition, FieldSpec, Record, Stage

_SENTENCES = {
    "missing": "还没有填写",
    "extra_forbidden": "没有这一栏",
    "tuple_type": "应为若干行",
    "string_pattern_mismatch": "内部编号不正确",
}


def place(definition: Definition, path: tuple[str | int, ...]) -> str:
    """``当事人 · 第 1 行 · 姓名`` for ``("parties", 0, "name")``."""
    words: list[str] = []
    current = definition
    for step in path:
        if isinstance(step, int):
            words.append(f"第 {step + 1} 行")
        elif step in current.by_name:
            words.append(current.by_name[step].label)
        else:
            child = next((child for child in current.children if child.name == step), None)
            words.append(child.label if child else step)
            current = child.line.definition if child else current
    return " · ".join(words)


def from_validation(definition: Definition, error: ValidationError) -> list[Finding]:
    """Every error of a record at once, each with its place."""
    found = []
    for item in error.errors(include_url=False):
        path = tuple(step for step in item["loc"] if step not in ("function-plain", "nullable"))
        sentence = item.get("ctx", {}).get("sentence") or _SENTENCES.get(item["type"], "填写不正确")
        found.append(Finding(path, sentence, Level.STOP, where=place(definition, path)))
    return found


def validated(record: Record) -> Record:
    """The record checked again in full; raises ``UserError`` with every finding."""
    cls = type(record)
    try:
        return cls.model_validate(record)
    except ValidationError as error:
        findings = from_validation(cls.definition, error)
        sentence = f"{cls.definition.label}有 {len(findings)} 处需要改正：{findings[0]}"
        raise UserError(sentence, findings=findings) from error


def from_values(definition: Definition, values: dict[str, object]) -> Record:
    """A record made from a form's or a row's values; raises ``UserError`` with every finding."""
    try:
        return definition.cls.model_validate(values)
    except ValidationError as error:
        findings = from_validation(definition, error)
        sentence = f"{definition.label}有 {len(findings)} 处需要改正：{findings[0]}"
        raise UserError(sentence, findings=findings) from error


def examine(record: Record, stage: Stage = Stage.SAVE) -> list[Finding]:
    """Doubts of the kinds and findings of the register's rules for an act, lines included.

    Each stage includes the ones before it: printing asks what saving asks, filing asks everything.
    """
    stages = list(Stage)[: list(Stage).index(stage) + 1]
    return list(_examine(record, record.definition, (), stages))


def _examine(record: Record, root: Definition, path: tuple[str | int, ...], stages: list[Stage]) -> Iterator[Finding]:
    definition = record.definition
    for spec in definition.fields:
        here = (*path, spec.name)
        for sentence, level in _of_field(spec, getattr(record, spec.name, None), stages):
            yield Finding(here, sentence, level, where=place(root, here))
    for stage in stages:
        for rule in type(record).rules[stage]:
            for finding in rule(record):
                here = (*path, *finding.path)
                yield Finding(here, finding.sentence, finding.level, finding.next_step, place(root, here))
    for child in definition.children:
        for index, line in enumerate(getattr(record, child.name)):
            yield from _examine(line, root, (*path, child.name, index), stages)


def _of_field(spec: FieldSpec, value: object, stages: list[Stage]) -> Iterator[tuple[str, Level]]:
    if value is None:
        if spec.needed in stages:
            yield "还没有填写", Level.STOP
    elif isinstance(value, Unreadable):
        yield f"{value}，请核对后重新填写", Level.DOUBT
    else:
        for sentence in spec.kind.doubts(value):
            yield sentence, Level.DOUBT
