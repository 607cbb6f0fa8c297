"""The yearly holiday arrangement: what is a rest day, and what is said of a file that cannot be right."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import UserError
from app.models.holidays import Arrangement, Calendar, read_arrangement, shipped_calendar

THE_YEAR = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]


def arrangement(**said: Any) -> dict[str, Any]:
    block = {"name": "春节", "from": "2027-02-05", "to": "2027-02-11"}
    return {"year": 2027, "source": "试验", "holidays": [block], "working": ["2027-02-14"], **said}


def test_2026_has_33_days_off_and_6_weekend_days_worked() -> None:
    known = shipped_calendar().years[2026]
    assert len(known.holidays) == 33
    assert len(known.working) == 6
    assert {day.weekday() for day in known.working} == {5, 6}
    assert "国务院" in known.source


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 2, 16), "春节"), (date(2026, 6, 19), "端午节"), (date(2026, 10, 7), "国庆节"),
        (date(2026, 10, 10), ""), (date(2026, 2, 28), ""), (date(2026, 10, 11), "周日"), (date(2026, 10, 8), ""),
        (date(2026, 1, 4), ""), (date(2026, 11, 21), "周六"),
    ],
)  # fmt: skip
def test_a_day_is_a_rest_day_for_the_reason_people_would_give(day: date, why: str) -> None:
    assert shipped_calendar().why_rest(day) == why
    assert shipped_calendar().is_rest(day) == bool(why)


def test_2026_has_as_many_working_days_as_the_arrangement_leaves() -> None:
    resting = [day for day in THE_YEAR if shipped_calendar().is_rest(day)]
    weekends = [day for day in THE_YEAR if day.weekday() >= 5]
    known = shipped_calendar().years[2026]
    on_workdays = [day for day in known.holidays if day.weekday() < 5]
    assert len(resting) == len(weekends) + len(on_workdays) - len(known.working)


def test_a_year_without_an_arrangement_is_told_and_has_its_weekends() -> None:
    calendar = shipped_calendar()
    assert calendar.knows(2026)
    assert not calendar.knows(2031)
    assert calendar.is_rest(date(2031, 10, 4))
    assert not calendar.is_rest(date(2031, 10, 1))


def test_next_years_arrangement_can_be_added_and_replaced() -> None:
    calendar = shipped_calendar().with_years([read_arrangement(arrangement())])
    assert calendar.knows(2027)
    assert calendar.why_rest(date(2027, 2, 8)) == "春节"
    again = calendar.with_years([read_arrangement(arrangement(working=[]))])
    assert again.is_rest(date(2027, 2, 14))
    assert not shipped_calendar().knows(2027)


@pytest.mark.parametrize(
    "wrong",
    [
        {"holidays": [{"name": "春节", "from": "2026-02-05", "to": "2026-02-11"}]},
        {"holidays": [{"name": "春节", "from": "2027-02-11", "to": "2027-02-05"}]},
        {"working": ["2027-02-08"]},
        {"working": ["2027-02-31"]},
        {"holidays": [{"name": "春节"}]},
        {"year": "明年"},
    ],
)
def test_a_file_that_cannot_be_right_is_refused_with_a_sentence(wrong: dict[str, Any]) -> None:
    with pytest.raises(UserError, match="没有装入"):
        read_arrangement(arrangement(**wrong))


@given(st.dates(min_value=date(2025, 1, 1), max_value=date(2028, 12, 31)))
def test_the_next_working_day_is_the_nearest_one_that_is_no_rest_day(day: date) -> None:
    calendar = shipped_calendar()
    found = calendar.next_working(day)
    assert not calendar.is_rest(found)
    assert all(calendar.is_rest(day + timedelta(days=number)) for number in range((found - day).days))


def test_an_empty_calendar_knows_weekends_only() -> None:
    assert Calendar().is_rest(date(2026, 10, 10))
    assert not Calendar({2026: Arrangement(2026, "试验", {}, frozenset({date(2026, 10, 10)}))}).is_rest(
        date(2026, 10, 10)
    )
