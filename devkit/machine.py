"""What the program needs from the machine: room on the disk, Qt's system libraries, the PDF readers of the tests.

Installs Debian packages only where it may do so without asking (root, or sudo without a password); else it names the
exact command and stops.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from devkit.console import CannotGoOnError, say, step

ROOM_NEEDED = 2_000_000_000
"""Bytes of the virtual environment, and of the downloads while it is made."""

QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libbrotlidec.so.1": "libbrotli1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
"""Shared libraries that Qt's wheels load from the system even without a screen, and the Debian packages they are in."""

WINDOW_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""More of them, for a window on an X display."""

PDF_READERS = {"pdftotext": "poppler-utils", "pdftoppm": "poppler-utils"}
"""Programs by which the tests read our PDFs back: not the library that wrote them."""


def has_display(environment: Mapping[str, str]) -> bool:
    """True when a window can be shown: always on Windows, on Linux when a display is named."""
    return sys.platform == "win32" or bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def missing_libraries(wanted: Mapping[str, str]) -> list[str]:
    """The Debian packages of those shared libraries that this machine cannot load."""
    return _packages(package for library, package in wanted.items() if not _loads(library))


def missing_programs(wanted: Mapping[str, str]) -> list[str]:
    """The Debian packages of those programs that are not on the path."""
    return _packages(package for program, package in wanted.items() if shutil.which(program) is None)


def _packages(names: Iterable[str]) -> list[str]:
    return sorted(set(names))


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def need_room(folder: Path, room: int = ROOM_NEEDED) -> None:
    """Stop when the disk under this folder has too little room for the set-up."""
    free = shutil.disk_usage(folder).free
    if free < room:
        raise CannotGoOnError(
            f"Too little room on the disk of {folder}: {free / 1e9:.1f} GB free, the set-up needs {room / 1e9:.1f} GB. "
            "Free some and run the same command again."
        )


def need_for_qt(*, window: bool) -> None:
    """Make Qt's system libraries present on Linux, those for real windows too when asked."""
    if sys.platform == "linux":
        wanted = QT_LIBRARIES | (WINDOW_LIBRARIES if window else {})
        need_packages(missing_libraries(wanted), purpose="shared libraries that Qt loads")


def need_pdf_readers() -> None:
    """Make the programs present with which the tests read PDFs; on Windows they are asked for by name."""
    missing = missing_programs(PDF_READERS)
    if sys.platform == "linux":
        need_packages(missing, purpose="programs with which the tests read PDFs")
    elif missing:
        say("  note: pdftotext and pdftoppm (Poppler) are not on the path; the tests that read PDFs back will fail.")


def need_packages(packages: list[str], *, purpose: str) -> None:
    """Install these Debian packages where that is allowed, else stop with the command that a person must give."""
    if not packages:
        return
    install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    prefix = _right_to_install()
    if prefix is None:
        raise CannotGoOnError(
            f"Missing on this machine: {purpose}. Ask someone who may to run\n    sudo {' '.join(install)}\n"
            "(on a system other than Debian: the packages of the same libraries), then run the same command again."
        )
    with step(f"Installing {purpose}: {', '.join(packages)}"):
        if not _apt(prefix, install):
            _apt(prefix, ["apt-get", "update"])
            if not _apt(prefix, install, show=True):
                raise CannotGoOnError(
                    f"The system packages could not be installed. By hand:\n    sudo {' '.join(install)}"
                )


def _right_to_install() -> list[str] | None:
    """What to put before apt-get: nothing for root, sudo where it asks no password; None where neither."""
    if sys.platform == "win32" or shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return ["sudo", "-n"]
    return None


def _apt(prefix: list[str], command: list[str], *, show: bool = False) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = [*prefix, *command, "-o", "DPkg::Lock::Timeout=120"]
    result = subprocess.run(
        command,
        capture_output=True,
        text=True,
        errors="replace",
        env=environment,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if show and result.returncode:
        say(result.stderr.strip())
    return result.returncode == 0
