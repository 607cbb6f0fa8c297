"""Where the frozen program starts. A module of the package cannot be PyInstaller's script: it would lose its name.

``selftest DIR``, meant for builders only, is answered here and stands in no help text.
"""

from __future__ import annotations

import sys


def start() -> None:
    """The program; or, for the one who built it, its self-test."""
    if sys.argv[1:2] == ["selftest"]:
        from installer.selftest import main as selftest

        sys.exit(selftest(sys.argv[2]))
    from app.__main__ import main

    main()


if __name__ == "__main__":
    start()
