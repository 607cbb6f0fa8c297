"""What lies in a data folder, by name. Imports nothing heavy: the first window asks before anything else is loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Final

DATABASE: Final = "township.db"
LOCK: Final = "township.lock"
KEYS: Final = "township.keys"
MAKING: Final = "township.making"
"""Stands in a folder while its township is being made."""

READY: Final = "ready"
"""Stands in a staged backup that is whole and may take the data folder's place."""

_STAGE: Final = "restoring"


def stage_of(data: Path) -> Path:
    """Where a backup is copied to, beside the data folder, before it takes its place."""
    return data.with_name(f".{data.name}-{_STAGE}")
