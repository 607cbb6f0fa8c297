"""Numbers on paper: the next agreement number of a committee and year, drawn on the one PC that holds the book."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Final

from app.models.registers.committee import Committee
from app.services.office import Office

HOLDS_BOOKS = "holds_number_books"
"""Local setting: ``1`` on the PC that numbers (the township's first); others print 编号待编."""


SPENT = "numbers_spent"
"""Local setting: numbers given out after the backup this PC was restored to; on paper already, so never again."""


_NUMBER: Final = "{序号}"
_ENGLISH: Final = (("{year}", "{年}"), ("{abbreviation}", "{简称}"), ("{number}", _NUMBER))


def holds_books(office: Office) -> bool:
    """True when this PC may give out numbers."""
    return office.store.meta(HOLDS_BOOKS) == "1"


def next_number(office: Office, committee: Committee, day: date) -> str:
    """The number after the highest ever used by the committee in that year; used numbers never come back.

    ``（2026）××镇人调字第7号`` by the committee's own pattern; numbers of deleted matters stay used.
    """
    highest = 0
    pattern = _pattern(committee, day.year)
    spent = json.loads(office.store.meta(SPENT, "[]"))
    for number in (*office.reader.ever_used("dispute_agreement", "number"), *spent):
        found = re.fullmatch(pattern, number)
        if found:
            highest = max(highest, int(found[1]))
    return formatted(committee, day.year, highest + 1)


def formatted(committee: Committee, year: int, number: int) -> str:
    """One number by the committee's pattern."""
    return _filled(committee, year).replace(_NUMBER, str(number))


def _pattern(committee: Committee, year: int) -> str:
    return re.escape(_filled(committee, year)).replace(re.escape(_NUMBER), r"(\d+)")


def _filled(committee: Committee, year: int) -> str:
    """The pattern with year and abbreviation in place; patterns kept in English words go on working."""
    text = committee.numbering
    for english, ours in _ENGLISH:
        text = text.replace(english, ours)
    return text.replace("{年}", str(year)).replace("{简称}", committee.abbreviation or "")
