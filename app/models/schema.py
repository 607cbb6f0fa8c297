"""Shape of the tables: what a declaration asks for.

``python -m app.models.schema person`` prints the literal SQL for a migration; a golden test holds the migrated file and
the declarations equal. Values have no constraint here on purpose: whatever another program or a merge brings must be
storable (fields are ``ANY``), judging happens before a save.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from app.models.kinds import RefKind
from app.models.register import Definition

ROW_COLUMNS = (
    "n INTEGER PRIMARY KEY",
    "id TEXT NOT NULL UNIQUE",
    "parent TEXT",
    "position INTEGER NOT NULL DEFAULT 0",
    "version INTEGER NOT NULL DEFAULT 0",
    "deleted INTEGER NOT NULL DEFAULT 0",
    "changed_at TEXT NOT NULL",
    "changed_by TEXT NOT NULL",
    "title TEXT NOT NULL DEFAULT ''",
    "title_key TEXT NOT NULL DEFAULT ''",
    "extra TEXT",
)
"""What every table has beside its fields. ``n`` is this PC's own number: never journalled, sent or referred to."""

RESERVED = frozenset(column.split()[0] for column in ROW_COLUMNS)


def table_sql(definition: Definition) -> str:
    """CREATE TABLE of a register or line."""
    columns = [*ROW_COLUMNS, *(f"{spec.name} ANY" for spec in definition.fields)]
    body = ",\n    ".join(columns)
    return f"CREATE TABLE {definition.name} (\n    {body}\n) STRICT"


def index_sql(definition: Definition) -> Iterator[str]:
    """Indexes: references, holders and numbers are looked up, lines by their parent, lists by name and own order."""
    name = definition.name
    if definition.is_line:
        yield f"CREATE INDEX {name}_parent ON {name} (parent, position)"
    else:
        yield f"CREATE INDEX {name}_title_key ON {name} (deleted, title_key)"
    for spec in definition.fields:
        is_number = spec.kind.name in ("id_number", "credit_code")
        is_holder = spec.kind.name == "holder" and not definition.is_line
        if isinstance(spec.kind, RefKind) or is_number or is_holder:
            yield f"CREATE INDEX {name}_{spec.name} ON {name} ({spec.name})"
    order = definition.sort.lstrip("-")
    if order and order in definition.by_name:
        yield f"CREATE INDEX {name}_order ON {name} (deleted, {order})"


def statements(definition: Definition) -> list[str]:
    """Table and indexes of a register or line."""
    return [table_sql(definition), *index_sql(definition)]


def main(names: list[str]) -> None:
    """Print the statements of the named registers and their lines (all without a name)."""
    from app.models.registers import REGISTRY

    for definition in REGISTRY.everything():
        parent = REGISTRY.parent(definition.name)
        if not names or definition.name in names or (parent and parent.definition.name in names):
            sys.stdout.write(";\n".join(statements(definition)) + ";\n")


if __name__ == "__main__":
    main(sys.argv[1:])
