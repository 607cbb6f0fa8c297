"""The sheet itself: size, margins, page numbers, watermark, places to sign on every page; story in, PDF bytes out.

The same story and furniture always give the same bytes. Nothing here reads a clock, a record or a setting.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any

from reportlab.lib.colors import Color
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate
from reportlab.platypus.doctemplate import LayoutError

from app.documents.fonts import FontBook, Role, Written
from app.documents.shaping import Pen, paint_text, rule
from app.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from reportlab.platypus import Flowable

PRODUCER = "乡镇社管通"
GREY = Color(0.45, 0.45, 0.45)
_PALE = Color(0.88, 0.88, 0.88)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page's measures in points. Left is the binding side."""

    width: float = A4[0]
    height: float = A4[1]
    top: float = 25 * mm
    right: float = 25 * mm
    bottom: float = 25 * mm
    left: float = 30 * mm

    @property
    def measure(self) -> float:
        """Width of the type area."""
        return self.width - self.left - self.right

    @property
    def depth(self) -> float:
        """Height of the type area."""
        return self.height - self.top - self.bottom


#: Papers of a mediation dossier: A4, 25 mm, 30 mm on the binding side.
DOSSIER = Sheet()
#: Lists: A4 on its side, bound at the top edge of the upright sheet.
LANDSCAPE = Sheet(width=A4[1], height=A4[0], top=22 * mm, right=15 * mm, bottom=18 * mm, left=15 * mm)

#: Pages of a paper that may fit one when its lines stand closer.
_SPILLED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Furniture:
    """What stands on every page outside the text; every string is printed as it is.

    ``sign_each_page``: label of the place to sign at the lower right of every page but the last, where the signatures
    proper stand. ``notes``: small lines at the lower left, at most 60 mm each (identity of the print, 补印).
    ``watermark``: large and pale across.
    """

    title: str
    subject: str = ""
    notes: tuple[str, ...] = ()
    watermark: str = ""
    sign_each_page: str = ""
    page_number: str = "第 {page} 页　共 {pages} 页"

    def written(self) -> Iterator[Written]:
        """Every text of the furniture, for the glyph check."""
        for text in (self.title, *self.notes, self.watermark, self.sign_each_page, self.page_number):
            yield Written("页边", text)


class _PageCanvas(Canvas):
    """Holds the pages back until their number is known, then adds what needs it."""

    def __init__(self, *args: Any, finish: Callable[[Canvas, int, int], None], **options: Any) -> None:
        super().__init__(*args, **options)
        self.finish = finish
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 - the library's name
        self._pages.append(dict(self.__dict__))
        self._startPage()  # type: ignore[attr-defined]  # the stubs lack it

    def save(self) -> None:
        pages = list(self._pages)
        for number, page in enumerate(pages, start=1):
            self.__dict__.update(page)
            self.finish(self, number, len(pages))
            super().showPage()
        super().save()


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A sheet, its furniture and fonts: turns a story into the bytes of a PDF."""

    furniture: Furniture
    fonts: FontBook
    sheet: Sheet = DOSSIER
    on_page: Callable[[Canvas], None] | None = None

    def render(self, story: Sequence[Flowable]) -> bytes:
        """The finished PDF: compressed, fonts embedded, language zh-CN, the same bytes for the same story.

        Raises:
            UserError: a block that must not be cut is higher than a page.
        """
        return self._build(story)[0]

    def render_short(self, story: Sequence[Flowable], closer: Callable[[], Sequence[Flowable]]) -> bytes:
        """As :meth:`render`; what takes two pages is set ``closer`` (the same story, made anew) if that takes one."""
        made, pages = self._build(story)
        if pages == _SPILLED:
            tight, pages = self._build(closer())
            made = tight if pages == 1 else made
        return made

    def _build(self, story: Sequence[Flowable]) -> tuple[bytes, int]:
        """The file and how many pages it has."""
        target = BytesIO()
        sheet = self.sheet
        text_font = self.fonts.glyph("一")
        document = BaseDocTemplate(
            target,
            pagesize=(sheet.width, sheet.height),
            title=self.furniture.title,
            subject=self.furniture.subject,
            author=PRODUCER,
            creator=PRODUCER,
            lang="zh-CN",
            invariant=1,
            # The library would open every page with Helvetica, named and not embedded.
            initialFontName=text_font.font if text_font else None,
            pageCompression=1,
        )
        frame = Frame(
            sheet.left, sheet.bottom, sheet.measure, sheet.depth,
            leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0,
        )  # fmt: skip
        document.addPageTemplates(PageTemplate(frames=[frame], onPage=self._begin_page))
        try:
            document.build(list(story), canvasmaker=partial(_PageCanvas, finish=self._finish_page))
        except LayoutError as error:
            raise UserError("有一栏文字太长，一页纸放不下", "请把这一栏缩短，详细内容写入正文后再打印") from error
        return target.getvalue(), int(document.page)

    def _begin_page(self, canvas: Canvas, _document: BaseDocTemplate) -> None:
        if self.furniture.watermark:
            canvas.saveState()
            canvas.translate(self.sheet.width / 2, self.sheet.height / 2)
            canvas.rotate(45)
            canvas.setFillColor(_PALE)
            paint_text(
                Pen(canvas, self.fonts, 150), self.furniture.watermark, at=(0, -50), role=Role.SONG_BOLD, align=0.5
            )
            canvas.restoreState()
        if self.on_page:
            self.on_page(canvas)

    def _finish_page(self, canvas: Canvas, page: int, pages: int) -> None:
        sheet, furniture = self.sheet, self.furniture
        foot = 8 * mm
        if furniture.page_number:
            paint_text(
                Pen(canvas, self.fonts, 10.5), furniture.page_number.format(page=page, pages=pages),
                at=(sheet.left + sheet.measure / 2, foot), align=0.5,
            )  # fmt: skip
        canvas.setFillColor(GREY)
        for number, note in enumerate(reversed(furniture.notes)):
            paint_text(Pen(canvas, self.fonts, 8), note, at=(sheet.left, foot + number * 4 * mm))
        canvas.setFillColorRGB(0, 0, 0)
        if furniture.sign_each_page and page < pages:
            self._place_to_sign(canvas)

    def _place_to_sign(self, canvas: Canvas) -> None:
        """Lower right, within the bottom margin: 60 mm for the names of those who sign every page."""
        right = self.sheet.width - self.sheet.right
        y = 14 * mm  # above the page number, 11 mm under the text
        rule(canvas, right - 60 * mm, right, y=y - 2)
        paint_text(
            Pen(canvas, self.fonts, 10.5), f"{self.furniture.sign_each_page}：", at=(right - 60 * mm, y), align=1
        )
