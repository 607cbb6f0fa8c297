"""Attachments between PCs and county: they follow the records, never hold them up, and go only where they may."""

from __future__ import annotations

import random
import shutil
import threading
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, LiteralString

import httpx
import pytest

from app.errors import SyncError
from app.models import settings
from app.models.registers import REGISTRY, Person
from app.models.replica import StoreReplica
from app.models.store import Store
from app.models.travel import StoreFiles, drop_unfinished
from app.models.unit import UnitOfWork
from app.sync import blobs, joining
from app.sync.agent import SyncStatus
from app.sync.https import CountyClient, FileRefusedError
from app.sync.machine import Phase
from app.sync.op import OpKind
from app.sync.ports import FilesWaiting
from county.server import County
from tests.conftest import KEY, TOWNSHIP_KEY
from tests.county.desks import Desk, Township
from tests.county.proxy import cutting
from tests.county.test_agent import running
from tests.county.test_commands import county as county_command
from tests.county.test_commands import served
from tests.county.test_faults import PUSHER, client, hello, killed_in_silence, relinked


def photo(size: int, seed: int = 0) -> bytes:
    return random.Random(seed).randbytes(size)


def held(county: County, township: Township) -> dict[str, int]:
    """Blobs the county holds whole, with their size."""
    with county.pool.connection() as conn:
        rows = conn.execute("SELECT id, size FROM blob WHERE township = %s AND held_at IS NOT NULL", (township.number,))
        return dict(rows.fetchall())


def altered(county: County, township: Township, sql: LiteralString, blob: str) -> list[Any]:
    """What somebody does in the county's database to one blob of this township."""
    with county.pool.connection() as conn:
        cursor = conn.execute(sql, (township.number, blob))
        return cursor.fetchall() if cursor.description else []


def lost_at_the_county(county: County, township: Township, blob: str) -> None:
    altered(county, township, "DELETE FROM blob_part WHERE township = %s AND blob = %s", blob)
    altered(county, township, "UPDATE blob SET held_at = NULL, size = NULL WHERE township = %s AND id = %s", blob)


def parts(county: County, township: Township, blob: str) -> list[tuple[str, int]]:
    with county.pool.connection() as conn:
        sql = "SELECT device, sum(size)::bigint FROM blob_part WHERE township = %s AND blob = %s GROUP BY device"
        return [(row[0], row[1]) for row in conn.execute(sql, (township.number, blob))]


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> int:
    """Pieces of 1000 bytes, so that a small file takes many."""
    monkeypatch.setattr(blobs, "FIRST_PIECE", 1000)
    monkeypatch.setattr(blobs, "MOST_PIECE", 1000)
    monkeypatch.setattr(blobs, "LEAST_PIECE", 1000)
    return 1000


# -- the ordinary day ------------------------------------------------------------------------------------------------


def test_a_photo_of_one_pc_reaches_the_other(county: County, township: Township, center: Desk, station: Desk) -> None:
    body = photo(700_000)
    blob = center.attach(body)
    assert StoreFiles(center.store).waiting() == FilesWaiting(1, center.blobs.size(blob), 0)
    assert center.synced().files == FilesWaiting()
    assert held(county, township) == {blob: center.blobs.size(blob)}
    assert station.synced().files == FilesWaiting()
    assert station.blobs.read(blob) == body
    assert center.is_healthy()
    assert station.is_healthy()
    incoming = station.store.folder / "blobs" / "incoming"
    assert not list(incoming.iterdir())


def test_the_county_sees_neither_the_file_nor_its_name(county: County, township: Township, center: Desk) -> None:
    body = "张三的伤情照片".encode() * 1000
    blob = center.attach(body, to="dispute")
    center.synced()
    pieces = altered(county, township, "SELECT bytes FROM blob_part WHERE township = %s AND blob = %s", blob)
    kept = b"".join(bytes(row[0]) for row in pieces)
    with county.pool.connection() as conn:
        said = str(conn.execute("SELECT payload FROM op WHERE register = 'dispute_file'").fetchall())
    assert "张三".encode() not in kept
    assert "证据.jpg" not in said
    assert f'"blobs":["{blob}"]' in said


