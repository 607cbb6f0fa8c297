"""The number books by command: what is given, the year's list, 作废; sentences, JSON and exit codes."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import cli
from app.models import clock
from app.models.registers import Agreement, Dispute, Party
from app.services import papers, setup
from app.services.setup import NewAccount, NewTownship
from tests.conftest import PASSWORD

NUMBER = "（2026）青溪镇人调字第1号"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A township with one numbered agreement."""
    path = tmp_path / "data"
    office, _ = setup.create_township(path, NewTownship("青溪镇", NewAccount("王主任", PASSWORD), "青山县"))
    words = Agreement(
        facts="争水。", clauses="恢复。", performance="立即。", mediators="王主任", signed_on=date(2026, 3, 1)
    )
    made = Dispute(
        name="一件纠纷",
        committee=next(iter(office.reader.all("committee"))).id,
        parties=(Party(name="张三", address="青溪村"), Party(name="李四", role="respondent", address="青溪村")),
        agreements=(words,),
    )
    office.save(made)
    assert papers.print_agreement(office, made.id).number == NUMBER
    office.store.close()
    return path


def run(folder: Path, *arguments: str | Path, code: int) -> str:
    words = ["--data", str(folder), *map(str, arguments)]
    told = CliRunner().invoke(cli, words, env={"TOWNSHIP_DESK_PASSWORD": PASSWORD})
    assert told.exit_code == code, (arguments, told.output, told.exception)
    return told.stdout if code in (0, 1) else told.stderr


def test_books_the_years_list_and_a_voided_number(folder: Path, tmp_path: Path) -> None:
    with clock.day_set_to(date(2026, 12, 31)):
        (book,) = json.loads(run(folder, "numbers", "--json", code=0))["books"]
        assert (book["last"], book["is_here"], book["year"]) == (NUMBER, True, 2026)
        assert "已作废" in run(folder, "number-void", NUMBER, "--reason", "打印错误", code=0)
        assert "已经作废" in run(folder, "number-void", NUMBER, "--reason", "打印错误", code=2)
        told = json.loads(run(folder, "numbers-sheet", "2026", "--out", tmp_path / "清单.xlsx", "--json", code=0))
        assert told["sums"]["作废"] == 1
        run(folder, "numbers-sheet", "2026", "--out", tmp_path / "清单.pdf", code=0)
        assert (tmp_path / "清单.pdf").read_bytes().startswith(b"%PDF")
        assert ".pdf 或 .xlsx" in run(folder, "numbers-sheet", "2026", "--out", tmp_path / "清单.doc", code=2)
        assert "没有 2019 年度" in run(folder, "numbers-sheet", "2019", "--out", tmp_path / "清单.pdf", code=2)
