"""Columns are known by what stands above them, wherever they stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.exchange.headings import find_header, known_headings, match
from app.exchange.sheets import RawSheet, read_workbook
from app.models.registers import REGISTRY
from tests.exchange.tables import Rows, workbook

PERSON = REGISTRY.get("person")


def sheet(tmp_path: Path, rows: Rows) -> RawSheet:
    return read_workbook(workbook(tmp_path / "a.xlsx", rows)).sheets[0]


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("姓  名", "full_name"),
        ("姓名*", "full_name"),
        ("姓名（必填）", "full_name"),
        ("＊姓名：", "full_name"),
        ("身份证号", "id_number"),
        ("身份证号码", "id_number"),
        ("公民身份号码", "id_number"),
        ("现居住地址", "live_address"),
        ("联系\n电话", "phone"),
        ("联系电话(手机)", "phone"),
        ("村（社区）", "place"),
        ("血型", None),
        ("与户主关系", None),
    ],
)
def test_a_heading_is_known_by_its_words(heading: str, field: str | None) -> None:
    found = match(known_headings(PERSON), heading)
    assert (found.name if found else None) == field


def test_another_unit_is_another_meaning() -> None:
    known = known_headings(REGISTRY.get("dispute_agreement"))
    amount = match(known, "协议金额（元）")
    assert amount is not None
    assert amount.name == "amount"
    assert match(known, "协议金额") is amount
    assert match(known, "协议金额（万元）") is None


@pytest.mark.parametrize("register", [definition.name for definition in REGISTRY.everything()])
def test_no_alias_takes_the_label_of_another_field(register: str) -> None:
    definition = REGISTRY.get(register)
    known = known_headings(definition)
    assert [match(known, spec.label) for spec in definition.fields] == list(definition.fields)


def test_titles_above_and_columns_in_any_order(tmp_path: Path) -> None:
    raw = sheet(
        tmp_path,
        [
            ("红旗村人口台账",),
            ("填报单位：红旗村    姓名：王主任",),
            (None,),
            ("序号", "家庭住址", "备注", "身份证号码", "姓名", "电话", "手机", None),
            (1, "红旗村", "党员", "110105", "张三", "1", "2", "无列名"),
        ],
    )
    header = find_header(raw, PERSON, {})
    assert header is not None
    assert header.row.number == 4
    assert {index: spec.name for index, spec in header.fields.items()} == {
        1: "live_address",
        3: "id_number",
        4: "full_name",
        5: "phone",
    }
    assert [(column.place, column.why) for column in header.unknown] == [
        ("C 列“备注”", "登记里没有这一栏"),
        ("G 列“手机”", "与 F 列都是“联系电话”，只用前一列"),
        ("H 列（没有列名）", "没有列名"),
    ]
    assert header.unknown[0].samples == ("党员",)


def test_the_user_says_what_a_column_means_or_leaves_it_out(tmp_path: Path) -> None:
    raw = sheet(tmp_path, [("姓名", "住所地", "民族"), ("张三", "红旗村", "汉")])
    header = find_header(raw, PERSON, {"住所地": "live_address", "民族": None})
    assert header is not None
    assert {spec.name for spec in header.fields.values()} == {"full_name", "live_address"}
    assert [column.why for column in header.unknown] == ["您选择不导入"]


def test_a_sheet_of_something_else_has_no_header(tmp_path: Path) -> None:
    assert find_header(sheet(tmp_path, [("品名", "数量"), ("化肥", 3)]), PERSON, {}) is None