def test_the_same_file_of_two_pcs_lies_at_the_county_once(
    county: County, township: Township, center: Desk, station: Desk
) -> None:
    body = photo(50_000)
    assert center.attach(body) == station.attach(body)
    center.synced()
    station.synced()
    center.synced()
    assert len(held(county, township)) == 1
    for desk in (center, station):
        assert StoreFiles(desk.store).waiting() == FilesWaiting()


def test_a_pc_may_fetch_only_what_is_opened(township: Township, center: Desk, station: Desk) -> None:
    first, second = center.attach(photo(3000, 1)), center.attach(photo(3000, 2))
    center.synced()
    settings.change(station.store, settings.FETCH_FILES, "0")
    assert station.synced().files == FilesWaiting()
    assert not station.blobs.has(first)
    agent = station.agent()
    agent.want_file(second)
    agent.run_once()
    assert station.blobs.has(second)
    assert not station.blobs.has(first)


def test_a_file_is_wanted_that_its_pc_has_not_sent_yet(township: Township, center: Desk) -> None:
    other = township.second("other")
    body = photo(4000)
    blob = center.attach(body)
    path = center.blobs.path(blob)
    aside = path.with_name("aside")
    path.rename(aside)  # the record is sent, the file is not (yet)
    center.synced()
    assert other.synced().files == FilesWaiting(0, 0, 1)
    assert other.sync().files_problem is None
    aside.rename(path)
    center.synced()
    assert other.synced().files == FilesWaiting()
    assert other.blobs.read(blob) == body


# -- lines, kills, disks ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("direction", ["up", "down"])
def test_a_line_cut_at_any_byte_is_gone_on_from_there(
    township: Township, county: County, center: Desk, station: Desk, direction: str, small_pieces: int
) -> None:
    body = photo(20_000)
    blob = center.attach(body)
    desk = center if direction == "up" else station
    if direction == "up":
        desk.blobs.raw(blob)
    else:
        center.synced()
    before = 0
    with cutting(county.address()) as line:
        relinked(desk, line.url)
        for cut in (0, 700, 2500, 4000, 5000, 6000, 7000, 8000, 9000, 10_000, 12_000, 14_000, 17_000):
            line.cut_up, line.cut_down = (cut, None) if direction == "up" else (None, cut)
            status = desk.sync()
            assert status.waiting == 0 or not status.is_synced
            if direction == "up":
                come = sum(size for _, size in parts(county, township, blob))
            else:
                come = StoreFiles(station.store).fetched(blob) or desk.blobs.size(blob)
            assert come >= before
            before = come
        assert before > 0
        line.cut_up = line.cut_down = None
        assert desk.synced().files == FilesWaiting()
    if direction == "up":
        station.synced()
    assert station.blobs.read(blob) == body


@pytest.mark.parametrize("is_right", [True, False])
def test_a_pc_killed_between_the_last_piece_and_the_check_gets_its_file(
    township: Township, county: County, center: Desk, station: Desk, *, is_right: bool
) -> None:
    body = photo(3_000)
    blob = center.attach(body)
    center.synced()
    sealed = center.blobs.raw(blob)
    StoreFiles(station.store).keep_piece(blob, 0, sealed if is_right else bytes(len(sealed)))
    assert station.synced().files == FilesWaiting()
    assert station.blobs.read(blob) == body


def test_a_broken_line_is_a_sentence_and_the_records_stay_said(
    township: Township, county: County, center: Desk
) -> None:
    center.synced()
    center.attach(photo(3_000_000))
    with cutting(county.address()) as line:
        relinked(center, line.url)
        line.cut_up = 200_000
        status = center.sync()
        assert status.waiting == 0
        assert status.files.to_send == 1
        assert status.files_problem is not None
        assert "连接中断" in status.files_problem.sentence
        line.cut_up = None
        assert center.synced().files_problem is None


