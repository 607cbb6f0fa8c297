"""What waits is counted from the index alone. Frozen: literals only, never edited."""

from __future__ import annotations

STATEMENTS = (
    "DROP INDEX journal_waiting",
    "CREATE INDEX journal_waiting ON journal (dev_seq, stream, at) WHERE seq IS NULL",
)
