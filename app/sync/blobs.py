"""Attachments on their way: which blobs an operation names, what moves next, how much at once, when to try again.

Pure. A blob is the encrypted bytes of one file, called by their SHA-256. It travels only when the records are at rest,
piece by piece; each PC and the county check it against its name before they keep it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from app.sync.canonical import Wire
from app.sync.op import Op

NAMES = "blobs"
"""Where a payload names the blobs its changes bring, in the clear: the fields themselves end at the township."""

LEAST_PIECE = 16 * 1024
FIRST_PIECE = 256 * 1024
MOST_PIECE = 1024 * 1024
"""Bytes of one request: smaller after a failure, so that a line that breaks every 20 kB still gets on; then larger."""

LARGEST = 129 * 1024 * 1024
"""Bytes of the largest blob that a PC makes, and a little more: nobody's claim of more is believed."""

SLICE_BYTES = 2 * 1024 * 1024
SLICE_SECONDS = 10.0
"""After so much the records are looked at again before the next piece goes."""

_FIRST_DELAY, _LONGEST_DELAY = 5.0, 900.0
_FIRST_PATIENCE, _LONGEST_PATIENCE = 60.0, 3600.0
_MOST_STALLS = 3

_ID = re.compile(r"[0-9a-f]{64}")


def is_blob_id(text: object) -> bool:
    """True for 64 lower-case hexadecimal digits."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None


def naming(values: Iterable[Wire]) -> dict[str, Wire]:
    """What a payload says beside its changes when these values are ids of blobs; nothing when none is."""
    found: list[Wire] = [*sorted({value for value in values if isinstance(value, str) and is_blob_id(value)})]
    return {NAMES: found} if found else {}


def named(op: Op) -> tuple[str, ...]:
    """The blobs an operation names, without repetition; total, whatever a stranger wrote."""
    if op.payload is None or f'"{NAMES}"' not in op.payload:  # nearly every operation: not worth parsing
        return ()
    try:
        content = json.loads(op.payload)
    except (ValueError, RecursionError):
        return ()
    found = content.get(NAMES) if isinstance(content, dict) else None
    return tuple(dict.fromkeys(one for one in found if is_blob_id(one))) if isinstance(found, list) else ()


@dataclass(frozen=True, slots=True)
class Known:
    """A blob as this PC knows it in a stream.

    ``age`` rises with what names it (newest highest); ``size``: bytes here, 0 when it is not here; ``is_held``: the
    county has said that it has the whole of it.
    """

    stream: str
    blob: str
    age: int
    size: int
    is_held: bool

    @property
    def key(self) -> tuple[str, str]:
        """Stream and blob: the county keeps and permits a blob by stream."""
        return self.stream, self.blob


@dataclass(frozen=True, slots=True)
class Standing:
    """How much of a blob the county has: the whole, verified, or ``offset`` bytes that this PC brought."""

    offset: int
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Transfer:
    """One blob under way. ``offset``: bytes the other side has (sending) or this PC (fetching); None: not asked yet.

    ``size`` is 0 while unknown. ``stalls`` counts answers that did not bring it on.
    """

    stream: str
    blob: str
    is_sending: bool
    size: int = 0
    offset: int | None = None
    stalls: int = 0

    @property
    def key(self) -> tuple[str, str]:
        """Stream and blob."""
        return self.stream, self.blob

    @property
    def is_stuck(self) -> bool:
        """True when it moves no further by being tried again at once."""
        return self.stalls >= _MOST_STALLS

    def piece(self, pace: int) -> tuple[int, int]:
        """``(offset, length)`` of the next piece; length 0 when nothing remains."""
        offset = self.offset or 0
        return offset, max(0, min(pace, self.size - offset) if self.size else pace)

    def moved(self, offset: int, size: int = 0) -> Transfer:
        """After an answer: where it stands now. Standing still or falling back is a stall."""
        is_further = self.offset is None or offset > self.offset
        stalls = 0 if is_further and self.stalls == 0 else self.stalls + (not is_further)
        return replace(self, offset=offset, size=size or self.size, stalls=stalls)


def sends(known: Iterable[Known], *, writable: AbstractSet[str]) -> list[Transfer]:
    """What this PC has and the county lacks: small ones first, so that no large one holds up many; then the oldest."""
    due = [one for one in known if one.size and not one.is_held and one.stream in writable]
    return [
        Transfer(one.stream, one.blob, is_sending=True, size=one.size)
        for one in sorted(due, key=lambda one: (one.size, one.age, one.key))
    ]


def fetches(
    known: Iterable[Known],
    *,
    readable: AbstractSet[str],
    lacking: AbstractSet[tuple[str, str]],
    wanted: AbstractSet[str],
    is_all: bool,
) -> list[Transfer]:
    """What is named and not here: what somebody waits for first, then the newest. What the county lacks is not asked.

    ``is_all``: also what nobody has asked for. A blob named in two streams is fetched once.
    """
    due = [
        one
        for one in known
        if not one.size and one.stream in readable and one.key not in lacking and (is_all or one.blob in wanted)
    ]
    ordered = sorted(due, key=lambda one: (one.blob not in wanted, -one.age, one.key))
    once = {one.blob: one for one in reversed(ordered)}
    return [Transfer(one.stream, one.blob, is_sending=False) for one in ordered if once[one.blob].stream == one.stream]


def planned(sending: Iterable[Transfer], fetching: Iterable[Transfer], wanted: AbstractSet[str]) -> list[Transfer]:
    """Everything in order: what somebody waits for, then what only this PC may have, then what can still be fetched."""
    return sorted([*sending, *fetching], key=lambda one: (one.blob not in wanted, not one.is_sending))


def faster(pace: int) -> int:
    """Bytes of the next piece after one that went well."""
    return min(MOST_PIECE, pace * 2)


def slower(pace: int) -> int:
    """Bytes of the next piece after one that failed."""
    return max(LEAST_PIECE, pace // 4)


def delay(attempt: int, chance: float) -> float:
    """Seconds until files are tried again after the ``attempt``-th failure in a row; ``chance`` random in [0, 1)."""
    return max(0.5, chance * min(_LONGEST_DELAY, _FIRST_DELAY * 2.0 ** min(attempt, 16)))


def patience(refusals: int) -> float:
    """Seconds until a blob that the county refused is offered again: a full disk there may have been emptied."""
    return min(_LONGEST_PATIENCE, _FIRST_PATIENCE * 2.0 ** min(refusals, 16))


def unheld(known: Iterable[Known], lacking: AbstractSet[tuple[str, str]]) -> list[tuple[str, str]]:
    """What the county had confirmed and does not have any more: it was restored from a backup."""
    return [one.key for one in known if one.is_held and one.key in lacking]


def counted(known: Iterable[Known]) -> Mapping[str, int]:
    """Size by blob of what is here and not confirmed, each blob once."""
    return {one.blob: one.size for one in known if one.size and not one.is_held}
