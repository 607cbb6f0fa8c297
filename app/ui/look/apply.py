"""Puts the look on the application: style, font, palette and the one style sheet made from the tokens.

The only place that sets a style sheet on the application; widgets differ by the dynamic properties ``kind``, ``role``
and ``tone`` that ``resources/styles/look.qss`` knows.
"""

from __future__ import annotations

from string import Template

from PySide6.QtCore import QTimer
from PySide6.QtGui import QColor, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from app.resources import resource_path
from app.ui.look import fonts
from app.ui.look.tokens import BODY_POINTS, Colours, Tokens, set_tokens, sizes_for

RARE_AFTER_MS = 300  # the first window has been drawn by then
SHEET = "styles/look.qss"


def apply_look(app: QApplication, *, text_scale: float = 1.0) -> Tokens:
    """Give the application its face; ``text_scale`` 1.15 or 1.3 is 大字. Call once before the first widget."""
    font = fonts.body_font(BODY_POINTS * text_scale)
    app.setStyle(QStyleFactory.create("Fusion"))
    app.setFont(font)
    em = QFontInfo(font).pixelSize()
    new = Tokens(Colours(), sizes_for(em, text_scale=text_scale))
    set_tokens(new)
    app.setPalette(palette_of(new.colours))
    app.setStyleSheet(style_sheet(new))
    QTimer.singleShot(RARE_AFTER_MS, app, _load_rare)
    return new


def _load_rare() -> None:
    """Read the font for rare characters and draw again what stood there before it was known."""
    fonts.load_rare()
    for window in QApplication.topLevelWidgets():
        window.update()


def style_sheet(values: Tokens) -> str:
    """The whole style sheet; a name in the template that is no token raises KeyError."""
    template = Template(resource_path(SHEET).read_text(encoding="utf-8"))
    controls = resource_path("icons/controls").as_posix()
    return template.substitute(values.flat(), controls=controls)


def palette_of(colours: Colours) -> QPalette:
    """The palette for what style sheets do not reach: item views' text, links, placeholders, selection."""
    role = QPalette.ColorRole
    palette = QPalette()
    pairs = {
        role.Window: colours.ground,
        role.WindowText: colours.text,
        role.Base: colours.surface,
        role.AlternateBase: colours.ground,
        role.Text: colours.text,
        role.Button: colours.surface,
        role.ButtonText: colours.text,
        role.PlaceholderText: colours.text_off,
        role.Highlight: colours.accent,
        role.HighlightedText: colours.on_accent,
        role.ToolTipBase: colours.text,
        role.ToolTipText: colours.surface,
        role.Link: colours.accent,
        role.Accent: colours.accent,
        role.Mid: colours.line_strong,
        role.Light: colours.surface,
    }
    for name, colour in pairs.items():
        palette.setColor(name, QColor(colour))
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(colours.text_off))
    return palette
