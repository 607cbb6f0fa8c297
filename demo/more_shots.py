"""``python -m demo.more_shots``: pictures of what is not in the day, into ``docs/screenshots/``.

Each is a real window over a real, new township in a folder that is thrown away; people and places are invented.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPolygon
from PySide6.QtWidgets import QApplication, QWidget
from reportlab.pdfgen.canvas import Canvas

from app.models.registers import Dispute
from app.services import practising
from app.services.office import Office
from app.services.setup import NewAccount, NewTownship, create_township
from app.ui.desk import Desk
from app.ui.files.panel import FilesPanel
from app.ui.files.viewer import ViewerWindow
from app.ui.picturing import SIZE, settle
from app.ui.program import make_application
from demo.shots import MOST_BYTES, TARGET, shrink


def landscape(path: Path, sky: str, ground: str, *, upright: bool = False) -> Path:
    """A drawn field with a boundary stone: no photo of a real place."""
    wide, high = (900, 1200) if upright else (1200, 900)
    image = QImage(wide, high, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    air = QLinearGradient(0, 0, 0, high * 0.6)
    air.setColorAt(0, QColor(sky))
    air.setColorAt(1, QColor("#F4F0E6"))
    painter.fillRect(image.rect(), air)
    half = high * 11 // 20
    for shift, shade in ((0, 118), (high // 9, 100), (high // 4, 88)):
        painter.setBrush(QColor(ground).lighter(shade))
        hill = [QPoint(0, half + shift), QPoint(wide // 3, half + shift - high // 12), QPoint(wide, half + shift + 40)]
        painter.drawPolygon(QPolygon([*hill, QPoint(wide, high), QPoint(0, high)]))
    painter.setBrush(QColor("#8C8A84"))
    stone = QRect(wide * 11 // 20, high * 6 // 10, wide // 12, high // 5)
    painter.drawRoundedRect(stone, 14, 14)
    painter.setBrush(QColor("#B3261E"))
    painter.drawRect(stone.adjusted(0, stone.height() // 6, 0, -stone.height() * 2 // 3))
    painter.end()
    image.save(str(path), quality=88)
    return path


def scan(path: Path) -> Path:
    """Three pages that stand for a scanned agreement."""
    canvas = Canvas(str(path))
    for _ in range(3):
        for line in range(24):
            canvas.setFillGray(0.75)
            canvas.rect(90, 740 - line * 26, 400 if line % 6 else 260, 7, stroke=0, fill=1)
        canvas.showPage()
    canvas.save()
    return path


def attachments(desk: Desk, folder: Path) -> Iterator[tuple[str, QWidget]]:
    """A dispute with five files, and one of them in the viewer."""
    text = folder / "双方微信聊天记录摘录.txt"
    text.write_text("11月2日　张三：界桩在东边那棵树下。\n11月2日　李四：不对，在水沟这边。\n", encoding="utf-8")
    files = [
        landscape(folder / "东侧界桩.jpg", "#7FB2E5", "#6E8B4E"),
        landscape(folder / "西侧水沟.jpg", "#9CC3DE", "#8A7F4A"),
        landscape(folder / "界桩近照.jpg", "#B9CFE0", "#75844F", upright=True),
        scan(folder / "调解协议书签字扫描件.pdf"),
        text,
    ]
    dispute = Dispute(name="张三与李四宅基地界址纠纷")
    desk.office.save(dispute)
    form = desk.registers.open("dispute", dispute.id)
    assert form is not None
    panel = form.lines["files"]
    assert isinstance(panel, FilesPanel)
    panel.taking.add_files(files)
    yield "", desk.window
    panel.mark(0)
    panel.table.setFocus()
    form.area.ensureWidgetVisible(panel.frame)
    yield "attachments.png", desk.window
    panel.open_marked()
    yield "", desk.window
    yield "attachment-viewer.png", next(one for one in QApplication.topLevelWidgets() if isinstance(one, ViewerWindow))


def practice(_: Desk, folder: Path) -> Iterator[tuple[str, QWidget]]:
    """我的事项 of the township to learn in, under its yellow band."""
    office = practising.open_practice(folder / "real")
    desk = Desk(office)
    desk.window.resize(*SIZE)
    desk.window.show()
    desk.window.show_pages()
    desk.go("matters")
    yield "", desk.window
    yield "practice.png", desk.window
    desk.window.close()
    desk.close()


SUBJECTS: tuple[Callable[[Desk, Path], Iterator[tuple[str, QWidget]]], ...] = (attachments, practice)
"""Each yields name and window when a picture is ready to be taken; without a name work only comes to its end."""


def main() -> int:
    """Make all pictures; 1 when one is too large."""
    app = make_application()
    TARGET.mkdir(parents=True, exist_ok=True)
    large = 0
    with tempfile.TemporaryDirectory() as made:
        office = _township(Path(made) / "office")
        desk = Desk(office)
        desk.window.resize(*SIZE)
        desk.window.show()
        desk.window.show_pages()
        for subject in SUBJECTS:
            for name, window in subject(desk, Path(made)):
                settle(app)
                if name:
                    large += _take(window, Path(made) / name, TARGET / name) > MOST_BYTES
        desk.window.close()
        settle(app)
        desk.close()
    return 1 if large else 0


def _township(folder: Path) -> Office:
    return create_township(folder, NewTownship("青禾镇", NewAccount("王主任", "qinghe-2026"), "青山县"))[0]


def _take(window: QWidget, raw: Path, path: Path) -> int:
    window.grab().save(str(raw))
    size = shrink(raw, path)
    print(f"{path.name}  {size // 1000} kB")
    return size


if __name__ == "__main__":
    sys.exit(main())
