"""First start and signing in: from an empty folder to an open office, with no network and nothing to configure."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from app.errors import UserError
from app.models.database import disk_sentences
from app.models.folder import DATABASE, MAKING
from app.models.keyring import KEY_BYTES, Keyring, password_problem, township_key
from app.models.policy import Act, User
from app.models.recovery import new_secret, parse_recovery_key, recovery_key
from app.models.register import Record
from app.models.registers import REGISTRY, Account, Committee, Place
from app.models.registry import Registry
from app.models.store import Store, set_meta
from app.models.unit import UnitOfWork
from app.services.numbers import HOLDS_BOOKS
from app.services.office import Office
from app.services.starting import (
    KnownAccount,
    is_half_made,
    is_set_up,
    known_accounts,
    make_recovery_key,
    township_name,
)

__all__ = ["KnownAccount", "is_set_up", "known_accounts", "make_recovery_key", "township_name"]

SYSTEM = "system"
"""User of what the program does itself before anybody signed in."""


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to be made: a name, a role of the list ``account_role`` and a first password."""

    name: str
    password: str = field(repr=False)
    role: str = "clerk"


@dataclass(frozen=True, slots=True)
class NewTownship:
    """What the first window asks for; the committee's name is proposed from the township's."""

    township: str
    administrator: NewAccount
    county: str = ""
    committee: str = ""
    others: tuple[NewAccount, ...] = ()


def proposed_committee(township: str) -> str:
    """``××镇人民调解委员会``."""
    return f"{township.strip()}人民调解委员会" if township.strip() else ""


def create_township(
    folder: Path, new: NewTownship, *, recovery: str = "", registry: Registry = REGISTRY
) -> tuple[Office, str]:
    """Make a township on this PC: keys, accounts, first places and committee; returns the office and recovery key.

    ``recovery`` is the key of :func:`make_recovery_key` the user has written down; "" makes one here.

    Either everything exists afterwards or, after a failure, nothing of it. Raises ``UserError`` and ``StoreError``.
    """
    _check(new)
    secret = parse_recovery_key(recovery) if recovery else new_secret()
    key = secrets.token_bytes(KEY_BYTES)
    was_there = folder.exists()
    _begin(folder)
    store = Store.create(folder, key, registry=registry, township_key=township_key(secret))
    try:
        accounts = [
            Account(name=one.name, role=role)
            for one, role in [(new.administrator, "administrator"), *((other, other.role) for other in new.others)]
        ]
        store.write(SYSTEM, lambda unit: _first_records(unit, new, accounts))
        store.submit(lambda conn: set_meta(conn, "township_name", new.township.strip())).result()
        store.submit(lambda conn: set_meta(conn, "township_secret", secret.hex())).result()
        store.submit(lambda conn: set_meta(conn, HOLDS_BOOKS, "1")).result()
        ring = Keyring(folder)
        ring.name_township(new.township.strip())
        ring.put_recovery(secret, key)
        for account, given in zip(accounts, (new.administrator, *new.others), strict=True):
            ring.put(account.id, account.name, given.password, key)
        _complete(folder)
    except BaseException:
        store.close()
        _clear(folder, keep_folder=was_there)
        raise
    return Office(store, _user(accounts[0])), recovery_key(secret)


def sign_in(folder: Path, account_id: str, password: str, *, registry: Registry = REGISTRY) -> Office:
    """Open the township with an account's password.

    Raises ``UserError`` for a wrong password or a closed account, ``StoreError`` for a file that cannot be opened.
    """
    return _open(folder, Keyring(folder).unlock(account_id, password), account_id, registry)


def recover(folder: Path, typed: str, account_id: str, password: str, *, registry: Registry = REGISTRY) -> Office:
    """Open with the recovery key and give the account a new password."""
    ring = Keyring(folder)
    key = ring.unlock_with_recovery(typed)
    slot = next((slot for slot in ring.accounts if slot.id == account_id), None)
    if slot is None:
        sentence = "这台电脑上没有这个账号"
        raise UserError(sentence, "请选一个列出的账号")
    ring.put(account_id, slot.name, password, key)
    return _open(folder, key, account_id, registry)


def check_password(office: Office, password: str) -> None:
    """The signed-in user is who sits there (unlocking the screen). Raises ``UserError`` when the password is wrong."""
    Keyring(office.store.folder).unlock(office.user.id, password)


def set_password(office: Office, account: Account, password: str) -> None:
    """Give an account a password on this PC; the administrator for anybody, everyone for themselves."""
    if account.id != office.user.id:
        office.require(Act.ACCOUNTS)
    Keyring(office.store.folder).put(account.id, account.name, password, office.store.key)


