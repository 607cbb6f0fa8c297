"""Who may talk to the county: enrolment codes, devices, their scopes and keys, and the mailbox for pairing."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from app.sync.authority import is_county
from app.sync.enrolment import SECRET_BYTES
from app.sync.op import genesis
from app.sync.streams import CHOOSABLE
from county.ingest import Device
from county.ledger import Conn, Pool
from county.refusal import RefusedError, forbidden

CODE_DAYS = 7
MAILBOX_HOURS = 24

_ASK_CODE = "请向县管理员要一个新的入网码"


@dataclass(frozen=True, slots=True)
class Registered:
    """A device with what the county checks it by. ``state``: active, unconfirmed or revoked."""

    device: Device
    public_key: bytes
    state: str
    name: str


@dataclass(frozen=True, slots=True)
class Enrolling:
    """What a new PC says of itself. ``township`` and ``township_name`` are empty when it joins an existing one."""

    secret: bytes = field(repr=False)
    township: str
    township_name: str
    device: str
    device_name: str
    public_key: bytes


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What a new PC learns."""

    township: str
    township_name: str
    device: str
    scope: tuple[str, ...]
    generation: str

    def to_json(self) -> dict[str, Any]:
        """Body of the answer."""
        return {name: getattr(self, name) for name in self.__slots__}


class Registry:
    """The county's devices. Each method is one transaction."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    # -- the county itself -----------------------------------------------------------------------------------------

    def setting(self, name: str, default: str = "") -> str:
        """A setting of this county."""
        with self._pool.connection() as conn:
            return _setting(conn, name) or default

    def keep(self, name: str, value: str) -> None:
        """Keep a setting of this county."""
        with self._pool.connection() as conn:
            conn.execute(
                "INSERT INTO county VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (name, value),
            )

    def once(self, name: str) -> str:
        """A random setting, made the first time it is asked for (32 hex digits)."""
        with self._pool.connection() as conn:
            conn.execute("INSERT INTO county VALUES (%s, %s) ON CONFLICT DO NOTHING", (name, secrets.token_hex(16)))
            return _setting(conn, name)

    # -- enrolment -------------------------------------------------------------------------------------------------

    def make_code(self, township_name: str, *, township: str | None, device_name: str, scope: Iterable[str]) -> bytes:
        """Secret of a new one-time enrolment code, good for a week. Raises ``RefusedError`` on an unknown township."""
        wanted = sorted(set(scope))
        unknown = [name for name in wanted if name not in CHOOSABLE]
        if unknown:
            choices = "、".join(CHOOSABLE)
            raise RefusedError(HTTPStatus.BAD_REQUEST, "scope", f"没有这一类登记：{unknown[0]}", f"可选：{choices}")
        secret = secrets.token_bytes(SECRET_BYTES)
        with self._pool.connection() as conn:
            if township and not conn.execute("SELECT 1 FROM township WHERE id = %s", (township,)).fetchone():
                raise RefusedError(HTTPStatus.NOT_FOUND, "township", f"没有登记过乡镇 {township}", "请核对编号")
            conn.execute(
                "INSERT INTO enrolment VALUES (%s, %s, %s, %s, %s, now() + make_interval(days => %s))",
                (_digest(secret), township, township_name, device_name, wanted, CODE_DAYS),
            )
        return secret

    def townships(self, name: str = "") -> list[tuple[str, str]]:
        """``(id, name)`` of the townships, or of those with this name."""
        with self._pool.connection() as conn:
            rows = conn.execute("SELECT id, name FROM township WHERE %s IN ('', name) ORDER BY made_at", (name,))
            return [(row[0], row[1]) for row in rows]

    def enrol(self, asked: Enrolling) -> Enrolled:
        """Register a new PC by its one-time code; it may ask again until it has said its first hello.

        The answer may have been lost, and with it everything that PC knew of its enrolment.
        """
        with self._pool.connection() as conn, conn.transaction():
            row = conn.execute(
                "SELECT township, township_name, device_name, scope, used_by, valid_until < now() FROM enrolment"
                " WHERE secret_hash = %s FOR UPDATE",
                (_digest(asked.secret),),
            ).fetchone()
            if row is None:
                raise forbidden("县服务器没有发过这个入网码", _ASK_CODE, "code")
            township, name, device_name, scope, used_by, is_late = row
            if used_by is not None:
                _release(conn, used_by)
            if is_late:
                raise forbidden("这个入网码已过期", _ASK_CODE, "code")
            township = self._township_of(conn, asked, township, name)
            _add_device(conn, township, asked, device_name=asked.device_name or device_name, scope=scope)
            conn.execute(
                "UPDATE enrolment SET used_by = %s, township = %s WHERE secret_hash = %s",
                (asked.device, township, _digest(asked.secret)),
            )
            return _enrolled(conn, township, asked.device)

    @staticmethod
    def _township_of(conn: Conn, asked: Enrolling, township: str | None, name: str) -> str:
        if township is not None:
            if asked.township not in {"", township}:
                raise RefusedError(
                    HTTPStatus.CONFLICT,
                    "township",
                    f"这个入网码属于“{name}”，而本机已有另一个乡镇的数据",
                    "请用空的数据文件夹加入，或向县管理员要对应本乡镇的入网码",
                )
            return township
        if not asked.township:
            raise RefusedError(
                HTTPStatus.CONFLICT,
                "township",
                f"这个入网码用于登记新的乡镇“{name}”，应在该乡镇的第一台电脑上使用",
                "请在第一台电脑上输入它，或另要一个加入用的入网码",
            )
        added = conn.execute(
            "INSERT INTO township (id, name) VALUES (%s, %s) ON CONFLICT DO NOTHING RETURNING id",
            (asked.township, name or asked.township_name),
        ).fetchone()
        if added is None:
            raise RefusedError(
                HTTPStatus.CONFLICT,
                "township",
                "本机的乡镇在县服务器上已登记过",
                f"请县管理员执行 enrol --township {asked.township}，再用新的入网码",
            )
        return asked.township

    # -- devices ---------------------------------------------------------------------------------------------------

    def find(self, device: str) -> Registered | None:
        """A device by its id."""
        with self._pool.connection() as conn:
            row = conn.execute(
                "SELECT township, scope, next, head_hash, public_key, state, name FROM device WHERE id = %s", (device,)
            ).fetchone()
        if row is None:
            return None
        known = Device(row[0], device, tuple(row[1]), row[2], row[3])
        return Registered(known, bytes(row[4]), row[5], row[6])

    def seen(self, device: str) -> None:
        """Note that a device said hello."""
        with self._pool.connection() as conn:
            conn.execute("UPDATE device SET seen_at = now() WHERE id = %s", (device,))

    def township_name(self, township: str) -> str:
        """Name of a township."""
        with self._pool.connection() as conn:
            row = conn.execute("SELECT name FROM township WHERE id = %s", (township,)).fetchone()
            return row[0] if row else ""

    def renew(self, old: Registered, *, device: str, public_key: bytes) -> None:
        """Register a further identity for a PC whose data was copied or restored; it waits for a person's look."""
        with self._pool.connection() as conn, conn.transaction():
            asked = Enrolling(b"", "", "", device, old.name, public_key)
            _add_device(conn, old.device.township, asked, device_name=old.name, scope=list(old.device.scope))
            conn.execute(
                "UPDATE device SET state = 'unconfirmed', replaces = %s WHERE id = %s AND state = 'active'",
                (old.device.id, device),
            )

    def revoke(self, device: str) -> bool:
        """Stop a device; what it has already sent stays. False when there is none."""
        with self._pool.connection() as conn:
            return conn.execute("UPDATE device SET state = 'revoked' WHERE id = %s", (device,)).rowcount == 1

    def devices(self) -> list[tuple[Any, ...]]:
        """``(township name, device, name, state, scope, operations, seen_at)`` of every PC."""
        with self._pool.connection() as conn:
            return conn.execute(
                "SELECT t.name, d.id, d.name, d.state, d.scope, d.next - 1, d.seen_at FROM device d"
                " JOIN township t ON t.id = d.township WHERE NOT starts_with(d.id, 'county-')"
                " ORDER BY t.made_at, d.made_at"
            ).fetchall()

    # -- pairing ---------------------------------------------------------------------------------------------------

    def leave(self, township: str, mailbox: str, blob: bytes) -> None:
        """Leave a sealed blob in a mailbox for a day."""
        with self._pool.connection() as conn:
            conn.execute("DELETE FROM mailbox WHERE valid_until < now()")
            conn.execute(
                "INSERT INTO mailbox VALUES (%s, %s, %s, now() + make_interval(hours => %s))"
                " ON CONFLICT (township, id) DO UPDATE SET blob = excluded.blob, valid_until = excluded.valid_until",
                (township, mailbox, blob, MAILBOX_HOURS),
            )

    def fetch(self, mailbox: str) -> bytes | None:
        """The blob of a mailbox, whose name only the holder of the pairing code knows; None when there is none."""
        with self._pool.connection() as conn:
            row = conn.execute("SELECT blob FROM mailbox WHERE id = %s AND valid_until >= now()", (mailbox,)).fetchone()
        return bytes(row[0]) if row else None


