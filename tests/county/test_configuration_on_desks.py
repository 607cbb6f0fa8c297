"""From the county's file to what a clerk sees: two PCs, a real county, Excel, and a township that is left alone."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import openpyxl
from typer.testing import CliRunner

from app.cli import cli
from app.exchange.plan import ImportChoices, Outcome
from app.models import settings
from app.models.clocks_list import clock_called
from app.models.codes import code_list
from app.models.due import due_matters
from app.models.policy import User
from app.models.reading import Query
from app.models.registers import Dispute, LocalCode
from app.services.exchange import ExportService, ImportService
from app.services.office import Office
from county.overlay import check_overlay
from county.server import County
from tests.conftest import PASSWORD
from tests.county.desks import Desk, Township, equal

BASIS = "青山县平安办〔2026〕3号"
ROAD = {"list": "dispute_category", "code": "C-road", "label": "村道通行", "standard": "neighbour", "order": 1}
FILE = {
    "basis": BASIS,
    "codes": [
        ROAD,
        {"list": "dispute_category", "code": "business", "until": "2020-12-31"},
    ],
    "clocks": [{"clock": "mediation", "length": 20, "from": "2026-12-01"}],
    "years": [
        {
            "year": 2027,
            "source": "放假通知",
            "holidays": [{"name": "元旦", "from": "2027-01-01", "to": "2027-01-03"}],
        }
    ],
    "settings": [{"name": "idle_lock_minutes", "value": 5, "locked": True}],
}
NEW_YEAR = date(2026, 12, 3)
"""Thirty days later is the second of January."""


def office_of(desk: Desk, role: str = "administrator") -> Office:
    """The desk signed in to: what applies is its township's from now on."""
    return Office(desk.store, User("a1" * 16, "李干事", role))


def filled(office: Office, folder: Path, category: str) -> Path:
    """The template with one dispute in it."""
    path = folder / "纠纷.xlsx"
    path.write_bytes(ImportService(office).template_xlsx("dispute"))
    book = openpyxl.load_workbook(path)
    page = book["纠纷"]
    places = {str(cell.value).rstrip("*"): cell.column or 0 for cell in page[1]}
    for label, value in {"序号": "1", "纠纷名称": "堵路", "纠纷类型": category}.items():
        page.cell(3, places[label]).value = value
    book.save(path)
    return path


def test_codes_periods_days_off_and_settings_of_the_county_apply_on_every_pc_after_one_round(
    county: County, township: Township, center: Desk, station: Desk, tmp_path: Path
) -> None:
    office = office_of(center)
    center.synced()
    for day in (date(2026, 11, 1), date(2026, 12, 1)):
        office.save(Dispute(name="用水", stage="mediating", accepted_on=day))
    assert "2027 年放假安排未装入" in clock_called("judicial_confirmation").deadline(NEW_YEAR).note
    county.author.say(township.number, check_overlay(FILE))
    center.synced()

    codes = code_list("dispute_category")
    assert codes.offered[0].label == "村道通行"
    assert "business" not in {item.code for item in codes.offered}
    assert codes.label("business") == "生产经营"
    assert [one.on for one in due_matters(center.store.conn, date(2026, 12, 31))] == [
        date(2026, 12, 1),
        date(2026, 12, 21),
    ]
    assert clock_called("judicial_confirmation").deadline(NEW_YEAR).on == date(2027, 1, 4)
    assert "未装入" not in clock_called("judicial_confirmation").deadline(NEW_YEAR).note
    assert settings.number(center.store, settings.IDLE_LOCK) == 5

    excel = ImportService(office)
    report = excel.run_import(excel.plan_import(filled(office, tmp_path, "村道通行"), "dispute"), ImportChoices())
    assert report.counts == {Outcome.CREATED: 1}
    rows = office.reader.page("dispute", office.reader.keys(Query("dispute", filters={"category": "C-road"})))
    assert "村道通行" in rows[0].cells
    out = tmp_path / "out.xlsx"
    out.write_bytes(ExportService(office).export_xlsx("dispute"))
    assert "村道通行" in {cell.value for line in openpyxl.load_workbook(out)["纠纷"].iter_rows() for cell in line}

    office_of(station)
    assert "C-road" not in code_list("dispute_category")
    station.synced()
    assert code_list("dispute_category").label("C-road") == "村道通行"
    assert equal(station, township)

    county.author.say(
        township.number,
        check_overlay({**FILE, "codes": [{**FILE["codes"][0], "label": "村道与田埂通行"}]}),  # type: ignore[dict-item]  # a file
    )
    station.synced()
    assert code_list("dispute_category").label("C-road") == "村道与田埂通行"
    county.author.withdraw(township.number, ["codes/dispute_category/C-road", "settings/idle_lock_minutes"])
    station.synced()
    codes = code_list("dispute_category")
    assert (codes.label("C-road"), codes.standard("C-road")) == ("村道与田埂通行", "neighbour")
    assert "C-road" not in {item.code for item in codes.offered}
    assert settings.number(station.store, settings.IDLE_LOCK) == 10


def test_a_township_s_own_word_reaches_its_other_pc_and_counts_as_the_standard_one(
    county: County, township: Township, center: Desk
) -> None:
    office = office_of(center)
    office.save(LocalCode(label="灌溉用水", standard="dispute_category/neighbour"))
    center.synced()
    second = township.second("second")
    office_of(second)
    second.synced()
    code = code_list("dispute_category").find("灌溉用水")
    assert code is not None
    assert code_list("dispute_category").standard(code) == "neighbour"
    assert code_list("dispute_category").mapped(code, "dispute_category_platform") == "02"


def test_another_township_of_the_county_and_one_that_is_offline_are_not_touched(
    county: County, township: Township, center: Desk, tmp_path: Path
) -> None:
    center.synced()
    county.author.say(township.number, check_overlay(FILE))
    other = Township(county, tmp_path / "other", township.stack)
    neighbour = other.first("neighbour")
    office_of(neighbour)
    neighbour.synced()
    assert "C-road" not in code_list("dispute_category")
    assert county.author.entries(other.number) == []
    alone = other.first("alone", is_enrolled=False)
    office_of(alone)
    alone.sync()
    assert clock_called("mediation").period.days == 30


def test_what_applies_is_told_by_command(county: County, tmp_path: Path) -> None:
    data = tmp_path / "data"

    def run(*words: str, code: int = 0) -> str:
        told = CliRunner().invoke(cli, ["--data", str(data), *words], env={"TOWNSHIP_DESK_PASSWORD": PASSWORD})
        assert told.exit_code == code, told.output
        return told.output

    run("init", "--township", "白水镇", "--account", "王主任", "--recovery-out", str(tmp_path / "key"))
    run("enrol", county.enrolment_code("白水镇", scope=("people", "mediation")).text())
    run("sync")
    ((number, _),) = county.registry.townships("白水镇")
    county.author.say(number, check_overlay(FILE))
    run("sync")
    told = json.loads(run("codes", "dispute_category", "--json"))
    road = next(one for one in told["items"] if one["code"] == "C-road")
    assert road == {
        "code": "C-road", "label": "村道通行", "origin": "county", "standard": "neighbour", "offered": True,
    }  # fmt: skip
    assert "C-road\t村道通行\t县\t算作 neighbour 邻里" in run("codes", "dispute_category")
    assert "dispute_category\t纠纷类型" in run("codes")
    assert "由县里设定" in run("settings")
    assert "由县里设定" in run("settings", "idle_lock_minutes=30", code=2)
    assert "没有代码表" in run("codes", "nothing", code=2)
