"""``python -m demo.until_closed MODULE ARGUMENTS``: run a module as a person would, until our input closes.

Then it is interrupted as by Ctrl+C, on every system alike; so a server started by the demo never outlives it.
"""

from __future__ import annotations

import _thread
import runpy
import sys
import threading


def _watch() -> None:
    sys.stdin.buffer.read()
    _thread.interrupt_main()


def main() -> None:
    """Run the module named on the command line."""
    threading.Thread(target=_watch, name="until closed", daemon=True).start()
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(0)
