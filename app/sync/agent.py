"""Sync on a thread of its own: runs the state machine with the real clock, the real store and the real county.

It never holds up a save or the window. What it publishes is only what the county acknowledged and the store holds.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.errors import AppError, StoreError, SyncError
from app.sync import machine, protocol
from app.sync.batch import TamperedError, seal_first
from app.sync.https import BusyError, CountyClient, DisagreedError
from app.sync.machine import Effect, Event, Phase, Problem, State
from app.sync.moving import FileMover
from app.sync.page import open_page
from app.sync.ports import Carrier, County, Files, FilesWaiting, Link, Replica, WaitingItem

log = logging.getLogger(__name__)

SAVE_DELAY = 2.0
"""Seconds between a save and the attempt to send it, so that a burst of saves is one batch."""

_TELLING = 1.0
"""Seconds between two counts of the files, or of what waits, while many move."""

_MOVING = frozenset({Phase.PUSHING, Phase.PULLING})

CONTACT = "sync_contact_at"
CONFIRMED = "sync_confirmed_at"
IDENTITY = "sync_identity_note"

_BUG = Problem("同步程序内部出错，已记入日志，更改都保存在本机", "请重新启动程序；如再次出现，请联系县管理员")


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """What the status bar shows. Instants are UTC ISO 8601 text.

    ``offline_since``: last verified contact, or the first failure when there was none; None while online.
    ``confirmed_at``: when the county had last acknowledged everything and every stream was read to its head.
    ``progress``: ``(done, total)`` of the numbers of the stream being read. ``note``: something the clerk must be told
    once, such as a new identity. ``files``: attachments on their way, which never hold up the records.
    """

    is_linked: bool = False
    is_online: bool = False
    phase: Phase = Phase.OFF
    offline_since: str | None = None
    waiting: int = 0
    oldest_waiting_at: str | None = None
    refused: int = 0
    confirmed_at: str | None = None
    problem: Problem | None = None
    next_try_at: str | None = None
    progress: tuple[int, int] | None = None
    note: str = ""
    files: FilesWaiting = field(default_factory=FilesWaiting)
    files_problem: Problem | None = None

    @property
    def is_synced(self) -> bool:
        """True only when the county has acknowledged everything and nothing was left to read at the last look.

        Of the records: attachments follow them, and ``files`` says how many still do.
        """
        return self.is_online and self.phase is Phase.IDLE and self.waiting == 0


class SyncAgent:
    """Runs sync for one replica. ``listener`` gets every new status, on the agent's thread."""

    def __init__(
        self,
        replica: Replica,
        listener: Callable[[SyncStatus], None],
        *,
        new_device_id: Callable[[], str],
        connect: Callable[[Link], County] = CountyClient,
        chance: Callable[[], float] = random.random,  # noqa: S311 - spreads retries, guards nothing
        files: Files | None = None,
    ) -> None:
        self._replica = replica
        self._listener = listener
        self._new_device_id = new_device_id
        self._connect = connect
        self._chance = chance
        self._files = files
        self._mover = FileMover(files, self._carrier, clock=time.monotonic, chance=chance) if files else None
        self._state = State()
        self._status = SyncStatus()
        self._client: County | None = None
        self._client_link: Link | None = None
        self._wake = threading.Condition()
        self._due: float | None = None
        self._is_stopping = False
        self._is_stale = False
        self._is_reached = False
        self._is_single = False
        self._told_at = 0.0
        self._counted_at = 0.0
        self._thread: threading.Thread | None = None

    @property
    def status(self) -> SyncStatus:
        """The newest status."""
        return self._status

    def start(self) -> None:
        """Begin; the first hello goes out at once when the PC is linked to a county."""
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)
        self._thread.start()

    def run_once(self) -> SyncStatus:
        """One round on the caller's thread, for commands and tests; returns where it ended."""
        self._is_single = True
        self._run()
        return self._status

    def stop(self, timeout: float = 5.0) -> None:
        """End after the step under way; nothing is lost by it."""
        with self._wake:
            self._is_stopping = True
            self._wake.notify_all()
        if self._thread is not None:
            self._thread.join(timeout)

    def kick(self, delay: float = 0.0) -> None:
        """Sync soon: now when the clerk asks, after :data:`SAVE_DELAY` when something was saved."""
        with self._wake:
            due = time.monotonic() + delay
            is_patient = delay > 0 and self._state.phase is Phase.WAITING  # a save does not shorten the back-off
            if not is_patient:
                self._due = due if self._due is None else min(self._due, due)
            self._is_stale = True
            self._wake.notify_all()

    def want_file(self, blob: str) -> None:
        """Somebody opened an attachment that is not here: fetch it first, now."""
        if self._mover is not None:
            self._mover.want(blob)
            self.kick()

    def waiting_items(self, limit: int = 200) -> list[WaitingItem]:
        """What waits, oldest first, with the county's reason where it refused."""
        return self._replica.waiting_items(limit)

    # -- the thread ------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        event: Event | None = machine.Kicked()
        while event is not None and not self._is_stopping:
            event = self._guarded(event)
        if self._client is not None:
            self._client.close()
            self._client = None

    def _guarded(self, event: Event) -> Event | None:
        """One step with its effects; the border where an unknown error becomes a sentence and a line in the log."""
        try:
            return self._step(event)
        except DisagreedError as error:
            return machine.Disagreed(_problem(error), self._chance())
        except AppError as error:
            return self._failed(error)
        except Exception:
            if self._is_stopping:
                return None
            log.exception("sync failed")
            return machine.Failed(_BUG, self._chance())

    def _failed(self, error: AppError) -> Event:
        log.info("sync: %s", error)
        is_ours = isinstance(error, StoreError | TamperedError)
        self._is_reached = is_ours and self._status.is_online
        delay = error.seconds if isinstance(error, BusyError) else 0.0
        needs_person = not isinstance(error, SyncError | StoreError)
        return machine.Failed(_problem(error), self._chance(), delay, needs_person)

    def _step(self, event: Event) -> Event | None:
        if self._replica.link() is None:
            self._publish(SyncStatus())
            return self._sleep(machine.IDLE_DELAY)
        self._state, effects = machine.step(self._state, event)
        self._tell(event)
        following: Event | None = None
        for effect in effects:
            if self._is_stopping:
                return None
            following = self._do(effect)
        return following

    def _do(self, effect: Effect) -> Event | None:
        match effect:
            case machine.Settle(results):
                self._replica.settle(results)
                self._count(is_pressing=self._state.phase not in _MOVING)
                return None
            case machine.Wait(seconds):
                return self._rest(seconds)
        return self._ask(effect)

    def _ask(self, effect: Effect) -> Event | None:
        """Effects that bring an event of their own."""
        match effect:
            case machine.SayHello():
                return self._hello()
            case machine.Renew(reason):
                return self._renew(reason)
            case machine.Push(from_seq):
                return self._push(from_seq)
            case machine.Pull():
                return self._pull(effect)
        return self._rearrange(effect)

    def _rearrange(self, effect: Effect) -> Event | None:
        match effect:
            case machine.Rewind(streams, next_seq):
                self._replica.rewind(streams, next_seq)
                return machine.Rewound(self._replica.own())
            case machine.Reclaim():
                self._replica.reclaim()
                return machine.Reclaimed(self._replica.own())
        return None

    def _hello(self) -> Event:
        answer = self._county().hello(self._replica.hello(_now()))
        self._replica.note(CONTACT, _now())
        own = self._replica.own()
        return machine.Greeted(answer, own, self._replica.hash_at(answer.next - 1))

    def _push(self, from_seq: int) -> Event:
        link = self._linked()
        header, packed = seal_first(link.township, self._replica.outgoing(from_seq), link.private_key)
        answer = self._county().push(header, packed)
        if answer.next <= from_seq:
            raise protocol.strange_answer("没有确认任何内容")
        return machine.Acknowledged(answer.next, answer.results, self._replica.own())

    def _pull(self, wanted: machine.Pull) -> Event:
        link = self._linked()
        page = open_page(
            self._county().page(wanted.stream, wanted.after),
            township=link.township,
            reader=link.device,
            stream=wanted.stream,
            after=wanted.after,
            known_keys=self._replica.known_keys(),
            authority=link.authority,
        )
        if page.cursor != page.after:
            self._replica.apply(page)
            self._publish(replace(self._status, progress=(page.cursor.seq, page.head)))
        return machine.Stored(wanted.stream, page.head, self._replica.own())

    def _renew(self, reason: str) -> Event:
        device, key = self._new_device_id(), Ed25519PrivateKey.generate()
        self._county().renew(device, key)
        self._replica.adopt(device, key.private_bytes_raw(), move_waiting=reason == protocol.FORK)
        told = (
            "本机的数据文件与另一台电脑相同（曾被复制或从备份恢复），已换用新的身份继续同步，没有丢失内容"
            if reason == protocol.FORK
            else "本机的数据来自较早的备份，已换用新的身份，正在取回之后的内容"
        )
        self._replica.note(IDENTITY, told)
        return machine.Renewed()

    def _county(self) -> County:
        link = self._linked()
        if self._client is None or self._client_link != link:
            if self._client is not None:
                self._client.close()
            self._client, self._client_link = self._connect(link), link
        return self._client

    def _linked(self) -> Link:
        link = self._replica.link()
        if link is None:
            raise SyncError("本机还没有登记到县服务器", "请在“同步”页输入入网码")
        return link

    def _carrier(self) -> Carrier:
        county = self._county()
        if not isinstance(county, Carrier):
            message = "this county takes no files"
            raise TypeError(message)
        return county

    def _rest(self, seconds: float) -> Event | None:
        """When the records are at rest files go, a slice at a time; after each the records are looked at again."""
        if self._mover is None or self._state.phase is not Phase.IDLE:
            return self._sleep(seconds)
        rest = self._mover.slice(self._state.scope, is_interrupted=self._is_called, told=self._file_moved)
        if self._is_stopping:
            return None
        self._publish(replace(self._status, files_problem=self._mover.problem))
        self._refresh()
        if rest.again:
            return machine.Kicked()
        return self._sleep(seconds if rest.seconds is None else min(seconds, rest.seconds))

    def _file_moved(self) -> None:
        """Counting looks at every file's name: not for each of thousands that a first load brings."""
        if time.monotonic() - self._told_at >= _TELLING:
            self._told_at = time.monotonic()
            self._refresh()

    def _is_called(self) -> bool:
        """True when something else is due: an end, the clerk's button, a save made a moment ago."""
        with self._wake:
            is_due = self._due is not None and self._due <= time.monotonic()
            if is_due:
                self._due = None
            return is_due or self._is_stopping

    def _sleep(self, seconds: float) -> Event | None:
        """Wait for time or a kick. While waiting, saves still change what the status says."""
        until = time.monotonic() + seconds
        if self._state.phase is Phase.WAITING:
            self._publish(replace(self._status, next_try_at=_now(seconds)))
        while True:
            with self._wake:
                if self._is_stopping or self._is_single:
                    return None
                end = until if self._due is None else min(until, self._due)
                left = end - time.monotonic()
                if left <= 0:
                    self._due = None
                    return machine.Kicked()
                if not self._is_stale:
                    self._wake.wait(left)
                is_stale, self._is_stale = self._is_stale, False
            if is_stale and self._status.is_linked and not self._is_stopping:
                self._refresh()

    # -- what is told ----------------------------------------------------------------------------------------------

    def _tell(self, event: Event) -> None:
        state, before = self._state, self._status
        now = _now()
        is_online = self._is_online(event)
        if state.phase is Phase.IDLE and before.phase is not Phase.IDLE:
            self._replica.note(CONFIRMED, now)
            self._replica.note(CONTACT, now)  # or an end of contact would be told that lies before the confirmation
        waits = state.phase in {Phase.WAITING, Phase.STOPPED}
        offline_since = None if is_online else before.offline_since or self._replica.noted(CONTACT) or now
        status = replace(
            before,
            is_linked=True,
            is_online=is_online,
            phase=state.phase,
            offline_since=offline_since,
            problem=state.problem if waits else before.problem if not is_online else None,
            progress=before.progress if state.phase is Phase.PULLING else None,
            note=self._replica.noted(IDENTITY),
            next_try_at=None,
        )
        self._publish(status)
        self._count(is_pressing=state.phase is not before.phase or state.phase not in _MOVING)

    def _is_online(self, event: Event) -> bool:
        """Online is a verified hello and no failure since."""
        match event:
            case machine.Failed():
                return self._is_reached
            case machine.Greeted():
                return True
        return self._status.is_online

    def _count(self, *, is_pressing: bool) -> None:
        """Counting reads every entry that waits: batch after batch of a long way only once in a while."""
        if is_pressing or time.monotonic() - self._counted_at >= _TELLING:
            self._refresh()

    def _refresh(self) -> None:
        self._counted_at = time.monotonic()
        backlog = self._replica.backlog()
        self._publish(
            replace(
                self._status,
                waiting=backlog.waiting,
                oldest_waiting_at=backlog.oldest_at,
                refused=backlog.refused,
                files=self._files_now(),
                confirmed_at=self._replica.noted(CONFIRMED) or None,
            )
        )

    def _files_now(self) -> FilesWaiting:
        """Counted when the records are at rest; while they move, as counted last."""
        if self._files is None or self._state.phase in {Phase.HELLO, Phase.PUSHING, Phase.PULLING}:
            return self._status.files
        return self._files.waiting()

    def _publish(self, status: SyncStatus) -> None:
        if status != self._status:
            self._status = status
            self._listener(status)


def _problem(error: AppError) -> Problem:
    return Problem(error.sentence, error.next_step)


def _now(ahead: float = 0.0) -> str:
    instant = datetime.now(UTC) + timedelta(seconds=ahead)
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")
