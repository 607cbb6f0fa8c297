"""How long papers take: the first agreement of a process, later ones, a long one, a list of 2,000 rows.

The floor is the same text set bare by the same library: plain lines in the same fonts, nothing broken, framed or
counted.
"""

from __future__ import annotations

from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING

from bench._figures import QUICK, against, alone, heading, seconds_of, span

if TYPE_CHECKING:
    from collections.abc import Callable

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
    columns = tuple(Column(label) for label in ("序号", "姓名", "性别", "民族", "出生日期", "电话", "现住地址"))
    rows = [
        (str(at), "张德顺", "男", "汉族", "1958-03-01", "138****0000", f"青石镇河湾村三组{at}号") for at in range(2000)
    ]
    ledger = ListPaper(title="登记簿", columns=columns, rows=rows, printed_on="2026年11月23日", operator="王芳")
    alone("list of 2,000 rows", _best(lambda: render_list(ledger, fonts=book), 2))


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
