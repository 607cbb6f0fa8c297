"""The search index: derived from the records, kept in the writer's transaction, rebuilt at any time.

Names answer by every suffix of characters, full pinyin and initials (prefix ranges over ``skey``); numbers, phones and
addresses by trigrams. ``indexed_to`` in ``meta`` says up to which journal entry the index is complete; what lies beyond
is scanned, so a search never misses a record that exists.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.models import rows
from app.models.database import Connection
from app.models.kinds import show_value, value_of_wire
from app.models.names import name_keys, query_key
from app.models.register import Definition
from app.models.registry import Registry

TABLES_SQL = (
    "CREATE TABLE search_doc (doc INTEGER PRIMARY KEY, register TEXT NOT NULL, id TEXT NOT NULL UNIQUE) STRICT",
    "CREATE TABLE skey (k TEXT NOT NULL, doc INTEGER NOT NULL, PRIMARY KEY (k, doc)) STRICT, WITHOUT ROWID",
    "CREATE INDEX skey_doc ON skey (doc)",
    "CREATE VIRTUAL TABLE fragment USING fts5 (body, tokenize = 'trigram', content = '', contentless_delete = 1)",
)
INDEXED_TO = "indexed_to"
IN_LINES = "\x01"
"""Before the keys of names that stand in lines (当事人): they answer in the register's own list, never everywhere."""
_CAP = 400
_SLICE = 500
_NAME_CHARACTERS = 120
"""Every character begins a key: a name of 100,000 characters from another program must not stop the writer."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One record found; ``rank`` 0 exact, 1 prefix, 2 inside."""

    register: str
    id: str
    rank: int


@dataclass(frozen=True, slots=True)
class _Words:
    names: frozenset[str]
    fragments: str


def _words(conn: Connection, definition: Definition, record_id: str) -> _Words | None:
    row = rows.read_row(conn, definition, record_id)
    if row is None or row.is_deleted:
        return None
    lines = rows.read_lines(conn, definition, record_id)
    parts = [(definition, row)]
    for child in definition.children:
        parts += [(child.line.definition, line) for line in lines[child.name]]
    names: set[str] = set()
    fragments: list[str] = []
    for part, content in parts:
        for spec in part.fields:
            wire = content.values.get(spec.name)
            if spec.search is None or wire is None:
                continue
            text = show_value(spec.kind, value_of_wire(spec.kind, wire))
            is_name = spec.search == "name"
            if is_name:
                mark_of = IN_LINES if part.is_line else ""
                names |= {mark_of + key for key in name_keys(text[:_NAME_CHARACTERS])}
            if not (is_name and part.is_line):
                fragments.append(text)
    return _Words(frozenset(names), "\n".join(fragments))


def index_records(registry: Registry, conn: Connection, touched: Iterable[tuple[str, str]]) -> None:
    """Index ``(register, root id)`` afresh; forgets those that are gone."""
    for register, record_id in touched:
        definition = registry.find(register)
        if definition is None or definition.is_line or not is_searched(definition):
            continue
        _index_one(conn, definition, record_id)


def is_searched(definition: Definition) -> bool:
    """True when any field of the register or its lines is searched."""
    parts = [definition, *(child.line.definition for child in definition.children)]
    return any(spec.search for part in parts for spec in part.fields)


def _index_one(conn: Connection, definition: Definition, record_id: str) -> None:
    found = conn.execute("SELECT doc FROM search_doc WHERE id = ?", (record_id,)).fetchone()
    words = _words(conn, definition, record_id)
    if found:
        conn.execute("DELETE FROM skey WHERE doc = ?", found)
        conn.execute("DELETE FROM fragment WHERE rowid = ?", found)
    if words is None:
        conn.execute("DELETE FROM search_doc WHERE id = ?", (record_id,))
        return
    if not found:
        cursor = conn.execute("INSERT INTO search_doc (register, id) VALUES (?, ?)", (definition.name, record_id))
        found = (cursor.lastrowid,)
    conn.executemany("INSERT INTO skey VALUES (?, ?)", ((key, found[0]) for key in sorted(words.names)))
    conn.execute("INSERT INTO fragment (rowid, body) VALUES (?, ?)", (found[0], words.fragments.lower()))


def indexed_to(conn: Connection) -> int:
    """Journal entry up to which the index is complete."""
    found = conn.execute("SELECT value FROM meta WHERE name = ?", (INDEXED_TO,)).fetchone()
    return int(found[0]) if found else 0


def catch_up(registry: Registry, conn: Connection, *, limit: int = _SLICE) -> int:
    """Index the next ``limit`` journal entries beyond the mark; returns about how many remain, 0 only for none."""
    start = indexed_to(conn)
    found = conn.execute(
        "SELECT n, register, root FROM journal WHERE n > ? ORDER BY n LIMIT ?", (start, limit)
    ).fetchall()
    if not found:
        return 0
    touched = dict.fromkeys((registry.top(register), root) for _, register, root in found)
    index_records(registry, conn, touched)
    mark(conn, found[-1][0])
    # Not counted: that would read the whole rest of the journal for every slice.
    return int(conn.execute("SELECT max(n) FROM journal").fetchone()[0]) - int(found[-1][0])


def mark(conn: Connection, n: int) -> None:
    """Remember that the index is complete up to journal entry ``n``."""
    conn.execute(
        "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (INDEXED_TO, str(n)),
    )


def rebuild(registry: Registry, conn: Connection) -> None:
    """Forget the whole index and index every living record again."""
    conn.execute("DELETE FROM skey")
    conn.execute("DELETE FROM search_doc")
    conn.execute("DROP TABLE fragment")
    conn.execute(TABLES_SQL[3])
    for definition in registry:
        found = conn.execute(f"SELECT id FROM {definition.name} WHERE deleted = 0").fetchall()
        index_records(registry, conn, ((definition.name, row[0]) for row in found))
    newest = conn.execute("SELECT coalesce(max(n), 0) FROM journal").fetchone()[0]
    mark(conn, newest)


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
    """Records changed beyond the mark, looked at one by one; the newest few thousand at most."""
    found = conn.execute(
        "SELECT DISTINCT register, root FROM journal WHERE n > ? ORDER BY n DESC LIMIT 2000", (indexed_to(conn),)
    ).fetchall()
    hits = []
    for register, root in dict.fromkeys((registry.top(name), root) for name, root in found):
        definition = registry.find(register)
        if definition is None or not is_searched(definition) or (registers and register not in registers):
            continue
        words = _words(conn, definition, root)
        if words and (any(one.startswith(keys) for one in words.names) or keys[0] in words.fragments.lower()):
            hits.append(Hit(register, root, 2))
    return hits
