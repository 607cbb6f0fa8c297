"""Papers of a matter: previewed as draft, printed as evidence, kept with their bytes, marked when printed again."""

from __future__ import annotations

import hashlib
import platform
from dataclasses import dataclass
from datetime import date

from app.documents import forms
from app.documents.agreement import (
    AgreementPaper,
    PartyOnPaper,
    RepresentativeOnPaper,
    ReprintMark,
    render_agreement,
)
from app.documents.counting import page_count
from app.documents.fonts import MissingGlyphs, system_fonts
from app.documents.recovery_sheet import RecoverySheet, render_recovery_sheet
from app.errors import Finding, Level, StoreError, UserError
from app.models import clock, days, kept
from app.models.blobs import is_blob_id
from app.models.findings import examine
from app.models.kinds import show_value
from app.models.policy import Act
from app.models.reading import Reader
from app.models.register import Stage
from app.models.registers import Agreement, Committee, Dispute, DisputePaper, Party
from app.models.unit import UnitOfWork
from app.services import numbers
from app.services.office import Office

__all__ = [
    "AGREEMENT",
    "MissingGlyphs",
    "Printed",
    "findings_before_print",
    "frozen_particulars",
    "kept_paper",
    "paper_of",
    "preview_agreement",
    "print_agreement",
    "recovery_sheet",
    "warm",
]

AGREEMENT = "人民调解协议书"
_ATTEMPTS = 3
_STEMS = "甲乙丙丁戊己庚辛壬癸"


class _MovedError(Exception):
    """The dispute, or the number drawn, is no longer what was put on the paper: drawn up again, never saved over."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A paper as printed: its bytes, and how it is recorded."""

    body: bytes
    sha256: str
    number: str
    copies: int
    pages: int
    reprint: int
    file_name: str


def warm() -> None:
    """Read the fonts ahead, off the screen's thread, so that the first preview does not wait for them."""
    system_fonts().warm()


def recovery_sheet(township: str, key: str) -> bytes:
    """The sheet with the township's recovery key, to be printed and locked away; nothing of it is kept."""
    return render_recovery_sheet(
        RecoverySheet(
            township=township,
            made_on=days.show_day_long(clock.today()),
            key_groups=tuple(key.split("-")),
            computer=platform.node(),
        )
    )


def findings_before_print(office: Office, dispute: Dispute) -> list[Finding]:
    """What still stops or should be thought of before the agreement is printed."""
    found = examine(dispute, Stage.PRINT)
    if not dispute.agreements:
        found.append(Finding(("agreements",), "还没有调解协议", Level.STOP, "请在“调解协议”中填写协议内容", "调解协议"))
    if dispute.committee and office.reader.get("committee", dispute.committee) is None:
        found.append(Finding(("committee",), "本机没有这个调委会", Level.STOP, "请先同步或重新选择", "调委会"))
    return found


def preview_agreement(office: Office, dispute: Dispute, *, agreement_id: str | None = None, by_hand: str = "") -> bytes:
    """The agreement as it stands in the form, marked 草稿; empty parts print as lines to fill by hand.

    ``by_hand``: characters no font has, left as empty squares because the user said so.
    """
    agreement = _chosen(dispute, agreement_id) if dispute.agreements else Agreement()
    committee = _committee(office, dispute)
    fonts = system_fonts().leaving_blank(by_hand)
    return render_agreement(_paper(dispute, agreement, committee, draft=True), fonts=fonts)


def paper_of(office: Office, dispute: Dispute) -> AgreementPaper:
    """The strings of the last agreement as they would stand on paper; other papers of the dispute say the same."""
    agreement = dispute.agreements[-1] if dispute.agreements else Agreement()
    return _paper(dispute, agreement, _committee(office, dispute))


