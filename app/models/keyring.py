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
from dataclasses import asdict, dataclass
from pathlib import Path

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.errors import StoreError, UserError
from app.models.database import disk_sentences
from app.models.passwords import advise

KEYS = "township.keys"
RECOVERY = "recovery"
KEY_BYTES = 32
SECRET_BYTES = 20
_SALT_BYTES = 16
_BOX_BYTES = 12 + KEY_BYTES + 16

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TIME_COST, _MEMORY_KIB, _LANES = 3, 64 * 1024, 2
_MOST_TIME, _MOST_KIB = 16, 1024 * 1024
"""What a key file may ask for at most: a damaged or malicious one must not take all memory or never end."""

_DAMAGED_STEP = "请从备份中取回同名文件；不要删除数据文件"


@dataclass(frozen=True, slots=True)
class Slot:
    """The database key wrapped for one account (or for the recovery key)."""

    id: str
    name: str
    salt: str
    wrapped: str
    time_cost: int = _TIME_COST
    memory_kib: int = _MEMORY_KIB


class Keyring:
    """The key slots of one data folder."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / KEYS
        self.township = ""
        self._slots = self._read()

    @property
    def accounts(self) -> list[Slot]:
        """Slots of people, in the order they were made."""
        return [slot for slot in self._slots.values() if slot.id != RECOVERY]

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
        salt = secrets.token_bytes(_SALT_BYTES)
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

    def _read(self) -> dict[str, Slot]:
        if not self.path.exists():
            return {}
        try:
            stored = json.loads(self.path.read_text("utf-8"))
            self.township = str(stored.get("township", ""))
            slots = [_sound(Slot(**item)) for item in stored["slots"]]
        except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
            sentence = f"密钥文件已损坏：{self.path.name}"
            raise StoreError(sentence, _DAMAGED_STEP) from error
        return {slot.id: slot for slot in slots}

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


def new_secret() -> bytes:
    """The township's secret: 160 random bits, printed once as the recovery key."""
    return secrets.token_bytes(SECRET_BYTES)


def township_key(secret: bytes) -> bytes:
    """Key that seals what ends at the township, from the township's secret."""
    return _from_secret(secret, b"township")


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
    digest = hashes.Hash(hashes.SHA256())
    digest.update(body.encode())
    number = int.from_bytes(digest.finalize()[:3], "big")
    return "".join(_ALPHABET[(number >> (5 * place)) & 31] for place in range(4))


def _from_password(password: str, slot: Slot) -> bytes:
    return hash_secret_raw(
        password.encode("utf-8", "surrogatepass"),
        base64.b64decode(slot.salt),
        time_cost=slot.time_cost,
        memory_cost=slot.memory_kib,
        parallelism=_LANES,
        hash_len=KEY_BYTES,
        type=Type.ID,
    )


def _from_secret(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(hashes.SHA256(), KEY_BYTES, None, b"township-desk " + purpose).derive(secret)


def _sound(slot: Slot) -> Slot:
    """The slot as read; raises ``ValueError`` for what this program never wrote."""
    texts = (slot.id, slot.name, slot.salt, slot.wrapped)
    numbers = ((slot.time_cost, 1, _MOST_TIME), (slot.memory_kib, 8 * _LANES, _MOST_KIB))
    is_sound = all(type(one) is str for one in texts) and all(
        type(number) is int and least <= number <= most for number, least, most in numbers
    )
    salt, box = (base64.b64decode(one, validate=True) for one in (slot.salt, slot.wrapped)) if is_sound else (b"", b"")
    if len(box) != _BOX_BYTES or len(salt) != (0 if slot.id == RECOVERY else _SALT_BYTES):
        message = "not a key slot"
        raise ValueError(message)
    return slot


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
