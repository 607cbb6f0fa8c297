"""The status bar never says what is not so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ui.shell.status import SyncView, status_sentence
from app.ui.spoken import age, full_day, greeting, moment

NOW = datetime(2026, 11, 23, 1, 32, tzinfo=UTC)  # 09:32 in Beijing
EARLIER = NOW - timedelta(minutes=22)


def _text(**facts: object) -> str:
    return status_sentence(SyncView(now=NOW, **facts)).text  # type: ignore[arg-type]


def test_a_township_without_a_county_hears_about_its_backups() -> None:
    assert _text() == "单机使用，还没有备份过"
    assert _text(last_backup_at=NOW - timedelta(days=3)) == "单机使用，最近备份 11月20日 09:32"
    assert _text(last_backup_at=NOW - timedelta(days=9)).endswith("该备份了")


def test_synced_is_said_with_the_time_of_the_confirmation() -> None:
    assert _text(has_county=True, is_online=True, last_confirmed_at=EARLIER) == "已同步，最后确认 09:10"


def test_offline_says_since_when_how_many_wait_and_when_last_confirmed() -> None:
    facts = {"has_county": True, "offline_since": NOW - timedelta(days=1), "waiting": 3, "last_confirmed_at": EARLIER}
    assert _text(**facts) == "离线，自 昨天 09:32，3 处待上报，最后确认 09:10"


def test_never_confirmed_is_said_so() -> None:
    assert _text(has_county=True, waiting=2) == "离线，2 处待上报，还没有得到过确认"
    assert _text(has_county=True, is_online=True) == "已连接，尚未同步过"


def test_work_under_way_conflicts_and_refusals_are_all_named() -> None:
    facts = {"has_county": True, "is_online": True, "progress": (3, 12), "refused": 2, "conflicts": 1}
    assert _text(**facts) == "正在同步 3/12，1 处待核，有 2 条被退回需处理"
    assert status_sentence(SyncView(now=NOW, has_county=True, refused=1, conflicts=1)).tone == "danger"


def test_attachments_on_their_way_are_named_beside_what_is_true_of_the_records() -> None:
    facts = {"has_county": True, "is_online": True, "last_confirmed_at": EARLIER}
    assert _text(**facts, files_to_send=3) == "已同步，最后确认 09:10，3 个附件待传"
    assert _text(**facts, waiting=1, files_to_fetch=2) == "1 处待上报，最后确认 09:10，2 个附件待下载"
    assert _text(files_to_send=3) == "单机使用，还没有备份过"


@given(
    st.booleans(),
    st.booleans(),
    st.integers(0, 5),
    st.integers(0, 5),
    st.integers(0, 5),
    st.sampled_from([None, EARLIER]),
)
def test_synced_is_never_said_while_anything_waits_or_nothing_was_confirmed(
    has_county: bool,
    is_online: bool,
    waiting: int,
    refused: int,
    conflicts: int,
    confirmed: datetime | None,
) -> None:
    view = SyncView(
        now=NOW,
        has_county=has_county,
        is_online=is_online,
        waiting=waiting,
        refused=refused,
        conflicts=conflicts,
        last_confirmed_at=confirmed,
    )
    text = status_sentence(view).text
    if "已同步" in text:
        assert has_county
        assert is_online
        assert waiting == 0
        assert confirmed is not None
    if has_county and waiting:
        assert f"{waiting} 处待上报" in text
    assert (f"有 {refused} 条被退回" in text) == bool(refused)
    assert (f"{conflicts} 处待核" in text) == bool(conflicts)


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, "刚刚"), (59, "59 分钟"), (60, "1 小时"), (47 * 60, "47 小时"), (72 * 60, "3 天")]
)
def test_ages_are_said_in_one_unit(minutes: int, words: str) -> None:
    assert age(NOW - timedelta(minutes=minutes), NOW) == words


def test_times_are_beijing_times_whatever_zone_they_come_in() -> None:
    late = datetime(2026, 11, 22, 17, 5, tzinfo=UTC)  # already the 23rd in Beijing
    assert moment(late, NOW) == "01:05"
    assert moment(datetime(2025, 12, 31, 1, 0, tzinfo=UTC), NOW) == "2025年12月31日 09:00"
    assert full_day(NOW.date()) == "2026年11月23日　星期一"
    assert greeting(NOW) == "早上好"
