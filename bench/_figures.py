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


def heading() -> None:
    """The words over the columns of :func:`against`."""
    print(f"  {'':<44}{'floor':>11}{'ours':>11}{'ratio':>8}{'aim':>8}")


def against(what: str, floor: float, ours: float, *, aim: float | None = None) -> None:
    """One line: seconds of the floor, of ours, the ratio, and the ratio aimed at."""
    goal = f"{aim:.1f}" if aim is not None else ""
    print(f"  {what:<44}{_spoken(floor):>11}{_spoken(ours):>11}{ours / floor:>8.2f}{goal:>8}", flush=True)


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


@dataclass
class Span:
    """Seconds between entering and leaving :func:`span`."""

    seconds: float = 0.0


@contextmanager
def span() -> Iterator[Span]:
    """Measure what stands in the block."""
    found = Span()
    begun = time.perf_counter()
    yield found
    found.seconds = time.perf_counter() - begun


def _spoken(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.2f} ms"
