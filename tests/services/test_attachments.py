"""Attachments: judged by content, made fit, on the disk before the record names them, journalled when looked at."""

from __future__ import annotations

import csv
import errno
import io
import os
import zipfile
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from PIL import Image

from app.errors import NotAllowedError, StoreError, UserError
from app.models import backup, settings
from app.models.policy import User
from app.models.registers import REGISTRY, Hazard, HazardFile
from app.models.store import Store
from app.services import backups, takeout
from app.services.attachments import READ_AT_MOST, Attachments, Prepared, State, clean_name
from app.services.file_types import JPEG, PDF, TEXT
from app.services.office import Office
from app.services.setup import NewAccount, NewTownship, create_township
from app.services.takeout_files import INDEX, safe_name
from tests.conftest import KEY, PASSWORD


@cache
def photo(size: tuple[int, int] = (3200, 2400), *, form: str = "JPEG", place: bool = True, turned: int = 6) -> bytes:
    image = Image.effect_noise(size, 40).convert("RGB")
    exif = Image.Exif()
    if place:
        exif[0x0112] = turned
        exif[0x010F] = "camera of somebody"
        exif.get_ifd(0x8825)[1] = "N"
        exif.get_ifd(0x8825)[2] = (30.0, 16.0, 44.0)
        exif.get_ifd(0x8769)[0x9003] = "2026:05:01 08:30:00"
    out = io.BytesIO()
    image.save(out, form, **({"exif": exif} if place else {}))
    return out.getvalue()


