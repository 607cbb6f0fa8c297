"""What is written out for speed is, character for character, what the canonical text would be."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sync.canonical import canonical, json_text, sha256_hex
from app.sync.op import (
    SCHEMA,
    Op,
    OpKind,
    creation_text,
    genesis,
    link_is_sound,
    linked_fresh,
    op_hash,
    payload_text,
    sealed_link,
)

ANY_TEXT = st.text(st.characters())
"""Half characters, quotes and control characters included."""

WIRES = st.recursive(
    st.none() | st.booleans() | st.integers() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=6,
)
NUMBERS = ("dev_seq", "base_version", "schema")
NOT_COVERED = ("salt", "payload", "payload_digest", "prev_hash", "hash", "seq")
TEXTS = tuple(one.name for one in fields(Op) if one.name not in (*NUMBERS, *NOT_COVERED))


def an_op(**given: Any) -> Op:
    values = dict.fromkeys(TEXTS, "x") | dict.fromkeys(NUMBERS, SCHEMA)
    more = {"salt": "00", "payload": "{}", "payload_digest": "", "prev_hash": genesis("t", "d"), "hash": ""}
    return Op(**{**values, **more, **given})


def header(op: Op) -> str:
    """As the protocol says it: the covered fields in the order of the class."""
    names = [one.name for one in fields(Op) if one.name not in NOT_COVERED]
    return canonical([str(value) if isinstance(value, OpKind) else value for value in (getattr(op, n) for n in names)])


@given(ANY_TEXT)
def test_one_text_is_written_as_the_canonical_form_writes_it(text: str) -> None:
    assert json_text(text) == canonical(text)


@given(st.dictionaries(ANY_TEXT, WIRES, max_size=6), ANY_TEXT)
def test_a_creation_is_written_as_any_change_is(values: dict[str, Any], reason: str) -> None:
    changes = {name: (None, value) for name, value in values.items()}
    assert creation_text(values, reason=reason) == payload_text(changes, reason=reason)


@given(
    st.fixed_dictionaries(dict.fromkeys(TEXTS, ANY_TEXT)),
    st.fixed_dictionaries(dict.fromkeys(NUMBERS, st.integers())),
    st.sampled_from([*OpKind, "of a newer program"]),
)
def test_a_link_covers_the_canonical_text_of_its_header(
    texts: dict[str, Any], numbers: dict[str, Any], kind: OpKind | str
) -> None:
    op = an_op(**{**texts, **numbers, "kind": kind})
    assert op_hash(op) == sha256_hex(op.prev_hash, header(op), op.payload_digest)


@pytest.mark.parametrize("strange", [True, None, [1]])
def test_a_header_with_a_strange_value_is_hashed_as_the_canonical_form_says(strange: object) -> None:
    for name in (*NUMBERS, "user", "device"):
        op = an_op(**{name: strange})
        assert op_hash(op) == sha256_hex(op.prev_hash, header(op), op.payload_digest)


def test_a_link_is_completed_in_place_only_when_it_is_fresh() -> None:
    op = an_op()
    sealed = sealed_link(op)
    assert op.hash == ""
    assert link_is_sound(sealed)
    assert linked_fresh(op) is op
    assert op == sealed
    assert sealed_link(replace(op, user="y")).hash != sealed.hash
