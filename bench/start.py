"""From a new process to a usable window on a township of 2,000 people, beside a bare window with a table.

Offscreen, warm disk cache. Deriving the key (Argon2id), which is slow by purpose, is taken out and told apart. The
sign-in window stands alone first; the rest is loaded while somebody types. Told are both: a user quicker than any human
(``at once``) and one who types for as long as the loading takes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench._figures import QUICK, against, alone, heading
from bench._people import PASSWORD, township

PEOPLE = 200 if QUICK else 2000
TIMES = 3 if QUICK else 7

BARE = """
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QApplication, QMainWindow, QTableView
app = QApplication([])
window, table, model = QMainWindow(), QTableView(), QStandardItemModel(200, 10)
table.setModel(model)
window.setCentralWidget(table)
window.resize(1280, 800)
window.show()
app.processEvents()
print("{}", flush=True)
"""

OURS = """
import json, sys, time
from pathlib import Path
import app.__main__
from app.bootstrap import log_to
from app.ui.program import Program
from app.ui.work import install_border, is_idle
folder, is_patient = Path(sys.argv[1]), sys.argv[3] == "types"
install_border()
log_to(folder)
program = Program(folder)
program.begin()
program.app.processEvents()
print("{}", flush=True)
waited = time.perf_counter()
while is_patient and not (is_idle() and "app.ui.desk" in sys.modules):
    program.app.processEvents()
waited = time.perf_counter() - waited
from app.models.keyring import Keyring
from app.services import setup
unlock, derived = Keyring.unlock, []
def timed(self, *given):
    begun = time.perf_counter()
    try:
        return unlock(self, *given)
    finally:
        derived.append(time.perf_counter() - begun)
Keyring.unlock = timed
office = setup.sign_in(folder, setup.known_accounts(folder)[0].id, sys.argv[2])
program.open_desk(office)
program.app.processEvents()
print(json.dumps({"derived": sum(derived), "waited": waited}), flush=True)
while not is_idle():
    program.app.processEvents()
program.window.close()
program.close()
"""


def main() -> None:
    """Measure and print."""
    with TemporaryDirectory(prefix="bench", ignore_cleanup_errors=True) as given:
        folder = Path(given)
        township(folder / "data", PEOPLE).store.close()
        bare, login, desk, typed, loading, derived = [], [], [], [], [], []
        bytecode, data = folder / "bytecode", str(folder / "data")
        _moments(BARE, bytecode)  # what is installed has its bytecode beside it: the first run of each makes it
        _moments(OURS, bytecode, data, PASSWORD, "at once")
        for _ in range(TIMES):
            bare.append(_moments(BARE, bytecode)[0][0])
            (shown, _told), (open_at, told) = _moments(OURS, bytecode, data, PASSWORD, "at once")
            login.append(shown)
            derived.append(told["derived"])
            desk.append(open_at - told["derived"])
            _, (open_at, told) = _moments(OURS, bytecode, data, PASSWORD, "types")
            typed.append(open_at - told["derived"] - told["waited"])
            loading.append(told["waited"])
    heading()
    against("process to sign-in window", median(bare), median(login), aim=2)
    against(f"process to main window, {PEOPLE} people, without the typing", median(bare), median(typed), aim=2)
    against("the same, the password given at once", median(bare), median(desk))
    alone("loading while the password is typed", median(loading))
    alone("deriving the key, not counted above", median(derived))


def _moments(code: str, bytecode: Path, *arguments: str) -> list[tuple[float, dict[str, float]]]:
    """When, after the start of the process, each line came that it printed; in seconds."""
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    variables |= {"QT_QPA_PLATFORM": "offscreen", "PYTHONPYCACHEPREFIX": str(bytecode)}
    found: list[tuple[float, dict[str, float]]] = []
    begun = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        stderr=subprocess.DEVNULL,
        env=variables,
    ) as process:
        assert process.stdout is not None
        told = (line for line in process.stdout if line.startswith("{"))
        found.extend((time.perf_counter() - begun, json.loads(line)) for line in told)
    if process.returncode:
        message = "the program ended with an error"
        raise RuntimeError(message)
    return found


if __name__ == "__main__":
    main()