def packed(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


def plain(body: bytes, form: str) -> bytes:
    out = io.BytesIO()
    Image.open(io.BytesIO(body)).convert("RGB").save(out, form)
    return out.getvalue()


@pytest.fixture
def office(store: Store) -> Office:
    """Signed in without the seconds a password takes."""
    return Office(store, User("a" * 32, "王主任", "administrator"))


@pytest.fixture
def township(tmp_path: Path) -> Iterator[Office]:
    """One with its keys: what a backup is opened by."""
    made, _ = create_township(tmp_path / "office", NewTownship("青溪镇", NewAccount("王主任", PASSWORD), "青山县"))
    yield made
    made.store.close()


@pytest.fixture
def attachments(office: Office) -> Attachments:
    return Attachments(office)


def hazard(office: Office, name: str = "东门消防通道堵塞") -> Hazard:
    made = Hazard.model_validate({"name": name, "found_on": date(2026, 5, 1)}).completed()
    assert isinstance(made, Hazard)
    office.save(made)
    return made


def stored(office: Office, record: Hazard) -> Hazard:
    found = office.reader.get("hazard", record.id)
    assert isinstance(found, Hazard)
    return found


def pixels(made: Prepared) -> Image.Image:
    return Image.open(io.BytesIO(made.body))


def test_a_photograph_is_turned_upright_shrunk_and_no_longer_tells_where_it_was_taken(attachments: Attachments) -> None:
    given = photo()
    made = attachments.prepare("IMG_0001.JPG", given)
    assert pixels(made).size == (1800, 2400)
    assert made.size < len(given)
    assert not len(pixels(made).getexif())
    assert b"camera of somebody" not in made.body
    assert b"Exif" not in made.body
    assert (made.kind, made.taken_on, made.name) == ("photo", date(2026, 5, 1), "IMG_0001.jpg")
    assert "拍摄位置已去掉" in " ".join(made.notes)


def test_what_a_program_wrote_into_a_picture_goes_too(attachments: Attachments) -> None:
    out = io.BytesIO()
    Image.effect_noise((3000, 1500), 20).save(out, "JPEG", comment=b"taken by Li at home", xmp=b"<x:xmpmeta>30.27N")
    made = attachments.prepare("x.jpg", out.getvalue())
    assert b"taken by Li" in out.getvalue()
    assert b"taken by Li" not in made.body
    assert b"xmpmeta" not in made.body
    small = io.BytesIO()
    Image.effect_noise((300, 150), 20).save(small, "JPEG", comment=b"taken by Li at home")
    assert b"taken by Li" not in attachments.prepare("x.jpg", small.getvalue()).body


def test_the_place_stays_when_it_is_wanted_and_the_picture_is_upright_all_the_same(attachments: Attachments) -> None:
    made = attachments.prepare("现场.jpg", photo(), keep_position=True)
    exif = pixels(made).getexif()
    assert exif.get_ifd(0x8825)[2] == (30.0, 16.0, 44.0)
    assert exif.get(0x0112) == 1
    assert pixels(made).size == (1800, 2400)
    assert "保留" in " ".join(made.notes)


def test_a_small_bare_picture_stays_byte_for_byte_and_a_small_one_that_tells_is_cleaned(
    attachments: Attachments,
) -> None:
    bare = photo((800, 600), place=False)
    assert attachments.prepare("小.jpg", bare).body == bare
    cleaned = attachments.prepare("小.jpg", photo((800, 600), turned=1))
    assert pixels(cleaned).size == (800, 600)
    assert b"camera of somebody" not in cleaned.body


def test_a_long_screenshot_of_a_talk_keeps_the_width_it_is_read_by(attachments: Attachments) -> None:
    out = io.BytesIO()
    Image.new("RGB", (1080, 16_000), "white").save(out, "PNG")
    assert pixels(attachments.prepare("聊天记录.png", out.getvalue())).size == (1080, 16_000)


@pytest.mark.parametrize("form", ["PNG", "WEBP", "BMP", "TIFF"])
def test_other_pictures_are_taken_too_and_called_what_they_became(attachments: Attachments, form: str) -> None:
    made = attachments.prepare("名不副实.jpg", plain(photo((2800, 1200), place=False), form))
    assert max(pixels(made).size) == 2400
    assert made.name == f"名不副实{made.type.suffix}"
    assert made.media_type in ("image/png", "image/jpeg")


def test_a_scan_of_several_pages_becomes_a_pdf(attachments: Attachments) -> None:
    out = io.BytesIO()
    pages = [Image.new("1", (1654, 2339), 1) for _ in range(3)]
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:], compression="group4")
    made = attachments.prepare("协议.tif", out.getvalue())
    assert (made.name, made.type, made.pages, made.kind) == ("协议.pdf", PDF, 3, "scan")
    assert made.body.startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("name", "body", "media_type"),
    [
        ("合同.docx", packed("[Content_Types].xml", "word/document.xml"), "wordprocessingml.document"),
        ("台账.xlsx", packed("[Content_Types].xml", "xl/workbook.xml"), "spreadsheetml.sheet"),
        ("公函.ofd", packed("OFD.xml", "Doc_0/Document.xml"), "application/ofd"),
        ("老合同.doc", b"\xd0\xcf\x11\xe0" + bytes(512) + "WordDocument".encode("utf-16-le"), "application/msword"),
        ("扫描.pdf", b"%PDF-1.4\n1 0 obj\n<< /Type /Page >>\n%%EOF", "application/pdf"),
        ("情况.txt", "经调解达成一致".encode("gb18030"), "text/plain"),
        ("录音.amr", b"#!AMR\n" + bytes(100), "audio/amr"),
        ("录音.mp3", b"ID3" + bytes(100), "audio/mpeg"),
        ("录音.m4a", b"\x00\x00\x00\x20ftypM4A " + bytes(100), "audio/mp4"),
    ],
)
def test_documents_and_recordings_are_kept_as_they_are(
    attachments: Attachments, name: str, body: bytes, media_type: str
) -> None:
    made = attachments.prepare(name, body)
    assert made.body == body
    assert media_type in made.media_type
    assert made.name == name


