"""Which blobs are named, by the lines that stand and by the journal. Reads only; what is named is never removed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from app.models.blobs import BlobStore, is_blob_id
from app.models.database import Connection
from app.models.register import Definition
from app.models.registry import Registry

KEPT_DAYS = 30
"""Days a file stays that was taken in, never saved and is in no draft."""

_ID: Final = re.compile(r"\b[0-9a-f]{64}\b")


def of_living(registry: Registry, conn: Connection) -> dict[str, int]:
    """Blobs that lines of living records name, with the number of lines: what people expect to open."""
    found: dict[str, int] = {}
    for definition, field_name in _fields(registry):
        parent = registry.parent(definition.name)
        stands = "t.deleted = 0"
        if parent is not None:
            stands += f" AND EXISTS (SELECT 1 FROM {parent.definition.name} p WHERE p.id = t.parent AND p.deleted = 0)"
        for (value,) in conn.execute(f"SELECT t.{field_name} FROM {definition.name} t WHERE {stands}"):
            if isinstance(value, str) and is_blob_id(value):
                found[value] = found.get(value, 0) + 1
    return found


def ever(registry: Registry, conn: Connection) -> frozenset[str]:
    """Blobs that any line ever named, deleted ones too: undo may bring it back."""
    found = {str(row[0]) for row in conn.execute("SELECT DISTINCT blob FROM blob_name")}
    for definition, field_name in _fields(registry):
        rows = conn.execute(f"SELECT {field_name} FROM {definition.name} WHERE {field_name} IS NOT NULL")
        found |= {row[0] for row in rows if isinstance(row[0], str)}
    return frozenset(found)


def in_drafts(conn: Connection) -> frozenset[str]:
    """Blobs that a draft names: nobody has saved them, and nobody has thrown them away."""
    return frozenset(name for (content,) in conn.execute("SELECT content FROM draft") for name in _ID.findall(content))


def tidy(registry: Registry, conn: Connection, blobs: BlobStore) -> list[str]:
    """Remove files taken in long ago that no record ever named and no draft names; returns their names."""
    return blobs.remove_orphans(ever(registry, conn) | in_drafts(conn), older_than_days=KEPT_DAYS)


def _fields(registry: Registry) -> Iterator[tuple[Definition, str]]:
    for definition in registry.everything():
        for spec in definition.fields:
            if spec.kind.names_blob:
                yield definition, spec.name
