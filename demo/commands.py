"""The command line on the center's data, as an administrator would use it; every word it says goes into a file."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from demo.children import ROOT, environment
from demo.promises import promised

_LIMIT_S = 300
_FINE = {0, 1}
"""1 says that something waits for a person, which is so on most days."""


@dataclass(frozen=True, slots=True)
class Told:
    """How many commands were run, and how many files hold everything."""

    commands: int
    files: int


def transcript(data: Path, output: Path, *, account: tuple[str, str]) -> Told:
    """Run some commands on the closed data folder ``data``; what they said is ``命令行.txt`` in ``output``.

    Raises ``BrokenPromiseError`` for one that fails.
    """
    name, password = account
    out = output / "全部数据"
    commands = [
        ["matters", "--overdue"],
        ["platforms"],
        ["search", "青禾社区"],
        ["template", "residence", "--out", str(output / "流动人口（空表）.xlsx")],
        ["export", "hazard", "--out", str(output / "隐患.xlsx")],
        ["codes", "dispute_category"],
        ["takeout", str(out)],
    ]
    lines: list[str] = []
    for command in commands:
        typed = [*command, "--account", name]
        done = subprocess.run(
            [sys.executable, "-m", "app", "--data", str(data), *typed],
            cwd=ROOT, env=environment(TOWNSHIP_DESK_PASSWORD=password), capture_output=True, encoding="utf-8",
            timeout=_LIMIT_S, check=False,
        )  # fmt: skip
        promised(done.returncode in _FINE, f"命令 {command[0]} 没有成功：{done.stderr.strip()}")
        lines += [
            f"$ python3 -m app --data 数据文件夹 {' '.join(command).replace(f'{output}/', '')}",
            *_some(done.stdout.replace(f"{output}/", "")),
            "",
        ]
    (output / "命令行.txt").write_text("\n".join(lines), encoding="utf-8")
    return Told(len(commands), sum(1 for one in out.rglob("*") if one.is_file()))


_MOST_LINES = 9


def _some(said: str) -> list[str]:
    """What was said; of a long list the beginning."""
    lines = said.rstrip().splitlines()
    return lines if len(lines) <= _MOST_LINES else [*lines[:_MOST_LINES], f"……（共 {len(lines)} 行）"]
