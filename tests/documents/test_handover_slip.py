"""The hand-over slip: one page, everything on it, a square code that holds the 事项码 and no name."""

from __future__ import annotations

from dataclasses import replace

from app.documents.fonts import bundled_fonts
from app.documents.handover_slip import HandoverSlip, render_handover_slip
from tests.documents.reading import page_count, read_fonts, read_text, squashed

SLIP = HandoverSlip(
    township="青石县䶮石镇",
    code="JF-20261123-7K2Q4",
    name="张某与李某宅基地边界纠纷",
    kind="纠纷",
    to="红旗村",
    contact="周主任",
    handed_at="2026-11-24 09:30",
    handed_by="王主任",
    due="2026年12月14日",
    law="人民调解工作若干规定 第三十三条（一般一个月内调结）",
    demand="五日内到现场核实界址，书面回复核实情况。",
)


def test_the_slip_is_one_page_with_everything_that_was_said() -> None:
    pdf = render_handover_slip(SLIP, fonts=bundled_fonts())
    assert page_count(pdf) == 1
    text = squashed(read_text(pdf))
    for part in (
        SLIP.code,
        SLIP.name,
        "红旗村",
        "周主任",
        "2026年12月14日",
        "第三十三条",
        "五日内到现场核实界址",
        "接收人（签名）",
    ):
        assert squashed(part) in text
    assert all(embedded for _, embedded, _ in read_fonts(pdf))


def test_an_empty_slip_is_a_form_to_fill_by_hand_on_one_page() -> None:
    empty = HandoverSlip(township="青石镇", code="YH-20261123-AAAAA", name="护栏缺损", kind="隐患", to="县水利局")
    pdf = render_handover_slip(empty, fonts=bundled_fonts())
    assert page_count(pdf) == 1
    assert "期限依据" not in read_text(pdf)


def test_the_same_slip_gives_the_same_bytes() -> None:
    assert render_handover_slip(SLIP, fonts=bundled_fonts()) == render_handover_slip(SLIP, fonts=bundled_fonts())


def test_a_long_demand_goes_on_to_a_second_page_that_says_so() -> None:
    long = replace(SLIP, demand="\n".join(["请核实情况，逐户走访，做好记录。"] * 12))
    pdf = render_handover_slip(long, fonts=bundled_fonts())
    assert page_count(pdf) == 2
    assert "第2页共2页" in squashed(read_text(pdf, page=2))
    assert SLIP.code in read_text(pdf, page=2)
