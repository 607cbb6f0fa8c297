"""What we take from others is declared: imported only if pyproject.toml names it, and listed with its licence."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from devkit import locks

ROOT = Path(__file__).resolve().parents[2]
COMPANIONS = {"pydantic-core": "pydantic", "shiboken6": "pyside6-essentials"}
"""Packages that are one with another and locked to its version."""
OURS = {"app", "bench", "county", "demo", "devkit", "installer", "tests"}


def package(owner: str) -> str:
    """The name under which pyproject.toml has the owner of a module."""
    name = owner.lower().replace("_", "-")
    return COMPANIONS.get(name, name)


def declared(*extras: str) -> set[str]:
    """The packages that pyproject.toml names, with those extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lists = [project["dependencies"], *(project["optional-dependencies"][extra] for extra in extras)]
    return {re.split(r"[\[<>=]", requirement)[0] for wanted in lists for requirement in wanted}


def imported(folder: str) -> dict[str, str]:
    """The modules of others that our code in this folder imports, each with a file that does."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / folder).glob("**/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            else:
                continue
            found |= {name.split(".")[0]: str(path.relative_to(ROOT)) for name in names}
    return {name: path for name, path in found.items() if name not in OURS | set(sys.stdlib_module_names)}


@pytest.mark.parametrize(
    ("folder", "extras"),
    [
        ("app", ()),
        ("county", ("county",)),
        ("demo", ("county", "dev")),
        ("bench", ("county", "dev")),
        ("tests", ("county", "dev")),
    ],
)
def test_everything_imported_is_named_in_pyproject(folder: str, extras: tuple[str, ...]) -> None:
    owners = packages_distributions()
    allowed = declared(*extras)
    unnamed = [
        f"{path} imports {name}"
        for name, path in imported(folder).items()
        if allowed.isdisjoint(package(owner) for owner in owners.get(name, []))
    ]
    assert unnamed == [], "add it to pyproject.toml, then `python3 dev.py lock`"


def test_every_locked_package_is_listed_with_its_licence() -> None:
    rows = re.findall(
        r"^\| ([a-z][a-z0-9, -]+) \|", (ROOT / "docs" / "third-party.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    listed = {name for row in rows for name in row.split(", ")}
    locked = {pin.name for platform in locks.PLATFORMS for pin in locks.read_pins(locks.lock_path(ROOT, platform))}
    assert locked - listed == set()
    assert listed - locked == set()


def test_what_ships_as_a_file_brings_the_text_of_its_licence() -> None:
    text = (ROOT / "docs" / "third-party.md").read_text(encoding="utf-8")
    licences = re.findall(r"`(resources/[^`]+\.txt)`", text)
    assert len(licences) >= 3
    assert [name for name in licences if not (ROOT / name).is_file()] == []
