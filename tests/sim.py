"""``dev.py sim [days] [first seed]``: simulated bad days by the thousand; a failing seed can be replayed."""

from __future__ import annotations

import sys
import time

from tests.sync.simulator import BrokenError, Day

DAYS = 2_000


def main(words: list[str]) -> int:
    """Play the days; 0 when none broke an invariant."""
    days = int(words[0]) if words else DAYS
    first = int(words[1]) if len(words) > 1 else 100_000
    begun = time.monotonic()
    broken = 0
    for seed in range(first, first + days):
        try:
            Day(seed).run()
        except BrokenError as error:
            broken += 1
            sys.stdout.write(f"seed {seed}: {str(error)[:300]}\n")
    sys.stdout.write(f"{days} days from seed {first}, {broken} broken, {time.monotonic() - begun:.0f} s\n")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
