"""Attachments in a form and in their window: real files, a real encrypted store, the ways people hand things over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pypdf
import pytest
from PIL import Image
from PySide6.QtCore import QDeadlineTimer, QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from app.models.blobs import blob_id
from app.models.registers import REGISTRY, Dispute
from app.models.registers.dispute import DisputeFile
from app.models.store import Store
from app.services.attachments import Attachments
from app.services.office import Office
from app.ui import work
from app.ui.desk import Desk as MainDesk
from app.ui.editors.base import Desk
from app.ui.files import panel as panel_module
from app.ui.files.panel import FilesPanel
from app.ui.files.viewer import NO_VIEW, OUTSIDE, ViewerWindow
from app.ui.registers.record_form import RecordForm
from app.ui.widgets import Banner, column
from tests.ui.cut import cut_words
from tests.ui.keys import show_active, type_text

Open = Callable[..., RecordForm]
GPS = 0x8825
SIZES = {"1366 by 768": (1190, 692), "150 percent of that": (859, 436)}


@pytest.fixture(autouse=True)
def _no_dialog(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test opens the system's own dialog: it would wait for a person."""
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([], ""))


@pytest.fixture(autouse=True)
def _no_bugs(qapp: QApplication) -> Iterator[None]:
    """An error nobody foresaw fails the test."""
    bugs: list[BaseException] = []
    work.border.bug = bugs.append
    yield
    work.border.bug = None
    assert bugs == []


@pytest.fixture
def open_form(qtbot: QtBot, office: Office) -> Open:
    """Opens the form of a dispute, at 150 % unless told otherwise."""
    windows: list[QWidget] = []

    def show(
        record: Dispute | None = None,
        *,
        by: Office = office,
        want_file: Callable[[str], object] | None = None,
        size: str = "150 percent of that",
        **more: object,
    ) -> RecordForm:
        desk = Desk(by, want_file=want_file)
        form = RecordForm(by.registry.get("dispute"), desk, record, **more)  # type: ignore[arg-type]
        window = QWidget()
        windows.append(window)  # nothing else holds it
        window.setLayout(column(form))
        window.resize(*SIZES[size])
        show_active(qtbot, window)
        settle()
        return form

    return show


def settle() -> None:
    """Let work off the screen end and its answers arrive."""
    for _ in range(200):
        work.pool().waitForDone()
        QApplication.processEvents()
        if work.is_idle():
            for _ in range(4):
                QApplication.processEvents()
            return


def files_of(form: RecordForm) -> FilesPanel:
    panel = form.lines["files"]
    assert isinstance(panel, FilesPanel)
    return panel


def picture(path: Path, shade: int = 200, size: tuple[int, int] = (320, 240)) -> Path:
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(QColor.fromHsv(shade, 90, 180))
    assert image.save(str(path))
    return path


def pdf(path: Path, pages: int = 2) -> Path:
    writer = pypdf.PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    writer.write(str(path))
    return path


def mixed(folder: Path) -> list[Path]:
    """Five files of three sorts."""
    text = folder / "聊天记录摘录.txt"
    text.write_text("张三：界桩在东边。\n李四：界桩在西边。\n", encoding="utf-8")
    return [
        picture(folder / "东侧石桩.jpg", 20),
        pdf(folder / "协议签字扫描件.pdf", 3),
        picture(folder / "西侧石桩.png", 120, (240, 320)),
        text,
        picture(folder / "全景.jpg", 220),
    ]


def take(form: RecordForm, *paths: Path) -> FilesPanel:
    panel = files_of(form)
    panel.taking.add_files(paths)
    settle()
    return panel


def names(panel: FilesPanel) -> list[object]:
    return [line.values["name"] for line in panel.lines()]


def shown(panel: FilesPanel) -> list[str]:
    return [tile.name for tile in panel.table.source.tiles]


def banners(panel: FilesPanel) -> list[Banner]:
    return panel.taking.banners.banners()


