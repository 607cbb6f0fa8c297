"""The window in which attachments are looked at: pictures, PDF and text here, anything else only saved outside.

Decrypts in memory; a file leaves the encrypted store only by 另存为, which says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QKeySequence, QShortcut
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QStackedWidget, QWidget

from app.errors import AppError
from app.models.files import FileLine
from app.ui import work
from app.ui.files.picture_view import STEP, PictureView, print_picture
from app.ui.files.words import PDF, PICTURE, icon_of, size_words
from app.ui.look import tokens
from app.ui.pdf_pages import PdfPages, a4_printer, print_pages
from app.ui.saving import ask_where, write_file
from app.ui.widgets import Banner, BannerArea, EmptyState, button, column, elided, icon_button, label, row

if TYPE_CHECKING:
    from app.services.attachments import Attachments

OUTSIDE = "另存出去的这一份没有加密，谁拿到都能看，用完请删除"
NO_VIEW = "这种文件不能在这里查看"
ENCODINGS = ("utf-8-sig", "gb18030")


class ViewerWindow(QDialog):
    """One attachment in front of the user; PgUp and PgDn go through the others of the record."""

    def __init__(self, parent: QWidget | None, attachments: Attachments, lines: Sequence[FileLine], *, at: int) -> None:
        super().__init__(parent)
        self.want_file: Callable[[str], object] | None = None
        self._attachments = attachments
        self._lines = list(lines)
        self._at = at
        self._body: bytes | None = None
        self._image = QImage()
        self._make_pages()
        self._make_buttons()
        self._put_together()
        self._keys()
        room = self.screen().availableSize()  # never larger than the screen, its title bar included
        em = tokens().sizes.em
        self.resize(QSize(em * 76, em * 54).boundedTo(room - QSize(em * 4, em * 4)))
        self.go_to(at)

    @property
    def line(self) -> FileLine:
        """The attachment in front."""
        return self._lines[self._at]

    # ---- put together

    def _make_pages(self) -> None:
        self.picture = PictureView()
        self.pages = PdfPages(self, "附件")
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName("文字")
        self.said = QWidget()
        self._sentence: EmptyState | None = None
        self.said.setLayout(column())
        self.stack = QStackedWidget()
        for page in (self.said, self.picture, self.pages, self.text):
            self.stack.addWidget(page)

    def _make_buttons(self) -> None:
        self.name = elided("", "strong")
        self.facts = label("", "faint")
        self.count = label("", "faint")
        self.scale_words = label("", "faint")
        self.smaller = icon_button("zoom-out", "缩小（-）", on_click=lambda: self.picture.zoom(1 / STEP))
        self.larger = icon_button("zoom-in", "放大（+）", on_click=lambda: self.picture.zoom(STEP))
        self.fit_button = button("适合窗口", "small", on_click=self.picture.fit)
        self.fit_button.setToolTip("0")
        self.own_button = button("原大", "small", on_click=self.picture.own_size)
        self.own_button.setToolTip("1")
        self.turn_button = button("旋转", "small", icon_name="rotate-cw", on_click=self.picture.turn)
        self.turn_button.setToolTip("R，只是转着看，不改动文件")
        self.back_button = button("上一个", icon_name="chevron-left", on_click=partial(self.step, -1))
        self.back_button.setToolTip("PgUp")
        self.next_button = button("下一个", icon_name="chevron-right", on_click=partial(self.step, 1))
        self.next_button.setToolTip("PgDn")
        self.print_button = button("打印…", icon_name="printer", on_click=self.print_file, shortcut="Ctrl+P")
        self.save_button = button("另存为…", icon_name="download", on_click=self.save_as, shortcut="Ctrl+S")
        self.close_button = button("关闭", on_click=self.reject)
        self.close_button.setToolTip("Esc")
        self._of_picture = (self.scale_words, self.smaller, self.larger, self.fit_button, self.own_button)
        self.picture.scaled.connect(lambda scale: self.scale_words.setText(f"{scale:.0%}"))

    def _put_together(self) -> None:
        sizes = tokens().sizes
        head = row(gap=sizes.space_s)
        head.addWidget(self.name, 1)
        for each in (self.facts, *self._of_picture, self.turn_button):
            head.addWidget(each)
        acts = (self.print_button, self.save_button, self.close_button)
        foot = row(self.back_button, self.next_button, self.count, None, *acts)
        self.banners = BannerArea()
        lines = column(head, self.banners, gap=sizes.space_m, margin=sizes.space_l)
        lines.addWidget(self.stack, 1)
        lines.addLayout(foot)
        self.setLayout(lines)

    def _keys(self) -> None:
        keys: dict[str, Callable[[], object]] = {
            "PgUp": partial(self.step, -1),
            "PgDown": partial(self.step, 1),
            "+": lambda: self.picture.zoom(STEP),
            "=": lambda: self.picture.zoom(STEP),
            "-": lambda: self.picture.zoom(1 / STEP),
            "0": self.picture.fit,
            "1": self.picture.own_size,
            "R": self.picture.turn,
        }
        for key, act in keys.items():
            QShortcut(QKeySequence(key), self).activated.connect(act)

    # ---- going through

    def step(self, by: int) -> None:
        """To the next one or the one before, as far as there are."""
        if 0 <= self._at + by < len(self._lines):
            self.go_to(self._at + by)

    def go_to(self, at: int) -> None:
        """Bring the attachment that stands there in front."""
        self._at, self._body = at, None
        line, count = self.line, len(self._lines)
        self.setWindowTitle(str(line.name))
        self.name.setText(str(line.name))
        self.facts.setText(size_words(line.size))
        self.count.setText(f"第 {at + 1} 个，共 {count} 个" if count > 1 else "")
        for each, is_there in ((self.back_button, at > 0), (self.next_button, at < count - 1)):
            each.setVisible(count > 1)
            each.setEnabled(is_there)
        self.banners.clear()
        self._say("正在打开…", "", "hourglass")
        work.run(
            partial(_opened, self._attachments, line),
            then=lambda found: self._on_opened(at, found),
            failed=lambda error: self._on_refused(at, error),
            owner=self,
        )

    def _on_opened(self, at: int, found: tuple[bytes, QImage]) -> None:
        if at != self._at:
            return
        self._body, self._image = found
        media_type = str(self.line.media_type)
        if not self._image.isNull():
            self._front(self.picture)
            self.picture.show_picture(self._image)
        elif media_type == PDF and self.pages.show_body(self._body):
            self._front(self.pages)
        elif media_type.startswith("text/") and (words := _decoded(self._body)) is not None:
            self._front(self.text)
            self.text.setPlainText(words)
        else:
            self._say(NO_VIEW, "请用“另存为”存到电脑上，再用别的程序打开。" + OUTSIDE + "。", icon_of(media_type))
            self._set_acts(can_print=False, can_save=True)

    def _on_refused(self, at: int, error: AppError) -> None:
        if at == self._at:
            self._say(error.sentence, error.next_step, "triangle-alert")
            if self.want_file is not None:
                self.want_file(str(self.line.file))

    def on_came(self, file: str) -> None:
        """A file that was missing is here: show it, if it is the one in front."""
        if self._body is None and str(self.line.file) == file and self.stack.currentWidget() is self.said:
            self.go_to(self._at)

    def _front(self, page: QWidget) -> None:
        self.stack.setCurrentWidget(page)
        self._set_acts(can_print=page is not self.text, can_save=True)
        page.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say(self, sentence: str, next_step: str, icon_name: str) -> None:
        """A sentence in place of the content."""
        lines = self.said.layout()
        assert lines is not None  # noqa: S101 - made with it
        if self._sentence is not None:
            lines.removeWidget(self._sentence)
            self._sentence.hide()
            self._sentence.deleteLater()
        self._sentence = EmptyState(icon_name, sentence, next_step)
        lines.addWidget(self._sentence)
        self.stack.setCurrentWidget(self.said)
        self._set_acts(can_print=False, can_save=False)

    def _set_acts(self, *, can_print: bool, can_save: bool) -> None:
        is_picture = self.stack.currentWidget() is self.picture
        for each in (*self._of_picture, self.turn_button):
            each.setVisible(is_picture)
        self.print_button.setEnabled(can_print)
        self.save_button.setEnabled(can_save)

    # ---- out of the store

    def save_as(self, path: Path | None = None) -> None:
        """Write a copy outside, to a place the user chooses (or to ``path``)."""
        if self._body is None:
            return
        if path is None:
            path = ask_where(self, _outside_name(self.line), title="另存为")
            if path is None:
                return
        target, body = path, self._body

        def saved(where: Path) -> None:
            self.banners.show_banner(Banner(f"已存到 {where}", OUTSIDE, weight="warn"), key="saved")

        work.run(lambda: write_file(target, body), then=saved, failed=self.banners.show_error, owner=self)

    def print_file(self) -> None:
        """Choose a printer; pages as they are, a picture as large as the sheet allows."""
        if not self.print_button.isEnabled():
            return
        printer = a4_printer(str(self.line.name))
        if QPrintDialog(printer, self).exec() != QDialog.DialogCode.Accepted:
            return
        if self.stack.currentWidget() is self.pages:
            print_pages(self.pages.pdf, printer)
        else:
            print_picture(self._image, printer)


def _opened(attachments: Attachments, line: FileLine) -> tuple[bytes, QImage]:
    """The bytes, and the picture they are (none for anything else); decoded off the screen's thread."""
    body = attachments.open(line)
    is_picture = str(line.media_type).startswith(PICTURE)
    return body, QImage.fromData(body) if is_picture else QImage()


def _outside_name(line: FileLine) -> str:
    """Its name with the ending that fits, also when somebody renamed it without: other programs go by that."""
    from app.services.attachments import clean_name
    from app.services.file_types import ACCEPTED

    kind = next((one for one in ACCEPTED if one.media_type == line.media_type), None)
    return clean_name(str(line.name), kind) if kind is not None else str(line.name)


def _decoded(body: bytes) -> str | None:
    """The text in the two encodings of Chinese offices; None when it is in neither."""
    for encoding in ENCODINGS:
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
