"""The program's own widgets; pages are put together from these, so that all pages look and behave alike."""

from app.ui.widgets.action_row import ActionRow
from app.ui.widgets.banner import Banner, BannerArea, Weight
from app.ui.widgets.bug_dialog import BugDialog
from app.ui.widgets.card import Card, FramedButton, SectionHeading, StatTile
from app.ui.widgets.confirm_dialog import ConfirmDialog, ask
from app.ui.widgets.empty_state import EmptyState
from app.ui.widgets.enter_moves import EnterMoves
from app.ui.widgets.flow import Flow, FlowLayout
from app.ui.widgets.form_row import FormRow
from app.ui.widgets.marked_label import MarkedLabel
from app.ui.widgets.page_header import PageHeader
from app.ui.widgets.parts import (
    beside_words,
    button,
    column,
    elided,
    hide_if,
    icon_button,
    label,
    pill,
    row,
    rule,
    set_hint,
    set_tone,
    when_pressed,
)
from app.ui.widgets.password_edit import PasswordEdit
from app.ui.widgets.progress_strip import ProgressStrip
from app.ui.widgets.scroll_page import ScrollPage
from app.ui.widgets.search_box import FilterChip, SearchBox
from app.ui.widgets.simple_table import Column, SimpleTable, dress_table
from app.ui.widgets.toast import Toast
from app.ui.widgets.veil import Veil

__all__ = [
    "ActionRow",
    "Banner",
    "BannerArea",
    "BugDialog",
    "Card",
    "Column",
    "ConfirmDialog",
    "EmptyState",
    "EnterMoves",
    "FilterChip",
    "Flow",
    "FlowLayout",
    "FormRow",
    "FramedButton",
    "MarkedLabel",
    "PageHeader",
    "PasswordEdit",
    "ProgressStrip",
    "ScrollPage",
    "SearchBox",
    "SectionHeading",
    "SimpleTable",
    "StatTile",
    "Toast",
    "Veil",
    "Weight",
    "ask",
    "beside_words",
    "button",
    "column",
    "dress_table",
    "elided",
    "hide_if",
    "icon_button",
    "label",
    "pill",
    "row",
    "rule",
    "set_hint",
    "set_tone",
    "when_pressed",
]
