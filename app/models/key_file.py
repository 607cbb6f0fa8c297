"""The key file as it lies on the disk: who can sign in here, and the wrapped keys. Opens nothing, derives nothing.

Light by intent: the sign-in window stands before the cryptography is loaded.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from app.errors import StoreError
from app.models.folder import KEYS

RECOVERY: Final = "recovery"
"""The slot of the township's recovery key."""

SALT_BYTES: Final = 16
_BOX_BYTES: Final = 12 + 32 + 16
TIME_COST: Final = 3
MEMORY_KIB: Final = 64 * 1024
LANES: Final = 2
_MOST_TIME, _MOST_KIB = 16, 1024 * 1024
"""What a key file may ask for at most: a damaged or malicious one must not take all memory or never end."""

_DAMAGED_STEP = "请从备份中取回同名文件；不要删除数据文件"


@dataclass(frozen=True, slots=True)
class Slot:
    """The database key wrapped for one account (or for the recovery key)."""

    id: str
    name: str
    salt: str
    wrapped: str
    time_cost: int = TIME_COST
    memory_kib: int = MEMORY_KIB


@dataclass(frozen=True, slots=True)
class KeyFile:
    """What the township is called before anything is open, and the slots in the order they were made."""

    township: str = ""
    slots: Mapping[str, Slot] = field(default_factory=dict)


def read(folder: Path) -> KeyFile:
    """The key file of a data folder; empty when there is none. Raises ``StoreError`` when it is damaged."""
    path = folder / KEYS
    if not path.exists():
        return KeyFile()
    try:
        stored = json.loads(path.read_text("utf-8"))
        township = str(stored.get("township", ""))
        slots = [_sound(Slot(**item)) for item in stored["slots"]]
    except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        sentence = f"密钥文件已损坏：{path.name}"
        raise StoreError(sentence, _DAMAGED_STEP) from error
    return KeyFile(township, {slot.id: slot for slot in slots})


def people(slots: Mapping[str, Slot]) -> list[Slot]:
    """Slots of accounts, without the recovery key's."""
    return [slot for slot in slots.values() if slot.id != RECOVERY]


def _sound(slot: Slot) -> Slot:
    """The slot as read; raises ``ValueError`` for what this program never wrote."""
    texts = (slot.id, slot.name, slot.salt, slot.wrapped)
    numbers = ((slot.time_cost, 1, _MOST_TIME), (slot.memory_kib, 8 * LANES, _MOST_KIB))
    is_sound = all(type(one) is str for one in texts) and all(
        type(number) is int and least <= number <= most for number, least, most in numbers
    )
    salt, box = (base64.b64decode(one, validate=True) for one in (slot.salt, slot.wrapped)) if is_sound else (b"", b"")
    if len(box) != _BOX_BYTES or len(salt) != (0 if slot.id == RECOVERY else SALT_BYTES):
        message = "not a key slot"
        raise ValueError(message)
    return slot
