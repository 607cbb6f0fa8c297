"""The first window stands before the rest of the program is loaded, and what comes after finds everything there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.models.folder import DATABASE, READY, stage_of
from app.services import starting
from app.services.office import Office
from app.ui import work
from app.ui.entry import steps
from app.ui.entry.first_start import FirstStartWizard
from app.ui.program import Program

HEAVY = ("pydantic", "sqlcipher3", "sqlite_utils", "cryptography", "argon2", "reportlab", "httpx", "PIL", "app.ui.desk")

FIRST_WINDOW = """
import sys
from pathlib import Path
from app.ui.program import Program
program = Program(Path(sys.argv[1]))
program.begin()
assert program.window is not None and program.window.isVisible()
print(type(program.window).__name__, *(name for name in sys.argv[2:] if name in sys.modules))
"""


@pytest.mark.parametrize("has_township", [True, False])
def test_the_first_window_stands_before_anything_heavy_is_loaded(
    office: Office, tmp_path: Path, has_township: bool
) -> None:
    folder = office.store.folder if has_township else tmp_path / "new"
    told = subprocess.run(
        [sys.executable, "-c", FIRST_WINDOW, str(folder), *HEAVY],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    ).stdout.split()
    assert told == (["LoginWindow"] if has_township else ["FirstStartWizard"])


def test_a_recovery_sheet_that_cannot_be_written_is_said_and_the_key_stays(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = Program(tmp_path / "new")
    program.begin()
    wizard = program.window
    assert isinstance(wizard, FirstStartWizard)
    key = wizard.recovery.key
    monkeypatch.setattr(steps, "ask_where", lambda *_, **__: tmp_path)  # a folder is no file to write
    wizard.recovery.save_button.click()
    (banner,) = wizard.problems.banners()
    assert "没能保存到" in banner.sentence.text()
    assert wizard.recovery.key == key
    qtbot.waitUntil(work.is_idle, timeout=10_000)
    wizard.close()


def test_a_restore_cut_between_its_renames_is_seen_without_loading_it(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert not starting.is_restore_ready(data)
    stage_of(data).mkdir()
    (stage_of(data) / READY).touch()
    assert starting.is_restore_ready(data)
    data.mkdir()
    (data / DATABASE).touch()
    assert not starting.is_restore_ready(data), "the data folder stands: nothing was cut"