def press(widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(widget, key, modifier)
    settle()


def cursor() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def viewer() -> ViewerWindow:
    found = [one for one in QApplication.topLevelWidgets() if isinstance(one, ViewerWindow) and one.isVisible()]
    assert len(found) == 1
    return found[0]


def saved(form: RecordForm, name: str = "宅基地界址纠纷") -> Dispute:
    form.panel.put({"name": name})
    form.save()
    settle()
    record = form.office.reader.get("dispute", form.record_id)
    assert isinstance(record, Dispute), [str(one) for held in form.findings.at.values() for one in held]
    return record


def drop(panel: FilesPanel, data: QMimeData) -> bool:
    """Drag over the panel and let go; True when the panel took it."""
    keys = (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(panel.rect().center(), Qt.DropAction.CopyAction | Qt.DropAction.MoveAction, data, *keys)
    enter.ignore()
    QApplication.sendEvent(panel, enter)
    if not enter.isAccepted():
        return False
    event = QDropEvent(QPointF(panel.rect().center()), Qt.DropAction.CopyAction | Qt.DropAction.MoveAction, data, *keys)
    QApplication.sendEvent(panel, event)
    assert event.dropAction() is Qt.DropAction.CopyAction  # a move would delete the file where it came from
    settle()
    return True


# ---- the ways in


def test_files_go_into_a_record_that_was_never_saved_and_are_stored_with_it(
    open_form: Open, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = mixed(tmp_path)
    form = open_form()
    panel = files_of(form)
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(one) for one in paths], ""))
    panel.add_button.click()
    settle()
    assert names(panel) == [path.name for path in paths]
    assert shown(panel) == ["东侧石桩.jpg", "西侧石桩.png", "全景.jpg", "协议签字扫描件.pdf", "聊天记录摘录.txt"]
    assert form.is_dirty
    record = saved(form)
    assert [one.name for one in record.files] == [path.name for path in paths]
    attachments = Attachments(office)
    assert attachments.open(record.files[1]) == paths[1].read_bytes()
    assert attachments.open(record.files[3]) == paths[3].read_bytes()
    again = open_form(record)
    assert not again.is_dirty
    tiles = {tile.name: tile for tile in files_of(again).table.source.tiles}
    assert tiles["全景.jpg"].picture is not None
    assert not tiles["全景.jpg"].picture.isNull()
    assert not any(tile.trouble for tile in tiles.values())


@pytest.mark.parametrize("is_ticked", [False, True])
def test_where_a_photo_was_taken_is_removed_unless_wanted(is_ticked: bool, open_form: Open, tmp_path: Path) -> None:
    photo = tmp_path / "现场.jpg"
    with Image.new("RGB", (64, 48), "olive") as made:
        exif = Image.Exif()
        exif.get_ifd(GPS)[2] = (30.0, 15.0, 0.0)
        made.save(photo, exif=exif)
    form = open_form()
    files_of(form).taking.keep_position.setChecked(is_ticked)
    panel = take(form, photo)
    (line,) = saved(form).files
    with Image.open(BytesIO(panel.attachments.open(line))) as kept:
        assert bool(kept.getexif().get_ifd(GPS)) == is_ticked
    (banner,) = banners(panel)
    assert ("保留" if is_ticked else "已去掉") in banner.sentence.text()


