"""Drafts: what stands in the editors of a form. Local, encrypted with the database, never journalled nor synced."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from app.models import clock
from app.models.database import Connection


@dataclass(frozen=True, slots=True)
class Draft:
    """Raw editor values of one form. ``base_version`` tells when the record moved on meanwhile.

    ``note`` says why a draft exists that nobody typed: a change the county refused.
    """

    id: str
    register: str
    record_id: str
    base_version: int
    content: dict[str, Any]
    user: str
    saved_at: str
    note: str = ""


def keep(conn: Connection, draft: Draft) -> None:
    """Write or overwrite a draft; inside a transaction of the writer."""
    conn.execute(
        "INSERT OR REPLACE INTO draft VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            draft.id,
            draft.register,
            draft.record_id,
            draft.base_version,
            json.dumps(draft.content),
            draft.user,
            draft.saved_at or clock.stamp(),
            draft.note,
        ),
    )


def drop(conn: Connection, draft_id: str) -> None:
    """Forget a draft that was saved or thrown away."""
    conn.execute("DELETE FROM draft WHERE id = ?", (draft_id,))


def waiting(conn: Connection, user: str) -> list[Draft]:
    """A user's drafts, newest first; and those nobody typed."""
    found = conn.execute(
        "SELECT id, register, record_id, base_version, content, user, saved_at, note FROM draft"
        " WHERE user = ? OR note <> '' ORDER BY saved_at DESC",
        (user,),
    )
    return [
        Draft(identifier, register, record_id, version, json.loads(content), author, saved_at, note)
        for identifier, register, record_id, version, content, author, saved_at, note in found
    ]
