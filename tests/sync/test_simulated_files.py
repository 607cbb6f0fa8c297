"""Bad days for attachments: lines that break, bytes that turn, kills, restored PCs and a restored county.

The mover and the pure core are the real ones; county and disks are dictionaries. The records are taken as synced: what
names which file is known everywhere. After the storm everybody gets, in bounded rounds, everything that is theirs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

import pytest

from app.errors import SyncError
from app.sync import blobs, moving
from app.sync.blobs import Known, Standing
from app.sync.https import FileRefusedError
from app.sync.moving import FileMover
from app.sync.ports import FilesWaiting
from app.sync.streams import MEDIATION, SAFETY, pulled, writable

Answer = TypeVar("Answer")
Key = tuple[str, str]

SCOPES = {"A": (SAFETY, MEDIATION), "B": (SAFETY, MEDIATION), "C": (SAFETY,)}
DAYS = 150
LARGEST = 3000


class CrashError(BaseException):
    """The program ends here; only what is on disk remains."""


class BrokenError(BaseException):
    """An invariant does not hold."""


def require(holds: object, what: str) -> None:
    if not holds:
        raise BrokenError(what)


def name_of(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


@dataclass
class Held:
    """The county's files: whole ones by stream, and what each PC has brought so far."""

    names: set[Key] = field(default_factory=set)
    whole: dict[Key, bytes] = field(default_factory=dict)
    parts: dict[tuple[str, str, str], bytes] = field(default_factory=dict)

    def copy(self) -> Held:
        return Held(set(self.names), dict(self.whole), dict(self.parts))


class MemoryBlobs:
    """What :mod:`county.blobs` does with SQL."""

    def __init__(self) -> None:
        self.held = Held()

    def check(self, key: Key, allowed: Sequence[str] | frozenset[str]) -> None:
        if key[0] not in allowed or key not in self.held.names:
            raise FileRefusedError("没有")

    def standing(self, device: str, key: Key) -> Standing:
        if key in self.held.whole:
            return Standing(len(self.held.whole[key]), is_whole=True)
        return Standing(len(self.held.parts.get((device, *key), b"")), is_whole=False)

    def take(self, device: str, key: Key, offset: int, total: int, piece: bytes) -> Standing:
        before = self.standing(device, key)
        if before.is_whole or offset != before.offset:
            return before
        body = self.held.parts.get((device, *key), b"") + piece
        self.held.parts[device, *key] = body
        if len(body) >= total:
            del self.held.parts[device, *key]
            if not self.is_right(key, body):
                raise FileRefusedError("校验码不符")
            self.held.whole[key] = body
        return self.standing(device, key)

    def is_right(self, key: Key, body: bytes) -> bool:
        return name_of(body) == key[1]


@dataclass
class Disk:
    """What survives a crash of a PC."""

    here: dict[str, bytes] = field(default_factory=dict)
    incoming: dict[str, bytes] = field(default_factory=dict)
    held: set[Key] = field(default_factory=set)

    def copy(self) -> Disk:
        return Disk(dict(self.here), dict(self.incoming), set(self.held))


class MemoryFiles:
    """One PC's files; see :class:`app.sync.ports.Files`."""

    def __init__(self, day: FileDay, name: str) -> None:
        self.day, self.name, self.disk, self.scope = day, name, Disk(), SCOPES[name]

    def known(self) -> list[Known]:
        return [
            Known(stream, blob, age, len(self.disk.here.get(blob, b"")), (stream, blob) in self.disk.held)
            for age, (stream, blob) in enumerate(self.day.names, 1)
            if stream in self.scope
        ]

    def waiting(self) -> FilesWaiting:
        known = self.known()
        sending = [one for one in known if one.size and not one.is_held]
        return FilesWaiting(len(sending), sum(one.size for one in sending), sum(not one.size for one in known))

    def is_all_wanted(self) -> bool:
        return True

    def read(self, blob: str, offset: int, length: int) -> bytes:
        return self.disk.here[blob][offset : offset + length]

    def fetched(self, blob: str) -> int:
        return len(self.disk.incoming.get(blob, b""))

    def keep_piece(self, blob: str, offset: int, piece: bytes) -> None:
        if self.day.strikes(0.05):  # a kill while the disk has made room and not written
            self.disk.incoming[blob] = self.disk.incoming.get(blob, b"")[:offset] + b"\0" * len(piece)
            raise CrashError
        self.disk.incoming[blob] = self.disk.incoming.get(blob, b"")[:offset] + piece

    def complete(self, stream: str, blob: str) -> bool:
        body = self.disk.incoming.pop(blob)
        if not self.is_right(blob, body):
            return False
        self.disk.here[blob] = body
        self.confirm(stream, blob)
        return True

    def is_right(self, blob: str, body: bytes) -> bool:
        return name_of(body) == blob

    def confirm(self, stream: str, blob: str) -> None:
        self.disk.held.add((stream, blob))

    def unconfirm(self, keys: Sequence[Key]) -> None:
        self.disk.held -= set(keys)

    def doubt(self, blob: str) -> None:
        if name_of(self.disk.here.get(blob, b"")) != blob:
            self.disk.here.pop(blob, None)


