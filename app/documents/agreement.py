"""人民调解协议书, by the layout of the Ministry of Justice.

A pure function from a frozen paper to PDF bytes: every string comes in as it shall stand, nothing is looked up, no
clock is read. The fixed sentences are in ``resources/wording/agreement.json``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.documents.agreement_paper import (
    AgreementPaper,
    PartyOnPaper,
    PaymentOnPaper,
    RepresentativeOnPaper,
    ReprintMark,
    written,
)
from app.documents.blocks import CLOSER, Field, Fields, Setter
from app.documents.fonts import FontBook, Role, Written, system_fonts
from app.documents.money import in_figures_and_capitals
from app.documents.numerals import in_chinese, numbered
from app.documents.paper import DOSSIER, Furniture, Paper
from app.documents.shaping import Span
from app.documents.signing import Mark, Place, Signatures
from app.documents.wording import load_wording

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportlab.platypus import Flowable

__all__ = [
    "AgreementPaper",
    "PartyOnPaper",
    "PaymentOnPaper",
    "RepresentativeOnPaper",
    "ReprintMark",
    "render_agreement",
    "written",
]


def render_agreement(paper: AgreementPaper, *, fonts: FontBook | None = None) -> bytes:
    """The agreement as PDF, byte-identical for the same paper and fonts (by default those of this machine).

    Raises:
        MissingGlyphs: a character that no font has, named with its place, before anything is drawn.
    """
    book = fonts or system_fonts()
    book.check_glyphs(_all_written(paper))
    page = Paper(furniture=_furniture(paper), fonts=book)
    return page.render_short(_story(paper, Setter(book)), lambda: _story(paper, Setter(book, CLOSER)))


def _all_written(paper: AgreementPaper) -> Iterator[Written]:
    """What was filled in, the page furniture and the fixed sentences."""
    yield from written(paper)
    yield from _furniture(paper).written()
    for sentence in load_wording("agreement").sentences.values():
        yield Written("文书格式", sentence)


def _furniture(paper: AgreementPaper) -> Furniture:
    words = load_wording("agreement")
    notes = [paper.print_id] if paper.print_id else []
    if paper.reprint:
        notes.append(words["reprint"].format(times=paper.reprint.times, on=paper.reprint.on))
    return Furniture(
        title=" ".join(filter(None, (words["title"], paper.number))),
        subject=paper.committee,
        notes=tuple(notes),
        watermark=words["draft"] if paper.draft else "",
        sign_each_page=words["sign_each_page"],
    )


def _story(paper: AgreementPaper, setter: Setter) -> list[Flowable]:
    words = load_wording("agreement")
    number = words["number"].format(number=paper.number) if paper.number else words["number_pending"]
    lines = [*paper.performance, *map(_payment_words, paper.payments)]
    return [
        setter.title(words["title"]),
        setter.right(number),
        *(_particulars(party, setter) for party in paper.parties),
        *setter.heading(words["facts"]),
        *setter.running(paper.facts, blank_lines=4),
        *setter.heading(words["terms"]),
        *setter.clauses(numbered(paper.terms), blank_lines=6),
        *setter.heading(words["performance"]),
        *setter.clauses(numbered(tuple(lines)), blank_lines=3),
        *_ending(paper, setter),
    ]


def _payment_words(payment: PaymentOnPaper) -> str:
    return load_wording("agreement")["payment"].format(
        payer=payment.payer,
        payee=payment.payee,
        due=payment.due,
        method=payment.method,
        amount=in_figures_and_capitals(payment.amount),
    )


def _particulars(party: PartyOnPaper, setter: Setter) -> Fields:
    words = load_wording("agreement")
    heading = Field(words["party"].format(label=party.label), value=None, role=Role.SONG_BOLD)
    rows = _organisation_rows(party) if party.is_organisation else _person_rows(party)
    for person in party.representatives:
        rows.append(
            [
                Field(person.role, person.name, 2),
                *([Field(words["representative_relation"], person.relation)] if person.relation else []),
                Field(words["contact"], person.contact, 1.5),
            ]
        )
        if person.address:
            rows.append([Field(words["representative_address"], person.address)])
    return Fields([[heading, *rows[0]], *rows[1:]], setter)


def _person_rows(party: PartyOnPaper) -> list[list[Field]]:
    words = load_wording("agreement")
    return [
        [
            Field(words["name"], party.name, 3),
            Field(words["sex"], party.sex, 0.5),
            Field(words["ethnicity"], party.ethnicity),
            Field(words["age"], party.age),
        ],
        *([[Field(words["id_number"], party.id_number)]] if party.id_number else []),
        [Field(words["occupation"], party.occupation), Field(words["contact"], party.contact)],
        [Field(words["address"], party.address)],
    ]


def _organisation_rows(party: PartyOnPaper) -> list[list[Field]]:
    words = load_wording("agreement")
    return [
        [Field(words["organisation_name"], party.name)],
        *([[Field(words["credit_code"], party.credit_code)]] if party.credit_code else []),
        [Field(words["legal_representative"], party.legal_representative), Field(words["contact"], party.contact)],
        [Field(words["organisation_address"], party.address)],
    ]


def _ending(paper: AgreementPaper, setter: Setter) -> list[Flowable]:
    """The sentence on copies and the signatures, which stay together."""
    words = load_wording("agreement")
    before, after = words["copies"].split("{copies}")
    lead = setter.spans(
        Span(before),
        Span(f" {in_chinese(paper.copies)} ", underline=True),
        Span(after.format(committee=paper.committee)),
    )
    signatures = Signatures(
        parties=[place for party in paper.parties for place in _party_places(party)],
        officials=_official_places(paper),
        committee=words["committee_seal"].format(committee=paper.committee),
        day=paper.signed_on or words["day"],
    )
    room = (DOSSIER.measure, DOSSIER.depth)
    return [
        *(setter.spans(Span(note)) for note in _notes(paper)),
        *signatures.blocks([lead], setter, room=room, mark=words["blank_below"]),
    ]


def _notes(paper: AgreementPaper) -> Iterator[str]:
    """What a party who does not read, or not Chinese, signs for."""
    words = load_wording("agreement")
    parties = "、".join(paper.read_aloud_to)
    if parties and paper.interpreted_into:
        yield words["interpreted"].format(language=paper.interpreted_into, parties=parties)
    elif parties:
        yield words["read_aloud"].format(parties=parties)


def _party_places(party: PartyOnPaper) -> Iterator[Place]:
    words = load_wording("agreement")
    if party.is_organisation:
        yield Place(words["sign_organisation"].format(label=party.label), Mark.SEAL)
        if not party.representatives:
            yield Place(words["sign_representative"].format(label=party.label, role="法定代表人（负责人）"))
    elif party.signs_in_person:
        yield Place(words["sign_party"].format(label=party.label), Mark.NAME_AND_FINGERPRINT)
    for person in party.representatives:
        yield Place(words["sign_representative"].format(label=party.label, role=person.role))


def _official_places(paper: AgreementPaper) -> list[Place]:
    words = load_wording("agreement")
    return [
        *[Place(words["sign_mediator"])] * paper.mediators,
        Place(words["sign_recorder"]),
        *([Place(words["sign_interpreter"])] if paper.interpreted_into else []),
        *[Place(words["sign_witness"])] * paper.witnesses,
    ]
