"""同步: every change the county has not confirmed, how old it is, what went wrong last, and what to do.

Shows one ``SyncModel`` given by a callable and calls what it is told to call; it moves no data itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.ui import work
from app.ui.look import tokens
from app.ui.shell.status import ItemState, SyncItem, SyncView, base_sentence, files_sentence
from app.ui.spoken import age, moment
from app.ui.widgets.banner import Banner, BannerArea, Weight
from app.ui.widgets.empty_state import EmptyState
from app.ui.widgets.page_header import PageHeader
from app.ui.widgets.parts import button
from app.ui.widgets.simple_table import Column, SimpleTable

TONES = {ItemState.REFUSED: "danger", ItemState.CONFLICT: "warn", ItemState.HELD: "warn", ItemState.WAITING: ""}
GRAVEST_FIRST = (ItemState.REFUSED, ItemState.CONFLICT, ItemState.HELD, ItemState.WAITING)


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncModel:
    """The facts of the status bar and every item not yet confirmed."""

    view: SyncView
    items: Sequence[SyncItem] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncActs:
    """What the page's buttons do; an act that is None has no button."""

    sync_now: Callable[[], object] | None = None
    join_county: Callable[[], object] | None = None
    back_up: Callable[[], object] | None = None


class SyncPage(QWidget):
    """``load`` is called off the screen's thread at every ``refresh``."""

    def __init__(self, load: Callable[[], SyncModel], acts: SyncActs) -> None:
        super().__init__()
        self.setAccessibleName("同步")
        self._load, self._acts = load, acts
        self._model: SyncModel | None = None
        sizes = tokens().sizes
        self.now_button = button("立即同步", "primary", icon_name="refresh-cw", on_click=acts.sync_now, shortcut="F5")
        self.backup_button = button("立即备份", icon_name="hard-drive", on_click=acts.back_up)
        self.header = PageHeader("同步", "")
        for one, act in ((self.now_button, acts.sync_now), (self.backup_button, acts.back_up)):
            if act is not None:
                self.header.action_row.add(one)
        self.banners = BannerArea()
        self.table: SimpleTable[SyncItem] = SimpleTable("待确认的更改", self._columns(), wrap=True)
        self.table.chosen.connect(lambda item: item.open() if item.open else None)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.table)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(sizes.space_xl, sizes.space_xl, sizes.space_xl, sizes.space_l)
        lines.setSpacing(sizes.space_m)
        lines.addWidget(self.header)
        lines.addWidget(self.banners)
        lines.addWidget(self.stack, 1)

    def _columns(self) -> list[Column[SyncItem]]:
        return [
            Column(title="状态", text=lambda item: item.state.value, tone=lambda item: TONES[item.state], em=4.5),
            Column(title="内容", text=lambda item: item.what),
            Column(title="已等", text=self._age, em=5),
            Column(title="最近一次出错", text=lambda item: item.last_error or "—"),
            Column(title="怎么办", text=lambda item: item.what_to_do or "不用管，连上后自动上报"),
        ]

    def _age(self, item: SyncItem) -> str:
        return age(item.since, self._model.view.now) if self._model else ""

    def refresh(self) -> None:
        """Ask for the model again and show it."""
        work.run(self._load, then=self.show_model, owner=self)

    def show_model(self, model: SyncModel) -> None:
        """Show every item, the gravest first, the oldest before the newer."""
        self._model = model
        self.header.set_subtitle(base_sentence(model.view))
        self.now_button.setEnabled(model.view.has_county and model.view.progress is None)
        items = model.items if model.view.has_county else ()  # nothing waits where nothing is sent
        ordered = sorted(items, key=lambda item: (GRAVEST_FIRST.index(item.state), item.since))
        self.table.show_lines(ordered)
        while self.stack.count() > 1:
            old = self.stack.widget(1)
            self.stack.removeWidget(old)
            old.deleteLater()
        if not ordered:
            self.stack.addWidget(self._empty_state(model.view))
            self.stack.setCurrentIndex(1)
        self._show_advice(model.view)

    def _empty_state(self, view: SyncView) -> EmptyState:
        if not view.has_county:
            join = [button("加入县服务器", on_click=self._acts.join_county)] if self._acts.join_county else []
            return EmptyState(
                "hard-drive",
                "本机单独使用，没有要上报的",
                "记录都在本机，请按时备份。县里开通服务器后，可以随时加入，已有的记录会一并上报。",
                *join,
            )
        if view.last_confirmed_at is None:
            return EmptyState("cloud", "还没有与县服务器同步过", "点“立即同步”开始。")
        return EmptyState(
            "cloud-check",
            "没有待上报的更改",
            f"全部更改已得到县服务器确认（{moment(view.last_confirmed_at, view.now)}）。",
        )

    def _show_advice(self, view: SyncView) -> None:
        self.banners.clear()
        if view.has_county and not view.is_online:
            sentence = "现在连不上县服务器，可以照常工作"
            step = "更改都已保存在本机，连上以后会自动上报。" + (
                f"最近一次出错：{view.trouble}" if view.trouble else ""
            )
            self.banners.show_banner(Banner(sentence, step, weight="warn", closable=False), key="offline")
        self._show_files(view)
        if view.refused:
            sentence = f"有 {view.refused} 条被退回，需要处理"
            step = "打开该条看退回的原因，改好后保存即重新上报；内容没有丢失。"
            self.banners.show_banner(Banner(sentence, step, weight="danger", closable=False), key="refused")

    def _show_files(self, view: SyncView) -> None:
        """Attachments on their way: quiet, for the records do not wait for them."""
        sentence = files_sentence(view, size=f"（{_megabytes(view.file_bytes)}）")
        if not sentence:
            return
        step = "附件在登记内容同步之后自动传送，断了会接着传，不影响工作。"
        if view.file_trouble:
            step += f"最近一次没有传成：{view.file_trouble}"
        weight: Weight = "warn" if view.file_trouble and view.is_online else "info"
        self.banners.show_banner(Banner(sentence, step, weight=weight, closable=False), key="files")


def _megabytes(size: int) -> str:
    return f"{max(size, 1024 * 1024 // 10) / (1024 * 1024):.1f} MB"
