"""Sync: keys of other devices, and what a fork left behind. Frozen: literals only, never edited."""

from __future__ import annotations

STATEMENTS = (
    "CREATE TABLE device_key (device TEXT PRIMARY KEY, public_key BLOB NOT NULL) STRICT",
    """CREATE TABLE journal_fork (
    n INTEGER PRIMARY KEY,
    device TEXT NOT NULL,
    dev_seq INTEGER NOT NULL,
    op_id TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    forked_at TEXT NOT NULL
) STRICT""",
)
