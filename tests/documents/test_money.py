"""人民币大写 against the rules' own examples and against a reader written the other way round."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.money import in_capitals, in_figures, in_figures_and_capitals


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.30", "叁角整"),
        ("10", "壹拾元整"),
        ("12000", "壹万贰仟元整"),
        ("100010001", "壹亿零壹万零壹元整"),
        ("100000000", "壹亿元整"),
        ("1000000000001", "壹万亿零壹元整"),
        ("10000.5", "壹万元伍角整"),
    ],
)
def test_an_amount_in_capitals_is_written_as_the_rules_write_it(amount: str, words: str) -> None:
    assert in_capitals(Decimal(amount)) == words


def _read(words: str) -> Decimal:
    """大写 back to a number: 万 and 亿 multiply what stands before them."""
    digits = {char: value for value, char in enumerate("零壹贰叁肆伍陆柒捌玖")}
    scale = {"拾": 10, "佰": 100, "仟": 1000}
    total = section = digit = 0
    cents = 0
    for char in words:
        if char in digits:
            digit = digits[char]
        elif char in scale:
            section += digit * scale[char]
            digit = 0
        elif char == "万":
            total, section, digit = total + (section + digit) * 10_000, 0, 0
        elif char == "亿":
            total, section, digit = (total + section + digit) * 100_000_000, 0, 0
        elif char == "元":
            cents, section, digit, total = (total + section + digit) * 100, 0, 0, 0
        elif char in "角分":
            cents += digit * (10 if char == "角" else 1)
            digit = 0
    return Decimal(cents) / 100


@given(st.decimals(0, Decimal("999999999999.99"), places=2))
def test_every_amount_in_capitals_reads_back_as_itself(amount: Decimal) -> None:
    words = in_capitals(amount)
    assert _read(words) == amount
    assert "零零" not in words
    assert words.endswith(("整", "分"))


@pytest.mark.parametrize("amount", ["-1", "0.001", "NaN", "Infinity", "10000000000000000"])
def test_what_is_no_amount_is_refused_and_not_rounded(amount: str) -> None:
    with pytest.raises(ValueError, match=r"no amount|more exact"):
        in_capitals(Decimal(amount))


def test_figures_mark_thousands_and_show_cents_only_if_there_are_any() -> None:
    assert [in_figures(Decimal(amount)) for amount in ("12000", "12000.00", "1409.5", "0.05")] == [
        "12,000元", "12,000元", "1,409.50元", "0.05元",
    ]  # fmt: skip


def test_both_stand_side_by_side() -> None:
    assert in_figures_and_capitals(Decimal(12000)) == "人民币12,000元（大写：壹万贰仟元整）"
