"""The county's codes, periods, days off and settings on their way to the PCs: only the county says them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from typer.testing import CliRunner

from app.errors import UserError
from app.models import journal
from app.models.register import new_id
from app.sync import page
from app.sync.authority import author_id, authority_of, is_county
from app.sync.batch import Seal, TamperedError, open_batch, seal
from app.sync.op import Op, OpKind, genesis, payload_text, sealed_link
from app.sync.page import Cursor, SealedPart, open_page, page_text
from app.sync.streams import CONFIG, PEOPLE, chain_start
from county import ingest
from county.__main__ import cli
from county.overlay import check_overlay, example
from county.refusal import RefusedError
from county.registry import Enrolling
from county.server import County
from tests.county.desks import Desk, Township, equal

FILE = json.loads("\n".join(example()))


def said(desk: Desk) -> set[str]:
    """Records of the county that stand on a PC."""
    return {op.record_id for op in desk.ops("stream = ?", CONFIG)}


def an_op(desk: Desk, stream: str, register: str = "county_code", **more: Any) -> Op:
    """An operation a PC's user could not make with the program: the next one of its chain."""
    identity = desk.store.identity
    dev_seq, previous = journal.head(desk.store.conn, identity.township, identity.device)
    record = new_id()
    payload = payload_text({"list": (None, "weather"), "code": (None, "C-hail"), "label": (None, "冰雹")})
    made = Op(
        device=identity.device, dev_seq=dev_seq + 1, op_id=new_id(), tx_id=new_id(), act_id=new_id(), stream=stream,
        register=register, record_id=record, root=record, kind=OpKind.CREATE, base_version=0, user="county",
        at="2026-11-24T00:00:00.000Z", schema=1, salt="00" * 8, payload=payload, payload_digest="",
        prev_hash=previous, hash="",
    )  # fmt: skip
    return sealed_link(replace(made, **more))


def test_what_the_county_says_arrives_and_saying_it_again_changes_nothing(
    county: County, township: Township, center: Desk, station: Desk
) -> None:
    center.synced()
    wanted = check_overlay(FILE)
    assert county.author.say(township.number, wanted) == 5
    assert county.author.say(township.number, wanted) == 0
    center.synced()
    station.synced()
    assert len(said(center)) == len(said(station)) == 5
    assert equal(center, township)
    assert equal(station, township)
    assert center.is_healthy()
    assert center.waiting() == 0
    assert {op.device for op in center.ops("stream = ?", CONFIG)} == {
        author_id(township.number, county.author.public_key)
    }


def test_a_withdrawn_entry_can_be_said_again(county: County, township: Township, center: Desk) -> None:
    center.synced()
    county.author.say(township.number, check_overlay(FILE))
    assert county.author.withdraw(township.number, ["clocks/hazard_rectification", "clocks/nothing"]) == 1
    assert county.author.withdraw(township.number, ["clocks/hazard_rectification"]) == 0
    standing = {one.name: one.is_withdrawn for one in county.author.entries(township.number)}
    assert standing["clocks/hazard_rectification"]
    assert county.author.say(township.number, check_overlay(FILE)) == 1
    assert not any(one.is_withdrawn for one in county.author.entries(township.number))
    center.synced()
    assert equal(center, township)


def test_a_pc_that_writes_configuration_is_refused_and_shown_why(
    county: County, township: Township, center: Desk, station: Desk
) -> None:
    center.synced()
    hostile = an_op(center, CONFIG)
    center.store.submit(lambda conn: journal.append(conn, [hostile])).result()
    center.sync()
    assert [one.error for one in center.replica.waiting_items(10)] == ["本机没有上传“县配置”的权限"]
    assert county.author.entries(township.number) == []
    station.synced()
    assert said(station) == set()


