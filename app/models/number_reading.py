"""The number books of this store: every act on them and every number in use, as :mod:`app.models.number_books` asks.

Acts and numbers of deleted records count: what was once on paper is never free again, undone or not. Only SQL here.
"""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from app.models.database import Connection
from app.models.number_books import Entry, Key, Kind, Ledger, Use

HOLDS_BOOKS: Final = "holds_number_books"
"""Local setting: ``1`` on the township's first PC, which numbers until the books go to another."""

SPENT: Final = "numbers_spent"
"""Local setting: numbers given out after the backup this PC was restored to; on paper already, so never again."""

LOST_ENTRIES: Final = "number_entries_lost"
"""Local setting: acts on the books written after that backup; they still count."""

UNSURE: Final = "numbers_unsure"
"""Local setting: ``1`` after a restore that could not see what was given since the backup was made."""

_NUMBER: Final = "{序号}"
_YEAR: Final = "{年}"
_ENGLISH: Final = (("{year}", _YEAR), ("{abbreviation}", "{简称}"), ("{number}", _NUMBER))
COLUMNS: Final = (
    "id", "committee", "kind", "year", "what", "first", "last", "generation", "device", "device_name", "matter",
    "reason", "entered_by", "entered_on", "deleted",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pattern:
    """How a committee's numbers of a kind look, with its short name in place."""

    committee: str
    kind: str
    text: str

    @classmethod
    def of(cls, committee: str, kind: str, numbering: str, abbreviation: str) -> Pattern:
        """From the committee's words; patterns kept in English words go on working."""
        for english, ours in _ENGLISH:
            numbering = numbering.replace(english, ours)
        return cls(committee, kind, numbering.replace("{简称}", abbreviation))

    @property
    def has_number(self) -> bool:
        """False when the pattern lacks the number itself."""
        return _NUMBER in self.text

    def key(self, year: int) -> Key:
        """The book of that year; one book for all years where the pattern has none."""
        return self.committee, self.kind, year if _YEAR in self.text else 0

    def filled(self, year: int, number: int) -> str:
        """One number as it is printed."""
        return self.shown(year, str(number))

    def shown(self, year: int, numbers: str) -> str:
        """The pattern with a number, or a run of numbers, in words."""
        return self.text.replace(_YEAR, str(year)).replace(_NUMBER, numbers)

    def read(self, text: str) -> tuple[Key, int] | None:
        """Year's book and number of a printed number; None when it is not of this pattern."""
        found = _expression(self.text).fullmatch(text)
        if found is None or not self.has_number:
            return None
        return self.key(int(found["year"]) if "year" in found.re.groupindex else 0), int(found["number"])


@lru_cache(maxsize=256)
def _expression(words: str) -> re.Pattern[str]:
    """What numbers of a pattern look like; each is asked of every number in use."""
    expression = re.escape(words).replace(re.escape(_YEAR), r"(?P<year>[0-9]{4})", 1)
    expression = expression.replace(re.escape(_YEAR), "(?P=year)")
    expression = expression.replace(re.escape(_NUMBER), r"(?P<number>[0-9]{1,9})", 1)
    return re.compile(expression.replace(re.escape(_NUMBER), "(?P=number)"))


def patterns(conn: Connection) -> list[Pattern]:
    """Every committee's patterns, of deleted committees too."""
    found: list[Pattern] = []
    for key, numbering, abbreviation, dossier in conn.execute(
        "SELECT id, numbering, abbreviation, dossier_numbering FROM committee ORDER BY n"
    ):
        found.append(Pattern.of(key, Kind.AGREEMENT, str(numbering or ""), str(abbreviation or "")))
        if dossier:
            found.append(Pattern.of(key, Kind.DOSSIER, str(dossier), str(abbreviation or "")))
    return found


def ledger(conn: Connection) -> Ledger:
    """All books as this PC knows them."""
    return Ledger(
        device=_meta(conn, "device"),
        device_name=platform.node()[:60] or "电脑",
        entries=_entries(conn),
        uses=list(_uses(conn)),
        holds_by_default=_meta(conn, HOLDS_BOOKS) == "1",
        is_unsure=_meta(conn, UNSURE) == "1",
    )


def spent(conn: Connection) -> list[str]:
    """Numbers given out since the backup this PC was restored to."""
    return [str(one) for one in json.loads(_meta(conn, SPENT) or "[]")]


def lost_entries(conn: Connection) -> list[tuple[Any, ...]]:
    """Acts written since that backup, as rows of ``COLUMNS``."""
    return [tuple(row) for row in json.loads(_meta(conn, LOST_ENTRIES) or "[]")]


def devices(conn: Connection) -> list[tuple[str, str, str]]:
    """Every PC that wrote into the township's journal: id, last user, last day; the latest first."""
    found = conn.execute(
        "SELECT device, user, max(at) FROM journal WHERE kind <> 'access' GROUP BY device ORDER BY max(at) DESC"
    )
    return [(str(device), str(user), str(at)) for device, user, at in found]


def holders_of(conn: Connection, text: str) -> list[tuple[str, str, str]]:
    """Where a number stands: register, row and field of every agreement and dispute that bears it."""
    agreements = conn.execute("SELECT id FROM dispute_agreement WHERE number = ? AND deleted = 0", (text,))
    found = [("dispute_agreement", str(row[0]), "number") for row in agreements]
    disputes = conn.execute("SELECT id FROM dispute WHERE dossier_number = ? AND deleted = 0", (text,))
    return [*found, *(("dispute", str(row[0]), "dossier_number") for row in disputes)]


def unnumbered(conn: Connection) -> list[tuple[str, str, str, str]]:
    """Disputes with an agreement printed while its number was to come: id, matter code, name, day signed."""
    found = conn.execute(
        "SELECT DISTINCT d.id, coalesce(d.matter_code, ''), d.name, coalesce(a.signed_on, '') FROM dispute d"
        " JOIN dispute_agreement a ON a.parent = d.id AND a.deleted = 0 AND a.number IS NULL"
        " JOIN dispute_paper p ON p.parent = d.id AND p.deleted = 0 AND p.number IS NULL"
        " WHERE d.deleted = 0 ORDER BY a.signed_on, d.n"
    )
    return [(str(row[0]), str(row[1]), str(row[2]), str(row[3])) for row in found]


def _entries(conn: Connection) -> list[Entry]:
    stored = [_entry(row) for row in conn.execute(f"SELECT {', '.join(COLUMNS)} FROM number_entry")]
    known = {one.id for one in stored if one is not None}
    lost = [_entry(row) for row in lost_entries(conn) if row[0] not in known]
    return [one for one in (*stored, *lost) if one is not None]


def _entry(row: Sequence[Any]) -> Entry | None:
    """One act; None for what a newer program wrote in a way not understood here."""
    held = dict(zip(COLUMNS, row, strict=True))
    numbers: dict[str, Any] = {name: held[name] or 0 for name in ("year", "first", "last", "generation")}
    if not all(isinstance(one, int) for one in numbers.values()):
        return None
    words: dict[str, Any] = {
        name: str(held[name] or "") for name in COLUMNS if name not in numbers and name != "deleted"
    }
    return Entry(**words, **numbers, is_deleted=bool(held["deleted"]))


def _uses(conn: Connection) -> Iterator[tuple[Key, Use]]:
    every = patterns(conn)
    for kind, use in _found(conn):
        for pattern in every:
            read = pattern.read(use.text) if kind in ("", pattern.kind) else None
            if read is not None:
                key, number = read
                yield key, Use(number=number, text=use.text, dispute=use.dispute, matter=use.matter, name=use.name,
                               signed_on=use.signed_on, is_current=use.is_current)  # fmt: skip


def _found(conn: Connection) -> Iterator[tuple[str, Use]]:
    for kind, sql in _WHERE:
        for text, dispute, matter, name, day, is_gone in conn.execute(sql):
            yield kind, Use(number=0, text=str(text), dispute=str(dispute or ""), matter=str(matter or ""),
                            name=str(name or ""), signed_on=str(day or ""), is_current=not is_gone)  # fmt: skip
    for text in spent(conn):
        yield "", Use(number=0, text=text, is_current=False)


_OF_DISPUTE: Final = "d.id, d.matter_code, d.name"
_AGREEMENTS: Final = f"""SELECT a.number, {_OF_DISPUTE}, a.signed_on, a.deleted OR d.deleted
    FROM dispute_agreement a JOIN dispute d ON d.id = a.parent WHERE a.number IS NOT NULL"""
_PAPERS: Final = f"""SELECT p.number, {_OF_DISPUTE}, NULL, 1
    FROM dispute_paper p JOIN dispute d ON d.id = p.parent WHERE p.number IS NOT NULL"""
_DOSSIERS: Final = f"""SELECT d.dossier_number, {_OF_DISPUTE}, d.accepted_on, d.deleted
    FROM dispute d WHERE d.dossier_number IS NOT NULL"""
_WHERE: Final = ((Kind.AGREEMENT, _AGREEMENTS), (Kind.AGREEMENT, _PAPERS), (Kind.DOSSIER, _DOSSIERS))


def _meta(conn: Connection, name: str) -> str:
    found: Iterable[Any] = conn.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone() or ("",)
    return str(next(iter(found)))
