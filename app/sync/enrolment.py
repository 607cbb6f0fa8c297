"""The enrolment code: where the county is, how to know it, and a secret good for one PC. Pure."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field

from app.errors import UserError
from app.sync import typing_codes

WHAT = "入网码"
SECRET_BYTES = 10
PRINT_BYTES = 16
"""The code carries the first half of the certificate's SHA-256: 128 bits no stranger can match."""

_GROUP = 6
_VERSION = 1
_IPV4, _NAME = 4, 1


@dataclass(frozen=True, slots=True)
class EnrolmentCode:
    """Host and port of the county, the beginning of its certificate's SHA-256, and the one-time secret."""

    host: str
    port: int
    fingerprint: bytes
    secret: bytes = field(repr=False)

    @property
    def url(self) -> str:
        """Address of the county server."""
        return f"https://{self.host}:{self.port}"

    def text(self) -> str:
        """The code as printed: groups of six characters."""
        host = _host_bytes(self.host)
        data = bytes([_VERSION, *host]) + self.port.to_bytes(2, "big") + self.fingerprint[:PRINT_BYTES] + self.secret
        return typing_codes.written(data, group=_GROUP)


def _host_bytes(host: str) -> bytes:
    try:
        return bytes([_IPV4]) + ipaddress.IPv4Address(host).packed
    except ValueError:
        name = host.encode("idna")
        return bytes([_NAME, len(name)]) + name


def read_code(text: str) -> EnrolmentCode:
    """The code of what was typed or pasted; raises ``UserError`` naming the wrong group."""
    data = typing_codes.read(text, group=_GROUP, what=WHAT)
    version, kind = data[0], data[1] if len(data) > 1 else 0
    size = {_IPV4: 4, _NAME: 1 + data[2] if len(data) > 2 else 0}.get(kind, 0)
    rest = data[2 + size :]
    if version != _VERSION or not size or len(rest) != 2 + PRINT_BYTES + SECRET_BYTES:
        raise UserError(f"{WHAT}不完整或不是入网码", "请把县管理员给的入网码完整输入，从第一组到最后一组")
    host = str(ipaddress.IPv4Address(data[2:6])) if kind == _IPV4 else data[3 : 2 + size].decode("idna")
    return EnrolmentCode(host, int.from_bytes(rest[:2], "big"), rest[2 : 2 + PRINT_BYTES], rest[2 + PRINT_BYTES :])
