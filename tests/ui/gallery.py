"""Pictures of every window with made-up content: ``python -m tests.ui.gallery out/ [--scale 1.5]``.

For judging the look by eye; the content is invented and the windows are the real ones. Names here are fictitious.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if "--scale" in sys.argv:
    os.environ["QT_SCALE_FACTOR"] = sys.argv[sys.argv.index("--scale") + 1]

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from app.errors import Finding, Level, StoreError, UserError
from app.ui import work
from app.ui.entry.answers import AccountChoice
from app.ui.entry.first_start import FirstStartWizard
from app.ui.entry.login import LoginWindow
from app.ui.look import apply_look, tokens
from app.ui.pages.sync_page import SyncActs, SyncModel, SyncPage
from app.ui.pages.workbench import DueItem, QuickEntry, RecentItem, Waiting, Workbench, WorkbenchModel
from app.ui.shell import Command, Hit, Identity, ItemState, LazyPage, MainWindow, SyncItem, SyncView
from app.ui.shell.shortcuts import ShortcutSheet
from app.ui.widgets import (
    Banner,
    BannerArea,
    BugDialog,
    ConfirmDialog,
    EmptyState,
    FilterChip,
    Flow,
    FormRow,
    PageHeader,
    ScrollPage,
    SearchBox,
    button,
    column,
)

NOW = datetime(2026, 11, 23, 1, 32, tzinfo=UTC)
TODAY = date(2026, 11, 23)


def _nothing() -> None:
    return None


def workbench_model() -> WorkbenchModel:
    """A morning with things to do."""
    return WorkbenchModel(
        user="李秀英",
        now=NOW,
        due=[
            DueItem(
                what="宅基地界址纠纷　调解期限",
                on=date(2026, 11, 20),
                facts="青石镇调委会〔2026〕第 41 号 · 石桥村三组",
            ),
            DueItem(what="拖欠工程款协议　第二期履行", on=TODAY, facts="青石镇调委会〔2026〕第 35 号 · 8,000 元"),
            DueItem(what="消防通道堵塞　整改复查", on=date(2026, 11, 25), facts="农贸市场东门"),
            DueItem(what="灌溉用水纠纷　司法确认申请", on=date(2026, 12, 8), facts="青石镇调委会〔2026〕第 38 号"),
        ],
        waiting=[
            Waiting(name="待核", number=3, icon="clipboard-check", tone="warn"),
            Waiting(name="冲突", number=1, icon="git-compare", tone="danger"),
            Waiting(name="待上报", number=12, icon="upload", tone="text_faint"),
            Waiting(name="草稿", number=2, icon="file-pen", tone="text_faint"),
        ],
        recent=[
            RecentItem(what="人民调解协议书", facts="宅基地界址纠纷", when="09:12", icon="file-text"),
            RecentItem(what="夜间巡逻记录", facts="集镇片区 · 4 人", when="昨天", icon="footprints"),
            RecentItem(what="导入人口台账", facts="石桥村 · 312 行，4 行待改", when="昨天", icon="file-spreadsheet"),
            RecentItem(what="石桥村三组 017 户", facts="新增成员 1 人", when="11月20日", icon="house"),
        ],
    )


ENTRIES = [
    QuickEntry(title="登记纠纷", note="口头或书面申请", icon="handshake", shortcut="Ctrl+J", run=_nothing),
    QuickEntry(title="登记巡逻", note="巡逻与发现的隐患", icon="footprints", shortcut="Ctrl+Shift+X", run=_nothing),
    QuickEntry(title="新增人口", note="一人一条，只录一次", icon="user-plus", shortcut="Ctrl+Shift+R", run=_nothing),
    QuickEntry(title="导入 Excel", note="旧台账整表导入", icon="file-spreadsheet", shortcut="Ctrl+I", run=_nothing),
]

ITEMS = [
    SyncItem(what="纠纷　宅基地界址纠纷：新增调解记录 1 次", since=NOW - timedelta(minutes=20)),
    SyncItem(
        what="人口　王建国：联系电话",
        since=NOW - timedelta(hours=3),
        state=ItemState.CONFLICT,
        last_error="派出所同时改过这一项",
        what_to_do="打开，两个值里选一个",
    ),
    SyncItem(
        what="巡逻　11月21日 夜间巡逻",
        since=NOW - timedelta(days=2),
        state=ItemState.REFUSED,
        last_error="本账号已不负责集镇片区",
        what_to_do="打开改片区后保存，或请管理员处理",
    ),
]


def sync_model(*, online: bool = False) -> SyncModel:
    """Offline with three items, or online with none."""
    view = SyncView(
        now=NOW,
        has_county=True,
        is_online=online,
        offline_since=NOW - timedelta(minutes=20),
        last_confirmed_at=NOW - timedelta(minutes=22),
        waiting=0 if online else 1,
        refused=0 if online else 1,
        conflicts=0 if online else 1,
        trouble="" if online else "网线或交换机没有接通",
    )
    return SyncModel(view=view, items=() if online else ITEMS)


def find(text: str) -> list[Hit]:
    """Some hits for any text."""
    return [
        Hit(
            group="人口",
            title="王建国",
            facts="男 · 1968 年 · 石桥村三组 · 证件 4******0015",
            icon="user",
            open=_nothing,
        ),
        Hit(
            group="人口",
            title="王建芳",
            facts="女 · 1971 年 · 石桥村一组 · 证件 4******2024",
            icon="user",
            open=_nothing,
        ),
        Hit(group="户", title="石桥村三组 017 户", facts="户主 王建国 · 4 人", icon="house", open=_nothing),
        Hit(group="纠纷", title="宅基地界址纠纷", facts="〔2026〕第 41 号 · 正在调解", icon="handshake", open=_nothing),
    ]


def widgets_page() -> QWidget:
    """The widgets side by side."""
    page = QWidget()
    banners = BannerArea()
    banners.show_banner(Banner("已导入 308 行，4 行待改", "把 4 行另存为 Excel，改好后再导入一次即可。", weight="ok"))
    banners.show_banner(Banner("证件号校验位不对", "请对照证件再看一遍；确实如此的，写明理由即可保存。", weight="warn"))
    banners.show_error(StoreError("磁盘满了，这次没有保存", "腾出至少 200 MB 后再按 Ctrl+S；填写的内容还在本页。"))
    name, number, story = QLineEdit("欧阳𠮷"), QLineEdit("110101196808120012"), QPlainTextEdit()
    number_row = FormRow("证件号码", number, is_needed=True)
    number_row.show_findings(
        [Finding(("id_number",), "校验位应为 5", level=Level.DOUBT, next_step="对照证件再看一遍")],
    )
    name_row = FormRow("姓名", name, is_needed=True, note="少数民族姓名中间的点用 ·")
    phone = QLineEdit("1380013")
    phone_row = FormRow("联系电话", phone)
    phone_row.show_findings([Finding(("phone",), "手机号应为 11 位，现在是 7 位", next_step="补齐，或留空以后再填")])
    chips = Flow(FilterChip("全部", count=2000), FilterChip("流动人口", count=86), FilterChip("待补", count=14))
    chips.findChildren(FilterChip)[1].setChecked(True)
    header = PageHeader(
        "人口",
        "共 2,000 人",
        button("新增", "primary", icon_name="plus"),
        button("导入", icon_name="upload"),
        button("导出", icon_name="download"),
        button("打印", icon_name="printer"),
        button("删除", "danger", icon_name="trash-2"),
    )
    story.setFixedHeight(70)
    space = tokens().sizes.space_xl
    content = column(
        header,
        banners,
        SearchBox("姓名、拼音、证件号、电话、地址", page=page),
        chips,
        name_row,
        number_row,
        phone_row,
        FormRow("纠纷简要情况", story),
        None,
        margin=space,
    )
    page.setLayout(column(ScrollPage(content)))
    return page


def main_window(*, online: bool = False) -> MainWindow:
    """The window with all its places."""
    pages = [
        LazyPage("desk", "工作台", "layout-dashboard", "", lambda: Workbench(workbench_model, ENTRIES), _refresh),
        LazyPage("person", "人口", "users", "人口与户", widgets_page),
        LazyPage("household", "户", "house", "人口与户", lambda: EmptyState("house", "还没有户", "从人口页导入台账。")),
        LazyPage("organisation", "单位", "building-2", "组织"),
        LazyPage("committee", "调委会", "landmark", "组织"),
        LazyPage("place", "地点", "map-pin", "组织"),
        LazyPage("dispute", "纠纷调解", "handshake", "办理"),
        LazyPage("patrol", "巡逻", "footprints", "办理"),
        LazyPage("review", "待核与冲突", "git-compare", "办理"),
        LazyPage("account", "账号", "user-cog", "系统"),
        LazyPage(
            "sync", "同步", "refresh-cw", "系统", lambda: SyncPage(lambda: sync_model(online=online), _ACTS), _refresh
        ),
        LazyPage("settings", "设置", "settings", "系统"),
    ]
    commands = [
        Command(title="登记纠纷", icon="handshake", words="djjf dengji", run=_nothing, shortcut="Ctrl+J"),
        Command(title="导入 Excel", icon="file-spreadsheet", words="dr daoru", run=_nothing, shortcut="Ctrl+I"),
        Command(title="立即备份", icon="hard-drive", words="ljbf beifen", run=_nothing),
    ]
    identity = Identity(township="青石镇", office="社会治安综合治理中心", user="李秀英", role="办事员")
    window = MainWindow(pages, identity, providers=[find], commands=commands, unlock=lambda _: None)
    window.show_status(sync_model(online=online).view)
    window.set_badge("review", 4)
    window.set_badge("sync", 3)
    return window


_ACTS = SyncActs(sync_now=_nothing, join_county=_nothing, back_up=_nothing)


def _refresh(page: QWidget) -> None:
    page.refresh()  # type: ignore[attr-defined]


def settle() -> None:
    """Let background work end and everything be drawn."""
    app = QApplication.instance()
    for _ in range(100):
        work.pool().waitForDone(2000)
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        if app is not None:
            app.processEvents()
        if work.is_idle():
            break
    if app is not None:
        app.processEvents()


def shots(folder: Path, *, width: int = 1366, height: int = 768) -> list[Path]:
    """Write one PNG per window, at ``width`` × ``height`` device pixels, and return the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    scale = float(os.environ.get("QT_SCALE_FACTOR", "1"))
    size = (int(width / scale), int(height / scale))
    written: list[Path] = []

    def keep(name: str, widget: QWidget, *, whole: bool = True) -> None:
        if whole:
            widget.resize(*size)
        widget.show()
        settle()
        path = folder / f"{len(written):02d}-{name}.png"
        widget.grab().save(str(path))
        written.append(path)

    window = main_window()
    keep("workbench", window)
    window.palette_box.open("王")
    keep("palette", window)
    window.palette_box.close_palette()
    for key in ("person", "household", "sync"):
        window.open_page(key)
        keep(key, window)
    window.lock()
    locked = window.lock_screen()
    assert locked is not None
    keep("locked", locked)
    locked.close()
    online = main_window(online=True)
    online.open_page("sync")
    online.toast("已保存", ("撤销", _nothing))
    keep("sync-empty", online)
    for name, make in dialogs(window).items():
        keep(name, make(), whole=False)
    for name, make in entry_windows().items():
        keep(name, make())
    return written