def test_a_copied_picture_is_pasted_with_ctrl_v(open_form: Open, office: Office) -> None:
    image = QImage(64, 48, QImage.Format.Format_RGB32)
    image.fill(QColor("steelblue"))
    QApplication.clipboard().setImage(image)
    form = open_form()
    panel = files_of(form)
    panel.add_button.setFocus()
    press(panel.add_button, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    (line,) = panel.lines()
    assert str(line.values["name"]).startswith("粘贴的图片 ")
    (stored,) = saved(form).files
    back = QImage.fromData(Attachments(office).open(stored))
    assert (back.width(), back.height()) == (64, 48)


def test_nothing_to_paste_is_said(open_form: Open) -> None:
    QApplication.clipboard().setText("只是文字")
    panel = files_of(open_form())
    panel.taking.paste_button.click()
    assert panel.lines() == []
    assert "剪贴板里没有图片或文件" in banners(panel)[0].sentence.text()


def test_files_are_dropped_and_never_moved_away(open_form: Open, tmp_path: Path) -> None:
    paths = mixed(tmp_path)[:2]
    panel = files_of(open_form())
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    assert drop(panel, data)
    assert names(panel) == [path.name for path in paths]
    assert all(path.exists() for path in paths)
    words = QMimeData()
    words.setText("一段文字")
    assert not drop(panel, words)


def test_twelve_at_once_with_two_refused_and_ten_taken_in(open_form: Open, tmp_path: Path) -> None:
    good = [picture(tmp_path / f"现场 {number}.png", number * 30) for number in range(10)]
    heic, program = tmp_path / "IMG_0042.heic", tmp_path / "安装.exe"
    heic.write_bytes(b"\x00\x00\x00\x24ftypheic\x00\x00\x00\x00mif1heic" + bytes(200))
    program.write_bytes(b"MZ" + bytes(500))
    panel = take(open_form(), *good[:5], heic, *good[5:], program)
    assert names(panel) == [path.name for path in good]
    (banner,) = banners(panel)
    assert banner.sentence.text() == "有 2 个文件没有加进来"
    first, second = banner.next_step.text().splitlines()
    assert first.startswith("IMG_0042.heic：")
    assert second.startswith("安装.exe：")


def test_the_same_file_is_not_put_in_twice(open_form: Open, tmp_path: Path) -> None:
    path = mixed(tmp_path)[1]
    form = open_form()
    take(form, path)
    panel = take(form, path)
    assert names(panel) == [path.name]
    assert "已经在附件里了" in banners(panel)[0].sentence.text()


def test_saving_while_files_come_in_waits_for_all_of_them(open_form: Open, office: Office, tmp_path: Path) -> None:
    form = open_form()
    form.panel.put({"name": "宅基地界址纠纷"})
    files_of(form).taking.add_files(mixed(tmp_path))
    form.save()
    assert office.reader.get("dispute", form.record_id) is None
    settle()
    record = office.reader.get("dispute", form.record_id)
    assert isinstance(record, Dispute)
    assert len(record.files) == 5
    assert not form.is_dirty


def test_leaving_waits_too_and_stays_when_something_was_refused(open_form: Open, tmp_path: Path, qtbot: QtBot) -> None:
    form = open_form()
    program = tmp_path / "安装.exe"
    program.write_bytes(b"MZ" + bytes(500))
    files_of(form).taking.add_files([*mixed(tmp_path), program])
    with qtbot.assertNotEmitted(form.closed):
        form.request_close()
        settle()
    assert len(files_of(form).lines()) == 5
    with qtbot.waitSignal(form.closed):
        form.request_close()


def test_a_form_that_goes_while_files_come_in_takes_nothing_with_it(open_form: Open, tmp_path: Path) -> None:
    form = open_form()
    files_of(form).taking.add_files(mixed(tmp_path))
    form.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    settle()
    assert work.is_idle()


def test_the_whole_program_may_be_closed_while_files_come_in(office: Office, tmp_path: Path, qtbot: QtBot) -> None:
    desk = MainDesk(office)
    show_active(qtbot, desk.window)
    form = desk.registers.new("dispute")
    assert form is not None
    files_of(form).taking.add_files([picture(tmp_path / f"{one}.png", one * 9, (2000, 1500)) for one in range(6)])
    desk.window.close()
    desk.close()
    settle()
    assert work.is_idle()


# ---- what is there


def test_one_is_taken_away_and_brought_back(open_form: Open, tmp_path: Path) -> None:
    form = open_form()
    panel = take(form, *mixed(tmp_path))
    panel.mark(1)
    panel.table.setFocus()
    press(panel.table, Qt.Key.Key_Delete)
    assert "协议签字扫描件.pdf" not in names(panel)
    banner = form.banners.banners()[-1]
    assert banner.sentence.text() == "已删除附件“协议签字扫描件.pdf”"
    undo = next(one for one in banner.findChildren(QWidget) if one.accessibleName() == "撤销")
    undo.click()  # type: ignore[attr-defined]  # a button
    assert names(panel)[1] == "协议签字扫描件.pdf"


def test_what_was_taken_in_and_never_saved_outlives_a_kill(open_form: Open, office: Office, tmp_path: Path) -> None:
    paths = mixed(tmp_path)
    form = open_form()
    take(form, *paths)
    assert form.keep_draft()
    office.store.submit(lambda _: None).result()
    folder, key, user = office.store.folder, office.store.key, office.user
    office.store.close()
    with Store(folder, key, registry=REGISTRY) as reopened:
        later = Office(reopened, user)
        (draft,) = later.drafts()
        again = open_form(by=later, draft=draft)
        panel = files_of(again)
        assert names(panel) == [path.name for path in paths]
        assert not any(tile.trouble for tile in panel.table.source.tiles)
        record = saved(again)
        assert Attachments(later).open(record.files[1]) == paths[1].read_bytes()
        again.close()
        form.close()


def test_name_kind_and_remark_are_written_by_keys_alone(open_form: Open, tmp_path: Path) -> None:
    form = open_form()
    panel = take(form, *mixed(tmp_path))
    assert cursor() is panel.table
    press(panel.table, Qt.Key.Key_Home)
    press(panel.table, Qt.Key.Key_Right)
    assert panel.table.current_key() == panel.lines()[2].id
    press(panel.table, Qt.Key.Key_F2)
    type_text(cursor(), "西侧石桩（补拍）")
    press(cursor(), Qt.Key.Key_Return)
    panel.panel.focus_field("remark")
    type_text(cursor(), "李四在场")
    press(cursor(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert cursor() is panel.details.done_button
    press(cursor(), Qt.Key.Key_Return)
    assert cursor() is panel.table
    assert "西侧石桩（补拍）.png" in shown(panel)  # its ending stayed
    line = saved(form).files[2]
    assert (line.name, line.remark) == ("西侧石桩（补拍）.png", "李四在场")


def test_an_empty_name_is_complained_about_where_it_is_written(open_form: Open, tmp_path: Path) -> None:
    form = open_form()
    panel = take(form, *mixed(tmp_path))
    form.panel.put({"name": "宅基地界址纠纷"})
    panel.mark(2)
    panel.panel.put({"name": None})
    panel.mark(0)
    form.save()
    settle()
    assert form.office.reader.get("dispute", form.record_id) is None
    assert panel.table.current_key() == panel.lines()[2].id
    assert cursor() is panel.panel.editors["name"].widget
    assert panel.panel.rows["name"].finding.isVisible()


def test_who_may_only_read_opens_but_adds_nothing(open_form: Open, office: Office, tmp_path: Path) -> None:
    form = open_form()
    take(form, *mixed(tmp_path))
    record = saved(form)
    office.user = replace(office.user, role="auditor")
    reading = open_form(record)
    panel = files_of(reading)
    assert not panel.add_button.isVisible()
    assert not panel.acts.remove_button.isVisible()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "全景.jpg"))])
    assert not drop(panel, data)
    panel.remove()
    assert len(panel.lines()) == 5
    assert panel.acts.open_button.isVisible()