def print_agreement(office: Office, dispute_id: str, *, agreement_id: str | None = None, by_hand: str = "") -> Printed:
    """Make the agreement final: number it, freeze the parties' particulars, keep the bytes, record the printing.

    The bytes are sealed and on the disk before the one transaction that records them: what is recorded as printed
    exists. A later printing of the same agreement is
    marked 补印 with its count. Raises ``UserError`` with every finding that stops it, ``MissingGlyphs`` when a
    character cannot be drawn (nothing is recorded then).
    """
    office.require(Act.PRINT, "dispute")
    for _ in range(_ATTEMPTS):
        try:
            return _print(office, dispute_id, agreement_id=agreement_id, by_hand=by_hand)
        except _MovedError:
            continue
    sentence = "这件纠纷正在被别人修改，协议书没有打印"
    raise UserError(sentence, "请稍等片刻，核对内容后再打印")


def _print(office: Office, dispute_id: str, *, agreement_id: str | None, by_hand: str) -> Printed:
    dispute = office.reader.get("dispute", dispute_id)
    if not isinstance(dispute, Dispute):
        sentence = "找不到这件纠纷"
        raise UserError(sentence, "它可能已被删除，请刷新列表")
    stops = [one for one in findings_before_print(office, dispute) if one.level is Level.STOP]
    if stops:
        sentence = f"协议书还不能打印：{stops[0]}"
        raise UserError(sentence, "补全后再打印", stops)
    agreement = _chosen(dispute, agreement_id)
    committee = _committee(office, dispute)
    number = agreement.number or _drawn_number(office, committee, agreement)
    numbered = agreement.model_copy(update={"number": number or None})
    reprint = sum(1 for paper in dispute.papers if paper.kind == AGREEMENT and paper.number == (number or None))
    paper = _paper(dispute, numbered, committee, reprint=reprint, draft=office.is_practice)
    body = render_agreement(paper, fonts=system_fonts().leaving_blank(by_hand))
    file = office.store.blobs.put(body).id
    by = office.user

    def record(unit: UnitOfWork) -> Printed:
        reader = Reader(office.registry, unit.conn)
        if reader.get("dispute", dispute_id) != dispute:
            raise _MovedError
        if number != (agreement.number or _taken_number(unit, committee, dispute, agreement, by=by.name)):
            raise _MovedError
        filed = dispute.model_copy(update={"dossier_number": numbers.dossier_of(dispute, committee, number)})
        return _record(unit, filed, numbered, paper=paper, body=body, file=file, by=by.name)

    return office.store.write(by.id, record)


def kept_paper(office: Office, sha256: str) -> bytes | None:
    """The bytes of a printed paper, exactly as they were; None when they never were where this PC could get them.

    Papers printed before there were attachments lie in the database of the PC that printed them. Raises ``StoreError``
    when the file has not come yet, or is not what was printed.
    """
    office.require(Act.READ, "dispute")
    body = kept.read(office.store.conn, sha256)
    if body is not None:
        return body
    file = _file_of(office, sha256)
    if file is None:
        return None
    body = office.store.blobs.read(file)
    if hashlib.sha256(body).hexdigest() != sha256:
        sentence = "这份文书的文件与打印时的校验码不符，不能当作原件"
        raise StoreError(sentence, "请联系县管理员核对；登记的内容没有受影响")
    return body


def _file_of(office: Office, sha256: str) -> str | None:
    reader = office.reader
    for line_id in reader.find("dispute_paper", "sha256", sha256):
        row = reader.row("dispute_paper", line_id)
        file = row.values.get("file") if row else None
        if isinstance(file, str) and is_blob_id(file):
            return file
    return None


def _record(
    unit: UnitOfWork, dispute: Dispute, agreement: Agreement, *, paper: AgreementPaper, body: bytes, file: str, by: str
) -> Printed:
    reprint = paper.reprint.times if paper.reprint else 0
    digest = hashlib.sha256(body).hexdigest()
    pages = page_count(body)
    line = DisputePaper(
        kind=AGREEMENT,
        number=agreement.number,
        sha256=digest,
        copies=paper.copies,
        pages=pages,
        reprint=reprint,
        printed_at=clock.now(),
        printed_by=by,
        file=file,
        form_id=forms.AGREEMENT.id,
        form_version=forms.AGREEMENT.version,
    )
    parties = tuple(
        party if party.particulars else party.model_copy(update={"particulars": frozen_particulars(party, on_paper)})
        for party, on_paper in zip(dispute.parties, paper.parties, strict=True)
    )
    agreements = tuple(agreement if one.id == agreement.id else one for one in dispute.agreements)
    stage = "agreed" if dispute.stage in ("registered", "accepted", "mediating") else dispute.stage
    changed = dispute.model_copy(
        update={"parties": parties, "agreements": agreements, "papers": (*dispute.papers, line), "stage": stage}
    )
    unit.save(changed, reason=f"打印{AGREEMENT}")
    unit.record_access("print", register="dispute", record_id=dispute.id, detail={"sha256": digest})
    name = f"{AGREEMENT}-{agreement.number or dispute.matter_code or '待编'}.pdf"
    return Printed(body, digest, agreement.number or "", paper.copies, pages, reprint, name)


