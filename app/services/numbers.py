"""Numbers on paper: given here, one after the other, where this PC holds the book or a block of it.

What may be given follows from :mod:`app.models.number_books`; what goes to other PCs and what is struck out is
:mod:`app.services.number_books`. A number is written down in the transaction that uses it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from app.errors import UserError
from app.models import clock, number_reading
from app.models.number_books import ClosedError, Entry, Key, Kind, Ledger
from app.models.number_reading import HOLDS_BOOKS, SPENT, Pattern
from app.models.policy import Act
from app.models.reading import Reader
from app.models.registers import Agreement, Committee, Dispute, NumberEntry
from app.models.unit import UnitOfWork
from app.services.office import Office

__all__ = ["HOLDS_BOOKS", "SPENT"]


def holds_books(office: Office, committee: Committee) -> bool:
    """True when this PC gives the numbers of a committee."""
    return number_reading.ledger(office.store.conn).holds(committee.id)


def pattern(committee: Committee, kind: Kind = Kind.AGREEMENT) -> Pattern:
    """How a committee's numbers look. Raises ``UserError`` when the pattern lacks the number."""
    is_dossier = kind is Kind.DOSSIER and committee.dossier_numbering
    numbering = committee.dossier_numbering if is_dossier else committee.numbering
    made = Pattern.of(committee.id, kind, numbering or "", committee.abbreviation or "")
    if not made.has_number:
        sentence = f"{committee.name}的编号式样里没有“{{序号}}”，编不出号"
        raise UserError(sentence, "请在“调委会”里补上，例如 （{年}）{简称}人调字第{序号}号")
    return made


def next_number(office: Office, committee: Committee, day: date, kind: Kind = Kind.AGREEMENT) -> str:
    """The number this PC would give next, as it is printed; "" when the number is to come from another PC.

    ``（2026）××镇人调字第7号`` by the committee's own pattern; numbers once used never come back. Raises ``UserError``
    when the year is closed.
    """
    return _next(number_reading.ledger(office.store.conn), pattern(committee, kind), day)


def take(unit: UnitOfWork, wanted: Pattern, day: date, *, matter: str, by: str) -> str:
    """Give the next number inside the transaction that puts it to use; "" when this PC may give none."""
    books = number_reading.ledger(unit.conn)
    text = _next(books, wanted, day)
    if text:
        key = wanted.key(day.year)
        number = books.offer(key)
        assert number is not None  # noqa: S101 - the same question was just answered
        write(unit, books.given(key, number, matter), by=by)
    return text


def write(unit: UnitOfWork, entries: Iterable[Entry], *, by: str) -> None:
    """Put acts into the book."""
    for one in entries:
        made = NumberEntry(
            committee=one.committee,
            kind=one.kind,
            year=one.year,
            what=one.what,
            first=one.first or None,
            last=one.last or None,
            generation=one.generation or None,
            device=one.device or None,
            device_name=one.device_name or None,
            matter=one.matter or None,
            reason=one.reason or None,
            entered_by=by[:60] or None,
            entered_on=clock.today(),
        )
        unit.save(made)  # the reason is in its field, sealed; beside the change it would travel in the clear


def number_agreement(office: Office, dispute_id: str, *, agreement_id: str | None = None) -> str:
    """补编号: number an agreement that was printed 编号待编, without printing it again; returns the number.

    Raises ``UserError`` when it has one, or when this PC may give none.
    """
    office.require(Act.PRINT, "dispute")
    by = office.user.name

    def give(unit: UnitOfWork) -> str:
        dispute, committee = _of(Reader(office.registry, unit.conn), dispute_id)
        agreement = _to_number(dispute, agreement_id)
        day = agreement.signed_on or clock.today()
        text = take(unit, pattern(committee), day, matter=dispute.matter_code or "", by=by)
        if not text:
            raise _not_here(committee)
        numbered = agreement.model_copy(update={"number": text})
        changed = dispute.model_copy(
            update={
                "agreements": tuple(numbered if one.id == agreement.id else one for one in dispute.agreements),
                "dossier_number": dossier_of(dispute, committee, text),
            }
        )
        unit.save(changed, reason="补编号")
        return text

    return office.store.write(office.user.id, give)


def number_dossier(office: Office, dispute_id: str) -> str:
    """编卷号, where the committee numbers its dossiers apart; returns the number. Raises ``UserError``."""
    office.require(Act.PRINT, "dispute")
    by = office.user.name

    def give(unit: UnitOfWork) -> str:
        dispute, committee = _of(Reader(office.registry, unit.conn), dispute_id)
        if dispute.dossier_number:
            sentence = f"这件纠纷已经有卷号：{dispute.dossier_number}"
            raise UserError(sentence, "要换号的先作废")
        if not committee.dossier_numbering:
            sentence = f"{committee.name}的卷号就是协议编号，定稿时自动填上"
            raise UserError(sentence, "要另编卷号，请在“调委会”里填写“卷号式样”")
        text = take(unit, pattern(committee, Kind.DOSSIER), clock.today(), matter=dispute.matter_code or "", by=by)
        if not text:
            raise _not_here(committee)
        unit.save(dispute.model_copy(update={"dossier_number": text}), reason="编卷号")
        return text

    return office.store.write(office.user.id, give)


def dossier_of(dispute: Dispute, committee: Committee | None, number: str | None) -> str | None:
    """The dossier number once an agreement bears ``number``: the same, unless the committee numbers them apart."""
    if dispute.dossier_number or committee is None or committee.dossier_numbering:
        return dispute.dossier_number
    return number or None


def book_key(committee: Committee, kind: Kind, year: int) -> Key:
    """The book a number of that year stands in."""
    return pattern(committee, kind).key(year)


def _next(books: Ledger, wanted: Pattern, day: date) -> str:
    try:
        number = books.offer(wanted.key(day.year))
    except ClosedError as error:
        sentence = f"{day.year} 年度的编号已经关闭，不再编号"
        next_step = "请核对签订日期；确实是补录的，请先按县里的意见在“协议编号”里手工填写编号，再定稿"
        raise UserError(sentence, next_step) from error
    return wanted.filled(day.year, number) if number is not None else ""


def _of(reader: Reader, dispute_id: str) -> tuple[Dispute, Committee]:
    dispute = reader.get("dispute", dispute_id)
    if not isinstance(dispute, Dispute):
        sentence = "找不到这件纠纷"
        raise UserError(sentence, "它可能已被删除，请刷新列表")
    committee = reader.get("committee", dispute.committee) if dispute.committee else None
    if not isinstance(committee, Committee):
        sentence = "这件纠纷还没有选调委会，不知道编谁的号"
        raise UserError(sentence, "请先选择调委会并保存")
    return dispute, committee


def _to_number(dispute: Dispute, agreement_id: str | None) -> Agreement:
    waiting = [one for one in dispute.agreements if not one.number and agreement_id in (None, one.id)]
    if not waiting:
        sentence = "没有等着编号的协议"
        raise UserError(sentence, "还没有协议，或协议已经有编号")
    return waiting[-1]


def _not_here(committee: Committee) -> UserError:
    return UserError(
        f"{committee.name}的编号不在这台电脑上编", "请到持有编号簿的电脑上编号，或让它给这台电脑一段号（“编号”页）"
    )
