"""What a store holds that an older copy of it does not: asked before the older one takes its place. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from app.models.clock import BEIJING
from app.models.database import Connection, connect
from app.models.folder import DATABASE
from app.models.number_reading import COLUMNS, UNSURE, lost_entries, spent
from app.models.reading import Reader
from app.models.registry import Registry

_NEWEST: Final = 8
_VERBS: Final = {"create": "新增", "update": "修改", "delete": "删除", "resolve": "处理冲突：", "erase": "依法删除"}
_SINCE: Final = "op_id NOT IN (SELECT op_id FROM old.journal) AND kind <> 'access'"
_OTHER: Final = "CASE WHEN register <> 'number_entry' THEN"
_SEEN: Final = (
    f"coalesce(max({_OTHER} register END), max(register)), coalesce(max({_OTHER} root END), max(root)),"
    f" count(DISTINCT {_OTHER} root END)"
)
"""Register, record and how many: an act is called by what was done, not by the number that was written down for it."""


@dataclass(frozen=True, slots=True)
class LostAct:
    """One thing done since: ``2026-03-15 14:30``, ``修改人口“张三”``."""

    at: str
    what: str


@dataclass(frozen=True, slots=True)
class Numbers:
    """What was given on paper since: numbers as printed, and acts on the number books as rows."""

    given: tuple[str, ...]
    acts: tuple[tuple[object, ...], ...]


@dataclass(frozen=True, slots=True)
class Lost:
    """Everything done since the copy was made.

    ``by_day``: ``(day, acts)`` newest first. ``at_county``: entries the county has, which sync brings back.
    ``numbers``: paper numbers given out since, which must not be given again.
    """

    entries: int
    at_county: int
    by_day: tuple[tuple[str, int], ...]
    newest: tuple[LostAct, ...]
    numbers: tuple[str, ...]

    @property
    def only_here(self) -> int:
        """Entries nobody else has."""
        return self.entries - self.at_county


def compare(registry: Registry, present: Path, key: bytes, *, old: tuple[Path, bytes]) -> Lost | None:
    """What ``present`` has beyond the copy in the folder ``old``; None when nothing. Raises ``StoreError``."""
    folder, old_key = old
    conn = connect(present, key, read_only=True).conn
    try:
        conn.execute(f"ATTACH DATABASE ? AS old KEY \"x'{old_key.hex()}'\"", (str(folder / DATABASE),))
        total, at_county = conn.execute(
            f"SELECT count(*), coalesce(sum(seq > 0), 0) FROM main.journal WHERE {_SINCE}"
        ).fetchone()
        if not total:
            return None
        rows = conn.execute(
            f"SELECT act_id, max(at), min(kind), {_SEEN} FROM main.journal WHERE {_SINCE}"
            " GROUP BY act_id ORDER BY max(at) DESC"
        ).fetchall()
        newest = tuple(_act(registry, conn, row) for row in rows[:_NEWEST])
        return Lost(total, at_county, _by_day([row[1] for row in rows]), newest, _numbers(conn))
    finally:
        conn.close()


def numbers_since(present: Path, key: bytes, *, old: tuple[Path, bytes]) -> Numbers | None:
    """Numbers and acts of ``present`` beyond the copy in ``old``; None unless the copy grew into it on this PC.

    Raises ``StoreError`` when it cannot be opened.
    """
    folder, old_key = old
    conn = connect(present, key, read_only=True).conn
    try:
        conn.execute(f"ATTACH DATABASE ? AS old KEY \"x'{old_key.hex()}'\"", (str(folder / DATABASE),))
        here, there = (_own_facts(conn, schema) for schema in ("main", "old"))
        is_known = here["device"] == there["device"] and here.get(UNSURE) != "1"
        return Numbers(_numbers(conn), _book(conn)) if is_known else None
    finally:
        conn.close()


def _own_facts(conn: Connection, schema: str) -> dict[str, str]:
    found = conn.execute(f"SELECT name, value FROM {schema}.meta WHERE name IN ('device', ?)", (UNSURE,))
    return {str(name): str(value) for name, value in found}


def _by_day(instants: Sequence[str]) -> tuple[tuple[str, int], ...]:
    days: dict[str, int] = {}
    for at in instants:
        day = _local(at)[:10]
        days[day] = days.get(day, 0) + 1
    return tuple(sorted(days.items(), reverse=True))


def _act(registry: Registry, conn: Connection, row: Sequence[object]) -> LostAct:
    _, at, kind, register, root, roots = row
    definition = registry.find(registry.top(str(register)))
    verb = _VERBS.get(str(kind), "修改")
    if definition is None:
        return LostAct(_local(str(at)), "新版本程序的记录")
    if isinstance(roots, int) and roots > 1:
        return LostAct(_local(str(at)), f"{verb}{definition.label}等 {roots} 条")
    title = Reader(registry, conn).titles(definition.name, [str(root)]).get(str(root), "")
    return LostAct(_local(str(at)), f"{verb}{definition.label}“{title}”" if title else f"{verb}{definition.label}")


def _numbers(conn: Connection) -> tuple[str, ...]:
    """Numbers used here and not in the copy, and those that an earlier restore had left out already."""
    used = [_numbers_of(conn, table, column) for table, column in _NUMBERS]
    return tuple(dict.fromkeys((*(number for one in used for number in one), *spent(conn))))


def _numbers_of(conn: Connection, table: str, column: str) -> list[str]:
    if not _has(conn, "main", table, column):
        return []
    here = f"SELECT DISTINCT {column} FROM main.{table} WHERE {column} IS NOT NULL"
    there = f" EXCEPT SELECT {column} FROM old.{table}" if _has(conn, "old", table, column) else ""
    return [str(row[0]) for row in conn.execute(here + there)]


def _book(conn: Connection) -> tuple[tuple[object, ...], ...]:
    """Acts on the number books written here and not in the copy."""
    if not _has(conn, "main", "number_entry", "id"):
        return ()
    unknown = " WHERE id NOT IN (SELECT id FROM old.number_entry)" if _has(conn, "old", "number_entry", "id") else ""
    rows = conn.execute(f"SELECT {', '.join(COLUMNS)} FROM main.number_entry{unknown}").fetchall()
    return tuple(dict.fromkeys((*(tuple(row) for row in rows), *lost_entries(conn))))


def _has(conn: Connection, schema: str, table: str, column: str) -> bool:
    """A copy of an older program lacks what came later."""
    return any(row[1] == column for row in conn.execute(f"PRAGMA {schema}.table_info({table})"))


_NUMBERS: Final = (("dispute_agreement", "number"), ("dispute_paper", "number"), ("dispute", "dossier_number"))


def _local(at: str) -> str:
    return datetime.fromisoformat(at).astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
