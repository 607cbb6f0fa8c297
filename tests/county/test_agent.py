"""The agent on its own thread: it starts, follows saves, tells the truth, and stops."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from app.models.register import new_id
from app.models.registers import Person
from app.models.travel import StoreFiles
from app.sync.agent import SyncAgent, SyncStatus
from app.sync.machine import Phase
from tests.county.desks import Desk, Township, equal
from tests.county.proxy import cutting


class Told:
    """Everything the agent said, and a way to wait for it."""

    def __init__(self) -> None:
        self.statuses: list[SyncStatus] = []
        self._said = threading.Condition()

    def __call__(self, status: SyncStatus) -> None:
        with self._said:
            self.statuses.append(status)
            self._said.notify_all()

    def wait(self, holds: Callable[[SyncStatus], bool]) -> SyncStatus:
        with self._said:
            assert self._said.wait_for(lambda: bool(self.statuses) and holds(self.statuses[-1]), 20), self.statuses[-3:]
            return self.statuses[-1]


@contextmanager
def running(desk: Desk) -> Iterator[tuple[SyncAgent, Told]]:
    told = Told()
    agent = SyncAgent(desk.replica, told, new_device_id=new_id, chance=lambda: 0.999, files=StoreFiles(desk.store))
    agent.start()
    try:
        yield agent, told
    finally:
        agent.stop()


def test_a_save_is_sent_and_the_status_follows(township: Township, center: Desk) -> None:
    with running(center) as (agent, told):
        told.wait(lambda status: status.is_synced)
        center.save(Person(full_name="张三"))
        agent.kick()
        status = told.wait(lambda status: status.is_synced and township.digests().get("people", (0, ""))[0] == 1)
        assert status.confirmed_at is not None
        assert status.offline_since is None
    assert equal(center, township)


def test_offline_the_count_follows_every_save_and_back_online_it_empties(township: Township, center: Desk) -> None:
    link = center.replica.link()
    assert link is not None
    with cutting(township.county.address()) as line:
        center.replica.attach(replace(link, url=line.url))
        line.cut_down = 0
        with running(center) as (agent, told):
            offline = told.wait(lambda status: status.phase is Phase.WAITING and status.next_try_at is not None)
            assert not offline.is_online
            assert offline.offline_since is not None
            for count in (1, 2, 3):
                center.save(Person(full_name=f"村民{count}"))
                agent.kick(2.0)
                status = told.wait(lambda status, count=count: status.waiting == count)  # type: ignore[misc]
                assert status.phase is Phase.WAITING
                assert not status.is_synced
            line.cut_down = None
            agent.kick()
            told.wait(lambda status: status.is_synced)
    assert not any(status.is_synced and status.waiting for status in told.statuses)


def test_alone_it_says_so_and_begins_when_the_pc_is_enrolled(township: Township) -> None:
    desk = township.first("alone", is_enrolled=False)
    with running(desk) as (agent, told):
        agent.kick()
        assert not agent.status.is_linked
        desk.save(Person(full_name="张三"))
        township.enrol(desk)
        agent.kick()
        told.wait(lambda status: status.is_linked and status.is_synced)
    assert township.digests()["people"][0] == 1


def test_it_stops_at_once_even_when_the_county_is_silent(center: Desk) -> None:
    link = center.replica.link()
    assert link is not None
    with socket.create_server(("127.0.0.1", 0)) as silent:
        center.replica.attach(replace(link, url=f"https://127.0.0.1:{silent.getsockname()[1]}"))
        told = Told()
        agent = SyncAgent(center.replica, told, new_device_id=new_id)
        agent.start()
        told.wait(lambda status: status.phase is Phase.HELLO)
        agent.stop(timeout=0.1)
        center.save(Person(full_name="不受影响"))
    assert not agent.status.is_synced
