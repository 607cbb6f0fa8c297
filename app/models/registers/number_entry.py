"""编号簿: what happened to the numbers on paper, one line of the book per act, written once and never changed.

Every PC of the township reads it. Which number comes next follows from these alone (:mod:`app.models.number_books`).
"""

from __future__ import annotations

from typing import Annotated

from app.models.kinds import Count, Day, LongText, NumberText, ShortText, coded
from app.models.register import Reach, Record, field
from app.models.registers.basis import AGREEMENT, STAFF
from app.models.registers.committee import CommitteeRef

NumberKind = Annotated[str, coded("number_kind")]
NumberAct = Annotated[str, coded("number_act")]


class NumberEntry(Record, table="number_entry", label="编号簿", stream="office", reach=Reach.COUNTY, basis=AGREEMENT):
    """One act on the book of a committee, kind and year; ``year`` 0 where the pattern has no year.

    ``first`` to ``last`` are the numbers it is about. ``device`` is the PC it is about: who got the block, who holds
    the book; ``generation`` counts how often the book changed hands.
    """

    committee: CommitteeRef = field("调委会", read_only=True, width=12)
    kind: NumberKind = field("编号种类", default="agreement", read_only=True, width=6)
    year: Count = field("年度", default=0, read_only=True, width=5)
    what: NumberAct = field("事由", read_only=True, width=7)
    first: Count | None = field("起号", default=None, read_only=True, width=5)
    last: Count | None = field("止号", default=None, read_only=True, width=5)
    generation: Count | None = field("第几次交接", default=None, read_only=True)
    device: ShortText | None = field("电脑标识", default=None, read_only=True, search=False)
    device_name: ShortText | None = field("电脑", default=None, read_only=True, search=False, width=10)
    matter: NumberText | None = field("事项码", default=None, read_only=True, search=False, width=10)
    reason: LongText | None = field("原因", default=None, read_only=True, reach=Reach.TOWNSHIP, search=False)
    entered_by: ShortText | None = field("经手人", default=None, basis=STAFF, read_only=True, search=False, width=6)
    entered_on: Day | None = field("日期", default=None, read_only=True)

    columns = (
        "entered_on",
        "committee",
        "kind",
        "year",
        "what",
        "first",
        "last",
        "device_name",
        "matter",
        "entered_by",
    )
    filters = ("what", "kind", "committee")
    sort = "-entered_on"

    def title(self) -> str:
        """Which act, and the numbers it is about."""
        numbers = "" if not self.first else str(self.first) if self.first == self.last else f"{self.first}–{self.last}"
        return f"{self.year or '不分年度'} {numbers}".strip()
