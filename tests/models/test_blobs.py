"""Encrypted files beside the database: whole or not there, whatever disk, kill and time do to them."""

from __future__ import annotations

import errno
import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlite_utils import Database, Migrations

from app.errors import StoreError
from app.models import blob_names, doctor, drafts
from app.models.blobs import BlobStore, blob_id
from app.models.database import connect
from app.models.folder import DATABASE
from app.models.migrations import m0001_spine, m0002_sync, m0003_residence_house_hazard
from app.models.register import new_id
from app.models.registers import REGISTRY, Hazard, HazardFile
from app.models.store import Store, set_meta
from tests.conftest import KEY, TOWNSHIP_KEY

SECRET = b"nobody outside the township reads this" * 100


@pytest.fixture
def blobs(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "blobs", TOWNSHIP_KEY)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@contextmanager
def disk_of(most: int) -> Iterator[None]:
    """No file may grow beyond ``most`` bytes: what the system says then is what a full disk says."""
    resource = pytest.importorskip("resource")
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)


@pytest.mark.parametrize("body", [b"", b"x", SECRET, bytes(range(256)) * 5000], ids=["empty", "one", "text", "large"])
def test_what_was_put_is_read_again_and_lies_there_sealed(blobs: BlobStore, body: bytes) -> None:
    made = blobs.put(body)
    assert blobs.read(made.id) == body
    path = blobs.path(made.id)
    assert made.id == hashlib.sha256(path.read_bytes()).hexdigest()
    assert made.size == path.stat().st_size == blobs.size(made.id)
    assert len(body) < 10 or body[:64] not in path.read_bytes()
    assert list(blobs.ids()) == [made.id]


def test_the_same_file_on_two_pcs_is_the_same_blob_and_is_kept_once(blobs: BlobStore, tmp_path: Path) -> None:
    other = BlobStore(tmp_path / "other", TOWNSHIP_KEY)
    assert blobs.put(SECRET) == blobs.put(SECRET) == other.put(SECRET)
    assert len(files(blobs.folder)) == 1


def test_another_township_makes_another_blob_and_cannot_read_ours(blobs: BlobStore, tmp_path: Path) -> None:
    stranger = BlobStore(tmp_path / "stranger", bytes(32))
    ours = blobs.put(SECRET)
    assert stranger.put(SECRET).id != ours.id
    stranger.accept(ours.id, blobs.raw(ours.id))
    with pytest.raises(StoreError, match="不是本乡镇的密钥"):
        stranger.read(ours.id)


