"""No secret stands in a repr: what a trace or a log line shows of these objects opens nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.models.backup import Copy
from app.services.backups import Staged
from app.services.setup import NewAccount, NewTownship
from app.sync.enrolment import EnrolmentCode
from app.sync.joining import Joined
from app.sync.ports import Link
from county.registry import Enrolling

SECRET = b"0123456789abcdefghijklmnopqrstuv"
LINK = Link("https://a", "pem", "t", "青溪镇", "d", "一号机", SECRET, ())


@pytest.mark.parametrize(
    "holder",
    [
        LINK,
        Joined(LINK, SECRET),
        EnrolmentCode("a", 1, bytes(16), SECRET),
        Enrolling(SECRET, "t", "青溪镇", "d", "一号机", bytes(32)),
        NewTownship("青溪镇", NewAccount("王主任", SECRET.decode())),
        Staged(Copy(Path(), datetime.now(UTC), None), Path(), Path(), SECRET, "青溪镇", 1),
    ],
)
def test_no_secret_stands_in_a_repr(holder: object) -> None:
    assert SECRET.decode() not in repr(holder)
