"""``dev.py build``: freeze the program for this platform, start what was made, and look at the results.

The program comes to lie in ``dist/township-desk/``.

Builds for the machine it runs on; what Windows users receive is built on Windows, with the Python of python.org.
``--no-build`` only starts and looks again.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from app import __version__

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "dist" / "township-desk"
EXECUTABLE = PROGRAM / ("township-desk.exe" if sys.platform == "win32" else "township-desk")
MOST_MEGABYTES = 320
"""More than this means that something of Qt came along which nobody uses; the fonts alone are over a hundred."""
_PATIENCE = 120


def main() -> int:
    """Build and examine; 0 when the frozen program did everything, 1 when not, 2 where this Python cannot be frozen."""
    if "--no-build" not in sys.argv:
        code = _freeze()
        if code:
            return code
    troubles = _examine()
    for trouble in troubles:
        print(f"  NOT GOOD: {trouble}")
    return 1 if troubles else 0


def _freeze() -> int:
    if sys.platform == "linux" and not sysconfig.get_config_var("Py_ENABLE_SHARED"):
        print("This Python was built without a shared library; PyInstaller needs one (Debian's python3 has it).")
        return 2
    spec = Path(__file__).with_name("township-desk.spec")
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level=WARN", str(spec)]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def _examine() -> list[str]:
    """Start the frozen program three times, away from this working copy; what is wrong with what it did."""
    megabytes = sum(one.stat().st_size for one in PROGRAM.rglob("*") if one.is_file() and not one.is_symlink()) / 1e6
    print(f"{PROGRAM.relative_to(ROOT)}: {megabytes:.0f} MB")
    troubles = [] if megabytes < MOST_MEGABYTES else [f"{megabytes:.0f} MB are more than {MOST_MEGABYTES} MB"]
    with TemporaryDirectory(prefix="frozen-", ignore_cleanup_errors=True) as given:
        folder = Path(given)
        said, seconds = _started(folder, "version")
        print(f"  version: {seconds:.2f} s")
        if sys.platform != "win32" and __version__ not in said:  # there a program without a console says nothing
            troubles.append(f"asked for its version it said {said!r}")
        said, seconds = _started(folder, "selftest", str(folder / "made"))
        told = folder / "made" / "selftest.json"
        if not told.exists():
            return [*troubles, f"the self-test did not come to its end: {said[-600:]}"]
        steps: Mapping[str, float] = json.loads(told.read_text("utf-8"))["seconds"]
        print(f"  self-test: {seconds:.2f} s: {', '.join(f'{name} {took} s' for name, took in steps.items())}")
        troubles += _looked_at(folder / "made")
    return troubles


def _started(folder: Path, *arguments: str) -> tuple[str, float]:
    """What the program said and how long it ran, in an environment that does not know this working copy."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV", "QT_"))}
    variables = kept | {"QT_QPA_PLATFORM": "offscreen", "TOWNSHIP_DESK_DATA": str(folder / "data")}
    begun = time.perf_counter()
    done = subprocess.run(
        [str(EXECUTABLE), *arguments], cwd=folder, env=variables, capture_output=True, timeout=_PATIENCE, check=False
    )
    said = (done.stdout + done.stderr).decode("utf-8", "replace").strip()
    return said, time.perf_counter() - begun


def _looked_at(made: Path) -> list[str]:
    """The picture shows a window, the paper can be read, by other programs than the one that made them."""
    from PIL import Image
    from pypdf import PdfReader

    troubles: list[str] = []
    with Image.open(made / "window.png") as picture:
        colours = picture.convert("RGB").getcolors(maxcolors=1 << 24) or []
        if min(picture.size) < 300 or len(colours) < 50:
            troubles.append(f"the window of {picture.size} has {len(colours)} colours: nothing is painted in it")
    text = "".join(page.extract_text() for page in PdfReader(made / "sheet.pdf").pages)
    if "青石镇" not in text:
        troubles.append("the paper does not name the township")
    with ZipFile(made / "form.docx") as form:
        if "欧阳雪" not in form.read("word/document.xml").decode("utf-8"):
            troubles.append("the Word form does not name the person")
    return troubles


if __name__ == "__main__":
    sys.exit(main())