def frozen_particulars(party: Party, on_paper: PartyOnPaper) -> dict[str, str]:
    """The particulars as printed at signing; the register may change afterwards, the paper does not."""
    frozen = {
        "姓名或名称": on_paper.name,
        "性别": on_paper.sex,
        "民族": on_paper.ethnicity,
        "年龄": on_paper.age,
        "职业或职务": on_paper.occupation,
        "联系方式": on_paper.contact,
        "单位或住址": on_paper.address,
        "证件号码": str(party.id_number or ""),
    }
    return {label: text for label, text in frozen.items() if text}


def _paper(
    dispute: Dispute, agreement: Agreement, committee: Committee | None, *, draft: bool = False, reprint: int = 0
) -> AgreementPaper:
    signed_on = agreement.signed_on
    today = clock.today()
    parties = tuple(
        _party(party, f"{_STEMS[index]}方" if index < len(_STEMS) else f"当事人{index + 1}", signed_on or today)
        for index, party in enumerate(dispute.parties)
    )
    return AgreementPaper(
        committee=committee.name if committee else "人民调解委员会",
        parties=parties,
        number=agreement.number or "",
        facts=agreement.facts or "",
        terms=_lines(agreement.clauses),
        performance=_lines(agreement.performance),
        mediators=max(1, len([name for name in (agreement.mediators or "").replace("，", "、").split("、") if name])),
        signed_on=days.show_day_long(signed_on) if signed_on else "",
        print_id=dispute.matter_code or "",
        reprint=ReprintMark(reprint, days.show_day_long(today)) if reprint else None,
        draft=draft,
    )


def _party(party: Party, label: str, on: date) -> PartyOnPaper:
    shown = {spec.name: show_value(spec.kind, getattr(party, spec.name)) for spec in Party.definition.fields}
    representatives: tuple[RepresentativeOnPaper, ...] = ()
    if party.representative_name:
        representatives = (
            RepresentativeOnPaper(
                role=shown["representative_kind"],
                name=shown["representative_name"],
                contact=shown["representative_phone"],
            ),
        )
    age = f"{days.age_on(party.birth_on, on)}岁" if isinstance(party.birth_on, date) else ""
    return PartyOnPaper(
        label=label,
        name=party.name,
        is_organisation=party.kind == "organisation",
        sex=shown["sex"],
        ethnicity=shown["ethnicity"],
        age=age,
        occupation=shown["occupation"],
        contact=shown["phone"],
        address=shown["address"],
        representatives=representatives,
    )


def _lines(text: str | None) -> tuple[str, ...]:
    return tuple(line.strip() for line in (text or "").split("\n") if line.strip())


def _chosen(dispute: Dispute, agreement_id: str | None) -> Agreement:
    for agreement in dispute.agreements:
        if agreement.id == agreement_id:
            return agreement
    return dispute.agreements[-1]


def _committee(office: Office, dispute: Dispute) -> Committee | None:
    found = office.reader.get("committee", dispute.committee) if dispute.committee else None
    return found if isinstance(found, Committee) else None


def _drawn_number(office: Office, committee: Committee | None, agreement: Agreement) -> str:
    if committee is None:
        return ""
    return numbers.next_number(office, committee, agreement.signed_on or clock.today())


def _taken_number(
    unit: UnitOfWork, committee: Committee | None, dispute: Dispute, agreement: Agreement, *, by: str
) -> str:
    if committee is None:
        return ""
    day = agreement.signed_on or clock.today()
    return numbers.take(unit, numbers.pattern(committee), day, matter=dispute.matter_code or "", by=by)