def forged(desk: Desk, op: Op, key: Ed25519PrivateKey, township: Township) -> str:
    """The page of a county that lets a stranger's word through: dealt out from a batch sealed with ``key``."""
    _, packed = seal(township.number, [op], key)
    public = key.public_key().public_bytes_raw()
    batch = open_batch(packed, public)
    part = SealedPart(Seal(batch.header.text(), batch.signature), {})
    return page_text(
        op.stream, [op.with_seq(1)], reader=desk.store.identity.device, parts=[part], head=1, keys={op.device: public}
    )


def opened(desk: Desk, text: str, stream: str) -> object:
    link = desk.replica.link()
    assert link is not None
    after = Cursor(0, chain_start(link.township, stream))
    return open_page(
        text, township=link.township, reader=link.device, stream=stream, after=after, known_keys={},
        authority=link.authority,
    )  # fmt: skip


@pytest.fixture
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))


def first_of(op: Op, device: str, township: Township) -> Op:
    return sealed_link(replace(op, device=device, dev_seq=1, prev_hash=genesis(township.number, device)))


def test_a_pc_takes_configuration_of_nobody_but_its_county(
    county: County, township: Township, center: Desk, key: Ed25519PrivateKey
) -> None:
    """A county that was broken into, or its database, can deal out pages; it cannot sign as the county."""
    link = center.replica.link()
    assert link is not None
    op = an_op(center, CONFIG)
    for device in ("another-pc", author_id(township.number, link.authority), author_id(township.number, bytes(32))):
        with pytest.raises(TamperedError, match="县配置不是县服务器签发的"):
            opened(center, forged(center, first_of(op, device, township), key, township), CONFIG)


