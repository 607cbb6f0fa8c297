"""The number books as the office keeps them: who holds them, blocks for other PCs, 作废, taking over, closing a year.

Each act is one transaction that looks at the books again inside it. The sheet is :mod:`app.services.number_sheet`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from app.errors import UserError
from app.models import clock, number_reading
from app.models.codes import code_list
from app.models.number_books import BLOCK_SIZE, GAP, Book, Entry, Key, Kind, Ledger, State, What
from app.models.number_reading import Pattern
from app.models.policy import Act
from app.models.registers import Committee
from app.models.store import set_meta
from app.models.unit import UnitOfWork
from app.services import numbers
from app.services.office import Office

MOST_GAP = 500
_DECEMBER = 12


@dataclass(frozen=True, slots=True)
class Device:
    """A PC of the township: its id, and what it is called for people."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Block:
    """Numbers that another PC was given, and how many of them it has not used as far as is known here."""

    name: str
    first: int
    last: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BookLine:
    """One book for the page and the command: whose, who holds it, how far it is."""

    committee: Committee
    kind: Kind
    year: int
    key: Key
    holder: str
    is_here: bool
    last: str
    used: int
    blocks: tuple[Block, ...]
    is_closed: bool

    @property
    def kind_label(self) -> str:
        """协议编号 or 卷号."""
        return code_list("number_kind").label(self.kind)


@dataclass(frozen=True, slots=True)
class Unnumbered:
    """A dispute whose agreement was printed 编号待编."""

    dispute: str
    matter: str
    name: str
    signed_on: str


