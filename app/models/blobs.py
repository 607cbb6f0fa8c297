"""Encrypted files beside the database: attachments, scans, printed papers.

What lies in ``<data folder>/blobs/ab/<id>`` is what travels: the file's bytes sealed with a key derived from the
township's secret, the same bytes on every PC, called by the SHA-256 of the *sealed* bytes, so that disk, backup and
county can check a blob without any key. A blob is written and synced to disk before the operation that names it, never
changed, and named by nothing but its content. Knows no register, no record and no network.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.errors import StoreError
from app.models import clock
from app.models.database import disk_sentences

FOLDER: Final = "blobs"
"""Name of the folder beside the database."""

MOST_BYTES: Final = 128 * 1024 * 1024
"""No blob is larger, whoever made it: blobs are read whole."""

_PURPOSE: Final = b"township-desk blob 1"
_ID: Final = re.compile(r"[0-9a-f]{64}")
_HALF: Final = ".part"
_DAMAGED: Final = ".damaged"
_DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class Blob:
    """A blob on this PC: its id and the bytes it takes on the disk and on the wire."""

    id: str
    size: int


def blob_id(sealed: bytes) -> str:
    """What a blob is called: SHA-256 of its sealed bytes, 64 hexadecimal digits."""
    return hashlib.sha256(sealed).hexdigest()


def is_blob_id(text: str) -> bool:
    """True for 64 lower-case hexadecimal digits: the only names ever joined to a path."""
    return bool(_ID.fullmatch(text))


class BlobStore:
    """The blobs of one township on one PC. Safe from several threads: a blob appears whole or not at all."""

    def __init__(self, folder: Path, township_key: bytes) -> None:
        """``folder`` is ``<data folder>/blobs`` (made when the first blob comes); ``township_key`` 32 bytes."""
        self.folder = folder
        derived = HKDF(hashes.SHA256(), 64, None, _PURPOSE).derive(township_key)
        self._siv = AESSIV(derived)

    # -- clear bytes ---------------------------------------------------------------------------------------------

    def put(self, body: bytes) -> Blob:
        """Seal and keep ``body``; when this returns, it is on the disk. The same bytes are kept once.

        Raises ``StoreError`` when the disk refuses; nothing half is left.
        """
        sealed = self.seal(body)
        return self.accept(blob_id(sealed), sealed)

    def seal(self, body: bytes) -> bytes:
        """The bytes that travel. Deterministic: the same file on two PCs is the same blob."""
        # AES-SIV refuses nothing-at-all; one leading byte also leaves room for another form later.
        return self._siv.encrypt(b"\x01" + body, [_PURPOSE])

    def read(self, name: str) -> bytes:
        """The clear bytes of a blob. Raises ``StoreError``: not on this PC, damaged, or of another township's key."""
        sealed = self.raw(name)
        try:
            return self._siv.decrypt(sealed, [_PURPOSE])[1:]
        except InvalidTag as error:
            sentence = "这个附件用的不是本乡镇的密钥，打不开"
            raise StoreError(sentence, "请联系县管理员；登记的内容没有受影响") from error

    # -- sealed bytes: what travels and what backups hold ----------------------------------------------------------

    def has(self, name: str) -> bool:
        """True when the blob is on this PC."""
        return self.path(name).is_file()

    def size(self, name: str) -> int:
        """Bytes of a blob on disk; 0 when it is not here."""
        try:
            return self.path(name).stat().st_size
        except OSError:
            return 0

    def raw(self, name: str) -> bytes:
        """The sealed bytes, verified against their name. Raises ``StoreError`` when absent or damaged."""
        path = self.path(name)
        try:
            with disk_sentences(path):
                sealed = path.read_bytes()
        except FileNotFoundError as error:
            sentence = "这个附件还没有到这台电脑"
            raise StoreError(sentence, "联网同步后会自己到；一直不到请在录入它的电脑上打开程序") from error
        if blob_id(sealed) != name:
            sentence = "这个附件在本机的文件已损坏"
            raise StoreError(sentence, "请从备份恢复，或等同步时重新取来；登记的内容没有受影响")
        return sealed

    def accept(self, name: str, sealed: bytes | Path) -> Blob:
        """Keep a blob that came from elsewhere, after checking that it is what its name says.

        ``sealed``: the bytes, or a finished file of them, which is left where it is. Raises ``StoreError``.
        """
        body = _bytes_of(sealed)
        if blob_id(body) != name:
            sentence = "收到的附件与它的校验码不符，没有收下"
            raise StoreError(sentence, "会再取一次；总是这样请联系县管理员")
        path = self.path(name)
        with _said_of_blobs(path):
            if self.is_sound(name):
                os.utime(path)  # taken in again: as young as a new one, should nothing name it yet
            else:
                _write_synced(path, body)
        return Blob(name, len(body))

    def path(self, name: str) -> Path:
        """Where a blob lies or would lie. Raises ``ValueError`` for what is no blob id."""
        if not is_blob_id(name):
            message = f"no blob id: {name[:80]!r}"
            raise ValueError(message)
        return self.folder / name[:2] / name

    def ids(self) -> Iterator[str]:
        """Every blob on this PC, in order."""
        if self.folder.is_dir():
            for path in sorted(self.folder.glob("??/*")):
                if is_blob_id(path.name):
                    yield path.name

    # -- care ----------------------------------------------------------------------------------------------------

    def is_sound(self, name: str) -> bool:
        """True when the blob is here and its bytes are what its name says."""
        try:
            self.raw(name)
        except (StoreError, OSError):
            return False
        return True

    def set_aside(self, name: str) -> None:
        """Put a damaged blob out of the way, so that a good copy may come; its bytes are kept."""
        path = self.path(name)
        if path.is_file():
            path.replace(path.with_name(path.name + _DAMAGED))

    def sweep(self) -> int:
        """Remove what a kill left half-written; called when the township is opened. Returns how many."""
        halves = list(self.folder.glob(f"??/*{_HALF}"))
        for half in halves:
            half.unlink(missing_ok=True)
        return len(halves)

    def remove_orphans(self, named: Collection[str], *, older_than_days: int) -> list[str]:
        """Remove blobs nothing names that have lain here at least so many days (prepared, then never saved)."""
        known, before = frozenset(named), clock.instant().timestamp() - older_than_days * _DAY
        gone = [name for name in self.ids() if name not in known and self.path(name).stat().st_mtime < before]
        for name in gone:
            self.path(name).unlink(missing_ok=True)
        return gone


def _bytes_of(sealed: bytes | Path) -> bytes:
    if isinstance(sealed, bytes):
        return sealed
    with disk_sentences(sealed):
        return sealed.read_bytes()


def _write_synced(path: Path, body: bytes) -> None:
    """Under another name, through to the disk, renamed, and the folder's entry through to the disk too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f"{path.name}.{secrets.token_hex(4)}{_HALF}")
    try:
        with half.open("xb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    except BaseException:
        half.unlink(missing_ok=True)
        raise
    for folder in (path.parent, path.parent.parent):
        _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # a folder cannot be opened there; NTFS journals the rename itself
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _said_of_blobs(path: Path) -> Iterator[None]:
    """What a disk refuses, said of an attachment: what is in the register is never concerned."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST):
            sentence = f"没有权限写附件文件夹，附件没有存下：{path.parent.parent}"
            raise StoreError(sentence, "请检查文件夹权限，或把数据文件夹移到可写的地方") from error
        sentence = f"磁盘写不进去了（{path.drive or error.strerror}），附件没有存下；登记的内容没有受影响"
        raise StoreError(sentence, "请清理磁盘空间，然后再加一次") from error
