"""``python -m app``: the window; with a command, the same services without a screen."""

from __future__ import annotations

import sys


def main() -> None:
    """Start; commands are loaded only when one is given, so that the window opens sooner."""
    from app.cli import cli

    cli(prog_name="township-desk", args=sys.argv[1:])


if __name__ == "__main__":
    main()
