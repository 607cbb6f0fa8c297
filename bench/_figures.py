"""How a measurement is told: floor, ours, ratio, aim. One line each, so that two runs can be laid side by side."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import quantiles
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

QUICK = "--quick" in sys.argv
"""Small numbers, to see that a measurement still runs; its ratios say little."""


@dataclass
class Span:
    """Seconds between entering and leaving :func:`span`: by the clock, and of all processors in this process."""

    seconds: float = 0.0
    processor: float = 0.0

    def __add__(self, other: Span) -> Span:
        """One after the other."""
        return Span(self.seconds + other.seconds, self.processor + other.processor)


def number_after(flag: str, otherwise: int) -> int:
    """The number that follows ``flag`` on the command line, as in ``--people 1000000``."""
    if flag not in sys.argv[:-1]:
        return otherwise
    return int(sys.argv[sys.argv.index(flag) + 1])


def heading() -> None:
    """The words over the columns of :func:`against`."""
    print(f"  {'':<44}{'floor':>11}{'ours':>11}{'ratio':>8}{'aim':>8}")


def against(what: str, floor: float | Span, ours: float | Span, *, aim: float | None = None) -> None:
    """One line: seconds of the floor, of ours, the ratio, and the ratio aimed at; of spans also processor time.

    Processor time is of this process alone, and hardly rises when others want the same processors.
    """
    goal = f"{aim:.1f}" if aim is not None else ""
    least, taken = _wall(floor), _wall(ours)
    line = f"  {what:<44}{_spoken(least):>11}{_spoken(taken):>11}{taken / least:>8.2f}{goal:>8}"
    if isinstance(floor, Span) and isinstance(ours, Span):
        line += f"   processor {_spoken(floor.processor)}, {_spoken(ours.processor)}"
    print(line, flush=True)


def alone(what: str, seconds: float, *, aim: float | None = None) -> None:
    """One line for what has no floor: seconds, and the seconds aimed at."""
    goal = _spoken(aim) if aim is not None else ""
    print(f"  {what:<44}{'':>11}{_spoken(seconds):>11}{'':>8}{goal:>8}", flush=True)


def seconds_of(work: Callable[[], object]) -> float:
    """Seconds one call takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def slow_end(seconds: Sequence[float]) -> float:
    """The 95th percentile."""
    return quantiles(seconds, n=20)[-1]


@contextmanager
def span() -> Iterator[Span]:
    """Measure what stands in the block."""
    found = Span()
    begun, used = time.perf_counter(), time.process_time()
    yield found
    found.seconds, found.processor = time.perf_counter() - begun, time.process_time() - used


def span_of(work: Callable[[], object]) -> Span:
    """What one call takes."""
    with span() as found:
        work()
    return found


def _wall(taken: float | Span) -> float:
    return taken.seconds if isinstance(taken, Span) else taken


def _spoken(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.2f} ms"
