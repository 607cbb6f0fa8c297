"""The settings of one PC: one declared list, from which the page, the commands and the manual derive.

Kept locally in ``meta``; they never travel. A value that cannot be read falls back to its default. A county may say
the value of some, and lock it: then its word stands and the PC's own is kept for the day the county takes it back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.errors import UserError
from app.models import in_force
from app.models.in_force import ToldSetting
from app.models.store import Store, set_meta

_PREFIX: Final = "setting_"


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that can be set here. ``kind``: ``folder`` (a path, "" for none) or ``count`` (a number, with unit)."""

    name: str
    label: str
    kind: str
    default: str
    sentence: str
    unit: str = ""
    least: int = 0
    most: int = 0
    by_county: bool = False

    def check(self, typed: str) -> str:
        """The value to keep. Raises ``UserError`` with what to do."""
        text = typed.strip()
        if self.kind != "count":
            return text
        if not text.isdecimal() or not self.least <= int(text) <= self.most:
            sentence = f"“{self.label}”要填 {self.least} 到 {self.most} 之间的整数，现在是“{text}”"
            raise UserError(sentence, f"例如 {self.default}")
        return str(int(text))


IDLE_LOCK: Final = Setting(
    "idle_lock_minutes",
    "无操作自动锁屏",
    "count",
    "10",
    "离开座位后过这么久自动锁屏；0 为不锁。",
    "分钟",
    0,
    240,
    by_county=True,
)
BACKUP_FOLDER: Final = Setting(
    "backup_folder", "备份文件夹", "folder", "", "自动备份放在这里，最好是移动盘或另一块硬盘；空着就不自动备份。"
)
BACKUP_DAYS: Final = Setting(
    "backup_days", "自动备份间隔", "count", "1", "到了间隔，打开或关闭程序时自动备份一次。", "天", 1, 30, by_county=True
)
BACKUP_COPIES: Final = Setting(
    "backup_copies", "保留份数", "count", "14", "只清理本机自己最旧的备份，至少留两份。", "份", 2, 365, by_county=True
)

ATTACHMENT_LIMIT: Final = Setting(
    "attachment_limit_mb",
    "单个附件最大",
    "count",
    "20",
    "照片自动缩小后再算；超过的不收，会说明怎么办。",
    "MB",
    1,
    100,
)
PICTURE_SIDE: Final = Setting(
    "picture_side",
    "照片缩小到",
    "count",
    "2400",
    "照片长边最多这么多像素；够看清文字，又不占地方。",
    "像素",
    1000,
    6000,
)
FETCH_FILES: Final = Setting(
    "fetch_files",
    "自动下载附件",
    "count",
    "1",
    "1 为其他电脑的附件随同步自动下载；0 为只在打开时下载（磁盘小或网络慢的电脑）。",
    "",
    0,
    1,
)

SETTINGS: Final[tuple[Setting, ...]] = (
    IDLE_LOCK,
    BACKUP_FOLDER,
    BACKUP_DAYS,
    BACKUP_COPIES,
    ATTACHMENT_LIMIT,
    PICTURE_SIDE,
    FETCH_FILES,
)


def by_name(name: str) -> Setting:
    """The declared setting of that name. Raises ``UserError``."""
    for one in SETTINGS:
        if one.name == name:
            return one
    sentence = f"没有“{name}”这项设置"
    raise UserError(sentence, "可用：" + "、".join(one.name for one in SETTINGS))


def value(store: Store, setting: Setting) -> str:
    """What is set, what the county says of it, or the default."""
    told = told_by_county(store, setting)
    if told is not None and told.is_locked:
        return told.value
    stored = store.meta(_PREFIX + setting.name, told.value if told else setting.default)
    try:
        return setting.check(stored)
    except UserError:
        return setting.default


def told_by_county(store: Store, setting: Setting) -> ToldSetting | None:
    """What the county says of a setting; None when nothing."""
    return in_force.of(store).settings.get(setting.name) if setting.by_county else None


def lock_sentence(store: Store, setting: Setting) -> str:
    """Why it cannot be changed here; empty when it can."""
    told = told_by_county(store, setting)
    return f"由县里设定，本机不能改（依据：{told.basis}）" if told is not None and told.is_locked else ""


def number(store: Store, setting: Setting) -> int:
    """A setting of kind ``count`` as a number."""
    return int(value(store, setting))


def change(store: Store, setting: Setting, typed: str) -> None:
    """Keep a new value. Raises ``UserError`` when it will not do, or when the county has set it."""
    locked = lock_sentence(store, setting)
    if locked:
        raise UserError(f"“{setting.label}”{locked}", "需要改请联系县管理员")
    kept = setting.check(typed)
    store.submit(lambda conn: set_meta(conn, _PREFIX + setting.name, kept)).result()
