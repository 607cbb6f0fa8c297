"""What PC and county say to each other at hello and after a push, as plain values. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.errors import SyncError
from app.sync.canonical import canonical, parsed
from app.sync.page import Cursor

VERSION = 1
PAGE_TYPE = "application/vnd.township-desk.page"
BLOB_TYPE = "application/octet-stream"
OFFSET, LENGTH, IS_WHOLE = "Upload-Offset", "Upload-Length", "Upload-Is-Whole"
"""Headers of a blob on its way: bytes the county has, bytes in all, and (0 or 1) whether it has verified the whole."""

ENROL_CONTEXT = b"township-desk enrol 1\n"
HELLO_CONTEXT = b"township-desk hello 1\n"
RENEW_CONTEXT = b"township-desk renew 1\n"
"""Precede what a device signs, so that a signature for one purpose never serves another."""

OK = "ok"
COPY = "copy"
FORK = "fork"
REVOKED = "revoked"
UPGRADE = "upgrade"
UNKNOWN = "unknown"
"""Answers of hello. ``upgrade``: the PC may push but the program is too old to read what others write."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The county's word on one own operation: its number (0 when refused), and why it was refused."""

    dev_seq: int
    stream: str
    outcome: str
    seq: int
    reason: str = ""

    def to_json(self) -> list[Any]:
        """A JSON list from which :func:`settled_from` makes the same."""
        return [self.dev_seq, self.stream, self.outcome, self.seq, self.reason]


REFUSED = "refused"
DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Hello:
    """What a PC says of itself; ``next`` and ``head_hash`` of its own chain, ``waiting_from`` its first waiting one."""

    township: str
    device: str
    next: int
    head_hash: str
    waiting_from: int
    cursors: Mapping[str, Cursor]
    generation: str
    schema: int
    clock: str

    def text(self, nonce: str) -> str:
        """The canonical text that is signed and sent."""
        fields = {name: getattr(self, name) for name in self.__slots__ if name != "cursors"}
        cursors = {stream: [cursor.seq, cursor.hash] for stream, cursor in self.cursors.items()}
        return canonical({**fields, "cursors": cursors, "nonce": nonce})


@dataclass(frozen=True, slots=True)
class HelloAnswer:
    """What the county knows of this PC.

    ``next``/``head_hash``: what it expects next of the PC's chain; ``reset``: streams in which it does not know the
    PC's cursor (it was restored from a backup); ``settled``: its word on operations whose answer was lost and which
    no page will bring back; ``scope``: streams this PC may see now.
    """

    state: str
    generation: str
    next: int
    head_hash: str
    heads: Mapping[str, int]
    reset: tuple[str, ...]
    settled: tuple[Settled, ...]
    scope: tuple[str, ...]
    clock: str
    token: str
    township_name: str = ""
    min_schema: int = 1

    def to_json(self) -> dict[str, Any]:
        """A JSON object from which :func:`hello_answer_from` makes the same."""
        plain = {name: getattr(self, name) for name in self.__slots__}
        return {**plain, "settled": [one.to_json() for one in self.settled]}


@dataclass(frozen=True, slots=True)
class PushAnswer:
    """What the county acknowledges after its commit: everything before ``next``."""

    next: int
    results: tuple[Settled, ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        """A JSON object from which :func:`push_answer_from` makes the same."""
        return {"next": self.next, "results": [one.to_json() for one in self.results]}


def strange_answer(detail: str = "") -> SyncError:
    """The error for an answer that no county server gives."""
    sentence = "返回的不是县服务器的应答（可能需要先登录上网）"
    return SyncError(sentence + (f"：{detail}" if detail else ""), "请检查网络，登录后点“立即同步”")


def _typed(hello: Hello) -> Hello:
    """The hello itself; raises ``TypeError`` when a number or a text in it is something else."""
    numbers, texts = (hello.next, hello.waiting_from, hello.schema), (hello.township, hello.device, hello.head_hash)
    if any(type(one) is not int for one in numbers) or any(type(one) is not str for one in texts):
        message = "not a hello"
        raise TypeError(message)
    return hello


def hello_from(text: str) -> tuple[Hello, str]:
    """The hello of its signed text, and the nonce in it. Raises ``SyncError`` when it is none."""
    try:
        fields = parsed(text)
        nonce = str(fields.pop("nonce"))
        cursors = {stream: Cursor(int(at[0]), str(at[1])) for stream, at in fields.pop("cursors").items()}
        return _typed(Hello(cursors=cursors, **fields)), nonce
    except (TypeError, KeyError, ValueError, IndexError, AttributeError) as error:
        sentence = "无法识别的问候"
        raise SyncError(sentence) from error


def hello_answer_from(stored: Mapping[str, Any]) -> HelloAnswer:
    """The answer of its JSON. Raises ``SyncError`` when it is none."""
    try:
        fields = dict(stored)
        settled = settled_from(fields.pop("settled"))
        reset, scope = tuple(fields.pop("reset")), tuple(fields.pop("scope"))
        return HelloAnswer(settled=settled, reset=reset, scope=scope, **fields)
    except (TypeError, KeyError, ValueError) as error:
        raise strange_answer() from error


def push_answer_from(stored: Mapping[str, Any]) -> PushAnswer:
    """The answer of its JSON. Raises ``SyncError`` when it is none."""
    try:
        return PushAnswer(int(stored["next"]), settled_from(stored["results"]))
    except (TypeError, KeyError, ValueError) as error:
        raise strange_answer() from error


def settled_from(rows: Sequence[Any]) -> tuple[Settled, ...]:
    """The county's words of their JSON lists."""
    return tuple(Settled(*row) for row in rows)