def test_a_pc_killed_with_half_a_file_goes_on_from_there(
    township: Township, county: County, center: Desk, station: Desk, small_pieces: int
) -> None:
    body = photo(9_500)
    blob = center.attach(body)
    center.synced()
    files = StoreFiles(station.store)
    with client(station) as line:
        hello(station, line)
        piece, size = line.fetch_piece("safety", blob, offset=0, length=1000)
        files.keep_piece(blob, 0, piece)
    incoming = station.store.folder / "blobs" / "incoming" / blob
    with incoming.open("ab") as torn:
        torn.write(b"\0" * 300)  # what a kill leaves when the disk had made room and not written
    station.store.close()
    after = township.reopened(station)
    assert StoreFiles(after.store).fetched(blob) == 1300
    status = after.sync()
    assert status.files_problem is not None
    assert "校验码不符" in status.files_problem.sentence
    assert not after.blobs.has(blob)
    assert after.synced().files == FilesWaiting()
    assert after.blobs.read(blob) == body
    assert size == after.blobs.size(blob)


MOVER = PUSHER.replace("new_device_id=new_id)", "new_device_id=new_id, files=StoreFiles(store))").replace(
    "from app.models.store import Store", "from app.models.store import Store\nfrom app.models.travel import StoreFiles"
)


@pytest.mark.parametrize("direction", ["up", "down"])
def test_a_pc_killed_in_the_middle_of_a_file_goes_on_where_it_stands(
    township: Township, county: County, center: Desk, station: Desk, direction: str
) -> None:
    body = photo(3_000_000)
    blob = center.attach(body)
    desk = center
    if direction == "down":
        center.synced()
        desk = station
    link = desk.replica.link()
    assert link is not None
    with cutting(county.address()) as line:
        relinked(desk, line.url)
        desk.store.close()
        line.is_silent = True
        line.cut_up, line.cut_down = (1_500_000, None) if direction == "up" else (None, 1_500_000)
        code = MOVER.format(root=str(Path(__file__).parents[2]), folder=str(desk.store.folder))
        killed_in_silence(line, code)
    again = township.reopened(desk)
    again.replica.attach(link)
    if direction == "up":
        assert 0 < sum(size for _, size in parts(county, township, blob)) < len(body)
    else:
        assert 0 < StoreFiles(again.store).fetched(blob) < len(body)
    assert again.synced().files == FilesWaiting()
    assert again.blobs.read(blob) == body
    assert blob in held(county, township)
    assert again.is_healthy()


def test_a_county_killed_in_the_middle_of_a_piece_keeps_the_pieces_before_it(tmp_path: Path) -> None:
    with ExitStack() as stack:
        data = Path(stack.enter_context(TemporaryDirectory(prefix="county", ignore_cleanup_errors=True)))
        store = stack.enter_context(Store.create(tmp_path / "pc", KEY, registry=REGISTRY, township_key=TOWNSHIP_KEY))
        desk = Desk("pc", store, StoreReplica(store))
        with served(data) as (process, port):
            code = county_command(data, "enrol", "青溪镇").strip().splitlines()[-1]
            identity = store.identity
            link = joining.bring(
                code, township=identity.township, township_name="", device=identity.device, device_name=""
            )
            with cutting(f"127.0.0.1:{port}") as line:
                desk.replica.attach(replace(link, url=line.url))
                desk.synced()
                desk.attach(photo(2_000_000))
                line.cut_up, line.is_silent = 1_000_000, True
                mover = threading.Thread(target=desk.sync)
                mover.start()
                assert line.fell_silent.wait(30)
                process.kill()
            mover.join()
        assert desk.told[-1].files.to_send == 1
        with served(data, port=port):
            desk.replica.attach(link)
            assert desk.synced().files == FilesWaiting()
            assert "附件 1 个" in county_command(data, "status")


