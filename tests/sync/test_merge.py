"""The one merge: rules one by one, then what must hold for any operations in any order."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.sync.canonical import Wire
from app.sync.merge import (
    PENDING_BASE,
    Outcome,
    RecordState,
    erased,
    evidence,
    fold,
    merge,
    state_digest,
    version_of,
)
from app.sync.op import DELETED, REFUSED_SEQ, Op, OpKind, kind_of, payload_text
from app.sync.sealing import DIGEST, SealBox, as_was, fingerprint, is_same

Changes = Mapping[str, tuple[Wire, Wire]]


def op(
    device: str,
    number: int,
    changes: Changes,
    *,
    kind: OpKind | str = OpKind.UPDATE,
    base: int = 0,
    seq: int | None = None,
    **more: Wire,
) -> Op:
    return Op(
        device=device,
        dev_seq=number,
        op_id=f"{device}{number}",
        tx_id="t",
        act_id="a",
        stream="people",
        register="person",
        record_id="r",
        root="r",
        kind=kind,
        base_version=base,
        user=f"user of {device}",
        at="2026-03-15T00:00:00.000Z",
        schema=1,
        salt="s",
        payload=payload_text(changes, more=more),
        payload_digest="",
        prev_hash="",
        hash="",
        seq=seq,
    )


def created(changes: Changes) -> Op:
    return op("A", 1, changes, kind=OpKind.CREATE, seq=1)


def after(*ops: Op) -> RecordState:
    state = fold(ops)
    assert state is not None
    return state


def deletion(device: str, number: int, seen: RecordState, *, seq: int) -> Op:
    changes: Changes = {DELETED: (False, True)}
    more = evidence(seen, OpKind.DELETE)
    return op(device, number, changes, kind=OpKind.DELETE, base=seen.version, seq=seq, **more)


def decision(device: str, number: int, seen: RecordState, value: Wire, *, seq: int) -> Op:
    changes: Changes = {"f": (seen.values.get("f"), value)}
    more = evidence(seen, OpKind.RESOLVE, ["f"])
    return op(device, number, changes, kind=OpKind.RESOLVE, base=seen.version, seq=seq, **more)


START = created({"f": (None, "a"), "g": (None, "x")})


def test_edits_of_different_fields_are_both_taken() -> None:
    state = after(START, op("A", 2, {"f": ("a", "b")}, base=1, seq=2), op("B", 1, {"g": ("x", "y")}, base=1, seq=3))
    assert state.values == {"f": "b", "g": "y"}
    assert not state.conflicts


def test_the_outcome_says_when_somebody_elses_change_came_between() -> None:
    state = after(START, op("A", 2, {"f": ("a", "b")}, base=1, seq=2))
    assert merge(state, op("B", 1, {"g": ("x", "y")}, base=1), 3)[1] is Outcome.MERGED
    assert merge(state, op("B", 1, {"g": ("x", "y")}, base=2), 3)[1] is Outcome.APPLIED
    assert merge(state, op("B", 1, {"f": ("a", "b")}, base=1), 3)[1] is Outcome.NOOP
    assert merge(state, op("B", 1, {"f": ("a", "c")}, base=1), 3)[1] is Outcome.CONFLICT


def test_two_values_for_one_field_are_both_kept() -> None:
    state = after(START, op("A", 2, {"f": ("a", "b")}, base=1, seq=2), op("B", 1, {"f": ("a", "c")}, base=1, seq=3))
    conflict = state.conflicts["f"]
    assert (conflict.current, conflict.current_version) == ("b", 2)
    assert [(one.value, one.base, one.device) for one in conflict.candidates] == [("c", "a", "B")]


def test_a_later_edit_of_the_same_hand_updates_the_open_conflict() -> None:
    state = after(
        START,
        op("A", 2, {"f": ("a", "b")}, base=1, seq=2),
        op("B", 1, {"f": ("a", "c")}, base=1, seq=3),
        op("B", 2, {"f": ("c", "d")}, base=1, seq=4),
    )
    assert [one.value for one in state.conflicts["f"].candidates] == ["d"]


def test_who_goes_back_to_the_standing_value_leaves_nothing_to_decide() -> None:
    state = after(
        START,
        op("A", 2, {"f": ("a", "b")}, base=1, seq=2),
        op("B", 1, {"f": ("a", "c")}, base=1, seq=3),
        op("B", 2, {"f": ("c", "b")}, base=1, seq=4),
    )
    assert not state.conflicts


def test_a_decision_closes_what_its_author_saw_and_nothing_else() -> None:
    contested = after(START, op("A", 2, {"f": ("a", "b")}, base=1, seq=2), op("B", 1, {"f": ("a", "c")}, seq=3))
    late = op("C", 1, {"f": ("a", "z")}, base=1, seq=4)
    decided, outcome = merge(merge(contested, late, 4)[0], decision("A", 3, contested, "c", seq=5), 5)
    assert outcome is Outcome.MERGED
    assert decided.values["f"] == "c"
    assert [one.value for one in decided.conflicts["f"].candidates] == ["z"]


def test_two_decisions_of_the_same_conflict_agree_or_ask_again() -> None:
    contested = after(START, op("A", 2, {"f": ("a", "b")}, base=1, seq=2), op("B", 1, {"f": ("a", "c")}, seq=3))
    first, _ = merge(contested, decision("A", 3, contested, "c", seq=4), 4)
    assert merge(first, decision("B", 2, contested, "c", seq=5), 5)[1] is Outcome.NOOP
    other, outcome = merge(first, decision("B", 2, contested, "b", seq=5), 5)
    assert outcome is Outcome.CONFLICT
    assert other.values["f"] == "c"
    assert [one.value for one in other.conflicts["f"].candidates] == ["b"]


def test_a_conflict_has_the_same_id_everywhere() -> None:
    one = after(START, op("A", 2, {"f": ("a", "b")}, seq=2), op("B", 1, {"f": ("a", "c")}, seq=3))
    assert RecordState.from_json(json.loads(json.dumps(one.to_json()))) == one
    waiting = after(START, op("A", 2, {"f": ("a", "b")}, seq=2), op("B", 1, {"f": ("a", "c")}))
    assert waiting.conflicts["f"].id == one.conflicts["f"].id


@pytest.mark.parametrize("is_deletion_first", [True, False])
def test_a_deletion_beside_an_edit_keeps_the_record_and_asks(*, is_deletion_first: bool) -> None:
    start = after(START)
    edit, gone = op("B", 1, {"f": ("a", "b")}, base=1), deletion("A", 2, start, seq=2)
    pair = (gone, edit.with_seq(3)) if is_deletion_first else (edit.with_seq(2), gone.with_seq(3))
    state = after(START, *pair)
    assert not state.is_deleted
    assert state.values["f"] == "b"
    assert [one.value for one in state.conflicts[DELETED].candidates] == [True]


def test_a_deletion_that_knew_everything_stands_and_can_be_taken_back() -> None:
    edited = after(START, op("B", 1, {"f": ("a", "b")}, base=1, seq=2))
    gone, outcome = merge(edited, deletion("A", 2, edited, seq=3), 3)
    assert (gone.is_deleted, outcome) == (True, Outcome.APPLIED)
    assert gone.values["f"] == "b"
    back, _ = merge(gone, op("A", 3, {DELETED: (True, False)}, base=3), 4)
    assert not back.is_deleted
    assert not back.conflicts


def test_lists_merge_as_sets() -> None:
    start = created({"tags": (None, ["a", "b"])})
    state = after(
        start,
        op("A", 2, {"tags": (["a", "b"], ["a", "c"])}, base=1, seq=2),
        op("B", 1, {"tags": (["a", "b"], ["b", "d"])}, base=1, seq=3),
    )
    assert state.values["tags"] == ["c", "d"]
    assert not state.conflicts


def test_the_order_of_lines_is_never_contested() -> None:
    state = after(
        created({"$position": (None, 1)}),
        op("A", 2, {"$position": (1, 5)}, base=1, seq=2),
        op("B", 1, {"$position": (1, 9)}, base=1, seq=3),
    )
    assert state.values["$position"] == 9
    assert not state.conflicts


def test_sealed_and_long_values_are_compared_without_being_read() -> None:
    box = SealBox(bytes(32))

    def sealed(text: str) -> Wire:
        return box.seal(text, register="dispute", field="story", record_id="r")

    first, second = sealed("原来的情况"), sealed("后来的情况")
    state = after(created({"f": (None, first)}), op("A", 2, {"f": (as_was(first), second)}, base=1, seq=2))
    assert state.values["f"] == second
    assert not state.conflicts
    beside = merge(state, op("B", 1, {"f": (as_was(first), sealed("另一种说法"))}, base=1), 3)
    assert beside[1] is Outcome.CONFLICT


def test_an_update_waits_for_its_create() -> None:
    update = op("B", 1, {"f": ("a", "b")}, base=1, seq=1)
    state, outcome = merge(None, update, 1)
    assert outcome is Outcome.HELD
    assert not state.is_created
    whole, _ = merge(state, created({"f": (None, "a")}).with_seq(2), 2)
    assert whole.values == {"f": "b"}
    assert not whole.waiting


def test_kinds_of_a_newer_program_change_nothing_and_count() -> None:
    state = after(START, op("A", 2, {"f": ("a", "b")}, kind=kind_of("future"), seq=2))
    assert state.values["f"] == "a"
    assert state.version == 2


def test_refused_operations_leave_the_fold() -> None:
    assert after(START, op("A", 2, {"f": ("a", "b")}, seq=REFUSED_SEQ)).values["f"] == "a"


def test_waiting_operations_stand_after_everything_confirmed() -> None:
    mine = op("A", 2, {"f": ("a", "b")}, base=1)
    assert version_of(mine) == PENDING_BASE + 2
    state = after(mine, START, op("B", 1, {"g": ("x", "y")}, base=1, seq=2))
    assert (state.values, state.version, state.pending) == ({"f": "b", "g": "y"}, 2, 1)


def test_an_erased_operation_leaves_no_value_and_no_false_conflict() -> None:
    ops = (START, op("A", 2, {"f": ("a", "b")}, base=1, seq=2), op("A", 3, {"f": ("b", "c")}, base=2, seq=3))
    state = after(ops[0], erased(ops[1]), ops[2])
    assert state.values["f"] == "c"
    assert not state.conflicts


def test_digests_agree_over_sealed_values_and_name_the_living() -> None:
    clear, gone = after(START), after(START, deletion("A", 2, after(START), seq=2))
    assert state_digest([clear])[0] == 1
    assert state_digest([gone])[0] == 0
    assert state_digest([clear]) != state_digest([gone])
    renamed = replace(clear, record_id="q")
    assert state_digest([clear, renamed]) == state_digest([renamed, clear])


# -- any operations, any order -------------------------------------------------------------------------------------

values: st.SearchStrategy[Wire] = st.one_of(
    st.none(), st.sampled_from(["u", "v", "w"]), st.integers(0, 2), st.booleans()
)
tags: st.SearchStrategy[Wire] = st.lists(st.sampled_from(["a", "b", "c"]), unique=True, max_size=3).map(
    lambda one: [*sorted(one)]
)
pairs: st.SearchStrategy[tuple[str, Wire, Wire]] = st.one_of(
    st.tuples(st.sampled_from(["f", "g"]), values, values),
    st.tuples(st.just("tags"), tags, tags),
    st.tuples(st.just(DELETED), st.booleans(), st.booleans()),
)
kinds = st.sampled_from([OpKind.CREATE, OpKind.UPDATE, OpKind.UPDATE, OpKind.DELETE, OpKind.RESOLVE, OpKind.ACCESS])


@st.composite
def histories(draw: st.DrawFn) -> list[Op]:
    """Operations of three devices as they might stand in a stream; their claims may be nonsense."""
    drawn = draw(
        st.lists(st.tuples(st.sampled_from("ABC"), kinds, st.lists(pairs, max_size=3), st.booleans()), max_size=9)
    )
    ops: list[Op] = []
    for seq, (device, kind, changed, is_erased) in enumerate(drawn, 1):
        changes: dict[str, tuple[Wire, Wire]] = {name: (was, new) for name, was, new in changed}
        seen: list[Wire] = [earlier.op_id for earlier in ops if draw(st.booleans())]
        base = draw(st.integers(0, seq - 1))
        made = op(device, seq, changes, kind=kind, base=base, seq=seq, seen=seen)
        ops.append(erased(made) if is_erased and seq % 4 == 0 else made)
    return ops


def incremental(ops: Sequence[Op]) -> RecordState | None:
    state: RecordState | None = None
    for one in ops:
        state, _ = merge(state, one, version_of(one))
    return state


@given(histories())
@settings(max_examples=300, deadline=None)
def test_one_at_a_time_gives_what_the_whole_fold_gives(ops: list[Op]) -> None:
    assert incremental(ops) == fold(reversed(ops))


@given(histories())
@settings(max_examples=200, deadline=None)
def test_a_state_survives_being_stored(ops: list[Op]) -> None:
    state = fold(ops)
    if state is not None:
        assert RecordState.from_json(json.loads(json.dumps(state.to_json()))) == state


@given(histories())
@settings(max_examples=300, deadline=None)
def test_no_value_disappears_unless_somebody_who_saw_it_let_it_go(ops: list[Op]) -> None:
    """Every entered value stands, is a candidate, was seen by who changed it, or was decided by who saw it."""
    state: RecordState | None = None
    for one in ops:
        before, (state, outcome) = state, merge(state, one, version_of(one))
        if before is None or not before.is_created or outcome is Outcome.HELD or one.payload is None:
            continue
        for name in ("f", "g"):
            check_field(before, state, one, name)


def check_field(before: RecordState, state: RecordState, one: Op, name: str) -> None:
    was = one.changes().get(name, (None, None))[0]
    standing = before.values.get(name)
    if is_same(standing, state.values.get(name)) or one.kind is OpKind.RESOLVE:
        return
    is_blurred = before.erased_at > before.versions.get(name, 0)
    assert is_same(was, standing) or is_blurred or before.waiting


@given(histories(), st.integers(0, 9))
@settings(max_examples=200, deadline=None)
def test_two_replicas_agree_wherever_the_page_was_cut(ops: list[Op], cut: int) -> None:
    half = incremental(ops[:cut])
    rest = half
    for one in ops[cut:]:
        rest, _ = merge(rest, one, version_of(one))
    assert rest == incremental(ops)


@given(values, values)
def test_sameness_is_equality_of_fingerprints(one: Wire, other: Wire) -> None:
    assert is_same(one, other) is (fingerprint(one) == fingerprint(other))
    assert is_same({DIGEST: fingerprint(one)}, one)
