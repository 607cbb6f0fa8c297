"""``python -m demo``: lives the day and says what happened; a promise that does not hold is an exit code of 1."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from demo.children import ROOT, Child, Player
from demo.day import ADMINISTRATOR, CLERK, Day, Options
from demo.promises import BrokenPromiseError, promised
from demo.server import CountyServer, clear_leftovers
from demo.telling import Telling

_FEWEST = 300
_INTERRUPTED = 130
_OURS = ".demo"
"""Marks a folder of results: only such a one is ever emptied."""


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dev.py demo", description="一个乡镇的一天：真窗口、真县服务器、真断网。")
    parser.add_argument("--no-window", action="store_true", help="结束后不打开程序")
    parser.add_argument("--people", type=int, default=20_000, help=f"练习乡镇的人数，至少 {_FEWEST}")
    parser.add_argument("--seed", type=int, default=7, help="同一个数每次造出同样的人")
    parser.add_argument("--keep", type=Path, default=ROOT / "demo-output", help="结果放在哪个文件夹（先清空）")
    given = parser.parse_args()
    if given.people < _FEWEST:
        parser.error(f"--people 至少是 {_FEWEST}")
    return given


def _clear(output: Path) -> None:
    """Empty the folder of results, but never one that holds something else."""
    is_ours = (output / _OURS).exists() or not output.exists() or not any(output.iterdir())
    if not is_ours:
        raise BrokenPromiseError(f"{output} 里有别的文件，不敢清空；请用 --keep 指定一个空文件夹")
    clear_leftovers(output)
    (output / "data").mkdir(parents=True)
    (output / _OURS).touch()


class _Children:
    """Every process started for the day; all are ended, whatever happened."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._all: list[Child] = []

    def server(self) -> CountyServer:
        """The county."""
        data = self._options.data
        made = CountyServer(data / "county", data / "county.log")
        self._all.append(made.child)
        return made

    def pc(self, name: str, label: str, folder: str, **more: str) -> Player:
        """A PC on one of the data folders."""
        data = self._options.data
        arguments = (name, str(data / folder), str(self._options.output))
        made = Player(label, "demo.pc", *arguments, log=data / f"{name}.log", more=more)
        self._all.append(made)
        return made

    def end(self) -> None:
        """Tell all to end, then wait for each."""
        for child in self._all:
            child.hang_up()
        for child in self._all:
            child.end()


def _live(options: Options, telling: Telling) -> None:
    children = _Children(options)
    try:
        server = children.server()
        center, station = children.pc("center", "综治中心", "center"), children.pc("station", "派出所", "station")
        day = Day(options, telling, center, station)
        day.live(server)
        center.end()
        day.by_command()
        day.look_large(children.pc("large", "综治中心", "center", QT_SCALE_FACTOR="1.5"))
    finally:
        children.end()
    for log in sorted(options.data.glob("**/*.log")):
        promised("Traceback" not in log.read_text("utf-8", "replace"), f"有没有料到的错误，见 {log}")


def _sum_up(options: Options, telling: Telling) -> None:
    """Where everything is, and how to get into it."""
    output = options.output
    telling.chapter(f"全部做到，用时 {telling.seconds:.0f} 秒。结果在 {output}")
    pictures = len(list((output / "screens").rglob("*.png")))
    telling.say(f"  截图 {pictures} 张：screens/，其中 pages/ 是每一页，pages-150/ 是放大到 150 %")
    telling.say(f"  文书：{'、'.join(sorted(path.name for path in output.glob('*.pdf')))}")
    telling.say(f"  表格：{'、'.join(sorted(path.name for path in output.glob('*.xlsx')))}")
    telling.say("  本摘要：summary.txt")
    telling.say("接着看：python3 dev.py run --data " + str(options.data / "center"))
    telling.say(f"  管理员 {ADMINISTRATOR[0]}，密码 {ADMINISTRATOR[1]}；办事员 {CLERK[0]}，密码 {CLERK[1]}")


def _open_program(options: Options) -> None:
    """The program on the center's data, until the person closes it."""
    command = [sys.executable, "-m", "app", "--data", str(options.data / "center")]
    with suppress(KeyboardInterrupt):
        subprocess.run(command, cwd=ROOT, check=False)


def _has_display() -> bool:
    if os.environ.get("QT_QPA_PLATFORM") == "offscreen":
        return False
    return sys.platform in {"win32", "darwin"} or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def main() -> int:
    """Live the day; 0 when everything was as promised, 1 when not, 130 when interrupted."""
    given, telling = _options(), Telling()
    options = Options(given.people, given.seed, given.keep.resolve())
    telling.listen()
    try:
        _clear(options.output)
        _live(options, telling)
    except BrokenPromiseError as broken:
        telling.say(f"\n✗ 没有做到：{broken}")
        if options.output.exists():
            telling.write(options.output / "summary.txt")
        return 1
    except KeyboardInterrupt:
        telling.listen()
        telling.say("\n已停止，启动的进程都已结束。")
        return _INTERRUPTED
    _sum_up(options, telling)
    telling.write(options.output / "summary.txt")
    if _has_display() and not given.no_window:
        _open_program(options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
