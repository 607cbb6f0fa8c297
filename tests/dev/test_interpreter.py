"""The refusal of a Python that cannot run the project."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from devkit import interpreter

ROOT = Path(__file__).resolve().parents[2]


def test_an_old_python_is_told_its_version_and_which_ones_will_do() -> None:
    sentence = interpreter.refusal((3, 9))
    assert sentence is not None
    assert "Python 3.9" in sentence
    assert "3.11 to 3.13" in sentence
    assert "Install" in sentence


def test_a_python_newer_than_the_locked_wheels_is_refused_too() -> None:
    assert interpreter.refusal((3, 14)) is not None


def test_a_32_bit_python_is_refused_as_such() -> None:
    assert "32-bit" in (interpreter.refusal((3, 12), 32) or "")


def test_the_supported_pythons_are_those_of_the_package() -> None:
    allowed = [f">={interpreter.OLDEST[0]}.{interpreter.OLDEST[1]}", f"<3.{interpreter.NEWEST[1] + 1}"]
    assert f'requires-python = "{",".join(allowed)}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert interpreter.refusal(sys.version_info[:2]) is None


@pytest.mark.parametrize("file", ["dev.py", "devkit/__init__.py", "devkit/interpreter.py"])
def test_what_refuses_an_old_python_can_be_read_by_it(file: str) -> None:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"), feature_version=(3, 6))
    futures = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
    assert futures == [], "`from __future__ import annotations` stops Python 3.6 before it can read the sentence"
