"""Saving and searching: what a clerk waits for while a township grows from 10,000 to 100,000 people.

The floor of saving is the bare row written into the same encrypted file: without a journal, without an index, without
checks. ``--quick`` takes a tenth of the people, ``--people 1000000`` grows to that many (about a quarter of an hour).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory

from app.models import rows
from app.models.database import connect
from app.models.names import name_keys
from app.models.reading import Query, Reader
from app.models.registers import Person
from app.models.store import Store
from bench._figures import QUICK, against, alone, heading, number_after, seconds_of, slow_end
from bench._people import add_people, people, township

SMALL = 1_000 if QUICK else 10_000
LARGE = number_after("--people", SMALL * 10)
SAVES = 1_000 if QUICK else 10_000
SINGLE = 150
SEARCHES = 60
AIM = 0.016
"""Seconds: one picture of a screen that shows sixty in a second."""


def main() -> None:
    """Measure and print."""
    with TemporaryDirectory(prefix="bench", ignore_cleanup_errors=True) as given:
        folder = Path(given)
        office = township(folder / "data", SMALL)
        store = office.store
        small = (_create(store, 11), _change(store, 11))
        heading()
        _many(store, folder)
        filling = seconds_of(lambda: add_people(store, LARGE - SMALL, seed=2))
        alone(f"filling and indexing {LARGE - SMALL} people", filling)
        size = sum(path.stat().st_size for path in (folder / "data").glob("**/*") if path.is_file())
        print(f"  the folder of {LARGE} people: {size / 2**20:,.0f} MiB")
        large = (_create(store, 12), _change(store, 12))
        for what, before, after in zip(("create one person", "change one field"), small, large, strict=True):
            against(f"{what} at {LARGE}, beside {SMALL}", before, after, aim=1)
        _search(Reader(store.registry, store.conn), store)
        store.close()


def _create(store: Store, seed: int) -> float:
    made = people(SINGLE, seed)
    return median(seconds_of(lambda: store.write("bench", lambda unit: unit.save(next(made)))) for _ in range(SINGLE))


def _change(store: Store, seed: int) -> float:
    reader = Reader(store.registry, store.conn)
    found = [reader.get("person", one) for (one,) in store.conn.execute(f"SELECT id FROM person LIMIT {SINGLE}")]
    changed = iter([one.model_copy(update={"phone": f"137{seed:08d}"}) for one in found if one is not None])
    return median(seconds_of(lambda: store.write("bench", lambda unit: unit.save(next(changed)))) for _ in found)


def _many(store: Store, folder: Path) -> None:
    """Ten thousand at a stroke and one after another, beside bare rows in another file under the same key."""
    made = list(people(SAVES, 21))
    definition = Person.definition
    encoded = [rows.encode(definition, rows.Row("person", one.id, rows.wires_of(one))) for one in made]
    bare = connect(folder / "bare.db", store.key)
    table = store.conn.execute("SELECT sql FROM sqlite_master WHERE name = 'person'").fetchone()[0]
    bare.conn.execute(table)
    insert = rows.upsert_sql(definition)

    def at_once() -> None:
        with bare.atomic():
            bare.conn.executemany(insert, encoded)

    def one_by_one() -> None:
        for row in encoded:
            with bare.atomic():
                bare.conn.execute(insert, row)

    at_a_stroke = seconds_of(at_once)
    bare.conn.execute("DELETE FROM person")
    each = seconds_of(one_by_one)
    bare.conn.close()
    single = list(people(SAVES // 10, 22))
    against(f"{SAVES} at once ÷ executemany", at_a_stroke, seconds_of(lambda: _at_once(store, made)))
    index = seconds_of(store.index_rest)
    alone(f"... and their index, in the background: {SAVES}", index)
    saves = seconds_of(lambda: [store.write("bench", lambda unit, one=one: unit.save(one)) for one in single])  # type: ignore[misc]  # a default of a lambda
    against(f"{SAVES} saves ÷ a bare transaction each", each, saves * 10)
    against(f"{SAVES} saves ÷ executemany", at_a_stroke, saves * 10)


def _at_once(store: Store, made: Sequence[Person]) -> None:
    for start in range(0, len(made), 200):
        part = made[start : start + 200]
        store.write("bench", lambda unit, part=part: unit.create_many(part))  # type: ignore[misc]  # a default of a lambda


def _search(reader: Reader, store: Store) -> None:
    """The 95th percentile of each kind of question; as the search box asks, and as a list asks."""
    random = Random(5)
    everybody = [
        (str(name), str(number), str(phone), str(address))
        for name, number, phone, address in store.conn.execute(
            "SELECT full_name, id_number, phone, live_address FROM person ORDER BY n LIMIT 5000"
        )
    ]
    asked = list(islice((random.choice(everybody) for _ in range(SEARCHES)), SEARCHES))

    def pinyin(name: str) -> str:
        return max((key for key in name_keys(name) if key.isascii()), key=len)

    def initials(name: str) -> str:
        return min((key for key in name_keys(name) if key.isascii() and len(key) == len(name)), default="zs")

    kinds: dict[str, Callable[[tuple[str, str, str, str]], str]] = {
        "whole name": lambda one: one[0],
        "one character": lambda one: one[0][-1],
        "surname": lambda one: one[0][0],
        "pinyin": lambda one: pinyin(one[0]),
        "first letters of pinyin": lambda one: pinyin(one[0])[:3],
        "initials": lambda one: initials(one[0]),
        "one letter": lambda one: pinyin(one[0])[0],
        "whole identity number": lambda one: one[1],
        "day of birth in the number": lambda one: one[1][6:14],
        "last four of the number": lambda one: one[1][-4:],
        "first six of the number": lambda one: one[1][:6],
        "end of the phone": lambda one: one[2][-4:],
        "three digits of the phone": lambda one: one[2][3:6],
        "address": lambda one: one[3],
        "village": lambda one: one[3][:3],
        "nobody": lambda one: f"无此人{one[2]}",
    }

    def shown(text: str) -> None:
        for hit in reader.search(text, cap=30):
            record = reader.get(hit.register, hit.id)
            assert record is not None
            record.subtitle()

    for kind, question in kinds.items():
        texts = [question(one) for one in asked]
        alone(f"search, p95: {kind} ({texts[0]})", slow_end([_seconds(reader.search, text) for text in texts]), aim=AIM)
    for kind in ("whole name", "surname", "one letter", "village"):
        texts = [kinds[kind](one) for one in asked]
        alone(f"search box with 30 hits, p95: {kind}", slow_end([_seconds(shown, text) for text in texts]), aim=AIM)
    for kind in ("whole name", "surname", "village"):
        texts = [kinds[kind](one) for one in asked[:20]]

        def listed(text: str) -> object:
            return reader.keys(Query("person", text=text))

        alone(f"list filtered, p95: {kind}", slow_end([_seconds(listed, text) for text in texts]))


def _seconds(work: Callable[[str], object], text: str) -> float:
    begun = time.perf_counter()
    work(text)
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
