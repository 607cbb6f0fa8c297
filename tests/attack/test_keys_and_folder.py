"""What a damaged, half-made or malicious data folder may do: refuse with a sentence, and lose nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.errors import StoreError, UserError
from app.models.database import connect
from app.models.folder import DATABASE, KEYS, LOCK
from app.models.key_file import RECOVERY
from app.models.keyring import Keyring
from app.models.registers import REGISTRY
from app.models.store import Store
from app.services import setup
from app.services.office import Office
from app.services.setup import NewAccount, NewTownship
from tests.conftest import KEY, PASSWORD, TOWNSHIP_KEY

NEW = NewTownship("青溪镇", NewAccount("王主任", PASSWORD))


def _spoil(folder: Path, change: Callable[[list[dict[str, Any]]], object]) -> None:
    path = folder / KEYS
    stored = json.loads(path.read_text("utf-8"))
    change(stored["slots"])
    path.write_text(json.dumps(stored), "utf-8")


@pytest.fixture
def ring(tmp_path: Path) -> Keyring:
    made = Keyring(tmp_path)
    made.put_recovery(bytes(20), KEY)
    made.put("a" * 32, "王主任", PASSWORD, KEY)
    made.put("b" * 32, "李干事", "other-pass-9", KEY)
    return made


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("memory_kib", 1 << 40),
        ("memory_kib", 0),
        ("memory_kib", "many"),
        ("time_cost", 0),
        ("time_cost", 1 << 31),
        ("salt", "?"),
        ("salt", ""),
        ("wrapped", "?"),
        ("wrapped", ""),
        ("wrapped", None),
        ("id", ["a"]),
        ("name", {}),
    ],
)
def test_a_spoilt_slot_gets_a_sentence_not_a_memory_bomb(
    ring: Keyring, tmp_path: Path, name: str, value: object
) -> None:
    _spoil(tmp_path, lambda slots: [slot.update({name: value}) for slot in slots if slot["id"] == "a" * 32])
    with pytest.raises((StoreError, UserError)):
        Keyring(tmp_path).unlock("a" * 32, PASSWORD)


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"slots": null}', '{"slots": [1]}', '{"slots": {}}\x00'])
def test_a_damaged_key_file_gets_a_sentence(tmp_path: Path, content: str) -> None:
    (tmp_path / KEYS).write_text(content, "utf-8")
    with pytest.raises(StoreError, match="密钥文件已损坏"):
        Keyring(tmp_path)


def test_a_key_wrapped_for_one_account_does_not_open_another(ring: Keyring, tmp_path: Path) -> None:
    def swap(slots: list[dict[str, Any]]) -> None:
        one, two = (slot for slot in slots if slot["id"] != RECOVERY)
        one["id"], two["id"] = two["id"], one["id"]

    _spoil(tmp_path, swap)
    with pytest.raises(UserError, match="密码不正确"):
        Keyring(tmp_path).unlock("a" * 32, "other-pass-9")


def test_half_a_character_in_a_password_is_only_a_wrong_password(ring: Keyring) -> None:
    with pytest.raises(UserError, match="密码不正确"):
        ring.unlock("a" * 32, "geheim\ud800geheim")


_MAKE = """
import os, sys
from pathlib import Path
from app.models import store
from app.services import setup
from app.services.setup import NewAccount, NewTownship
left = [int(sys.argv[2])]
def counted(real):
    def call(*a, **k):
        left[0] -= 1
        if left[0] < 0:
            os._exit(9)
        return real(*a, **k)
    return call
setup.set_meta = counted(setup.set_meta)
store.set_meta = counted(store.set_meta)
setup.Keyring.put = counted(setup.Keyring.put)
setup.Keyring.put_recovery = counted(setup.Keyring.put_recovery)
setup.Keyring.name_township = counted(setup.Keyring.name_township)
setup.create_township(Path(sys.argv[1]), NewTownship("青溪镇", NewAccount("王主任", "qingxi-2026")))
"""


@pytest.mark.parametrize("step", [0, 2, 5, 7, 8])
def test_a_kill_while_the_township_is_made_leaves_a_first_start(tmp_path: Path, step: int) -> None:
    ended = subprocess.run([sys.executable, "-c", _MAKE, str(tmp_path), str(step)], check=False, timeout=60)
    assert ended.returncode == 9
    assert not setup.is_set_up(tmp_path)
    office, _ = setup.create_township(tmp_path, NEW)
    assert office.doctor().is_sound
    office.store.close()
    assert setup.is_set_up(tmp_path)


def test_a_township_without_its_key_file_is_never_taken_for_a_half_made_one(tmp_path: Path) -> None:
    office, _ = setup.create_township(tmp_path, NEW)
    office.store.close()
    keys = (tmp_path / KEYS).read_bytes()
    (tmp_path / KEYS).unlink()
    assert setup.is_set_up(tmp_path)
    with pytest.raises(StoreError):
        setup.create_township(tmp_path, NEW)
    (tmp_path / KEYS).write_bytes(keys)
    setup.sign_in(tmp_path, setup.known_accounts(tmp_path)[0].id, PASSWORD).store.close()


def test_a_lock_that_cannot_be_made_gets_a_sentence(tmp_path: Path) -> None:
    Store.create(tmp_path, KEY, registry=REGISTRY, township_key=TOWNSHIP_KEY).close()
    (tmp_path / LOCK).unlink(missing_ok=True)
    (tmp_path / LOCK).mkdir()
    with pytest.raises(StoreError):
        Store(tmp_path, KEY, registry=REGISTRY)


def test_another_townships_file_in_this_folder_gets_a_sentence(office: Office, tmp_path: Path) -> None:
    folder = office.store.folder
    office.store.close()
    Store.create(tmp_path / "other", bytes(32), registry=REGISTRY, township_key=bytes(32)).close()
    for left in folder.glob(f"{DATABASE}*"):
        left.unlink()
    (folder / DATABASE).write_bytes((tmp_path / "other" / DATABASE).read_bytes())
    with pytest.raises(StoreError, match="打不开或已损坏"):
        setup.sign_in(folder, office.user.id, PASSWORD)


def test_a_database_without_our_tables_gets_a_sentence(tmp_path: Path) -> None:
    connect(tmp_path / DATABASE, KEY).conn.execute("CREATE TABLE stray (a)")
    with pytest.raises(StoreError):
        Store(tmp_path, KEY, registry=REGISTRY)


def test_damaged_pages_get_a_sentence(store: Store) -> None:
    store.submit(lambda conn: conn.execute("PRAGMA wal_checkpoint(TRUNCATE)") and None)
    store.close()
    body = bytearray(store.path.read_bytes())
    for start in range(4096 * 3, len(body), 4096):
        body[start + 100 : start + 400] = bytes(300)
    store.path.write_bytes(bytes(body))
    with pytest.raises(StoreError, match="打不开或已损坏"):
        Store(store.folder, KEY, registry=REGISTRY)
