"""``python -m demo``: lives the day and says what happened; a promise that does not hold is an exit code of 1."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from demo.children import ROOT, Child, Player
from demo.day import ADMINISTRATOR, CLERK, Day, Options
from demo.promises import BrokenPromiseError
from demo.server import CountyServer, clear_leftovers
from demo.telling import Telling

_FEWEST = 300
_INTERRUPTED = 130


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dev.py demo", description="一个乡镇的一天：真窗口、真县服务器、真断网。")
    parser.add_argument("--no-window", action="store_true", help="结束后不打开程序")
    parser.add_argument("--people", type=int, default=2000, help=f"练习乡镇的人数，至少 {_FEWEST}")
    parser.add_argument("--seed", type=int, default=7, help="同一个数每次造出同样的人")
    parser.add_argument("--keep", type=Path, default=ROOT / "demo-output", help="结果放在哪个文件夹（先清空）")
    given = parser.parse_args()
    if given.people < _FEWEST:
        parser.error(f"--people 至少是 {_FEWEST}")
    return given


def _clear(output: Path) -> None:
    """Empty the folder of results, but never one that holds something else."""
    is_ours = (output / "data").is_dir() or not output.exists() or not any(output.iterdir())
    if not is_ours:
        raise BrokenPromiseError(f"{output} 里有别的文件，不敢清空；请用 --keep 指定一个空文件夹")
    clear_leftovers(output)
    (output / "data").mkdir(parents=True)


def _live(options: Options, telling: Telling) -> None:
    data, children = options.data, list[Child]()
    try:
        server = CountyServer(data / "county", data / "county.log")
        children.append(server.child)
        players = []
        for name, label in (("center", "综治中心"), ("station", "派出所")):
            player = Player(label, "demo.pc", name, str(data / name), str(options.output), log=data / f"{name}.log")
            players.append(player)
            children.append(player)
        Day(options, telling, *players).live(server)
    finally:
        for child in children:
            child.hang_up()
        for child in children:
            child.end()


def _open_program(options: Options) -> None:
    command = [sys.executable, "-m", "app", "--data", str(options.data / "center")]
    subprocess.run(command, cwd=ROOT, check=False)


def _has_display() -> bool:
    if os.environ.get("QT_QPA_PLATFORM") == "offscreen":
        return False
    return sys.platform in {"win32", "darwin"} or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def main() -> int:
    """Live the day; 0 when everything was as promised, 1 when not, 130 when interrupted."""
    given, telling = _options(), Telling()
    options = Options(given.people, given.seed, given.keep.resolve())
    try:
        _clear(options.output)
        _live(options, telling)
    except BrokenPromiseError as broken:
        telling.say(f"\n✗ 没有做到：{broken}")
        if options.output.exists():
            telling.write(options.output / "summary.txt")
        return 1
    except KeyboardInterrupt:
        telling.say("\n已停止，启动的进程都已结束。")
        return _INTERRUPTED
    telling.say(f"\n全部做到，用时 {telling.seconds:.0f} 秒。")
    telling.say(f"截图、文书、台账在 {options.output}")
    telling.say(f"管理员 {ADMINISTRATOR[0]} 密码 {ADMINISTRATOR[1]}；办事员 {CLERK[0]} 密码 {CLERK[1]}")
    telling.write(options.output / "summary.txt")
    if _has_display() and not given.no_window:
        _open_program(options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
