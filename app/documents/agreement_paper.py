"""What stands on a 人民调解协议书: frozen values, every string already as it shall be printed.

Knows nothing of fonts' outlines, pages or records; ``agreement.py`` sets it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.documents.fonts import Written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class RepresentativeOnPaper:
    """Who acts for a party: ``role`` is 法定代理人, 委托代理人, 推选代表 … Does not count for the copies."""

    role: str
    name: str
    relation: str = ""
    contact: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyOnPaper:
    """One party with the particulars as they stood at signing; ``label`` is 甲方, 乙方 and so on.

    An organisation uses ``name``, ``credit_code``, ``legal_representative``, ``contact`` and ``address`` (住所).
    ``id_number`` and ``credit_code`` print only if given. ``signs_in_person`` is false for one who cannot, such as a
    small child: then only the representatives sign.
    """

    label: str
    name: str
    is_organisation: bool = False
    sex: str = ""
    ethnicity: str = ""
    age: str = ""
    occupation: str = ""
    contact: str = ""
    address: str = ""
    id_number: str = ""
    credit_code: str = ""
    legal_representative: str = ""
    representatives: tuple[RepresentativeOnPaper, ...] = ()
    signs_in_person: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentOnPaper:
    """One payment agreed on, printed in figures and capitals; parties by label, ``due`` and ``method`` in words."""

    payer: str
    payee: str
    amount: Decimal
    due: str
    method: str


@dataclass(frozen=True, slots=True)
class ReprintMark:
    """The n-th printing after the first, and its day in words."""

    times: int
    on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementPaper:
    """Everything that stands on a 人民调解协议书.

    ``number`` empty prints 编号待编. Facts, terms or performance left empty print as ruled lines to be filled by hand.
    ``signed_on`` empty leaves the day to be written. ``mediators``: how many sign. ``read_aloud_to``: labels of parties
    to whom it was read; ``interpreted_into``: language it was translated into for them. ``print_id``: short mark of
    this print, small in the footer.
    """

    committee: str
    parties: tuple[PartyOnPaper, ...]
    number: str = ""
    facts: str = ""
    terms: tuple[str, ...] = ()
    performance: tuple[str, ...] = ()
    payments: tuple[PaymentOnPaper, ...] = ()
    mediators: int = 1
    witnesses: int = 0
    read_aloud_to: tuple[str, ...] = ()
    interpreted_into: str = ""
    signed_on: str = ""
    print_id: str = ""
    reprint: ReprintMark | None = None
    draft: bool = False

    @property
    def copies(self) -> int:
        """One for each party and one for the committee (人民调解法 29); representatives get none of their own."""
        return len(self.parties) + 1


def written(paper: AgreementPaper) -> Iterator[Written]:
    """Every text that was filled in, with its place in the user's words and in the record."""
    yield Written("编号", paper.number, ("number",))
    yield Written("人民调解委员会 · 名称", paper.committee, ("committee",))
    for row, party in enumerate(paper.parties):
        yield from _written_party(party, row)
    yield Written("纠纷主要事实、争议事项", paper.facts, ("facts",))
    for label, field, lines in (
        ("协议内容", "terms", paper.terms),
        ("履行方式、时限", "performance", paper.performance),
    ):
        for row, line in enumerate(lines):
            yield Written(f"{label} · 第 {row + 1} 条", line, (field, row))
    for row, payment in enumerate(paper.payments):
        text = payment.payer + payment.payee + payment.due + payment.method
        yield Written(f"给付 · 第 {row + 1} 笔", text, ("payments", row))
    yield Written("签名日期", paper.signed_on, ("signed_on",))
    yield Written("翻译语言", paper.interpreted_into, ("interpreted_into",))


_PARTY_LABELS = {
    "label": "称谓", "name": "姓名", "sex": "性别", "ethnicity": "民族", "age": "年龄", "occupation": "职业或职务",
    "contact": "联系方式", "address": "单位或住址", "id_number": "身份证件号码", "credit_code": "统一社会信用代码",
    "legal_representative": "法定代表人（负责人）",
}  # fmt: skip
_REPRESENTATIVE_LABELS = {
    "role": "身份", "name": "姓名", "relation": "与当事人关系", "contact": "联系方式", "address": "住址",
}  # fmt: skip


def _written_party(party: PartyOnPaper, row: int) -> Iterator[Written]:
    place = f"当事人 · 第 {row + 1} 行"
    for field, label in _PARTY_LABELS.items():
        yield Written(f"{place} · {label}", getattr(party, field), ("parties", row, field))
    for number, person in enumerate(party.representatives):
        for field, label in _REPRESENTATIVE_LABELS.items():
            path = ("parties", row, "representatives", number, field)
            yield Written(f"{place} · 代理人 · 第 {number + 1} 行 · {label}", getattr(person, field), path)
