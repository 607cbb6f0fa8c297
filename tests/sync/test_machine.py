"""The state machine: every round ends, nothing is believed that was not acknowledged, and waits are sane."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.sync import machine, protocol
from app.sync.machine import (
    Acknowledged,
    Disagreed,
    Effect,
    Event,
    Failed,
    Greeted,
    Kicked,
    Own,
    Phase,
    Problem,
    Pull,
    Push,
    Reclaim,
    Reclaimed,
    Renew,
    Renewed,
    Rewind,
    Rewound,
    SayHello,
    Settle,
    State,
    Stored,
    Wait,
    step,
)
from app.sync.page import Cursor
from app.sync.protocol import HelloAnswer, Settled

PROBLEM = Problem("连接不上")
ANSWER = HelloAnswer("ok", "g1", 1, "start", {}, (), (), ("people",), "", "token")
EMPTY = Own("t", 1)


def greeted(
    answer: HelloAnswer = ANSWER, own: Own = EMPTY, own_hash: str = "start"
) -> tuple[State, tuple[Effect, ...]]:
    return step(State(phase=Phase.HELLO, hellos=1), Greeted(answer, own, own_hash))


def test_a_round_says_hello_pushes_pulls_and_rests() -> None:
    state, effects = step(State(), Kicked())
    assert effects == (SayHello(),)
    answer = replace(ANSWER, heads={"people": 3})
    state, effects = step(state, Greeted(answer, Own("t", 3), "start"))
    assert effects == (Push(1),)
    settled = (Settled(1, "people", "applied", 4), Settled(2, "office", "applied", 1))
    state, effects = step(state, Acknowledged(3, settled, Own("t", 3)))
    assert effects[0] == Settle(settled)
    assert isinstance(effects[1], Pull)
    assert state.to_pull == ("office", "people")
    for stream, head in (("office", 1), ("people", 4)):
        assert state.phase is Phase.PULLING
        cursors = {"office": Cursor(1, "x"), "people": Cursor(head if stream == "people" else 0, "y")}
        state, effects = step(state, Stored(stream, head, Own("t", 3, cursors)))
    assert state.phase is Phase.IDLE
    assert effects == (Wait(machine.IDLE_DELAY),)


def test_a_stream_at_its_head_is_not_asked_for() -> None:
    answer = replace(ANSWER, heads={"people": 3})
    state, _ = greeted(answer, Own("t", 1, {"people": Cursor(3, "x")}))
    assert state.phase is Phase.IDLE


def test_what_was_entered_meanwhile_is_pushed_before_the_rest() -> None:
    state, effects = greeted(replace(ANSWER, heads={"people": 3}))
    assert isinstance(effects[0], Pull)
    _, effects = step(state, Stored("people", 3, Own("t", 2, {"people": Cursor(3, "x")})))
    assert effects == (Push(1),)


@pytest.mark.parametrize(("state", "told"), [(protocol.REVOKED, "停用"), (protocol.UNKNOWN, "入网码")])
def test_a_pc_the_county_turns_away_stops_and_says_what_to_do(state: str, told: str) -> None:
    after, effects = greeted(replace(ANSWER, state=state))
    assert after.phase is Phase.STOPPED
    assert after.problem is not None
    assert told in after.problem.sentence + after.problem.next_step
    assert effects == (Wait(machine.IDLE_DELAY),)


def test_a_program_too_old_to_read_still_pushes() -> None:
    answer = replace(ANSWER, state=protocol.UPGRADE, heads={"people": 9})
    state, effects = greeted(answer, Own("t", 2))
    assert effects == (Push(1),)
    state, effects = step(state, Acknowledged(2, (), Own("t", 2)))
    assert state.phase is Phase.STOPPED
    assert state.problem is not None
    assert "升级" in state.problem.next_step


@pytest.mark.parametrize(
    ("answer", "own", "own_hash", "reason"),
    [
        (replace(ANSWER, next=5, head_hash="h4"), Own("t", 3), "", protocol.COPY),
        (replace(ANSWER, next=3, head_hash="theirs"), Own("t", 6), "mine", protocol.FORK),
        (replace(ANSWER, state=protocol.FORK, next=5), Own("t", 3), "", protocol.FORK),
        (replace(ANSWER, state=protocol.COPY, next=5), Own("t", 3), "", protocol.COPY),
    ],
)
def test_a_second_life_of_the_same_file_gets_a_new_identity(
    answer: HelloAnswer, own: Own, own_hash: str, reason: str
) -> None:
    state, effects = greeted(answer, own, own_hash)
    assert effects == (Renew(reason),)
    assert step(state, Renewed())[1] == (SayHello(),)


def test_a_lost_answer_is_made_good_by_what_the_county_says() -> None:
    word = (Settled(2, "audit", "applied", 7),)
    _, effects = greeted(replace(ANSWER, next=3, head_hash="same", settled=word), Own("t", 3), "same")
    assert effects[0] == Settle(word)
    assert Push(3) not in effects


def test_a_restored_county_gets_everything_again() -> None:
    answer = replace(ANSWER, reset=("people",), heads={"people": 2})
    state, effects = greeted(answer, Own("t", 4, {"people": Cursor(9, "x")}))
    assert effects == (Rewind(("people", "audit"), 1),)
    assert state.to_pull == ("people",)
    state, effects = step(state, Rewound(Own("t", 4, orphans=1)))
    assert effects == (Push(1),)
    assert state.acknowledged == 1


def test_orphaned_entries_are_taken_over_when_everything_is_read() -> None:
    state, effects = greeted(own=Own("t", 1, orphans=2))
    assert effects == (Reclaim(),)
    _, effects = step(state, Reclaimed(Own("t", 3)))
    assert effects == (Push(1),)


def test_a_kick_in_the_middle_is_remembered() -> None:
    state, effects = greeted(replace(ANSWER, heads={"people": 1}))
    state, effects = step(state, Kicked())
    assert effects == ()
    state, effects = step(state, Stored("people", 1, Own("t", 1, {"people": Cursor(1, "x")})))
    assert effects == (SayHello(),)
    assert step(state, Greeted(ANSWER, EMPTY, "start"))[0].phase is Phase.IDLE


def test_endless_disagreement_becomes_a_wait() -> None:
    state, effects = step(State(), Kicked())
    for _ in range(10):
        if effects == (SayHello(),):
            state, effects = step(state, Disagreed(PROBLEM, 0.5))
    assert state.phase is Phase.WAITING
    assert state.problem == PROBLEM


@given(st.integers(0, 40), st.floats(0, 1, exclude_max=True), st.floats(0, 4000))
def test_the_back_off_grows_is_bounded_and_heeds_the_county(attempts: int, chance: float, asked: float) -> None:
    state = State(phase=Phase.HELLO)
    effects: tuple[Effect, ...] = ()
    for _ in range(attempts + 1):
        state, effects = step(state, Failed(PROBLEM, chance, asked))
    wait = effects[0]
    assert isinstance(wait, Wait)
    assert max(asked, 0.5) <= wait.seconds <= max(asked, machine.LONGEST_DELAY)
    assert state.problem == PROBLEM
    assert step(state, Kicked())[1] == (SayHello(),)


own_sides = st.builds(
    Own,
    st.just("t"),
    st.integers(1, 6),
    st.dictionaries(st.sampled_from(["people", "office"]), st.builds(Cursor, st.integers(0, 4), st.just("c"))),
    st.integers(0, 2),
)
answers = st.builds(
    HelloAnswer,
    st.sampled_from(["ok", "ok", "ok", "copy", "fork", "revoked", "upgrade", "unknown"]),
    st.just("g"),
    st.integers(1, 7),
    st.sampled_from(["h", "i"]),
    st.dictionaries(st.sampled_from(["people", "office"]), st.integers(0, 4)),
    st.sampled_from([(), ("people",)]),
    st.just(()),
    st.sampled_from([(), ("people",)]),
    st.just(""),
    st.just("t"),
)
events: st.SearchStrategy[Event] = st.one_of(
    st.just(Kicked()),
    st.builds(Greeted, answers, own_sides, st.sampled_from(["h", "i"])),
    st.builds(Acknowledged, st.integers(1, 7), st.just(()), own_sides),
    st.builds(Stored, st.sampled_from(["people", "office"]), st.integers(0, 4), own_sides),
    st.builds(Reclaimed, own_sides),
    st.builds(Rewound, own_sides),
    st.just(Renewed()),
    st.builds(Disagreed, st.just(PROBLEM), st.just(0.5)),
    st.builds(Failed, st.just(PROBLEM), st.just(0.5)),
)


@given(st.lists(events, max_size=25))
@settings(max_examples=300, deadline=None)
def test_whatever_happens_there_is_always_a_next_thing_to_do(happened: list[Event]) -> None:
    state, effects = State(), ()  # type: tuple[State, tuple[Effect, ...]]
    for event in happened:
        state, effects = step(state, event)
        asking = [one for one in effects if not isinstance(one, Settle)]
        if event != Kicked() or effects:
            assert len(asking) == 1
            assert effects[-1] is asking[0]
        is_resting = state.phase in {Phase.IDLE, Phase.WAITING, Phase.STOPPED}
        if effects:
            assert is_resting == isinstance(effects[-1], Wait)
        if state.phase in {Phase.WAITING, Phase.STOPPED}:
            assert state.problem is not None
