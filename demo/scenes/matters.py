"""Who holds what: handed over from the form, accepted at the other PC, answered by telephone for who has none."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QComboBox

from app.models.registers.matter import holder_of
from app.services.matters import Step, View
from app.ui.matters.dialogs import AnswerDialog, HandOverDialog
from app.ui.matters.page import MattersPage
from app.ui.matters.strip import MatterStrip
from app.ui.registers.record_form import RecordForm
from demo.eyes import inside, is_gone, the, until, until_quiet
from demo.promises import promised
from demo.stage import Stage


def hand_over(
    stage: Stage, *, register: str, title: str, group: str, to: str, demand: str, picture: str = ""
) -> dict[str, Any]:
    """Ctrl+K and the matter's name, Ctrl+G, to whom, what is asked; who has it now goes on holding it."""
    hands = stage.hands
    before = hands.strokes
    form = opened(stage, register, title)
    hands.press("Ctrl+G")
    dialog = the(HandOverDialog)
    _choose(stage, dialog.kind, group)
    hands.press("Enter")
    box = dialog.stack.currentWidget()
    promised(isinstance(box, QComboBox), f"“{group}”应是可选的名单")
    assert isinstance(box, QComboBox)
    _choose(stage, box, to)
    hands.tab_to(dialog.demand)
    hands.type(demand)
    if picture:
        stage.take(picture, dialog)
    hands.tab_to(dialog.go_button)
    hands.press("Space")
    until(lambda: is_gone(dialog), "交办完成")
    strip = inside(form, MatterStrip)[0]
    until(strip.note.text, "事项条写着等待接收")
    facts = {"said": strip.note.text(), "code": strip.code.text(), "strokes": hands.strokes - before}
    _close(stage, register)
    return facts


def accept(stage: Stage, *, title: str, picture: str = "") -> dict[str, Any]:
    """Ctrl+Shift+M, Alt+2, the line, Ctrl+J: from now on it is held here."""
    hands = stage.hands
    hands.press("Ctrl+Shift+M")
    page = stage.window.stack.currentWidget()
    assert isinstance(page, MattersPage)
    hands.press("Alt+2")
    until(lambda: any(one.title == title for one in page.table.source.lines), f"等我接收里的“{title}”")
    _mark(stage, page, title)
    if picture:
        stage.take(picture)
    until(page.act_buttons[Step.ACCEPT].isEnabled, "“接收”可以按")
    hands.press("Ctrl+J")
    until(lambda: all(one.title != title for one in page.table.source.lines), "接收以后不再等着")
    hands.press("Alt+1")
    until(lambda: any(one.title == title for one in page.table.source.lines), "承办换了人")
    return {"view": View.MINE}


def village_takes(stage: Stage, *, register: str, title: str, by: str) -> dict[str, Any]:
    """The village has no PC: it says yes by telephone, the office writes down who said so."""
    hands = stage.hands
    form = opened(stage, register, title)
    hands.press("Ctrl+J")
    dialog = the(AnswerDialog)
    hands.fill(by)
    hands.tab_to(dialog.go_button)
    hands.press("Space")
    until(lambda: is_gone(dialog), "代录完成")
    record = stage.office.reader.get(register, form.record_id)
    holder = holder_of(record) if record is not None else None
    promised(holder is not None, "接收以后应有承办")
    _close(stage, register)
    return {"holder": holder.name if holder else ""}


def opened(stage: Stage, register: str, title: str) -> RecordForm:
    """The form of a matter, opened by its name, its strip filled."""
    stage.find_and_open(title)
    host = stage.desk.registers.host(register)
    until(
        lambda: host.form is not None and host.form.record is not None and host.form.record.title() == title,
        f"“{title}”的表单",
    )
    form = host.form
    assert form is not None

    def says_who_holds_it() -> bool:
        return any(strip.code.text() for strip in inside(form, MatterStrip))

    until(says_who_holds_it, "事项条")
    until_quiet()
    return form


def _close(stage: Stage, register: str) -> None:
    host = stage.desk.registers.host(register)
    stage.hands.press("Esc")
    until(lambda: host.form is None, "表单关闭")


def _choose(stage: Stage, box: QComboBox, words: str) -> None:
    """Down or up in a box until it says so."""
    wanted = box.findText(words)
    promised(wanted >= 0, f"“{box.accessibleName()}”里应能选到“{words}”")
    stage.hands.tab_to(box)
    while box.currentIndex() != wanted:
        stage.hands.press("Down" if box.currentIndex() < wanted else "Up")


def _mark(stage: Stage, page: MattersPage, title: str) -> None:
    until(page.table.hasFocus, "列表得到键盘")
    for _ in page.table.source.lines:
        current = page.table.current_line()
        if current is not None and current.title == title:
            return
        stage.hands.press("Down")
