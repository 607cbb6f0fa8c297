"""What the status bar says about sync: a pure function of facts, so that it can be proved truthful.

已同步 is said only when nothing waits and the county has confirmed; every other state names what is missing. Nothing
here asks the network or the store.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from app.ui.spoken import moment

if TYPE_CHECKING:
    from app.ui.look import Tone

BACKUP_DUE = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncView:
    """The facts, all instants aware. ``waiting`` counts own changes not acknowledged by sequence, audit aside.

    Attachments follow the records: ``files_to_send`` (``file_bytes`` in all) from here, ``files_to_fetch`` to here.
    """

    now: datetime
    has_county: bool = False
    is_online: bool = False
    offline_since: datetime | None = None
    last_confirmed_at: datetime | None = None
    waiting: int = 0
    progress: tuple[int, int] | None = None
    refused: int = 0
    conflicts: int = 0
    last_backup_at: datetime | None = None
    trouble: str = ""
    files_to_send: int = 0
    file_bytes: int = 0
    files_to_fetch: int = 0
    file_trouble: str = ""


@dataclass(frozen=True, slots=True)
class StatusText:
    """One sentence, its meaning as a colour, and its icon."""

    text: str
    tone: Tone
    icon: str


class ItemState(StrEnum):
    """Why an item is on the sync page."""

    WAITING = "待上报"
    REFUSED = "被退回"
    CONFLICT = "待核"
    HELD = "待核"


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncItem:
    """One change that is not yet confirmed: what it is, since when, what went wrong last, and what to do."""

    what: str
    since: datetime
    state: ItemState = ItemState.WAITING
    last_error: str = ""
    what_to_do: str = ""
    open: Callable[[], object] | None = None


def status_sentence(view: SyncView) -> StatusText:
    """The sentence for the status bar; the gravest fact gives the colour, no fact is left out."""
    text, tone, icon = _base(view)
    files = files_sentence(view)
    if files:
        text = f"{text}，{files}"
    if view.conflicts:
        text, tone, icon = f"{text}，{view.conflicts} 处待核", "warn", "git-compare"
    if view.refused:
        text, tone, icon = f"{text}，有 {view.refused} 条被退回需处理", "danger", "triangle-alert"
    return StatusText(text, tone, icon)


def files_sentence(view: SyncView, *, size: str = "") -> str:
    """How many attachments are still on their way; empty when none is, or the PC works alone.

    ``size``: what is to be sent, in words, when it shall be told.
    """
    if not view.has_county:
        return ""
    sending = f"{view.files_to_send} 个附件待传{size}" if view.files_to_send else ""
    fetching = f"{view.files_to_fetch} 个附件待下载" if view.files_to_fetch else ""
    return "，".join(filter(None, (sending, fetching)))


def base_sentence(view: SyncView) -> str:
    """The state of the connection alone, for a page that shows conflicts and refusals by themselves."""
    return _base(view)[0]


def _base(view: SyncView) -> tuple[str, Tone, str]:
    if not view.has_county:
        return _standalone(view)
    if view.progress is not None:
        done, total = view.progress
        return f"正在同步 {done}/{total}", "text_soft", "refresh-cw"
    if not view.is_online:
        return _offline(view)
    confirmed = _confirmed(view)
    if view.waiting:
        return f"{view.waiting} 处待上报，{confirmed}", "text_soft", "upload"
    if view.last_confirmed_at is None:
        return "已连接，尚未同步过", "text_soft", "cloud"
    return f"已同步，{confirmed}", "ok", "cloud-check"


def _standalone(view: SyncView) -> tuple[str, Tone, str]:
    if view.last_backup_at is None:
        return "单机使用，还没有备份过", "warn", "hard-drive"
    late = view.now - view.last_backup_at > BACKUP_DUE
    text = f"单机使用，最近备份 {moment(view.last_backup_at, view.now)}"
    return (f"{text}，该备份了", "warn", "hard-drive") if late else (text, "text_soft", "hard-drive")


def _offline(view: SyncView) -> tuple[str, Tone, str]:
    since = f"离线，自 {moment(view.offline_since, view.now)}" if view.offline_since else "离线"
    waiting = f"{view.waiting} 处待上报" if view.waiting else "没有待上报"
    trouble = (view.trouble,) if view.trouble else ()
    return "，".join((since, waiting, _confirmed(view), *trouble)), "warn", "cloud-off"


def _confirmed(view: SyncView) -> str:
    if view.last_confirmed_at is None:
        return "还没有得到过确认"
    return f"最后确认 {moment(view.last_confirmed_at, view.now)}"
