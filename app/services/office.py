"""The office: an unlocked township with somebody signed in. What every window, command and demo works through.

Asks :func:`may` before each act and the registers' rules before each save. No Qt, no SQL, no sockets here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any

from app.errors import AppError, Finding, Level, NotAllowedError, UserError
from app.models import clock, configuration, doctor, drafts, history, id_number, reviewing
from app.models.configuration import Configuration
from app.models.drafts import Draft
from app.models.findings import examine
from app.models.history import HistoryEntry, Kept
from app.models.kinds import Holder, value_of_wire
from app.models.kinds.holders import ACCOUNT
from app.models.number_books import What
from app.models.policy import Act, User, may
from app.models.reading import Reader, StoredConflict
from app.models.register import FieldSpec, Record, Stage, new_id
from app.models.registers.matter import Handover, first_held, matter_of
from app.models.registry import Registry
from app.models.replica import COUNTY_LINK
from app.models.reviewing import Review
from app.models.rows import PARENT
from app.models.store import Store
from app.models.unit import UnitOfWork
from app.sync.canonical import Wire
from app.sync.op import DELETED, OpKind

log = logging.getLogger(__name__)

_DENIED = {
    Act.WRITE: "修改",
    Act.DELETE: "删除",
    Act.IMPORT: "导入",
    Act.EXPORT: "导出",
    Act.PRINT: "打印",
    Act.REVEAL: "查看完整号码",
    Act.DECIDE: "处理冲突",
    Act.UNDO: "撤销",
    Act.ACCOUNTS: "管理账号",
    Act.SETTINGS: "修改设置",
    Act.SYNC: "同步",
    Act.READ: "查看",
}


_BOOK = "number_entry"

PRACTICE = "practice"
"""Local setting: ``1`` in the township of invented people."""


@dataclass(frozen=True, slots=True)
class Side:
    """One value of a contested field and whose it is."""

    value: str
    user: str
    device: str
    at: str
    wire: Wire


@dataclass(frozen=True, slots=True)
class OpenConflict:
    """A field two people changed without knowing of each other, side by side for a decision."""

    id: str
    register: str
    record_id: str
    root: str
    title: str
    label: str
    field: str
    current: Side
    others: tuple[Side, ...]


class Office:
    """Use cases of one signed-in user on one open store."""

    def __init__(self, store: Store, user: User) -> None:
        self.store = store
        self.user = user
        configuration.bring_into_force(store)
        self.on_trouble: Callable[[AppError], object] | None = None
        """Hears, on the writer's thread, of what failed while nobody waited for it (a draft that could not be kept)."""

    @property
    def me(self) -> Holder:
        """The signed-in account, as the holder of matters."""
        return Holder(ACCOUNT, self.user.id, self.user.name)

    @property
    def registry(self) -> Registry:
        """The registers of this township."""
        return self.store.registry

    @property
    def reader(self) -> Reader:
        """A reader for the calling thread."""
        return Reader(self.store.registry, self.store.conn)

    @property
    def township_name(self) -> str:
        """What the township is called."""
        return self.store.meta("township_name")

    @property
    def is_practice(self) -> bool:
        """True in the township to learn in: its papers are drafts and it is tied to no county."""
        return self.store.meta(PRACTICE) == "1"

    @property
    def has_county(self) -> bool:
        """True when this PC is tied to a county and changes wait to be confirmed there."""
        return bool(self.store.meta(COUNTY_LINK))

    # -- permission ----------------------------------------------------------------------------------------------

    def may(self, act: Act, register: str = "", record: Record | None = None) -> bool:
        """True when the signed-in account may do this."""
        return may(self.user, act, register, record)

    def require(self, act: Act, register: str = "", record: Record | None = None) -> None:
        """Raises ``NotAllowedError`` with a sentence when the account may not."""
        if not self.may(act, register, record):
            what = self.registry.get(register).label if register else "本程序"
            sentence = f"您的账号（{self.user.name}）没有{_DENIED[act]}“{what}”的权限"
            raise NotAllowedError(sentence, "需要时请联系管理员")

    # -- records -------------------------------------------------------------------------------------------------

    def check(self, record: Record, stage: Stage = Stage.SAVE) -> list[Finding]:
        """Findings of the rules and of the registers beside it (twins) for an act; never raises."""
        return [*examine(record, stage), *self._twins(record)]

    def save(
        self,
        record: Record,
        *,
        reasons: Mapping[str, str] | None = None,
        act_id: str | None = None,
        guard: Callable[[Record | None], None] | None = None,
    ) -> bool:
        """Save a record with its lines; False when nothing differs.

        Raises ``UserError`` with findings of level stop, or of level doubt that ``reasons`` (sentence → reason) does
        not answer; the reasons are kept in the journal. ``guard`` is called inside the transaction with what is stored
        now; what it raises stops the save with nothing stored.
        """
        self.require(Act.WRITE, record.definition.name, record)
        record = self._begun(record.completed())
        given = reasons or {}
        findings = self.check(record)
        open_ones = [one for one in findings if one.level is Level.STOP]
        open_ones += [one for one in findings if one.level is Level.DOUBT and not given.get(one.sentence, "").strip()]
        if open_ones:
            sentence = f"{record.definition.label}有 {len(open_ones)} 处需要处理：{open_ones[0]}"
            raise UserError(sentence, findings=open_ones)
        answered = [f"{one.sentence}：{given[one.sentence]}" for one in findings if given.get(one.sentence, "").strip()]
        reason = "；".join(answered)

        def save(unit: UnitOfWork) -> bool:
            if guard is not None:
                guard(Reader(self.registry, unit.conn).get(record.definition.name, record.id))
            return unit.save(record, reason=reason)

        return self.store.write(self.user.id, save, act_id=act_id)

    def delete(self, register: str, record_id: str, *, reason: str) -> None:
        """Delete with a reason; it can be brought back by undo."""
        self.require(Act.DELETE, register)
        if not reason.strip():
            sentence = "删除要写明原因"
            raise UserError(sentence, "例如：重复登记、录入错误")
        self.store.write(self.user.id, lambda unit: unit.delete(register, record_id, reason=reason))

    def restore(self, register: str, record_id: str, *, reason: str) -> None:
        """Bring a deleted record back."""
        self.require(Act.DELETE, register)
        self.store.write(
            self.user.id, lambda unit: unit.set_fields(register, record_id, {DELETED: False}, reason=reason)
        )

    def history(self, root: str) -> list[HistoryEntry]:
        """Who changed what when, newest first, with users by name."""
        self._require_all(Act.READ, history.registers_of_record(self.store.conn, root))
        return history.history(self.registry, self.store.conn, self.store.box, root)

    def undo(self, act_id: str, *, reason: str) -> list[Kept]:
        """Take back everything an act did where nobody changed it since; returns what was left."""
        self.require(Act.UNDO)
        registers = history.registers_of_act(self.store.conn, act_id)
        self._must_be_undoable(act_id, registers)
        self._require_all(Act.UNDO, registers)
        return self.store.write(
            self.user.id, lambda unit: history.undo_act(unit, self.store.box, act_id, reason=reason)
        )

    def reveal(self, register: str, record_id: str, field_name: str) -> str:
        """The full number behind a mask; who looked is journalled."""
        self.require(Act.REVEAL, register)
        record = self.reader.get(register, record_id)
        if record is None:
            return ""
        self.store.write(
            self.user.id,
            lambda unit: unit.record_access(
                "reveal", register=register, record_id=record_id, detail={"field": field_name}
            ),
        )
        return self.reader.show(record.definition.field(field_name), getattr(record, field_name))

    def user_name(self, user_id: str) -> str:
        """Name of an account for history and status; the id when it is not known here."""
        if user_id == self.user.id:
            return self.user.name
        return self.reader.titles("account", [user_id]).get(user_id, user_id[:8] or "系统")

    # -- drafts --------------------------------------------------------------------------------------------------

    def drafts(self) -> list[Draft]:
        """What stood in this user's editors when the program ended, and what the county refused."""
        waiting = drafts.waiting(self.store.conn, self.user.id)
        return [one for one in waiting if self.may(Act.READ, self.registry.top(one.register))]

    def keep_draft(
        self, *, draft_id: str | None, register: str, record_id: str, base_version: int, content: dict[str, Any]
    ) -> str:
        """Keep raw editor values (JSON-able); returns the draft's id. Does not wait for the disk."""
        identifier = draft_id or new_id()
        draft = Draft(identifier, register, record_id, base_version, content, self.user.id, "")
        self.store.submit(lambda conn: drafts.keep(conn, draft)).add_done_callback(self._tell_trouble)
        return identifier

    def _tell_trouble(self, done: Future[None]) -> None:
        error = done.exception()
        if isinstance(error, AppError) and self.on_trouble is not None:
            self.on_trouble(error)
        elif error is not None and not isinstance(error, AppError):
            log.error("a draft was not kept", exc_info=error)

    def draft_place(self, draft: Draft) -> tuple[str, str]:
        """``(register, record id)`` a draft belongs to; of a refused line the record it stands in, "" when unknown."""
        top = self.registry.top(draft.register)
        if top == draft.register:
            return top, draft.record_id
        row = self.reader.row(draft.register, draft.record_id)
        return top, str(row.parent if row else draft.content.get(PARENT, ""))

    def drop_draft(self, draft_id: str) -> None:
        """Forget a draft: it was saved or thrown away."""
        self.store.submit(lambda conn: drafts.drop(conn, draft_id))

    # -- conflicts -----------------------------------------------------------------------------------------------

    def conflicts(self) -> list[OpenConflict]:
        """Every contested field this account may read, oldest first."""
        return [
            self._open_conflict(one)
            for one in self.reader.conflicts()
            if self.may(Act.READ, self.registry.top(one.register))
        ]

    def conflict_count(self) -> int:
        """How many contested fields this account may read."""
        return sum(self.may(Act.READ, self.registry.top(one.register)) for one in self.reader.conflicts())

    def reviews(self) -> list[Review]:
        """Records that break a rule since they were merged; saving them right takes them off the list."""
        return [one for one in reviewing.reviews(self.store.conn) if self.may(Act.READ, one.register)]

    def decide(self, conflict: OpenConflict, wire: Wire, *, reason: str) -> None:
        """Settle a conflict with one of its values or another; journalled with the reason."""
        self.require(Act.DECIDE, self.registry.top(conflict.register))
        self.store.write(
            self.user.id,
            lambda unit: unit.set_fields(
                conflict.register,
                conflict.record_id,
                {conflict.field: wire},
                reason=reason,
                kind=OpKind.RESOLVE,
                conflict=conflict.id,
                field=conflict.field,
            ),
        )

    # -- health --------------------------------------------------------------------------------------------------

    def doctor(self) -> doctor.Health:
        """Fold the journal and compare, read every attachment; say what of the county's configuration was left out."""
        store = self.store
        found = doctor.examine(self.registry, store.conn, store.identity, store.box, store.blobs)
        left_out = (doctor.Complaint(one, is_grave=False) for one in self.configuration().problems)
        return replace(found, complaints=(*found.complaints, *left_out))

    def configuration(self) -> Configuration:
        """What the county set and the township added, and what of it this program could not take."""
        return configuration.read(self.registry, self.store.conn, clock.today())

    # -- inside --------------------------------------------------------------------------------------------------

    def _must_be_undoable(self, act_id: str, registers: Collection[str]) -> None:
        """What the county says, or a newer program wrote, is not this desk's to take back; nor is a void number.

        Who holds a matter is changed back by whoever changed it, or through its own acts. Acts on the number books only
        ever add. A printing may be taken back (its number stays used), and a closing.
        """
        if _BOOK in registers:
            acts = history.written_by_act(self.store.conn, act_id, _BOOK, "what")
            if not acts & {What.GIVEN, What.CLOSED}:
                sentence = "作废、号段和编号簿的移交、接管写下以后不能撤销"
                raise UserError(sentence, "移交错了请再移交回来；作废了的号不再用，请重新打印，编新号")
        found = [self.registry.find(register) for register in registers]
        is_handing = any(one is not None and issubclass(one.cls, Handover) for one in found)
        is_own = self.user.id in history.authors_of_act(self.store.conn, act_id)
        if is_handing and not is_own and self.user.role != "administrator":
            sentence = "交办、接收、退回只有办这一步的人自己能撤销"
            raise NotAllowedError(sentence, "交错了请撤回、退回或再交办；需要时请联系管理员")
        for register in registers:
            if self.registry.find(register) is None:
                sentence = "这一步是县里或更新版本的程序写入的，在本机不能撤销"
                raise UserError(sentence, "需要时请联系县管理员，或先升级本程序")

    def _begun(self, record: Record) -> Record:
        """A matter that is new: who registers it holds it (首问责任), unless the form said who."""
        if matter_of(record) is None or self.reader.row(record.definition.name, record.id) is not None:
            return record
        return first_held(record, self.me)

    def _twins(self, record: Record) -> list[Finding]:
        """Another person with the same document number: a doubt, real registers hold double numbers."""
        definition = record.definition
        found: list[Finding] = []
        for spec in definition.fields:
            number = getattr(record, spec.name, None)
            if definition.name != "person" or spec.kind.name != "id_number" or not isinstance(number, str):
                continue
            same = id_number.same_person_numbers(number)
            others = {one for each in same for one in self.reader.find(definition.name, spec.name, each)} - {record.id}
            for title in self.reader.titles(definition.name, others).values():
                sentence = f"已有一条登记用了同一号码：{title}"
                next_step = "同一个人请打开原登记修改；确是两人请写明原因"
                found.append(Finding((spec.name,), sentence, Level.DOUBT, next_step, spec.label))
        return found

    def _open_conflict(self, stored: StoredConflict) -> OpenConflict:
        register, record_id, root, conflict = stored.register, stored.record_id, stored.root, stored.conflict
        definition = self.registry.find(register)
        spec = definition.by_name.get(conflict.field) if definition else None
        label = spec.label if spec else ("删除" if conflict.field == DELETED else conflict.field)
        sides = [
            self._side(register, record_id, conflict.field, one.value, (one.user, one.device, one.at))
            for one in conflict.candidates
        ]
        writer = history.writer(self.store.conn, record_id, conflict.field, conflict.current_version)
        current = self._side(register, record_id, conflict.field, conflict.current, writer)
        title = self.reader.titles(self.registry.top(register), [root]).get(root, "")
        return OpenConflict(conflict.id, register, record_id, root, title, label, conflict.field, current, tuple(sides))

    def _side(self, register: str, record_id: str, name: str, wire: Wire, author: tuple[str, str, str]) -> Side:
        clear = self.store.box.opened_or_kept(wire, register=register, field=name, record_id=record_id)
        user, device, at = author
        return Side(self._shown(register, name, clear), self.user_name(user), device, at, clear)

    def _shown(self, register: str, name: str, wire: Wire) -> str:
        definition = self.registry.find(register)
        spec: FieldSpec | None = definition.by_name.get(name) if definition else None
        if name == DELETED:
            return "已删除" if wire else "保留"
        if spec is None:
            return "" if wire is None else str(wire)
        return self.reader.show(spec, value_of_wire(spec.kind, wire))

    def _require_all(self, act: Act, registers: Iterable[str]) -> None:
        """Lines are judged by the register they belong to."""
        for register in sorted({self.registry.top(one) for one in registers}):
            if self.registry.find(register) is not None:
                self.require(act, register)
