"""Any order of printing, blocks, hand-overs, dead PCs, restores, sync: no number twice, each accounted for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.models.number_books import ClosedError, Entry, Kind, Ledger, State, What, spans

COMMITTEE = "committee"
KEY = (COMMITTEE, Kind.AGREEMENT, 2026)
NAMES = ("A", "B", "C")
GAP = 6


@dataclass
class Pc:
    """One PC: what it knows, what it has not sent yet, whether it still runs."""

    name: str
    known: list[Entry] = field(default_factory=list)
    unsent: list[Entry] = field(default_factory=list)
    pulled: int = 0
    is_dead: bool = False
    is_unsure: bool = False
    copy: tuple[list[Entry], list[Entry], int] | None = None

    def ledger(self) -> Ledger:
        first = self.name == "A"
        return Ledger(device=self.name, device_name=self.name, entries=list(self.known), holds_by_default=first,
                      is_unsure=self.is_unsure)  # fmt: skip


class Township:
    """Three PCs and the county that gives every PC the same acts in the same order."""

    def __init__(self) -> None:
        self.pcs = {name: Pc(name) for name in NAMES}
        self.county: list[Entry] = []
        self.given: list[int] = []
        self.ids = count(1)
        self.since_sync: dict[str, int] = dict.fromkeys(NAMES, 0)
        """Numbers a PC gave that the county has not heard of."""

    def put(self, pc: Pc, entries: list[Entry]) -> None:
        made = [replace(one, id=f"{next(self.ids):06}{pc.name}") for one in entries]
        pc.known += made
        pc.unsent += made

    def sync(self, pc: Pc) -> None:
        self.county += pc.unsent
        pc.unsent.clear()
        known = {one.id for one in pc.known}
        pc.known += [one for one in self.county[pc.pulled :] if one.id not in known]
        pc.pulled = len(self.county)
        self.since_sync[pc.name] = 0

    def number(self, pc: Pc) -> None:
        try:
            number = pc.ledger().offer(KEY)
        except ClosedError:
            return
        if number is not None:
            self.given.append(number)
            self.since_sync[pc.name] += 1
            self.put(pc, pc.ledger().given(KEY, number, "JF"))

    def block(self, pc: Pc, other: str) -> None:
        books = pc.ledger()
        if books.holds(COMMITTEE) and books.book(KEY).closed is None:
            self.put(pc, books.block(KEY, other, other, size=3))

    def hand(self, pc: Pc, other: str) -> None:
        if pc.ledger().holds(COMMITTEE) and other != pc.name:
            self.put(pc, pc.ledger().handed(COMMITTEE, other, other, "换"))

    def void(self, pc: Pc, at: int) -> None:
        book = pc.ledger().book(KEY)
        used = [one.number for one in book.numbers() if one.state is State.USED]
        if used:
            self.put(pc, pc.ledger().void(KEY, used[at % len(used)], "作废", ""))

    def close(self, pc: Pc) -> None:
        if pc.ledger().holds(COMMITTEE) and pc.ledger().book(KEY).closed is None:
            self.put(pc, pc.ledger().closed(KEY, "年度结束"))

    def die(self, pc: Pc) -> None:
        """Its disk is gone, with what it had not sent."""
        if sum(not one.is_dead for one in self.pcs.values()) > 1:
            pc.is_dead = True

    def take_over(self, pc: Pc) -> None:
        """The administrator takes over from a dead PC, with a gap at least as large as what it gave unheard of."""
        self.sync(pc)
        holder = pc.ledger().holder(COMMITTEE)
        dead = self.pcs[holder.device if holder else "A"]
        if dead.is_dead and not pc.is_unsure:
            lost = [one for one in dead.unsent if one.what in (What.GIVEN, What.BLOCK)]
            gap = sum(len(one.numbers) for one in lost)
            self.put(pc, pc.ledger().taken(COMMITTEE, [KEY], "坏了", gap=gap))
            self.sync(pc)

    def keep_copy(self, pc: Pc) -> None:
        pc.copy = (list(pc.known), list(pc.unsent), pc.pulled)

    def put_back(self, pc: Pc) -> None:
        """Restored over its own data: what was written since is seen and counts on, though it is not journalled."""
        if pc.copy is None:
            return
        _, pc.unsent, pc.pulled = (list(pc.copy[0]), list(pc.unsent), pc.copy[2])

    def put_back_blind(self, pc: Pc) -> None:
        """Restored on a fresh disk: what was written since is gone; it waits until somebody answers for it."""
        if pc.copy is None:
            return
        since = [one for one in pc.known if one not in pc.copy[0]]
        pc.known, pc.unsent, pc.pulled = list(pc.copy[0]), list(pc.copy[1]), pc.copy[2]
        pc.unsent = [one for one in pc.unsent if one not in self.county]
        pc.is_unsure = True
        self.lost = since

    def resume(self, pc: Pc) -> None:
        """Somebody answers, with a gap as large as what was given since; who lost the books meanwhile gets no say."""
        if not pc.is_unsure:
            return
        gap = sum(len(one.numbers) for one in self.lost if one.what in (What.GIVEN, What.BLOCK))
        self.sync(pc)
        books = pc.ledger()
        made = books.taken(COMMITTEE, [KEY], "恢复", gap=gap if books.is_holder(COMMITTEE) else 0)
        if not books.is_holder(COMMITTEE):
            made = [one for one in made if one.what != What.HOLDER]
        pc.is_unsure = False
        self.put(pc, made)
        self.sync(pc)

    def check(self) -> None:
        assert len(self.given) == len(set(self.given)), sorted(self.given)
        for pc in self.pcs.values():
            book = pc.ledger().book(KEY)
            found = book.numbers()
            assert [one.number for one in found] == list(range(1, book.floor + 1))
            assert len(book.remaining(pc.name)) == len(set(book.remaining(pc.name)))


def steps() -> st.SearchStrategy[list[tuple[str, str, str, int]]]:
    acts = ("number", "number", "number", "sync", "sync", "block", "hand", "void", "die", "take_over", "keep_copy",
            "put_back", "close")  # fmt: skip
    one = st.tuples(st.sampled_from(acts), st.sampled_from(NAMES), st.sampled_from(NAMES), st.integers(0, 20))
    return st.lists(one, max_size=60)


def play(township: Township, asked: list[tuple[str, str, str, int]]) -> None:
    for act, name, other, at in asked:
        pc = township.pcs[name]
        if pc.is_dead:
            continue
        if act in ("block", "hand"):
            getattr(township, act)(pc, other)
        elif act == "void":
            township.void(pc, at)
        else:
            getattr(township, act)(pc)
        township.check()


@settings(max_examples=300, deadline=None)
@given(steps())
def test_no_order_of_acts_gives_a_number_twice(asked: list[tuple[str, str, str, int]]) -> None:
    township = Township()
    play(township, asked)
    for _ in range(2):
        for pc in township.pcs.values():
            if not pc.is_dead:
                township.sync(pc)
    alive = [pc for pc in township.pcs.values() if not pc.is_dead]
    seen = [{one.number: one.state for one in pc.ledger().book(KEY).numbers()} for pc in alive]
    assert all(one == seen[0] for one in seen)
    for pc in alive:
        holder = pc.ledger().holder(COMMITTEE)
        assert holder == alive[0].ledger().holder(COMMITTEE)


@settings(max_examples=150, deadline=None)
@given(steps(), st.integers(0, 5), st.booleans())
def test_a_copy_put_back_blind_gives_nothing_until_answered_for(
    asked: list[tuple[str, str, str, int]], more: int, meanwhile: bool
) -> None:
    township = Township()
    play(township, [one for one in asked if one[0] not in ("die", "take_over")])
    pc = township.pcs["A"]
    township.keep_copy(pc)
    for _ in range(more):
        township.number(pc)
    if meanwhile:
        township.sync(pc)
    township.put_back_blind(pc)
    given = len(township.given)
    township.number(pc)
    assert len(township.given) == given
    township.resume(pc)
    township.number(pc)
    township.check()


def test_a_gap_too_small_is_seen_when_the_dead_pc_comes_back() -> None:
    township = Township()
    first, second = township.pcs["A"], township.pcs["B"]
    township.number(first)
    for pc in (first, second):
        township.sync(pc)
    township.put(second, second.ledger().taken(COMMITTEE, [KEY], "以为坏了", gap=0))
    township.number(first)
    township.number(second)
    assert township.given == [1, 2, 2]
    for pc in (first, second, first):
        township.sync(pc)
    assert first.ledger().offer(KEY) is None
    assert second.ledger().offer(KEY) == 3
    assert [text for text, _ in first.ledger().book(KEY).given_twice()] == [2]


def test_a_closed_year_gives_nothing_and_its_reopening_brings_nothing_back() -> None:
    township = Township()
    pc = township.pcs["A"]
    township.block(pc, "B")
    township.close(pc)
    with pytest.raises(ClosedError):
        pc.ledger().offer(KEY)
    assert {one.state for one in pc.ledger().book(KEY).numbers()} == {State.UNUSED}
    pc.known = [replace(one, is_deleted=True) for one in pc.known]
    assert pc.ledger().offer(KEY) == 4


def test_runs_without_a_hole() -> None:
    assert list(spans([9, 3, 5, 4])) == [(3, 5), (9, 9)]
    assert list(spans([])) == []
