"""事项交办单 for villages and departments without a PC: from a matter to the page; who printed it is journalled."""

from __future__ import annotations

from datetime import datetime

from app.documents.fonts import system_fonts
from app.documents.handover_slip import HandoverSlip, render_handover_slip
from app.errors import UserError
from app.models import days
from app.models.clock import show_moment
from app.models.policy import Act
from app.models.register import Record
from app.models.registers.matter import called, open_handover
from app.services import matters
from app.services.office import Office

TITLE = "事项交办单"


def slip_pdf(office: Office, register: str, record_id: str, *, by_hand: str = "") -> tuple[bytes, str]:
    """The slip of the hand-over that waits, as PDF and its file name; the printing is journalled.

    Raises ``UserError`` when nothing waits, ``MissingGlyphs`` for a character no font has; ``by_hand`` are
    characters left empty.
    """
    office.require(Act.PRINT, register)
    record = office.reader.get(register, record_id)
    if record is None or open_handover(record) is None:
        sentence = "这件事没有等待接收的交办"
        raise UserError(sentence, "交办以后才能打印交办单")
    slip = _slip(office, record)
    body = render_handover_slip(slip, fonts=system_fonts().leaving_blank(by_hand))
    office.store.write(
        office.user.id,
        lambda unit: unit.record_access("print", register=register, record_id=record_id, detail={"paper": TITLE}),
    )
    return body, f"{TITLE}-{slip.code}.pdf"


def _slip(office: Office, record: Record) -> HandoverSlip:
    at, waiting = matters.standing(office, record), open_handover(record)
    assert waiting is not None  # noqa: S101 - asked by the caller
    handed_at: object = waiting.handed_at
    return HandoverSlip(
        township=office.store.meta("township_name"),
        code=at.code,
        name=at.title,
        kind=record.definition.label,
        to=called(waiting.receiver),
        contact=waiting.contact or "",
        handed_at=show_moment(handed_at) if isinstance(handed_at, datetime) else "",
        handed_by=called(waiting.handed_by),
        due=days.show_day_long(at.deadline.on) if at.deadline else "",
        law=at.law if at.deadline else "",
        demand=waiting.demand or "",
        watermark="练习" if office.is_practice else "",
    )
