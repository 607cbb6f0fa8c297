"""Backups come by themselves, are rotated, survive a kill and a full disk; restoring shows what goes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.errors import InUseError, StoreError, UserError
from app.models import backup, settings
from app.models.clock import BEIJING
from app.models.folder import DATABASE
from app.models.registers import Person
from app.services import backups, setup
from app.services.office import Office
from tests.conftest import PASSWORD


def set_to(office: Office, **values: str) -> None:
    for name, value in values.items():
        settings.change(office.store, settings.by_name(name), value)


@contextmanager
def reopened(folder: Path) -> Iterator[Office]:
    office = setup.sign_in(folder, setup.known_accounts(folder)[0].id, PASSWORD)
    try:
        yield office
    finally:
        office.store.close()


def test_a_backup_is_due_only_with_a_folder_and_after_the_interval(office: Office, tmp_path: Path) -> None:
    assert not backups.is_due(office)
    assert backups.run_if_due(office) is None
    (tmp_path / "disk").mkdir()
    set_to(office, backup_folder=str(tmp_path / "disk"), backup_days="3")
    assert backups.run_if_due(office) is not None
    assert backups.run_if_due(office) is None
    now = datetime.now(BEIJING)
    assert not backups.is_due(office, now + timedelta(days=2))
    assert backups.is_due(office, now + timedelta(days=3, minutes=1))
    standing = backups.standing(office)
    assert (standing.folder, standing.failed) == (tmp_path / "disk", "")
    assert standing.last is not None


def test_every_setting_stands_in_the_manual_as_declared_and_nonsense_is_refused(office: Office) -> None:
    pages = Path(__file__).parents[2] / "docs" / "manual"
    text = "".join(page.read_text("utf-8") for page in sorted(pages.glob("*.md")))
    for one in settings.SETTINGS:
        default = f"{one.default} {one.unit}".strip() or "没有设置"
        assert f"| {one.label} | {default} | {one.sentence.rstrip('。')} |" in text
    with pytest.raises(UserError, match="2 到 365"):
        set_to(office, backup_copies="0")
    with pytest.raises(UserError, match="没有“nonsense”这项设置"):
        settings.by_name("nonsense")
    assert settings.number(office.store, settings.BACKUP_COPIES) == 14


def test_in_a_folder_chosen_for_once_nothing_is_removed(office: Office, tmp_path: Path) -> None:
    set_to(office, backup_copies="2")
    made = [backups.run(office, tmp_path / "stick") for _ in range(4)]
    assert {one.folder for one in backups.copies(tmp_path / "stick")} == set(made)


def test_only_this_pcs_oldest_copies_go_and_foreign_folders_stay(office: Office, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    foreign = disk / "township-backup-20200101-000000"
    foreign.mkdir(parents=True)
    (foreign / DATABASE).write_bytes(b"somebody else's")
    (disk / "照片").mkdir()
    set_to(office, backup_copies="2", backup_folder=str(disk))
    made = [backups.run(office) for _ in range(4)]
    assert [one.folder for one in backups.copies(disk)] == [made[3], made[2], foreign]
    assert (disk / "照片").exists()
    assert [path for path in disk.iterdir() if path.name.startswith(".")] == []


def test_a_folder_that_is_gone_is_said_now_and_at_the_next_start(office: Office, tmp_path: Path) -> None:
    set_to(office, backup_folder=str(tmp_path / "stick"))
    with pytest.raises(StoreError, match="找不到备份文件夹"):
        backups.run_if_due(office)
    assert not (tmp_path / "stick").exists(), "a stick that is not plugged in is not made up"
    assert "找不到备份文件夹" in backups.standing(office).failed
    (tmp_path / "stick").mkdir()
    backups.run_if_due(office)
    assert backups.standing(office).failed == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a file size limit")
def test_a_full_disk_leaves_no_half_backup_and_the_data_whole(office: Office, tmp_path: Path) -> None:
    import resource

    office.save(Person(full_name="张三"))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16 * 1024, hard))
    try:
        with pytest.raises(StoreError, match="现有数据没有受影响"):
            backup.back_up(office.store, tmp_path / "disk")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert list((tmp_path / "disk").iterdir()) == []
    assert office.doctor().is_sound


_KILLED = """
import os, signal, sys
from pathlib import Path
from app.models import backup
from app.services import setup
folder, disk, password = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
office = setup.sign_in(folder, setup.known_accounts(folder)[0].id, password)
backup.flush = lambda _: os.kill(os.getpid(), signal.SIGKILL)
backup.back_up(office.store, disk)
"""


@pytest.mark.skipif(os.name == "nt", reason="needs kill -9")
def test_a_kill_in_the_middle_leaves_nothing_that_looks_like_a_backup(office: Office, tmp_path: Path) -> None:
    folder, disk = office.store.folder, tmp_path / "disk"
    office.store.close()
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, str(folder), str(disk), PASSWORD], check=False, capture_output=True
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert list(disk.iterdir()) != [], "it was killed in the middle"
    assert backups.copies(disk) == []
    with reopened(folder) as again:
        made = backups.run(again, disk)
        assert [path.name for path in disk.iterdir()] == [made.name]
        assert again.doctor().is_sound


def test_restoring_shows_what_goes_sets_the_present_aside_and_never_gives_a_number_twice(
    office: Office, tmp_path: Path
) -> None:
    data = office.store.folder
    kept, later = Person(full_name="张三"), Person(full_name="李四")
    office.save(kept)
    made = backups.run(office, tmp_path / "disk")
    office.save(later)
    office.save(kept.model_copy(update={"workplace": "砖厂"}))
    copy = backups.copies(tmp_path / "disk")[0]
    before = {path.name: path.read_bytes() for path in made.iterdir()}
    with pytest.raises(UserError, match="密码不正确"):
        backups.stage(copy, data, backups.with_password("王主任", "falsches-wort"))
    staged = backups.stage(copy, data, backups.with_password("王主任", PASSWORD))
    missing = backups.what_is_lost(staged)
    assert missing is not None
    assert (missing.entries, missing.only_here) == (2, 2)
    assert [one.what for one in missing.newest] == ["修改人口“张三”", "新增人口“李四”"]
    assert [count for _, count in missing.by_day] == [2]
    with pytest.raises(InUseError):
        backups.put_in_place(staged, missing=missing)
    office.store.close()
    aside = backups.put_in_place(staged, missing=missing)
    assert aside is not None
    assert aside.parent == data.parent
    with reopened(data) as restored:
        assert [one.title() for one in restored.reader.all("person")] == ["张三"]
        assert restored.doctor().is_sound
        assert "已恢复到" in restored.store.meta(backups.RESTORED)
    with reopened(aside) as old:
        assert old.reader.count("person") == 2
    assert {path.name: path.read_bytes() for path in made.iterdir()} == before, "reading a backup never alters it"


def test_files_that_a_restore_brings_along_are_no_leftovers_until_their_records_come_back(
    office: Office, tmp_path: Path
) -> None:
    data = office.store.folder
    copy = backups.Copy(backups.run(office, tmp_path / "disk"), datetime.now(BEIJING), None)
    later = office.store.blobs.put(b"attached after the backup")
    os.utime(office.store.blobs.path(later.id), (0, 0))
    office.store.close()
    backups.put_in_place(backups.stage(copy, data, backups.with_password("", PASSWORD)))
    with reopened(data) as restored:
        backups.run(restored, tmp_path / "disk")
        assert restored.store.blobs.has(later.id)


def test_a_restore_that_has_no_room_to_bring_files_along_is_still_done(office: Office, tmp_path: Path) -> None:
    data = office.store.folder
    copy = backups.Copy(backups.run(office, tmp_path / "disk"), datetime.now(BEIJING), None)
    office.store.blobs.put(b"attached after the backup")
    office.store.close()
    staged = backups.stage(copy, data, backups.with_password("", PASSWORD))
    (staged.folder / "blobs").write_text("in the way")
    assert backups.put_in_place(staged) is not None
    with reopened(data) as restored:
        assert "已恢复到" in restored.store.meta(backups.RESTORED)


def test_a_restore_cut_between_its_two_renames_is_finished_at_the_next_start(office: Office, tmp_path: Path) -> None:
    data = office.store.folder
    office.save(Person(full_name="张三"))
    copy = backups.Copy(backups.run(office, tmp_path / "disk"), datetime.now(BEIJING), None)
    office.store.close()
    staged = backups.stage(copy, data, backups.with_password("", PASSWORD))
    (staged.folder / "ready").touch()
    data.rename(tmp_path / "aside")
    assert backups.finish_restore(data)
    assert not backups.finish_restore(data)
    with reopened(data) as restored:
        assert restored.reader.count("person") == 1


def test_a_damaged_backup_is_refused_and_nothing_is_touched(office: Office, tmp_path: Path) -> None:
    for number in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳":
        office.save(Person(full_name=f"张{number}", live_address="一组" * 90))
    made = backups.run(office, tmp_path / "disk")
    raw = bytearray((made / DATABASE).read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    (made / DATABASE).write_bytes(bytes(raw))
    with pytest.raises(StoreError):
        backups.stage(backups.copies(made)[0], office.store.folder, backups.with_password("", PASSWORD))
    assert office.doctor().is_sound
    assert [path.name for path in office.store.folder.parent.iterdir() if "restoring" in path.name] == []
