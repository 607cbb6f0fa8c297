"""待核 after a merge: each half was valid, the whole may not be. What sync brought is stored and put up for review.

A rule may refuse a save by a person, never an apply. The table is derived: written again whenever a record is touched.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from app.errors import Level
from app.models import rows
from app.models.database import Connection
from app.models.findings import examine
from app.models.registry import Registry


@dataclass(frozen=True, slots=True)
class Review:
    """A record that breaks a rule as it stands, and the sentence of the rule."""

    register: str
    root: str
    sentence: str
    seen_at: str


def review(registry: Registry, conn: Connection, touched: Iterable[tuple[str, str]]) -> None:
    """Ask the rules of the touched ``(register, root id)`` again and keep what stops; inside a transaction."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    for register, root in touched:
        conn.execute("DELETE FROM review WHERE root = ?", (root,))
        definition = registry.find(register)
        record = rows.read_record(conn, definition, root) if definition else None
        if record is None:
            continue
        stops = [str(one) for one in examine(record) if one.level is Level.STOP]
        conn.executemany(
            "INSERT OR IGNORE INTO review (root, register, sentence, seen_at) VALUES (?, ?, ?, ?)",
            ((root, register, sentence, now) for sentence in stops),
        )


def reviews(conn: Connection) -> list[Review]:
    """Everything up for review, oldest first."""
    found = conn.execute("SELECT register, root, sentence, seen_at FROM review ORDER BY seen_at, root, sentence")
    return [Review(register, root, sentence, seen_at) for register, root, sentence, seen_at in found]
