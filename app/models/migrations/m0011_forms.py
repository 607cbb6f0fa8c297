"""Packs of the office's own forms; which form a printed paper is. Frozen: literals only, never edited."""

from __future__ import annotations

STATEMENTS = (
    """CREATE TABLE form_pack (
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
    name ANY,
    edition ANY,
    for_register ANY,
    issuer ANY,
    form_kind ANY,
    pack ANY,
    is_active ANY,
    note ANY,
    installed_at ANY,
    installed_by ANY,
    sha256 ANY,
    size ANY,
    file ANY
) STRICT""",
    "CREATE INDEX form_pack_title_key ON form_pack (deleted, title_key)",
    "ALTER TABLE dispute_paper ADD COLUMN form_id ANY",
    "ALTER TABLE dispute_paper ADD COLUMN form_version ANY",
)