def scan_with_a_page_of_nothing() -> bytes:
    """A TIFF whose second page does not say how large it is."""
    body = bytearray(plain(photo((900, 700)), "TIFF"))
    first = int.from_bytes(body[4:8], "little")
    after = first + 2 + 12 * int.from_bytes(body[first : first + 2], "little")
    body[after : after + 4] = len(body).to_bytes(4, "little")
    return bytes(body) + b"\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x01\x00\x00\x00" + bytes(4)


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("空.jpg", b"", "空的"),
        ("扫描.tif", scan_with_a_page_of_nothing(), "已损坏"),
        ("照片.jpg", b"MZ\x90\x00" + bytes(100), "程序"),
        ("脚本.txt", b"#!/bin/sh\nrm -rf", "程序"),
        ("脚本.bat", b"@echo off\r\ndel *.*", "不认识"),
        ("网页.svg", b"<svg onload='x'/>", "不认识"),
        ("打包.docx", packed("a.exe"), "压缩包"),
        ("打包.rar", b"Rar!\x1a\x07" + bytes(50), "压缩包"),
        ("宏.docx", packed("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "宏"),
        ("断.xlsx", packed("[Content_Types].xml", "xl/workbook.xml")[:60], "没有拷贝完整"),
        ("IMG.HEIC", b"\x00\x00\x00\x18ftypheic" + bytes(100), "HEIC"),
        ("录像.mp4", b"\x00\x00\x00\x18ftypisom" + bytes(100), "视频太大"),
        ("装.doc", b"\xd0\xcf\x11\xe0" + bytes(2000), "不认识"),
        ("断.jpg", photo((900, 700))[:9000], "已损坏"),
        ("假.png", b"\x89PNG\r\n\x1a\n" + os.urandom(500), "已损坏"),
    ],
)
def test_what_is_no_material_is_refused_with_what_to_do_instead(
    attachments: Attachments, name: str, body: bytes, said: str
) -> None:
    with pytest.raises(UserError, match=said) as told:
        attachments.prepare(name, body)
    assert told.value.next_step


def test_a_file_over_the_limit_is_refused_kindly_and_the_limit_can_be_set(
    attachments: Attachments, office: Office
) -> None:
    body = b"%PDF-1.4\n" + bytes(3 * 1024 * 1024)
    assert attachments.prepare("扫描.pdf", body).size == len(body)
    settings.change(office.store, settings.ATTACHMENT_LIMIT, "2")
    with pytest.raises(UserError, match=r"3\.0 MB，超过.*2\.0 MB") as told:
        attachments.prepare("扫描.pdf", body)
    assert "200 dpi" in told.value.next_step


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.jpg", "passwd.jpg"),
        (r"C:\照片\现场.JPEG", "现场.jpeg"),
        ("发票\u202egpj.exe.jpg", "发票gpj.exe.jpg"),
        ("a:b*c?.jpg", "a_b_c_.jpg"),
        (" ..  ", "附件.jpg"),
        ("没有后缀", "没有后缀.jpg"),
        ("照片.png", "照片.jpg"),
        ("字" * 300 + ".jpg", "字" * 116 + ".jpg"),
        ("回\x00车\n.jpg", "回车.jpg"),
    ],
)
def test_a_file_name_leads_nowhere_and_deceives_nobody(given: str, kept: str) -> None:
    assert clean_name(given, JPEG) == kept
    assert clean_name("x.csv", TEXT) == "x.csv"


def test_an_attachment_is_saved_opened_undone_and_comes_back(attachments: Attachments, office: Office) -> None:
    record = hazard(office)
    made = attachments.prepare("通道.jpg", photo())
    line = attachments.attach("hazard", record.id, made, remark="整改前")
    (loaded,) = stored(office, record).files
    assert (loaded.file, loaded.name, loaded.remark, loaded.taken_on) == (
        line.file,
        "通道.jpg",
        "整改前",
        made.taken_on,
    )
    assert attachments.open(loaded) == made.body
    looked = [entry for entry in office.history(record.id) if entry.verb == "查看" or "附件" in str(entry)]
    assert (
        looked
        or office.store.conn.execute(
            "SELECT count(*) FROM journal WHERE stream = 'audit' AND payload LIKE '%open_file%' AND root = ?",
            (record.id,),
        ).fetchone()[0]
    )
    act = office.store.conn.execute("SELECT act_id FROM journal WHERE record_id = ?", (line.id,)).fetchone()[0]
    office.undo(act, reason="加错了")
    assert stored(office, record).files == ()
    assert attachments.state(loaded) is State.HERE


