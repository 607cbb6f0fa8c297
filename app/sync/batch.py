"""Journal entries as a sealed file, and proof of who made them.

A batch is immutable: canonical JSON Lines (header, one line for each operation, signature), packed with zstd, signed
with the device's Ed25519 key. The same bytes travel by HTTPS or on a disc. A *seal* is what remains of a batch at the
county: header, signature and the hashes of its operations; with it another PC verifies the author of an operation
even when it may see only a part of that device's chain. Pure: no disk, no clock, no socket.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import zstandard
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.errors import SyncError
from app.sync.canonical import canonical, parsed, sha256_hex
from app.sync.op import Op, kind_of, op_hash, payload_digest
from app.sync.sealing import fingerprint

PROTOCOL = 1
SUITE = 1
"""1 = SHA-256, Ed25519, zstd. A 国密 suite would be another number."""

MAX_OPS = 500
MAX_PACKED = 256 * 1024
"""A batch stays below both, unless one ``tx_id`` alone is larger: that is never split."""

HARD_OPS = 2_000
HARD_PACKED = 8 * 1024 * 1024
HARD_UNPACKED = 64 * 1024 * 1024
"""What the county accepts at most; a packed batch that unfolds further is refused unread."""

_PLAIN = frozenset({str, int, bool, type(None)})
_CONTEXT = b"township-desk batch 1\n"
_TAMPERED = "数据批次未通过校验"
_TAMPERED_STEP = "没有保存其中任何内容，请重新同步；如再次出现，请联系县管理员"


class TamperedError(SyncError):
    """A batch or a page is not what its author sealed; nothing of it may be stored."""

    def __init__(self, detail: str) -> None:
        super().__init__(f"{_TAMPERED}：{detail}", _TAMPERED_STEP)


@dataclass(frozen=True, slots=True)
class Header:
    """First line of a batch; what the signature covers.

    ``head_hash`` is the hash of the last operation, ``hashes`` the digest over the hashes of all of them, so that a
    single operation can be proved by the hashes of the others.
    """

    township: str
    device: str
    from_seq: int
    to_seq: int
    prev_hash: str
    head_hash: str
    hashes: str
    schema: int
    protocol: int = PROTOCOL
    suite: int = SUITE

    @property
    def count(self) -> int:
        """How many operations the batch holds."""
        return self.to_seq - self.from_seq + 1

    def text(self) -> str:
        """The header as it is signed and sent."""
        names = {"from_seq": "from", "to_seq": "to"}
        fields = {names.get(name, name): getattr(self, name) for name in self.__slots__}
        return canonical({**fields, "count": self.count})


def header_from(text: str) -> Header:
    """The header of its text. Raises :class:`TamperedError` when it is none or of an unknown protocol."""
    try:
        fields = parsed(text)
        count = fields.pop("count")
        header = Header(from_seq=fields.pop("from"), to_seq=fields.pop("to"), **fields)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise TamperedError("批次首行无法识别") from error
    if (header.protocol, header.suite) != (PROTOCOL, SUITE):
        raise TamperedError(f"批次格式 {header.protocol}.{header.suite} 本程序不认识，请升级程序")
    if header.text() != text or count != header.count or header.from_seq < 1:
        raise TamperedError("批次首行与内容不符")
    return header


@dataclass(frozen=True, slots=True)
class Batch:
    """An opened and verified batch."""

    header: Header
    signature: str
    ops: tuple[Op, ...]


def batches(ops: Sequence[Op]) -> Iterator[tuple[Op, ...]]:
    """Deal own operations, in order, into batches of at most :data:`MAX_OPS`; a ``tx_id`` stays whole."""
    dealt: list[Op] = []
    for _, group in groupby(ops, key=lambda op: op.tx_id):
        act = list(group)
        if dealt and len(dealt) + len(act) > MAX_OPS:
            yield tuple(dealt)
            dealt = []
        dealt += act
    if dealt:
        yield tuple(dealt)


def seal_first(township: str, ops: Sequence[Op], key: Ed25519PrivateKey) -> tuple[Header, bytes]:
    """Seal as many of ``ops`` (own, in order, from one ``dev_seq`` on) as fit into one batch.

    Raises ``SyncError`` when a single act is larger than the county takes.
    """
    first = next(batches(ops))
    while True:
        header, packed = seal(township, first, key)
        if len(packed) <= MAX_PACKED:
            return header, packed
        half = _first_half(first)
        if half is None:
            break
        first = half
    if len(packed) > HARD_PACKED or header.count > HARD_OPS:
        sentence = f"一次保存的内容过大（{len(packed) // 1024} KB），县服务器不接收"
        raise SyncError(sentence, "请联系县管理员")
    return header, packed


def _first_half(ops: tuple[Op, ...]) -> tuple[Op, ...] | None:
    acts = [tuple(group) for _, group in groupby(ops, key=lambda op: op.tx_id)]
    if len(acts) == 1:
        return None
    return tuple(op for act in acts[: len(acts) // 2] for op in act)


def seal(township: str, ops: Sequence[Op], key: Ed25519PrivateKey) -> tuple[Header, bytes]:
    """Header and packed bytes of one batch over ``ops``: own, chained, without a gap."""
    first, last = ops[0], ops[-1]
    header = Header(
        township=township,
        device=first.device,
        from_seq=first.dev_seq,
        to_seq=last.dev_seq,
        prev_hash=first.prev_hash,
        head_hash=last.hash,
        hashes=sha256_hex(*(op.hash for op in ops)),
        schema=max(op.schema for op in ops),
    )
    text = header.text()
    signature = key.sign(_CONTEXT + text.encode()).hex()
    lines = [text, *(canonical(op_line(op)) for op in ops), canonical({"signature": signature})]
    raw = "\n".join(lines).encode("utf-8", "surrogatepass")
    return header, zstandard.ZstdCompressor(level=6).compress(raw)


def op_line(op: Op) -> list[Any]:
    """An operation as it travels: without device, number and links, which header and seal give back."""
    return [
        op.op_id,
        op.tx_id,
        op.act_id,
        op.stream,
        op.register,
        op.record_id,
        op.root,
        str(op.kind),
        op.base_version,
        op.user,
        op.at,
        op.schema,
        op.salt,
        op.payload,
        op.payload_digest if op.payload is None else None,
    ]


_TEXT, _NUMBER, _MAYBE = (str,), (int,), (str, type(None))
_LINE_TYPES = (*(_TEXT,) * 8, _NUMBER, _TEXT, _TEXT, _NUMBER, _TEXT, _MAYBE, _MAYBE)
_NUMBERS = range(1 << 60)


def op_of_line(line: Any, *, device: str, dev_seq: int, prev_hash: str, seq: int | None = None) -> Op:
    """The operation of a travelled line, its hash computed anew. Raises :class:`TamperedError` when it is none."""
    if not isinstance(line, list) or len(line) != len(_LINE_TYPES):
        raise TamperedError(f"第 {dev_seq} 条格式不符")
    if not all(type(value) in kinds for value, kinds in zip(line, _LINE_TYPES, strict=True)):
        raise TamperedError(f"第 {dev_seq} 条格式不符")
    op_id, tx_id, act_id, stream, register, record_id, root, kind, base, user, at, schema, salt, payload, digest = line
    if base not in _NUMBERS or schema not in _NUMBERS:
        raise TamperedError(f"第 {dev_seq} 条的编号超出范围")
    if (payload is None) != (digest is not None):
        raise TamperedError(f"第 {dev_seq} 条缺少内容")
    op = Op(
        device=device,
        dev_seq=dev_seq,
        op_id=op_id,
        tx_id=tx_id,
        act_id=act_id,
        stream=stream,
        register=register,
        record_id=record_id,
        root=root,
        kind=kind_of(kind),
        base_version=base,
        user=user,
        at=at,
        schema=schema,
        salt=salt,
        payload=payload,
        payload_digest=digest if payload is None else payload_digest(salt, payload),
        prev_hash=prev_hash,
        hash="",
        seq=seq,
    )
    object.__setattr__(op, "hash", op_hash(op))  # nobody else has seen it yet: a second one need not be made
    return op


def open_batch(packed: bytes, public_key: bytes) -> Batch:
    """Unpack a batch and verify chain, digests and signature. Raises :class:`TamperedError`, never stores a part."""
    lines = unpack(packed).split("\n")
    header = header_from(lines[0])
    signature = _signature_of(lines[-1])
    if len(lines) != header.count + 2:
        raise TamperedError("条数与首行不符")
    ops = tuple(_chained(header, lines[1:-1]))
    seal_of = Seal(lines[0], signature)
    verify_seal(seal_of, [op.hash for op in ops], public_key)
    return Batch(header, signature, ops)


def _signature_of(line: str) -> str:
    try:
        return str(parsed(line)["signature"])
    except (ValueError, TypeError, KeyError) as error:
        raise TamperedError("缺少签名") from error


def _chained(header: Header, lines: Sequence[str]) -> Iterator[Op]:
    prev_hash = header.prev_hash
    for dev_seq, text in enumerate(lines, header.from_seq):
        try:
            line = parsed(text)
        except ValueError as error:
            raise TamperedError(f"第 {dev_seq} 条格式不符") from error
        op = op_of_line(line, device=header.device, dev_seq=dev_seq, prev_hash=prev_hash)
        if op.payload is not None:
            check_payload(op)
        yield op
        prev_hash = op.hash


def check_payload(op: Op) -> None:
    """Raises ``TamperedError`` when the content cannot be merged: sealed and signed nonsense is nonsense too."""
    try:
        content = parsed(op.payload or "{}")
        is_sound = all(_is_pair(pair) for pair in content.get("changes", {}).values())
    except (ValueError, TypeError, AttributeError):
        is_sound = False
    if not is_sound:
        raise TamperedError(f"第 {op.dev_seq} 条内容格式不符")


def _is_pair(pair: Sequence[Any]) -> bool:
    """True for two values that can be compared; raises for what cannot. A plain value always can."""
    return len([value if type(value) in _PLAIN else fingerprint(value) for value in pair]) == 2


def pack(text: str) -> bytes:
    """Text packed with zstd."""
    return zstandard.ZstdCompressor(level=6).compress(text.encode("utf-8", "surrogatepass"))


def unpack(packed: bytes, limit: int = HARD_UNPACKED) -> str:
    """The text of packed bytes; refuses what is damaged, not text, or unfolds beyond ``limit`` bytes."""
    reader = zstandard.ZstdDecompressor(max_window_size=1 << 27).stream_reader(packed)
    try:
        raw = reader.read(limit + 1)
        if len(raw) > limit:
            raise TamperedError("解压后过大")
        return raw.decode("utf-8", "surrogatepass")
    except (zstandard.ZstdError, UnicodeDecodeError) as error:
        raise TamperedError("压缩内容损坏") from error


@dataclass(frozen=True, slots=True)
class Seal:
    """Header text and signature of a batch: what is kept of it, and passed on to other PCs."""

    header: str
    signature: str


def verify_seal(seal_of: Seal, hashes: Sequence[str], public_key: bytes) -> Header:
    """Prove that ``hashes`` are the operations that the device with ``public_key`` sealed.

    Raises :class:`TamperedError`.
    """
    header = header_from(seal_of.header)
    if len(hashes) != header.count or hashes[-1] != header.head_hash or sha256_hex(*hashes) != header.hashes:
        raise TamperedError("内容与其校验值不符")
    try:
        signature = bytes.fromhex(seal_of.signature)
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, _CONTEXT + seal_of.header.encode())
    except (InvalidSignature, ValueError) as error:
        raise TamperedError("签名不符") from error
    return header
