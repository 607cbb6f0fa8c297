"""Who speaks for the county in the stream ``config``: one author for each township, known by the county's own key.

A PC pins the county's certificate when it enrols (decision 0046); the author's key is that certificate's, and its
device number follows from township and key. Nothing has to be handed out, and nobody else can take the number. Pure.
"""

from __future__ import annotations

from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.sync.canonical import sha256_hex

_PREFIX = "county-"
_LENGTH = 32


def author_id(township: str, public_key: bytes) -> str:
    """Device number of the county with this key (32 bytes) as author in a township."""
    return _PREFIX + sha256_hex("county author", township, public_key.hex())[:_LENGTH]


def is_county(device: str) -> bool:
    """True for a number only a county's author bears; no PC is enrolled under such a one."""
    return device.startswith(_PREFIX)


@cache
def authority_of(certificate: str) -> bytes:
    """The public key (32 bytes) of a county's certificate (PEM); empty for one this program cannot use."""
    try:
        key = x509.load_pem_x509_certificate(certificate.encode()).public_key()
    except ValueError:
        return b""
    return key.public_bytes_raw() if isinstance(key, Ed25519PublicKey) else b""