def test_what_the_journal_says_of_looking_does_not_say_what_the_file_is_called(
    attachments: Attachments, office: Office
) -> None:
    """Traces of looking go to the county in the clear; names of files end at the township."""
    record = hazard(office)
    line = attachments.attach("hazard", record.id, attachments.prepare("王某被打伤情.txt", "伤情".encode()))
    attachments.open(line)
    said = office.store.conn.execute(
        "SELECT payload FROM journal WHERE stream = 'audit' AND root = ?", (record.id,)
    ).fetchone()[0]
    assert line.id in said
    assert "王某" not in said


def test_the_blob_is_on_the_disk_before_the_record_is_saved(attachments: Attachments, office: Office) -> None:
    line = attachments.line_for("hazard", attachments.prepare("通道.jpg", photo((500, 400))))
    assert isinstance(line, HazardFile)
    assert office.store.blobs.has(line.file)
    assert attachments.open(line)


def test_only_registers_that_keep_files_take_them_and_only_from_those_who_may_write(
    attachments: Attachments, office: Office
) -> None:
    made = attachments.prepare("头像.jpg", photo((500, 400)))
    with pytest.raises(UserError, match=r"人口.*不收附件"):
        attachments.line_for("person", made)
    auditor = Attachments(Office(office.store, User("b" * 32, "审计", "auditor")))
    with pytest.raises(NotAllowedError):
        auditor.line_for("hazard", made)
    assert list(office.store.blobs.ids()) == []


def test_somebody_who_may_not_see_the_register_sees_no_file_of_it(attachments: Attachments, office: Office) -> None:
    made = attachments.prepare("调解.jpg", photo((500, 400)))
    line = attachments.line_for("dispute", made)
    police = Attachments(Office(office.store, User("c" * 32, "民警", "police")))
    for look in (police.open, police.thumbnail):
        with pytest.raises(NotAllowedError):
            look(line)


def test_a_thumbnail_is_small_and_lies_only_in_the_encrypted_database(attachments: Attachments, office: Office) -> None:
    line = attachments.line_for("hazard", attachments.prepare("通道.jpg", photo()))
    small = attachments.thumbnail(line)
    assert small is not None
    assert max(Image.open(io.BytesIO(small)).size) == 240
    office.store.blobs.path(line.file).unlink()
    assert attachments.thumbnail(line) == small, "made once"
    for path in office.store.folder.rglob("*"):
        assert path.is_dir() or small[:200] not in path.read_bytes()
    document = attachments.line_for("hazard", attachments.prepare("x.txt", "说明".encode()))
    assert attachments.thumbnail(document) is None


def test_a_record_whose_file_has_not_come_loads_saves_and_says_so(attachments: Attachments, office: Office) -> None:
    record = hazard(office)
    attachments.attach("hazard", record.id, attachments.prepare("通道.jpg", photo((500, 400))))
    (line,) = stored(office, record).files
    office.store.blobs.path(line.file).unlink()
    assert attachments.state(line) is State.NOT_HERE
    assert [(one.id, missing.id) for one, missing in attachments.missing()] == [(record.id, line.id)]
    for look in (attachments.open, attachments.thumbnail):
        with pytest.raises(StoreError, match="还没有到这台电脑"):
            look(line)
    office.save(stored(office, record).model_copy(update={"location": "市场东门"}))
    assert stored(office, record).files == (line,)


