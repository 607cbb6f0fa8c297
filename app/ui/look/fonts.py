"""Which letters the program shows: Windows' own 雅黑 when present, else the bundled Noto Sans SC.

Rare characters (personal and place names beyond the Basic Multilingual Plane) come from the system's SimSun-ExtB or
the bundled HanaMinB, read only after the first window stands because the file is 30 MB. Never change a font elsewhere.
"""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontDatabase

from app.resources import resource_path

PREFERRED = ("Microsoft YaHei UI", "Microsoft YaHei")
BUNDLED = "Noto Sans SC"
BUNDLED_FILES = ("fonts/NotoSansSC-Regular.ttf", "fonts/NotoSansSC-Medium.ttf")
RARE_SYSTEM = ("SimSun-ExtB", "MingLiU-ExtB")
RARE_BUNDLED = "HanaMinB"
RARE_FILE = "fonts/HanaMinB.ttf"


def load_body_family() -> str:
    """The family for body text; registers the bundled files when no preferred family is installed."""
    installed = set(QFontDatabase.families())
    for family in PREFERRED:
        if family in installed:
            return family
    if BUNDLED not in installed:
        for file in BUNDLED_FILES:
            QFontDatabase.addApplicationFont(str(resource_path(file)))
    return BUNDLED


def load_rare() -> None:
    """Register the font for rare characters; call when the first window is shown. Calling again does nothing."""
    installed = set(QFontDatabase.families())
    if RARE_BUNDLED not in installed and not installed.intersection(RARE_SYSTEM):
        QFontDatabase.addApplicationFont(str(resource_path(RARE_FILE)))


def body_font(points: float) -> QFont:
    """The font of the whole program, with the fallbacks for rare characters behind the body family."""
    font = QFont()
    font.setFamilies([load_body_family(), *RARE_SYSTEM, RARE_BUNDLED])
    font.setPointSizeF(points)
    font.setHintingPreference(QFont.HintingPreference.PreferVerticalHinting)
    font.setStyleStrategy(QFont.StyleStrategy.PreferAntialias)
    return font
