"""The face holds together: every name resolves, every text is readable, nothing is hidden at 150 %."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QFont, QFontMetrics, QRawFont
from PySide6.QtWidgets import QApplication, QLabel

from app.resources import resource_path
from app.ui.look import fonts, icon, pixmap, style_sheet, tokens
from app.ui.look.tokens import Colours, sizes_for

COLOURS = Colours()


def _contrast(first: str, second: str) -> float:
    """WCAG 2 contrast of two colours."""

    def light(colour: str) -> float:
        parts = [QColor(colour).redF(), QColor(colour).greenF(), QColor(colour).blueF()]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(first), light(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("text", "surface"),
        ("text_soft", "sunken"),
        ("text_faint", "surface"),
        ("text_faint", "ground"),
        ("text_faint", "sunken"),
        ("accent", "accent_soft"),
        ("on_accent", "accent"),
        ("danger", "danger_soft"),
        ("warn", "warn_soft"),
        ("ok", "ok_soft"),
    ],
)
def test_every_text_colour_can_be_read_on_its_ground(text: str, ground: str) -> None:
    assert _contrast(getattr(COLOURS, text), getattr(COLOURS, ground)) >= 4.5


def test_the_focus_ring_stands_out_from_what_is_around_it() -> None:
    for ground in (COLOURS.surface, COLOURS.ground, COLOURS.sunken):
        assert _contrast(COLOURS.accent, ground) >= 3


def test_the_style_sheet_has_no_unknown_name_and_no_colour_of_its_own() -> None:
    sheet = style_sheet(tokens())
    known = {value.upper() for value in tokens().flat().values() if value.startswith("#")}
    used = {found.upper() for found in re.findall(r"#[0-9a-fA-F]{6}\b", sheet)}
    assert used <= known


def test_control_drawings_exist_and_use_the_colours_of_the_tokens() -> None:
    sheet = resource_path("styles/look.qss").read_text(encoding="utf-8")
    known = {value.upper() for value in tokens().flat().values() if value.startswith("#")}
    named = set(re.findall(r"\$\{controls\}/([a-z-]+\.svg)", sheet))
    assert named
    for name in named:
        drawing = resource_path(f"icons/controls/{name}").read_text(encoding="utf-8")
        assert {found.upper() for found in re.findall(r"#[0-9a-fA-F]{6}", drawing)} <= known


def test_every_icon_named_in_the_screens_is_shipped() -> None:
    shipped = {file.stem for file in resource_path("icons").glob("*.svg")}
    ui = Path(__file__).parents[2] / "app" / "ui"
    called = re.compile(r'(?:icon_name=|icon\(|pixmap\(|icon_button\(|EmptyState\(|icon=)\s*"([a-z0-9-]+)"')
    named = {name for file in ui.rglob("*.py") for name in called.findall(file.read_text(encoding="utf-8"))}
    assert named
    assert named <= shipped


def test_an_icon_that_is_not_shipped_is_refused_where_it_is_named() -> None:
    with pytest.raises(FileNotFoundError):
        icon("no-such-drawing")


def test_an_icon_takes_the_colour_of_its_tone(qapp: QApplication) -> None:
    picture = pixmap("circle-dot", 32, "danger").toImage()
    drawn = {picture.pixelColor(x, y).name().upper() for x in range(32) for y in range(32)}
    assert COLOURS.danger.upper() in drawn
    greyed = icon("circle-dot").pixmap(QSize(32, 32), mode=icon("circle-dot").Mode.Disabled).toImage()
    assert COLOURS.text_off.upper() in {greyed.pixelColor(x, y).name().upper() for x in range(32) for y in range(32)}


def test_the_licence_of_the_icons_is_shipped_beside_them() -> None:
    assert "ISC License" in resource_path("icons/LICENSE-lucide.txt").read_text(encoding="utf-8")


def test_a_larger_text_makes_everything_larger() -> None:
    plain, large = sizes_for(14), sizes_for(18, text_scale=1.3)
    assert large.control > plain.control
    assert large.title > plain.title
    assert large.focus == plain.focus


def test_common_and_rare_characters_have_glyphs(qapp: QApplication) -> None:
    fonts.load_rare()
    families = qapp.font().families()
    for character in "国䶮㛃𠮷𡈼":
        owners = [QRawFont.fromFont(QFont(family)) for family in families]
        assert any(owner.supportsCharacter(ord(character)) for owner in owners), character


def test_a_label_of_body_text_is_as_high_as_the_metrics_say(qapp: QApplication) -> None:
    words = QLabel("登记纠纷")
    assert words.sizeHint().height() >= QFontMetrics(words.font()).height()
    assert tokens().sizes.control >= QFontMetrics(qapp.font()).height() + 8