def test_a_damaged_file_takes_no_record_with_it_and_makes_room_for_a_good_one(
    attachments: Attachments, office: Office
) -> None:
    record = hazard(office)
    made = attachments.prepare("通道.jpg", photo((500, 400)))
    attachments.attach("hazard", record.id, made)
    (line,) = stored(office, record).files
    path = office.store.blobs.path(line.file)
    path.write_bytes(path.read_bytes()[:-1])
    assert attachments.check(line) is State.DAMAGED
    with pytest.raises(StoreError, match="已损坏"):
        attachments.open(line)
    assert attachments.state(line) is State.NOT_HERE
    assert attachments.attach("hazard", record.id, made).file == line.file
    assert attachments.open(line) == made.body


def test_what_another_program_wrote_as_a_file_is_never_a_path(attachments: Attachments, office: Office) -> None:
    record = hazard(office)
    attachments.attach("hazard", record.id, attachments.prepare("通道.jpg", photo((500, 400))))
    (line,) = stored(office, record).files
    office.store.write("t", lambda unit: unit.set_fields("hazard_file", line.id, {"file": "../../../etc/passwd"}))
    (bad,) = stored(office, record).files
    assert attachments.state(bad) is State.DAMAGED
    with pytest.raises(StoreError, match="没有可用的文件"):
        attachments.open(bad)
    assert office.doctor() is not None
    assert takeout.take_out(office, office.store.folder.parent / "out").not_here == 1


# -- files from a disk -----------------------------------------------------------------------------------------------


def test_a_file_of_two_gigabytes_is_refused_by_its_size_and_never_read(
    attachments: Attachments, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = tmp_path / "录像.mp4"
    with large.open("wb") as file:
        file.truncate(2 * 1024**3)
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("it was read"))
    with pytest.raises(UserError, match=r"2048\.0 MB，超过"):
        attachments.prepare(large.name, large)
    assert READ_AT_MOST < 2 * 1024**3


def test_a_folder_a_missing_and_a_locked_file_are_said(
    attachments: Attachments, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UserError, match="文件夹"):
        attachments.prepare("x", tmp_path)
    with pytest.raises(StoreError, match="找不到"):
        attachments.prepare("x", tmp_path / "gone.jpg")
    (tmp_path / "open.jpg").write_bytes(b"x")

    def locked(path: Path) -> bytes:
        raise PermissionError(13, "used by another process", str(path))

    monkeypatch.setattr(Path, "read_bytes", locked)
    with pytest.raises(StoreError, match="正被别的程序占用"):
        attachments.prepare("open.jpg", tmp_path / "open.jpg")


# -- out, and in backups ---------------------------------------------------------------------------------------------


def test_everything_out_holds_the_files_in_the_clear_under_safe_names_and_a_list(
    attachments: Attachments, office: Office, tmp_path: Path
) -> None:
    record = hazard(office, "a/b:堵塞")
    one, two = (attachments.prepare("现场.jpg", photo((size, 400))) for size in (500, 600))
    lines = [attachments.attach("hazard", record.id, made, remark="=HYPERLINK(1)") for made in (one, two, two)]
    office.store.blobs.path(lines[0].file).unlink()
    taken = takeout.take_out(office, tmp_path / "out")
    assert (taken.attachments, taken.not_here) == (2, 1)
    folder = tmp_path / "out" / "附件"
    found = sorted(path.relative_to(folder) for path in folder.rglob("*.jpg"))
    assert [path.parts[0] for path in found] == ["隐患", "隐患"]
    assert [(folder / path).read_bytes() for path in found] == [two.body, two.body]
    assert {path.name for path in found} == {"现场（2）.jpg", "现场（3）.jpg"}
    assert str(record.matter_code) in found[0].parts[1]
    with (folder / INDEX).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["情况"][:3] for row in rows] == ["这个附", "已导出", "已导出"]
    assert all(not value.startswith("=") for row in rows for value in row.values())


