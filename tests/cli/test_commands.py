"""Commands say what they do by sentences and exit codes; a password never stands on the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.services import setup
from app.services.setup import NewAccount, NewTownship
from tests.conftest import PASSWORD


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made, _ = setup.create_township(tmp_path / "data", NewTownship("青溪镇", NewAccount("王主任", PASSWORD)))
    made.store.close()
    return tmp_path / "data"


def test_the_version_is_told_without_opening_a_window() -> None:
    told = run("version")
    assert told.returncode == 0
    assert told.stdout.startswith("township-desk ")


def test_the_doctor_finds_a_sound_township_sound(folder: Path) -> None:
    told = run("--data", str(folder), "doctor", TOWNSHIP_DESK_PASSWORD=PASSWORD)
    assert told.returncode == 0, told.stderr
    assert "日志与数据一致" in told.stdout


def test_a_wrong_password_and_a_missing_one_are_sentences(folder: Path) -> None:
    wrong = run("--data", str(folder), "doctor", TOWNSHIP_DESK_PASSWORD="wrong-pass-1")
    assert (wrong.returncode, "密码不正确" in wrong.stderr) == (2, True)
    none = run("--data", str(folder), "doctor")
    assert none.returncode == 2
    assert "Traceback" not in wrong.stderr + none.stderr


def test_a_folder_without_a_township_is_said(tmp_path: Path) -> None:
    told = run("--data", str(tmp_path), "doctor", TOWNSHIP_DESK_PASSWORD=PASSWORD)
    assert told.returncode == 2
    assert "没有数据" in told.stderr
