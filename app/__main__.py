"""``python -m app``: the window; with a command, the same services without a screen."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main() -> None:
    """Start; commands are loaded only when one is given, so that the window opens sooner."""
    arguments = sys.argv[1:]
    try:
        if _asks_for_window(arguments):
            _open_window(arguments)
        else:
            from app.cli import cli

            cli(prog_name="township-desk", args=arguments)
    except Exception as error:
        if "TOWNSHIP_DESK_TRACE" in os.environ:
            raise
        print(f"程序内部出错（{type(error).__name__}），数据没有受影响；请联系技术人员。", file=sys.stderr)
        sys.exit(70)


def _asks_for_window(arguments: list[str]) -> bool:
    """True for nothing but ``--data FOLDER``: everything else is a command, and a mistake is a command's to explain."""
    return not arguments or (len(arguments) == 2 and arguments[0] == "--data")


def _open_window(arguments: list[str]) -> None:
    from app.bootstrap import data_folder, run_window

    sys.exit(run_window(data_folder(Path(arguments[1]) if arguments else None)))


if __name__ == "__main__":
    main()
