"""Keys: one random database key, wrapped by each account's password and by the township's recovery key.

The key file lies beside the database and holds nothing but salts and wrapped keys. Said honestly: roles restrict the
program, not somebody who holds the file and a password. Argon2id (RFC 9106) for passwords; HKDF for the recovery key,
which is random already.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from dataclasses import asdict
from pathlib import Path

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.errors import StoreError, UserError
from app.models.database import disk_sentences
from app.models.folder import KEYS
from app.models.key_file import LANES, RECOVERY, SALT_BYTES, Slot, people, read
from app.models.passwords import advise
from app.models.recovery import parse_recovery_key

KEY_BYTES = 32


class Keyring:
    """The key slots of one data folder."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / KEYS
        stored = read(folder)
        self.township = stored.township
        self._slots = dict(stored.slots)

    @property
    def accounts(self) -> list[Slot]:
        """Slots of people, in the order they were made."""
        return people(self._slots)

    def unlock(self, account_id: str, password: str) -> bytes:
        """The database key. Raises ``UserError`` when the password is wrong."""
        slot = self._slots.get(account_id)
        if slot is None:
            sentence = "这台电脑上没有这个账号的密码"
            raise UserError(sentence, "请让管理员在本机为该账号设置密码")
        return _unwrap(slot, _from_password(password, slot))

    def unlock_with_recovery(self, typed: str) -> bytes:
        """The database key by the recovery key from the printed sheet."""
        slot = self._slots.get(RECOVERY)
        if slot is None:
            sentence = "本机没有保存恢复密钥的信息"
            raise StoreError(sentence, "请从备份恢复整个数据文件夹")
        return _unwrap(slot, _from_secret(parse_recovery_key(typed), b"database"), wrong="恢复密钥不正确")

    def put(self, account_id: str, name: str, password: str, key: bytes) -> None:
        """Add or replace the slot of an account; written through to the disk before it counts."""
        weak = password_problem(password)
        if weak:
            raise UserError(weak, "请换一个更长的密码")
        salt = secrets.token_bytes(SALT_BYTES)
        slot = Slot(account_id, name, _b64(salt), "")
        wrapped = _wrap(key, _from_password(password, slot), account_id)
        self._keep(Slot(account_id, name, slot.salt, wrapped))

    def put_recovery(self, secret: bytes, key: bytes) -> None:
        """Let the township's recovery secret open this database too."""
        self._keep(Slot(RECOVERY, "", "", _wrap(key, _from_secret(secret, b"database"), RECOVERY)))

    def name_township(self, name: str) -> None:
        """What the login window calls the township before anything is open."""
        self.township = name
        self._write()

    def remove(self, account_id: str) -> None:
        """Forget an account's password on this PC."""
        if account_id in self._slots:
            del self._slots[account_id]
            self._write()

    def _keep(self, slot: Slot) -> None:
        self._slots[slot.id] = slot
        self._write()

    def _write(self) -> None:
        """Replace the file whole: a kill leaves the old or the new, never half of one."""
        content = {"township": self.township, "slots": [asdict(slot) for slot in self._slots.values()]}
        text = json.dumps(content, ensure_ascii=False, indent=1)
        fresh = self.path.with_suffix(".new")
        with disk_sentences(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with fresh.open("w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self.path)


def password_problem(password: str) -> str | None:
    """A sentence when the password is too weak, None when it will do."""
    advice = advise(password)
    return None if advice.is_enough else f"密码不够稳妥：{advice.sentence}"


def township_key(secret: bytes) -> bytes:
    """Key that seals what ends at the township, from the township's secret."""
    return _from_secret(secret, b"township")


def _from_password(password: str, slot: Slot) -> bytes:
    return hash_secret_raw(
        password.encode("utf-8", "surrogatepass"),
        base64.b64decode(slot.salt),
        time_cost=slot.time_cost,
        memory_cost=slot.memory_kib,
        parallelism=LANES,
        hash_len=KEY_BYTES,
        type=Type.ID,
    )


def _from_secret(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(hashes.SHA256(), KEY_BYTES, None, b"township-desk " + purpose).derive(secret)


def _wrap(key: bytes, by: bytes, slot_id: str) -> str:
    """The key sealed for one slot: renamed to another account's, it does not open."""
    nonce = secrets.token_bytes(12)
    return _b64(nonce + AESGCM(by).encrypt(nonce, key, slot_id.encode()))


def _unwrap(slot: Slot, by: bytes, *, wrong: str = "密码不正确") -> bytes:
    box = base64.b64decode(slot.wrapped)
    try:
        return AESGCM(by).decrypt(box[:12], box[12:], slot.id.encode())
    except InvalidTag as error:
        raise UserError(wrong, "请检查大小写和输入法后再试") from error


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
