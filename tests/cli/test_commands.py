"""Commands say what they do by sentences and exit codes; a password never stands on the command line.

The real program where starting and ending matter; the same commands in this process where only the act does.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from app.cli import cli
from app.models.registers import Dispute
from app.services import practising, setup
from app.services.setup import NewAccount, NewTownship
from tests.conftest import PASSWORD


def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
        check=False,
    )


class Desk:
    """A data folder and the commands on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *arguments: str | Path, code: int = 0) -> str:
        words = ["--data", str(self.folder), *map(str, arguments)]
        told = CliRunner().invoke(cli, words, env={"TOWNSHIP_DESK_PASSWORD": PASSWORD})
        assert told.exit_code == code, (arguments, told.output, told.exception)
        return told.stdout if code in (0, 1) else told.stderr

    def json(self, *arguments: str | Path, code: int = 0) -> Any:
        return json.loads(self(*arguments, "--json", code=code))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made, _ = setup.create_township(tmp_path / "data", NewTownship("青溪镇", NewAccount("王主任", PASSWORD), "青山县"))
    made.store.close()
    return Desk(tmp_path / "data")


def test_the_version_is_told_without_opening_a_window() -> None:
    told = run("version")
    assert told.returncode == 0
    assert told.stdout.startswith("township-desk ")


def test_a_township_is_made_without_its_recovery_key_on_the_screen(tmp_path: Path) -> None:
    desk, key = Desk(tmp_path / "data"), tmp_path / "key.txt"
    asked = ("init", "--township", "青溪镇", "--account", "王主任", "--recovery-out", key)
    said = desk(*asked)
    secret = key.read_text("utf-8").strip()
    assert secret not in said
    assert len(secret.split("-")) == 9
    if os.name != "nt":
        assert key.stat().st_mode & 0o077 == 0
    assert "已经有一份数据" in desk(*asked, code=2)
    weak = run("--data", tmp_path / "weak", *asked[:-1], tmp_path / "k2", TOWNSHIP_DESK_PASSWORD="12345678")
    assert (weak.returncode, (tmp_path / "k2").exists(), (tmp_path / "weak").exists()) == (2, False, False)


def test_what_cannot_be_used_is_a_sentence_and_a_code(desk: Desk, tmp_path: Path) -> None:
    wrong = run("--data", desk.folder, "doctor", TOWNSHIP_DESK_PASSWORD="wrong-pass-1")
    assert (wrong.returncode, "密码不正确" in wrong.stderr) == (2, True)
    none = run("--data", desk.folder, "doctor")
    assert (none.returncode, "没有给出密码" in none.stderr) == (2, True)
    assert "没有数据" in Desk(tmp_path / "nothing")("doctor", code=2)
    assert "Traceback" not in wrong.stderr + none.stderr
    assert "没有“dragon”这种登记" in desk("export", "dragon", "--out", tmp_path / "x.xlsx", code=2)
    assert "单机使用" in desk("sync", code=2)
    office = setup.sign_in(desk.folder, setup.known_accounts(desk.folder)[0].id, PASSWORD)
    try:
        assert "正由另一个窗口打开着" in desk("doctor", code=4)
    finally:
        office.store.close()


def test_a_list_goes_in_is_found_shown_filtered_and_comes_out(desk: Desk, tmp_path: Path) -> None:
    sheet = tmp_path / "人口.csv"
    sheet.write_text(
        "姓名,性别,证件号码,联系电话\n张三,男,110101199003070038,13900001111\n李四,女,,13900002222\n,男,,\n王五,看不懂,,\n",
        "utf-8",
    )
    told = desk.json("import", "人口", sheet, "--report", tmp_path / "report.xlsx", code=1)
    assert told["bad"] >= 1
    assert told["counts"]["新增"] == 2
    assert load_workbook(tmp_path / "report.xlsx").sheetnames
    (hit,) = desk.json("search", "zhangsan")
    assert (hit["title"], "13900001111" in hit["facts"]) == ("张三", False)
    assert "13900001111" not in desk("show", "person", hit["id"])
    assert desk.json("show", "person", hit["id"], "--full")["证件号码"] == "110101199003070038"
    assert desk.json("search", "没有这个人", code=1) == []
    out = tmp_path / "women.xlsx"
    assert desk.json("export", "person", "--filter", "性别=女", "--out", out)["records"] == 1
    assert "13900002222" not in str(list(load_workbook(out).active.values))  # type: ignore[union-attr]
    desk("template", "户", "--out", tmp_path / "template.xlsx")
    taken = desk.json("takeout", tmp_path / "all")
    assert taken["registers"]["人口"] == 2
    lines = (tmp_path / "all" / "人口.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["shown"]["姓名"] for line in lines] == ["李四", "张三"]
    assert "没有加密" in (tmp_path / "all" / "请先看.txt").read_text("utf-8-sig")
    assert "不是空文件夹" in desk("takeout", tmp_path / "all", code=2)


def test_a_paper_is_a_draft_until_asked_for_as_evidence(tmp_path: Path) -> None:
    practice = practising.open_practice(tmp_path / "data")
    matter = next(one for one in practice.reader.all("dispute") if isinstance(one, Dispute) and one.agreements)
    practice.store.close()
    desk, out = Desk(practising.practice_folder(tmp_path / "data")), tmp_path / "paper.pdf"
    environment = {"TOWNSHIP_DESK_PASSWORD": practising.PASSWORD}

    def printed(*more: str) -> Any:
        words = ["--data", str(desk.folder), "print", "agreement", str(matter.matter_code), "--out", str(out), "--json"]
        told = CliRunner().invoke(cli, [*words, *more], env=environment)
        assert told.exit_code == 0, told.output
        assert out.read_bytes().startswith(b"%PDF")
        return json.loads(told.stdout)

    assert printed()["number"] == ""
    first = printed("--final")["number"]
    assert first.endswith("1号")
    assert printed("--final")["number"] == first, "printed again it keeps its number"


def test_every_page_is_drawn_without_a_screen(desk: Desk, tmp_path: Path) -> None:
    told = run("--data", desk.folder, "screenshots", tmp_path / "shots", TOWNSHIP_DESK_PASSWORD=PASSWORD)
    assert told.returncode == 0, told.stderr
    drawn = sorted((tmp_path / "shots").iterdir())
    assert [path.name for path in drawn] == told.stdout.split()
    assert len(drawn) > 10
    assert min(path.stat().st_size for path in drawn) > 10_000


def test_a_backup_goes_back_only_when_asked_to_replace(desk: Desk, tmp_path: Path) -> None:
    desk("backup", tmp_path / "disk")
    people = tmp_path / "p.csv"
    people.write_text("姓名,性别\n张三,男\n", "utf-8")
    desk("import", "person", people)
    shown = run("restore", tmp_path / "disk", "--to", desk.folder, TOWNSHIP_DESK_PASSWORD=PASSWORD)
    assert shown.returncode == 2
    assert "新增人口“张三”" in shown.stdout
    assert "--replace" in shown.stderr
    assert desk.json("search", "张三")
    done = desk.json("restore", tmp_path / "disk", "--to", desk.folder, "--replace")
    assert done["restored"]
    assert desk.json("search", "张三", code=1) == []
    assert Desk(Path(done["aside"])).json("search", "张三"), "the present data was set aside"
    assert desk.json("doctor")["sound"]
