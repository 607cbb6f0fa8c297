"""The messy ledger holds the troubles it promises, where it says."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from app.models import id_number
from app.models.codes import code_list
from app.models.days import DayError, parse_day
from app.practice.ledger import messy_ledger
from app.practice.messy import HEADER, HEADER_ROW, UNKNOWN_COLUMNS, LedgerFacts, make_ledger
from app.practice.records import Township
from app.practice.township import make_township

Rows = dict[int, dict[str, Any]]


@pytest.fixture(scope="module")
def township() -> Township:
    return make_township(600, 3)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ledger") / "人口台账.xlsx"


@pytest.fixture(scope="module")
def facts(township: Township, path: Path) -> LedgerFacts:
    return messy_ledger(township, path)


@pytest.fixture(scope="module")
def rows(facts: LedgerFacts, path: Path) -> Rows:
    """Rows below the header by their number from 1, as the import's reader sees them."""
    read = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
    return {
        number: dict(zip(HEADER, row, strict=False)) for number, row in enumerate(read, start=1) if number > HEADER_ROW
    }


def number_of(row: dict[str, Any]) -> tuple[str, str | None]:
    return id_number.from_excel(row["身份证号码"])


def notation(cell: object) -> str:
    if isinstance(cell, float):
        return "number"
    return "date" if isinstance(cell, date) else next(char for char in str(cell) if char in "-.年月")


def test_there_are_titles_above_the_header_and_columns_nobody_knows(facts: LedgerFacts, path: Path) -> None:
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert str(sheet.cell(1, 1).value).endswith("人口摸底台账")
    assert tuple(cell.value for cell in sheet[HEADER_ROW]) == HEADER
    assert set(UNKNOWN_COLUMNS) <= set(HEADER)


def test_about_sixty_people_stand_in_it_with_blank_lines_between(facts: LedgerFacts, rows: Rows) -> None:
    named = [number for number, row in rows.items() if row["姓  名"]]
    assert len(named) == facts.rows
    assert 55 <= facts.rows <= 75
    assert facts.blank_rows
    assert all(not any(rows[number].values()) for number in facts.blank_rows)
    assert rows[facts.footer_row]["序号"].startswith("填表人")


def test_addresses_are_merged_over_households(path: Path, rows: Rows) -> None:
    merged = openpyxl.load_workbook(path).worksheets[0].merged_cells.ranges
    assert sum(1 for area in merged if area.min_col == area.max_col == HEADER.index("家庭住址") + 1) > 5
    assert sum(1 for row in rows.values() if row["姓  名"] and not row["家庭住址"]) > 20


def test_days_stand_in_five_notations_and_all_but_the_bad_ones_are_read(
    facts: LedgerFacts, rows: Rows, township: Township
) -> None:
    births = {number: row["出生年月日"] for number, row in rows.items() if row["姓  名"]}
    assert {notation(cell) for cell in births.values()} >= {"number", "date", "-", ".", "年"}
    for number, cell in births.items():
        if number in facts.bad_days:
            with pytest.raises(DayError):
                parse_day(cell, today=township.today)
        else:
            parse_day(cell, today=township.today)


def test_numbers_typed_as_numbers_have_lost_their_digits(facts: LedgerFacts, rows: Rows) -> None:
    assert len(facts.destroyed_numbers) >= 3
    for number, row in rows.items():
        assert (number_of(row)[1] is not None) == (number in facts.destroyed_numbers)


def test_wrong_short_and_old_numbers_are_where_it_says(facts: LedgerFacts, rows: Rows) -> None:
    for number in facts.wrong_checks:
        assert "校验码" in id_number.inspect(number_of(rows[number])[0]).doubts[0]
    for number in facts.short_numbers:
        assert "17 位" in (id_number.shape_error(number_of(rows[number])[0]) or "")
    for number in facts.old_numbers:
        assert "15 位" in id_number.inspect(number_of(rows[number])[0]).doubts[0]
    assert facts.wrong_checks
    assert facts.short_numbers
    assert facts.old_numbers


def test_some_people_stand_twice_and_some_are_registered_already(
    facts: LedgerFacts, rows: Rows, township: Township
) -> None:
    registered = {person.id_number for person in township.people}
    assert {number for number, row in rows.items() if number_of(row)[0] in registered - {""}} == set(
        facts.already_registered
    )
    earlier = {number_of(row)[0] for number, row in rows.items() if number not in facts.repeated}
    assert len(facts.repeated) == 3
    assert all(number_of(rows[number])[0] in earlier for number in facts.repeated)


def test_codes_are_words_the_lists_know_but_for_the_bad_ones(facts: LedgerFacts, rows: Rows) -> None:
    for number, row in rows.items():
        if row["姓  名"]:
            assert code_list("sex").find(row["性别"])
            assert code_list("relation_to_head").find(row["与户主关系"])
            assert (code_list("ethnicity").find(row["民族"]) is None) == (number in facts.bad_codes)


def test_the_same_township_writes_the_same_ledger(township: Township, path: Path, rows: Rows, tmp_path: Path) -> None:
    messy_ledger(township, tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == path.read_bytes()


@pytest.mark.parametrize("seed", range(12))
def test_the_ledger_of_any_township_has_every_trouble(seed: int) -> None:
    facts = make_ledger(make_township(300, seed)).facts
    for trouble in (
        facts.blank_rows, facts.destroyed_numbers, facts.wrong_checks, facts.short_numbers, facts.old_numbers,
        facts.bad_days, facts.bad_codes, facts.repeated, facts.already_registered,
    ):  # fmt: skip
        assert trouble
