"""Lines at which the program remarks on something (人均租住面积 …): data with a source, never a reason to refuse.

The shipped values are in ``resources/limits.json``. Nothing here reads a record.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache

from app.resources import resource_path


@dataclass(frozen=True, slots=True)
class Limit:
    """One line: its value in the unit its title names, and where it comes from."""

    name: str
    title: str
    value: int
    law: str
    verified: bool


@cache
def _shipped() -> dict[str, Limit]:
    raw = json.loads(resource_path("limits.json").read_text(encoding="utf-8"))
    return {one["name"]: Limit(**one) for one in raw["limits"]}


def limit_called(name: str) -> Limit:
    """The limit of that name; an unknown one is a programming error and raises ``LookupError``."""
    limits = _shipped()
    if name not in limits:
        message = f"no limit {name!r}; there are: {', '.join(limits)}"
        raise LookupError(message)
    return limits[name]
