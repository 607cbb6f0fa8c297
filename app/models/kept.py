"""Kept bytes of printed papers, in the encrypted database itself: what is recorded as printed exists, atomically."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime

from app.models.database import Connection


def keep(conn: Connection, name: str, body: bytes) -> str:
    """Keep a file inside the caller's transaction; returns its SHA-256. The same bytes are kept once."""
    digest = hashlib.sha256(body).hexdigest()
    conn.execute(
        "INSERT OR IGNORE INTO kept_file (sha256, name, body, kept_at) VALUES (?, ?, ?, ?)",
        (digest, name, body, datetime.now(UTC).isoformat(timespec="seconds")),
    )
    return digest


def read(conn: Connection, digest: str) -> bytes | None:
    """The bytes with this SHA-256; None when this PC does not hold them (printed elsewhere)."""
    found = conn.execute("SELECT body FROM kept_file WHERE sha256 = ?", (digest,)).fetchone()
    return bytes(found[0]) if found else None


def everything(conn: Connection) -> Iterator[tuple[str, str, bytes]]:
    """``(SHA-256, name, bytes)`` of every kept file, oldest first."""
    for digest, name, body in conn.execute("SELECT sha256, name, body FROM kept_file ORDER BY kept_at, sha256"):
        yield str(digest), str(name), bytes(body)
