"""What is asked before a matter changes hands: to whom and how, who answered, why it comes back, what was said.

One small window per act; a refusal is a sentence in it, and nothing typed is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QDialog, QLineEdit, QPlainTextEdit, QStackedWidget, QWidget

from app.errors import AppError, Finding, UserError
from app.models import clock
from app.models.codes import code_list
from app.models.kinds import Holder
from app.models.kinds.holders import ORGANISATION
from app.models.registers import Hazard
from app.models.registers.matter import BY_PROGRAM
from app.services import handing
from app.services.handing import Answer, Given
from app.services.matters import Standing
from app.services.office import Office
from app.ui import work
from app.ui.editors.base import Desk
from app.ui.editors.refs import RefEditor
from app.ui.look import tokens
from app.ui.widgets import BannerArea, EnterMoves, FormRow, button, column, hide_if, label, row

Done = Callable[[str], None]
"""Told the act that was carried out, so that it can be taken back."""

Groups = Sequence[tuple[str, Sequence[Holder]]]
"""Receivers under their headings."""

WAYS = "handover_way"
_WIDTH_EM = 34
_LINES_OF_TEXT = 3
_ID = 32
_UNIT_NOTE = "登记过的单位打名称或拼音查找；没有登记的直接填全称"


class ActDialog(QDialog):
    """A heading, a few fields, one act; Enter walks the fields and ends on the act."""

    def __init__(self, parent: QWidget, title: str, sentence: str, confirm: str, done: Done) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self._done = done
        self.banners = BannerArea()
        self.go_button = button(confirm, "primary", on_click=self.go_on)
        self.cancel_button = button("取消", on_click=self.reject)
        self._heading, self._sentence = label(title, "lead", wrap=True), label(sentence, "soft", wrap=True)
        hide_if(not sentence, self._sentence)

    def put_together(self, rows: Sequence[QWidget]) -> None:
        """Lay the fields out; called once by each dialog."""
        sizes = tokens().sizes
        body = column(self._heading, self._sentence, self.banners, gap=sizes.space_s)
        body.addSpacing(sizes.space_xs)
        for one in rows:
            body.addWidget(one)
        body.addSpacing(sizes.space_s)
        body.addLayout(row(None, self.cancel_button, self.go_button))
        body.setContentsMargins(sizes.space_xl, sizes.space_l, sizes.space_xl, sizes.space_l)
        self.setLayout(body)
        self.setMinimumWidth(sizes.em * _WIDTH_EM)
        self._enter = EnterMoves(self)
        self._enter.finished.connect(self.go_button.setFocus)

    def showEvent(self, event: QShowEvent) -> None:
        """As high as its words need at this width: Qt allows a new window two thirds of a low screen."""
        super().showEvent(event)
        layout = self.layout()
        needed = layout.totalHeightForWidth(self.width()) if layout is not None else 0
        if needed > self.height():
            self.resize(self.width(), needed)

    def act(self) -> Callable[[], str]:
        """What to do off the screen's thread, from the fields; raises ``UserError`` for what cannot be read."""
        raise NotImplementedError

    def go_on(self) -> None:
        """Do it, or say why not."""
        try:
            act = self.act()
        except UserError as error:
            self.banners.show_error(error)
            return
        self.go_button.setEnabled(False)
        work.run(act, then=self._on_done, failed=self._on_refused, owner=self)

    def _on_done(self, act_id: str) -> None:
        self.accept()
        self._done(act_id)

    def _on_refused(self, error: AppError) -> None:
        self.go_button.setEnabled(True)
        self.banners.show_error(error)


