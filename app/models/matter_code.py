"""事项码: the one number a matter bears everywhere, made offline on any PC without asking anybody.

``JF-20261123-7K2Q4``: what it is, the Beijing day the record was made, five characters of its random part. Derived
from the record's id, so every replica comes to the same code.
"""

from __future__ import annotations

from datetime import UTC, datetime

from app.models.clock import BEIJING

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without 0, 1, I, L, O, U: read aloud on the telephone and copied by hand."""

_LENGTH = 5


def made_at(record_id: str) -> datetime:
    """The instant a record was made (UTC): its id (UUIDv7, 32 hexadecimal digits) begins with it."""
    return datetime.fromtimestamp(int(record_id[:12], 16) / 1000, UTC)


def matter_code(prefix: str, record_id: str) -> str:
    """The code of the record ``record_id``."""
    number = int(record_id[16:], 16)
    suffix = ""
    for _ in range(_LENGTH):
        number, digit = divmod(number, len(_ALPHABET))
        suffix += _ALPHABET[digit]
    return f"{prefix}-{made_at(record_id).astimezone(BEIJING):%Y%m%d}-{suffix}"
