"""What is said of a matter in few words: how long is left, and what happened last. Knows no widget."""

from __future__ import annotations

from datetime import date, datetime

from app.models.kinds import Holder
from app.models.matter_reading import OpenMatter, Step
from app.models.periods import Deadline
from app.models.registers.matter import ACCEPTED, RETURNED, WITHDRAWN
from app.ui.spoken import day, moment

NO_HOLDER = "还没有人承办"
_SOON = 3


def left_words(deadline: Deadline | None, today: date) -> tuple[str, str]:
    """``11月28日，还有 4 天`` and its tone; words always, so that nobody has to tell it by colour."""
    if deadline is None:
        return "没有起算", "text_faint"
    left = (deadline.on - today).days
    shown = day(deadline.on, today)
    if left < 0:
        return f"{shown}，逾期 {-left} 天", "danger"
    if left <= 1:
        return f"{shown}，{'明天' if left else '今天'}到期", "warn"
    return f"{shown}，还有 {left} 天", "warn" if left <= _SOON else ""


def holder_words(holder: Holder | None) -> str:
    """Who holds it; said when nobody does."""
    return holder.name if holder else NO_HOLDER


def last_words(one: OpenMatter, now: datetime) -> str:
    """The latest step: registered, handed over, accepted, returned and why; how often it was asked after."""
    step = one.waiting or one.last
    words = step_words(step, now) if step else f"{moment(one.registered_at, now)} 登记"
    return f"{words}（催办 {one.reminders} 次）" if one.reminders else words


def step_words(step: Step, now: datetime) -> str:
    """One hand-over, whatever became of it."""
    name = step.receiver.name if step.receiver else ""
    at = _moment(step.at, now)
    if step.state == ACCEPTED:
        return f"{at} {name}已接收"
    if step.state == RETURNED:
        return f"{at} {name}退回：{step.reason}"
    if step.state == WITHDRAWN:
        return f"{at} 撤回给{name}的交办"
    return f"{at} 交给{name}，待接收"


def _moment(stored: str, now: datetime) -> str:
    try:
        return moment(datetime.fromisoformat(stored), now)
    except ValueError:
        return stored
