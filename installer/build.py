"""``dev.py build``: freeze the program for this platform into ``dist/township-desk/``, and say how big it became.

Builds for the machine it runs on; what Windows users receive is built on Windows, with the Python of python.org.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "dist" / "township-desk"


def main() -> int:
    """Run PyInstaller; returns its exit code, or 2 where this Python cannot be frozen."""
    if sys.platform == "linux" and not sysconfig.get_config_var("Py_ENABLE_SHARED"):
        print("This Python was built without a shared library; PyInstaller needs one (Debian's python3 has it).")
        return 2
    spec = Path(__file__).with_name("township-desk.spec")
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level=WARN", str(spec)]
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    if code == 0:
        size = sum(path.stat().st_size for path in PROGRAM.rglob("*") if path.is_file() and not path.is_symlink())
        print(f"{PROGRAM.relative_to(ROOT)}: {size / 1e6:.0f} MB")
    return code


if __name__ == "__main__":
    sys.exit(main())
