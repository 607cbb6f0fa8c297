"""Numbers on paper: the book of what was given, and dossier numbers. Frozen: literals only, never edited."""

from __future__ import annotations

STATEMENTS = (
    """CREATE TABLE number_entry (
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
    committee ANY,
    kind ANY,
    year ANY,
    what ANY,
    first ANY,
    last ANY,
    generation ANY,
    device ANY,
    device_name ANY,
    matter ANY,
    reason ANY,
    entered_by ANY,
    entered_on ANY
) STRICT""",
    "CREATE INDEX number_entry_title_key ON number_entry (deleted, title_key)",
    "CREATE INDEX number_entry_committee ON number_entry (committee)",
    "CREATE INDEX number_entry_order ON number_entry (deleted, entered_on)",
    "ALTER TABLE committee ADD COLUMN dossier_numbering ANY",
    "ALTER TABLE dispute ADD COLUMN dossier_number ANY",
)
