"""What moves next, and how much: whatever is answered, a file arrives, is refused, or its turn is over."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from app.sync import blobs
from app.sync.blobs import Known, Transfer, named, naming
from app.sync.op import Op, OpKind, payload_text

IDS = st.text("0123456789abcdef", min_size=64, max_size=64)
STREAMS = st.sampled_from(["safety", "mediation", "people"])
FEW_IDS = st.sampled_from(["a" * 64, "b" * 64, "c" * 64])
KNOWN = st.lists(
    st.builds(Known, STREAMS, FEW_IDS, st.integers(1, 9), st.integers(0, 5), st.booleans()),
    max_size=12,
    unique_by=lambda one: one.key,
)


def op(payload: str | None) -> Op:
    return Op(
        "d", 1, "o", "t", "a", "safety", "patrol_file", "r", "r", OpKind.CREATE, 0, "u", "", 1, "", payload, "", "", ""
    )


@given(st.lists(IDS, max_size=5))
def test_an_operation_names_what_its_changes_bring(ids: list[str]) -> None:
    payload = payload_text({"file": (None, {"$s": "sealed"})}, more=naming(ids))
    assert set(named(op(payload))) == set(ids)
    assert ("blobs" in payload) == bool(ids)


@given(st.one_of(st.text(), st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps)))
def test_whatever_a_stranger_writes_names_blobs_or_nothing(text: str) -> None:
    for payload in (text, f'{{"blobs":{text}}}', f'["blobs",{text}]'):
        assert all(map(blobs.is_blob_id, named(op(payload))))
    assert named(op(None)) == ()
    assert named(op('{"blobs":' + "[" * 100_000)) == ()


@given(KNOWN)
def test_everything_here_and_not_confirmed_is_sent_small_ones_first(known: list[Known]) -> None:
    writable = frozenset({"safety", "people"})
    sent = blobs.sends(known, writable=writable)
    assert {one.key for one in sent} == {
        one.key for one in known if one.size and not one.is_held and one.stream in writable
    }
    assert [one.size for one in sent] == sorted(one.size for one in sent)


@given(KNOWN, st.sets(st.sampled_from(["a" * 64, "b" * 64])), st.booleans())
def test_everything_missing_is_fetched_once_the_wanted_first(
    known: list[Known], wanted: set[str], is_all: bool
) -> None:
    # A blob lies here or not, whatever stream names it.
    known = [replace(one, size=ord(one.blob[0]) % 2) for one in known]
    lacking = {one.key for one in known if one.age == 1}
    readable = frozenset({"safety", "mediation"})
    got = blobs.fetches(known, readable=readable, lacking=lacking, wanted=wanted, is_all=is_all)
    names = [one.blob for one in got]
    assert len(set(names)) == len(names)
    assert set(names) == {
        one.blob
        for one in known
        if not one.size and one.stream in readable and one.key not in lacking and (is_all or one.blob in wanted)
    }
    assert all(one.key not in lacking for one in got)
    is_wanted = [name in wanted for name in names]
    assert is_wanted == sorted(is_wanted, reverse=True)


@given(st.integers(1, 10**7), st.lists(st.integers(-3, 10**7), max_size=60), st.integers(1, blobs.MOST_PIECE))
def test_pieces_never_leave_the_file_and_answers_that_bring_nothing_end_it(
    size: int, answers: list[int], pace: int
) -> None:
    transfer = Transfer("safety", "a" * 64, is_sending=True, size=size).moved(0)
    without = 0
    for answer in answers:
        offset, length = transfer.piece(pace)
        assert 0 <= offset <= size or length == 0
        assert offset + length <= max(size, offset)
        at = max(0, answer)
        without += not at > offset
        transfer = transfer.moved(at)
        assert transfer.is_stuck == (without >= 3)
        if transfer.is_stuck:
            break


@given(st.integers(1, 40 * 1024 * 1024))
def test_an_honest_county_gets_every_byte_once(size: int) -> None:
    transfer, pace, sent = Transfer("safety", "a" * 64, is_sending=True, size=size).moved(0), blobs.FIRST_PIECE, 0
    while True:
        offset, length = transfer.piece(pace)
        if not length:
            break
        assert offset == sent
        sent += length
        transfer, pace = transfer.moved(sent), blobs.faster(pace)
    assert sent == size


@given(st.integers(0, 1000), st.floats(0, 0.999))
def test_delays_grow_and_stay_below_an_hour(attempt: int, chance: float) -> None:
    assert 0.5 <= blobs.delay(attempt, chance) <= 900
    assert 60 <= blobs.patience(attempt) <= 3600
    assert blobs.patience(attempt) <= blobs.patience(attempt + 1)
    assert blobs.LEAST_PIECE <= blobs.slower(blobs.faster(blobs.FIRST_PIECE)) <= blobs.MOST_PIECE
