"""How long papers take: the first agreement of a process, later ones, a long one, a list of 2,000 rows.

The floor is the same text set bare by the same library: plain lines in the same fonts, nothing broken, framed or
counted. Beside it the same agreement set by typst, with the same fonts.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bench._figures import QUICK, against, alone, heading, seconds_of, span, span_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.documents.agreement import AgreementPaper
    from bench._figures import Span

TIMES = 3 if QUICK else 15


def main() -> None:
    """Measure and print."""
    with span() as loading:
        from app.documents.agreement import render_agreement
        from app.documents.fonts import bundled_fonts
        from app.documents.list_print import Column, ListPaper, render_list
        from tests.documents.samples import HARD, LONG, PLAIN
    heading()
    alone("loading what draws papers", loading.seconds)
    book = bundled_fonts()
    alone("first agreement", seconds_of(lambda: render_agreement(PLAIN, fonts=book)))
    alone("first with rare characters", seconds_of(lambda: render_agreement(HARD, fonts=book)))
    for label, paper in (("2 pages", PLAIN), ("3 pages, rare characters", HARD), ("5 pages", LONG)):
        bare = _bare(render_agreement(paper, fonts=book))
        against(f"agreement, {label}", _best(bare), _best(partial(render_agreement, paper, fonts=book)))
    from bench._typst import typst_setter

    with TemporaryDirectory(prefix="bench") as folder:
        by_typst = typst_setter(Path(folder))
        alone("first agreement by typst", seconds_of(lambda: by_typst(PLAIN)))
        for label, paper in (("2 pages", PLAIN), ("5 pages", LONG)):
            theirs, ours = [], []
            for turn in range(TIMES):
                other = _turned(paper, turn)
                theirs.append(span_of(partial(by_typst, other)))
                ours.append(span_of(partial(render_agreement, other, fonts=book)))
            against(f"agreement beside typst, {label}", _quickest(theirs), _quickest(ours), aim=1)
    columns = tuple(Column(label) for label in ("序号", "姓名", "性别", "民族", "出生日期", "电话", "现住地址"))
    rows = [
        (str(at), "张德顺", "男", "汉族", "1958-03-01", "138****0000", f"青石镇河湾村三组{at}号") for at in range(2000)
    ]
    ledger = ListPaper(title="登记簿", columns=columns, rows=rows, printed_on="2026年11月23日", operator="王芳")
    alone("list of 2,000 rows", _best(lambda: render_list(ledger, fonts=book), 2))


def _turned(paper: AgreementPaper, turn: int) -> AgreementPaper:
    """The paper with other words in every paragraph: typst keeps what it set before for what it has seen."""

    def other(text: str) -> str:
        return "\n".join(f"{line}（{turn}）" for line in text.split("\n"))

    return replace(
        paper,
        number=other(paper.number),
        facts=other(paper.facts),
        terms=tuple(map(other, paper.terms)),
        performance=tuple(map(other, paper.performance)),
    )


def _quickest(taken: Sequence[Span]) -> Span:
    return min(taken, key=lambda one: one.seconds)


def _best(work: Callable[[], object], times: int = TIMES) -> float:
    return min(seconds_of(work) for _ in range(times))


def _bare(paper: bytes) -> Callable[[], object]:
    """The lines of a paper set again, one under another, in a single font."""
    from pypdf import PdfReader
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfgen.canvas import Canvas

    pages = [page.extract_text().splitlines() for page in PdfReader(BytesIO(paper)).pages]
    font = next(name for name in pdfmetrics.getRegisteredFontNames() if name not in pdfmetrics.standardFonts)

    def work() -> None:
        canvas = Canvas(BytesIO(), pageCompression=1)
        for lines in pages:
            canvas.setFont(font, 12)
            for at, line in enumerate(lines):
                canvas.drawString(60, 800 - 18 * at, line)
            canvas.showPage()
        canvas.save()

    return work


if __name__ == "__main__":
    main()
