"""The office's own forms by command: listed, installed, their fields, filled; refused with exit code 2."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import cli
from app.commands.session import PASSWORD_VARIABLE
from app.models.registers import Dispute
from app.services import setup
from app.services.setup import NewAccount, NewTownship
from tests.conftest import PASSWORD
from tests.documents.test_word import docx, texts
from tests.services.test_forms import a_dispute, pack_file


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with one dispute, closed again."""
    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)
    office, _ = setup.create_township(tmp_path / "data", NewTownship("青溪镇", NewAccount("王主任", PASSWORD), ""))
    a_dispute(office)
    office.store.close()
    return tmp_path / "data"


def run(data: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--data", str(data), *words])


def test_a_pack_is_installed_listed_and_filled_by_matter_code(desk: Path, tmp_path: Path) -> None:
    pack = tmp_path / "报告.zip"
    pack.write_bytes(pack_file("{{ 乡镇 }}：{{ 纠纷名称 }}{{ 草稿 }}"))
    made = json.loads(run(desk, "form-install", str(pack), "--json").stdout)
    assert (made["id"], made["version"], made["tags"]) == ("qingshan.report", "1.0", 3)
    listed = json.loads(run(desk, "forms", "--json").stdout)
    assert [(one["id"], one["state"]) for one in listed][:2] == [
        ("qingshan.report", "使用中"), ("builtin.agreement", "自带"),
    ]  # fmt: skip
    office = setup.sign_in(desk, setup.known_accounts(desk)[0].id, PASSWORD)
    dispute = next(iter(office.reader.all("dispute")))
    office.store.close()
    assert isinstance(dispute, Dispute)
    out = tmp_path / "报告.docx"
    done = run(desk, "print", "qingshan.report", str(dispute.matter_code), "--out", str(out), "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["kept"] is False
    assert texts(out.read_bytes()) == ["青溪镇：张三与李四宅基地纠纷草稿"]
    kept = run(desk, "print", "纠纷情况报告", dispute.id, "--out", str(out), "--final")
    assert "已留底" in kept.stdout
    assert texts(out.read_bytes()) == ["青溪镇：张三与李四宅基地纠纷"]


def test_a_bare_word_file_wants_version_and_register(desk: Path, tmp_path: Path) -> None:
    file = tmp_path / "证明.docx"
    file.write_bytes(docx("{{ 今天 }}"))
    refused = run(desk, "form-install", str(file))
    assert refused.exit_code == 2
    assert "--register" in refused.stderr
    done = run(desk, "form-install", str(file), "--version", "2026.1", "--register", "人口")
    assert done.exit_code == 0
    assert "已安装“证明”2026.1 版" in done.stdout


def test_what_cannot_be_filled_is_said_with_its_place(desk: Path, tmp_path: Path) -> None:
    file = tmp_path / "坏.zip"
    file.write_bytes(pack_file("{{ 没有 }}", "{{ 也没有 }}"))
    refused = run(desk, "form-install", str(file))
    assert refused.exit_code == 2
    assert refused.stderr.count("  · ") == 2
    unknown = run(desk, "print", "没有", "x", "--out", str(tmp_path / "x"))
    assert (unknown.exit_code, "没有叫“没有”的" in unknown.stderr) == (2, True)


def test_the_fields_and_a_sample_are_written(desk: Path, tmp_path: Path) -> None:
    out = tmp_path / "字段.docx"
    assert run(desk, "form-fields", "隐患", "--out", str(out)).exit_code == 0
    assert texts(out.read_bytes())[0] == "隐患：模板可用的字段"
    assert run(desk, "form-fields", "hazard", "--sample", "--out", str(out)).exit_code == 0
    assert texts(out.read_bytes())[1] == "隐患登记表"
    assert run(desk, "form-fields", "account", "--out", str(out)).exit_code == 2
