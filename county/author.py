"""The county as author: what it says to a township becomes signed operations of the stream ``config``.

Signed with the key of the certificate that every PC pinned when it enrolled, numbered like any other operation. Saying
the same again changes nothing.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from app.sync.authority import author_id
from app.sync.batch import Batch, open_batch, seal
from app.sync.canonical import Wire, sha256_hex
from app.sync.countywide import entry_name
from app.sync.merge import RecordState, evidence
from app.sync.op import DELETED, SCHEMA, Op, OpKind, payload_text, sealed_link
from app.sync.streams import CONFIG
from county.ingest import Device
from county.ledger import Ledger
from county.overlay import Wanted

USER = "county"
"""Who stands in the history of what the county said."""

_Change = tuple[str, str, OpKind, dict[str, tuple[Wire, Wire]], RecordState | None]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing the county says to a township; ``is_withdrawn`` when it no longer does."""

    name: str
    register: str
    values: Mapping[str, Wire]
    is_withdrawn: bool


class Author:
    """Speaks for the county with its key; each method is one transaction per township."""

    def __init__(self, ledger: Ledger, key: Path) -> None:
        loaded = load_pem_private_key(key.read_bytes(), password=None)
        assert isinstance(loaded, Ed25519PrivateKey)  # noqa: S101 - made so by county.certificate
        self._ledger = ledger
        self._key = loaded
        self.public_key = loaded.public_key().public_bytes_raw()

    def say(self, township: str, wanted: Sequence[Wanted]) -> int:
        """Say this; how many entries are new or changed. What was said before and is not in here stays."""
        return self._publish(township, partial(_said, township, wanted))

    def withdraw(self, township: str, names: Collection[str]) -> int:
        """Take entries back by name; how many stood. What was entered under a withdrawn code stays readable."""
        return self._publish(township, partial(_withdrawn, names))

    def entries(self, township: str) -> list[Entry]:
        """Everything ever said to a township, by name."""
        found = (
            Entry(entry_name(state.register, state.values), state.register, state.values, state.is_deleted)
            for state in self._ledger.configuration(township).values()
        )
        return sorted(found, key=lambda one: one.name)

    def _publish(self, township: str, changes: Any) -> int:
        author = author_id(township, self.public_key)

        def make(device: Device, standing: Mapping[str, RecordState]) -> Batch | None:
            ops = list(_chained(device, changes(standing)))
            if not ops:
                return None
            _, packed = seal(township, ops, self._key)
            return open_batch(packed, self.public_key)

        return self._ledger.publish(township, author, self.public_key, make)


def _said(township: str, wanted: Sequence[Wanted], standing: Mapping[str, RecordState]) -> Iterator[_Change]:
    for one in wanted:
        record_id = sha256_hex("county entry", township, one.name)[:32]
        state = standing.get(record_id)
        before = {name: value for name, value in state.values.items() if name != DELETED} if state else {}
        after = {**dict.fromkeys(before), **one.values}
        changes = {name: (before.get(name), value) for name, value in after.items() if before.get(name) != value}
        if state is not None and state.is_deleted:
            changes[DELETED] = (True, False)
        if changes:
            yield one.register, record_id, OpKind.UPDATE if state else OpKind.CREATE, changes, state


def _withdrawn(names: Collection[str], standing: Mapping[str, RecordState]) -> Iterator[_Change]:
    for record_id, state in standing.items():
        if not state.is_deleted and entry_name(state.register, state.values) in names:
            yield state.register, record_id, OpKind.DELETE, {DELETED: (False, True)}, state


def _chained(device: Device, changes: Iterator[_Change]) -> Iterator[Op]:
    previous, act = device.head_hash, uuid.uuid4().hex
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    for dev_seq, (register, record_id, kind, changed, state) in enumerate(changes, device.next):
        op = sealed_link(
            Op(
                device=device.id,
                dev_seq=dev_seq,
                op_id=uuid.uuid4().hex,
                tx_id=act,
                act_id=act,
                stream=CONFIG,
                register=register,
                record_id=record_id,
                root=record_id,
                kind=kind,
                base_version=state.version if state else 0,
                user=USER,
                at=now,
                schema=SCHEMA,
                salt=secrets.token_hex(8),
                payload=payload_text(changed, more=evidence(state, kind)),
                payload_digest="",
                prev_hash=previous,
                hash="",
            )
        )
        previous = op.hash
        yield op
