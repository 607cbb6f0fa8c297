"""History of one record: who, when, what from and to, why; and taking an act back."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtWidgets import QDialog, QWidget

from app.errors import AppError
from app.models.clock import show_moment
from app.models.history import Change, HistoryEntry, Kept
from app.models.policy import Act
from app.services.office import Office
from app.ui import work
from app.ui.look import tokens
from app.ui.widgets import Banner, BannerArea, Column, SimpleTable, ask, button, column, label, row


class HistoryDialog(QDialog):
    """The journal of a record as people read it, newest first."""

    def __init__(self, parent: QWidget | None, office: Office, *, record_id: str, title: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"历史：{title}")
        self._office, self._record_id = office, record_id
        sizes = tokens().sizes
        self.banners = BannerArea()
        self.table: SimpleTable[HistoryEntry] = SimpleTable(
            "历史",
            [
                Column(title="时间", text=lambda one: show_moment(datetime.fromisoformat(one.at)), em=9.5),
                Column(title="谁", text=lambda one: office.user_name(one.user), em=5),
                Column(title="做了什么", text=self._deed, tone=_tone, em=8),
                Column(title="内容", text=_content),
                Column(title="原因", text=lambda one: one.reason, em=11),
            ],
            wrap=True,
        )
        self.undo_button = button("撤销这次操作…", icon_name="undo-2", on_click=self.undo)
        self.undo_button.setVisible(office.may(Act.UNDO))
        close = button("关闭", "primary", on_click=self.accept)
        hint = label("同一次操作的几行会一起撤销；别人后来改过的栏目不动。", "faint")
        self.setLayout(
            column(
                self.banners,
                self.table,
                row(self.undo_button, hint, None, close),
                gap=sizes.space_m,
                margin=sizes.space_l,
            )
        )
        self.resize(sizes.em * 60, sizes.em * 36)
        self.reload()

    def _deed(self, entry: HistoryEntry) -> str:
        """Alone, nothing waits to be sent."""
        waits = entry.is_waiting and self._office.has_county
        state = "（待上报）" if waits else "（被退回）" if entry.is_refused else ""
        return f"{entry.verb}{entry.what}{state}"

    def reload(self) -> None:
        """Read the journal again."""
        office, record_id = self._office, self._record_id
        work.run(lambda: office.history(record_id), then=self.table.show_lines, owner=self)

    def undo(self) -> None:
        """Take back the act of the marked line, with a reason."""
        entry = self.table.current_line()
        if entry is None:
            return
        sentence = "这次操作涉及的全部记录都会回到之前的样子；撤销本身也会记入历史。"
        reason = ask(self, "撤销这次操作？", sentence, confirm="撤销", reason_label="原因（必填）")
        if reason is not None:
            office, act_id = self._office, entry.act_id
            work.run(lambda: office.undo(act_id, reason=reason), then=self._undone, failed=self._failed, owner=self)

    def _undone(self, kept: list[Kept]) -> None:
        left = f"有 {len(kept)} 处因为后来又改过，没有动。" if kept else ""
        self.banners.show_banner(Banner("已撤销", left, weight="info"), key="undone")
        self.reload()

    def _failed(self, error: AppError) -> None:
        self.banners.show_error(error)


def _tone(entry: HistoryEntry) -> str:
    if entry.is_refused:
        return "danger"
    return "danger" if entry.verb == "删除" else ""


def _content(entry: HistoryEntry) -> str:
    return "\n".join(_line(change) for change in entry.changes)


def _line(change: Change) -> str:
    if change.is_contested:
        return f"{change.label}：填了 {change.new or '（空）'}，与当时的 {change.was or '（空）'} 冲突，待人决定"
    if change.was:
        return f"{change.label}：{change.was} → {change.new or '（清空）'}"
    return f"{change.label}：{change.new or '（清空）'}"
