"""Keys: passwords open, wrong ones do not, the recovery key survives a shaky hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import StoreError, UserError
from app.models.folder import KEYS
from app.models.keyring import Keyring, password_problem
from app.models.recovery import new_secret, parse_recovery_key, recovery_key

KEY = bytes(range(32))


@pytest.fixture
def ring(tmp_path: Path) -> Keyring:
    made = Keyring(tmp_path)
    made.put("a1", "王主任", "qingxi-2026", KEY)
    return made


def test_each_account_opens_with_its_own_password(ring: Keyring) -> None:
    ring.put("a2", "李干事", "other-pass-9", KEY)
    again = Keyring(ring.path.parent)
    assert again.unlock("a1", "qingxi-2026") == KEY
    assert again.unlock("a2", "other-pass-9") == KEY
    assert [slot.name for slot in again.accounts] == ["王主任", "李干事"]


def test_a_wrong_password_is_one_sentence(ring: Keyring) -> None:
    with pytest.raises(UserError, match="密码不正确"):
        ring.unlock("a1", "qingxi-2025")
    with pytest.raises(UserError, match="没有这个账号"):
        ring.unlock("nobody", "qingxi-2026")


def test_the_key_file_holds_neither_key_nor_password(ring: Keyring) -> None:
    text = ring.path.read_text("utf-8")
    assert KEY.hex() not in text
    assert "qingxi" not in text


def test_a_damaged_key_file_is_said_and_kept(ring: Keyring) -> None:
    ring.path.write_text(ring.path.read_text("utf-8")[:40], "utf-8")
    with pytest.raises(StoreError, match="密钥文件已损坏"):
        Keyring(ring.path.parent)
    assert (ring.path.parent / KEYS).exists()


@pytest.mark.parametrize("weak", ["", "short1", "12345678", "abcdefgh"])
def test_weak_passwords_are_refused_kindly(ring: Keyring, weak: str) -> None:
    assert password_problem(weak)
    with pytest.raises(UserError):
        ring.put("a3", "某", weak, KEY)


@given(st.binary(min_size=20, max_size=20))
def test_the_recovery_key_reads_back(secret: bytes) -> None:
    assert parse_recovery_key(recovery_key(secret)) == secret


@given(st.binary(min_size=20, max_size=20), st.integers(0, 31), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_one_slip_of_the_pen_is_caught(secret: bytes, place: int, wrong: str) -> None:
    letters = list(recovery_key(secret).replace("-", ""))
    if letters[place] == wrong:
        return
    letters[place] = wrong
    with pytest.raises(UserError, match="抄写错误"):
        parse_recovery_key("".join(letters))


def test_handwriting_is_forgiven(ring: Keyring) -> None:
    secret = new_secret()
    ring.put_recovery(secret, KEY)
    typed = recovery_key(secret).replace("0", "o").replace("1", "l").replace("-", " ").lower()
    assert Keyring(ring.path.parent).unlock_with_recovery(typed) == KEY
    with pytest.raises(UserError, match="应为 36 个字符"):
        ring.unlock_with_recovery("ABCD-EFGH")