def test_without_the_look_at_the_author_a_stranger_s_word_would_pass(
    county: County, township: Township, center: Desk, key: Ed25519PrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fault planted: so the test above catches that look, and not something beside it."""
    monkeypatch.setattr(page, "_check_authors", lambda *_, **__: None)
    monkeypatch.setattr(ingest, "is_county", lambda _: True)
    stranger = first_of(an_op(center, CONFIG), "another-pc", township)
    assert opened(center, forged(center, stranger, key, township), CONFIG)
    judged = ingest.judge([stranger], ingest.Device(township.number, "another-pc", (), 1, ""), {})
    assert [one.verdict for one in judged] == ["taken"]


def test_the_county_s_author_speaks_in_no_other_stream(
    county: County, township: Township, center: Desk, key: Ed25519PrivateKey
) -> None:
    link = center.replica.link()
    assert link is not None
    own = Ed25519PrivateKey.from_private_bytes(county.author._key.private_bytes_raw())
    author = author_id(township.number, link.authority)
    fine = forged(center, first_of(an_op(center, CONFIG), author, township), own, township)
    assert opened(center, fine, CONFIG)
    other = forged(center, first_of(an_op(center, PEOPLE, "person"), author, township), own, township)
    with pytest.raises(TamperedError, match="县的配置签名出现在其他类别里"):
        opened(center, other, PEOPLE)
    judged = ingest.judge(
        [first_of(an_op(center, PEOPLE, "person"), author, township)],
        ingest.Device(township.number, author, (PEOPLE,), 1, ""),
        {},
    )
    assert [one.verdict for one in judged] == ["refused"]


def test_the_county_s_number_is_given_to_no_pc(county: County, township: Township, center: Desk) -> None:
    code = county.registry.make_code("青溪镇", township=township.number, device_name="", scope=())
    author = author_id(township.number, county.author.public_key)
    with pytest.raises(RefusedError, match="只有县服务器自己能用"):
        county.registry.enrol(Enrolling(code, "", "", author, "", bytes(32)))
    assert is_county(author)
    assert authority_of(county.certificate.certificate.read_text("ascii")) == county.author.public_key
    assert authority_of("no certificate") == b""
    county.author.say(township.number, check_overlay(FILE))
    assert all(not is_county(row[1]) for row in county.registry.devices())


def test_what_a_restored_county_forgot_it_said_is_said_by_no_pc(
    county: County, township: Township, center: Desk
) -> None:
    center.synced()
    county.author.say(township.number, check_overlay(FILE))
    center.synced()
    with county.pool.connection() as conn:  # as a backup from before would stand
        mine = (township.number,)
        conn.execute("DELETE FROM op WHERE township = %s AND stream = 'config'", mine)
        conn.execute("DELETE FROM seal WHERE township = %s AND starts_with(device, 'county-')", mine)
        conn.execute("DELETE FROM device WHERE township = %s AND starts_with(id, 'county-')", mine)
        conn.execute("DELETE FROM record WHERE township = %s AND stream = 'config'", mine)
        conn.execute("DELETE FROM head WHERE township = %s AND stream = 'config'", mine)
    center.synced()
    later = {**FILE, "clocks": [{**FILE["clocks"][0], "length": 12}]}
    county.author.say(township.number, check_overlay({"basis": "县〔2026〕2号", "clocks": later["clocks"]}))
    center.synced()
    assert center.waiting() == 0
    assert equal(center, township)
    assert len(said(center)) == 1


def test_a_file_is_taken_whole_or_not_and_every_mistake_is_named() -> None:
    with pytest.raises(UserError) as error:
        check_overlay(
            {
                "codes": [
                    {"list": "dispute_categry", "code": "C-1"},
                    {"list": "dispute_category", "code": "C-1", "label": "村道", "standard": "nothing"},
                    {"list": "sex", "code": "C-1", "label": "其他", "standard": "1"},
                    {"list": "dispute_category", "code": "road", "label": "村道", "standard": "neighbour"},
                    {"list": "dispute_category", "code": "family", "label": "家事"},
                ],
                "clocks": [{"clock": "mediation", "length": 0}, {"clock": "judicial", "length": 3}],
                "years": [{"year": 2027, "holidays": [{"name": "元旦", "from": "2026-01-01", "to": "2027-01-03"}]}],
                "settings": [{"name": "backup_folder", "value": "/"}, {"name": "idle_lock_minutes", "value": "很久"}],
                "basis": "县〔2026〕1号",
            }
        )  # fmt: skip
    assert len(error.value.findings) == 10
    for unit, length in (("years", 10_000), ("months", 10_000), ("working_days", 10_000), ("days", 10**9)):
        with pytest.raises(UserError, match="1 处问题"):
            check_overlay({"clocks": [{"clock": "mediation", "length": length, "unit": unit, "basis": "通知"}]})
    with pytest.raises(UserError, match="1 处问题") as error:
        check_overlay({"clocks": [{"clock": "mediation", "length": 20}]})
    assert "没有写依据" in str(error.value.findings[0])


def test_the_administrator_publishes_shows_and_withdraws_by_command(
    county: County, township: Township, center: Desk, tmp_path: Path
) -> None:
    center.synced()
    file = tmp_path / "配置.json"
    where = ["--data", str(county.certificate.key.parent), "--dsn", str(county.pool.conninfo)]

    def run(*words: str, code: int = 0) -> str:
        told = CliRunner().invoke(cli, ["config", *words])
        assert told.exit_code == code, told.output
        return told.output

    file.write_text(run("example"), encoding="utf-8")
    assert "发布了 5 项" in run("import", str(file), "--township", township.number, *where)
    assert "没有变化" in run("import", str(file), "--township", township.number, *where)
    shown = run("show", "--township", township.number, *where)
    assert "codes/dispute_category/C-road" in shown
    assert "撤回了 1 项" in run("withdraw", "years/2027", "--township", township.number, *where)
    assert "years/2027（已撤回）" in run("show", "--township", township.number, *where)
    assert "没有登记过" in run("show", "--township", "没有这个镇", *where, code=1)
    file.write_text('{"codes": [{"list": "nothing"}]}', encoding="utf-8")
    assert "没有写依据" in run("import", str(file), "--township", township.number, *where, code=1)
