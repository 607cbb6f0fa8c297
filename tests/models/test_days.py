"""Days as people write them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import UserError
from app.models.days import (
    BEIJING,
    DayError,
    age_on,
    beijing_day,
    parse_day,
    show_day,
    show_day_long,
)

TODAY = date(2026, 11, 23)
real_days = st.dates(min_value=date(1900, 3, 1), max_value=date(2199, 12, 31))


@pytest.fixture(params=["UTC", "Asia/Shanghai", "America/New_York"], autouse=True)
def _zone_of_the_computer(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The computer's own zone must not matter; Windows has no tzset and keeps its zone."""
    if not hasattr(time, "tzset"):
        yield
        return
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-05", "2024-3-5", "2024/3/5", "2024.3.5", "2024．3．5", "2024、3、5",
        "2024年3月5日", "2024 年 3 月 5 日",
        "２０２４年３月５日", "2024年03月05号", "20240305", "'20240305", "二〇二四年三月五日", "二○二四年三月五日",
        "二零二四年三月五号", "2024-03-05 09:30", "2024-03-05T09:30:00", "2024/3/5 0:00:00", "2024年3月5日 9时30分",
        "2024-03-05 星期二", "2024年3月5日（周二）", "2024—3—5", " 2024-03-05\n",
    ],
)  # fmt: skip
def test_many_notations_mean_one_day(text: str) -> None:
    assert parse_day(text, today=TODAY) == date(2024, 3, 5)


@pytest.mark.parametrize("text", ["0315", "3-15", "3/15", "3.15", "3月15日", "03月15号", "三月十五日"])
def test_without_a_year_the_present_one_is_meant(text: str) -> None:
    assert parse_day(text, today=TODAY) == date(2026, 3, 15)


@pytest.mark.parametrize(("word", "shift"), [("今天", 0), ("昨天", -1), ("前天", -2), ("明天", 1)])
def test_days_may_be_told_from_today(word: str, shift: int) -> None:
    assert parse_day(word, today=TODAY) == TODAY + timedelta(days=shift)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("二〇二四年十二月三十一日", date(2024, 12, 31)),
        ("一九九九年十月廿三日", date(1999, 10, 23)),
        ("二〇二〇年一月卅日", date(2020, 1, 30)),
    ],
)
def test_chinese_numerals_are_read(text: str, day: date) -> None:
    assert parse_day(text, today=TODAY) == day


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (45356.0, date(2024, 3, 5)),
        (45356.5, date(2024, 3, 5)),
        (61, date(1900, 3, 1)),
        (20240305.0, date(2024, 3, 5)),
        (datetime(2024, 3, 5, 23, 59), date(2024, 3, 5)),  # noqa: DTZ001 - spreadsheets know no zone
        (date(2024, 3, 5), date(2024, 3, 5)),
    ],
)
def test_spreadsheet_cells_are_read(cell: float | date, day: date) -> None:
    assert parse_day(cell, today=TODAY) == day


@given(real_days)
def test_every_day_comes_back_from_every_way_of_writing_it(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    for written in (show_day(day), show_day_long(day), f"{day:%Y%m%d}", float(serial), serial):
        assert parse_day(written, today=TODAY) == day


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "空"),
        ("2024-02-30", "2 月没有 30 日"),
        ("20230229", "2 月没有 29 日"),
        ("2024-13-01", "没有 13 月"),
        ("24-3-5", "四位"),
        ("240305", "四位"),
        ("2024年3月", "缺少月或日"),
        ("2024", "缺少月或日"),
        ("1345", "看不出"),
        ("正月初五", "农历"),
        ("2024年三月初五", "农历"),
        ("三月十五", "农历"),
        ("二〇二四年十三月一日", "没有 13 月"),
        ("二〇二四年五月二二日", "没有 0 日"),
        ("0224-03-05", "年份 224"),
        ("3024-03-05", "年份 3024"),
        ("大前年", "看不出"),
        ("一二三四五六七八九十一二三四五六七八九十一二三", "…"),
        (1.0, "不是日期"),
        (60.0, "不是日期"),
        (float("nan"), "不是日期"),
        (float("inf"), "不是日期"),
        (-5, "不是日期"),
        (True, "是/否"),
    ],
)
def test_what_is_no_day_gets_one_sentence(text: str | float, word: str) -> None:
    with pytest.raises(UserError) as caught:
        parse_day(text, today=TODAY)
    assert word in caught.value.sentence
    assert "\n" not in str(caught.value)


def assert_read_or_refused(value: str | float) -> None:
    """Either a day of a sensible year or a Chinese sentence, never another error."""
    sentence, year = "", 0
    try:
        year = parse_day(value, today=TODAY).year
    except DayError as problem:
        sentence = problem.sentence
    assert 1880 <= year <= 2199 or not sentence.isascii()


@given(st.text() | st.floats() | st.integers())
def test_anything_else_is_refused_politely_or_read(value: str | float) -> None:
    assert_read_or_refused(value)


@given(st.text(alphabet="0123456789-/.年月日〇一二三十廿 :时", max_size=14))
def test_nearly_a_day_is_refused_politely_or_read(text: str) -> None:
    assert_read_or_refused(text)


def test_a_day_is_shown_aligned_on_screen_and_spelled_on_paper() -> None:
    assert show_day(date(2024, 3, 5)) == "2024-03-05"
    assert show_day_long(date(2024, 3, 5)) == "2024年3月5日"
    assert (show_day(None), show_day_long(None)) == ("", "")


def test_the_day_in_beijing_begins_at_16_utc() -> None:
    assert beijing_day(datetime(2026, 11, 23, 15, 59, 59, tzinfo=UTC)) == date(2026, 11, 23)
    assert beijing_day(datetime(2026, 11, 23, 16, 0, tzinfo=UTC)) == date(2026, 11, 24)
    assert beijing_day(datetime(2026, 11, 23, 12, tzinfo=timezone(timedelta(hours=-8)))) == date(2026, 11, 24)


def test_an_instant_without_a_zone_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="zone"):
        beijing_day(datetime(2026, 11, 23))  # noqa: DTZ001 - the mistake itself


@given(real_days)
def test_a_day_begins_where_the_one_before_ends(day: date) -> None:
    start = datetime(day.year, day.month, day.day, tzinfo=BEIJING)
    assert beijing_day(start) == day
    assert beijing_day(start - timedelta(microseconds=1)) == day - timedelta(days=1)


def test_age_is_counted_in_full_years() -> None:
    assert age_on(date(2000, 11, 24), TODAY) == 25
    assert age_on(date(2000, 11, 23), TODAY) == 26
    assert age_on(date(2004, 2, 29), date(2026, 2, 28)) == 21
    assert age_on(date(2004, 2, 29), date(2026, 3, 1)) == 22