def recovery_key_of(office: Office) -> str:
    """The recovery key once more, for the administrator to print again; journalled."""
    office.require(Act.ACCOUNTS)
    office.store.write(
        office.user.id, lambda unit: unit.record_access("recovery_key", register="account", record_id=office.user.id)
    )
    return recovery_key(bytes.fromhex(office.store.meta("township_secret")))


def join_township(
    folder: Path,
    *,
    township: str,
    township_name: str,
    secret: bytes,
    administrator: NewAccount,
    attach: Callable[[Store], None],
    registry: Registry = REGISTRY,
) -> Office:
    """Make this PC a further replica of a township, with its secret from the pairing; the records come by sync."""
    problem = password_problem(administrator.password)
    if problem:
        raise UserError(problem, "请换一个更长的密码")
    key = secrets.token_bytes(KEY_BYTES)
    _begin(folder)
    store = Store.create(folder, key, registry=registry, township_key=township_key(secret), township=township)
    try:
        return _joined(store, township_name, secret, key=key, administrator=administrator, attach=attach)
    except BaseException:
        store.close()
        _clear(folder, keep_folder=True)
        raise


def _joined(
    store: Store, name: str, secret: bytes, *, key: bytes, administrator: NewAccount, attach: Callable[[Store], None]
) -> Office:
    attach(store)
    account = Account(name=administrator.name, role=administrator.role)
    store.write(SYSTEM, lambda unit: unit.save(account))
    store.submit(lambda conn: set_meta(conn, "township_name", name)).result()
    store.submit(lambda conn: set_meta(conn, "township_secret", secret.hex())).result()
    ring = Keyring(store.folder)
    ring.name_township(name)
    ring.put_recovery(secret, key)
    ring.put(account.id, account.name, administrator.password, key)
    _complete(store.folder)
    return Office(store, _user(account))


def _first_records(unit: UnitOfWork, new: NewTownship, accounts: list[Account]) -> None:
    county = Place(name=new.county.strip(), kind="county") if new.county.strip() else None
    township = Place(name=new.township.strip(), kind="township", parent_place=county.id if county else None)
    committee = Committee(
        name=new.committee.strip() or proposed_committee(new.township),
        kind="township",
        place=township.id,
        abbreviation=new.township.strip(),
    )
    records: list[Record] = [*([county] if county else []), township, committee, *accounts]
    for record in records:
        unit.save(record)


def _check(new: NewTownship) -> None:
    if not new.township.strip():
        sentence = "还没有填写乡镇名称"
        raise UserError(sentence, "例如：青溪镇")
    names = [account.name.strip() for account in (new.administrator, *new.others)]
    if "" in names:
        sentence = "还没有填写姓名"
        raise UserError(sentence, "请填写使用人的真实姓名，历史记录要用")
    if len(set(names)) != len(names):
        sentence = "两个账号的姓名相同"
        raise UserError(sentence, "请加上职务以便区分")
    for account in (new.administrator, *new.others):
        problem = password_problem(account.password)
        if problem:
            sentence = f"{account.name}：{problem}"
            raise UserError(sentence)


def _open(folder: Path, key: bytes, account_id: str, registry: Registry) -> Office:
    store = Store(folder, key, registry=registry)
    try:
        office = Office(store, User(account_id, "", "auditor"))
        office = Office(store, _user(_active(office.reader.get("account", account_id))))
        store.write(account_id, lambda unit: unit.record_access("sign_in", register="account", record_id=account_id))
    except BaseException:
        store.close()
        raise
    return office


def _active(account: Record | None) -> Account:
    if not isinstance(account, Account) or not account.is_active:
        sentence = "这个账号已停用"
        raise UserError(sentence, "请联系管理员")
    return account


def _user(account: Account) -> User:
    return User(account.id, account.name, account.role, account.place, account.committee)


def _begin(folder: Path) -> None:
    """Mark the folder until the township in it is complete; what a kill left of an earlier attempt goes first."""
    with disk_sentences(folder):
        if is_half_made(folder):
            _clear(folder, keep_folder=True)
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / DATABASE).exists():
            (folder / MAKING).touch()


def _complete(folder: Path) -> None:
    """The last account's password is on the disk: from here on the township exists."""
    with disk_sentences(folder):
        (folder / MAKING).unlink()


def _clear(folder: Path, *, keep_folder: bool) -> None:
    """Take back a half-made township: nothing of it was ever shown to anybody."""
    for path in folder.glob("township.*"):
        path.unlink(missing_ok=True)
    if not keep_folder:
        shutil.rmtree(folder, ignore_errors=True)
