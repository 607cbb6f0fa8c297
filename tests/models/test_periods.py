"""The period engine: the examples of the law and of daily work, in any zone of the computer."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models import clock
from app.models.clocks_list import Clock, clock_called, shipped_clocks, with_overlay
from app.models.days import BEIJING
from app.models.holidays import Calendar, shipped_calendar
from app.models.periods import Deadline, Period, before, deadline

ROOT = Path(__file__).resolve().parents[2]
near = st.dates(min_value=date(2024, 1, 1), max_value=date(2028, 12, 31))


@pytest.mark.parametrize(
    ("start", "period", "rolls", "on"),
    [
        (date(2026, 9, 3), Period(days=30), True, date(2026, 10, 8)),
        (date(2026, 5, 20), Period(days=30), True, date(2026, 6, 22)),
        (date(2026, 9, 3), Period(days=30), False, date(2026, 10, 3)),
        (date(2025, 8, 31), Period(months=6), False, date(2026, 2, 28)),
        (date(2023, 8, 31), Period(months=6), False, date(2024, 2, 29)),
        (date(2026, 9, 30), Period(working_days=3), False, date(2026, 10, 10)),
        (date(2026, 11, 20), Period(working_days=1), False, date(2026, 11, 23)),
        (date(2024, 2, 29), Period(years=1), False, date(2025, 2, 28)),
        (date(2026, 1, 31), Period(months=1), False, date(2026, 2, 28)),
        (date(2026, 12, 15), Period(months=1), False, date(2027, 1, 15)),
        (date(2026, 11, 23), Period(days=1), True, date(2026, 11, 24)),
    ],
)
def test_the_day_a_period_ends(start: date, period: Period, rolls: bool, on: date) -> None:
    assert deadline(start, period, rolls=rolls).on == on


def test_a_last_day_that_is_a_rest_day_is_spoken_of() -> None:
    rolled = deadline(date(2026, 9, 3), Period(days=30), rolls=True)
    assert rolled.note == "末日 10月3日为休息日（国庆节），顺延至 10月8日"
    stays = deadline(date(2026, 9, 3), Period(days=30), rolls=False)
    assert stays == Deadline(date(2026, 10, 3), "末日为休息日（国庆节）")
    assert deadline(date(2026, 10, 20), Period(days=30), rolls=True).note == ""


def test_a_year_without_its_arrangement_is_never_counted_silently() -> None:
    said = "2031 年放假安排未装入，按周末推算"
    assert deadline(date(2031, 3, 3), Period(working_days=3), rolls=False) == Deadline(date(2031, 3, 6), said)
    assert deadline(date(2031, 3, 3), Period(days=3), rolls=True).note == said
    over_new_year = deadline(date(2026, 12, 30), Period(working_days=3), rolls=False)
    assert over_new_year.note == "2027 年放假安排未装入，按周末推算"
    assert deadline(date(2026, 12, 30), Period(days=3), rolls=True).note == (
        "末日 1月2日为休息日（周六），顺延至 1月4日；2027 年放假安排未装入，按周末推算"
    )


def test_hours_run_from_the_instant_and_end_on_a_beijing_day() -> None:
    moved_in = datetime(2026, 11, 23, 20, 30, tzinfo=BEIJING)
    found = deadline(moved_in, Period(hours=24), rolls=False)
    assert found.on == date(2026, 11, 24)
    assert found.at == moved_in + timedelta(hours=24)
    with pytest.raises(TypeError):
        deadline(date(2026, 11, 23), Period(hours=24), rolls=False)


def test_an_instant_counts_as_its_day_in_beijing() -> None:
    late_in_beijing = datetime(2026, 9, 2, 16, 30, tzinfo=UTC)
    in_new_york = late_in_beijing.astimezone(timezone(timedelta(hours=-4)))
    for instant in (late_in_beijing, in_new_york):
        assert deadline(instant, Period(days=30), rolls=True).on == date(2026, 10, 8)
    with pytest.raises(ValueError, match="zone"):
        deadline(datetime(2026, 9, 3), Period(days=30), rolls=True)  # noqa: DTZ001 - the point of the test


@pytest.mark.parametrize("units", [{}, {"days": 1, "months": 1}, {"days": -3}])
def test_a_period_has_exactly_one_unit(units: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="exactly one"):
        Period(**units)


def test_counting_back_ends_on_the_months_last_day_too() -> None:
    assert before(date(2026, 3, 31), Period(months=1)) == date(2026, 2, 28)
    assert before(date(2026, 1, 15), Period(months=1)) == date(2025, 12, 15)
    assert before(date(2026, 3, 1), Period(days=1)) == date(2026, 2, 28)
    with pytest.raises(ValueError, match="calendar periods"):
        before(date(2026, 3, 1), Period(working_days=1))


@given(near, st.integers(1, 400))
def test_days_without_rolling_are_plain_days_and_rolling_never_goes_back(start: date, number: int) -> None:
    plain = deadline(start, Period(days=number), rolls=False)
    rolled = deadline(start, Period(days=number), rolls=True)
    assert plain.on == start + timedelta(days=number)
    assert rolled.on >= plain.on
    assert not shipped_calendar().is_rest(rolled.on)
    assert (rolled.on - plain.on).days <= 10


@given(near, st.integers(1, 60))
def test_working_days_count_each_working_day_once(start: date, number: int) -> None:
    on = deadline(start, Period(working_days=number), rolls=False).on
    between = [start + timedelta(days=step) for step in range(1, (on - start).days + 1)]
    assert sum(not shipped_calendar().is_rest(day) for day in between) == number
    assert not shipped_calendar().is_rest(on)


@given(near, st.integers(1, 60))
def test_months_end_on_the_same_day_or_on_the_months_last(start: date, number: int) -> None:
    on = deadline(start, Period(months=number), rolls=False).on
    assert (on.year - start.year) * 12 + on.month - start.month == number
    assert on.day == start.day or (on.day < start.day and (on + timedelta(days=1)).day == 1)


@given(near, near, st.sampled_from([Period(days=30), Period(months=6), Period(working_days=5), Period(years=1)]))
def test_a_later_start_never_ends_earlier_and_least_days_is_no_more(one: date, other: date, period: Period) -> None:
    first, second = sorted((one, other))
    for rolls in (False, True):
        early, late = (deadline(day, period, rolls=rolls).on for day in (first, second))
        assert early <= late
        assert (early - first).days >= period.least_days


def test_nothing_depends_on_the_zone_of_the_computer() -> None:
    script = (
        "from datetime import date, datetime, UTC\n"
        "from app.models import clock\n"
        "from app.models.clocks_list import clock_called\n"
        "with clock.day_set_to(date(2026, 9, 3)):\n"
        "    print(clock_called('judicial_confirmation').deadline(clock.today()).on)\n"
        "    print(clock_called('judicial_confirmation').deadline(clock.now()).on)\n"
        "print(clock_called('residence_permit').deadline(datetime(2025, 8, 30, 17, 0, tzinfo=UTC)).on)\n"
    )
    for zone in ("UTC", "Asia/Shanghai", "America/New_York"):
        environment = {**os.environ, "TZ": zone}
        ran = subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        )
        assert ran.stdout.split() == ["2026-10-08", "2026-10-08", "2026-02-28"], zone


def test_the_programs_day_is_where_a_clock_stands() -> None:
    with clock.day_set_to(date(2026, 10, 6)):
        assert (clock_called("mediation").deadline(date(2026, 9, 3)).on - clock.today()).days == -3


# -- clocks as data --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("one", shipped_clocks().values(), ids=lambda one: one.name)
def test_every_clock_names_its_law_its_start_and_its_unit(one: Clock) -> None:
    assert one.title
    assert one.law
    assert one.starts
    assert str(one.period)
    assert one.verified or "参数" in one.law


def test_the_clocks_of_the_law_have_the_laws_lengths() -> None:
    lengths = {name: str(one.period) for name, one in shipped_clocks().items()}
    assert lengths["mediation"] == "30 日"
    assert lengths["judicial_confirmation"] == "30 日"
    assert lengths["landlord_report"] == lengths["employer_report"] == "3 个工作日"
    assert lengths["residence_permit"] == "6 个月"
    assert lengths["petition"] == "60 日"
    assert {name for name, one in shipped_clocks().items() if one.rolls} == {"judicial_confirmation", "court_review"}


def test_the_endorsement_window_opens_a_month_before() -> None:
    clock_back = clock_called("permit_endorsement")
    assert clock_back.opens_on(date(2027, 3, 31)) == date(2027, 2, 28)
    with pytest.raises(ValueError, match="opens_on"):
        clock_back.deadline(date(2027, 3, 31))


def test_a_county_changes_lengths_and_adds_clocks_but_redefines_none() -> None:
    added = {
        "name": "request_urgent", "title": "紧急诉求", "unit": "hours", "length": 2, "rolls": False,
        "starts": "签收时", "law": "县文件", "verified": True,
    }  # fmt: skip
    clocks = with_overlay(
        shipped_clocks(),
        {"changed": {"mediation": {"length": 20, "rolls": True}}, "clocks": [added, {**added, "name": "petition"}]},
    )
    assert str(clocks["mediation"].period) == "20 日"
    assert clocks["mediation"].rolls
    assert str(clocks["request_urgent"].period) == "2 小时"
    assert clocks["petition"] == shipped_clocks()["petition"]


def test_an_unknown_clock_is_a_bug_that_says_what_exists() -> None:
    with pytest.raises(LookupError, match="judicial_confirmation"):
        clock_called("nothing")


def test_an_own_calendar_can_be_given() -> None:
    empty = Calendar()
    assert deadline(date(2026, 9, 30), Period(working_days=3), rolls=False, calendar=empty).on == date(2026, 10, 5)
