"""Statistics: the numbers, their sums, periods, local words under standard ones, Excel and paper read back."""

from __future__ import annotations

import io
from datetime import date

import pytest
from openpyxl import load_workbook

from app.errors import NotAllowedError
from app.models import clock
from app.models.policy import User
from app.models.registers import Dispute, Person, Place
from app.services import statistics
from app.services.office import Office
from app.services.statistics import Ask
from tests.documents.reading import read_text, squashed


@pytest.fixture
def people(office: Office) -> Office:
    village = Place.model_validate({"name": "红旗村", "kind": "village"})
    office.save(village)
    born = ("2025-06-01", "1990-02-03", "1950-12-30", "", "1990-11-25", "1990-11-24")
    for number, day in enumerate(born):
        given = {"full_name": f"张{'甲乙丙丁戊己'[number]}", "sex": "12"[number % 2], "birth_on": day or None}
        office.save(Person.model_validate({**given, "place": village.id if number else None}))
    return office


def test_ages_count_whole_years_and_the_unknown_come_last(people: Office) -> None:
    with clock.day_set_to(date(2026, 11, 24)):
        tally = statistics.count(people, Ask("person", "birth_on", "sex"))
    headings, rows = statistics.lines(tally)
    assert headings == ["年龄段 ＼ 性别", "男性", "女性", "合计"]
    assert rows == [
        ["0—6 岁", 1, 0, 1],
        ["35—59 岁", 1, 2, 3],
        ["60—79 岁", 1, 0, 1],
        ["（未填）", 0, 1, 1],
        ["合计", 3, 3, 6],
    ]


def test_a_birthday_tomorrow_is_still_the_younger_age(people: Office) -> None:
    with clock.day_set_to(date(2025, 11, 24)):  # one turns 35 today, one tomorrow, one was 35 in February
        tally = statistics.count(people, Ask("person", "birth_on"))
    assert {row: tally.row_sum(row) for row in tally.rows} == {
        "0—6 岁": 1, "18—34 岁": 1, "35—59 岁": 2, "60—79 岁": 1, "（未填）": 1,
    }  # fmt: skip


def test_two_records_of_one_person_count_once_and_deleted_ones_not(people: Office) -> None:
    one, two, *_ = (one for one in people.reader.all("person") if isinstance(one, Person))
    people.store.write("t", lambda unit: unit.set_fields("person", one.id, {"merged_into": two.id}))
    assert statistics.count(people, Ask("person", "sex")).total == 5
    people.delete("person", two.id, reason="重复登记")
    assert statistics.count(people, Ask("person", "sex")).total == 4


def test_a_period_has_both_its_ends(office: Office) -> None:
    for day in ("2026-01-31", "2026-02-01", "2026-02-28", "2026-03-01"):
        office.save(Dispute.model_validate({"name": "甲与乙宅基地纠纷", "accepted_on": day}))
    ask = Ask("dispute", "accepted_on.month", day="accepted_on", first="2026-02-01", last="2026-02-28")
    tally = statistics.count(office, ask)
    assert (tally.rows, tally.total) == (("2026-02",), 2)


def test_excel_holds_numbers_and_paper_says_what_was_counted(people: Office) -> None:
    ask = Ask("person", "place", "sex")
    page = load_workbook(io.BytesIO(statistics.xlsx(people, ask))).active
    assert page is not None
    cells = [[cell.value for cell in row] for row in page.iter_rows()]
    assert str(cells[0][0]).startswith("人口统计：按")
    assert cells[-1][0] == "合计"
    assert cells[-1][-1] == 6
    said = squashed(read_text(statistics.pdf(people, ask)))
    assert "红旗村" in said
    assert "共6条" in said
    kinds = [row[0] for row in people.store.conn.execute("SELECT kind FROM journal WHERE stream = 'audit'")]
    assert kinds.count("access") >= 2, "an export and a print are journalled"


def test_a_role_that_may_not_read_or_export_gets_a_sentence(people: Office) -> None:
    police = Office(people.store, User("p1", "赵警官", "police"))
    assert "dispute" not in statistics.countable(police)
    with pytest.raises(NotAllowedError, match="没有查看"):
        statistics.count(police, Ask("dispute", "category"))
    auditor = Office(people.store, User("a1", "钱监督", "auditor"))
    with pytest.raises(NotAllowedError, match="没有导出"):
        statistics.xlsx(auditor, Ask("person", "sex"))
