"""Batches and pages: what is sealed opens, what was touched does not, and a part can be proved without the rest."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import Any

import pytest
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import SyncError, UserError
from app.sync import pairing, typing_codes
from app.sync.batch import (
    MAX_OPS,
    MAX_PACKED,
    TamperedError,
    batches,
    open_batch,
    pack,
    seal,
    seal_first,
    unpack,
)
from app.sync.enrolment import EnrolmentCode, read_code
from app.sync.op import Op, OpKind, link_is_sound, op_hash, payload_digest, payload_text
from app.sync.page import Cursor, open_page
from app.sync.streams import MEDIATION, PEOPLE, chain_next, chain_start
from tests.sync.memory import TOWNSHIP, Disk, MemoryCounty, MemoryReplica, Wire1

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()


def journal(count: int, *, text: str = "村民", in_tx: int = 1) -> list[Op]:
    """Own operations of one device, chained, ``in_tx`` in each transaction."""
    replica = MemoryReplica(Disk("A", bytes(range(32)), (PEOPLE, MEDIATION)), Random(1))
    ops: list[Op] = []
    first = replica.enter(PEOPLE, "r0", OpKind.CREATE, {"name": (None, text)})
    previous = first.prev_hash
    for number in range(count):
        payload = payload_text({"name": (None, f"{text}{number}")})
        made = replace(
            first,
            dev_seq=number + 1,
            op_id=f"o{number}",
            tx_id=f"t{number // in_tx}",
            record_id=f"r{number}",
            stream=(PEOPLE, MEDIATION)[number % 2],
            payload=payload,
            payload_digest=payload_digest(first.salt, payload),
            prev_hash=previous,
        )
        made = replace(made, hash=op_hash(made))
        previous = made.hash
        ops.append(made)
    assert all(one.hash == two.prev_hash for one, two in pairwise(ops))
    assert all(link_is_sound(op) for op in ops)
    return ops


def test_what_is_sealed_opens_as_it_was() -> None:
    ops = journal(7)
    header, packed = seal(TOWNSHIP, ops, KEY)
    opened = open_batch(packed, PUBLIC)
    assert opened.header == header
    assert list(opened.ops) == ops
    assert seal(TOWNSHIP, ops, KEY) == (header, packed)


def test_an_erased_operation_keeps_its_place_in_the_chain() -> None:
    ops = journal(3)
    ops[1] = replace(ops[1], payload=None, salt="")
    assert list(open_batch(seal(TOWNSHIP, ops, KEY)[1], PUBLIC).ops) == ops


PACKED = seal(TOWNSHIP, journal(5), KEY)[1]


@given(st.integers(0, len(PACKED) - 1), st.integers(0, 7))
@settings(max_examples=300, deadline=None)
def test_a_flipped_bit_is_always_found(at: int, bit: int) -> None:
    flipped = PACKED[:at] + bytes([PACKED[at] ^ 1 << bit]) + PACKED[at + 1 :]
    try:
        opened = open_batch(flipped, PUBLIC)
    except TamperedError:
        return
    assert list(opened.ops) == journal(5)  # a bit of the packing that carries nothing


@given(st.integers(0, len(PACKED) - 1))
@settings(max_examples=60, deadline=None)
def test_a_cut_batch_is_always_found(at: int) -> None:
    with pytest.raises(TamperedError):
        open_batch(PACKED[:at], PUBLIC)


@pytest.mark.parametrize(
    "line", ["[]", "{}", "null", '["x"]', '{"count":1}', "\ud800", json.dumps(["x"] * 15), "[" * 2000]
)
def test_nonsense_in_a_batch_gets_the_same_sentence(line: str) -> None:
    lines = unpack(PACKED).split("\n")
    for place in (0, 1, len(lines) - 1):
        with pytest.raises(TamperedError, match="数据批次未通过校验"):
            open_batch(pack("\n".join([*lines[:place], line, *lines[place + 1 :]])), PUBLIC)


def test_another_devices_key_does_not_open_it() -> None:
    with pytest.raises(TamperedError, match="签名不符"):
        open_batch(PACKED, Ed25519PrivateKey.generate().public_key().public_bytes_raw())


def test_an_act_is_never_split_and_batches_stay_small() -> None:
    dealt = list(batches(journal(1200, in_tx=190)))
    assert all(len(part) <= MAX_OPS for part in dealt)
    assert [one.dev_seq for part in dealt for one in part] == list(range(1, 1201))
    for one, two in pairwise(dealt):
        assert one[-1].tx_id != two[0].tx_id
    assert len(list(batches(journal(700, in_tx=700)))) == 1


def test_a_batch_of_long_texts_is_cut_by_size() -> None:
    random = Random(2)
    ops = journal(40, text="".join(chr(0x4E00 + random.randrange(20000)) for _ in range(6000)))
    noisy = [replace(one, salt=f"{random.getrandbits(80_000):x}") for one in ops]
    header, packed = seal_first(TOWNSHIP, noisy, KEY)
    assert len(packed) <= MAX_PACKED
    assert 0 < header.count < 40


def test_an_act_too_large_for_the_county_is_said() -> None:
    random = Random(3)
    huge = [replace(one, salt=random.randbytes(9_000_000).hex()) for one in journal(1)]
    with pytest.raises(SyncError, match="一次保存的内容过大"):
        seal_first(TOWNSHIP, huge, KEY)


def test_an_endless_unfolding_is_refused() -> None:
    with pytest.raises(TamperedError, match="解压后过大"):
        unpack(zstandard.ZstdCompressor().compress(bytes(10_000)), limit=9_999)


@pytest.mark.parametrize(
    "payload",
    [
        "[]",
        "nonsense",
        '{"changes":{"f":[null,1.5]}}',
        '{"changes":{"f":[null]}}',
        '{"changes":{"f":[null,{"$s":5}]}}',
        '{"changes":[1]}',
        '{"changes":{"f":5}}',
    ],
)
def test_a_payload_the_merge_could_not_read_is_refused_at_the_door(payload: str) -> None:
    first = journal(1)[0]
    spoilt = replace(first, payload=payload, payload_digest=payload_digest(first.salt, payload))
    with pytest.raises(TamperedError, match="内容格式不符"):
        open_batch(seal(TOWNSHIP, [replace(spoilt, hash=op_hash(spoilt))], KEY)[1], PUBLIC)


# -- pages ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def page() -> str:
    """A page of people for device B, of a batch by A that also holds mediation B may not see."""
    county = MemoryCounty()
    county.register("A", PUBLIC, (PEOPLE, MEDIATION))
    county.register("B", PUBLIC, (PEOPLE,))
    county.push(seal(TOWNSHIP, journal(6), KEY)[1], "A")
    return county.page("B", PEOPLE, START, 10)


START = Cursor(0, chain_start(TOWNSHIP, PEOPLE))


def opened(text: str, **known: bytes) -> object:
    return open_page(text, township=TOWNSHIP, reader="B", stream=PEOPLE, after=START, known_keys=known)


def test_a_reader_proves_what_it_sees_without_seeing_the_rest(page: str) -> None:
    found = open_page(page, township=TOWNSHIP, reader="B", stream=PEOPLE, after=START, known_keys={})
    assert [one.with_seq(None) for one in found.ops] == journal(6)[::2]
    assert "r1" not in page
    chain = START.hash
    for one in found.ops:
        chain = chain_next(chain, one)
    assert found.cursor == Cursor(3, chain)


def test_whatever_is_changed_on_a_page_is_found(page: str) -> None:
    spoils: tuple[Callable[[Any], object], ...] = (
        lambda it: it["ops"].pop(1),
        lambda it: it["ops"].pop(),
        lambda it: it["ops"].append(it["ops"][0]),
        lambda it: it["ops"][0].__setitem__(0, 9),
        lambda it: it["ops"][1][3].__setitem__(13, '{"changes":{}}'),
        lambda it: it["seals"].clear(),
        lambda it: it["seals"][0].__setitem__(1, "00" * 64),
        lambda it: it["keys"].clear(),
        lambda it: it.__setitem__("stream", MEDIATION),
        lambda it: it.__setitem__("head", 2),
        lambda it: it.__setitem__("ops", []),
        lambda it: it.__setitem__("ops", None),
    )
    for spoil in spoils:
        touched = json.loads(page)
        spoil(touched)
        with pytest.raises(TamperedError):
            opened(json.dumps(touched))


def test_a_devices_key_never_changes(page: str) -> None:
    with pytest.raises(TamperedError, match="公钥与以前不同"):
        opened(page, A=bytes(32))


def test_own_operations_come_back_as_receipts() -> None:
    county = MemoryCounty()
    county.register("A", PUBLIC, (PEOPLE,))
    county.push(seal(TOWNSHIP, journal(1), KEY)[1], "A")
    text = county.page("A", PEOPLE, START, 10)
    found = open_page(text, township=TOWNSHIP, reader="A", stream=PEOPLE, after=START, known_keys={})
    assert [(one.seq, one.dev_seq) for one in found.receipts] == [(1, 1)]
    assert not found.ops
    assert "村民" not in text


# -- codes people type ---------------------------------------------------------------------------------------------


@given(st.binary(min_size=1, max_size=60), st.integers(3, 7))
def test_a_typed_code_is_read_as_it_was_written(data: bytes, group: int) -> None:
    text = typing_codes.written(data, group=group)
    assert typing_codes.read(text.lower().replace("-", "  "), group=group, what="码")[: len(data)] == data


@given(st.data())
@settings(max_examples=200)
def test_one_wrong_or_two_exchanged_characters_are_found(data: st.DataObject) -> None:
    text = EnrolmentCode("county.example.cn", 8443, bytes(range(16)), bytes(range(10))).text()
    at = data.draw(st.integers(0, len(text) - 2))
    other = data.draw(st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
    wrong = text[:at] + other + text[at + 1 :]
    exchanged = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    for typed in (wrong, exchanged):
        if typed.replace("-", "") != text.replace("-", "") and "-" not in text[at : at + 2]:
            with pytest.raises(UserError, match="入网码输入有误"):
                read_code(typed)


@pytest.mark.parametrize("text", ["", "你好", "AAAA", "------", "0" * 200])
def test_what_is_no_code_gets_a_sentence(text: str) -> None:
    with pytest.raises(UserError, match="入网码"):
        read_code(text)


def test_the_township_key_opens_only_under_its_code_and_township() -> None:
    code = pairing.make_code()
    assert len(code.replace("-", "")) == 25
    blob = pairing.seal_township_key(code, "t1", bytes(32))
    assert pairing.open_township_key(code.lower(), "t1", blob) == bytes(32)
    with pytest.raises(UserError, match="配对码与取回的内容不符"):
        pairing.open_township_key(code, "t2", blob)
    with pytest.raises(UserError, match="配对码与取回的内容不符"):
        pairing.open_township_key(pairing.make_code(), "t1", blob)


def test_the_memory_line_is_a_county_to_the_agent() -> None:
    county = MemoryCounty()
    county.register("A", PUBLIC, (PEOPLE,))
    replica = MemoryReplica(Disk("A", bytes(range(32)), (PEOPLE,)), Random(4))
    link = replica.link()
    assert link is not None
    assert Wire1(county, link).hello(replica.hello("")).next == 1
