"""The foot of the attachments: adding files by dialog, paste and drop, how far it is, and what was refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QFileDialog, QWidget

from app.models import clock
from app.models.files import NO_DOCUMENTS
from app.ui import work
from app.ui.files import sources as handed
from app.ui.files.intake import Refusal, Taken, take_in
from app.ui.files.sources import Source
from app.ui.look import tokens
from app.ui.widgets import Banner, BannerArea, ProgressStrip, button, column, label, row

POSITION = "保留拍摄位置"
POSITION_WHY = "一般不用勾：照片里记着在哪里拍的，去掉以后再传出去也查不到"
DROP = "也可以把照片、扫描件拖到这里，或复制后按 Ctrl+V"
TAKING = "正在加入文件…"


class Taking(QWidget):
    """``prepare(source, keep_position)`` takes one file in, off the screen's thread.

    ``taken`` carries each line as soon as its file is written, ``ended`` what was refused (a list).
    """

    taken = Signal(object)
    ended = Signal(object)

    def __init__(self, prepare: Callable[[Source, bool], Taken]) -> None:
        super().__init__()
        self._prepare = prepare
        self._job: work.Job | None = None
        self._notes: list[str] = []
        self.banners = BannerArea()
        self.progress = ProgressStrip()
        self.add_button = button("添加文件…", icon_name="plus", on_click=self.choose)
        self.add_button.setToolTip("Ctrl+Insert，可以一次选多个")
        self.paste_button = button("粘贴", icon_name="clipboard-paste", on_click=self.paste)
        self.paste_button.setToolTip("Ctrl+V，复制的图片或文件")
        self.paste_button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.keep_position = QCheckBox(POSITION)
        self.keep_position.setProperty("enterField", False)
        self.keep_position.setToolTip(POSITION_WHY)
        self._put_together()

    def _put_together(self) -> None:
        sizes = tokens().sizes
        self.drop_words = label(DROP, "faint", wrap=True)
        acts = row(self.add_button, self.paste_button, gap=sizes.space_s)
        acts.addWidget(self.drop_words, 1)
        position = row(self.keep_position, gap=sizes.space_s)
        position.addWidget(label(POSITION_WHY, "small", wrap=True), 1)
        self.ways = QWidget()
        warning = label(f"{NO_DOCUMENTS}。", "small", wrap=True)
        self.ways.setLayout(column(acts, position, warning, gap=sizes.space_xs))
        self.setLayout(column(self.banners, self.progress, self.ways, gap=sizes.space_s))

    @property
    def is_busy(self) -> bool:
        """True while files are being taken in."""
        return self._job is not None

    def lock(self, *, is_locked: bool) -> None:
        """Reading only: no way to add."""
        self.ways.setVisible(not is_locked)

    # ---- ways in

    def choose(self) -> None:
        """By the dialog, several at once."""
        from app.services.file_types import ACCEPTED

        endings = " ".join(f"*{ending}" for one in ACCEPTED for ending in (one.suffix, *one.also))
        kinds = f"照片、扫描件、文档、录音 ({endings});;所有文件 (*)"
        chosen, _ = QFileDialog.getOpenFileNames(self, "添加文件", "", kinds)
        self.add_files([Path(one) for one in chosen])

    def add_files(self, paths: Sequence[Path]) -> None:
        """These files."""
        self.take(handed.of_paths(paths))

    def paste(self) -> None:
        """What was copied: files, or a picture."""
        if not self.take_mime(QGuiApplication.clipboard().mimeData()):
            banner = Banner("剪贴板里没有图片或文件", "先在别处复制图片，或在文件夹里复制文件，再回到这里粘贴")
            self.banners.show_banner(banner, key="paste")

    def take_mime(self, data: QMimeData) -> bool:
        """What was copied or dropped; False when there is nothing in it for here."""
        found = handed.of_mime(data, clock.now())
        self.take(found)
        return bool(found)

    def take(self, found: Sequence[Source]) -> None:
        """Take these in, one after the other."""
        if not found:
            return
        if self.is_busy:
            self.banners.show_banner(Banner("上一批文件还在加入", "等它们加完再添加"), key="busy")
            return
        self.banners.clear()
        self._notes.clear()
        prepare, keep = self._prepare, self.keep_position.isChecked()
        self._job = take_in(
            found,
            lambda source: prepare(source, keep),
            each=self._on_taken,
            then=self._on_all,
            owner=self,
        )
        self._job.ended.connect(self._on_ended)
        self.destroyed.connect(self._job.cancel)
        self.progress.follow(self._job, TAKING)

    # ---- what became of them

    def say_twin(self, name: str, twin: str) -> None:
        """The same file is there already."""
        banner = Banner(f"“{name}”已经在附件里了", f"与“{twin}”内容相同，没有重复加入")
        self.banners.show_banner(banner)

    def _on_taken(self, one: Taken) -> None:
        self._notes += one.notes
        self.taken.emit(one.line)

    def _on_all(self, refused: list[Refusal]) -> None:
        self._job = None
        if self._notes:
            self.banners.show_banner(Banner(in_short(self._notes)), key="notes")
        if refused:
            some = f"有 {len(refused)} 个文件" if len(refused) > 1 else "有一个文件"
            banner = Banner(f"{some}没有加进来", "\n".join(str(one) for one in refused), weight="warn")
            self.banners.show_banner(banner, key="refused")
        self.ended.emit(refused)

    def _on_ended(self) -> None:
        """Also after an error nobody foresaw: nothing is under way any more, and nothing was whole."""
        if self._job is not None:
            self._job = None
            self.ended.emit([])


def in_short(notes: Sequence[str]) -> str:
    """Many notes as one sentence: ``照片已缩小（3 个）；照片里的拍摄位置已去掉（2 个）``; a single one in full."""
    counted = Counter(note.partition("：")[0] for note in notes)
    if len(notes) == len(counted):
        return "；".join(notes)
    return "；".join(f"{words}（{count} 个）" for words, count in counted.items())
