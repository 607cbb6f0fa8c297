"""Numbers on paper: one PC numbers, others draw blocks, nothing given comes back, every number is accounted for."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from app.errors import NotAllowedError, UserError
from app.models import clock, number_reading
from app.models.number_books import Kind, State
from app.models.policy import User
from app.models.registers import Agreement, Committee, Dispute, Party
from app.models.store import set_meta
from app.services import backups, number_sheet, numbers, papers, setup
from app.services.number_books import Device, NumberBooks
from app.services.office import Office
from tests.conftest import PASSWORD

OTHER = Device("b" * 32, "派出所电脑")
FIRST = "（2026）青溪镇人调字第{}号"


def committee_of(office: Office) -> Committee:
    (found,) = (one for one in office.reader.all("committee") if isinstance(one, Committee))
    return found


def dispute(office: Office, *, signed_on: date = date(2026, 11, 20)) -> Dispute:
    made = Dispute(
        name="张三与李四相邻纠纷",
        committee=committee_of(office).id,
        parties=(Party(name="张三", address="青溪村"), Party(name="李四", role="respondent", address="青溪村")),
        agreements=(
            Agreement(
                facts="因引水渠发生争执。", clauses="恢复原水渠。", performance="立即。", mediators="王主任",
                signed_on=signed_on,
            ),
        ),
    )  # fmt: skip
    office.save(made)
    return made


def printed(office: Office, *, signed_on: date = date(2026, 11, 20)) -> str:
    return papers.print_agreement(office, dispute(office, signed_on=signed_on).id).number


def key_of(office: Office, kind: Kind = Kind.AGREEMENT, year: int = 2026) -> tuple[str, str, int]:
    return numbers.book_key(committee_of(office), kind, year)


def stop_numbering(office: Office) -> None:
    """Make it a PC that has neither books nor block."""
    office.store.submit(lambda conn: set_meta(conn, numbers.HOLDS_BOOKS, "")).result()


def states(office: Office, year: int = 2026) -> list[State]:
    return [one.state for one in NumberBooks(office).ledger().book(key_of(office, year=year)).numbers()]


def test_on_the_first_day_the_first_pc_numbers_and_says_so_in_the_book(office: Office) -> None:
    assert [printed(office), printed(office)] == [FIRST.format(1), FIRST.format(2)]
    (line,) = NumberBooks(office).lines()
    assert (line.is_here, line.last, line.used) == (True, FIRST.format(2), 2)
    assert line.holder.startswith(NumberBooks(office).ledger().device_name)


def test_a_block_for_another_pc_is_never_given_here(office: Office) -> None:
    books = NumberBooks(office)
    printed(office)
    assert books.grant(key_of(office), OTHER) == (2, 11)
    assert printed(office) == FIRST.format(12)
    (block,) = books.lines()[0].blocks
    assert (block.first, block.last, block.left) == (2, 11, 10)


def test_a_pc_with_a_block_uses_it_up_and_then_prints_number_to_come(office: Office) -> None:
    books = NumberBooks(office)
    own = books.this_pc()
    books.grant(key_of(office), own, size=2)
    books.hand_over(committee_of(office).id, OTHER, reason="换用新电脑")
    assert [printed(office) for _ in range(3)] == [FIRST.format(1), FIRST.format(2), ""]
    assert books.lines()[0].holder.startswith("派出所电脑")
    with pytest.raises(UserError, match="编号簿不在这台电脑上"):
        books.grant(key_of(office), OTHER)


def test_a_paper_printed_without_number_is_numbered_later_with_or_without_printing(office: Office) -> None:
    stop_numbering(office)
    first, second = dispute(office), dispute(office)
    for one in (first, second):
        assert papers.print_agreement(office, one.id).number == ""
    with pytest.raises(UserError, match="不在这台电脑上编"):
        numbers.number_agreement(office, first.id)
    books = NumberBooks(office)
    assert [one.dispute for one in books.unnumbered()] == [first.id, second.id]
    books.take_over(committee_of(office).id, reason="原电脑损坏", gap=0)
    assert numbers.number_agreement(office, first.id) == FIRST.format(1)
    again = papers.print_agreement(office, second.id)
    assert (again.number, again.reprint) == (FIRST.format(2), 0)
    assert books.unnumbered() == []
    with pytest.raises(UserError, match="没有等着编号"):
        numbers.number_agreement(office, first.id)


def test_a_voided_number_stays_in_the_list_and_the_dispute_gets_another(office: Office) -> None:
    made = dispute(office)
    spoiled = papers.print_agreement(office, made.id).number
    books = NumberBooks(office)
    books.void(spoiled, reason="打印错误")
    found = office.reader.get("dispute", made.id)
    assert isinstance(found, Dispute)
    assert (found.agreements[0].number, found.dossier_number) == (None, None)
    assert papers.print_agreement(office, made.id).number == FIRST.format(2)
    assert states(office) == [State.VOID, State.USED]
    with pytest.raises(UserError, match="已经作废"):
        books.void(spoiled, reason="打印错误")
    with pytest.raises(UserError, match="还没有编出来"):
        books.void(FIRST.format(9), reason="打印错误")
    with pytest.raises(UserError, match="没有哪个调委会这样编号"):
        books.void("县调第1号", reason="打印错误")
    with pytest.raises(UserError, match="要写明原因"):
        books.void(FIRST.format(2), reason=" ")


def test_undoing_a_print_or_deleting_the_dispute_never_frees_its_number(office: Office) -> None:
    made = dispute(office)
    papers.print_agreement(office, made.id)
    for entry in office.history(made.id)[:1]:
        office.undo(entry.act_id, reason="误操作")
    office.delete("dispute", made.id, reason="重复")
    assert printed(office) == FIRST.format(2)


def test_what_was_written_into_the_book_is_not_taken_back(office: Office) -> None:
    made, books = dispute(office), NumberBooks(office)
    books.void(papers.print_agreement(office, made.id).number, reason="打印错误")
    books.grant(key_of(office), OTHER, size=3)
    books.hand_over(committee_of(office).id, OTHER, reason="换用新电脑")
    acts = {row[0] for row in office.store.conn.execute("SELECT act_id FROM journal WHERE register = 'number_entry'")}
    refused = 0
    for act in acts:
        try:
            office.undo(act, reason="误操作")
        except UserError:
            refused += 1
    assert (len(acts), refused) == (4, 3)
    assert states(office)[0] is State.VOID
    assert papers.print_agreement(office, made.id).number != FIRST.format(1)


def test_why_a_number_is_void_ends_at_the_township(office: Office) -> None:
    made, books = dispute(office), NumberBooks(office)
    books.void(papers.print_agreement(office, made.id).number, reason="张三当场反悔")
    books.hand_over(committee_of(office).id, OTHER, reason="李四调走")
    said = "".join(row[0] for row in office.store.conn.execute("SELECT payload FROM journal"))
    assert "当场反悔" not in said
    assert "调走" not in said


def test_taking_over_goes_on_beyond_blocks_and_leaves_a_gap_of_the_said_size(office: Office) -> None:
    books = NumberBooks(office)
    printed(office)
    books.grant(key_of(office), OTHER, size=3)
    committee = committee_of(office).id
    with pytest.raises(UserError, match="不用接管"):
        books.take_over(committee, reason="试试")
    books.hand_over(committee, OTHER, reason="换用新电脑")
    with pytest.raises(UserError, match="0 到 500"):
        books.take_over(committee, reason="那台坏了", gap=501)
    books.take_over(committee, reason="那台坏了", gap=5)
    assert printed(office) == FIRST.format(10)
    assert states(office) == [State.USED, *[State.HELD] * 3, *[State.UNKNOWN] * 5, State.USED]


def test_two_pcs_that_took_over_at_once_and_a_number_used_twice_are_said(office: Office) -> None:
    books, committee = NumberBooks(office), committee_of(office).id
    books.hand_over(committee, OTHER, reason="换用新电脑")
    third = Device("c" * 32, "第三台")
    made = books.ledger().taken(committee, [], "坏了", gap=0)
    office.store.write("x", lambda unit: numbers.write(unit, made, by="王主任"))
    rival = [*books.ledger().entries][-1]
    assert rival.generation == 3
    twin = type(rival)(committee=committee, kind="agreement", year=0, what="holder", generation=3, device=third.id,
                       device_name=third.name)  # fmt: skip
    office.store.write("x", lambda unit: numbers.write(unit, [twin], by="李干事"))
    assert any("同时接管" in one for one in books.troubles())
    first, second = dispute(office), dispute(office)
    for one in (first, second):
        stored = office.reader.get("dispute", one.id)
        assert isinstance(stored, Dispute)
        agreement = stored.agreements[0].model_copy(update={"number": FIRST.format(7)})
        office.save(stored.model_copy(update={"agreements": (agreement,)}))
    assert any("第7号" in one and "2 件纠纷" in one for one in books.troubles())


def test_closing_a_year_strikes_out_what_is_left_and_ends_its_numbers(office: Office) -> None:
    with clock.day_set_to(date(2026, 11, 30)):
        books, key = NumberBooks(office), key_of(office)
        printed(office)
        books.grant(key, OTHER)
        with pytest.raises(UserError, match="还没有结束"):
            books.close_year(key, reason="年度结束")
    with clock.day_set_to(date(2027, 1, 5)):
        assert books.close_year(key, reason="年度结束，号段收回") == 10
        assert states(office) == [State.USED, *[State.UNUSED] * 10]
        late = dispute(office)
        with pytest.raises(UserError, match="2026 年度的编号已经关闭") as said:
            papers.print_agreement(office, late.id)
        assert "手工填写" in str(said.value)
        assert printed(office, signed_on=date(2027, 1, 4)) == "（2027）青溪镇人调字第1号"
        with pytest.raises(UserError, match="已经关闭"):
            books.grant(key, OTHER)
        made = number_sheet.sheet(office, key)
        assert made.sums == {**dict.fromkeys(State, 0), State.USED: 1, State.UNUSED: 10}
        assert [(row.count, row.state) for row in made.rows] == [(1, State.USED), (10, State.UNUSED)]
        assert "号段收回" in made.rows[1].note


def test_the_dossier_number_is_the_agreements_unless_the_committee_numbers_apart(office: Office) -> None:
    made = dispute(office)
    papers.print_agreement(office, made.id)
    stored = office.reader.get("dispute", made.id)
    assert isinstance(stored, Dispute)
    assert stored.dossier_number == FIRST.format(1)
    with pytest.raises(UserError, match="已经有卷号"):
        numbers.number_dossier(office, made.id)
    committee = committee_of(office)
    office.save(committee.model_copy(update={"dossier_numbering": "{简称}卷{年}-{序号}"}))
    apart = dispute(office)
    papers.print_agreement(office, apart.id)
    stored = office.reader.get("dispute", apart.id)
    assert isinstance(stored, Dispute)
    assert stored.dossier_number is None
    with clock.day_set_to(date(2026, 12, 1)):
        assert numbers.number_dossier(office, apart.id) == "青溪镇卷2026-1"
        kinds = [(one.kind, one.last) for one in NumberBooks(office).lines()]
        assert (Kind.DOSSIER, "青溪镇卷2026-1") in kinds
        (row,) = number_sheet.sheet(office, key_of(office, Kind.DOSSIER)).rows
        assert (row.text, row.other) == ("青溪镇卷2026-1", FIRST.format(2))


def test_the_years_list_as_pdf_is_the_same_bytes_twice_and_as_workbook_the_same_rows(
    office: Office, tmp_path: Path
) -> None:
    with clock.day_set_to(date(2026, 12, 31)):
        books, key = NumberBooks(office), key_of(office)
        spoiled = printed(office)
        printed(office)
        books.void(spoiled, reason="打印错误")
        books.grant(key, OTHER)
        body = number_sheet.sheet_pdf(office, key)
        assert body == number_sheet.sheet_pdf(office, key)
        path = tmp_path / "list.pdf"
        path.write_bytes(body)
        read = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True)
        for expected in ("第1号", "作废", "打印错误", "派出所电脑", "在号段中", "3—12", "已用1"):
            assert expected in read.stdout.replace(" ", "").replace("\n", ""), expected
        (tmp_path / "list.xlsx").write_bytes(number_sheet.sheet_xlsx(office, key))
        sheet = openpyxl.load_workbook(tmp_path / "list.xlsx").active
        assert sheet is not None
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=6)]
        assert [(row[1], row[2]) for row in rows] == [(1, "作废"), (1, "已用"), (10, "在号段中")]
    assert "张三" not in read.stdout


def test_only_the_administrator_hands_over_takes_over_and_closes(office: Office) -> None:
    clerk = NumberBooks(Office(office.store, User("1" * 32, "李干事", "clerk")))
    committee = committee_of(office).id
    with pytest.raises(NotAllowedError):
        clerk.hand_over(committee, OTHER, reason="换")
    with pytest.raises(NotAllowedError):
        clerk.take_over(committee, reason="换")
    with pytest.raises(NotAllowedError):
        clerk.close_year(key_of(office), reason="换")
    assert clerk.grant(key_of(office), OTHER) == (1, 10)


def test_a_restore_forgets_neither_blocks_nor_that_the_books_went_away(office: Office, tmp_path: Path) -> None:
    made = backups.run(office, tmp_path)
    books = NumberBooks(office)
    printed(office)
    books.grant(key_of(office), OTHER)
    restored = put_back(office, made)
    try:
        assert printed(restored) == FIRST.format(12)
        again = backups.copies(tmp_path)[0].folder
        NumberBooks(restored).hand_over(committee_of(restored).id, OTHER, reason="换用新电脑")
    except BaseException:
        restored.store.close()
        raise
    twice = put_back(restored, again)
    try:
        assert printed(twice) == ""
        assert NumberBooks(twice).ledger().book(key_of(twice)).floor == 12
    finally:
        twice.store.close()


def test_a_copy_that_cannot_see_what_was_given_since_gives_nothing_until_somebody_answers(
    office: Office, tmp_path: Path
) -> None:
    printed(office)
    made = backups.run(office, tmp_path / "stick")
    place = tmp_path / "elsewhere"
    copy = backups.copies(made)[0]
    staged = backups.stage(copy, place, backups.with_password("", PASSWORD))
    backups.put_in_place(staged, missing=backups.what_is_lost(staged))
    restored = setup.sign_in(place, office.user.id, PASSWORD)
    try:
        books = NumberBooks(restored)
        assert "编号先停下" in backups.restored_note(restored)
        assert printed(restored) == ""
        assert any("恢复" in one for one in books.troubles())
        with pytest.raises(UserError, match="恢复后继续编号"):
            books.take_over(committee_of(restored).id, reason="坏了")
        books.resume(reason="硬盘损坏，用移动盘上的备份恢复", gap=4)
        assert printed(restored) == FIRST.format(6)
        assert books.troubles() == []
    finally:
        restored.store.close()


def put_back(office: Office, made: Path) -> Office:
    """Restore a backup over the data it came from."""
    data, user = office.store.folder, office.user.id
    office.store.close()
    staged = backups.stage(backups.copies(made)[0], data, backups.with_password("", PASSWORD))
    missing = backups.what_is_lost(staged)
    assert missing is not None
    assert any("纠纷“张三与李四相邻纠纷”" in one.what for one in missing.newest)  # not “等 2 条” with its number
    backups.put_in_place(staged, missing=missing)
    return setup.sign_in(data, user, PASSWORD)


def test_a_typed_number_counts_and_what_was_jumped_over_has_no_trace(office: Office) -> None:
    made = dispute(office)
    agreement = made.agreements[0].model_copy(update={"number": FIRST.format(3)})
    office.save(made.model_copy(update={"agreements": (agreement,)}))
    assert papers.print_agreement(office, made.id).number == FIRST.format(3)
    assert printed(office) == FIRST.format(4)
    assert states(office) == [State.NO_TRACE, State.NO_TRACE, State.USED, State.USED]


def test_patterns_read_back_what_they_print() -> None:
    for words in ("（{年}）{简称}人调字第{序号}号", "{简称}[{年}]{序号}", "{序号}/{年}"):
        pattern = number_reading.Pattern.of("c", "agreement", words, "青溪镇")
        assert pattern.read(pattern.filled(2026, 17)) == (("c", "agreement", 2026), 17)
    yearless = number_reading.Pattern.of("c", "agreement", "调字{序号}号", "")
    assert yearless.read("调字8号") == (("c", "agreement", 0), 8)
