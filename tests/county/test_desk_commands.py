"""Joining a county and syncing by command, for a PC nobody sits at."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from app.cli import cli
from county.server import County
from tests.conftest import PASSWORD


def run(folder: Path, *arguments: str, code: int = 0) -> Any:
    told = CliRunner().invoke(cli, ["--data", str(folder), *arguments], env={"TOWNSHIP_DESK_PASSWORD": PASSWORD})
    assert told.exit_code == code, (told.output, told.exception)
    return told


def test_a_pc_is_made_enrolled_and_synced_without_a_window(county: County, tmp_path: Path) -> None:
    data = tmp_path / "data"
    run(data, "init", "--township", "青溪镇", "--account", "王主任", "--recovery-out", str(tmp_path / "key"))
    wrong = run(data, "enrol", "AAAA-BBBB", code=2)
    assert wrong.stderr.strip()
    run(data, "enrol", county.enrolment_code("青溪镇", scope=("people", "mediation")).text())
    said = json.loads(run(data, "sync", "--json").stdout)
    assert (said["synced"], said["waiting"], said["refused"]) == (True, 0, [])
    assert (said["files_to_send"], said["files_to_fetch"], said["files_problem"]) == (0, 0, "")