def dialogs(window: MainWindow) -> dict[str, Callable[[], QWidget]]:
    """The dialogs, by name."""
    sentence = "石桥村三组 017 户 王建国的记录会从名册中移除；历史保留，可以查到是谁、何时、为什么删除的。"
    return {
        "shortcuts": lambda: ShortcutSheet(window, window._commands),
        "confirm": lambda: ConfirmDialog(
            window, "删除这条人口记录？", sentence, confirm="删除", reason_label="删除的理由（会留存）"
        ),
        "bug": lambda: BugDialog(window, ValueError("x")),
    }


def entry_windows() -> dict[str, Callable[[], QWidget]]:
    """First start and login, by name."""

    def wizard(step: int, *, other: bool = False) -> FirstStartWizard:
        made = FirstStartWizard(
            lambda: "K7QF-9WPM-2XDA-HT4E-VB83-CN6R-YJ5S-ZG2U",
            print_sheet=lambda _key: None,
            save_sheet=lambda _key, _path: None,
            ask_group=lambda _count: 2,
        )
        made.township.township.setText("青石镇" if step else "")
        made.township.county.setText("临江县" if step else "")
        made.accounts.administrator.name.setText("周明远" if step else "")
        made.accounts.administrator.password.setText("qingshi-2026" if step > 1 else "qing")
        made.accounts.other_person.setChecked(other)
        for _ in range(step):
            made.show()
            settle()
            made._open(made._steps[made._steps.index(made.step()) + 1])
        return made

    def join() -> FirstStartWizard:
        made = wizard(0)
        made.open_join()
        return made

    accounts = [
        AccountChoice(key="1", name="李秀英", role="办事员"),
        AccountChoice(key="2", name="周明远", role="管理员"),
    ]

    def login() -> LoginWindow:
        return LoginWindow("青石镇", accounts, lambda _key, _password: None, recover=lambda _a, _k, _p: None)

    def refused() -> LoginWindow:
        made = login()
        for _ in range(3):
            made._on_refused(UserError("密码不对", "请再试一次"))
        return made

    def obstacle() -> LoginWindow:
        made = login()
        error = StoreError("这份数据是新版本程序写的，本机程序打不开", "请先升级本机程序；数据没有损坏，也没有被改动。")
        made.show_obstacle(error, action=("退出", _nothing))
        return made

    def recovery() -> LoginWindow:
        made = login()
        made.open_recovery()
        return made

    return {
        "start-township": lambda: wizard(0),
        "start-accounts": lambda: wizard(1),
        "start-two-accounts": lambda: wizard(1, other=True),
        "start-recovery": lambda: wizard(2),
        "start-join": join,
        "login": login,
        "login-refused": refused,
        "login-obstacle": obstacle,
        "login-recovery": recovery,
    }


def main() -> None:
    """Command line."""
    app = QApplication(sys.argv[:1])
    apply_look(app)
    for path in shots(Path(sys.argv[1])):
        print(path)  # noqa: T201 - a command
    work.pool().waitForDone()


if __name__ == "__main__":
    main()
