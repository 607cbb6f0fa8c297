"""How long 10,000 operations take from one PC to the county and to a second PC, over real HTTPS and PostgreSQL."""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from app.models.registers import Person
from county.server import County, database, serving
from tests.county.desks import Township, equal

OPERATIONS = 10_000


def main() -> None:
    """Measure and print; one line for each step."""
    with TemporaryDirectory(prefix="bench", ignore_cleanup_errors=True) as folder, ExitStack() as stack:
        data = Path(folder)
        county = County(stack.enter_context(database(data / "county")), data / "county")
        stack.enter_context(serving(county))
        township = Township(county, data, stack)
        one, two = township.first("one"), township.second("two")
        timed("nothing to do", one.synced)
        people = [
            Person(full_name=f"村民{number}", phone="13800000000", live_address=f"青溪村 {number} 号")
            for number in range(OPERATIONS)
        ]
        timed(f"enter {OPERATIONS}", lambda: one.store.write("u", lambda unit: unit.create_many(people)))
        timed("push, and their numbers back", one.synced)
        timed("pull on a second PC", two.synced)
        timed("compare all three", lambda: equal(one, township) and equal(two, township))


def timed(what: str, work: object) -> None:
    """Run and print the seconds."""
    begun = time.perf_counter()
    assert callable(work)
    work()
    sys.stdout.write(f"{what:<32} {time.perf_counter() - begun:6.2f} s\n")


if __name__ == "__main__":
    main()
