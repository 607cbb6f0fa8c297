"""The county's key and self-signed certificate, made on first start. PCs know it by its fingerprint, not by a name."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID

_KEY, _CERTIFICATE = "county.key", "county.crt"


@dataclass(frozen=True, slots=True)
class Certificate:
    """Paths of key and certificate (PEM) and the SHA-256 of the certificate (DER)."""

    key: Path
    certificate: Path
    fingerprint: bytes


def certificate_in(folder: Path) -> Certificate:
    """The county's certificate in ``folder``, made when there is none."""
    key_path, certificate_path = folder / _KEY, folder / _CERTIFICATE
    if not certificate_path.exists():
        _make(key_path, certificate_path)
    stored = x509.load_pem_x509_certificate(certificate_path.read_bytes())
    der = stored.public_bytes(serialization.Encoding.DER)
    return Certificate(key_path, certificate_path, hashlib.sha256(der).digest())


def _make(key_path: Path, certificate_path: Path) -> None:
    key = Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "township county server")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # Pinned by its fingerprint; a PC whose clock stands in 2002 or 2060 must still be able to sync.
        .not_valid_before(datetime(2000, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2099, 12, 31, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, None)
    )
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    with os.fdopen(os.open(key_path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(pem)
    certificate_path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
