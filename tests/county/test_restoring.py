"""An old backup put in place at a real county: nothing lost, nothing doubled, a new identity, and the clerk is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.models.registers import Person
from app.services import backups, setup
from app.services.office import Office
from app.services.syncing import Syncing
from app.sync.agent import SyncStatus
from county.server import County
from tests.conftest import PASSWORD


def nobody(_: SyncStatus) -> None:
    """Nobody listens."""


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as made:
        yield made


def restored(office: Office, disk: Path, stack: ExitStack) -> Office:
    """The newest backup in place of the office's data, opened again."""
    data = office.store.folder
    staged = backups.stage(backups.copies(disk)[0], data, backups.with_password("王主任", PASSWORD))
    missing = backups.what_is_lost(staged)
    office.store.close()
    backups.put_in_place(staged, missing=missing)
    again = setup.sign_in(data, setup.known_accounts(data)[0].id, PASSWORD)
    stack.callback(again.store.close)
    return again


def test_an_old_backup_worked_on_brings_everything_together(
    office: Office, county: County, tmp_path: Path, stack: ExitStack
) -> None:
    syncing = Syncing(office, nobody)
    syncing.join_county(county.enrolment_code("青溪镇", scope=("people", "mediation", "safety")).text())
    first = Person(full_name="备份前")
    office.save(first)
    assert syncing.run_once().is_synced
    office.save(Person(full_name="备份时未上报"))
    backups.run(office, tmp_path / "disk")
    office.save(Person(full_name="备份后已上报"))
    office.save(first.model_copy(update={"workplace": "砖厂"}))
    assert syncing.run_once().is_synced
    office.save(Person(full_name="只在旧数据里"))
    device = office.store.identity.device

    staged = backups.stage(
        backups.copies(tmp_path / "disk")[0], office.store.folder, backups.with_password("", PASSWORD)
    )
    missing = backups.what_is_lost(staged)
    assert missing is not None
    assert (missing.entries, missing.only_here) == (3, 1), "what the county has comes back by itself"
    backups.discard(staged)

    again = restored(office, tmp_path / "disk", stack)
    assert {one.title() for one in again.reader.all("person")} == {"备份前", "备份时未上报"}
    for number in "甲乙丙丁戊己":  # longer than what the county has of the old chain, or shorter: both are met
        again.save(Person(full_name=f"恢复后{number}"))
    back = Syncing(again, nobody)
    status = back.run_once()
    assert status.is_synced, status
    assert "换用新的身份" in status.note
    assert again.store.identity.device != device
    expected = {"备份前", "备份时未上报", "备份后已上报", *(f"恢复后{number}" for number in "甲乙丙丁戊己")}
    titles = [one.title() for one in again.reader.all("person")]
    assert sorted(titles) == sorted(expected), "nothing lost, nothing doubled"
    merged = again.reader.get("person", first.id)
    assert isinstance(merged, Person)
    assert merged.workplace == "砖厂"
    assert again.doctor().is_sound
    assert back.run_once().is_synced
    assert again.conflicts() == []


def test_a_backup_put_in_place_and_not_worked_on_fetches_the_rest(
    office: Office, county: County, tmp_path: Path, stack: ExitStack
) -> None:
    syncing = Syncing(office, nobody)
    syncing.join_county(county.enrolment_code("青溪镇", scope=("people", "mediation", "safety")).text())
    backups.run(office, tmp_path / "disk")
    for number in "甲乙丙":
        office.save(Person(full_name=f"后来{number}"))
    assert syncing.run_once().is_synced
    again = restored(office, tmp_path / "disk", stack)
    status = Syncing(again, nobody).run_once()
    assert status.is_synced, status
    assert again.reader.count("person") == 3
    assert again.doctor().is_sound