class WayAndTime:
    """How it happened and when; the program itself is a way only between people who both have it."""

    def __init__(self, *, words: str, by_program: bool) -> None:
        self.way = QComboBox()
        self._by_program = by_program
        self.offer(by_program=by_program)
        self.time = QLineEdit(clock.show_moment(clock.now()))
        self._was = self.time.text()
        self.way_row = FormRow(f"{words}方式", self.way)
        self.time_row = FormRow(f"{words}时间", self.time, note="如 3-15 14:30；电话、书面的填实际时间")

    def offer(self, *, by_program: bool) -> None:
        """The ways there are."""
        kept = self.way.currentData()
        self.way.clear()
        for item in code_list(WAYS).offered:
            if by_program or item.code != BY_PROGRAM:
                self.way.addItem(item.short_label, item.code)
        self.way.setCurrentIndex(max(0, self.way.findData(kept)))

    def chosen(self) -> str:
        """The code of the way."""
        return str(self.way.currentData())

    def moment(self) -> datetime | None:
        """When; None for now (the field was left as it stood). Raises ``UserError``."""
        typed = self.time.text().strip()
        if not typed or typed == self._was:
            return None
        try:
            return clock.parse_moment(typed)
        except ValueError as error:
            self.time_row.show_findings([Finding((), str(error))])
            self.time.setFocus()
            raise UserError(str(error)) from error


class HandOverDialog(ActDialog):
    """交办: to somebody of the office, to a village, or to a unit or department."""

    def __init__(self, parent: QWidget, office: Office, at: Standing, groups: Groups, done: Done) -> None:
        held = f"现由{at.holder.name}承办" if at.holder else "现在没有人承办"
        sentence = f"{at.code}　{at.title}。{held}；对方接收以前，承办不变。"
        super().__init__(parent, "交办", sentence, "交办", done)
        self._office, self._at = office, at
        self.kind = QComboBox()
        self.stack = QStackedWidget()
        self.lists: list[QComboBox] = []
        for words, holders in groups:
            self.kind.addItem(words)
            box = QComboBox()
            box.setAccessibleName(words)
            for one in holders:
                if not one.is_same(at.holder):
                    box.addItem(one.name, one)
            self.lists.append(box)
            self.stack.addWidget(box)
        self.kind.addItem("单位、部门")
        self.unit = RefEditor(Hazard.definition.field("responsible_organisation"), Desk(office))
        self.unit.widget.setAccessibleName("单位、部门")
        self.stack.addWidget(self.unit.widget)
        self.contact, self.demand = QLineEdit(), _text_box()
        self.how = WayAndTime(words="交办", by_program=True)
        self.kind.currentIndexChanged.connect(self._on_kind)
        self.to_row = FormRow("", self.stack, is_needed=True)
        self.contact_row = FormRow("对方联系人", self.contact)
        self.put_together(
            [
                FormRow("交给", self.kind),
                self.to_row,
                self.contact_row,
                FormRow("要求", self.demand),
                self.how.way_row,
                self.how.time_row,
            ]
        )
        first = next((place for place, box in enumerate(self.lists) if box.count()), len(self.lists))
        self.kind.setCurrentIndex(first)
        self._on_kind(first)
        self.kind.setFocus()

    def _on_kind(self, place: int) -> None:
        self.stack.setCurrentIndex(place)
        in_office = place == 0
        self.contact_row.setVisible(not in_office)
        is_unit = place == len(self.lists)
        self.to_row.label.setText("名称" if is_unit else "姓名" if in_office else "村（社区）")
        self.to_row.finding.setText(_UNIT_NOTE if is_unit else "")
        self.to_row.finding.setVisible(is_unit)
        self.how.offer(by_program=in_office)
        self.how.way_row.setVisible(not in_office)
        self.how.time_row.setVisible(not in_office)

    def receiver(self) -> Holder:
        """Whom the fields name. Raises ``UserError``."""
        place = self.kind.currentIndex()
        if place < len(self.lists):
            chosen = self.lists[place].currentData()
            if isinstance(chosen, Holder):
                return chosen
            sentence = f"还没有登记可交办的{self.kind.currentText()}"
            raise UserError(sentence, "请另选交给谁，或先在“账号”“地点”中登记")
        typed = self.unit.value()
        if isinstance(typed, str) and len(typed) == _ID and self._office.reader.get(ORGANISATION, typed):
            return Holder(ORGANISATION, typed, self.unit.box.text())
        return Holder.department(typed if isinstance(typed, str) else "")

    def act(self) -> Callable[[], str]:
        """Hand it over."""
        in_office = self.kind.currentIndex() == 0
        given = Given(
            to=self.receiver(),
            demand=self.demand.toPlainText(),
            contact="" if in_office else self.contact.text(),
            way=BY_PROGRAM if in_office else self.how.chosen(),
            at=None if in_office else self.how.moment(),
        )
        return lambda: handing.hand_over(self._office, self._at.register, self._at.id, given)


