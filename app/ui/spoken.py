"""Instants in the words of the office: Beijing time, as short as the day allows. Knows no widget."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8), "北京时间")
WEEKDAYS = "一二三四五六日"


def moment(at: datetime, now: datetime) -> str:
    """``09:32`` today, ``昨天 09:32``, ``11月20日 09:32``, with the year when it is another; both instants aware."""
    here, today = at.astimezone(BEIJING), now.astimezone(BEIJING).date()
    clock = f"{here:%H:%M}"
    if here.date() == today:
        return clock
    if here.date() == today - timedelta(days=1):
        return f"昨天 {clock}"
    return f"{day(here.date(), today)} {clock}"


def day(on: date, today: date) -> str:
    """``11月20日``, with the year when it is not this year's."""
    short = f"{on.month}月{on.day}日"
    return short if on.year == today.year else f"{on.year}年{short}"


def full_day(on: date) -> str:
    """``2026年11月23日 星期一``."""
    return f"{on.year}年{on.month}月{on.day}日　星期{WEEKDAYS[on.weekday()]}"


def age(since: datetime, now: datetime) -> str:
    """How long ago, in one unit: ``刚刚``, ``12 分钟``, ``3 小时``, ``5 天``."""
    minutes = max(0, int((now - since).total_seconds() // 60))
    if minutes < 1:
        return "刚刚"
    if minutes < 60:
        return f"{minutes} 分钟"
    return f"{minutes // 60} 小时" if minutes < 48 * 60 else f"{minutes // (24 * 60)} 天"


def greeting(now: datetime) -> str:
    """The greeting of the hour."""
    hour = now.astimezone(BEIJING).hour
    for until, words in ((6, "夜深了"), (11, "早上好"), (13, "中午好"), (18, "下午好")):
        if hour < until:
            return words
    return "晚上好"
