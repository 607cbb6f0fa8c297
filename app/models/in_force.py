"""What applies besides what ships: the configuration of the township that is open, as plain values.

One township is signed in to at a time in a process; opening the practice township puts its own (empty) configuration
in front, closing it brings the other back. Codes, periods, days off and settings ask here; whoever wants another
configuration passes it. Reads no store and checks nothing: :mod:`app.models.configuration` does.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class ToldSetting:
    """A setting's value as the county says it; a locked one cannot be changed on a PC."""

    value: str
    is_locked: bool
    basis: str


@dataclass(frozen=True, slots=True, eq=False)
class Overlay:
    """What a county and a township add: by code list, by clock, the years' days off, by setting.

    Shapes as in ``CodeList.with_overlay``, ``clocks_list.with_overlay`` and ``holidays.read_arrangement``. Two
    overlays are never equal, so that what is made from one may be kept by it.
    """

    codes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    clocks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    years: tuple[Mapping[str, Any], ...] = ()
    settings: Mapping[str, ToldSetting] = field(default_factory=dict)


NOTHING: Final = Overlay()

_lock = threading.Lock()
_open: tuple[tuple[object, Overlay], ...] = ()


def current() -> Overlay:
    """The overlay of the township opened last; empty when none is open."""
    return _open[-1][1] if _open else NOTHING


def of(owner: object) -> Overlay:
    """The overlay of a certain open township; empty when it has none."""
    return next((overlay for one, overlay in _open if one is owner), NOTHING)


def open_with(owner: object, overlay: Overlay) -> None:
    """Put a township in front."""
    global _open  # noqa: PLW0603 - the one place, replaced whole so that readers need no lock
    with _lock:
        _open = (*((one, its) for one, its in _open if one is not owner), (owner, overlay))


def change(owner: object, overlay: Overlay) -> None:
    """A new overlay for a township that is open; nothing for any other."""
    global _open  # noqa: PLW0603 - as above
    with _lock:
        _open = tuple((one, overlay if one is owner else its) for one, its in _open)


def close(owner: object) -> None:
    """The township is closed."""
    global _open  # noqa: PLW0603 - as above
    with _lock:
        _open = tuple((one, its) for one, its in _open if one is not owner)
