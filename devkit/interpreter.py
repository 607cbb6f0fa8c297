"""Which Python may run this project, and how another one on the machine is found.

Parsed by Pythons far too old for the rest, so that they too answer with a sentence: keep its syntax plain.
"""

import shutil
import subprocess
import sys
from typing import Optional, Sequence, Tuple

OLDEST = (3, 11)
NEWEST = (3, 13)
"""The CPythons for which every locked package has a ready-made wheel on Windows and Linux."""


def refusal(version: Tuple[int, int], bits: int = 64) -> Optional[str]:
    """Why this Python cannot be used and which one can, or nothing when it can."""
    wanted = "Python %d.%d to %d.%d, 64 bit" % (OLDEST + NEWEST)
    remedy = "Install one and run the same command with it."
    if not OLDEST <= version <= NEWEST:
        return "This is Python %d.%d; the project needs %s. %s" % (*version, wanted, remedy)
    if bits != 64:
        return "This Python is a %d-bit build; the project needs %s. %s" % (bits, wanted, remedy)
    return None


def another() -> Optional[str]:
    """The path of a Python on this machine that may be used instead, newest first, or nothing."""
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        found = shutil.which("python3.%d" % minor)
        if found and _runs([found]):
            return found
        if sys.platform == "win32" and _runs(["py", "-3.%d" % minor]):
            asked = subprocess.check_output(["py", "-3.%d" % minor, "-c", "import sys; print(sys.executable)"])
            return asked.decode().strip()
    return None


def _runs(command: Sequence[str]) -> bool:
    """True when the command starts a 64-bit Python; a name on the path may be a mere stub."""
    test = [*command, "-c", "import sys; sys.exit(sys.maxsize <= 2**32)"]
    try:
        return subprocess.call(test, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False
