"""``python -m app``: the window; with a command, the same services without a screen."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Start; commands are loaded only when one is given, so that the window opens sooner."""
    from app.cli import cli

    try:
        cli(prog_name="township-desk", args=sys.argv[1:])
    except Exception as error:
        if "TOWNSHIP_DESK_TRACE" in os.environ:
            raise
        print(f"程序内部出错（{type(error).__name__}），数据没有受影响；请联系技术人员。", file=sys.stderr)
        sys.exit(70)


if __name__ == "__main__":
    main()
