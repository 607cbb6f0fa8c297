"""Sync as the office uses it: joining a county, pairing a second PC, the agent's life, what waits in plain words."""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.errors import UserError
from app.models import clock
from app.models.policy import Act
from app.models.recovery import SECRET_BYTES
from app.models.register import new_id
from app.models.replica import StoreReplica
from app.models.store import Changes, set_meta
from app.models.travel import StoreFiles, drop_unfinished
from app.services import setup
from app.services.office import Office
from app.services.setup import NewAccount
from app.sync import joining
from app.sync.agent import IDENTITY, SAVE_DELAY, SyncAgent, SyncStatus
from app.sync.https import CountyClient
from app.sync.ports import WaitingItem
from app.sync.streams import MEDIATION


@dataclass(frozen=True, slots=True)
class Item:
    """One change the county has not confirmed; ``error`` is its reason when it refused."""

    what: str
    register: str
    root: str
    at: datetime
    error: str


class Syncing:
    """Runs the agent of an open office. ``listener`` hears every new status, on the agent's thread."""

    def __init__(self, office: Office, listener: Callable[[SyncStatus], None]) -> None:
        self._office = office
        self._replica = StoreReplica(office.store)
        self._files = StoreFiles(office.store)
        self._agent = SyncAgent(self._replica, listener, new_device_id=new_id, files=self._files)
        office.store.listeners.append(self._on_changes)

    @property
    def status(self) -> SyncStatus:
        """The newest status."""
        return self._agent.status

    def start(self) -> None:
        """Begin in the background; does nothing visible while the PC works alone."""
        drop_unfinished(self._office.store)
        self._agent.start()

    def stop(self) -> None:
        """End after the step under way."""
        if self._on_changes in self._office.store.listeners:
            self._office.store.listeners.remove(self._on_changes)
        self._agent.stop()

    def now(self) -> None:
        """Sync at once; the clerk asked for it."""
        self._office.require(Act.SYNC)
        self._agent.kick()

    def run_once(self) -> SyncStatus:
        """One whole round on the caller's thread (commands, tests); not while the agent runs."""
        return SyncAgent(self._replica, lambda _: None, new_device_id=new_id, files=self._files).run_once()

    def want_file(self, blob: str) -> None:
        """Fetch an attachment that is not on this PC before all others; it comes by itself when the county has it."""
        self._agent.want_file(blob)

    def items(self) -> list[Item]:
        """What waits or was refused, by the names people know: one line a record and error, the oldest first."""
        found: dict[tuple[str, str], list[WaitingItem]] = {}
        for one in self._agent.waiting_items():
            found.setdefault((one.root, one.error), []).append(one)
        return [self._item(held) for held in found.values()]

    def _item(self, held: Sequence[WaitingItem]) -> Item:
        """What the oldest of them did to the record itself names it; the others are counted."""
        first = next((one for one in held if one.record_id == one.root), held[0])
        what = self._what(first.register, first.root, first.kind if first.record_id == first.root else "update")
        words = f"{what}（{len(held)} 处）" if len(held) > 1 else what
        return Item(words, self._office.registry.top(first.register), first.root, _instant(held[0].at), held[0].error)

    def join_county(self, code: str) -> None:
        """Tie this township's first PC to a county by the administrator's one-time code. Raises with what to do."""
        self._office.require(Act.SETTINGS)
        if self._office.is_practice:
            sentence = "练习模式不能加入县服务器"
            raise UserError(sentence, "请退出练习，在真正的数据里加入")
        store = self._office.store
        link = joining.bring(
            code,
            township=store.identity.township,
            township_name=store.meta("township_name"),
            device=store.identity.device,
            device_name=platform.node() or "电脑",
        )
        self._replica.attach(link)
        self._agent.kick()

    def pairing_code(self) -> str:
        """A code for a second PC: the township's secret waits at the county, sealed under it."""
        self._office.require(Act.SETTINGS)
        link = self._replica.link()
        if link is None:
            sentence = "还没有加入县服务器，暂时不能用配对码添加电脑"
            raise UserError(sentence, "请先在“设置”里加入县服务器")
        secret = bytes.fromhex(self._office.store.meta("township_secret"))
        with CountyClient(link) as client:
            client.hello(self._replica.hello(clock.stamp()))
            return joining.offer_township_key(client, secret)

    def _on_changes(self, _: Changes) -> None:
        if self._replica.backlog().waiting:  # what sync itself brought needs no sending
            self._agent.kick(SAVE_DELAY)

    def _what(self, register: str, root: str, kind: str) -> str:
        definition = self._office.registry.find(self._office.registry.top(register))
        if definition is None:
            return "新版本程序的记录"
        may_read = self._office.may(Act.READ, definition.name)
        title = self._office.reader.titles(definition.name, [root]).get(root, "") if may_read else ""
        verb = {"create": "新增", "delete": "删除", "resolve": "处理冲突："}.get(kind, "修改")
        return f"{verb}{definition.label}“{title}”" if title else f"{verb}{definition.label}"


def identity_note(office: Office) -> str:
    """What to tell once about this PC's new identity; "" when nothing."""
    return office.store.meta(IDENTITY)


def identity_was_told(office: Office) -> None:
    """The note was read."""
    office.store.submit(lambda conn: set_meta(conn, IDENTITY, ""))


def join_township(folder: Path, *, server_code: str, pairing_code: str, account: NewAccount, role: str) -> Office:
    """Make this PC a further replica: enrol, fetch the township's secret, open an empty store that sync will fill.

    On a PC whose scope leaves mediation out, a clerk becomes 派出所: what the county would refuse is not offered.
    Nothing is left in ``folder`` when any of it fails. Raises ``UserError`` or ``SyncError`` with what to do.
    """
    joined = joining.join(server_code, pairing_code, device=new_id(), device_name=platform.node() or "电脑")
    link, secret = joined.link, joined.township_key
    if len(secret) != SECRET_BYTES:
        sentence = "配对码取回的内容不是本程序的乡镇密钥"
        raise UserError(sentence, "请在第一台电脑上重新生成配对码")
    fitting = "police" if role == "clerk" and MEDIATION not in link.scope else role
    return setup.join_township(
        folder,
        township=link.township,
        township_name=link.township_name,
        secret=secret,
        administrator=NewAccount(account.name, account.password, fitting),
        attach=lambda store: StoreReplica(store).attach(link),
    )


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
