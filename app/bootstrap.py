"""The one place that wires the parts together: data folder, first start, sign-in, the window, the end."""

from __future__ import annotations

import logging
import os
from logging.handlers import RotatingFileHandler
from pathlib import Path

import platformdirs

DATA_VARIABLE = "TOWNSHIP_DESK_DATA"


def data_folder(given: Path | None = None) -> Path:
    """Where this PC's township lies: as told, by the environment, or the user's own data folder."""
    if given is not None:
        return given.expanduser().resolve()
    from_environment = os.environ.get(DATA_VARIABLE)
    if from_environment:
        return Path(from_environment).expanduser().resolve()
    return Path(platformdirs.user_data_dir("township-desk", appauthor=False))


def log_to(folder: Path) -> None:
    """Write the log beside the data: sentences and traces, never what a record holds."""
    folder.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(folder / "program.log", maxBytes=1_000_000, backupCount=3, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("httpx").setLevel(logging.WARNING)


def run_window(folder: Path) -> int:
    """Open the program on a data folder; returns the exit code."""
    from app.ui.program import Program
    from app.ui.work import install_border

    install_border()
    log_to(folder)
    return Program(folder).run()
