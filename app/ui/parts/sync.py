"""Sync on the desk: its page, the status bar's facts, joining a county, pairing a second PC."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from app.models import clock
from app.models.policy import Act
from app.services import backups
from app.services.syncing import Item
from app.sync.machine import Phase
from app.ui import work
from app.ui.pages.settings import Choice, CodeDialog, Fact, ShownCode
from app.ui.pages.sync_page import SyncActs, SyncModel, SyncPage
from app.ui.pages.workbench import Waiting
from app.ui.part import Part, Port
from app.ui.parts.backups import back_up
from app.ui.shell.main_window import SYNC_PAGE
from app.ui.shell.page import Command, LazyPage, Page
from app.ui.shell.status import ItemState, SyncItem, SyncView


def sync_view(port: Port) -> SyncView:
    """What the status bar shows; call it off the screen's thread."""
    status = port.syncing.status
    return SyncView(
        now=clock.instant(),
        has_county=status.is_linked,
        is_online=status.is_online,
        offline_since=_instant(status.offline_since),
        last_confirmed_at=_instant(status.confirmed_at),
        waiting=status.waiting,
        progress=status.progress if status.phase is Phase.PULLING else None,
        refused=status.refused,
        conflicts=port.office.conflict_count(),
        last_backup_at=backups.standing(port.office).last,
        trouble=status.problem.sentence if status.problem else "",
        files_to_send=status.files.to_send,
        file_bytes=status.files.bytes_to_send,
        files_to_fetch=status.files.to_fetch,
        file_trouble=status.files_problem.sentence if status.files_problem else "",
    )


class SyncPart(Part):
    """What waits for the county, and how this PC is tied to it."""

    live = frozenset({SYNC_PAGE})

    def __init__(self, port: Port) -> None:
        super().__init__(port)
        self._may_set = self.office.may(Act.SETTINGS)

    def pages(self) -> Sequence[Page]:
        def refreshed(page: object) -> None:
            if isinstance(page, SyncPage):
                page.refresh()

        make = partial(SyncPage, self._model, self._acts())
        return (LazyPage(SYNC_PAGE, "同步", "refresh-cw", "系统", make, refreshed),)

    def commands(self) -> Sequence[Command]:
        return (Command(title="立即同步", icon="refresh-cw", words="ljtb", run=self.port.syncing.now),)

    def waiting(self) -> Sequence[Waiting]:
        status = self.port.syncing.status
        if not status.is_linked:
            return ()
        go = partial(self.port.go, SYNC_PAGE)
        return (Waiting(name="待上报", number=status.waiting, icon="upload", tone="text_soft", open=go),)

    def facts(self) -> Sequence[Fact]:
        is_linked = self.port.syncing.status.is_linked
        return (Fact(name="县服务器", value="已加入" if is_linked else "没有加入，单机使用"),)

    def choices(self) -> Sequence[Choice]:
        return (
            Choice(
                title="县服务器",
                sentence="县里发给入网码后在这里加入；加入以前的记录会一并上报。不加入也能一直使用。",
                words="加入县服务器…",
                run=self._join_county if self._may_set and not self.office.has_county else None,
            ),
            Choice(
                title="添加电脑",
                sentence="派出所或另一间办公室的电脑要用同一份数据时，在这里生成配对码，对方首次启动时填写。",
                words="生成配对码…",
                run=self._pairing_code if self._may_set else None,
            ),
        )

    def _acts(self) -> SyncActs:
        return SyncActs(
            sync_now=self.port.syncing.now if self.office.may(Act.SYNC) else None,
            join_county=self._join_county if self._may_set else None,
            back_up=partial(back_up, self.port),
        )

    def _model(self) -> SyncModel:
        items = [self._sync_item(one) for one in self.port.syncing.items()]
        return SyncModel(view=sync_view(self.port), items=items)

    def _sync_item(self, one: Item) -> SyncItem:
        trouble = self.port.syncing.status.problem
        last = one.error or (trouble.sentence if trouble else "")
        advice = "打开改好后保存，即重新上报" if one.error else (trouble.next_step if trouble else "")
        return SyncItem(
            what=one.what,
            since=one.at,
            state=ItemState.REFUSED if one.error else ItemState.WAITING,
            last_error=last,
            what_to_do=advice,
            open=partial(self.port.open, one.register, one.root),
        )

    def _join_county(self) -> None:
        dialog = CodeDialog(
            self.port.window,
            title="加入县服务器",
            sentence="请填写县管理员发来的入网码（一次有效）。",
            field="入网码",
            words="加入",
            use=self.port.syncing.join_county,
        )
        dialog.accepted.connect(self.port.changed)
        dialog.open()

    def _pairing_code(self) -> None:
        def show(code: str) -> None:
            sentence = "在另一台电脑上首次启动时选“加入已有的乡镇”，填写这个配对码和县里发的入网码。"
            ShownCode(self.port.window, title="配对码", code=code, sentence=sentence).open()

        work.run(self.port.syncing.pairing_code, then=show, owner=self.port.window)


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