class NumberBooks:
    """Use cases on the books of one township."""

    def __init__(self, office: Office) -> None:
        self.office = office

    # -- seeing --------------------------------------------------------------------------------------------------

    def ledger(self) -> Ledger:
        """All books as this PC knows them now."""
        return number_reading.ledger(self.office.store.conn)

    def is_unsure(self) -> bool:
        """True after a restore that could not see what was given since."""
        return self.ledger().is_unsure

    def may_manage(self) -> bool:
        """True for who may hand over, take over and close: the administrator."""
        return self.office.may(Act.SETTINGS)

    def this_pc(self) -> Device:
        """The PC one sits at."""
        books = self.ledger()
        return Device(books.device, _called(books.device_name, books.device))

    def lines(self) -> list[BookLine]:
        """Every book: of each committee this year's, and older ones of which anything is known."""
        books = self.ledger()
        names = self._names(books)
        found: list[BookLine] = []
        for committee in self._committees():
            for kind in kinds_of(committee):
                wanted = numbers.book_key(committee, kind, clock.today().year)
                years = {wanted, *(key for key in books.keys(committee.id) if key[1] == kind)}
                found += [self._line(books, committee, key, names) for key in sorted(years, key=lambda key: -key[2])]
        return found

    def devices(self) -> list[Device]:
        """The township's other PCs, the one that wrote last in front."""
        books = self.ledger()
        names = self._names(books)
        return [Device(key, names[key]) for key in names if key != books.device]

    def unnumbered(self) -> list[Unnumbered]:
        """Agreements that were printed while their number was to come."""
        if not self.office.may(Act.READ, "dispute"):
            return []
        return [Unnumbered(*one) for one in number_reading.unnumbered(self.office.store.conn)]

    def troubles(self) -> list[str]:
        """What is wrong with the books, each as a sentence with what to do."""
        books, found = self.ledger(), []
        if books.is_unsure:
            found.append("数据是从备份恢复的，备份以后编过哪些号看不到，本机先不编号。请管理员按“恢复后继续编号…”")
        for committee in self._committees():
            rivals = books.rivals(committee.id)
            if rivals:
                named = [_called(one.device_name, one.device) for one in rivals]
                taken = f"{committee.name}的编号簿被 {len(rivals)} 台电脑同时接管过（{'、'.join(named)}）"
                found.append(f"{taken}，现在由{named[0]}编号；请核对有没有重号")
            for key in books.keys(committee.id):
                found += _wrong(books.book(key), committee)
        return found

    # -- acts ----------------------------------------------------------------------------------------------------

    def grant(self, key: Key, device: Device, *, size: int = BLOCK_SIZE) -> tuple[int, int]:
        """Give the next ten numbers to another PC, for when it is offline; returns first and last."""
        self.office.require(Act.PRINT, "dispute")

        def act(books: Ledger) -> list[Entry]:
            self._must_hold(books, key[0])
            _must_be_open(books.book(key))
            return books.block(key, device.id, device.name[:60], size=size)

        block = self._write(act)[-1]
        return block.first, block.last

    def void(self, text: str, *, reason: str) -> None:
        """作废: the paper is spoiled; the number stays in the list and is never given again.

        The dispute that bore it gets another one when its agreement is printed again.
        """
        self.office.require(Act.PRINT, "dispute")
        _reasoned(reason, "例如：打印错误，纸张作废")
        by = self.office.user.name

        def run(unit: UnitOfWork) -> None:
            key, number = find(unit, text)
            books = number_reading.ledger(unit.conn)
            found = books.book(key).number(number)
            _may_be_void(books, found.state, found.entry, text)
            matter = (found.use.matter if found.use else "") or (found.entry.matter if found.entry else "")
            numbers.write(unit, books.void(key, number, reason, matter), by=by)
            for register, row, field_name in number_reading.holders_of(unit.conn, text):
                unit.set_fields(register, row, {field_name: None}, reason="编号作废，原因见编号簿")

        self.office.store.write(self.office.user.id, run)

    def hand_over(self, committee: str, device: Device, *, reason: str) -> None:
        """移交: the books of a committee go to another PC, which numbers as soon as it has synced."""
        self.office.require(Act.SETTINGS)
        _reasoned(reason, "例如：换用新电脑")

        def act(books: Ledger) -> list[Entry]:
            self._must_hold(books, committee)
            return books.handed(committee, device.id, device.name[:60], reason)

        self._write(act)

    def take_over(self, committee: str, *, reason: str, gap: int = GAP) -> None:
        """接管: the PC that holds the books is gone; go on beyond everything known and leave ``gap`` numbers out."""
        self.office.require(Act.SETTINGS)
        _reasoned(reason, "例如：原电脑损坏，无法开机")
        _gap_is_sound(gap)
        fresh = self._this_years(committee)

        def act(books: Ledger) -> list[Entry]:
            if books.is_unsure:
                sentence = "这台电脑刚从备份恢复，编号还停着"
                raise UserError(sentence, "请先用“恢复后继续编号…”")
            if books.holds(committee):
                sentence = "编号簿就在这台电脑上，不用接管"
                raise UserError(sentence, "直接打印就会编号")
            return books.taken(committee, _open_keys(books, committee, fresh), reason, gap=gap)

        self._write(act)

    def resume(self, *, reason: str, gap: int = GAP) -> None:
        """恢复后继续编号: answer for a restore that could not see what was given since, leaving ``gap`` numbers out."""
        self.office.require(Act.SETTINGS)
        _reasoned(reason, "例如：硬盘损坏，用移动盘上的备份恢复")
        _gap_is_sound(gap)
        fresh = {one.id: self._this_years(one.id) for one in self._committees()}
        by = self.office.user.name

        def run(unit: UnitOfWork) -> None:
            books = number_reading.ledger(unit.conn)
            for committee, wanted in fresh.items():
                keys = _open_keys(books, committee, wanted)
                made = books.taken(committee, keys, reason, gap=gap if books.is_holder(committee) else 0)
                if not books.is_holder(committee):
                    made = [one for one in made if one.what != What.HOLDER]
                numbers.write(unit, made, by=by)
            set_meta(unit.conn, number_reading.UNSURE, "")

        self.office.store.write(self.office.user.id, run)

    def close_year(self, key: Key, *, reason: str) -> int:
        """关闭年度: what is left is 未用 for this reason, and no number of the year is given any more; how many."""
        self.office.require(Act.SETTINGS)
        _reasoned(reason, "例如：年度结束，号段收回")
        today = clock.today()

        def act(books: Ledger) -> list[Entry]:
            self._must_hold(books, key[0])
            _may_close(key, today)
            _must_be_open(books.book(key))
            return books.closed(key, reason)

        return sum(len(one.numbers) for one in self._write(act) if one.what == What.UNUSED)

    # -- inside --------------------------------------------------------------------------------------------------

    def _write(self, act: Callable[[Ledger], list[Entry]]) -> list[Entry]:
        by = self.office.user.name

        def run(unit: UnitOfWork) -> list[Entry]:
            made = act(number_reading.ledger(unit.conn))
            numbers.write(unit, made, by=by)
            return made

        return self.office.store.write(self.office.user.id, run)

    def _committees(self) -> list[Committee]:
        return [one for one in self.office.reader.all("committee") if isinstance(one, Committee)]

    def _line(self, books: Ledger, committee: Committee, key: Key, names: dict[str, str]) -> BookLine:
        book, holder = books.book(key), books.holder(committee.id)
        kind = Kind(key[1])
        by_default = names[books.device] if books.holds_by_default else "本镇第一台电脑"
        return BookLine(
            committee=committee,
            kind=kind,
            year=key[2],
            key=key,
            holder=by_default if holder is None else names.get(holder.device, holder.device_name),
            is_here=books.holds(committee.id),
            last=numbers.pattern(committee, kind).filled(key[2], book.last_used) if book.last_used else "",
            used=sum(one.state is State.USED for one in book.numbers()),
            blocks=tuple(
                Block(names.get(one.device, one.device_name), one.first, one.last,
                      sum(book.number(number).state is State.HELD for number in one.numbers))
                for one in book.blocks
            ),
            is_closed=book.closed is not None,
        )  # fmt: skip

    def _names(self, books: Ledger) -> dict[str, str]:
        """What each PC is called: by itself, or by whose it is; with the first signs of its id."""
        own = {one.device: one.device_name for one in books.entries if one.device_name}
        found: dict[str, str] = {}
        for device, user, _ in number_reading.devices(self.office.store.conn):
            by_user = f"{self.office.user_name(user)}用的电脑"
            found[device] = own[device] if "（" in own.get(device, "") else _called(own.get(device, by_user), device)
        found[books.device] = _called(books.device_name, books.device)
        return found

    def _must_hold(self, books: Ledger, committee: str) -> None:
        if books.holds(committee):
            return
        if books.is_unsure:
            sentence = "这台电脑刚从备份恢复，编号还停着"
            raise UserError(sentence, "请管理员先用“恢复后继续编号…”")
        sentence = "编号簿不在这台电脑上"
        holder = books.holder(committee)
        where = f"它在{_called(holder.device_name, holder.device)}上" if holder else "它在本镇第一台电脑上"
        raise UserError(sentence, f"{where}；那台电脑坏了的，请管理员接管")

    def _this_years(self, committee: str) -> set[Key]:
        """The books a committee numbers in today."""
        record = self.office.reader.get("committee", committee)
        if not isinstance(record, Committee):
            return set()
        return {numbers.book_key(record, kind, clock.today().year) for kind in kinds_of(record)}


