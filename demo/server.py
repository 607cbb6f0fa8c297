"""The county of the day: the real server in its own process, and the administrator's commands."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from app.sync.enrolment import read_code
from demo.children import ROOT, Child, environment
from demo.promises import BrokenPromiseError

_START_S = 90.0


class CountyServer:
    """``python -m county serve`` on a free port, with the embedded PostgreSQL in ``folder``."""

    def __init__(self, folder: Path, log: Path) -> None:
        self._folder = folder
        self.child = Child(
            "县服务器", "demo.until_closed", "county", "serve", "--host", "127.0.0.1", "--port", "0", "--data",
            str(folder), log=log,
        )  # fmt: skip

    def address(self) -> tuple[str, int]:
        """Host and port, as soon as it listens."""
        line = self.child.line(lambda said: "https://" in said, limit=_START_S)
        found = re.search(r"https://([\d.]+):(\d+)", line)
        if found is None:
            raise BrokenPromiseError(f"县服务器没有说出它的地址：{line}")
        return found[1], int(found[2])

    def enrolment_code(self, township: str, device: str, *, port: int, streams: str = "", first: bool = False) -> str:
        """A code of ``python -m county enrol``, with the port of our wire in it instead of the server's own."""
        more = ["--streams", streams] if streams else []
        more += ["--new-township"] if first else []
        said = self._command("enrol", township, "--device", device, *more)
        return replace(read_code(said.strip().splitlines()[-1]), port=port).text()

    def publish(self, file: Path) -> str:
        """``python -m county config import``: what the county says to every township."""
        return self._command("config", "import", str(file), "--all").strip()

    def digests(self, township: str) -> dict[str, tuple[int, str]]:
        """Count and content hash by stream, as ``python -m county digest`` prints them."""
        lines = [line.split("\t") for line in self._command("digest", township).splitlines() if "\t" in line]
        return {stream: (int(count), content) for stream, count, content in lines}

    def _command(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "county", *arguments, "--data", str(self._folder)]
        done = subprocess.run(
            command, cwd=ROOT, env=environment(), capture_output=True, encoding="utf-8", timeout=60, check=False
        )
        if done.returncode:
            raise BrokenPromiseError(f"县服务器的命令 {arguments[0]} 没有成功：{done.stderr.strip()}")
        return done.stdout


def clear_leftovers(folder: Path) -> None:
    """Remove what an earlier demo left; a database it left running, because the machine died, is stopped first."""
    county = folder / "data" / "county"
    if (county / "postgres" / "postmaster.pid").exists():
        from county.server import running

        with running(county):
            pass  # with its last user the database ends
    shutil.rmtree(folder, ignore_errors=True)
    if (folder / "data").exists():
        raise BrokenPromiseError(f"{folder} 清空不了：可能还有窗口正打开着上一次的数据，请先关闭它")
