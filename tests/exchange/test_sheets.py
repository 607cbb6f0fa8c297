"""Any table is read; what is none gets a sentence saying what it is and what to do."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from app.errors import UserError
from app.exchange import sheets
from app.exchange.sheets import column_letter, raw_text, read_workbook
from tests.exchange.tables import workbook

FILES = Path(__file__).parent / "files"


def refusal(path: Path) -> UserError:
    with pytest.raises(UserError) as caught:
        read_workbook(path)
    assert caught.value.next_step, "a sentence without a next step"
    assert path.name in caught.value.sentence
    return caught.value


def test_rows_keep_their_numbers_and_cells_their_columns(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page["C5"], page["D7"] = "姓名", 3
    book.save(tmp_path / "a.xlsx")
    (sheet,) = read_workbook(tmp_path / "a.xlsx").sheets
    assert [(row.number, row.cells) for row in sheet.rows] == [
        (5, (None, None, "姓名", None)),
        (7, (None, None, None, 3.0)),
    ]


def test_a_cell_merged_downwards_counts_for_every_row(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in (("人口台账", None, None), ("姓名", "户号", "住址"), ("张三", "001", "红旗村"), ("李四", None, None)):
        page.append(row)
    page.merge_cells("A1:C1")
    page.merge_cells("B3:B4")
    page.merge_cells("C3:C4")
    book.save(tmp_path / "a.xlsx")
    (sheet,) = read_workbook(tmp_path / "a.xlsx").sheets
    assert sheet.rows[0].cells == ("人口台账", None, None)
    assert sheet.rows[3].cells == ("李四", "001", "红旗村")


def test_old_excel_and_open_document_files_are_read(tmp_path: Path) -> None:
    (old,) = read_workbook(FILES / "old.xls").sheets
    assert old.rows[2].cells == ("张三", "11010519491231002X", date(1949, 12, 31), "红旗村一组")
    assert old.rows[3].cells[3] == "红旗村一组"
    renamed = tmp_path / "台账.et"
    renamed.write_bytes((FILES / "old.xls").read_bytes())
    assert read_workbook(renamed).sheets == read_workbook(FILES / "old.xls").sheets
    (open_document,) = read_workbook(FILES / "open.ods").sheets
    assert open_document.rows[1].cells == ("张三", "11010519491231002X")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_tables_are_read_in_the_encodings_offices_use(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('姓名,证件号码,备注\n单𬱖,="11010519491231002X","两行\n备注"\n\n李四,\t007,\n', encoding=encoding)
    (sheet,) = read_workbook(path).sheets
    assert [(row.number, row.cells) for row in sheet.rows] == [
        (1, ("姓名", "证件号码", "备注")),
        (2, ("单𬱖", "11010519491231002X", "两行\n备注")),
        (5, ("李四", "007", None)),
    ]


def test_tabs_and_semicolons_separate_as_well(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("姓名\t住址\n张三\t红旗村，一组\n", encoding="utf-8")
    assert read_workbook(path).sheets[0].rows[1].cells == ("张三", "红旗村，一组")


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("a.xlsx", b"%PDF-1.7 ...", "PDF"),
        ("a.xls", "<html><body><table><tr><td>姓名</td></tr></table></body></html>".encode(), "网页表格"),
        ("a.xls", b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "网页表格"),
        ("a.xlsx", "姓名,住址\n张三,红旗村".encode(), "纯文本"),
        ("a.xlsx", b"Rar!\x1a\x07", "压缩包"),
        ("a.xlsx", b"\x89PNG\r\n", "图片"),
        ("a.csv", bytes(range(256)) * 3, "不是表格文件"),
        ("a.xlsx", b"", "0 字节"),
        ("a.csv", b"   \n \n", "没有内容"),
    ],
)
def test_a_file_that_is_no_table_is_called_by_its_name(name: str, body: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(body)
    assert said in refusal(path).sentence


@pytest.mark.parametrize(("inside", "said"), [("word/document.xml", "Word"), ("照片/1.jpg", "压缩包")])
def test_a_zip_renamed_is_told_from_a_workbook(inside: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr(inside, b"x")
    assert said in refusal(path).sentence


@pytest.mark.parametrize("part", [0.5, 0.95])
def test_half_a_file_is_incomplete(part: float, tmp_path: Path) -> None:
    whole = workbook(tmp_path / "whole.xlsx", [("姓名", "住址"), *((f"张{n}", "红旗村") for n in range(200))])
    body = whole.read_bytes()
    half = tmp_path / "half.xlsx"
    half.write_bytes(body[: int(len(body) * part)])
    assert "不完整" in refusal(half).sentence
    half.with_suffix(".xls").write_bytes((FILES / "old.xls").read_bytes()[:700])
    assert "不完整" in refusal(half.with_suffix(".xls")).sentence


def test_a_password_is_asked_to_be_taken_off() -> None:
    assert "密码" in refusal(FILES / "protected.xlsx").sentence


def test_absent_locked_and_temporary_files_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "找不到" in refusal(tmp_path / "没有.xlsx").sentence
    assert "文件夹" in refusal(tmp_path).sentence
    assert "临时文件" in refusal(tmp_path / "~$a.xlsx").sentence
    path = workbook(tmp_path / "a.xlsx", [("姓名",)])

    def locked(_: Path) -> bytes:
        raise PermissionError(13, "used by another process")

    monkeypatch.setattr(Path, "read_bytes", locked)
    assert "占用" in refusal(path).sentence


def test_a_table_longer_than_anybody_reads_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "ROW_LIMIT", 50)
    long = workbook(tmp_path / "a.xlsx", [("姓名",), *((f"张{n}",) for n in range(80))])
    assert "50 行" in refusal(long).sentence
    text = tmp_path / "a.csv"
    text.write_text("姓名\n" + "张三\n" * 80, encoding="utf-8")
    assert "50 行" in refusal(text).sentence


def test_a_title_and_a_heading_do_not_count_as_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "ROW_LIMIT", 50)
    records = [(f"张{n}",) for n in range(50)]
    full = workbook(tmp_path / "a.xlsx", [("青溪镇人口登记簿",), ("姓名",), *records])
    assert len(read_workbook(full).sheets[0].rows) == 52
    text = tmp_path / "a.csv"
    text.write_text("姓名\n" + "张三\n" * 50, encoding="utf-8")
    assert len(read_workbook(text).sheets[0].rows) == 51


def test_one_stray_cell_far_away_does_not_fill_the_memory(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page["A1"], page["XFD1048576"] = "姓名", "x"
    book.save(tmp_path / "a.xlsx")
    assert "远远超出内容" in refusal(tmp_path / "a.xlsx").sentence


def test_formulas_without_results_are_not_read_as_nothing(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [("姓名", "住址"), ("张三", '=A2&"家"'), ("李四", "=B2")])
    assert "2 个公式" in refusal(path).sentence


def test_cells_are_shown_as_the_spreadsheet_shows_them() -> None:
    assert [
        raw_text(cell) for cell in (None, 3.0, 3.5, True, date(2024, 3, 5), datetime.fromisoformat("2024-03-05T09:30"))
    ] == [
        "",
        "3",
        "3.5",
        "是",
        "2024-03-05",
        "2024-03-05 09:30",
    ]
    assert [column_letter(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