def _open_keys(books: Ledger, committee: str, fresh: Iterable[Key]) -> list[Key]:
    """Books in which a number may still be given: this year's and last year's."""
    from_year = clock.today().year - 1
    known = {*books.keys(committee), *fresh}
    return sorted(key for key in known if (key[2] == 0 or key[2] >= from_year) and books.book(key).closed is None)


def kinds_of(committee: Committee) -> Iterable[Kind]:
    """What a committee numbers: agreements, and dossiers where they are numbered apart."""
    return (Kind.AGREEMENT, Kind.DOSSIER) if committee.dossier_numbering else (Kind.AGREEMENT,)


def find(unit: UnitOfWork, text: str) -> tuple[Key, int]:
    """Whose number this is. Raises ``UserError`` for one no committee's pattern gives."""
    for pattern in _patterns(unit):
        read = pattern.read(text.strip())
        if read is not None:
            return read
    sentence = f"没有哪个调委会这样编号：{text}"
    raise UserError(sentence, "请照印出的样子写全，例如 （2026）青溪镇人调字第7号")


def _patterns(unit: UnitOfWork) -> list[Pattern]:
    return [one for one in number_reading.patterns(unit.conn) if one.has_number]


def _wrong(book: Book, committee: Committee) -> list[str]:
    found = []
    for text, uses in book.twice():
        where = "、".join(use.matter or use.name for use in uses)
        found.append(f"{text} 用在了 {len(uses)} 件纠纷上（{where}）；请在其中一件清空协议编号，保存后重新定稿")
    said = {number for uses in (uses for _, uses in book.twice()) for number in (use.number for use in uses)}
    for number, given in book.given_twice():
        if number not in said:
            where = "、".join(f"{one.matter} 在{_called(one.device_name, one.device)}" for one in given)
            found.append(f"{committee.name}第{number}号编出了 {len(given)} 次（{where}）；请核对后给其中一件换号")
    late = book.struck_out_but_used()
    if late:
        named = "、".join(f"第{one.number}号" for one in late[:5])
        found.append(f"{committee.name}{book.key[2]}年度已登记为未用的编号又用了：{named}；年终清单里按已用列出")
    return found


def _may_be_void(books: Ledger, state: State, entry: Entry | None, text: str) -> None:
    if state is State.VOID:
        sentence = f"{text} 已经作废"
        raise UserError(sentence, "原因见年终清单")
    if state is State.HELD and entry is not None and entry.device != books.device:
        sentence = f"{text} 在{entry.device_name}的号段里，还没有编出"
        raise UserError(sentence, "要作废请到那台电脑上办")
    if state is State.NO_TRACE and entry is None:
        sentence = f"{text} 还没有编出来，不用作废"
        raise UserError(sentence, "请核对编号")


def _must_be_open(book: Book) -> None:
    if book.closed is not None:
        sentence = f"{book.key[2]} 年度的编号已经关闭"
        raise UserError(sentence, "关闭以后不再编号，也不再给号段")


def _may_close(key: Key, today: date) -> None:
    if key[2] == 0:
        sentence = "这种编号不分年度，没有年度可以关闭"
        raise UserError(sentence, "编号式样里有{年}的才按年度关闭")
    if key[2] > today.year or (key[2] == today.year and today.month < _DECEMBER):
        sentence = f"{key[2]} 年度还没有结束，不能关闭"
        raise UserError(sentence, "到当年 12 月再关闭")


def _reasoned(reason: str, example: str) -> None:
    if not reason.strip():
        sentence = "要写明原因"
        raise UserError(sentence, example)


def _gap_is_sound(gap: int) -> None:
    if not 0 <= gap <= MOST_GAP:
        sentence = f"跳过的号数要在 0 到 {MOST_GAP} 之间，现在是 {gap}"
        raise UserError(sentence, f"例如 {GAP}")


def _called(name: str, device: str) -> str:
    return name if "（" in name else f"{name or '电脑'}（{device[:4].upper()}）"
