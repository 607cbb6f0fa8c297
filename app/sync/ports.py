"""What sync needs of a replica, and what it keeps of a county. No socket, no SQL: both sides are given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.sync.authority import authority_of
from app.sync.batch import Header
from app.sync.blobs import Known, Standing
from app.sync.machine import Own
from app.sync.op import Op
from app.sync.page import Cursor, Page
from app.sync.protocol import Hello, HelloAnswer, PushAnswer, Settled


@dataclass(frozen=True, slots=True)
class Link:
    """A PC's tie to its county: address, pinned certificate (PEM), who this PC is there, and its key."""

    url: str
    certificate: str
    township: str
    township_name: str
    device: str
    device_name: str
    key: bytes = field(repr=False)
    scope: tuple[str, ...]

    @property
    def private_key(self) -> Ed25519PrivateKey:
        """The device's signing key."""
        return Ed25519PrivateKey.from_private_bytes(self.key)

    @property
    def public_key(self) -> bytes:
        """What the county verifies this device by (32 bytes)."""
        return self.private_key.public_key().public_bytes_raw()

    @property
    def authority(self) -> bytes:
        """The county's own public key, from the pinned certificate: whose word in the stream ``config`` counts."""
        return authority_of(self.certificate)


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits: own operations without a number (audit not counted), since when, and how many were refused."""

    waiting: int
    oldest_at: str | None
    refused: int


@dataclass(frozen=True, slots=True)
class WaitingItem:
    """One waiting (or refused) operation as the clerk sees it. ``error`` is the county's reason, "" when none."""

    op_id: str
    register: str
    record_id: str
    root: str
    kind: str
    user: str
    at: str
    error: str


@dataclass(frozen=True, slots=True)
class FilesWaiting:
    """Attachments on their way: how many here wait for the county, their bytes, and how many are not here yet."""

    to_send: int = 0
    bytes_to_send: int = 0
    to_fetch: int = 0


class County(Protocol):
    """The county as the agent talks to it; every method may raise ``SyncError``."""

    def hello(self, hello: Hello) -> HelloAnswer:
        """Say who we are and what we have."""

    def push(self, header: Header, packed: bytes) -> PushAnswer:
        """Send a sealed batch; the answer comes after the commit."""

    def page(self, stream: str, after: Cursor) -> str:
        """Text of the page of changes after a cursor."""

    def renew(self, device: str, key: Ed25519PrivateKey) -> None:
        """Ask for a further identity."""

    def close(self) -> None:
        """Drop the connections."""


class Replica(Protocol):
    """A store that takes part in sync. Every writing method is one transaction; any may raise ``StoreError``."""

    def link(self) -> Link | None:
        """The tie to the county; None while the PC works alone."""

    def own(self) -> Own:
        """Length of the own chain and the cursors."""

    def hello(self, clock: str) -> Hello:
        """What this PC says of itself."""

    def hash_at(self, dev_seq: int) -> str:
        """Hash of an own entry, the chain's start at 0, "" when there is none."""

    def outgoing(self, from_seq: int) -> list[Op]:
        """Own entries from ``from_seq`` on: enough for one batch, acts whole."""

    def known_keys(self) -> Mapping[str, bytes]:
        """Public keys of other devices seen before."""

    def settle(self, results: Sequence[Settled]) -> None:
        """Keep the county's word: refused ones leave the fold and become drafts with the reason."""

    def apply(self, page: Page) -> None:
        """Store a verified page, refold what it touches and move the cursor, all in one transaction."""

    def rewind(self, streams: Sequence[str], next_seq: int) -> None:
        """Take back the numbers of these streams and the acknowledgement of own entries from ``next_seq`` on."""

    def adopt(self, device: str, key: bytes, *, move_waiting: bool) -> None:
        """Become another device; waiting entries move to the new chain with their ids when ``move_waiting``."""

    def reclaim(self) -> None:
        """Move entries without a number that are not on the own chain to its end, their ids kept."""

    def backlog(self) -> Backlog:
        """What waits."""

    def waiting_items(self, limit: int) -> list[WaitingItem]:
        """The oldest waiting and refused operations."""

    def note(self, name: str, value: str) -> None:
        """Keep a small fact about sync."""

    def noted(self, name: str) -> str:
        """A fact kept before, "" when none."""


@runtime_checkable
class Carrier(Protocol):
    """The county as it takes and gives the encrypted bytes of attachments; every method may raise ``SyncError``."""

    def blobs_lacking(self, stream: str) -> list[str]:
        """Names in this stream of which the county does not have the file."""

    def blob_standing(self, stream: str, blob: str) -> Standing:
        """How much of a blob the county has."""

    def send_piece(self, stream: str, blob: str, *, offset: int, total: int, piece: bytes) -> Standing:
        """Bring the piece that follows ``offset``; where it stands afterwards, also when it stood elsewhere."""

    def fetch_piece(self, stream: str, blob: str, *, offset: int, length: int) -> tuple[bytes, int]:
        """``(bytes, size of the whole)`` from ``offset`` on."""


class Files(Protocol):
    """Attachments on this PC, as they travel: encrypted. Any method may raise ``StoreError``."""

    def known(self) -> list[Known]:
        """Every blob that an operation acknowledged by the county names, by stream."""

    def waiting(self) -> FilesWaiting:
        """What is under way, also of operations that wait themselves."""

    def is_all_wanted(self) -> bool:
        """False when this PC fetches only what somebody opens."""

    def read(self, blob: str, offset: int, length: int) -> bytes:
        """Some of the bytes of a blob that is here."""

    def fetched(self, blob: str) -> int:
        """Bytes fetched so far of a blob that is not whole yet."""

    def keep_piece(self, blob: str, offset: int, piece: bytes) -> None:
        """Add a piece to what was fetched."""

    def complete(self, stream: str, blob: str) -> bool:
        """Verify what was fetched and put it in its place; False, and it is thrown away, when it is something else."""

    def confirm(self, stream: str, blob: str) -> None:
        """Keep that the county has the whole of it."""

    def unconfirm(self, keys: Sequence[tuple[str, str]]) -> None:
        """The county does not have these ``(stream, blob)`` any more."""

    def doubt(self, blob: str) -> None:
        """The county refused these bytes: put them aside if they are damaged here, so that a good copy may come."""
