"""The agreement as a document of typst, for the comparison of papers: the same words, the same fonts, the same page."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import typst

from app.documents.agreement import AgreementPaper, PartyOnPaper
from app.documents.money import in_figures_and_capitals
from app.documents.wording import load_wording
from app.resources import resource_path

SOURCE = """
#let paper = json(bytes(sys.inputs.paper))
#let song = ("Noto Serif SC", "Noto Sans SC", "HanaMinB")
#let filled(value) = box(width: 1fr, stroke: (bottom: 0.5pt), inset: (bottom: 2pt))[#value]
#set page(paper: "a4", margin: (top: 25mm, right: 25mm, bottom: 25mm, left: 30mm),
  header: text(9pt)[#paper.title #h(1fr) #paper.subject],
  footer: context text(9pt)[#paper.sign_each_page #h(1fr)
    第 #counter(page).display() 页 共 #counter(page).final().first() 页])
#set text(font: song, size: 14pt, lang: "zh", region: "cn")
#set par(justify: true, leading: 0.9em, first-line-indent: (amount: 2em, all: true))
#align(center, text(22pt, weight: "bold", paper.heading))
#align(right, paper.number)
#for party in paper.parties [
  #for row in party [
    #block(spacing: 0.9em)[#for (label, value) in row [#label #if value != none [ #filled(value) ] ]]
  ]
]
#for (heading, paragraphs) in paper.parts [
  #block(text(weight: "bold", heading))
  #for one in paragraphs [#par(one)]
]
#block(breakable: false)[
  #par(paper.copies)
  #grid(columns: (1fr, 1fr), row-gutter: 14mm, ..paper.signatures)
  #align(right)[#paper.seal \\ #paper.day]
]
"""


def typst_setter(folder: Path) -> Callable[[AgreementPaper], bytes]:
    """What sets an agreement with typst, its fonts already loaded."""
    source = folder / "agreement.typ"
    source.write_text(SOURCE, encoding="utf-8")
    compiler = typst.Compiler(str(source), font_paths=[str(resource_path("fonts"))], ignore_system_fonts=True)

    def work(paper: AgreementPaper) -> bytes:
        made = compiler.compile(format="pdf", sys_inputs={"paper": json.dumps(_said(paper), ensure_ascii=False)})
        assert isinstance(made, bytes)
        return made

    return work


def _said(paper: AgreementPaper) -> dict[str, object]:
    words = load_wording("agreement")
    payments = [
        words["payment"].format(
            payer=one.payer,
            payee=one.payee,
            due=one.due,
            method=one.method,
            amount=in_figures_and_capitals(one.amount),
        )
        for one in paper.payments
    ]
    return {
        "title": f"{words['title']} {paper.number}",
        "subject": paper.committee,
        "sign_each_page": words["sign_each_page"],
        "heading": words["title"],
        "number": words["number"].format(number=paper.number),
        "parties": [_party(party) for party in paper.parties],
        "parts": [
            (words["facts"], paper.facts.split("\n")),
            (words["terms"], [f"{at}、{term}" for at, term in enumerate(paper.terms, 1)]),
            (words["performance"], [f"{at}、{line}" for at, line in enumerate((*paper.performance, *payments), 1)]),
        ],
        "copies": words["copies"].format(copies=paper.copies, committee=paper.committee),
        "signatures": [
            *(words["sign_party"].format(label=party.label) for party in paper.parties),
            words["sign_mediator"],
            words["sign_recorder"],
        ],
        "seal": words["committee_seal"].format(committee=paper.committee),
        "day": paper.signed_on,
    }


def _party(party: PartyOnPaper) -> list[list[tuple[str, str | None]]]:
    words = load_wording("agreement")
    return [
        [
            (words["party"].format(label=party.label), None),
            (words["name"], party.name),
            (words["sex"], party.sex),
            (words["ethnicity"], party.ethnicity),
            (words["age"], party.age),
        ],
        [(words["occupation"], party.occupation), (words["contact"], party.contact)],
        [(words["address"], party.address)],
    ]
