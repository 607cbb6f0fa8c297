"""The operation: one change of one record by one user, as journalled, hashed, sent and merged.

Pure: no clock, no disk, no random. The journal of a device is a hash chain of its operations; ``seq`` is given by the
county per township and stream, and an operation without it is *waiting*: nothing else says so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any

from app.sync.canonical import Wire, canonical, json_text, sha256_hex

SCHEMA = 1
"""Version of the meaning of operations this program writes; older ones pass upcasters when read."""

REFUSED_SEQ = 0
"""``seq`` of an operation the county has answered but refused: it used up its number and stands in no stream."""

DELETED = "$deleted"
"""The field that a tombstone sets to true; deleting and bringing back are ordinary changes of it."""

REASON = "$reason"
"""The name a reason is sealed under: it is no field, but what people write there names people."""

TX_LIMIT = 200
"""Most operations in one ``tx_id`` (one user's act may hold up to :data:`ACT_TX_LIMIT`)."""

ACT_TX_LIMIT = 2000


class OpKind(StrEnum):
    """What an operation does; a kind of a newer program stays plain text."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    RESOLVE = "resolve"
    ERASE = "erase"
    ACCESS = "access"


@dataclass(frozen=True, slots=True)
class Op:
    """One journal entry.

    ``payload`` is canonical JSON text ``{"changes": {field: [was, new]}, "reason": sealed?}``; ``was`` and ``new`` are
    wire values, sealed (``{"$s": …}``) where the field's reach ends at the township, and a long or sealed ``was`` is
    only a digest (``{"$d": …}``). An erased operation has ``payload`` None and an empty ``salt``; its digest and hash
    still verify the chain. A ``kind`` of a newer program stays plain text, kept and passed on. ``root`` is the id of
    the top record (a dispute for its parties), equal to ``record_id`` for a top record. ``base_version`` is the
    highest ``seq`` of this record's operations the author knew. ``at`` is the author's clock in UTC (ISO 8601, ms):
    a claim shown to people, never the order.
    """

    device: str
    dev_seq: int
    op_id: str
    tx_id: str
    act_id: str
    stream: str
    register: str
    record_id: str
    root: str
    kind: OpKind | str
    base_version: int
    user: str
    at: str
    schema: int
    salt: str
    payload: str | None
    payload_digest: str
    prev_hash: str
    hash: str
    seq: int | None = None

    @property
    def is_waiting(self) -> bool:
        """True until the county has acknowledged this operation by number."""
        return self.seq is None

    def changes(self) -> dict[str, tuple[Wire, Wire]]:
        """``{field: (was, new)}``; empty when erased."""
        if self.payload is None:
            return {}
        content = json.loads(self.payload)
        return {field: (pair[0], pair[1]) for field, pair in content.get("changes", {}).items()}

    def content(self) -> dict[str, Wire]:
        """The whole decoded payload; empty when erased."""
        return json.loads(self.payload) if self.payload is not None else {}

    def with_seq(self, seq: int | None) -> Op:
        """The same operation with the number the county gave (or took back)."""
        return replace(self, seq=seq)


def payload_text(
    changes: Mapping[str, tuple[Wire, Wire]], *, reason: Wire = None, more: Mapping[str, Wire] | None = None
) -> str:
    """Canonical payload of an operation; ``more`` holds what other kinds need (conflict id, legal basis …)."""
    content: dict[str, object] = {"changes": {field: list(pair) for field, pair in changes.items()}, **(more or {})}
    if reason:
        content["reason"] = reason
    return canonical(content)


def creation_text(values: Mapping[str, Wire], *, reason: Wire = None) -> str:
    """What :func:`payload_text` makes of a record that was not there before: nothing becomes each of the values."""
    changes = [
        f"{json_text(name)}:[null,{json_text(value) if type(value) is str else canonical(value)}]"
        for name, value in sorted(values.items())
    ]
    said = f',"reason":{canonical(reason)}' if reason else ""
    return f'{{"changes":{{{",".join(changes)}}}{said}}}'


def payload_digest(salt: str, payload: str) -> str:
    """Digest that stands in the chain for the payload; the salt keeps an erased short payload from being guessed."""
    return sha256_hex(salt, payload)


def genesis(township: str, device: str) -> str:
    """``prev_hash`` of a device's first operation: binds the chain to township and device."""
    return sha256_hex("township-desk", township, device)


def op_hash(op: Op) -> str:
    """Hash of one link: previous hash, header, payload digest. ``seq`` is the county's and not part of it."""
    return sha256_hex(op.prev_hash, _header(op), op.payload_digest)


def _header(op: Op) -> str:
    """Canonical text of the fields that a link covers, written out: every operation passes here more than once."""
    numbers = (op.dev_seq, op.base_version, op.schema)
    texts = (
        op.device, op.op_id, op.tx_id, op.act_id, op.stream, op.register, op.record_id, op.root, str(op.kind),
        op.user, op.at,
    )  # fmt: skip
    if any(type(number) is not int for number in numbers) or any(type(text) is not str for text in texts):
        return canonical([texts[0], numbers[0], *texts[1:9], numbers[1], *texts[9:], numbers[2]])
    device, *words, user, at = map(json_text, texts)
    return f"[{device},{op.dev_seq},{','.join(words)},{op.base_version},{user},{at},{op.schema}]"


def sealed_link(op: Op) -> Op:
    """``op`` with its digest and hash computed; what the journal appends."""
    return linked_fresh(replace(op))


def linked_fresh(op: Op) -> Op:
    """As :func:`sealed_link`, for an operation that nobody else holds yet: it is completed itself, not a copy."""
    digest = payload_digest(op.salt, op.payload or "")
    object.__setattr__(op, "payload_digest", digest)
    object.__setattr__(op, "hash", op_hash(op))
    return op


def link_is_sound(op: Op) -> bool:
    """True when hash and (unless erased) payload digest agree with the content."""
    if op.payload is not None and payload_digest(op.salt, op.payload) != op.payload_digest:
        return False
    return op_hash(op) == op.hash


_FIELDS = tuple(field.name for field in fields(Op))
_KINDS = {str(kind): kind for kind in OpKind}


def op_to_json(op: Op) -> dict[str, Any]:
    """The operation as a JSON object; :func:`op_from_json` makes the same one of it."""
    return {name: getattr(op, name) for name in _FIELDS}


def op_from_json(stored: Mapping[str, Any]) -> Op:
    """The operation of a JSON object. Raises ``TypeError`` when a field is missing or unknown."""
    return Op(**{**stored, "kind": kind_of(stored["kind"])})


def kind_of(text: str) -> OpKind | str:
    """The kind by its wire name; one that this program does not know stays text."""
    return _KINDS.get(text, text)
