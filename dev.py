#!/usr/bin/env python3
"""The one door to this working copy: ``python3 dev.py demo | run | test | check | ...``, the same on Linux and Windows.

It makes the environment it needs (see ``devkit``). This file only refuses a wrong Python, in a syntax that an old one
can still read, and then hands over.
"""

import subprocess
import sys
from pathlib import Path

from devkit import interpreter

ROOT = Path(__file__).resolve().parent


def main() -> int:
    """Run the command with a fitting Python; returns the exit code."""
    refusal = interpreter.refusal(sys.version_info[:2], 64 if sys.maxsize > 2**32 else 32)
    if refusal is not None:
        other = interpreter.another()
        if other is None:
            print("dev.py: " + refusal, file=sys.stderr)
            return 2
        print(f"dev.py: this is Python {sys.version_info[0]}.{sys.version_info[1]}; going on with {other}", flush=True)
        return subprocess.call([other, str(ROOT / "dev.py"), *sys.argv[1:]])

    from devkit import commands, console  # only now: an older Python cannot read them

    try:
        return commands.main(ROOT, sys.argv[1:])
    except console.CannotGoOnError as reason:
        print(f"dev.py: {reason}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\ndev.py: stopped; the same command takes up where it was.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
