"""Long work off the screen's thread, and the one border where a screen meets an error.

``run(work, then=…, failed=…)`` calls ``work`` on a pool thread and ``then``/``failed`` on the screen's thread. An
AppError nobody handles becomes a banner of the main window, anything else a bug dialog and a log entry. ``work`` must
not touch a widget; nothing here knows what the work is.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from types import TracebackType
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QThread, QThreadPool, QTimer, Signal, Slot
from shiboken6 import isValid

from app.errors import AppError

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(slots=True)
class Border:
    """Who tells the user: replaced by the main window when it stands."""

    problem: Callable[[AppError], None] | None = None
    bug: Callable[[BaseException], None] | None = None


border = Border()


class Job(QObject):
    """One piece of work under way: cancel it, or listen to its progress (done, total, sentence)."""

    progressed = Signal(int, int, str)
    ended = Signal()
    _delivered = Signal(object)
    _returned = Signal(object)
    _raised = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.is_cancelled = False
        self.owner: QObject | None = None
        self._each: Callable[[Any], None] | None = None
        self._then: Callable[..., None] | None = None
        self._failed: Callable[[AppError], object] | None = None
        self._delivered.connect(self._on_delivered)
        self._returned.connect(self._on_returned)
        self._raised.connect(self._on_raised)

    def cancel(self) -> None:
        """Ask the work to stop at its next step; what it committed stays."""
        self.is_cancelled = True

    def report(self, done: int, total: int, sentence: str = "") -> None:
        """Called by the work itself, from its own thread."""
        self.progressed.emit(done, total, sentence)

    def deliver(self, part: object) -> None:
        """Hand over one part of the result as soon as it is there; called by the work, from its own thread."""
        self._delivered.emit(part)

    def listen(
        self,
        each: Callable[[Any], None] | None,
        then: Callable[..., None] | None,
        failed: Callable[[AppError], object] | None,
    ) -> None:
        """Who hears the parts, the result and a refusal, on the screen's thread."""
        self._each, self._then, self._failed = each, then, failed

    def carry_out(self, work: Callable[[], object]) -> None:
        """Run on the pool's thread; whatever happens is handed over to the screen's thread."""
        try:
            result = work()
        except Exception as error:  # noqa: BLE001 - border: an error of the work crosses threads here
            self._raised.emit(error)
        else:
            self._returned.emit(result)

    def _is_wanted(self) -> bool:
        return self.owner is None or isValid(self.owner)

    @Slot(object)
    def _on_delivered(self, part: object) -> None:
        if self._each is not None and self._is_wanted():
            self._each(part)

    @Slot(object)
    def _on_returned(self, result: object) -> None:
        try:
            if self._then is not None and self._is_wanted():
                self._then(result)
        finally:
            self._end()

    @Slot(object)
    def _on_raised(self, error: Exception) -> None:
        try:
            if isinstance(error, AppError) and self._failed is not None:
                if self._is_wanted():
                    self._failed(error)
            else:
                report(error)
        finally:
            self._end()

    def _end(self) -> None:
        _running.discard(self)
        self.ended.emit()


_running: set[Job] = set()


@cache
def pool() -> QThreadPool:
    """The threads for reading and long acts; they stay alive, so readers may keep a connection per thread."""
    made = QThreadPool()
    made.setMaxThreadCount(max(2, min(4, QThread.idealThreadCount())))
    made.setExpiryTimeout(-1)
    return made


def run(
    work: Callable[[], T],
    *,
    then: Callable[[T], None] | None = None,
    failed: Callable[[AppError], object] | None = None,
    owner: QObject | None = None,
) -> Job:
    """Call ``work()`` on a pool thread; ``then`` gets the result on the screen's thread, unless ``owner`` is gone."""
    return run_steps(lambda _job: work(), then=then, failed=failed, owner=owner)


def run_steps(
    work: Callable[[Job], T],
    *,
    each: Callable[[Any], None] | None = None,
    then: Callable[[T], None] | None = None,
    failed: Callable[[AppError], object] | None = None,
    owner: QObject | None = None,
) -> Job:
    """As ``run``, for work in steps: it is given the job, to ``report`` progress and to look at ``is_cancelled``.

    ``each`` gets every part the work delivers, before ``then``.
    """
    job = Job()
    job.owner = owner
    job.listen(each, then, failed)
    _running.add(job)
    pool().start(lambda: job.carry_out(lambda: work(job)))
    return job


def cancel_all() -> None:
    """Ask everything under way to stop at its next step: the data is about to be closed."""
    for job in list(_running):
        job.cancel()


def is_idle() -> bool:
    """True when no work is under way and every result has been delivered."""
    return not _running


def report(error: BaseException) -> None:
    """Tell the user: a sentence for an AppError, the bug dialog for anything else."""
    if isinstance(error, AppError):
        log.info("refused: %s", type(error).__name__)
        if border.problem is not None:
            border.problem(error)
            return
    else:
        log.error("bug", exc_info=error)
        if border.bug is not None:
            border.bug(error)
            return
    sys.__excepthook__(type(error), error, error.__traceback__)


_told_while_painting: set[tuple[type[BaseException], str]] = set()


def painted(read: Callable[[], T], *, otherwise: T) -> T:
    """What a model gives Qt while it paints; ``otherwise`` when reading fails.

    An error that leaves ``data()`` under a delegate written in Python ends the program (PySide 6.9): it is caught here
    and reported after the painting, the same error once.
    """
    try:
        return read()
    except Exception as error:  # noqa: BLE001 - border: nothing may pass through Qt's painting
        kind = (type(error), str(error))
        if kind not in _told_while_painting:
            _told_while_painting.add(kind)
            caught = error
            QTimer.singleShot(0, lambda: report(caught))
        return otherwise


def install_border() -> None:
    """Make errors that leave a slot reach ``report``, so the program goes on and the user reads a sentence."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            report(error)

    sys.excepthook = hook
