"""What a store holds that an older copy of it does not: asked before the older one takes its place. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from app.models.clock import BEIJING
from app.models.database import Connection, connect
from app.models.reading import Reader
from app.models.registry import Registry
from app.models.store import DATABASE

_NEWEST: Final = 8
_VERBS: Final = {"create": "新增", "update": "修改", "delete": "删除", "resolve": "处理冲突：", "erase": "依法删除"}
_SINCE: Final = "op_id NOT IN (SELECT op_id FROM old.journal) AND kind <> 'access'"


@dataclass(frozen=True, slots=True)
class LostAct:
    """One thing done since: ``2026-03-15 14:30``, ``修改人口“张三”``."""

    at: str
    what: str


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
            f"SELECT act_id, max(at), min(kind), register, root, count(DISTINCT root) FROM main.journal WHERE {_SINCE}"
            " GROUP BY act_id ORDER BY max(at) DESC"
        ).fetchall()
        newest = tuple(_act(registry, conn, row) for row in rows[:_NEWEST])
        return Lost(total, at_county, _by_day([row[1] for row in rows]), newest, _numbers(conn))
    finally:
        conn.close()


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
    """Agreement numbers used here and not in the copy."""
    found = conn.execute(
        "SELECT DISTINCT number FROM main.dispute_agreement WHERE number IS NOT NULL"
        " EXCEPT SELECT number FROM old.dispute_agreement WHERE number IS NOT NULL"
    )
    return tuple(str(row[0]) for row in found)


def _local(at: str) -> str:
    return datetime.fromisoformat(at).astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
