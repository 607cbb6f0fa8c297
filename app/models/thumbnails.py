"""Small pictures of attachments, kept in the encrypted database of this PC: local, made again whenever absent."""

from __future__ import annotations

from app.models import clock
from app.models.database import Connection


def read(conn: Connection, blob: str) -> bytes | None:
    """The small picture of a blob; None when none was made."""
    found = conn.execute("SELECT body FROM thumbnail WHERE blob = ?", (blob,)).fetchone()
    return bytes(found[0]) if found else None


def keep(conn: Connection, blob: str, picture: bytes) -> None:
    """Keep a small picture, in the caller's transaction."""
    conn.execute(
        "INSERT INTO thumbnail (blob, body, kept_at) VALUES (?, ?, ?)"
        " ON CONFLICT (blob) DO UPDATE SET body = excluded.body, kept_at = excluded.kept_at",
        (blob, picture, clock.stamp()),
    )
