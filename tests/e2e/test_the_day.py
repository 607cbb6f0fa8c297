"""The day of one township, as ``dev.py demo`` lives it, with fewer people: the whole program on real parts."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from demo import album
from demo.children import ROOT, environment

COMMAND = [sys.executable, "-m", "demo", "--no-window", "--people", "300", "--keep"]
LIMIT_S = 170


@dataclass(frozen=True)
class Lived:
    """How the day ended."""

    code: int
    said: str
    output: Path

    def line(self, *words: str) -> str:
        """The one line that holds all the words."""
        found = [line for line in self.said.splitlines() if all(word in line for word in words)]
        assert len(found) == 1, (words, self.said)
        return found[0]


@pytest.fixture(scope="module")
def day() -> Iterator[Lived]:
    """The day, lived once for all tests here."""
    # Not in pytest's folder: another run of tests closes that to the account PostgreSQL runs as.
    with TemporaryDirectory(prefix="day", ignore_cleanup_errors=True) as folder:
        output = Path(folder) / "output"
        done = subprocess.run(
            [*COMMAND, str(output)],
            cwd=ROOT, env=environment(), capture_output=True, encoding="utf-8", timeout=LIMIT_S, check=False,
        )  # fmt: skip
        yield Lived(done.returncode, done.stdout + done.stderr, output)


def test_everything_promised_was_so(day: Lived) -> None:
    assert day.code == 0, day.said
    assert "全部做到" in day.said


def test_the_county_and_both_pcs_are_equal_in_every_stream_each_may_see(day: Lived) -> None:
    for label, is_seen in (("机构与账户", True), ("人口与户", True), ("矛盾纠纷", False), ("巡逻与隐患", True)):
        line = day.line(label, "一致")
        assert "不一致" not in line
        assert ("看不到" in line) is not is_seen


def test_every_picture_of_the_album_was_taken(day: Lived) -> None:
    taken = {path.name for path in (day.output / "screens").glob("*.png")}
    assert taken == {album.file_name(name) for name in album.NAMES}


def test_the_papers_are_there_and_can_be_read_by_another_program(day: Lived) -> None:
    papers = sorted(path.name for path in day.output.glob("*.pdf"))
    assert any(name.startswith("人民调解协议书") for name in papers), papers
    for name in papers:
        text = subprocess.run(
            ["pdftotext", "-layout", str(day.output / name), "-"], capture_output=True, encoding="utf-8", check=True
        ).stdout
        assert len(text.strip()) > 100, name


def test_the_summary_says_what_the_screen_said(day: Lived) -> None:
    summary = (day.output / "summary.txt").read_text("utf-8")
    assert "全部做到" in summary
    assert re.search(r"用时 \d+ 秒", summary)


@pytest.mark.skipif(os.name != "posix", reason="Ctrl+C is sent to one process only where there are signals")
def test_ctrl_c_ends_every_process_it_started() -> None:
    with TemporaryDirectory(prefix="day", ignore_cleanup_errors=True) as folder:
        with subprocess.Popen(
            [*COMMAND, folder], cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            encoding="utf-8", start_new_session=True,
        ) as running:  # fmt: skip
            assert running.stdout is not None
            line = next(line for line in running.stdout if "三步建好" in line or "没有做到" in line)
            assert "三步建好" in line
            running.send_signal(signal.SIGINT)
            rest = running.stdout.read()
            assert running.wait(60) == 130, rest
        assert "已停止" in rest
        assert _processes_about(folder) == []


def _processes_about(folder: str) -> list[str]:
    """Command lines of living processes that name the folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        if folder in command:
            found.append(command)
    return found