def test_a_full_disk_at_the_county_is_said_and_tried_again_later(
    township: Township, county: County, center: Desk
) -> None:
    blob = center.attach(photo(5_000))
    with county.pool.connection() as conn:
        conn.execute(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = '53100'; END $$"
        )
        conn.execute("CREATE TRIGGER full_disk BEFORE INSERT ON blob_part FOR EACH ROW EXECUTE FUNCTION full_disk()")
    try:
        status = center.sync()
    finally:
        with county.pool.connection() as conn:
            conn.execute("DROP TRIGGER full_disk ON blob_part")
            conn.execute("DROP FUNCTION full_disk")
    assert status.is_synced  # of the records that is true
    assert status.files.to_send == 1
    assert status.files_problem is not None
    assert status.files_problem.sentence == "县服务器的磁盘已满"
    assert center.synced().files == FilesWaiting()
    assert blob in held(county, township)


@pytest.mark.parametrize(
    ("name", "words"), [("blob_limit_mb", "超过县里规定的大小"), ("blob_township_gb", "附件空间已满")]
)
def test_what_the_county_has_no_room_for_is_said_and_the_others_go(
    township: Township, county: County, center: Desk, name: str, words: str
) -> None:
    center.attach(photo(5_000))
    county.registry.keep(name, "0")
    try:
        status = center.sync()
    finally:
        county.registry.keep(name, "50")
    assert status.is_synced
    assert status.files_problem is not None
    assert words in status.files_problem.sentence
    assert center.synced().files_problem is None


