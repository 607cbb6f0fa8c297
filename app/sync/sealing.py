"""Values that end at the township: encrypted on the PC, carried unread.

AES-SIV (RFC 5297): the same value in the same field of the same record seals to the same bytes, so the first 16 bytes
(the synthetic IV) are at once the keyed digest by which the county compares values it cannot read. Nothing here knows
which fields are sealed; the declarations do.
"""

from __future__ import annotations

import base64
import hashlib
import json

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.errors import SyncError
from app.sync.canonical import Wire, canonical

SEALED = "$s"
DIGEST = "$d"
LONG_TEXT = 200
"""Characters from which an update's ``was`` is journalled as a digest only."""

_SIV_BYTES = 16
_PLAIN = (str, int, type(None))  # bool is an int; the exact types are compared besides


class SealBox:
    """Seals and opens wire values with the township's key (32 bytes)."""

    def __init__(self, township_key: bytes) -> None:
        derived = HKDF(hashes.SHA256(), 64, None, b"township-desk seal 1").derive(township_key)
        self._siv = AESSIV(derived)

    def seal(self, value: Wire, *, register: str, field: str, record_id: str) -> Wire:
        """``{"$s": base64}``; None stays None: that a field is empty is no secret."""
        if value is None:
            return None
        text = canonical(value).encode("utf-8", "surrogatepass")
        box = self._siv.encrypt(text, [f"{register}\n{field}\n{record_id}".encode()])
        return {SEALED: base64.b64encode(box).decode("ascii")}

    def open(self, value: Wire, *, register: str, field: str, record_id: str) -> Wire:
        """The clear value; what is not sealed comes back as it is. Raises ``SyncError`` when altered."""
        if not is_sealed(value):
            return value
        box = base64.b64decode(value[SEALED])  # type: ignore[index,call-overload,arg-type]  # is_sealed
        try:
            clear = self._siv.decrypt(box, [f"{register}\n{field}\n{record_id}".encode()])
        except InvalidTag as error:
            sentence = f"登记 {register} 的一项密封内容无法打开"
            raise SyncError(sentence, "本机的乡镇密钥与录入时不同，或内容被改动，请联系县管理员") from error
        opened: Wire = json.loads(clear.decode("utf-8", "surrogatepass"))
        return opened

    def opened_or_kept(self, value: Wire, *, register: str, field: str, record_id: str) -> Wire:
        """As :meth:`open`, but what cannot be opened comes back sealed: one PC's damage must not stop the others."""
        try:
            return self.open(value, register=register, field=field, record_id=record_id)
        except (SyncError, ValueError, TypeError):
            return value


def is_sealed(value: Wire) -> bool:
    """True for a value encrypted with the township's key."""
    return isinstance(value, dict) and SEALED in value


def fingerprint(value: Wire) -> str:
    """What two values are compared by, whether clear, sealed or only digests.

    A sealed value's fingerprint is its synthetic IV; a clear value's is a hash; a digest is its own.
    """
    if isinstance(value, dict):
        if DIGEST in value and len(value) == 1:
            return str(value[DIGEST])
        if SEALED in value:
            head = base64.b64decode(str(value[SEALED]))[:_SIV_BYTES]
            return "s:" + head.hex()
    text = canonical(value).encode("utf-8", "surrogatepass")
    return "h:" + hashlib.sha256(text).hexdigest()


def is_same(one: Wire, other: Wire) -> bool:
    """True when two values are the same by what can be known of them: :func:`fingerprint`, without hashing if plain."""
    if isinstance(one, _PLAIN) and isinstance(other, _PLAIN):
        return type(one) is type(other) and one == other
    return fingerprint(one) == fingerprint(other)


def as_was(value: Wire) -> Wire:
    """How a former value is journalled: itself, or its digest when sealed or long."""
    if is_sealed(value) or (isinstance(value, str) and len(value) > LONG_TEXT):
        return {DIGEST: fingerprint(value)}
    return value