def test_names_taken_out_are_safe_on_every_disk() -> None:
    taken: set[str] = set()
    made = [safe_name(name, taken) for name in ("CON", "con.txt", "a.jpg", "A.JPG", "..", "x" * 400 + ".jpg", "")]
    assert made[:4] == ["_CON", "_con.txt", "a.jpg", "A（2）.JPG"]
    assert len(made[5]) == 120
    assert len({name.casefold() for name in made}) == len(made)


def test_a_backup_brings_the_files_and_the_next_one_copies_none_again(township: Office, tmp_path: Path) -> None:
    office, attachments = township, Attachments(township)
    record = hazard(office)
    made = attachments.prepare("通道.jpg", photo((500, 400)))
    attachments.attach("hazard", record.id, made)
    first = backups.run(office, tmp_path / "disk")
    attachments.attach("hazard", record.id, attachments.prepare("后.jpg", photo((600, 400))))
    damaged = office.store.blobs.put(b"rusts on this PC" * 9).id
    office.store.blobs.path(damaged).write_bytes(b"rust")
    (line, later) = stored(office, record).files
    office.store.blobs.path(line.file).write_bytes(b"rust too, but the first backup has it whole")
    second = backups.run(office, tmp_path / "disk")
    inside = [folder / "blobs" / line.file[:2] / line.file for folder in (first, second)]
    assert inside[0].stat().st_ino == inside[1].stat().st_ino
    label = backups.copies(second)[0].label
    assert label is not None
    assert (label.attachments, label.damaged) == (2, 1)
    assert backup.damaged_blobs(second) == []
    office.store.close()
    staged = backups.stage(backups.copies(second)[0], tmp_path / "new", backups.with_password("王主任", PASSWORD))
    assert (staged.attachments, staged.damaged) == (2, 0)
    backups.put_in_place(staged)
    with Store(tmp_path / "new", staged.key, registry=REGISTRY) as again:
        assert again.blobs.read(line.file) == made.body
        assert again.blobs.has(later.file)
    assert staged.key != KEY


def test_a_disk_that_fills_while_the_files_are_backed_up_is_said_and_leaves_nothing(
    township: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    attachments, record = Attachments(township), hazard(township)
    attachments.attach("hazard", record.id, attachments.prepare("通道.jpg", photo((500, 400))))

    def full(path: Path, body: bytes) -> int:
        with path.open("wb") as file:
            file.write(body[:10])
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    with monkeypatch.context() as broken:
        broken.setattr(Path, "write_bytes", full)
        with pytest.raises(StoreError, match=r"备份没有写成.*磁盘满了.*没有受影响"):
            backups.run(township, tmp_path / "disk")
    assert list((tmp_path / "disk").iterdir()) == []
    (line,) = stored(township, record).files
    assert attachments.open(line)
    assert backups.copies(backups.run(township, tmp_path / "disk"))


def test_a_damaged_file_in_a_backup_is_counted_and_stops_no_restore(township: Office, tmp_path: Path) -> None:
    office, attachments = township, Attachments(township)
    record = hazard(office)
    attachments.attach("hazard", record.id, attachments.prepare("通道.jpg", photo((500, 400))))
    made = backups.run(office, tmp_path / "disk")
    (line,) = stored(office, record).files
    (made / "blobs" / line.file[:2] / line.file).write_bytes(b"rust")
    assert backup.damaged_blobs(made) == [line.file]
    newer = attachments.attach("hazard", record.id, attachments.prepare("后.jpg", photo((600, 400))))
    data = office.store.folder
    office.store.close()
    staged = backups.stage(backups.copies(made)[0], data, backups.with_password("王主任", PASSWORD))
    assert (staged.attachments, staged.damaged) == (0, 1)
    backups.put_in_place(staged)
    with Store(data, staged.key, registry=REGISTRY) as again:
        assert Hazard.definition.name in REGISTRY.registers
        assert again.blobs.has(newer.file), "newer files of the folder set aside are there for what the county returns"
        assert again.blobs.is_sound(line.file), "and so is the good one of the PC"
