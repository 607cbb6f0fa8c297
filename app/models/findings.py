"""From pydantic's errors and the registers' rules to findings in the user's words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import ValidationError

from app.errors import Finding, Level, UserError
from app.models.kinds import Unreadable
from app.models.register import Definition, FieldSpec, Record, Stage

_EMPTY = "还没有填写"
_SENTENCES = {
    "missing": _EMPTY,
    "extra_forbidden": "没有这一栏",
    "tuple_type": "应为若干行",
    "string_pattern_mismatch": "内部编号不正确",
}
_UP_TO = {stage: tuple(Stage)[: index + 1] for index, stage in enumerate(Stage)}


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
    return list(_examine(record, record.definition, (), _UP_TO[stage]))


def stops(record: Record) -> list[Finding]:
    """Findings that stop a save: what :func:`examine` says without the doubts, which are not even asked for."""
    found = _examine(record, record.definition, (), _UP_TO[Stage.SAVE], is_doubting=False)
    return [one for one in found if one.level is Level.STOP]


def _examine(
    record: Record,
    root: Definition,
    path: tuple[str | int, ...],
    stages: Sequence[Stage],
    *,
    is_doubting: bool = True,
) -> Iterator[Finding]:
    definition = record.definition
    for spec in definition.fields:
        value = getattr(record, spec.name, None)
        found: Sequence[tuple[str, Level]]
        if value is None:
            found = ((_EMPTY, Level.STOP),) if spec.needed in stages else ()
        else:
            found = tuple((sentence, Level.DOUBT) for sentence in _doubts(spec, value)) if is_doubting else ()
        for sentence, level in found:
            here = (*path, spec.name)
            yield Finding(here, sentence, level, where=place(root, here))
    for stage in stages:
        for rule in type(record).rules[stage]:
            for finding in rule(record):
                here = (*path, *finding.path)
                yield Finding(here, finding.sentence, finding.level, finding.next_step, place(root, here))
    for child in definition.children:
        for index, line in enumerate(getattr(record, child.name)):
            yield from _examine(line, root, (*path, child.name, index), stages, is_doubting=is_doubting)


def _doubts(spec: FieldSpec, value: object) -> Iterator[str]:
    if isinstance(value, Unreadable):
        return iter((f"{value}，请核对后重新填写",))
    return spec.kind.doubts(value)
