"""The command line on the center's data, as an administrator would use it; every word it says goes into a file."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from demo.children import ROOT, environment
from demo.promises import promised

_LIMIT_S = 300
_FINE = {0, 1}
"""1 says that something waits for a person, which is so on most days."""

_MOST_LINES = 9
_FORM = "隐患整改通知书（样例）"


@dataclass(frozen=True, slots=True)
class Told:
    """How many commands were run, and how many files hold everything."""

    commands: int
    files: int


@dataclass(slots=True)
class _Terminal:
    """Types commands for one account and keeps what was typed and said."""

    data: Path
    output: Path
    account: tuple[str, str]
    lines: list[str] = field(default_factory=list)
    commands: int = 0

    def type(self, *command: str) -> None:
        """A command whose words are kept. Raises ``BrokenPromiseError`` when it fails."""
        said = self._said(*command)
        shown = " ".join(command).replace(f"{self.output}/", "")
        self.lines += [f"$ python3 -m app --data 数据文件夹 {shown}", *_some(said.replace(f"{self.output}/", "")), ""]
        self.commands += 1

    def ask(self, *command: str) -> Any:
        """What a command tells a program, to type the next one."""
        return json.loads(self._said(*command, "--json"))

    def _said(self, *command: str) -> str:
        name, password = self.account
        done = subprocess.run(
            [sys.executable, "-m", "app", "--data", str(self.data), *command, "--account", name],
            cwd=ROOT, env=environment(TOWNSHIP_DESK_PASSWORD=password), capture_output=True, encoding="utf-8",
            timeout=_LIMIT_S, check=False,
        )  # fmt: skip
        promised(done.returncode in _FINE, f"命令 {command[0]} 没有成功：{done.stderr.strip()}")
        return done.stdout


def transcript(data: Path, output: Path, *, account: tuple[str, str]) -> Told:
    """Run some commands on the closed data folder ``data``; what they said is ``命令行.txt`` in ``output``.

    Raises ``BrokenPromiseError`` for one that fails.
    """
    terminal, out = _Terminal(data, output, account), output / "全部数据"
    terminal.type("matters", "--overdue")
    terminal.type("platforms")
    terminal.type("search", "青禾社区")
    terminal.type("template", "residence", "--out", str(output / "流动人口（空表）.xlsx"))
    terminal.type("export", "hazard", "--out", str(output / "隐患.xlsx"))
    terminal.type("codes", "dispute_category")
    terminal.type("count", "人口", "--by", "年龄段", "--across", "性别")
    terminal.type("count", "隐患", "--by", "类别", "--out", str(output / "隐患统计.xlsx"))
    _numbers(terminal)
    _own_papers(terminal)
    terminal.type("takeout", str(out))
    (output / "命令行.txt").write_text("\n".join(terminal.lines), encoding="utf-8")
    return Told(terminal.commands, sum(1 for one in out.rglob("*") if one.is_file()))


def _numbers(terminal: _Terminal) -> None:
    """The year's list of the committee that numbered most today."""
    books = [one for one in terminal.ask("numbers")["books"] if one["used"] and one["year"]]
    promised(books, "今天没有编过号")
    book = max(books, key=lambda one: int(one["used"]))
    out = str(terminal.output / "编号清单.pdf")
    terminal.type("numbers-sheet", str(book["year"]), "--committee", str(book["committee"]), "--out", out)


def _own_papers(terminal: _Terminal) -> None:
    """A Word form made from the program's own sample, installed, and filled for a hazard."""
    sample, filled = terminal.output / "隐患文书样例.docx", terminal.output / "隐患文书.docx"
    terminal.type("form-fields", "hazard", "--sample", "--out", str(sample))
    terminal.type("form-install", str(sample), "--name", _FORM, "--version", "2026.1", "--register", "hazard")
    codes = [str(one["code"]) for one in terminal.ask("matters", "--all") if str(one["code"]).startswith("YH-")]
    promised(codes, "没有在办的隐患")
    terminal.type("print", _FORM, codes[0], "--out", str(filled))
    terminal.type("forms")


def _some(said: str) -> list[str]:
    """What was said; of a long list the beginning."""
    lines = said.rstrip().splitlines()
    return lines if len(lines) <= _MOST_LINES else [*lines[:_MOST_LINES], f"……（共 {len(lines)} 行）"]
