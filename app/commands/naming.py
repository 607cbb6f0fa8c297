"""What a command's words mean: a register by either name, a record by id or matter code."""

from __future__ import annotations

from app.errors import UserError
from app.models.policy import Act
from app.models.register import Definition, Record
from app.services.office import Office


def definition_of(office: Office, given: str) -> Definition:
    """The register of that English or Chinese name. Raises ``UserError`` with those there are."""
    for definition in office.registry:
        if given in (definition.name, definition.label) and not definition.is_line:
            return definition
    names = "、".join(f"{one.name}（{one.label}）" for one in office.registry if not one.is_line)
    raise UserError(f"没有“{given}”这种登记", f"可用：{names}")


def record_of(office: Office, register: str, given: str) -> Record:
    """The record with this id or matter code. Raises ``UserError`` when there is none."""
    definition = definition_of(office, register)
    office.require(Act.READ, definition.name)
    record = office.reader.get(definition.name, given)
    if record is None and "matter_code" in definition.by_name:
        ids = office.reader.find(definition.name, "matter_code", given)
        record = office.reader.get(definition.name, ids[0]) if ids else None
    if record is None:
        raise UserError(f"没有编号为 {given} 的{definition.label}", "请用 search 查找编号")
    return record
