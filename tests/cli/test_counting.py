"""Statistics by command."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.models.registers import Person
from app.services import setup
from app.services.setup import NewAccount, NewTownship
from tests.cli.test_commands import Desk
from tests.conftest import PASSWORD


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    folder = tmp_path / "data"
    office, _ = setup.create_township(folder, NewTownship("青溪镇", NewAccount("王主任", PASSWORD), "青山县"))
    for number in range(3):
        office.save(Person.model_validate({"full_name": f"张{'甲乙丙'[number]}", "sex": "12"[number % 2]}))
    office.store.close()
    return Desk(folder)


def test_a_table_as_json_excel_and_pdf_and_a_wrong_side_says_which_there_are(desk: Desk, tmp_path: Path) -> None:
    told = desk.json("count", "人口", "--by", "性别")
    assert told["rows"] == [["男性", 2], ["女性", 1], ["合计", 3]]
    assert {"name": "sex", "label": "性别"} in desk.json("count", "person")
    for name in ("表.xlsx", "表.pdf"):
        desk("count", "person", "--by", "sex", "--out", tmp_path / name)
        assert (tmp_path / name).stat().st_size > 1000
    refused = desk("count", "person", "--by", "姓名", code=2)
    assert "不能按“姓名”统计" in refused
    assert "性别" in refused