def test_a_file_said_to_be_small_does_not_grow_past_the_room(
    township: Township, county: County, center: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    blob = center.attach(photo(3 * 1024 * 1024))
    real = CountyClient.send_piece
    sent: list[int] = []

    def send(self: CountyClient, stream: str, blob: str, **piece: Any) -> Any:
        sent.append(piece["offset"])
        if len(sent) == 2:  # the first piece was taken while there was room; the claim is not believed again
            county.registry.keep("blob_township_gb", "0")
        return real(self, stream, blob, **piece)

    monkeypatch.setattr(CountyClient, "send_piece", send)
    try:
        status = center.sync()
    finally:
        county.registry.keep("blob_township_gb", "50")
    assert len(sent) == 2
    assert status.files_problem is not None
    assert "附件空间已满" in status.files_problem.sentence
    assert blob not in held(county, township)
    assert center.synced().files_problem is None


# -- records come first ----------------------------------------------------------------------------------------------


def test_a_large_file_never_delays_a_record_saved_meanwhile(
    township: Township, county: County, center: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    center.attach(photo(15 * 1024 * 1024))
    asked: list[str] = []
    real = CountyClient.send_piece
    saved: list[bool] = []

    def send(self: CountyClient, stream: str, blob: str, **piece: Any) -> Any:
        asked.append(f"piece at {piece['offset']}")
        if len(asked) == 2 and not saved:
            center.save(Person(full_name="张三"))
            saved.append(True)
        return real(self, stream, blob, **piece)

    push = CountyClient.push

    def pushed(self: CountyClient, *batch: Any) -> Any:
        asked.append("records")
        return push(self, *batch)

    monkeypatch.setattr(CountyClient, "send_piece", send)
    monkeypatch.setattr(CountyClient, "push", pushed)
    center.synced()
    records = [place for place, what in enumerate(asked) if what == "records"]
    pieces = [place for place, what in enumerate(asked) if what != "records"]
    assert len(records) == 2
    assert records[0] == 0
    after_save = [place for place in pieces if records[1] > place]
    assert sum(1 for place in pieces if place > records[1]) > len(after_save)
    sent_before = len(after_save) * blobs.MOST_PIECE
    assert sent_before <= blobs.SLICE_BYTES + 2 * blobs.MOST_PIECE
    assert township.digests()["people"][0] == 1


def test_a_save_calls_the_agent_away_from_a_large_file(township: Township, county: County, center: Desk) -> None:
    center.attach(photo(6 * 1024 * 1024))
    with running(center) as (agent, told):
        told.wait(lambda _: any(status.files.to_send == 1 for status in told.statuses))
        center.save(Person(full_name="李四"))
        agent.kick()
        told.wait(lambda status: status.is_synced and township.digests().get("people", (0, ""))[0] == 1)
        told.wait(lambda status: status.is_synced and status.files == FilesWaiting())


def test_synced_is_said_of_records_while_files_still_wait(township: Township, county: County, center: Desk) -> None:
    center.attach(photo(5 * 1024 * 1024))
    center.synced()
    said = [(status.is_synced, status.waiting, status.files.to_send) for status in center.told]
    assert (True, 0, 1) in said
    assert all(waiting == 0 for is_synced, waiting, _ in said if is_synced)
    assert said[-1] == (True, 0, 0)


# -- who may what ----------------------------------------------------------------------------------------------------


def refused(call: Any) -> str:
    with pytest.raises(FileRefusedError) as caught:
        call()
    return caught.value.sentence


def test_a_station_without_mediation_gets_no_evidence_of_it(
    township: Township, county: County, center: Desk, station: Desk
) -> None:
    blob = center.attach(photo(3_000), to="dispute")
    center.synced()
    assert station.synced().files == FilesWaiting()
    with client(station) as line:
        hello(station, line)
        unknown = refused(partial(line.fetch_piece, "safety", "0" * 64, offset=0, length=10))
        for stream in ("mediation", "safety", "people", "office", "config", "audit", ""):
            assert refused(partial(line.fetch_piece, stream, blob, offset=0, length=10)) == unknown
            assert refused(partial(line.blob_standing, stream, blob))
            sending = partial(line.send_piece, stream, blob, offset=0, total=10, piece=b"x")
            assert refused(sending) == unknown
            assert line.blobs_lacking(stream) == []


def test_knowing_a_hash_and_naming_it_elsewhere_gives_nothing(
    township: Township, county: County, center: Desk, station: Desk
) -> None:
    blob = center.attach(photo(3_000), to="dispute")
    center.synced()
    from datetime import date

    from app.models.registers import Patrol
    from app.models.registers.patrol import PatrolFile

    station.save(Patrol(patrolled_on=date(2026, 3, 16), files=(PatrolFile(name="x", file=blob),)))
    status = station.synced()
    assert not station.blobs.has(blob)
    assert status.files.to_fetch == 1
    with client(station) as line:
        hello(station, line)
        assert "还没有传到县服务器" in refused(partial(line.fetch_piece, "safety", blob, offset=0, length=10))


def test_another_townships_file_does_not_exist(
    township: Township, county: County, center: Desk, tmp_path: Path
) -> None:
    blob = center.attach(photo(3_000))
    center.synced()
    other = Township(county, tmp_path / "other", township.stack)
    (tmp_path / "other").mkdir()
    stranger = other.first("stranger")
    stranger.synced()
    with client(stranger) as line:
        hello(stranger, line)
        for call in (
            partial(line.fetch_piece, "safety", blob, offset=0, length=10),
            partial(line.blob_standing, "safety", blob),
            partial(line.send_piece, "safety", blob, offset=0, total=10, piece=b"x"),
        ):
            assert refused(call)


def test_a_revoked_pc_gets_and_brings_nothing(township: Township, county: County, center: Desk, station: Desk) -> None:
    blob = center.attach(photo(3_000))
    center.synced()
    station.synced()
    link = station.replica.link()
    assert link is not None
    with client(station) as line:
        hello(station, line)
        county.registry.revoke(link.device)
        with pytest.raises(Exception, match="停用"):
            line.fetch_piece("safety", blob, offset=0, length=10)
        with pytest.raises(Exception, match="停用"):
            line.send_piece("safety", blob, offset=0, total=10, piece=b"x")


def test_a_pass_that_runs_out_in_the_middle_of_a_file_is_renewed(
    township: Township, county: County, center: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    center.attach(photo(3_000_000))
    real, pieces = CountyClient.send_piece, 0

    def send(self: CountyClient, stream: str, blob: str, **piece: Any) -> Any:
        nonlocal pieces
        pieces += 1
        if pieces == 3:
            self._token = "used.1.up"
        return real(self, stream, blob, **piece)

    monkeypatch.setattr(CountyClient, "send_piece", send)
    status = center.synced()
    assert status.files == FilesWaiting()
    assert status.files_problem is None


def test_no_file_is_asked_for_while_the_records_are_not_at_rest(
    township: Township, county: County, center: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    center.attach(photo(3_000))
    center.synced()
    center.save(Person(full_name="张三"))
    asked: list[str] = []

    def lacking(_: CountyClient, stream: str) -> list[str]:
        asked.append(stream)
        return []

    def broken(*_: object) -> None:
        raise SyncError("与县服务器的连接中断")

    monkeypatch.setattr(CountyClient, "blobs_lacking", lacking)
    monkeypatch.setattr(CountyClient, "push", broken)
    assert center.sync().phase is Phase.WAITING
    assert asked == []


def test_requests_that_no_program_of_ours_makes_are_refused(township: Township, county: County, center: Desk) -> None:
    blob = center.attach(photo(3_000))
    center.synced()
    with client(center) as line:
        answer = hello(center, line)
        http: httpx.Client = line._http
        pass_ = {"Authorization": f"Bearer {answer.token}"}
        wanted = [
            ("GET", f"/v1/blobs/{blob}?stream=safety", {}, 422),
            ("GET", f"/v1/blobs/{blob}?stream=safety", {"Range": "bytes=9999999-99999999"}, 422),
            ("GET", f"/v1/blobs/{blob}?stream=safety", {"Range": "bytes=-5"}, 422),
            ("GET", "/v1/blobs/..%2f..%2fcounty.key?stream=safety", {"Range": "bytes=0-9"}, 404),
            ("GET", "/v1/blobs/" + "G" * 64, {"Range": "bytes=0-9"}, 422),
            ("PATCH", f"/v1/blobs/{blob}?stream=safety", {"Upload-Offset": "x", "Upload-Length": "1"}, 422),
            ("PATCH", f"/v1/blobs/{blob}?stream=safety", {"Upload-Offset": "9" * 40, "Upload-Length": "1"}, 422),
        ]
        for method, path, headers, status in wanted:
            assert http.request(method, path, headers=pass_ | headers).status_code == status, path
        large = {"Upload-Offset": "0", "Upload-Length": str(9 * 1024 * 1024)}
        path = f"/v1/blobs/{blob}?stream=safety"
        assert http.patch(path, headers=pass_ | large, content=bytes(2 * 1024 * 1024)).status_code == 413
        assert http.get(path, headers={"Range": "bytes=0-9"}).status_code == 401


# -- a county that is wrong ------------------------------------------------------------------------------------------


def test_bytes_tampered_with_at_the_county_are_not_kept(
    township: Township, county: County, center: Desk, station: Desk
) -> None:
    blob = center.attach(photo(3_000))
    center.synced()
    sql: LiteralString = "UPDATE blob_part SET bytes = set_byte(bytes, 5, 255 - get_byte(bytes, 5))"
    altered(county, township, sql + " WHERE township = %s AND blob = %s", blob)
    status = station.sync()
    assert status.is_synced
    assert status.files.to_fetch == 1
    assert status.files_problem is not None
    assert "校验码不符" in status.files_problem.sentence
    assert not station.blobs.has(blob)
    assert not list((station.store.folder / "blobs" / "incoming").iterdir())


def test_a_file_that_claims_to_be_endless_is_not_begun(
    township: Township, county: County, center: Desk, station: Desk
) -> None:
    blob = center.attach(photo(3_000))
    center.synced()
    altered(county, township, "UPDATE blob SET size = 1099511627776 WHERE township = %s AND id = %s", blob)
    status = station.sync()
    assert status.files_problem is not None
    assert "大得不可能" in status.files_problem.sentence
    assert StoreFiles(station.store).fetched(blob) == 0


def test_wrong_bytes_brought_are_thrown_away_by_the_county(township: Township, county: County, center: Desk) -> None:
    blob = center.attach(photo(3_000))
    path = center.blobs.path(blob)
    right = path.read_bytes()
    path.write_bytes(right[:-1] + b"?")
    status = center.sync()
    assert status.files_problem is not None
    assert "校验码不符" in status.files_problem.sentence
    assert parts(county, township, blob) == []
    assert not path.exists()  # put aside: damaged here, a good copy may come
    center.blobs.accept(blob, right)
    assert center.synced().files == FilesWaiting()
    assert blob in held(county, township)


def test_a_county_restored_from_a_backup_gets_its_files_again(
    township: Township, county: County, center: Desk, station: Desk
) -> None:
    blob = center.attach(photo(3_000))
    center.synced()
    with county.pool.connection() as conn:
        conn.execute("DELETE FROM blob_part WHERE township = %s AND blob = %s", (township.number, blob))
        conn.execute(
            "UPDATE blob SET held_at = NULL, size = NULL WHERE township = %s AND id = %s", (township.number, blob)
        )
    assert center.synced().files == FilesWaiting()
    assert held(county, township)
    assert station.synced().files == FilesWaiting()


def test_any_pc_that_holds_a_file_brings_it_back(
    township: Township, county: County, center: Desk, station: Desk
) -> None:
    blob = center.attach(photo(3_000))
    center.synced()
    station.synced()
    with county.pool.connection() as conn:
        conn.execute("DELETE FROM blob_part WHERE township = %s AND blob = %s", (township.number, blob))
        conn.execute(
            "UPDATE blob SET held_at = NULL, size = NULL WHERE township = %s AND id = %s", (township.number, blob)
        )
    shutil.rmtree(center.store.folder / "blobs")
    assert station.synced().files == FilesWaiting()
    assert center.synced().files == FilesWaiting()
    assert center.blobs.is_sound(blob)


def test_an_attachment_emptied_by_law_goes_from_the_county_with_its_record(
    township: Township, county: County, center: Desk
) -> None:
    blob = center.attach(photo(3_000))
    center.synced()
    naming = center.ops("register = 'patrol_file'")[0]
    work = partial(
        UnitOfWork.set_fields,
        register="patrol",
        record_id=naming.root,
        values={"summary": "x"},
        kind=OpKind.ERASE,
        ops=[naming.op_id],
        basis="个人信息保护法 47",
    )
    center.store.write("law", work)
    center.synced()
    assert held(county, township) == {}
    assert parts(county, township, blob) == []
    assert center.store.conn.execute("SELECT count(*) FROM blob_name").fetchone() == (0,)


def test_it_ends_in_bounded_rounds_or_with_a_reason(township: Township, county: County, center: Desk) -> None:
    for seed in range(6):
        center.attach(photo(40_000, seed))
    other = township.second("other")
    rounds: list[SyncStatus] = []
    for _ in range(4):
        rounds += [center.sync(), other.sync()]
        if all(status.files == FilesWaiting() for status in rounds[-2:]):
            break
    assert all(status.files == FilesWaiting() and status.phase is Phase.IDLE for status in rounds[-2:])
    assert len(rounds) <= 4


def test_unfinished_pieces_that_nobody_needs_are_thrown_away(center: Desk) -> None:
    files = StoreFiles(center.store)
    files.keep_piece("a" * 64, 0, b"half")
    assert files.fetched("a" * 64) == 4
    drop_unfinished(center.store)
    assert files.fetched("a" * 64) == 0
