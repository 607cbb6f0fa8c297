"""The desk of one signed-in user: puts pages, commands, search, sync and papers together in the main window.

Wires services to widgets and holds no rule of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QFileDialog

from app import __version__
from app.errors import AppError
from app.models import clock, settings
from app.models.backup import LAST_BACKUP, back_up
from app.models.codes import code_list
from app.models.keyring import Keyring
from app.models.policy import Act
from app.models.store import Changes
from app.services import setup
from app.services.office import Office
from app.services.practising import PASSWORD as PRACTICE_PASSWORD
from app.services.syncing import Item, Syncing
from app.services.workbench import workload
from app.sync.agent import IDENTITY, SyncStatus
from app.sync.machine import Phase
from app.ui import work
from app.ui.conflicts import ConflictPage
from app.ui.keeping import Keeper
from app.ui.pages.settings import Choice, CodeDialog, Fact, SettingsPage, ShownCode
from app.ui.pages.sync_page import SyncActs, SyncModel, SyncPage
from app.ui.pages.workbench import DueItem, QuickEntry, RecentItem, Waiting, Workbench, WorkbenchModel
from app.ui.papers import PaperWindow
from app.ui.parameters import ParametersCard
from app.ui.register_acts import register_acts
from app.ui.registers.desk import RegisterDesk
from app.ui.shell.command_palette import Hit
from app.ui.shell.main_window import SYNC_PAGE, Identity, MainWindow
from app.ui.shell.page import Command, LazyPage, Page
from app.ui.shell.status import ItemState, SyncItem, SyncView
from app.ui.spoken import moment
from app.ui.widgets.parts import label

CONFLICTS_PAGE = "conflicts"
SETTINGS_PAGE = "settings"
_REFRESH_MS = 30_000
_QUICK = (
    ("dispute", "登记纠纷", "受理、调解、打印协议书", "scale", "Ctrl+Shift+D", "djjf"),
    ("person", "新增人口", "登记一个人", "user-plus", "Ctrl+Shift+P", "xzrk"),
    ("household", "新增户", "立户和家庭成员", "house", "Ctrl+Shift+H", "xzh"),
    ("patrol", "登记巡逻", "一次巡逻和发现的情况", "footprints", "Ctrl+Shift+X", "djxl"),
)


class Desk(QObject):
    """Everything that lives between signing in and signing out."""

    _status_changed = Signal(object)
    _records_changed = Signal(object)
    _trouble = Signal(object)
    restore_asked = Signal()

    def __init__(self, office: Office) -> None:
        super().__init__()
        self.office = office
        self.syncing = Syncing(office, self._status_changed.emit)
        self.registers = RegisterDesk(office, register_acts(office, lambda: self.window))
        self.conflicts = ConflictPage(office, self._open)
        self.workbench = Workbench(self._workbench_model, self._quick_entries())
        self.window = self._main_window()
        self.keeper = Keeper(office, self.workbench.banners, self.window, self.show_status)
        self.registers.set_window(self.window)
        self._status_changed.connect(self._on_status)
        self._records_changed.connect(self._on_records)
        office.store.listeners.append(self._records_changed.emit)
        self._trouble.connect(self.window.show_problem)
        office.on_trouble = self._trouble.emit
        self._told = office.store.meta(IDENTITY)
        self._tick = QTimer(self)
        self._tick.setInterval(_REFRESH_MS)
        self._tick.timeout.connect(self.show_status)

    def start(self) -> None:
        """Open the first page, begin to sync, finish the index, offer what was not saved last time."""
        self.window.show_pages()
        if not self.office.is_practice:
            self.syncing.start()
        self._tick.start()
        self.show_status()
        work.run(self.office.store.index_rest, owner=self)
        self.registers.offer_drafts()
        self.keeper.start()

    def close(self) -> None:
        """Stop everything and close the store; what stands in editors is kept as drafts."""
        self._tick.stop()
        self.registers.keep_drafts()
        self.syncing.stop()
        if self._records_changed.emit in self.office.store.listeners:
            self.office.store.listeners.remove(self._records_changed.emit)
        work.pool().waitForDone(5_000)
        self.keeper.finish()
        self.office.store.close()

    # -- the window ----------------------------------------------------------------------------------------------

    def _main_window(self) -> MainWindow:
        office = self.office
        identity = Identity(
            township=office.store.meta("township_name"),
            office="",
            user=office.user.name,
            role=code_list("account_role").short_label(office.user.role),
            is_practice=office.is_practice,
            notice=f"练习模式：这里的人和事都是编的，随便试。锁屏密码 {PRACTICE_PASSWORD}"
            if office.is_practice
            else "",
        )
        return MainWindow(
            self._pages(),
            identity,
            providers=(self._find,),
            commands=self._commands(),
            unlock=lambda password: Keyring(office.store.folder).unlock(office.user.id, password),
            idle_minutes=settings.number(office.store, settings.IDLE_LOCK),
        )

    def _pages(self) -> list[Page]:
        sync = SyncPage(self._sync_model, self._sync_acts())
        options = SettingsPage(self._facts, self._choices(), self._parameters())
        return [
            LazyPage("workbench", "工作台", "layout-dashboard", "", lambda: self.workbench, _refreshed),
            *self.registers.pages("person", "household", "residence", "house", "organisation"),
            *self.registers.pages("dispute", "patrol", "hazard"),
            LazyPage(CONFLICTS_PAGE, "待核", "git-compare", "办理", lambda: self.conflicts, _refreshed),
            *self.registers.pages(*self.registers.others(), "committee", "place", "account"),
            LazyPage(SYNC_PAGE, "同步", "refresh-cw", "系统", lambda: sync, _refreshed),
            LazyPage(SETTINGS_PAGE, "设置", "settings", "系统", lambda: options, _refreshed),
        ]

    def _quick_entries(self) -> list[QuickEntry]:
        return [
            QuickEntry(title=title, note=note, icon=icon, shortcut=keys, run=partial(self._new, register))
            for register, title, note, icon, keys, _ in _QUICK
            if self.office.may(Act.WRITE, register)
        ]

    def _commands(self) -> list[Command]:
        made = [
            Command(title=title, icon=icon, shortcut=keys, words=words, run=partial(self._new, register))
            for register, title, _, icon, keys, words in _QUICK
            if self.office.may(Act.WRITE, register)
        ]
        made.append(Command(title="立即同步", icon="refresh-cw", words="ljtb", run=self.syncing.now))
        made.append(Command(title="立即备份", icon="hard-drive", words="ljbf", run=self._back_up))
        return made

    def _new(self, register: str) -> None:
        self.registers.new(register)

    def _open(self, register: str, record_id: str) -> None:
        self.registers.open(register, record_id)

    def _go(self, key: str) -> None:
        self.window.open_page(key)

    # -- what pages ask ------------------------------------------------------------------------------------------

    def _find(self, text: str) -> Sequence[Hit]:
        reader, registry = self.office.reader, self.office.registry
        hits: list[Hit] = []
        for one in reader.search(text, cap=30):
            definition = registry.find(one.register)
            record = reader.get(one.register, one.id)
            if definition is None or record is None or not self.office.may(Act.READ, one.register):
                continue
            hits.append(
                Hit(
                    group=definition.label,
                    title=record.title(),
                    facts=record.subtitle(),
                    icon=self.registers.icon(one.register),
                    open=partial(self._open, one.register, one.id),
                )
            )
        return hits

    def _workbench_model(self) -> WorkbenchModel:
        load, status = workload(self.office), self.syncing.status
        waiting = [
            Waiting(name="待核冲突", number=load.conflicts, icon="git-compare", open=partial(self._go, CONFLICTS_PAGE)),
            Waiting(name="没保存的内容", number=load.drafts, icon="file-pen", open=self.registers.show_drafts),
        ]
        if status.is_linked:
            to_send = Waiting(name="待上报", number=status.waiting, icon="upload", tone="text_soft")
            waiting.append(replace(to_send, open=partial(self._go, SYNC_PAGE)))
        return WorkbenchModel(
            user=self.office.user.name,
            now=clock.now(),
            today=clock.today(),
            due=[
                DueItem(what=one.title, on=one.on, facts=one.what, open=partial(self._open, one.register, one.id))
                for one in load.due
            ],
            waiting=waiting,
            recent=[
                RecentItem(
                    what=one.title,
                    facts=self.office.registry.get(one.register).label,
                    when=moment(one.at, clock.now()),
                    icon=self.registers.icon(one.register),
                    open=partial(self._open, one.register, one.id),
                )
                for one in load.recent
            ],
        )

    # -- sync ----------------------------------------------------------------------------------------------------

    def show_status(self) -> None:
        """Bring the status bar and the badges up to date."""
        work.run(self._view, then=self._on_view, owner=self.window)  # what shows it may go before the desk does

    def _on_status(self, status: SyncStatus) -> None:
        if status.note != self._told:
            self._told = status.note
            self.keeper.tell_identity(status.note)
        self.show_status()

    def _on_records(self, changes: Changes) -> None:
        self.registers.records_changed(changes)
        if self.window.current_key() in ("workbench", CONFLICTS_PAGE, SYNC_PAGE):
            self.window.refresh_current()
        self.show_status()

    def _on_view(self, view: SyncView) -> None:
        self.window.show_status(view)
        self.window.set_badge(CONFLICTS_PAGE, view.conflicts)

    def _view(self) -> SyncView:
        status = self.syncing.status
        backup = self.office.store.meta(LAST_BACKUP)
        return SyncView(
            now=datetime.now(UTC),
            has_county=status.is_linked,
            is_online=status.is_online,
            offline_since=_instant(status.offline_since),
            last_confirmed_at=_instant(status.confirmed_at),
            waiting=status.waiting,
            progress=status.progress if status.phase is Phase.PULLING else None,
            refused=status.refused,
            conflicts=len(self.office.reader.conflicts()),
            last_backup_at=_instant(backup),
            trouble=status.problem.sentence if status.problem else "",
        )

    def _sync_model(self) -> SyncModel:
        return SyncModel(view=self._view(), items=[self._sync_item(one) for one in self.syncing.items()])

    def _sync_item(self, one: Item) -> SyncItem:
        status = self.syncing.status
        trouble = status.problem
        last = one.error or (trouble.sentence if trouble else "")
        advice = "打开改好后保存，即重新上报" if one.error else (trouble.next_step if trouble else "")
        return SyncItem(
            what=one.what,
            since=one.at,
            state=ItemState.REFUSED if one.error else ItemState.WAITING,
            last_error=last,
            what_to_do=advice,
            open=partial(self._open, one.register, one.root),
        )

    def _sync_acts(self) -> SyncActs:
        may_set = self.office.may(Act.SETTINGS)
        return SyncActs(
            sync_now=self.syncing.now if self.office.may(Act.SYNC) else None,
            join_county=self._join_county if may_set else None,
            back_up=self._back_up,
        )

    # -- settings ------------------------------------------------------------------------------------------------

    def _facts(self) -> list[Fact]:
        store = self.office.store
        return [
            Fact(name="乡镇", value=store.meta("township_name")),
            Fact(name="程序版本", value=__version__),
            Fact(name="数据文件夹", value=str(store.folder), can_copy=True),
            Fact(name="本机编号", value=store.identity.device[-12:], can_copy=True),
            Fact(name="县级服务器", value="已加入" if self.syncing.status.is_linked else "没有加入，单机使用"),
            Fact(name="人口", value=f"{self.office.reader.count('person')} 人"),
        ]

    def _parameters(self) -> ParametersCard:
        store = self.office.store
        now = {one.name: settings.value(store, one) for one in settings.SETTINGS}
        may_change = self.office.may(Act.SETTINGS)
        card = ParametersCard(settings.SETTINGS, now, self._keep if may_change else None)
        if not may_change:
            card.body.addWidget(label("这些由管理员设置，您的账号只能查看。", "faint"))
        return card

    def _keep(self, setting: settings.Setting, text: str) -> None:
        self.keeper.keep(setting, text)  # the keeper is made after the pages

    def _choices(self) -> list[Choice]:
        admin = self.office.may(Act.SETTINGS)
        return [
            Choice(
                title="备份",
                sentence="把全部数据（加密的）复制到移动盘或另一个文件夹，并当场核对能不能打开。",
                words="立即备份…",
                run=self._back_up,
            ),
            Choice(
                title="恢复",
                sentence="用以前的备份换下现有数据：先核对，再看会失去什么；换下的数据改名保留。",
                words="从备份恢复…",
                run=self.restore_asked.emit if admin else None,
            ),
            Choice(
                title="县级服务器",
                sentence="县里发给入网码后在这里加入；加入以前的记录会一并上报。不加入也能一直使用。",
                words="加入县级服务器…",
                run=self._join_county if admin and not self.office.has_county else None,
            ),
            Choice(
                title="添加电脑",
                sentence="派出所或另一间办公室的电脑要用同一份数据时，在这里生成配对码，对方首次启动时填写。",
                words="生成配对码…",
                run=self._pairing_code if admin else None,
            ),
            Choice(
                title="恢复密钥单",
                sentence="所有人都忘了密码时，只有它能打开数据。请打印一份封存在保险柜。",
                words="再打印一份…",
                run=self._recovery_sheet if admin else None,
            ),
            Choice(
                title="体检",
                sentence="把操作日志从头核对一遍，看与现有数据是否完全一致。",
                words="开始体检",
                run=self._examine,
            ),
        ]

    def _back_up(self, target: Path | None = None) -> None:
        if target is None:
            chosen = QFileDialog.getExistingDirectory(self.window, "备份到哪个文件夹")
            if not chosen:
                return
            target = Path(chosen)
        self._long(
            "正在备份并核对…",
            lambda: back_up(self.office.store, target),
            lambda folder: f"备份完成并已核对：{folder}",
        )

    def _examine(self) -> None:
        def said(health: object) -> str:
            sound = getattr(health, "is_sound", False)
            count = getattr(health, "operations", 0)
            return f"体检完成：{count} 条操作日志与数据{'一致' if sound else '不一致，请联系县管理员，不要删除数据'}"

        self._long("正在体检…", self.office.doctor, said)

    def _join_county(self) -> None:
        dialog = CodeDialog(
            self.window,
            title="加入县级服务器",
            sentence="请填写县管理员发来的入网码（一次有效）。",
            field="入网码",
            words="加入",
            use=self.syncing.join_county,
        )
        dialog.accepted.connect(self.show_status)
        dialog.open()

    def _pairing_code(self) -> None:
        def show(code: str) -> None:
            sentence = "在另一台电脑上首次启动时选“加入已有的乡镇”，填写这个配对码和县里发的入网码。"
            ShownCode(self.window, title="配对码", code=code, sentence=sentence).open()

        work.run(self.syncing.pairing_code, then=show, owner=self.window)

    def _recovery_sheet(self) -> None:
        from app.services.papers import recovery_sheet

        def show(body: bytes) -> None:
            PaperWindow(self.window, body, title="恢复密钥单", file_name="恢复密钥单.pdf").open()

        name = self.office.store.meta("township_name")
        work.run(lambda: recovery_sheet(name, setup.recovery_key_of(self.office)), then=show, owner=self.window)

    def _long(self, sentence: str, act: Callable[[], object], said: Callable[[object], str]) -> None:
        def tell(result: object) -> None:
            self.window.toast(said(result))

        self.window.toast(sentence)
        work.run(act, then=tell, failed=self._failed, owner=self.window)

    def _failed(self, error: AppError) -> None:
        self.window.show_problem(error)


def _refreshed(page: Any) -> None:
    page.refresh()


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
