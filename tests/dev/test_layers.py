"""The layers in pyproject.toml name every part of the program, so that a new module is given its place."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
START = {"app.__main__", "app.bootstrap", "app.cli", "app.commands"}
SOCKETS = {"app.sync.agent", "app.sync.https", "app.sync.joining", "app.sync.moving"}


def contracts() -> list[dict[str, Any]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = project["tool"]["importlinter"]["contracts"]
    return found


def parts(package: str) -> set[str]:
    """The modules and packages that stand directly in a package of ours."""
    folder = ROOT / package.replace(".", "/")
    modules = {path.stem for path in folder.glob("*.py") if path.stem != "__init__"}
    packages = {path.parent.name for path in folder.glob("*/__init__.py")}
    return {f"{package}.{name}" for name in modules | packages}


def test_every_part_of_the_program_has_its_layer() -> None:
    layers = next(contract["layers"] for contract in contracts() if contract["type"] == "layers")
    named = set(re.findall(r"[\w.]+", " ".join(layers)))
    everything = parts("app") - {"app.sync"} | parts("app.sync")
    assert everything - named == set(), "say in pyproject.toml, [tool.importlinter], where these stand"


def test_no_part_of_the_core_is_forgotten_where_screens_storage_paper_and_sockets_are_forbidden() -> None:
    owners = {
        "PySide6": {"app.ui"},
        "sqlcipher3": {"app.models"},
        "reportlab": {"app.documents"},
        "xlsxwriter": {"app.exchange", "app.practice"},
    }
    for contract in contracts():
        owner = next((owners[name] for name in owners if name in contract.get("forbidden_modules", [])), None)
        if owner is not None:
            assert parts("app") - START - owner - set(contract["source_modules"]) - {"app.ui"} == set(), contract[
                "name"
            ]


def test_every_module_of_sync_is_pure_or_one_of_those_that_may_open_sockets() -> None:
    pure = next(
        set(contract["source_modules"]) for contract in contracts() if "core of sync is pure" in contract["name"]
    )
    assert parts("app.sync") - SOCKETS - pure == set()