@pytest.mark.parametrize("size", SIZES)
def test_no_word_is_cut_and_every_tile_has_its_room(size: str, open_form: Open, tmp_path: Path) -> None:
    form = open_form(size=size)
    program = tmp_path / "一个名字很长很长很长很长很长很长的安装程序.exe"
    program.write_bytes(b"MZ" + bytes(500))
    panel = take(form, *mixed(tmp_path), program)
    panel.edit()
    settle()
    assert cut_words(form) == []
    view = panel.table
    rects = [view.visualRect(view.source.index(at)) for at in range(5)]
    assert all(rect.left() >= 0 and rect.right() <= view.viewport().width() for rect in rects)
    assert not any(one.intersects(other) for at, one in enumerate(rects) for other in rects[at + 1 :])
    assert max(rect.bottom() for rect in rects) <= view.viewport().height()
    assert len({rect.top() for rect in rects[:3]}) == 1


# ---- looking at them


def test_enter_opens_and_page_keys_go_through_all(open_form: Open, tmp_path: Path) -> None:
    form = open_form()
    panel = take(form, *mixed(tmp_path))
    panel.mark(0)
    press(panel.table, Qt.Key.Key_Return)
    window = viewer()
    seen = []
    for _ in range(5):
        seen.append((str(window.line.name), window.stack.currentWidget()))
        press(window, Qt.Key.Key_PageDown)
    assert [name for name, _ in seen] == shown(panel)
    assert [page for _, page in seen] == [window.picture] * 3 + [window.pages, window.text]
    assert window.pages.pdf.pageCount() == 3
    assert "界桩在西边" in window.text.toPlainText()
    press(window, Qt.Key.Key_PageUp)
    assert window.line.name == "协议签字扫描件.pdf"
    press(window, Qt.Key.Key_Escape)
    assert form.window().focusWidget() is panel.table