def test_a_flipped_bit_is_found_said_and_put_aside_so_that_a_good_copy_may_come(blobs: BlobStore) -> None:
    made = blobs.put(SECRET)
    good = blobs.raw(made.id)
    path = blobs.path(made.id)
    bad = bytearray(good)
    bad[len(bad) // 2] ^= 1
    path.write_bytes(bad)
    for look in (blobs.read, blobs.raw):
        with pytest.raises(StoreError, match="已损坏") as told:
            look(made.id)
        assert "备份" in told.value.next_step
    assert not blobs.is_sound(made.id)
    blobs.set_aside(made.id)
    assert not blobs.has(made.id)
    assert bytes(bad) in [one.read_bytes() for one in files(blobs.folder)], "even damaged bytes are not thrown away"
    blobs.accept(made.id, good)
    assert blobs.read(made.id) == SECRET


def test_one_that_never_came_says_so(blobs: BlobStore) -> None:
    with pytest.raises(StoreError, match="还没有到这台电脑"):
        blobs.read("0" * 64)
    assert not blobs.has("0" * 64)
    assert blobs.size("0" * 64) == 0


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n", "ab/" + "0" * 61])
def test_only_a_hash_is_ever_joined_to_a_path(blobs: BlobStore, name: str) -> None:
    with pytest.raises(ValueError, match="no blob id"):
        blobs.has(name)


def test_what_comes_from_elsewhere_is_compared_with_its_name_before_it_counts(blobs: BlobStore, tmp_path: Path) -> None:
    sealed = BlobStore(tmp_path / "other", TOWNSHIP_KEY).seal(SECRET)
    with pytest.raises(StoreError, match="与它的校验码不符"):
        blobs.accept(blob_id(sealed), sealed + b"!")
    assert files(tmp_path / "blobs") == []
    (tmp_path / "came").write_bytes(sealed)
    assert blobs.accept(blob_id(sealed), tmp_path / "came").size == len(sealed)
    assert blobs.read(blob_id(sealed)) == SECRET


@pytest.mark.parametrize("room", [0, 1, 4096, 100_000])
def test_a_full_disk_is_said_and_nothing_half_is_left(blobs: BlobStore, room: int) -> None:
    with disk_of(room), pytest.raises(StoreError, match=r"磁盘写不进去了.*附件没有存下"):
        blobs.put(os.urandom(200_000))
    assert files(blobs.folder) == []
    assert blobs.read(blobs.put(SECRET).id) == SECRET


def test_the_disk_is_full_when_the_folder_is_to_be_made(blobs: BlobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="磁盘写不进去"):
        blobs.put(SECRET)
    assert files(blobs.folder) == []


def test_a_folder_that_may_not_be_written_is_said(blobs: BlobStore, tmp_path: Path) -> None:
    (tmp_path / "blobs").write_bytes(b"a file in the way")
    with pytest.raises(StoreError, match="没有权限写附件文件夹"):
        blobs.put(SECRET)


def test_a_blob_has_its_name_only_when_its_bytes_are_through_to_the_disk(
    blobs: BlobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, seen = os.fsync, []

    def watched(descriptor: int) -> None:
        seen.append(list(blobs.ids()))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    made = blobs.put(SECRET)
    assert seen[0] == [], "the file is synced under another name"
    assert os.name == "nt" or seen[1:] == [[made.id]] * 2, "then renamed, and the folders are synced"


KILLED = """
import os, sys
from pathlib import Path
from app.models.blobs import BlobStore
store = BlobStore(Path(sys.argv[1]), bytes(range(32, 64)))
while True:
    made = store.put(os.urandom(3_000_000))
    print(made.id, flush=True)
"""


@pytest.mark.parametrize("after", [1, 3, 8])
def test_a_kill_at_any_moment_of_writing_leaves_only_whole_blobs(tmp_path: Path, after: int) -> None:
    folder = tmp_path / "blobs"
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(folder)], stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    ) as process:
        assert process.stdout is not None
        confirmed = [process.stdout.readline().strip() for _ in range(after)]
        process.kill()
    again = BlobStore(folder, TOWNSHIP_KEY)
    again.sweep()
    assert set(confirmed) <= set(again.ids())
    assert all(again.is_sound(name) for name in again.ids())
    assert len(files(folder)) == len(list(again.ids())), "what a kill left half-written is swept"


def test_what_a_kill_left_half_written_is_swept_when_the_township_is_opened(store: Store) -> None:
    made = store.blobs.put(SECRET)
    half = store.blobs.path(made.id).with_name(f"{made.id}.0011aabb.part")
    half.write_bytes(b"half")
    store.close()
    with Store(store.folder, KEY, registry=REGISTRY) as again:
        assert not half.exists()
        assert again.blobs.read(made.id) == SECRET


def hazard_with(name: str) -> Hazard:
    line = HazardFile(name="现场.jpg", file=name, media_type="image/jpeg", size=1)
    return Hazard.model_validate({"name": "通道堵塞", "found_on": "2026-05-01", "files": (line,)})