class AnswerDialog(ActDialog):
    """接收 or 退回, entered for who has no PC here; or one's own return with its reason."""

    def __init__(self, parent: QWidget, office: Office, at: Standing, done: Done, *, is_return: bool) -> None:
        waiting = at.waiting
        receiver = Holder.read(waiting.receiver) if waiting else None
        what = "退回" if is_return else "接收"
        sentence = f"{at.code}　{at.title}"
        if waiting is not None and waiting.demand:
            sentence += f"\n要求：{waiting.demand}"
        super().__init__(parent, f"{receiver.name if receiver else ''}{what}", sentence, what, done)
        self._office, self._at, self._is_return = office, at, is_return
        self._is_own = office.me.is_same(receiver)
        self.by = QLineEdit((waiting.contact or "") if waiting else "")
        self.how = WayAndTime(words=what, by_program=False)
        self.reason = _text_box()
        self.by_row = FormRow(f"谁{what}的", self.by, is_needed=True, note="对方答复的人")
        self.reason_row = FormRow("退回原因", self.reason, is_needed=True, note="例如：不属于本村范围、资料不全")
        hide_if(self._is_own, self.by_row, self.how.way_row, self.how.time_row)
        hide_if(not is_return, self.reason_row)
        self.put_together([self.reason_row, self.by_row, self.how.way_row, self.how.time_row])
        (self.reason if is_return else self.by).setFocus()

    def act(self) -> Callable[[], str]:
        """Enter the answer."""
        own = Answer()
        answer = own if self._is_own else Answer(by=self.by.text(), way=self.how.chosen(), at=self.how.moment())
        office, at, reason = self._office, self._at, self.reason.toPlainText()
        if self._is_return:
            return lambda: handing.give_back(office, at.register, at.id, reason=reason, answer=answer)
        return lambda: handing.accept(office, at.register, at.id, answer)


class WithdrawDialog(ActDialog):
    """撤回: a hand-over nobody answered is taken back, with the reason."""

    def __init__(self, parent: QWidget, office: Office, at: Standing, done: Done) -> None:
        receiver = Holder.read(at.waiting.receiver) if at.waiting else None
        name = receiver.name if receiver else ""
        super().__init__(parent, "撤回交办", f"{at.code}　{at.title}。交给{name}的还没有接收。", "撤回", done)
        self._office, self._at = office, at
        self.reason = _text_box()
        self.put_together([FormRow("撤回原因", self.reason, is_needed=True, note="例如：交错人了")])
        self.reason.setFocus()

    def act(self) -> Callable[[], str]:
        """Take it back."""
        office, at, reason = self._office, self._at, self.reason.toPlainText()
        return lambda: handing.withdraw(office, at.register, at.id, reason=reason)


class RemindDialog(ActDialog):
    """催办: how and in which words somebody was asked after the matter."""

    def __init__(self, parent: QWidget, office: Office, at: Standing, done: Done) -> None:
        receiver = Holder.read(at.waiting.receiver) if at.waiting else at.holder
        whom = receiver.name if receiver else "（没有人承办）"
        super().__init__(parent, f"催办：{whom}", f"{at.code}　{at.title}", "记下催办", done)
        self._office, self._at = office, at
        self.how = WayAndTime(words="催办", by_program=True)
        self.words = _text_box()
        self.put_together([FormRow("说了什么", self.words), self.how.way_row, self.how.time_row])
        self.words.setFocus()

    def act(self) -> Callable[[], str]:
        """Write it down."""
        office, at, words = self._office, self._at, self.words.toPlainText()
        way, moment = self.how.chosen(), self.how.moment()
        return lambda: handing.remind(office, at.register, at.id, words=words, way=way, at=moment)


def _text_box() -> QPlainTextEdit:
    box = QPlainTextEdit()
    box.setTabChangesFocus(True)
    box.setFixedHeight(tokens().sizes.control * (_LINES_OF_TEXT - 1) + tokens().sizes.space_s)
    return box
