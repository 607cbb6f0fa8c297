"""Bad days by the hundred: whatever network, disks and people do, nothing is lost, doubled or overwritten unseen."""

from __future__ import annotations

import pytest

from tests.sync.simulator import Day

SLICES = 8
DAYS_EACH = 30


@pytest.mark.parametrize("part", range(SLICES))
def test_every_bad_day_ends_with_equal_replicas(part: int) -> None:
    for seed in range(part * DAYS_EACH, (part + 1) * DAYS_EACH):
        Day(seed).run()


def test_the_same_seed_gives_the_same_day() -> None:
    assert Day(7).run().trace == Day(7).run().trace
