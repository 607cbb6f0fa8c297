"""What networks, disks and people do to a sync: a sentence each time, and nothing is lost or doubled."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import sys
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
import zstandard
from psycopg import Connection
from psycopg.types.json import Jsonb

from app.errors import SyncError, UserError
from app.models.registers import Person
from app.sync import https, joining, pairing
from app.sync.batch import seal_first
from app.sync.enrolment import read_code
from app.sync.https import CountyClient, DisagreedError
from app.sync.machine import Phase
from app.sync.protocol import HelloAnswer
from county.certificate import certificate_in
from county.server import County
from tests.county.desks import Desk, Township, equal
from tests.county.proxy import CuttingProxy, cutting


def relinked(desk: Desk, url: str) -> None:
    link = desk.replica.link()
    assert link is not None
    desk.replica.attach(replace(link, url=url))


def client(desk: Desk) -> CountyClient:
    link = desk.replica.link()
    assert link is not None
    return CountyClient(link)


def hello(desk: Desk, line: CountyClient) -> HelloAnswer:
    return line.hello(desk.replica.hello("2026-03-15T00:00:00.000Z"))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


# -- the network ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("direction", ["up", "down"])
def test_a_line_cut_at_any_byte_loses_and_doubles_nothing(
    township: Township, county: County, center: Desk, station: Desk, direction: str
) -> None:
    with cutting(county.address()) as line:
        relinked(center, line.url)
        number = 0
        for cut in (0, 1, 60, 300, 700, 1100, 1500, 1900, 2300, 2700, 3100, 3500, 3900, 4300, 5000, 6000, 8000, 12000):
            center.save(*(Person(full_name=f"村民{number + more}") for more in range(5)))
            number += 5
            line.cut_up, line.cut_down = (cut, None) if direction == "up" else (None, cut)
            status = center.sync()
            if status.phase is not Phase.IDLE:
                assert status.problem is not None
                assert "连接" in status.problem.sentence or "没有及时应答" in status.problem.sentence
                assert not status.is_synced
        line.cut_up = line.cut_down = None
        center.synced()
    station.synced()
    assert township.digests()["people"][0] == number
    assert equal(center, township)
    assert equal(station, township)


def test_an_answer_lost_after_the_commit_is_asked_for_again(township: Township, center: Desk) -> None:
    center.save(Person(full_name="张三"))
    with client(center) as line:
        hello(center, line)
        link = center.replica.link()
        assert link is not None
        header, packed = seal_first(link.township, center.replica.outgoing(1), link.private_key)
        line.push(header, packed)  # and the answer never arrives
    assert center.waiting() == 1
    center.synced()
    assert center.waiting() == 0
    assert township.digests()["people"][0] == 1


def test_a_batch_sent_twice_changes_nothing(township: Township, center: Desk) -> None:
    center.save(Person(full_name="张三"))
    with client(center) as line:
        hello(center, line)
        link = center.replica.link()
        assert link is not None
        header, packed = seal_first(link.township, center.replica.outgoing(1), link.private_key)
        first = line.push(header, packed)
        before = township.digests()
        assert line.push(header, packed) == first
        assert township.digests() == before


def test_a_county_that_does_not_answer_is_said_and_everything_waits(township: Township, center: Desk) -> None:
    center.save(Person(full_name="张三"))
    relinked(center, f"https://127.0.0.1:{free_port()}")
    status = center.sync()
    assert status.phase is Phase.WAITING
    assert not status.is_online
    assert status.offline_since is not None
    assert status.waiting == 1
    assert status.problem is not None
    assert status.problem.sentence.startswith("连接不上县服务器")
    assert center.person(center.ops()[0].record_id) is not None


class _Portal(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = "<html><body>请先登录<script>alert(1)</script></body></html>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.do_GET()

    def do_PUT(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        return


@pytest.mark.parametrize("is_tls", [True, False])
def test_a_page_instead_of_an_answer_is_named_as_such(
    county: County, center: Desk, tmp_path: Path, *, is_tls: bool
) -> None:
    center.save(Person(full_name="张三"))
    portal = HTTPServer(("127.0.0.1", 0), _Portal)
    if is_tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(county.certificate.certificate, county.certificate.key)
        portal.socket = context.wrap_socket(portal.socket, server_side=True)
    thread = threading.Thread(target=portal.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        relinked(center, f"https://127.0.0.1:{portal.server_address[1]}")
        status = center.sync()
    finally:
        portal.shutdown()
        portal.server_close()
        thread.join()
    assert status.problem is not None
    assert "返回的不是县服务器的应答（可能需要先登录上网）" in status.problem.sentence
    assert "<html>" not in status.problem.sentence
    assert status.waiting == 1
    assert not status.is_online


def test_another_server_with_another_certificate_is_not_talked_to(center: Desk, tmp_path: Path) -> None:
    other = certificate_in(tmp_path)
    portal = HTTPServer(("127.0.0.1", 0), _Portal)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(other.certificate, other.key)
    portal.socket = context.wrap_socket(portal.socket, server_side=True)
    thread = threading.Thread(target=portal.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        relinked(center, f"https://127.0.0.1:{portal.server_address[1]}")
        status = center.sync()
    finally:
        portal.shutdown()
        portal.server_close()
        thread.join()
    assert status.problem is not None
    assert "不是登记时的县服务器" in status.problem.sentence


# -- bad batches ---------------------------------------------------------------------------------------------------


def test_a_tampered_batch_is_refused_whole_with_a_sentence(township: Township, center: Desk) -> None:
    center.save(Person(full_name="张三"), Person(full_name="李四"))
    link = center.replica.link()
    assert link is not None
    ops = center.replica.outgoing(1)
    forged = [ops[0], replace(ops[1], payload=(ops[1].payload or "").replace("李四", "李五"))]
    header, packed = seal_first(link.township, forged, link.private_key)
    with client(center) as line:
        hello(center, line)
        with pytest.raises(SyncError, match="数据批次未通过校验"):
            line.push(header, packed)
        flipped = bytes([packed[0] ^ 1]) + packed[1:]
        with pytest.raises(SyncError, match="数据批次未通过校验"):
            line.push(header, flipped)
    assert township.digests() == {}
    center.synced()
    assert township.digests()["people"][0] == 2


def test_a_batch_that_does_not_follow_is_refused_as_a_gap(center: Desk) -> None:
    center.save(Person(full_name="张三"), Person(full_name="李四"))
    link = center.replica.link()
    assert link is not None
    header, packed = seal_first(link.township, center.replica.outgoing(2), link.private_key)
    with client(center) as line:
        hello(center, line)
        with pytest.raises(DisagreedError, match="应从第 1 条开始"):
            line.push(header, packed)


def test_a_batch_that_unfolds_without_end_is_refused_unread(center: Desk) -> None:
    bomb = zstandard.ZstdCompressor(level=19).compress(bytes(200 * 1024 * 1024))
    center.save(Person(full_name="张三"))
    link = center.replica.link()
    assert link is not None
    header, _ = seal_first(link.township, center.replica.outgoing(1), link.private_key)
    with client(center) as line:
        hello(center, line)
        with pytest.raises(SyncError, match="解压后过大"):
            line.push(header, bomb)


def test_nothing_is_told_without_a_pass_or_out_of_scope(township: Township, county: County, station: Desk) -> None:
    link = station.replica.link()
    assert link is not None
    with httpx.Client(base_url=link.url, verify=https._pinned(link.certificate)) as stranger:
        answer = stranger.get("/v1/changes", params={"stream": "people", "after": 0, "hash": "x"})
        assert answer.status_code == 401
        assert "通行凭证" in answer.json()["sentence"]
        assert stranger.get("/<script>").headers["X-Content-Type-Options"] == "nosniff"
        assert stranger.get("/docs").status_code == 404
    with client(station) as line:
        hello(station, line)
        with pytest.raises(SyncError, match="没有查看这一类登记的权限"):
            line.page("mediation", station.replica.own().cursor("mediation"))


def test_a_revoked_pc_keeps_its_data_and_is_told(township: Township, county: County, center: Desk) -> None:
    center.synced()
    center.save(Person(full_name="张三"))
    county.registry.revoke(center.store.identity.device)
    status = center.sync()
    assert status.phase is Phase.STOPPED
    assert status.problem is not None
    assert "已停用本机的同步资格" in status.problem.sentence
    assert status.waiting == 1


# -- enrolment -----------------------------------------------------------------------------------------------------


def test_a_typing_error_in_the_code_names_the_group(county: County) -> None:
    code = county.enrolment_code("青溪镇").text()
    wrong = code[:8] + ("A" if code[8] != "A" else "B") + code[9:]
    with pytest.raises(UserError, match="第 2 组"):
        read_code(wrong)
    with pytest.raises(UserError, match="不完整"):
        read_code(code[:20])
    assert read_code(code.lower().replace("-", " ")).text() == code


def test_a_code_whose_answer_was_lost_serves_until_the_first_hello(township: Township, county: County) -> None:
    code = county.enrolment_code("白石镇").text()
    desk = township.first("late", is_enrolled=False)
    identity = desk.store.identity
    mine = {"township": identity.township, "township_name": "", "device_name": "一号机"}
    joining.bring(code, **mine, device="lost")
    link = joining.bring(code, **mine, device=identity.device)
    assert link.township_name == "白石镇"
    desk.replica.attach(link)
    desk.synced()
    with pytest.raises(SyncError, match="已被另一台电脑用过"):
        joining.bring(code, **mine, device="third")


def test_a_wrong_pairing_code_does_not_use_up_the_enrolment_code(
    township: Township, county: County, center: Desk
) -> None:
    code = county.enrolment_code("青溪镇", township=township.number).text()
    with pytest.raises(SyncError, match="没有这个配对码对应的内容"):
        joining.join(code, pairing.make_code(), device="d2", device_name="")
    with pytest.raises(UserError, match="配对码输入有误"):
        joining.join(code, "ABCDE", device="d2", device_name="")
    assert county.registry.find("d2") is None


def test_a_forged_server_gets_no_code(county: County, center: Desk, tmp_path: Path) -> None:
    code = county.enrolment_code("青溪镇")
    forged = replace(code, fingerprint=bytes(16))
    with pytest.raises(UserError, match="证书与入网码不符"):
        joining.bring(forged.text(), township="x", township_name="", device="d", device_name="")


# -- disks ---------------------------------------------------------------------------------------------------------


def test_a_copied_data_file_gets_an_identity_of_its_own_and_loses_nothing(township: Township, center: Desk) -> None:
    center.save(Person(full_name="共有"))
    center.synced()
    center.store.close()
    copy = center.store.folder.with_name("copy")
    shutil.copytree(center.store.folder, copy)
    one, two = township.reopened(center), township.reopened(center, copy)
    one.save(Person(full_name="原机"))
    two.save(Person(full_name="副本甲"), Person(full_name="副本乙"))
    before = {op.op_id for op in two.ops()}
    one.synced()
    status = two.synced()
    assert "换用新的身份" in status.note
    assert {op.op_id for op in two.ops()} >= before
    one.synced()
    assert one.store.identity.device != two.store.identity.device
    for desk in (one, two):
        assert equal(desk, township)
        assert desk.is_healthy()
    assert township.digests()["people"][0] == 4


def test_a_restored_backup_fetches_what_came_after_under_a_new_identity(township: Township, center: Desk) -> None:
    center.save(Person(full_name="备份前"))
    center.synced()
    center.store.close()
    backup = center.store.folder.with_name("backup")
    shutil.copytree(center.store.folder, backup)
    later = township.reopened(center)
    lost = Person(full_name="备份后")
    later.save(lost)
    later.synced()
    later.store.close()
    restored = township.reopened(center, backup)
    assert restored.person(lost.id) is None
    status = restored.synced()
    assert "较早的备份" in status.note
    assert restored.person(lost.id) is not None
    restored.save(Person(full_name="恢复后"))
    restored.synced()
    assert equal(restored, township)
    assert restored.is_healthy()


def test_a_restored_county_gets_everything_again(township: Township, county: County, center: Desk) -> None:
    other = township.second("second")
    center.save(Person(full_name="备份里"))
    center.synced()
    with county.pool.connection() as conn:
        kept = {table: dump(conn, table, township.number) for table in ("device", "seal", "op", "head", "record")}
    later = Person(full_name="备份后")
    center.save(later)
    center.change(later.id, phone="13800000000")
    center.store.write("u", lambda unit: unit.record_access("reveal", register="person", record_id=later.id))
    center.synced()
    other.synced()
    other.save(Person(full_name="二号机的"))
    other.synced()
    with county.pool.connection() as conn:
        for table in ("record", "head", "op", "seal"):
            conn.execute(f"DELETE FROM {table} WHERE township = %s", (township.number,))
        for table in ("seal", "op", "head", "record"):
            restore(conn, table, kept[table])
        for device in kept["device"]:
            conn.execute("UPDATE device SET next = %s, head_hash = %s WHERE id = %s", (*device[7:9], device[1]))
    assert township.digests()["people"][0] == 1
    other.synced()
    center.synced()
    other.synced()
    center.synced()
    assert township.digests()["people"][0] == 3
    for desk in (center, other):
        assert equal(desk, township)
        assert desk.is_healthy()
        assert desk.person(later.id) is not None


def dump(conn: Connection[Any], table: str, township: str) -> list[tuple[object, ...]]:
    rows = conn.execute(f"SELECT * FROM {table} WHERE township = %s", (township,)).fetchall()
    return [tuple(row) for row in rows]


def restore(conn: Connection[Any], table: str, rows: list[tuple[object, ...]]) -> None:
    for row in rows:
        marks = ", ".join(["%s"] * len(row))
        values = [Jsonb(value) if isinstance(value, dict) else value for value in row]
        conn.execute(f"INSERT INTO {table} VALUES ({marks})", values)


PUSHER = """
import sys
sys.path.insert(0, {root!r})
from pathlib import Path
from app.models.register import new_id
from app.models.registers import REGISTRY
from app.models.replica import StoreReplica
from app.models.store import Store
from app.sync.agent import SyncAgent
store = Store(Path({folder!r}), bytes(range(32)), registry=REGISTRY)
while True:
    status = SyncAgent(StoreReplica(store), lambda _: None, new_device_id=new_id).run_once()
    print(status)
    if status.is_synced and status.files_problem is None:
        break  # anything else, e.g. a county too busy to answer in time, is tried again as the program does
"""


def killed_in_silence(line: CuttingProxy, code: str) -> None:
    """Run ``code`` as a program of its own and kill it once the line has fallen silent under it."""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as program:
        while not line.fell_silent.wait(1):
            assert program.poll() is None, program.stdout and program.stdout.read()
        program.kill()


def test_a_pc_killed_in_the_middle_of_a_push_goes_on_where_the_county_stands(township: Township, center: Desk) -> None:
    people = [Person(full_name=f"村民{number}") for number in range(1500)]
    center.store.write("u", lambda unit: unit.create_many(people))
    link = center.replica.link()
    assert link is not None
    with cutting(township.county.address()) as line:
        relinked(center, line.url)
        center.store.close()
        line.cut_up, line.is_silent = 30_000, True
        code = PUSHER.format(root=str(Path(__file__).parents[2]), folder=str(center.store.folder))
        killed_in_silence(line, code)

    assert 0 < township.digests()["people"][0] < 1500
    again = township.reopened(center)
    again.replica.attach(link)
    assert again.waiting() > 0
    again.synced()
    assert township.digests()["people"][0] == 1500
    assert equal(again, township)
    assert again.is_healthy()