class Line:
    """The county as one PC reaches it on this day."""

    def __init__(self, day: FileDay, pc: MemoryFiles) -> None:
        self.day, self.pc = day, pc

    def blobs_lacking(self, stream: str) -> list[str]:
        held = self.day.county.held
        return self._through(
            lambda: sorted(blob for key in held.names - set(held.whole) if key[0] == stream for blob in [key[1]])
        )

    def blob_standing(self, stream: str, blob: str) -> Standing:
        self.day.county.check((stream, blob), pulled(self.pc.scope))
        return self._through(lambda: self.day.county.standing(self.pc.name, (stream, blob)))

    def send_piece(self, stream: str, blob: str, *, offset: int, total: int, piece: bytes) -> Standing:
        self.day.county.check((stream, blob), writable(self.pc.scope))
        if self.day.strikes(0.03):
            piece = self.day.turned(piece)
        key = (stream, blob)
        return self._through(lambda: self.day.county.take(self.pc.name, key, offset, total, piece))

    def fetch_piece(self, stream: str, blob: str, *, offset: int, length: int) -> tuple[bytes, int]:
        self.day.county.check((stream, blob), pulled(self.pc.scope))
        self.day.given.add((self.pc.name, stream))

        def give() -> tuple[bytes, int]:
            body = self.day.county.held.whole.get((stream, blob))
            if body is None or offset >= len(body):
                raise FileRefusedError("还没有")
            piece = body[offset : offset + length]
            return (self.day.turned(piece) if self.day.strikes(0.03) else piece), len(body)

        return self._through(give)

    def _through(self, ask: Callable[[], Answer]) -> Answer:
        fate = self.day.random.random() if self.day.is_stormy else 0.5
        if fate < 0.06:
            raise SyncError("连接不上")
        if fate < 0.08:
            raise CrashError
        if fate < 0.12:
            ask()  # sent twice, the second answer counts
        answer = ask()
        if fate > 0.94:
            raise SyncError("连接中断")
        if fate > 0.92:
            raise CrashError
        return answer


