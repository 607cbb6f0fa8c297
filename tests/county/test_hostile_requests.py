"""Nonsense from outside is answered with a sentence of the county's, never with a crash."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from app.models import journal
from app.sync import protocol
from app.sync.batch import seal
from app.sync.https import CountyClient
from county.server import County
from tests.attack.test_hostile_replicas import foreign
from tests.county.desks import Desk

NUL = "\x00"
HALF = "\ud800"


@pytest.fixture
def http(county: County) -> Iterator[httpx.Client]:
    context = ssl._create_unverified_context()
    with httpx.Client(base_url=f"https://{county.address()}", verify=context, timeout=20) as client:
        yield client


def _is_said(answer: httpx.Response) -> bool:
    return answer.status_code in {403, 409, 413, 422} and bool(answer.json()["sentence"])


@pytest.mark.parametrize(
    "change",
    [{"next": "9"}, {"next": []}, {"schema": "x"}, {"waiting_from": "a"}, {"device": NUL}, {"device": HALF}],
)
def test_a_strange_hello_is_answered_with_a_sentence(center: Desk, http: httpx.Client, change: dict[str, Any]) -> None:
    link = center.replica.link()
    assert link is not None
    nonce = http.get("/v1/nonce").json()["nonce"]
    text = json.dumps({**json.loads(center.replica.hello("x").text(nonce)), **change}, sort_keys=True)
    signature = link.private_key.sign(protocol.HELLO_CONTEXT + text.encode()).hex()
    assert _is_said(http.post("/v1/hello", content=json.dumps({"text": text, "signature": signature}).encode()))


@pytest.mark.parametrize(
    "given",
    [
        {"user": NUL},
        {"record_id": f"a{NUL}"},
        {"at": NUL},
        {"user": HALF},
        {"payload": '{"changes":{"full_name":[null,"\\ud800"]}}'},
    ],
)
def test_an_operation_the_database_cannot_hold_is_answered_with_a_sentence(
    center: Desk, http: httpx.Client, given: dict[str, Any]
) -> None:
    link = center.replica.link()
    assert link is not None
    center.synced()
    with CountyClient(link) as client:
        client.hello(center.replica.hello("x"))
        token = client._token
    seq, head = journal.head(center.store.conn, link.township, link.device)
    op = foreign(center.store, {}, device=link.device, dev_seq=seq + 1, prev_hash=head, **given)
    header, packed = seal(link.township, [op], link.private_key)
    path = f"/v1/batches/{link.device}/{header.from_seq}-{header.to_seq}-{header.head_hash}"
    assert _is_said(http.put(path, content=packed, headers={"Authorization": f"Bearer {token}"}))
    center.synced()
