"""Travel of attachments: which operation names which, and what the county has. Local. Frozen: literals only."""

from __future__ import annotations

STATEMENTS = (
    """CREATE TABLE blob_name (
    stream TEXT NOT NULL,
    blob TEXT NOT NULL,
    op_id TEXT NOT NULL,
    PRIMARY KEY (stream, blob, op_id)
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX blob_name_op ON blob_name (op_id)",
    """CREATE TABLE blob_held (
    stream TEXT NOT NULL,
    blob TEXT NOT NULL,
    PRIMARY KEY (stream, blob)
) STRICT, WITHOUT ROWID""",
)
