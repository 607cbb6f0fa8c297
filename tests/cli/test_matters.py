"""Matters by command: whose they are, handed over, answered for a village, late ones told by the exit code."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from app.models.registers import Dispute, Place
from app.services import setup
from app.services.setup import NewAccount, NewTownship
from tests.cli.test_commands import Desk
from tests.conftest import PASSWORD
from tests.documents.reading import page_count, read_text


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    new = NewTownship("青溪镇", NewAccount("王主任", PASSWORD), "青山县", others=(NewAccount("李干事", PASSWORD),))
    made, _ = setup.create_township(tmp_path / "data", new)
    made.save(Place(name="红旗村", kind="village"))
    made.save(Dispute(name="争水", stage="mediating", accepted_on=date(2024, 3, 1)))
    made.store.close()
    return Desk(tmp_path / "data")


def test_a_matter_goes_to_a_village_and_comes_back_with_a_reason(desk: Desk) -> None:
    (mine,) = desk.json("matters", "--mine")
    assert (mine["title"], mine["holder"], mine["due"], mine["waiting_for"]) == ("争水", "王主任", "2024-03-31", "")
    code = mine["code"]
    given = desk.json(
        "hand-over", code, "--to", "红旗村", "--way", "电话", "--demand", "五日内核实", "--contact", "周某"
    )
    assert (given["to"], given["kind"]) == ("红旗村", "place")
    assert desk.json("matters")[0]["waiting_for"] == "红旗村"
    assert "待红旗村接收" in desk("matters", "--handed")
    paper = desk.folder.parent / "slip.pdf"
    desk("handover-slip", code, "--out", paper)
    assert page_count(paper.read_bytes()) == 1
    assert code in read_text(paper.read_bytes())
    assert "谁答复的" in desk("return", code, "--reason", "不属于本村", code=2)
    back = desk.json("return", code, "--reason", "不属于本村", "--by", "周某", "--way", "电话")
    assert back["holder"] == "王主任"
    assert "没有等待接收的交办" in desk("accept", code, code=2)


def test_a_colleague_accepts_with_the_own_account(desk: Desk) -> None:
    code = desk.json("matters")[0]["code"]
    desk("hand-over", code, "--to", "李干事")
    assert desk.json("matters", "--waiting", "--account", "李干事")[0]["code"] == code
    assert "由本人接收" in desk("accept", code, code=2)
    assert "由李干事承办" in desk("accept", code, "--account", "李干事")
    assert desk.json("matters") == []
    assert desk.json("remind", code, "--words", "请抓紧")["id"]
    assert desk.json("matters", "--all")[0]["reminders"] == 1


def test_what_is_late_is_told_by_the_exit_code(desk: Desk) -> None:
    assert "逾期" in desk("matters", "--overdue", code=1)
    code = desk.json("matters")[0]["code"]
    desk("hand-over", code, "--to", "县水利局")
    assert "已撤回" in desk("withdraw", code, "--reason", "已在镇里办结")


def test_what_cannot_be_understood_is_a_sentence(desk: Desk) -> None:
    code = desk.json("matters")[0]["code"]
    assert "只能选一个" in desk("matters", "--mine", "--all", code=2)
    assert "不认识的方式" in desk("hand-over", code, "--to", "红旗村", "--way", "飞鸽", code=2)
    assert "没有事项码" in desk("hand-over", "JF-1", "--to", "红旗村", code=2)
    assert "看不出是哪一天" in desk("hand-over", code, "--to", "红旗村", "--way", "电话", "--at", "昨天下午", code=2)