class FileDay:
    """One simulated day; ``county`` and ``files`` may be classes with a planted fault."""

    def __init__(
        self, seed: int, *, county: type[MemoryBlobs] = MemoryBlobs, files: type[MemoryFiles] = MemoryFiles
    ) -> None:
        self.random = Random(seed)
        self.is_stormy = True
        self.names: list[Key] = []
        self.given: set[tuple[str, str]] = set()
        self.county = county()
        self.pcs = [files(self, name) for name in SCOPES]
        self.now = 0.0
        self._backup = self.county.held.copy()
        self._copies: list[tuple[MemoryFiles, Disk]] = []

    def strikes(self, chance: float) -> bool:
        return self.is_stormy and self.random.random() < chance

    def turned(self, piece: bytes) -> bytes:
        if not piece:
            return piece
        at = self.random.randrange(len(piece))
        return piece[:at] + bytes([piece[at] ^ 1 << self.random.randrange(8)]) + piece[at + 1 :]

    def run(self) -> FileDay:
        acts: list[tuple[Callable[[], None], int]] = [
            (self._attach, 20),
            (self._move_some, 45),
            (self._back_up, 4),
            (self._restore_county, 3),
            (self._restore_pc, 2),
        ]
        chosen, weights = zip(*acts, strict=True)
        for _ in range(30):
            self.random.choices(chosen, weights)[0]()
        self.is_stormy = False
        for _ in range(8):
            for pc in self.pcs:
                self._round(pc)
        waiting = [pc.waiting() for pc in self.pcs]
        is_quiet = all(pc.waiting().to_send == 0 and not self._due(pc) for pc in self.pcs)
        require(is_quiet, f"no peace after eight rounds: {waiting}")
        self._judge()
        return self

    # -- what happens ----------------------------------------------------------------------------------------------

    def _attach(self) -> None:
        pc = self.random.choice(self.pcs)
        body = self.random.randbytes(self.random.choice((1, 40, 900, LARGEST)))
        key = (self.random.choice(pc.scope), name_of(body))
        pc.disk.here[key[1]] = body
        self.names.append(key)
        self.county.held.names.add(key)

    def _move_some(self) -> None:
        self._round(self.random.choice(self.pcs))

    def _back_up(self) -> None:
        self._backup = self.county.held.copy()
        pc = self.random.choice(self.pcs)
        self._copies.append((pc, pc.disk.copy()))

    def _restore_county(self) -> None:
        self.county.held = self._backup.copy()
        self.county.held.names |= set(self.names)  # the records are pushed again before any file moves

    def _restore_pc(self) -> None:
        if self._copies:
            pc, disk = self.random.choice(self._copies)
            pc.disk = disk.copy()

    def _round(self, pc: MemoryFiles) -> None:
        """One round of an agent that was started again: only the disk remembers."""
        mover = FileMover(pc, lambda: Line(self, pc), clock=self._clock, chance=lambda: 0.5)
        try:
            for _ in range(60):
                rest = mover.slice(pc.scope, is_interrupted=lambda: self.strikes(0.05), told=lambda: None)
                if not rest.again:
                    return
            require(False, "a round does not end")
        except CrashError:
            return

    def _clock(self) -> float:
        self.now += 0.01
        return self.now

    # -- the judgement ---------------------------------------------------------------------------------------------

    def _exists(self, blob: str) -> bool:
        return any(blob in pc.disk.here for pc in self.pcs) or any(key[1] == blob for key in self.county.held.whole)

    def _due(self, pc: MemoryFiles) -> list[Key]:
        lacking = self.county.held.names - set(self.county.held.whole)
        return [one.key for one in pc.known() if not one.size and one.key not in lacking]

    def _judge(self) -> None:
        for pc in self.pcs:
            for blob, body in pc.disk.here.items():
                require(name_of(body) == blob, f"{pc.name} keeps bytes that are not {blob[:6]}")
            for one in pc.known():
                require(one.size or not self._reachable(one), f"{one.blob[:6]} never reached {pc.name}")
                require(not one.is_held or one.key in self.county.held.whole, "confirmed and not there")
        for key, body in self.county.held.whole.items():
            require(name_of(body) == key[1], "the county keeps wrong bytes")
        for device, stream in self.given:
            require(stream in SCOPES[device], f"{device} was given a file of {stream}")

    def _reachable(self, one: Known) -> bool:
        """Somebody who may write the stream has it, or the county."""
        owners = [pc for pc in self.pcs if one.stream in pc.scope and one.blob in pc.disk.here]
        return bool(owners) or one.key in self.county.held.whole


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("LEAST_PIECE", 64), ("FIRST_PIECE", 256), ("MOST_PIECE", 512), ("SLICE_BYTES", 1024)):
        monkeypatch.setattr(blobs, name, value)


def test_after_every_bad_day_everybody_has_the_files_that_are_theirs() -> None:
    moved = 0
    for seed in range(DAYS):
        moved += len(FileDay(seed).run().county.held.whole)
    assert moved > DAYS


# -- faults planted in the real code: each must be noticed -----------------------------------------------------------


class Believing(MemoryBlobs):
    def is_right(self, key: Key, body: bytes) -> bool:
        return True


class Trusting(MemoryFiles):
    def is_right(self, blob: str, body: bytes) -> bool:
        return True


def caught(**parts: type) -> str:
    for seed in range(DAYS):
        try:
            FileDay(seed, **parts).run()
        except BrokenError as error:
            return str(error)
    return ""


def test_bytes_that_nobody_verifies_are_noticed() -> None:
    assert caught(county=Believing)
    assert caught(files=Trusting)


def test_a_confirmation_that_is_never_doubted_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blobs, "unheld", lambda *_: [])
    assert caught()


def test_what_a_kill_left_and_nobody_throws_away_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def insist(_: FileMover, transfer: blobs.Transfer) -> blobs.Transfer:
        raise FileRefusedError(transfer.blob)

    monkeypatch.setattr(moving.FileMover, "_begun_anew", insist)
    assert caught()


def test_a_confirmation_too_early_does_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    real = moving.FileMover._send

    def send(self: FileMover, transfer: blobs.Transfer) -> tuple[blobs.Transfer | None, int]:
        after, count = real(self, transfer)
        self._files.confirm(transfer.stream, transfer.blob)
        return after, count

    monkeypatch.setattr(moving.FileMover, "_send", send)
    assert not caught()  # the county is asked again what it lacks: what a PC believes is only a shortcut


def test_fetching_what_the_pc_may_not_see_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Open(MemoryBlobs):
        def check(self, key: Key, allowed: Sequence[str] | frozenset[str]) -> None:
            return

    class Curious(MemoryFiles):
        def known(self) -> list[Known]:
            held = self.disk.held
            return [
                Known(stream, blob, age, len(self.disk.here.get(blob, b"")), (stream, blob) in held)
                for age, (stream, blob) in enumerate(self.day.names, 1)
            ]

    monkeypatch.setattr(moving, "pulled", lambda _: (SAFETY, MEDIATION))
    assert "was given a file of" in caught(county=Open, files=Curious)
