"""Writing the search index: from the records, in the writer's transaction, anew at any time.

Names answer by every suffix of characters, full pinyin and initials (prefix ranges over ``skey``); numbers, phones and
addresses by trigrams. ``indexed_to`` in ``meta`` says up to which journal entry the index is complete;
:mod:`app.models.search` scans what lies beyond. Records are read and written many at a time, keys in order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from app.models import rows
from app.models.database import Connection
from app.models.kinds import Kind, show_value, value_of_wire, wire_of_sql
from app.models.names import name_keys
from app.models.register import Definition, FieldSpec
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
_SLICE = 1000
"""Journal entries indexed in one transaction: some 40 ms, for which a user's save may have to wait."""
_AT_ONCE = 500
_NAME_CHARACTERS = 120
"""Every character begins a key: a name of 100,000 characters from another program must not stop the writer."""


@dataclass(slots=True)
class Words:
    """What a record is found by."""

    names: set[str] = field(default_factory=set)
    texts: list[str] = field(default_factory=list)

    @property
    def fragments(self) -> str:
        """Everything that is found by any part of it, in small letters."""
        return "\n".join(self.texts).lower()


# -- what a record is found by ---------------------------------------------------------------------------------------


def words_of(conn: Connection, definition: Definition, record_ids: Sequence[str]) -> dict[str, Words]:
    """What each living record of a register is found by, its lines included."""
    found: dict[str, Words] = {}
    for start in range(0, len(record_ids), _AT_ONCE):
        part = record_ids[start : start + _AT_ONCE]
        for record_id, texts in _texts(conn, definition, part, key="id"):
            found[record_id] = Words()
            _add(found[record_id], definition, texts)
        for child in definition.children:
            line = child.line.definition
            for parent, texts in _texts(conn, line, part, key="parent"):
                if parent in found:
                    _add(found[parent], line, texts)
    return found


def _add(words: Words, part: Definition, texts: Iterable[tuple[FieldSpec, str]]) -> None:
    for spec, text in texts:
        if spec.search == "name":
            keys = name_keys(text[:_NAME_CHARACTERS])
            words.names.update((IN_LINES + key for key in keys) if part.is_line else keys)
        if spec.search != "name" or not part.is_line:
            words.texts.append(text)


def _texts(
    conn: Connection, definition: Definition, record_ids: Sequence[str], *, key: str
) -> Iterator[tuple[str, list[tuple[FieldSpec, str]]]]:
    """The searched values of living rows as text, by the record they belong to."""
    specs = [spec for spec in definition.fields if spec.search is not None]
    columns = ", ".join(("id", key, "extra", *(spec.name for spec in specs)))
    marks = ", ".join("?" * len(record_ids))
    # The plus keeps the planner from walking everything that lives, by the index that begins with ``deleted``.
    which = f"{key} IN ({marks}) AND +deleted = 0 ORDER BY {key}, position, id"
    sql = f"SELECT {columns} FROM {definition.name} WHERE {which}"
    for own_id, record_id, extra, *values in conn.execute(sql, record_ids).fetchall():
        # A value that its column cannot hold, or one of a newer program, stands in ``extra``: seldom, so the long way.
        row = rows.read_row(conn, definition, own_id) if extra else None
        if row is not None:
            wires = [(spec, row.values.get(spec.name)) for spec in specs]
            yield (
                record_id,
                [
                    (spec, show_value(spec.kind, value_of_wire(spec.kind, wire)))
                    for spec, wire in wires
                    if wire is not None
                ],
            )
        else:
            stored = zip(specs, values, strict=True)
            yield record_id, [(spec, _text(spec.kind, value)) for spec, value in stored if value is not None]


def _text(kind: Kind, value: Any) -> str:
    if isinstance(value, str) and _is_plain(type(kind)):
        return value
    return show_value(kind, value_of_wire(kind, wire_of_sql(kind, value)))


def _is_plain(kind: type[Kind]) -> bool:
    """True for a kind whose text is stored as it is shown."""
    return kind.from_wire is Kind.from_wire and kind.show is Kind.show and kind.sql == "TEXT"


def is_searched(definition: Definition) -> bool:
    """True when any field of the register or its lines is searched."""
    parts = [definition, *(child.line.definition for child in definition.children)]
    return any(spec.search for part in parts for spec in part.fields)


# -- writing ---------------------------------------------------------------------------------------------------------


def index_records(registry: Registry, conn: Connection, touched: Iterable[tuple[str, str]]) -> None:
    """Index ``(register, root id)`` afresh; forgets those that are gone."""
    by_register: dict[str, list[str]] = {}
    for register, record_id in touched:
        by_register.setdefault(register, []).append(record_id)
    for register, record_ids in by_register.items():
        definition = registry.find(register)
        if definition is not None and not definition.is_line and is_searched(definition):
            _index(conn, definition, record_ids)


def _index(conn: Connection, definition: Definition, record_ids: Sequence[str]) -> None:
    known = _docs(conn, record_ids)
    conn.executemany("DELETE FROM skey WHERE doc = ?", ((doc,) for doc in known.values()))
    conn.executemany("DELETE FROM fragment WHERE rowid = ?", ((doc,) for doc in known.values()))
    words = words_of(conn, definition, record_ids)
    gone = [(doc,) for record_id, doc in known.items() if record_id not in words]
    conn.executemany("DELETE FROM search_doc WHERE doc = ?", gone)
    newest = int(conn.execute("SELECT coalesce(max(doc), 0) FROM search_doc").fetchone()[0])
    fresh = {record_id: doc for doc, record_id in enumerate((one for one in words if one not in known), newest + 1)}
    insert = "INSERT INTO search_doc (doc, register, id) VALUES (?, ?, ?)"
    conn.executemany(insert, ((doc, definition.name, record_id) for record_id, doc in fresh.items()))
    numbered = ((known.get(record_id) or fresh[record_id], one) for record_id, one in words.items())
    docs = sorted(numbered, key=itemgetter(0))
    conn.executemany("INSERT INTO skey VALUES (?, ?)", sorted((key, doc) for doc, one in docs for key in one.names))
    conn.executemany("INSERT INTO fragment (rowid, body) VALUES (?, ?)", ((doc, one.fragments) for doc, one in docs))


def _docs(conn: Connection, record_ids: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(record_ids), _AT_ONCE):
        part = record_ids[start : start + _AT_ONCE]
        marks = ", ".join("?" * len(part))
        found.update(conn.execute(f"SELECT id, doc FROM search_doc WHERE id IN ({marks})", part).fetchall())
    return found


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