def test_a_picture_is_shown_whole_in_its_own_size_and_turned(open_form: Open, tmp_path: Path) -> None:
    form = open_form()
    panel = take(form, picture(tmp_path / "大图.png", 40, (1600, 1200)))
    panel.open_marked()
    settle()
    window = viewer()
    whole = window.picture.scale_now
    assert whole < 1
    assert not window.picture.horizontalScrollBar().isVisible()
    press(window, Qt.Key.Key_1)
    assert window.picture.scale_now == pytest.approx(1.0)
    press(window, Qt.Key.Key_Minus)
    assert window.picture.scale_now == pytest.approx(0.8)
    press(window, Qt.Key.Key_0)
    press(window, Qt.Key.Key_R)
    assert window.picture.turned == 90
    assert window.picture.scale_now < whole  # its long side stands upright now
    assert cut_words(window) == []


def test_a_copy_outside_is_the_same_file_and_is_said_to_lie_open(
    open_form: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = open_form()
    source = pdf(tmp_path / "扫描件.pdf")
    panel = take(form, source)
    panel.panel.put({"name": "签字的"})
    panel.open_marked()
    settle()
    window = viewer()
    target = tmp_path / "存出去.pdf"
    window.save_as(target)
    settle()
    assert target.read_bytes() == source.read_bytes()
    assert OUTSIDE in window.banners.banners()[0].next_step.text()
    offered: list[str] = []

    def left(_window: QWidget, _title: str, name: str, _kinds: str) -> tuple[str, str]:
        offered.append(name)
        return "", ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", left)
    window.save_as()
    assert offered == ["签字的.pdf"]
    window.save_as(tmp_path / "没有这个文件夹" / "存出去.pdf")
    settle()
    assert "没能保存到" in window.banners.banners()[-1].sentence.text()


def test_what_cannot_be_shown_is_offered_to_be_saved(open_form: Open, tmp_path: Path) -> None:
    form = open_form()
    broken = tmp_path / "坏的.pdf"
    broken.write_bytes(b"%PDF-1.7\n" + bytes(100))
    panel = take(form, broken)
    panel.open_marked()
    settle()
    window = viewer()
    assert [one for one in window.said.findChildren(QWidget) if one.accessibleName() == NO_VIEW]
    assert window.save_button.isEnabled()
    assert not window.print_button.isEnabled()


def test_a_file_that_has_not_come_says_so_and_what_to_do(open_form: Open, office: Office) -> None:
    far = DisputeFile(name="派出所拍的.jpg", file="ab" * 32, media_type="image/jpeg", size=250_000)
    dispute = Dispute(name="宅基地界址纠纷", files=(far,))
    office.save(dispute)
    form = open_form(office.reader.get("dispute", dispute.id))
    panel = files_of(form)
    (tile,) = panel.table.source.tiles
    assert "未到" in tile.trouble
    panel.open_marked()
    settle()
    window = viewer()
    said = window.stack.currentWidget().findChildren(QWidget)
    assert any("还没有到这台电脑" in one.accessibleName() for one in said)
    assert not window.save_button.isEnabled()


def test_a_missing_file_is_asked_for_when_opened_and_shown_when_it_comes(
    open_form: Open, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = picture(tmp_path / "远处.png").read_bytes()
    sealed = office.store.blobs.seal(body)
    name = blob_id(sealed)
    dispute = Dispute(name="宅基地界址纠纷", files=(DisputeFile(name="远处.png", file=name, media_type="image/png"),))
    office.save(dispute)
    monkeypatch.setattr(panel_module, "LOOK_AGAIN_MS", 10)
    asked: list[str] = []
    form = open_form(office.reader.get("dispute", dispute.id), want_file=asked.append)
    panel = files_of(form)
    panel.open_marked()
    settle()
    window = viewer()
    assert asked == [name]
    assert window.stack.currentWidget() is window.said
    office.store.blobs.accept(name, sealed)
    deadline = QDeadlineTimer(5_000)
    while window.stack.currentWidget() is not window.picture and not deadline.hasExpired():
        settle()
    assert window.stack.currentWidget() is window.picture
    assert [tile.trouble for tile in panel.table.source.tiles] == [""]


def test_closing_the_window_while_a_file_is_decrypted_is_no_error(open_form: Open, tmp_path: Path) -> None:
    form = open_form()
    panel = take(form, picture(tmp_path / "大图.png", 40, (1600, 1200)))
    panel.open_marked()
    window = viewer()
    window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    settle()
    assert work.is_idle()
    assert not [one for one in QApplication.topLevelWidgets() if isinstance(one, QPlainTextEdit)]
