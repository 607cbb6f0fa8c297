"""The township's secret as the recovery key people print, keep and type back. Wraps nothing: see :mod:`keyring`."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

from app.errors import UserError

SECRET_BYTES: Final = 20
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_secret() -> bytes:
    """The township's secret: 160 random bits, printed once as the recovery key."""
    return secrets.token_bytes(SECRET_BYTES)


def recovery_key(secret: bytes) -> str:
    """The secret in nine groups of four (Crockford base 32), the last group guarding against slips of the pen."""
    number = int.from_bytes(secret, "big")
    body = "".join(_ALPHABET[(number >> (5 * place)) & 31] for place in reversed(range(SECRET_BYTES * 8 // 5)))
    text = body + _guard(body)
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def parse_recovery_key(typed: str) -> bytes:
    """The secret typed back from paper; letter O and I, spaces and dashes do not matter. Raises ``UserError``."""
    text = typed.upper().translate(str.maketrans("OILU", "011V"))
    text = "".join(char for char in text if char in _ALPHABET)
    length = SECRET_BYTES * 8 // 5
    if len(text) != length + 4:
        sentence = f"恢复密钥应为 {length + 4} 个字符，现有 {len(text)} 个"
        raise UserError(sentence, "请对照纸上逐组核对")
    body, guard = text[:length], text[length:]
    if _guard(body) != guard:
        sentence = "恢复密钥有一处抄写错误"
        raise UserError(sentence, "请对照纸上逐组核对，特别是 0 与 D、8 与 B")
    number = 0
    for char in body:
        number = number << 5 | _ALPHABET.index(char)
    return number.to_bytes(SECRET_BYTES, "big")


def _guard(body: str) -> str:
    number = int.from_bytes(hashlib.sha256(body.encode()).digest()[:3], "big")
    return "".join(_ALPHABET[(number >> (5 * place)) & 31] for place in range(4))
