"""Bytes of papers printed before there were attachments, in the encrypted database itself: read, no longer written.

Papers printed since are encrypted files (:mod:`app.models.blobs`), named by the line that records the printing.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.models.database import Connection


def read(conn: Connection, digest: str) -> bytes | None:
    """The bytes with this SHA-256; None when this PC does not hold them (printed elsewhere)."""
    found = conn.execute("SELECT body FROM kept_file WHERE sha256 = ?", (digest,)).fetchone()
    return bytes(found[0]) if found else None


def everything(conn: Connection) -> Iterator[tuple[str, str, bytes]]:
    """``(SHA-256, name, bytes)`` of every kept file, oldest first."""
    for digest, name, body in conn.execute("SELECT sha256, name, body FROM kept_file ORDER BY kept_at, sha256"):
        yield str(digest), str(name), bytes(body)
