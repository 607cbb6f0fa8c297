"""What a PC says of itself: the status bar, counts and hashes by stream, its health, and a picture of every page."""

from __future__ import annotations

import re
from typing import Any

from app.models.replica import StoreReplica
from app.ui.pages.sync_page import SyncPage
from app.ui.shell.shortcuts import ShortcutSheet
from demo.eyes import is_gone, the, until, until_quiet
from demo.promises import promised
from demo.stage import Stage


def status(stage: Stage, *, words: list[str], picture: str = "", limit: float = 60.0) -> dict[str, Any]:
    """Wait until the status bar holds all the words."""
    said = stage.status_says(*words, limit=limit)
    stage.window.refresh_current()
    if picture:
        stage.take(picture)
    return {"status": said, "waiting": StoreReplica(stage.office.store).backlog().waiting}


def offline(stage: Stage, *, picture: str) -> dict[str, Any]:
    """The bar says that the PC is offline and how many changes wait: as many as the store holds."""
    replica = StoreReplica(stage.office.store)
    stage.status_says("离线")
    waiting = replica.backlog().waiting
    promised(waiting, "断网后的更改应在等待上报")
    said = stage.status_says("离线", f"{waiting} 处待上报", "最后确认")
    stage.open_page("工作台")
    stage.take(picture)
    return {"status": said, "waiting": waiting}


def waiting_items(stage: Stage) -> dict[str, Any]:
    """A press on the bar shows every waiting change."""
    stage.hands.click(stage.window.status_bar.button)
    page = stage.window.stack.currentWidget()
    assert isinstance(page, SyncPage)
    waiting = StoreReplica(stage.office.store).backlog().waiting

    def listed() -> int:
        found = (re.search(r"（(\d+) 处）$", one.what) for one in page.table.source.lines)
        return sum(int(one[1]) if one else 1 for one in found)

    until(lambda: listed() == waiting, f"同步页一共列出 {waiting} 条")
    stage.take("sync-page")
    return {"items": [one.what for one in page.table.source.lines]}


def sync_now(stage: Stage, *, picture: str = "") -> dict[str, Any]:
    """Ctrl+K, 立即同步, and wait until the county has confirmed everything anew."""
    syncing = stage.desk.syncing
    before = syncing.status.confirmed_at
    stage.command("ljtb", "立即同步")
    until(lambda: syncing.status.confirmed_at != before and syncing.status.is_synced, "县服务器重新确认", limit=60)
    return status(stage, words=["已同步"], picture=picture)


def facts(stage: Stage) -> dict[str, Any]:
    """Counts and content hashes by stream as the county has confirmed them; what waits; is the journal sound."""
    until_quiet()
    replica, health = StoreReplica(stage.office.store), stage.office.doctor()
    return {
        "digests": replica.digests(),
        "waiting": replica.backlog().waiting,
        "conflicts": len(stage.office.conflicts()),
        "sound": health.is_sound,
        "operations": health.operations,
        "records": health.records,
        "complaints": [one.sentence for one in health.complaints],
        "status": stage.status(),
        "strokes": stage.hands.strokes,
    }


def evening(stage: Stage) -> dict[str, Any]:
    """The first page at the end of the day: what is due, nothing waiting."""
    stage.open_page("工作台")
    stage.take("workbench-evening")
    return {}


def every_page(stage: Stage, *, folder: str) -> dict[str, Any]:
    """Every page of the navigation, one after the other by Ctrl+K, photographed into a folder of the album."""
    titles = [(key, item.words) for key, item in stage.window.navigation.items.items()]
    for number, (key, title) in enumerate(titles, start=1):
        stage.open_page(title)
        stage.camera.take_page(folder, f"{number:02d}-{key}", stage.window)
    return {"pages": [title for _, title in titles]}


def keys_and_lock(stage: Stage, *, password: str) -> dict[str, Any]:
    """F1 shows every key; Ctrl+L covers everything until the password is given."""
    hands = stage.hands
    hands.press("F1")
    sheet = the(ShortcutSheet)
    stage.take("shortcuts", sheet)
    hands.press("Esc")
    until(lambda: is_gone(sheet), "快捷键一览关闭")
    hands.press("Ctrl+L")
    cover = stage.window.lock_screen()
    promised(cover is not None, "Ctrl+L 应能锁定")
    assert cover is not None
    until_quiet()
    stage.take("locked", cover)
    hands.type(password)
    hands.press("Enter")
    until(lambda: stage.window.lock_screen() is None, "用密码解锁")
    return {}


def look_large(stage: Stage, *, name: str) -> dict[str, Any]:
    """Pages and forms at 150 %: everything must fit there too."""
    hands = stage.hands
    stage.take("large-workbench")
    stage.find_and_open(name)
    stage.take("large-person")
    hands.press("Esc")
    stage.open_page("纠纷")
    hands.press("Enter")
    host = stage.desk.registers.host("dispute")
    until(lambda: host.form is not None and host.form.isVisible(), "纠纷表单")
    stage.take("large-dispute")
    hands.press("Esc")
    return every_page(stage, folder="pages-150")
