"""Where the data that ships with the program lies, in a checkout and in a frozen build alike."""

from __future__ import annotations

import sys
from pathlib import Path


def resource_path(relative: str) -> Path:
    """Path of a shipped file, e.g. ``resource_path("fonts/NotoSansSC-Regular.ttf")``."""
    frozen = getattr(sys, "_MEIPASS", None)
    base = Path(frozen) if frozen else Path(__file__).resolve().parent.parent
    return base / "resources" / relative
