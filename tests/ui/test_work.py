"""Work runs beside the screen, comes back on it, and its errors become sentences."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QThread
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.errors import AppError, StoreError
from app.ui import work


@pytest.fixture(autouse=True)
def _own_border() -> Iterator[None]:
    yield
    work.border.problem = work.border.bug = None


def test_work_runs_off_the_screen_and_its_result_comes_back_on_it(qtbot: QtBot, qapp: QApplication) -> None:
    seen: list[tuple[bool, bool]] = []

    def task() -> bool:
        return QThread.currentThread() is qapp.thread()

    work.run(task, then=lambda on_screen: seen.append((on_screen, QThread.currentThread() is qapp.thread())))
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [(False, True)]
    qtbot.waitUntil(work.is_idle)


def test_a_refusal_goes_to_whoever_asked(qtbot: QtBot) -> None:
    heard: list[AppError] = []
    others: list[AppError] = []
    work.border.problem = others.append

    def task() -> None:
        raise StoreError("磁盘满了", "腾出空间")

    work.run(task, failed=heard.append)
    qtbot.waitUntil(lambda: bool(heard))
    assert str(heard[0]) == "磁盘满了（腾出空间）"
    assert others == []


def test_a_refusal_nobody_takes_reaches_the_window_and_a_bug_the_bug_dialog(qtbot: QtBot) -> None:
    problems: list[AppError] = []
    bugs: list[BaseException] = []
    work.border.problem, work.border.bug = problems.append, bugs.append

    def refused() -> None:
        raise StoreError("磁盘满了")

    def broken() -> None:
        raise ZeroDivisionError

    work.run(refused)
    work.run(broken, failed=problems.append)
    qtbot.waitUntil(lambda: bool(problems) and bool(bugs))
    assert [type(one) for one in problems] == [StoreError]
    assert [type(one) for one in bugs] == [ZeroDivisionError]


def test_a_result_for_a_window_that_is_gone_is_dropped(qtbot: QtBot) -> None:
    owner = QWidget()
    seen: list[int] = []
    job = work.run(lambda: 1, then=seen.append, owner=owner)
    owner.deleteLater()
    QApplication.sendPostedEvents(owner, 52)  # DeferredDelete
    with qtbot.waitSignal(job.ended):
        pass
    assert seen == []


def test_work_in_steps_reports_and_can_be_stopped(qtbot: QtBot) -> None:
    told: list[tuple[int, int, str]] = []
    seen: list[int] = []

    def task(job: work.Job) -> int:
        for step in range(1, 1_000_000_000):
            job.report(min(step, 3), 3, "导入")
            if job.is_cancelled:
                return step
            QThread.yieldCurrentThread()
        return 0

    job = work.run_steps(task, then=seen.append)

    def on_progressed(done: int, total: int, sentence: str) -> None:
        told.append((done, total, sentence))
        job.cancel()

    job.progressed.connect(on_progressed)
    qtbot.waitUntil(lambda: bool(seen))
    assert told[0][1:] == (3, "导入")
    assert seen[0] > 0


def test_an_error_that_leaves_a_slot_becomes_a_sentence(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    problems: list[AppError] = []
    work.border.problem = problems.append
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    work.install_border()
    error = StoreError("另一个程序正在用这份数据")
    sys.excepthook(StoreError, error, None)
    assert problems == [error]


def test_parts_come_in_order_before_the_result_and_not_to_who_is_gone(qtbot: QtBot) -> None:
    heard: list[object] = []

    def steps(job: work.Job) -> str:
        for number in range(3):
            job.deliver(number)
        return "ended"

    work.run_steps(steps, each=heard.append, then=heard.append)
    qtbot.waitUntil(work.is_idle)
    assert heard == [0, 1, 2, "ended"]

    owner = QWidget()
    work.run_steps(steps, each=heard.append, then=heard.append, owner=owner)
    owner.deleteLater()
    QApplication.sendPostedEvents(owner, QEvent.Type.DeferredDelete)
    qtbot.waitUntil(work.is_idle)
    assert heard == [0, 1, 2, "ended"]


def test_everything_under_way_can_be_asked_to_stop(qtbot: QtBot) -> None:
    begun = threading.Event()

    def steps(job: work.Job) -> None:
        while not job.is_cancelled:
            begun.set()
            QThread.yieldCurrentThread()

    work.run_steps(steps)
    qtbot.waitUntil(begun.is_set)
    work.cancel_all()
    qtbot.waitUntil(work.is_idle)
