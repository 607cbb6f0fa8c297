"""10,000 changes from one PC to the county and to a second PC, over real HTTPS and PostgreSQL, beside a bare floor.

The floor is what any way of doing it must do: one packed request, one ``COPY`` into PostgreSQL, one upsert of bare
rows into an encrypted file. Ours also seals, checks chains and heads, numbers, merges, indexes and confirms.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import zstandard

from app.models import journal, rows
from app.models.database import connect
from app.models.registers import Person
from app.sync.op import op_to_json
from bench._figures import QUICK, Span, against, alone, heading, seconds_of, span_of
from bench._people import people
from county.server import County, database, serving
from tests.county.desks import Township, equal

if TYPE_CHECKING:
    from app.models.store import Store
    from county.ledger import Pool

CHANGES = 1_000 if QUICK else 10_000
_AT_ONCE = 200


def main() -> None:
    """Measure and print."""
    with TemporaryDirectory(prefix="bench", ignore_cleanup_errors=True) as folder, ExitStack() as stack:
        data = Path(folder)
        pool = stack.enter_context(database(data / "county"))
        county = County(pool, data / "county")
        stack.enter_context(serving(county))
        township = Township(county, data, stack)
        one, two = township.first("one"), township.second("two")
        one.synced()
        made = list(people(CHANGES, 41))
        for start in range(0, CHANGES, _AT_ONCE):
            part = made[start : start + _AT_ONCE]
            one.store.write("u", lambda unit, part=part: unit.create_many(part))  # type: ignore[misc]  # a default of a lambda
        floor = _floor(one.store, pool, data / "bare.db")
        pushed, pulled = span_of(one.synced), span_of(two.synced)
        heading()
        alone(f"push {CHANGES}, and their numbers back", pushed.seconds)
        alone("pull on a second PC", pulled.seconds)
        against("push and pull", floor, pushed + pulled)
        alone("nothing to do", seconds_of(one.synced))
        assert equal(one, township)
        assert equal(two, township)


def _floor(store: Store, pool: Pool, path: Path) -> Span:
    """Pack, unpack, COPY, read back, upsert: the same operations and the same rows."""
    ops = [json.dumps(op_to_json(op), ensure_ascii=False) for op in journal.select(store.conn, "seq IS NULL")]
    definition = Person.definition
    made = [rows.encode(definition, rows.Row("person", one.id, rows.wires_of(one))) for one in people(CHANGES, 41)]
    bare = connect(path, store.key)
    bare.conn.execute(store.conn.execute("SELECT sql FROM sqlite_master WHERE name = 'person'").fetchone()[0])
    insert = rows.upsert_sql(definition)

    def work() -> None:
        packed = zstandard.ZstdCompressor().compress("\n".join(ops).encode("utf-8", "surrogatepass"))
        lines = zstandard.ZstdDecompressor().decompress(packed).decode("utf-8", "surrogatepass").split("\n")
        with pool.connection() as conn, conn.cursor() as cursor:
            cursor.execute("CREATE TEMP TABLE bare (n bigint PRIMARY KEY, op text NOT NULL)")
            with cursor.copy("COPY bare FROM STDIN") as copy:
                for number, line in enumerate(lines):
                    copy.write_row((number, line))
            cursor.execute("SELECT op FROM bare ORDER BY n").fetchall()
        with bare.atomic():
            bare.conn.executemany(insert, made)

    taken = span_of(work)
    bare.conn.close()
    return taken


if __name__ == "__main__":
    main()
