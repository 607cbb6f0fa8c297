"""A page of changes as the county deals it out, and its proof.

Each operation of another PC comes with the seal of its batch; hashes of operations of that batch which the reader may
not see stand in the seal, so that the whole batch can be proved. Own operations come back as a mere receipt
``[seq, dev_seq, hash]``: the reader holds them already. The numbers are dense and chained, so a gap is seen. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.sync.authority import author_id, is_county
from app.sync.batch import Seal, TamperedError, check_payload, header_from, op_line, op_of_line, verify_seal
from app.sync.canonical import canonical, parsed, sha256_hex
from app.sync.streams import CONFIG

if TYPE_CHECKING:
    from app.sync.op import Op

PAGE_LIMIT = 500
"""Operations on one page."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a replica has read a stream: the last number and the chain hash after it."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """An own operation that now stands in a stream."""

    seq: int
    dev_seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Page:
    """A verified page: what to store, and the cursor that moves with it in the same transaction.

    ``ops`` are of other devices and carry their ``seq``; ``head`` is the stream's last number when the page was read;
    ``keys`` the public keys of the devices on it.
    """

    stream: str
    after: Cursor
    cursor: Cursor
    head: int
    ops: tuple[Op, ...]
    receipts: tuple[Receipt, ...]
    keys: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class SealedPart:
    """A seal on a page: the batch's header and signature, and the hashes of its operations not on the page."""

    seal: Seal
    others: Mapping[int, str]


def page_text(
    stream: str, rows: Sequence[Op], *, reader: str, parts: Sequence[SealedPart], head: int, keys: Mapping[str, bytes]
) -> str:
    """Canonical text of a page over ``rows`` (in order of ``seq``) for the device ``reader``."""
    ops: list[object] = [
        [op.seq, op.dev_seq, op.hash] if op.device == reader else [op.seq, op.device, op.dev_seq, op_line(op)]
        for op in rows
    ]
    seals = [
        [part.seal.header, part.seal.signature, {str(seq): one for seq, one in part.others.items()}] for part in parts
    ]
    return canonical(
        {
            "stream": stream,
            "head": head,
            "ops": ops,
            "seals": seals,
            "keys": {device: key.hex() for device, key in keys.items()},
        }
    )


def open_page(
    text: str,
    *,
    township: str,
    reader: str,
    stream: str,
    after: Cursor,
    known_keys: Mapping[str, bytes],
    authority: bytes = b"",
) -> Page:
    """Verify a page that was asked for ``after``; raises :class:`TamperedError` and nothing may be stored.

    ``known_keys`` are public keys seen before: a device's key never changes. ``authority`` is the public key of the
    county's certificate: its author alone writes the stream ``config``, and no other; without it nobody does.
    """
    try:
        content = parsed(text)
        keys = {str(device): bytes.fromhex(key) for device, key in content["keys"].items()}
        rows = content["ops"]
        head = int(content["head"])
        parts = [_part(one) for one in content["seals"]]
        is_asked = content["stream"] == stream
        foreign = [row for row in rows if len(row) == 4]
        receipts = tuple(Receipt(*row) for row in rows if len(row) == 3)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise TamperedError("下载页格式不符") from error
    if not is_asked:
        raise TamperedError("下载页不是所要的一类")
    for device, key in keys.items():
        if known_keys.get(device, key) != key:
            raise TamperedError(f"设备 {device} 的公钥与以前不同")
    ops = _proved(foreign, parts, keys=keys, reader=reader)
    if any(parsed(part.seal.header)["township"] != township for part in parts):
        raise TamperedError("下载页含有其他乡镇的内容")
    if any(op.stream != stream for op in ops):
        raise TamperedError("下载页含有其他类别的内容")
    _check_authors(stream, ops, receipts, keys=keys, author=author_id(township, authority), authority=authority)
    cursor = _follow(after, [*ops, *receipts])
    if cursor.seq > head or (not rows and after.seq < head):
        raise TamperedError("下载页缺少内容")
    return Page(stream, after, cursor, head, tuple(ops), receipts, keys)


def _check_authors(
    stream: str,
    ops: Sequence[Op],
    receipts: Sequence[Receipt],
    *,
    keys: Mapping[str, bytes],
    author: str,
    authority: bytes,
) -> None:
    """The configuration comes from the county alone, and from the county comes nothing else."""
    if stream != CONFIG:
        if any(is_county(op.device) for op in ops):
            raise TamperedError("县的配置签名出现在其他类别里")
        return
    is_the_countys = all(op.device == author and keys[op.device] == authority for op in ops)
    if receipts or (ops and not authority) or not is_the_countys:
        raise TamperedError("县配置不是县服务器签发的")


def _part(stored: Any) -> SealedPart:
    header, signature, others = stored
    return SealedPart(Seal(str(header), str(signature)), {int(seq): str(one) for seq, one in others.items()})


def _proved(
    rows: Sequence[Sequence[Any]], parts: Sequence[SealedPart], *, keys: Mapping[str, bytes], reader: str
) -> list[Op]:
    lines = {(device, dev_seq): (seq, line) for seq, device, dev_seq, line in rows}
    if len(lines) != len(rows) or any(device == reader for device, _ in lines):
        raise TamperedError("下载页有重复内容")
    proved: list[Op] = []
    for part in parts:
        header = header_from(part.seal.header)
        hashes: list[str] = []
        for dev_seq in range(header.from_seq, header.to_seq + 1):
            hidden = part.others.get(dev_seq)
            if hidden is not None:
                hashes.append(hidden)
                continue
            seq, line = lines.pop((header.device, dev_seq), (None, None))
            prev_hash = hashes[-1] if hashes else header.prev_hash
            op = op_of_line(line, device=header.device, dev_seq=dev_seq, prev_hash=prev_hash, seq=seq)
            hashes.append(op.hash)
            if op.payload is not None:
                check_payload(op)
            proved.append(op)
        if header.device not in keys:
            raise TamperedError(f"缺少设备 {header.device} 的公钥")
        verify_seal(part.seal, hashes, keys[header.device])
    if lines:
        raise TamperedError("下载页有未经签名的内容")
    return proved


def _follow(after: Cursor, rows: Sequence[Op | Receipt]) -> Cursor:
    """The cursor after the rows; they must follow on without a gap."""
    try:
        ordered = sorted(rows, key=lambda row: row.seq or 0)
    except TypeError as error:
        raise TamperedError("下载页编号不符") from error
    cursor = after
    for row in ordered:
        if row.seq != cursor.seq + 1:
            raise TamperedError(f"下载页编号不连续：{cursor.seq} 之后是 {row.seq}")
        cursor = Cursor(row.seq, sha256_hex(cursor.hash, row.hash))
    return cursor
