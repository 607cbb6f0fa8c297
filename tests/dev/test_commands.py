"""The words of dev.py, as a person types them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from devkit import commands

ROOT = Path(__file__).resolve().parents[2]


def dev(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "dev.py", *words], cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_word_it_does_not_know_is_answered_with_those_it_knows() -> None:
    answer = dev("dmeo")
    assert answer.returncode == 2
    assert "does not know 'dmeo'" in answer.stdout
    assert "demo" in answer.stdout


def test_help_names_every_command_and_needs_no_set_up() -> None:
    answer = dev("--help")
    assert answer.returncode == 0
    assert all(word in answer.stdout for word in commands.COMMANDS)


def test_continuous_integration_says_the_words_a_person_says() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert [line for line in script.splitlines() if line.startswith("stage ")] == [
        "stage check",
        "stage test",
        "stage demo --no-window",
        "stage build",
    ]


@pytest.mark.parametrize("file", sorted(path.name for path in (ROOT / "devkit").glob("*.py")))
def test_what_runs_before_the_set_up_imports_the_standard_library_only(file: str) -> None:
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import devkit.{Path(file).stem}"
    assert subprocess.run([sys.executable, "-I", "-S", "-c", code], check=False).returncode == 0


def test_the_recipe_for_freezing_the_program_can_be_read() -> None:
    recipe = ROOT / "installer" / "township-desk.spec"
    compile(recipe.read_text(encoding="utf-8"), str(recipe), "exec")