def test_files_no_record_ever_named_go_after_a_month_and_named_ones_never(store: Store) -> None:
    kept, deleted, loose, young = (store.blobs.put(bytes([number]) * 100).id for number in range(4))
    records = [hazard_with(kept), hazard_with(deleted)]
    for record in records:
        store.write("t", lambda unit, one=record: unit.save(one))  # type: ignore[misc]
    store.write("t", lambda unit: unit.delete("hazard", records[1].id, reason="误登"))
    long_ago = time.time() - 31 * 86_400
    for name in (kept, deleted, loose):
        os.utime(store.blobs.path(name), (long_ago, long_ago))
    assert blob_names.tidy(REGISTRY, store.conn, store.blobs) == [loose]
    assert set(store.blobs.ids()) == {kept, deleted, young}
    assert blob_names.of_living(REGISTRY, store.conn) == {kept: 1}


def test_a_file_that_is_taken_in_again_or_stands_in_a_draft_is_no_leftover(store: Store) -> None:
    again, in_a_draft, loose = (store.blobs.put(bytes([number]) * 100).id for number in range(3))
    long_ago = time.time() - 31 * 86_400
    for name in (again, in_a_draft, loose):
        os.utime(store.blobs.path(name), (long_ago, long_ago))
    assert store.blobs.put(bytes([0]) * 100).id == again
    content = {"mine": {"files": [{"file": in_a_draft}]}}
    draft = drafts.Draft(new_id(), "hazard", new_id(), 0, content, "u" * 32, "")
    store.submit(lambda conn: drafts.keep(conn, draft)).result()
    assert blob_names.tidy(REGISTRY, store.conn, store.blobs) == [loose]
    assert set(store.blobs.ids()) == {again, in_a_draft}


def test_a_damaged_file_is_replaced_when_it_is_taken_in_again(blobs: BlobStore) -> None:
    made = blobs.put(SECRET)
    path = blobs.path(made.id)
    path.write_bytes(bytes(path.stat().st_size))
    assert not blobs.is_sound(made.id)
    assert blobs.put(SECRET) == made
    assert blobs.read(made.id) == SECRET


def test_the_doctor_counts_missing_damaged_and_unused_files_and_touches_no_record(store: Store) -> None:
    whole, damaged = store.blobs.put(b"whole" * 50).id, store.blobs.put(b"damaged" * 50).id
    store.blobs.put(b"never saved")
    for name in (whole, damaged, "0" * 64):
        store.write("t", lambda unit, one=name: unit.save(hazard_with(one)))  # type: ignore[misc]
    store.blobs.path(damaged).write_bytes(b"rust")
    health = doctor.examine(REGISTRY, store.conn, store.identity, store.box, store.blobs)
    said = " ".join(one.sentence for one in health.complaints)
    assert "有 1 个附件还没有到本机" in said
    assert "有 1 个附件的文件在本机已损坏" in said
    assert "有 1 个文件添加后没有保存" in said
    assert not health.is_sound
    assert store.conn.execute("SELECT count(*) FROM hazard_file WHERE deleted = 0").fetchone()[0] == 3
    assert store.blobs.path(damaged).read_bytes() == b"rust"


def test_a_store_of_before_there_were_attachments_is_opened_and_given_them(tmp_path: Path) -> None:
    old = Migrations("township")
    for number, shape in enumerate((m0001_spine, m0002_sync, m0003_residence_house_hazard)):

        def step(db: Database, statements: tuple[str, ...] = shape.STATEMENTS) -> None:
            for statement in statements:
                db.execute(statement)

        old(name=("m0001_spine", "m0002_sync", "m0003_residence_house_hazard")[number])(step)
    folder = tmp_path / "data"
    folder.mkdir()
    db = connect(folder / DATABASE, KEY)
    old.apply(db)
    for name, value in (("township", "a" * 32), ("device", "b" * 32), ("township_key", TOWNSHIP_KEY.hex())):
        set_meta(db.conn, name, value)
    db.conn.close()
    with Store(folder, KEY, registry=REGISTRY) as store:
        made = store.blobs.put(SECRET).id
        store.write("t", lambda unit: unit.save(hazard_with(made)))
        assert blob_names.of_living(REGISTRY, store.conn) == {made: 1}
        columns = [row[1] for row in store.conn.execute("PRAGMA table_info(dispute_paper)")]
        assert "file" in columns
