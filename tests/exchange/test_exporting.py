"""Tables out: text stays text, numbers are masked or journalled, and it says who took it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from app.errors import NotAllowedError
from app.exchange.book import CELL_LIMIT, Book
from app.models import journal
from app.models.policy import User
from app.models.reading import MISSING, Query
from app.models.register import Record, new_id
from app.models.registers import Dispute, Household, Member, Party, Person
from app.models.store import Store
from app.services.exchange import ExportService, ImportService
from app.services.office import Office
from tests.exchange.tables import GOOD_NUMBERS, rows_of


@pytest.fixture
def desk(store: Store) -> Office:
    return Office(store, User("u1", "李干事", "clerk"))


def saved(desk: Office, *records: Record) -> None:
    for record in records:
        desk.store.write("t", lambda unit, one=record: unit.save(one))  # type: ignore[misc]


def exported(desk: Office, tmp_path: Path, register: str, **how: object) -> Path:
    path = tmp_path / "out.xlsx"
    path.write_bytes(ExportService(desk).export_xlsx(register, **how))  # type: ignore[arg-type]
    return path


def test_an_export_holds_labels_days_and_full_numbers(desk: Office, tmp_path: Path) -> None:
    saved(desk, Person(full_name="单𬱖", id_number=GOOD_NUMBERS[0], sex="2", birth_on=date(1949, 12, 31)))
    rows = rows_of(exported(desk, tmp_path, "person"))
    record = dict(zip([str(cell).rstrip("*") for cell in rows[0]], rows[1], strict=True))
    assert record["姓名"] == "单𬱖"
    assert record["证件号码"] == GOOD_NUMBERS[0]
    assert record["性别"] == "女"
    assert str(record["出生日期"]) == "1949-12-31 00:00:00"
    assert str(rows[3][0]).startswith("导出人：李干事")
    assert "共 1 条" in str(rows[3][0])
    assert "妥善保管" in str(rows[3][0])


def test_a_masked_export_shows_no_number_in_full(desk: Office, tmp_path: Path) -> None:
    saved(desk, Person(full_name="张三", id_number=GOOD_NUMBERS[0], phone="13800000001"))
    cells = [str(cell) for row in rows_of(exported(desk, tmp_path, "person", is_masked=True)) for cell in row]
    assert GOOD_NUMBERS[0] not in cells
    assert "110105********002X" in cells
    assert "138****0001" in cells


def test_every_export_is_journalled_and_an_auditor_gets_masked_ones_only(desk: Office, tmp_path: Path) -> None:
    saved(desk, Person(full_name="张三"), Person(full_name="李四", sex="1"))
    auditor = Office(desk.store, User("u2", "审计员", "auditor"))
    with pytest.raises(NotAllowedError):
        ExportService(auditor).export_xlsx("person")
    ExportService(auditor).export_xlsx("person", is_masked=True)
    exported(desk, tmp_path, "person", query=Query("person", filters={"sex": "1"}))
    entries = list(journal.select(desk.store.conn, "kind = 'access'"))
    assert [(op.user, op.content()["what"], op.content()["count"], op.content()["masked"]) for op in entries] == [
        ("u2", "export", 2, True),
        ("u1", "export", 1, False),
    ]
    assert desk.doctor().is_sound


def test_what_was_searched_for_is_sealed_in_the_trace_of_an_export(desk: Office, tmp_path: Path) -> None:
    """Traces go to the county; a name or number typed into the search ends at the township."""
    saved(desk, Person(full_name="张三"))
    exported(desk, tmp_path, "person", query=Query("person", text="张三"))
    (op,) = journal.select(desk.store.conn, "kind = 'access'")
    assert op.payload is not None
    assert "张三" not in op.payload
    where = {"register": "person", "field": "asked", "record_id": op.root}
    assert desk.store.box.open(op.content()["asked"], **where) == {"text": "张三", "filters": {}}


@pytest.mark.parametrize("text", ["=1+1", "+86 138", "-", "@SUM(A1)", "=cmd|' /C calc'!A0", "https://x.cn", "0012"])
def test_text_is_never_taken_for_a_formula_a_number_or_an_address(text: str, desk: Office, tmp_path: Path) -> None:
    saved(desk, Person(full_name="张三", workplace=text))
    path = exported(desk, tmp_path, "person")
    page = openpyxl.load_workbook(path)["人口"]
    (cell,) = [cell for cell in page[2] if cell.value == text]
    assert cell.data_type == "s"
    assert cell.hyperlink is None
    assert cell.quotePrefix == text.startswith(("=", "+", "-", "@"))


def test_a_text_longer_than_a_cell_says_that_it_goes_on(tmp_path: Path) -> None:
    with Book(title="长文") as book:
        book.put(book.sheet("a"), 0, 0, "长" * (CELL_LIMIT + 1))
    (tmp_path / "a.xlsx").write_bytes(book.bytes)
    text = str(rows_of(tmp_path / "a.xlsx")[0][0])
    assert len(text) == CELL_LIMIT
    assert text.endswith("全文见程序）")


def test_lines_stand_on_their_sheet_with_the_number_and_name_of_their_parent(desk: Office, tmp_path: Path) -> None:
    head = Person(full_name="张三")
    home = Household(
        number="007", members=(Member(person=head.id, relation="02"), Member(person=new_id(), relation="10"))
    )
    saved(desk, head, home)
    path = exported(desk, tmp_path, "household")
    main = rows_of(path, "户")
    assert [str(cell).rstrip("*") for cell in main[0]][-2:] == ["户主", "人数"]
    assert main[1][-2:] == ["张三", "2"]
    lines = rows_of(path, "家庭成员")
    assert lines[0][:4] == ["所属序号", "所属户号", "成员*", "与户主关系*"]
    assert [row[:4] for row in lines[1:]] == [[1, "007", "张三", "户主"], [1, "007", MISSING, "配偶"]]


def test_what_ends_at_the_township_is_exported_in_clear_here(desk: Office, tmp_path: Path) -> None:
    saved(desk, Dispute(name="张李宅基地纠纷", story="因院墙", parties=(Party(name="张三"), Party(name="李四"))))
    path = exported(desk, tmp_path, "dispute")
    assert "因院墙" in [cell for row in rows_of(path, "纠纷") for cell in row]
    assert [row[1] for row in rows_of(path, "当事人")[1:]] == ["张李宅基地纠纷"] * 2


def test_a_template_offers_the_villages_of_this_township(desk: Office, tmp_path: Path) -> None:
    from app.models.registers import Place

    saved(desk, Place(name="红旗村", kind="village"))
    path = tmp_path / "template.xlsx"
    path.write_bytes(ImportService(desk).template_xlsx("person"))
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["人口", "填写说明", "选项"]
    assert book["选项"].sheet_state == "hidden"
    assert "红旗村" in [cell.value for row in book["选项"].iter_rows() for cell in row]
    note = next(cell.comment for cell in book["人口"][1] if cell.value == "证件号码")
    assert note is not None
    assert "文本格式" in note.text
