"""Codes of the township's own. Frozen: literals only, never edited."""

from __future__ import annotations

STATEMENTS = (
    """CREATE TABLE local_code (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    parent TEXT,
    position INTEGER NOT NULL DEFAULT 0,
    version INTEGER NOT NULL DEFAULT 0,
    deleted INTEGER NOT NULL DEFAULT 0,
    changed_at TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    title TEXT NOT NULL DEFAULT '',
    title_key TEXT NOT NULL DEFAULT '',
    extra TEXT,
    label ANY,
    standard ANY,
    is_active ANY,
    code ANY,
    remark ANY
) STRICT""",
    "CREATE INDEX local_code_title_key ON local_code (deleted, title_key)",
    "CREATE INDEX local_code_order ON local_code (deleted, standard)",
)
