"""Attachments on their way: a slice of pieces at a time, when the records are at rest.

Keeps no state that matters: what the county has is asked, what this PC has lies on its disk. A kill, a cut line or a
restored county therefore costs at most the piece under way. Knows no socket and no thread; the agent calls it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from app.errors import AppError, StoreError, SyncError
from app.sync import blobs
from app.sync.blobs import Transfer
from app.sync.https import BusyError, DisagreedError, FileRefusedError
from app.sync.machine import Problem
from app.sync.ports import Carrier, Files
from app.sync.streams import pulled, writable

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rest:
    """How a slice ended. ``again``: there is more and nothing is wrong; else seconds until it is worth trying."""

    again: bool = False
    seconds: float | None = None


@dataclass(slots=True)
class _Refusal:
    """A blob that does not go now: how often it was refused, and when it is offered again (the agent's clock)."""

    count: int = 0
    due: float = 0.0


class FileMover:
    """Moves the files of one PC. ``clock`` gives seconds that never go back, ``chance`` a random number in [0, 1)."""

    def __init__(
        self, files: Files, carrier: Callable[[], Carrier], *, clock: Callable[[], float], chance: Callable[[], float]
    ) -> None:
        self.problem: Problem | None = None
        self._files = files
        self._carrier = carrier
        self._clock = clock
        self._chance = chance
        self._wanted: set[str] = set()
        self._lacking: frozenset[tuple[str, str]] | None = None
        self._refusals: dict[tuple[str, str], _Refusal] = {}
        self._pace = blobs.FIRST_PIECE
        self._attempt = 0

    def want(self, blob: str) -> None:
        """Somebody waits for this one: it goes first. May be called from any thread."""
        self._wanted.add(blob)

    def slice(self, scope: tuple[str, ...], *, is_interrupted: Callable[[], bool], told: Callable[[], None]) -> Rest:
        """Move what fits into one slice; ``told`` is called whenever a file has arrived on either side.

        Raises nothing that is ours: what goes wrong is in :attr:`problem`, and in when to come again.
        """
        try:
            rest = self._slice(scope, is_interrupted=is_interrupted, told=told)
        except (SyncError, StoreError) as error:
            rest = self._failed(error)
        if not rest.again:
            self._lacking = None
        return rest

    def _slice(self, scope: tuple[str, ...], *, is_interrupted: Callable[[], bool], told: Callable[[], None]) -> Rest:
        moved, until = 0, self._clock() + blobs.SLICE_SECONDS
        for planned in self._plan(scope):
            transfer: Transfer | None = planned
            while transfer is not None:
                if is_interrupted() or moved >= blobs.SLICE_BYTES or self._clock() > until:
                    return Rest(again=True)
                transfer, count = self._guarded_piece(transfer)
                moved += count
            told()
        due = [one.due for one in self._refusals.values()]
        if not due:
            self.problem = None
        return Rest(seconds=max(0.5, min(due) - self._clock()) if due else None)

    # -- what is due -------------------------------------------------------------------------------------------------

    def _plan(self, scope: tuple[str, ...]) -> list[Transfer]:
        known = self._files.known()
        if not known:
            return []
        readable = frozenset(pulled(scope))
        if self._lacking is None:
            streams = sorted({one.stream for one in known} & readable)
            carrier = self._carrier()
            self._lacking = frozenset((stream, blob) for stream in streams for blob in carrier.blobs_lacking(stream))
            lost = blobs.unheld(known, self._lacking)
            if lost:
                self._files.unconfirm(lost)
                known = self._files.known()
        sending = blobs.sends(known, writable=writable(scope))
        fetching = blobs.fetches(
            known,
            readable=readable,
            lacking=self._lacking,
            wanted=self._wanted,
            is_all=self._files.is_all_wanted(),
        )
        return [one for one in blobs.planned(sending, fetching, self._wanted) if self._is_due(one)]

    def _is_due(self, transfer: Transfer) -> bool:
        refusal = self._refusals.get(transfer.key)
        return refusal is None or refusal.due <= self._clock() or transfer.blob in self._wanted

    # -- one piece ---------------------------------------------------------------------------------------------------

    def _guarded_piece(self, transfer: Transfer) -> tuple[Transfer | None, int]:
        """One piece; a no to this file alone does not keep the others."""
        try:
            after, count = self._send(transfer) if transfer.is_sending else self._fetch(transfer)
        except FileRefusedError as error:
            self._refused(transfer, error)
            return None, 0
        self._attempt, self._pace = 0, blobs.faster(self._pace) if count else self._pace
        if after is not None and after.is_stuck:
            self._refused(after, FileRefusedError("附件传不上去，县服务器收下的位置没有前进", "程序会稍后自动再试"))
            return None, count
        return after, count

    def _send(self, transfer: Transfer) -> tuple[Transfer | None, int]:
        carrier = self._carrier()
        if transfer.offset is None:
            standing, count = carrier.blob_standing(transfer.stream, transfer.blob), 0
        else:
            offset, length = transfer.piece(self._pace)
            piece, count = self._files.read(transfer.blob, offset, length), length
            standing = carrier.send_piece(
                transfer.stream, transfer.blob, offset=offset, total=transfer.size, piece=piece
            )
        if standing.is_whole:
            self._files.confirm(transfer.stream, transfer.blob)
            self._done(transfer)
            return None, count
        return transfer.moved(standing.offset), count

    def _fetch(self, transfer: Transfer) -> tuple[Transfer | None, int]:
        offset = self._files.fetched(transfer.blob)
        length = max(1, min(self._pace, transfer.size - offset) if transfer.size else self._pace)
        try:
            piece, size = self._carrier().fetch_piece(transfer.stream, transfer.blob, offset=offset, length=length)
        except FileRefusedError:
            if offset == 0:
                raise
            return self._begun_anew(transfer), 0
        if size > blobs.LARGEST:
            raise FileRefusedError("县服务器上的这个附件大得不可能是本程序存下的，没有下载", "请联系县管理员")
        self._files.keep_piece(transfer.blob, offset, piece)
        end = offset + len(piece)
        if end < size:
            return transfer.moved(end, size), len(piece)
        if not self._files.complete(transfer.stream, transfer.blob):
            raise FileRefusedError(
                "从县服务器取来的附件与它的校验码不符，没有收下", "程序会重新下载；总是这样请联系县管理员"
            )
        self._done(transfer)
        return None, len(piece)

    def _begun_anew(self, transfer: Transfer) -> Transfer | None:
        """Nothing follows what a killed program left here: it is whole by now, or it is thrown away."""
        if self._files.complete(transfer.stream, transfer.blob):
            self._done(transfer)
            return None
        return transfer.moved(0)

    def _done(self, transfer: Transfer) -> None:
        self._refusals.pop(transfer.key, None)
        self._wanted.discard(transfer.blob)

    # -- what goes wrong -----------------------------------------------------------------------------------------------

    def _refused(self, transfer: Transfer, error: FileRefusedError) -> None:
        log.info("file %s: %s", transfer.blob[:8], error)
        refusal = self._refusals.setdefault(transfer.key, _Refusal())
        refusal.due = self._clock() + blobs.patience(refusal.count)
        refusal.count += 1
        self._wanted.discard(transfer.blob)
        if transfer.is_sending:
            self._files.doubt(transfer.blob)
        self.problem = Problem(error.sentence, error.next_step)

    def _failed(self, error: AppError) -> Rest:
        log.info("files: %s", error)
        self._pace = blobs.slower(self._pace)
        self._attempt += 1
        if isinstance(error, DisagreedError) and self._attempt == 1:
            return Rest(again=True)  # the pass ran out: a hello brings another
        self.problem = Problem(error.sentence, error.next_step)
        asked = error.seconds if isinstance(error, BusyError) else 0.0
        return Rest(seconds=max(asked, blobs.delay(self._attempt - 1, self._chance())))
