"""The number books, pure: who may give which number next, and what became of every number. No clock, no SQL, no store.

A book is one committee's numbers of a kind in a year. Exactly one PC, its holder, gives numbers from the open end and
blocks to other PCs; a PC with a block gives its numbers, every other none. All of it follows from acts that are
written once and only ever added, so any two PCs that know the same acts say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby
from typing import Final

BLOCK_SIZE: Final = 10
GAP: Final = 20
"""Numbers left out when the books are taken over from a PC that may have given some nobody here knows of."""

Key = tuple[str, str, int]
"""Committee, kind, year (0 where the pattern has no year)."""


class Kind(StrEnum):
    """Codes of ``number_kind``."""

    AGREEMENT = "agreement"
    DOSSIER = "dossier"


class What(StrEnum):
    """Codes of ``number_act``. A mark says that everything up to it is taken."""

    GIVEN = "given"
    BLOCK = "block"
    VOID = "void"
    UNUSED = "unused"
    UNKNOWN = "unknown"
    HOLDER = "holder"
    MARK = "mark"
    CLOSED = "closed"


class State(StrEnum):
    """What became of a number. ``NO_TRACE``: passed over, and nothing says why."""

    USED = "已用"
    VOID = "作废"
    UNUSED = "未用"
    UNKNOWN = "不明"
    HELD = "在号段中"
    NO_TRACE = "无记录"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One act, as stored (``number_entry``)."""

    committee: str
    kind: str
    year: int
    what: str
    first: int = 0
    last: int = 0
    generation: int = 0
    device: str = ""
    device_name: str = ""
    matter: str = ""
    reason: str = ""
    entered_by: str = ""
    entered_on: str = ""
    id: str = ""
    is_deleted: bool = False

    @property
    def key(self) -> Key:
        """Whose book."""
        return self.committee, self.kind, self.year

    @property
    def numbers(self) -> range:
        """What it is about."""
        return range(self.first, self.last + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A number as it stands in a dispute or on a printed paper. ``dispute`` is "" where only the number is known."""

    number: int
    text: str
    dispute: str = ""
    matter: str = ""
    name: str = ""
    signed_on: str = ""
    is_current: bool = True


@dataclass(frozen=True, slots=True)
class Number:
    """One number with what became of it."""

    number: int
    state: State
    use: Use | None = None
    entry: Entry | None = None


class ClosedError(Exception):
    """The year's book is closed."""


@dataclass(slots=True)
class Book:
    """Everything known of one committee's numbers of a kind in a year."""

    key: Key
    entries: Sequence[Entry] = ()
    uses: Sequence[Use] = ()
    _by: dict[str, dict[int, Entry]] = field(default_factory=dict, repr=False)
    _used: dict[int, Use] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        for one in self.entries:
            if one.what in (What.GIVEN, What.VOID, What.UNUSED, What.UNKNOWN, What.BLOCK):
                held = self._by.setdefault(one.what, {})
                held.update((number, one) for number in one.numbers if number not in held)
        for use in sorted(self.uses, key=lambda one: (one.is_current, bool(one.dispute))):
            self._used[use.number] = use

    @property
    def floor(self) -> int:
        """The highest number that is not free any more."""
        marked = max((one.last for one in self.entries if one.what != What.CLOSED), default=0)
        return max(marked, max(self._used, default=0))

    @property
    def last_used(self) -> int:
        """The highest number that was given or stands on a paper."""
        return max((*self._used, *self._by.get(What.GIVEN, ())), default=0)

    @property
    def closed(self) -> Entry | None:
        """The closing of the year, unless it was taken back."""
        return next((one for one in self.entries if one.what == What.CLOSED and not one.is_deleted), None)

    @property
    def blocks(self) -> list[Entry]:
        """Blocks that were given out, in order."""
        return sorted((one for one in self.entries if one.what == What.BLOCK), key=lambda one: one.first)

    def is_settled(self, number: int) -> bool:
        """True when it was given, used or struck out."""
        settled = (What.GIVEN, What.VOID, What.UNUSED, What.UNKNOWN)
        return number in self._used or any(number in self._by.get(what, ()) for what in settled)

    def remaining(self, device: str) -> list[int]:
        """Numbers of a PC's blocks that are still to be given, lowest first."""
        own = (number for one in self.blocks if one.device == device for number in one.numbers)
        return sorted({number for number in own if not self.is_settled(number)})

    def number(self, number: int) -> Number:
        """What became of one number; a use is shown even where it was struck out as unused or unknown."""
        use = self._used.get(number)
        void, given = self._by.get(What.VOID, {}).get(number), self._by.get(What.GIVEN, {}).get(number)
        if void is not None:
            return Number(number, State.VOID, use, void)
        if use is not None or given is not None:
            return Number(number, State.USED, use, given)
        for what, state in _LEFT:
            entry = self._by.get(what, {}).get(number)
            if entry is not None:
                return Number(number, state, None, entry)
        return Number(number, State.NO_TRACE)

    def numbers(self) -> list[Number]:
        """Every number from 1 to the highest, each once."""
        return [self.number(one) for one in range(1, self.floor + 1)]

    def struck_out_but_used(self) -> list[Number]:
        """Numbers closed as unused that came back on a paper."""
        unused = self._by.get(What.UNUSED, {})
        return [self.number(one) for one in sorted(unused) if self.number(one).state is State.USED]

    def given_twice(self) -> list[tuple[int, list[Entry]]]:
        """Numbers two PCs gave without knowing of each other; one that was struck out since is settled."""
        found: dict[int, list[Entry]] = {}
        for one in self.entries:
            if one.what == What.GIVEN and one.first not in self._by.get(What.VOID, {}):
                found.setdefault(one.first, []).append(one)
        return [(number, given) for number, given in sorted(found.items()) if len({one.id for one in given}) > 1]

    def twice(self) -> list[tuple[str, list[Use]]]:
        """Numbers that stand in more than one dispute."""
        found: dict[str, dict[str, Use]] = {}
        for use in self.uses:
            if use.is_current and use.dispute:
                found.setdefault(use.text, {})[use.dispute] = use
        return [(text, list(uses.values())) for text, uses in sorted(found.items()) if len(uses) > 1]


_LEFT: Final = ((What.UNUSED, State.UNUSED), (What.UNKNOWN, State.UNKNOWN), (What.BLOCK, State.HELD))


@dataclass(slots=True, kw_only=True)
class Ledger:
    """All books as one PC knows them.

    ``holds_by_default``: the township's first PC, which numbers without anybody saying so. ``is_unsure``: put back
    from a copy without what was given since; nothing is given until somebody answers for it.
    """

    device: str
    device_name: str = ""
    entries: Sequence[Entry] = ()
    uses: Sequence[tuple[Key, Use]] = ()
    holds_by_default: bool = False
    is_unsure: bool = False

    def book(self, key: Key) -> Book:
        """One book; empty when nothing is known of it."""
        return Book(key, [one for one in self.entries if one.key == key], [use for its, use in self.uses if its == key])

    def keys(self, committee: str) -> list[Key]:
        """Books of a committee of which anything is known, newest year first."""
        known = {one.key for one in self.entries if one.what != What.HOLDER and one.committee == committee}
        known |= {key for key, _ in self.uses if key[0] == committee}
        return sorted(known, key=lambda key: (-key[2], key[1]))

    def holder(self, committee: str) -> Entry | None:
        """The act by which the present holder got the committee's books; None while it is the township's first PC."""
        held = self._holdings(committee)
        return max(held, key=_rank) if held else None

    def holds(self, committee: str) -> bool:
        """True when this PC is the holder and may give numbers."""
        return self.is_holder(committee) and not self.is_unsure

    def is_holder(self, committee: str) -> bool:
        """True when this PC is the holder, sure of its numbers or not."""
        held = self.holder(committee)
        return self.holds_by_default if held is None else held.device == self.device

    def rivals(self, committee: str) -> list[Entry]:
        """PCs that took the books over without knowing of each other, the one that holds them now first."""
        held = sorted(self._holdings(committee), key=_rank, reverse=True)
        latest = {one.device: one for one in reversed(held) if one.generation == held[0].generation}
        return sorted(latest.values(), key=_rank, reverse=True) if len(latest) > 1 else []

    def offer(self, key: Key) -> int | None:
        """The number this PC may give next: of its own blocks first, then from the open end; None without either.

        Raises ``ClosedError`` when the year is closed.
        """
        book = self.book(key)
        if book.closed is not None:
            raise ClosedError
        if self.is_unsure:
            return None
        own = book.remaining(self.device)
        if own:
            return own[0]
        return book.floor + 1 if self.holds(key[0]) else None

    # -- acts: what is to be written -----------------------------------------------------------------------------

    def given(self, key: Key, number: int, matter: str) -> list[Entry]:
        """A number is given; the first PC says with its first number that it holds the books."""
        return [*self.settled(key[0]), self._about(key, What.GIVEN, number, number, matter=matter)]

    def settled(self, committee: str) -> list[Entry]:
        """The first PC's word that it holds a committee's books, once."""
        if not self.holds(committee) or self.holder(committee) is not None:
            return []
        return [self._holding(committee, 1, self.device, self.device_name)]

    def block(self, key: Key, device: str, device_name: str, *, size: int = BLOCK_SIZE) -> list[Entry]:
        """The next numbers for another PC."""
        first = self.book(key).floor + 1
        made = self._about(key, What.BLOCK, first, first + size - 1, device=device, device_name=device_name)
        return [*self.settled(key[0]), made]

    def handed(self, committee: str, device: str, device_name: str, reason: str) -> list[Entry]:
        """The books go to another PC, with how far each one is."""
        marks = [self._mark(key) for key in self.keys(committee)]
        generation = self._generation(committee)
        return [*marks, self._holding(committee, generation, device, device_name, reason=reason)]

    def taken(self, committee: str, keys: Iterable[Key], reason: str, *, gap: int) -> list[Entry]:
        """This PC takes the books over, leaving ``gap`` numbers out of each book of ``keys``."""
        made: list[Entry] = []
        for key in keys:
            floor = self.book(key).floor
            if self.is_unsure:
                left = self.book(key).remaining(self.device)
                made += [self._about(key, What.UNKNOWN, *span, reason=reason) for span in spans(left)]
            if gap:
                made.append(self._about(key, What.UNKNOWN, floor + 1, floor + gap, reason=reason))
        generation = self._generation(committee)
        return [*made, self._holding(committee, generation, self.device, self.device_name, reason=reason)]

    def void(self, key: Key, number: int, reason: str, matter: str) -> list[Entry]:
        """A number is struck out for good."""
        return [self._about(key, What.VOID, number, number, reason=reason, matter=matter)]

    def closed(self, key: Key, reason: str) -> list[Entry]:
        """The year ends: what is left of blocks and what has no trace is unused, and nothing is given any more."""
        book = self.book(key)
        left = [one.number for one in book.numbers() if one.state in (State.HELD, State.NO_TRACE)]
        unused = [self._about(key, What.UNUSED, *span, reason=reason) for span in spans(left)]
        return [*self.settled(key[0]), *unused, self._about(key, What.CLOSED, 1, max(1, book.floor), reason=reason)]

    # -- inside --------------------------------------------------------------------------------------------------

    def _holdings(self, committee: str) -> list[Entry]:
        return [one for one in self.entries if one.what == What.HOLDER and one.committee == committee]

    def _generation(self, committee: str) -> int:
        return max(1, *(one.generation for one in self._holdings(committee)), 1) + 1

    def _mark(self, key: Key) -> Entry:
        floor = max(1, self.book(key).floor)
        return self._about(key, What.MARK, floor, floor)

    def _holding(self, committee: str, generation: int, device: str, device_name: str, *, reason: str = "") -> Entry:
        return Entry(
            committee=committee, kind=Kind.AGREEMENT, year=0, what=What.HOLDER, generation=generation, device=device,
            device_name=device_name, reason=reason,
        )  # fmt: skip

    def _about(
        self, key: Key, what: What, first: int, last: int, *, reason: str = "", matter: str = "", device: str = "",
        device_name: str = "",
    ) -> Entry:  # fmt: skip
        return Entry(
            committee=key[0], kind=key[1], year=key[2], what=what, first=first, last=last, reason=reason,
            matter=matter, device=device or self.device, device_name=device_name or self.device_name,
        )  # fmt: skip


def spans(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Numbers as runs without a hole: ``3, 4, 5, 9`` is ``(3, 5), (9, 9)``."""
    for _, run in groupby(enumerate(sorted(numbers)), key=lambda one: one[1] - one[0]):
        found = [number for _, number in run]
        yield found[0], found[-1]


def _rank(holding: Entry) -> tuple[int, str]:
    return holding.generation, holding.id
