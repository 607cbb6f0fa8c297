"""待核 after a merge: each half was valid, the whole may not be. What sync brought is stored and put up for review.

A rule may refuse a save by a person, never an apply. The table is derived: written again whenever a record is touched.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from app.models import clock, rows
from app.models.database import Connection
from app.models.findings import stops
from app.models.register import Record
from app.models.registry import Registry


@dataclass(frozen=True, slots=True)
class Review:
    """A record that breaks a rule as it stands, and the sentence of the rule."""

    register: str
    root: str
    sentence: str
    seen_at: str


def review(
    registry: Registry,
    conn: Connection,
    touched: Collection[tuple[str, str]],
    *,
    made: Mapping[tuple[str, str], Record] | None = None,
) -> None:
    """Ask the rules of the touched ``(register, root id)`` again and keep what stops; inside a transaction.

    ``made``: records at hand, which need not be read.
    """
    now = clock.stamp()
    at_hand = made or {}
    conn.executemany("DELETE FROM review WHERE root = ?", [(root,) for _, root in touched])
    found: list[tuple[str, str, str, str]] = []
    for register, root in touched:
        record = at_hand.get((register, root)) or _read(registry, conn, register, root)
        if record is not None:
            found += [(root, register, str(one), now) for one in stops(record)]
    conn.executemany("INSERT OR IGNORE INTO review (root, register, sentence, seen_at) VALUES (?, ?, ?, ?)", found)


def _read(registry: Registry, conn: Connection, register: str, root: str) -> Record | None:
    definition = registry.find(register)
    return rows.read_record(conn, definition, root) if definition else None


def reviews(conn: Connection) -> list[Review]:
    """Everything up for review, oldest first."""
    found = conn.execute("SELECT register, root, sentence, seen_at FROM review ORDER BY seen_at, root, sentence")
    return [Review(register, root, sentence, seen_at) for register, root, sentence, seen_at in found]
