"""What waits to be entered elsewhere, and the comparing, by command: sentences, JSON and exit codes."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import cli
from app.models.registers import Dispute, Platform
from app.services import setup
from app.services.setup import NewAccount, NewTownship
from tests.conftest import PASSWORD


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A township with a platform and a dispute that is not there; the platform's table knows its code."""
    path = tmp_path / "data"
    office, _ = setup.create_township(path, NewTownship("青溪镇", NewAccount("王主任", PASSWORD), "青山县"))
    office.save(Platform(name="省综治平台", short_name="综治", registers=("dispute",)))
    made = Dispute(name="一件纠纷", accepted_on=date(2026, 11, 3)).completed()
    office.save(made)
    office.store.close()
    (tmp_path / "导出.csv").write_text(f"案号,案件名称,事项码\nZJ1,一件纠纷,{made.matter_code}\n", "utf-8")
    return path


def run(folder: Path, *arguments: str | Path, code: int) -> str:
    words = ["--data", str(folder), *map(str, arguments)]
    told = CliRunner().invoke(cli, words, env={"TOWNSHIP_DESK_PASSWORD": PASSWORD})
    assert told.exit_code == code, (arguments, told.output, told.exception)
    return told.stdout if code in (0, 1) else told.stderr


def test_what_is_missing_is_counted_listed_compared_and_filled(folder: Path, tmp_path: Path) -> None:
    assert "省综治平台\t纠纷\t未录 1" in run(folder, "platforms", code=1)
    listed = json.loads(run(folder, "platform-missing", "综治", "--json", code=1))
    assert [one["name"] for one in listed] == ["一件纠纷"]
    told = run(folder, "platform-compare", "综治", tmp_path / "导出.csv", code=0)
    assert "加 --fill 补入" in told
    words = ("platform-compare", "综治", tmp_path / "导出.csv", "--fill", "--report", tmp_path / "结果.xlsx", "--json")
    done = json.loads(run(folder, *words, code=0))
    assert (done["filled"], done["same"]) == (1, 1)
    assert (tmp_path / "结果.xlsx").exists()
    assert json.loads(run(folder, "platform-missing", "综治", "--json", code=0)) == []
    assert "没有叫“信访”的外部平台" in run(folder, "platform-missing", "信访", code=2)
    assert "没有要录的登记“隐患”" in run(folder, "platform-missing", "综治", "--register", "隐患", code=2)