def _setting(conn: Conn, name: str) -> str:
    row = conn.execute("SELECT value FROM county WHERE name = %s", (name,)).fetchone()
    return row[0] if row else ""


def _release(conn: Conn, device: str) -> None:
    """Forget a PC that was enrolled and never came; raises when it did come: then the code is used up."""
    gone = conn.execute(
        "DELETE FROM device WHERE id = %s AND seen_at IS NULL AND next = 1 RETURNING id", (device,)
    ).fetchone()
    if gone is None:
        raise forbidden("这个入网码已被另一台电脑用过", _ASK_CODE, "code")


def _digest(secret: bytes) -> str:
    return hashlib.sha256(secret).hexdigest()


def _enrolled(conn: Conn, township: str, device: str) -> Enrolled:
    row = conn.execute(
        "SELECT t.name, d.scope FROM device d JOIN township t ON t.id = d.township WHERE d.id = %s", (device,)
    ).fetchone()
    name, scope = row or ("", [])
    return Enrolled(township, name, device, tuple(scope), _setting(conn, "generation"))


def _add_device(conn: Conn, township: str, asked: Enrolling, *, device_name: str, scope: list[str]) -> None:
    if is_county(asked.device):
        raise forbidden("这个编号只有县服务器自己能用", "请重新登记本机", "device")
    added = conn.execute(
        "INSERT INTO device (township, id, name, scope, public_key, head_hash) VALUES (%s, %s, %s, %s, %s, %s)"
        " ON CONFLICT (id) DO UPDATE SET name = excluded.name"
        " WHERE device.public_key = excluded.public_key AND device.township = excluded.township RETURNING id",
        (township, asked.device, device_name, scope, asked.public_key, genesis(township, asked.device)),
    ).fetchone()
    if added is None:
        raise RefusedError(
            HTTPStatus.CONFLICT,
            "device",
            "县服务器上已有同一编号的电脑（数据文件可能被复制过）",
            "请县管理员查看设备清单",
        )
