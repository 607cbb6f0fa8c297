"""Searching: by any part of a name, its pinyin or initials, of a number, a phone or an address.

Asks the index (:mod:`app.models.indexing`) and looks through what it does not hold yet, so that a search never misses
a record that exists.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from app.models.database import Connection
from app.models.indexing import IN_LINES, indexed_to, is_searched, words_of
from app.models.names import query_key
from app.models.registry import Registry

_CAP = 400
_TAIL = 2000
"""Records beyond the index that are looked through, the newest first."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One record found; ``rank`` 0 exact, 1 prefix, 2 inside."""

    register: str
    id: str
    rank: int


def find(
    registry: Registry,
    conn: Connection,
    text: str,
    *,
    registers: Sequence[str] = (),
    in_lines: bool = False,
    cap: int = _CAP,
) -> list[Hit]:
    """Records whose name, pinyin, number, phone or address contains ``text``; best first, at most ``cap``.

    ``in_lines`` asks the names in lines too (the parties of a dispute), which a search everywhere does not.
    """
    key = query_key(text)
    if not key:
        return []
    ranks: dict[int, int] = {}
    keys = (key, IN_LINES + key) if in_lines else (key,)
    for one in keys:
        _by_name(conn, one, ranks, registers=registers, cap=cap)
    if len(ranks) < cap:
        _by_fragment(conn, text.strip().lower(), ranks, cap)
    hits = _named(conn, ranks, registers) + _tail(registry, conn, keys, registers)
    unique: dict[str, Hit] = {}
    for hit in sorted(hits, key=lambda one: one.rank):
        unique.setdefault(hit.id, hit)
    return list(unique.values())[:cap]


def _by_name(conn: Connection, key: str, ranks: dict[int, int], *, registers: Sequence[str], cap: int) -> None:
    among = ""
    if registers:  # a long register must not crowd a short one out of the cap
        marks = ", ".join("?" * len(registers))
        among = f" AND (SELECT d.register FROM search_doc d WHERE d.doc = skey.doc) IN ({marks})"
    sql = f"SELECT k, doc FROM skey WHERE k >= ? AND k < ?{among} LIMIT ?"
    for stored, doc in conn.execute(sql, (key, key + "\U0010ffff", *registers, cap * 4)):
        rank = 0 if stored == key else 1
        ranks[doc] = min(rank, ranks.get(doc, 2))


def _by_fragment(conn: Connection, text: str, ranks: dict[int, int], cap: int) -> None:
    if len(text) < 3:
        return
    phrase = '"' + text.replace('"', '""') + '"'
    for (doc,) in conn.execute("SELECT rowid FROM fragment WHERE fragment MATCH ? LIMIT ?", (phrase, cap)):
        ranks.setdefault(doc, 2)


def _named(conn: Connection, ranks: dict[int, int], registers: Sequence[str]) -> list[Hit]:
    hits: list[Hit] = []
    docs = list(ranks)
    for start in range(0, len(docs), 500):
        part = docs[start : start + 500]
        marks = ", ".join("?" * len(part))
        for doc, register, record_id in conn.execute(
            f"SELECT doc, register, id FROM search_doc WHERE doc IN ({marks})", part
        ):
            if not registers or register in registers:
                hits.append(Hit(register, record_id, ranks[doc]))
    return hits


def _tail(registry: Registry, conn: Connection, keys: tuple[str, ...], registers: Sequence[str]) -> list[Hit]:
    """Records changed beyond the mark, looked through; the newest few thousand at most."""
    found = conn.execute(
        "SELECT register, root FROM journal WHERE n > ? ORDER BY n DESC LIMIT ?", (indexed_to(conn), _TAIL * 3)
    ).fetchall()
    newest = dict.fromkeys((registry.top(register), root) for register, root in found)
    by_register: dict[str, list[str]] = {}
    for register, root in islice(newest, _TAIL):
        by_register.setdefault(register, []).append(root)
    hits: list[Hit] = []
    for register, roots in by_register.items():
        definition = registry.find(register)
        if definition is None or not is_searched(definition) or (registers and register not in registers):
            continue
        for record_id, words in words_of(conn, definition, roots).items():
            if keys[0] in words.fragments or any(one.startswith(keys) for one in words.names):
                hits.append(Hit(register, record_id, 2))
    return hits
