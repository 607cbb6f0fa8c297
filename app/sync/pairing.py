"""The pairing code: how the township's key reaches a second PC through a mailbox that cannot read it.

The first PC makes a code, seals the key under it and leaves the blob at the county; the code itself goes by mouth or
on paper. 100 random bits: nobody who holds the blob can guess it.
"""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.errors import UserError
from app.sync import typing_codes

WHAT = "配对码"
_GROUP = 5
_BYTES = 12
KEY_BYTES = 32


def make_code() -> str:
    """A fresh pairing code: 25 characters in groups of five, each with its check character."""
    return typing_codes.written(secrets.token_bytes(_BYTES), group=_GROUP)


def mailbox(code: str) -> str:
    """Name of the mailbox a code stands for; says nothing of the code itself."""
    return _derived(code, b"township-desk mailbox 1", 16).hex()


def seal_township_key(code: str, township: str, township_key: bytes) -> bytes:
    """The township's key sealed under the code; what is left in the mailbox."""
    return _box(code).encrypt(township_key, [township.encode()])


def open_township_key(code: str, township: str, blob: bytes) -> bytes:
    """The township's key of a mailbox blob. Raises ``UserError`` when code or township do not fit."""
    try:
        return _box(code).decrypt(blob, [township.encode()])
    except InvalidTag as error:
        raise UserError("配对码与取回的内容不符", "请在第一台电脑上重新生成配对码再试") from error


def _box(code: str) -> AESSIV:
    return AESSIV(_derived(code, b"township-desk pairing 1", 64))


def _derived(code: str, purpose: bytes, length: int) -> bytes:
    secret = typing_codes.read(code, group=_GROUP, what=WHAT)
    return HKDF(hashes.SHA256(), length, None, purpose).derive(secret)
