"""Calendar days as people write them, and the Beijing day of an instant.

Only calendar days: periods, working days and deadlines are the clocks' work. Nothing here asks the computer what day
it is or in which zone it stands; the caller says ``today``.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime, timedelta, timezone
from typing import Final

from app.errors import UserError
from app.models.text import half_width

BEIJING: Final = timezone(timedelta(hours=8), "北京时间")
"""China keeps one time without summer time; no zone database is needed, which Windows does not have."""

EARLIEST_YEAR: Final = 1880
LATEST_YEAR: Final = 2199

_EXAMPLES = "请写成 2024-03-15、2024年3月15日 或 20240315"
_RELATIVE = {"今天": 0, "今日": 0, "昨天": -1, "昨日": -1, "前天": -2, "明天": 1, "后天": 2}

_SEPARATOR = r"\s*[-/.．。、\\年月\u2010-\u2015\u2212~]\s*"
_FULL = re.compile(rf"(\d{{4}}){_SEPARATOR}(\d{{1,2}}){_SEPARATOR}(\d{{1,2}})\s*[日号]?")
_NO_YEAR = re.compile(rf"(\d{{1,2}}){_SEPARATOR}(\d{{1,2}})\s*[日号]?")
_SHORT_YEAR = re.compile(rf"\d{{2}}{_SEPARATOR}\d{{1,2}}{_SEPARATOR}\d{{1,2}}\s*[日号]?")
_MONTH_ONLY = re.compile(rf"(?:18|19|20|21)\d{{2}}(?:{_SEPARATOR}\d{{1,2}})?\s*[年月]?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_COMPACT_NO_YEAR = re.compile(r"(0[1-9]|1[0-2])(\d{2})")
_TIME = re.compile(r"(?:\s+|T)\d{1,2}[:时]\d{1,2}(?:[:分]\d{1,2}(?:\.\d+)?秒?)?分?(?:Z|[+-]\d{2}:?\d{2})?$")
_WEEKDAY = re.compile(r"\s*[（(]?(?:星期|周|礼拜)[一二三四五六日天][)）]?\s*$")

_DIGITS = {char: str(value) for value, char in enumerate("〇一二三四五六七八九")} | {"○": "0", "零": "0", "O": "0"}
_HAN_DATE = re.compile(
    r"(?:([〇○零O一二三四五六七八九]{4})年)?([一二三四五六七八九十]{1,2})月([一二三四五六七八九十廿卅]{1,3})[日号]"
)
# Words of the lunar calendar; 三月十五 without 日 is nearly always lunar too.
_LUNAR = re.compile(
    r"农历|阴历|旧历|初[一二三四五六七八九十]|正月|冬月|腊月|闰|^[一二三四五六七八九十]{1,2}月[一二三四五六七八九十廿卅]{1,3}$"
)

# 1900-02-29 never was, yet spreadsheets count it: real days begin to agree after it.
_EXCEL_EPOCH = date(1899, 12, 30)
_EXCEL_FIRST, _EXCEL_LAST = 61, 109_574


class DayError(UserError, ValueError):
    """Text that is no day; the sentence says why and how to write it."""


def parse_day(value: str | date | float, *, today: date) -> date:
    """The calendar day meant by typed text or by a spreadsheet cell.

    Understands 2024-03-15, 2024/3/5, 2024.3.5, 2024年3月5日, 20240315, 二〇二四年三月五日, without a year 0315, 3-15,
    三月五日 (the year of ``today``), 今天, 昨天, text followed by a time or weekday, date cells and spreadsheet serial
    numbers. Raises DayError with one Chinese sentence.
    """
    if isinstance(value, datetime):
        return _in_range(value.date())
    if isinstance(value, date):
        return _in_range(value)
    if isinstance(value, bool):
        raise DayError("这一格是“是/否”，不是日期", _EXAMPLES)
    if isinstance(value, (int, float)):
        return _from_number(value)
    return _from_text(value, today)


def show_day(day: date | None) -> str:
    """A day on screens and in lists, ``2024-03-15``; nothing for no day."""
    return day.isoformat() if day else ""


def show_day_long(day: date | None) -> str:
    """A day on paper, ``2024年3月15日`` (months and days without leading zeros, GB/T 9704); nothing for no day."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def beijing_day(instant: datetime) -> date:
    """The calendar day in Beijing at an instant, whatever the computer's zone; the instant must carry its zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    return instant.astimezone(BEIJING).date()


def age_on(birth_on: date, day: date) -> int:
    """Full years of age on a day; one born on 29 February turns older on 1 March in ordinary years."""
    return day.year - birth_on.year - ((day.month, day.day) < (birth_on.month, birth_on.day))


def _in_range(day: date) -> date:
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise DayError(f"年份 {day.year} 不对，应在 {EARLIEST_YEAR} 至 {LATEST_YEAR} 年之间", _EXAMPLES)
    return day


def _day(year: int, month: int, day: int) -> date:
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise DayError(f"年份 {year} 不对，应在 {EARLIEST_YEAR} 至 {LATEST_YEAR} 年之间", _EXAMPLES)
    if not 1 <= month <= 12:
        raise DayError(f"没有 {month} 月", _EXAMPLES)
    try:
        return date(year, month, day)
    except ValueError:
        raise DayError(f"{year} 年 {month} 月没有 {day} 日", "请核对") from None


def _from_number(value: float) -> date:
    """A number cell: a serial number of days, or a date typed without separators."""
    whole = int(value) if math.isfinite(value) else 0
    compact = _COMPACT.fullmatch(str(whole))
    if compact and value == whole:
        return _day(*map(int, compact.groups()))
    if not _EXCEL_FIRST <= whole <= _EXCEL_LAST:
        raise DayError(f"数字 {value:g} 不是日期", "请把这一格改为日期或文本格式，" + _EXAMPLES)
    return _EXCEL_EPOCH + timedelta(days=whole)


def _from_text(text: str, today: date) -> date:
    plain = half_width(text).strip().strip("'")
    plain = _WEEKDAY.sub("", _TIME.sub("", plain)).strip()
    if plain in _RELATIVE:
        return today + timedelta(days=_RELATIVE[plain])
    for pattern in (_FULL, _COMPACT):
        if match := pattern.fullmatch(plain):
            return _day(*map(int, match.groups()))
    for pattern in (_NO_YEAR, _COMPACT_NO_YEAR):
        if match := pattern.fullmatch(plain):
            return _day(today.year, *map(int, match.groups()))
    if match := _HAN_DATE.fullmatch(re.sub(r"\s+", "", plain)):
        return _from_han(match, today)
    raise _why_not(text.strip(), plain)


def _why_not(text: str, plain: str) -> DayError:
    """The sentence that fits what was typed."""
    if not plain:
        return DayError("日期是空的", _EXAMPLES)
    if _MONTH_ONLY.fullmatch(plain):
        return DayError(f"“{text}”缺少月或日", _EXAMPLES)
    if _SHORT_YEAR.fullmatch(plain) or re.fullmatch(r"\d{6}", plain):
        return DayError(f"“{text}”的年份请写满四位", _EXAMPLES)
    if _LUNAR.search(plain):
        return DayError(f"“{text[:20]}”像是农历", "请换算成公历，" + _EXAMPLES)
    shown = text if len(text) <= 20 else text[:20] + "…"
    return DayError(f"“{shown}”看不出是哪一天", _EXAMPLES)


def _from_han(match: re.Match[str], today: date) -> date:
    year_text, month_text, day_text = match.groups()
    year = int("".join(_DIGITS[char] for char in year_text)) if year_text else today.year
    return _day(year, _han_number(month_text), _han_number(day_text))


def _han_number(text: str) -> int:
    """A Chinese numeral from 1 to 39: 三, 十二, 二十三, 廿三, 卅一; 0 for what is none."""
    spelled = text.replace("廿", "二十").replace("卅", "三十")
    match = re.fullmatch(r"([二三])?(十)?([一二三四五六七八九])?", spelled)
    if not match or (match[1] and not match[2]):
        return int(_DIGITS[spelled]) if spelled in _DIGITS else 0
    tens = int(_DIGITS[match[1] or "一"]) if match[2] else 0
    return tens * 10 + int(_DIGITS[match[3]] if match[3] else 0)
