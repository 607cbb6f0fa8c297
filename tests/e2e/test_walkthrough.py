"""The walkthrough: twelve steps of one day and what came since; each has keys, a picture and tests that hold it."""

from __future__ import annotations

import re

import pytest

from demo.children import ROOT
from demo.shots import MOST_BYTES, STEPS, target

TEXT = (ROOT / "docs" / "walkthrough.md").read_text("utf-8")
PARTS = re.split(r"^## (?=\d+\. )", TEXT, flags=re.MULTILINE)[1:]
ALL = range(1, len(PARTS) + 1)


def test_the_steps_are_in_order_and_twelve_are_the_day() -> None:
    assert [int(part.split(".")[0]) for part in PARTS] == list(ALL)
    assert len(STEPS) == 12


@pytest.mark.parametrize("number", ALL)
def test_a_step_has_its_picture(number: int) -> None:
    pictures = re.findall(r"!\[[^\]]+\]\((screenshots/[^)]+)\)", PARTS[number - 1])
    if number <= len(STEPS):
        assert pictures == [f"screenshots/{target(number)}"]
    assert len(pictures) == 1
    picture = ROOT / "docs" / pictures[0]
    assert picture.stat().st_size <= MOST_BYTES


@pytest.mark.parametrize("number", ALL)
def test_a_step_says_what_to_press_or_to_run(number: int) -> None:
    assert re.search(r"^按键：.*`[^`]+`|^命令：.*`[^`]+`", PARTS[number - 1], flags=re.MULTILINE)


@pytest.mark.parametrize("number", ALL)
def test_a_step_names_tests_that_exist(number: int) -> None:
    line = re.search(r"^测试：(.+)$", PARTS[number - 1], flags=re.MULTILINE)
    assert line is not None
    named = re.findall(r"`(tests/[\w/.]+)::(test_\w+)`", line[1])
    assert named
    for path, name in named:
        assert f"def {name}(" in (ROOT / path).read_text("utf-8"), f"{path}::{name}"


def test_the_readme_has_its_picture() -> None:
    assert (ROOT / "docs" / "screenshots" / "workbench.png").stat().st_size <= MOST_BYTES
