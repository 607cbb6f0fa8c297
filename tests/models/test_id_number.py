"""Identity numbers: what they say, and that wrong ones are doubted and kept, not refused."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models import id_number
from app.models.id_number import (
    FOREIGN_PERMANENT,
    HK_MACAO_TRAVEL,
    HMT_RESIDENCE,
    NO_DOCUMENT,
    NOTHING,
    PASSPORT,
    RESIDENT,
    TAIWAN_TRAVEL,
    check_character,
    disagreements,
    from_excel,
    inspect,
    normalise,
    same_person_numbers,
    shape_error,
    upgrade,
)

# Published samples.
SAMPLES = ["11010519491231002X", "440524188001010014", "810000199408230021", "830000199201300022"]

days = st.dates(min_value=date(1880, 1, 1), max_value=date(2199, 12, 31))
orders = st.integers(min_value=0, max_value=999).map(lambda number: f"{number:03d}")


def number(day: date, order: str, region: str = "510101") -> str:
    first17 = f"{region}{day:%Y%m%d}{order}"
    return first17 + check_character(first17)


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_published_samples_have_their_check_character(sample: str) -> None:
    assert check_character(sample[:17]) == sample[17]


@given(days, orders)
def test_a_number_tells_birth_day_sex_and_province(day: date, order: str) -> None:
    facts = inspect(number(day, order))
    assert facts == id_number.IdFacts(day, "1" if int(order[2]) % 2 else "2", "四川省")


@given(days, orders, st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(day: date, order: str, place: int, shift: int) -> None:
    right = number(day, order)
    if right[place] == "X":
        wrong = right[:17] + str(shift)
    else:
        wrong = right[:place] + str((int(right[place]) + shift) % 10) + right[place + 1 :]
    assert inspect(wrong).doubts


@given(days, orders, st.integers(0, 15))
def test_two_neighbours_exchanged_are_always_noticed(day: date, order: str, place: int) -> None:
    right = number(day, order)
    wrong = right[:place] + right[place + 1] + right[place] + right[place + 2 :]
    assert wrong == right or inspect(wrong).doubts


@given(st.text(), st.sampled_from([RESIDENT, HMT_RESIDENCE, FOREIGN_PERMANENT, PASSPORT, "114", NO_DOCUMENT, "?"]))
def test_any_text_can_be_inspected(text: str, kind: str) -> None:
    tidy = normalise(text)
    assert normalise(tidy) == tidy
    shape_error(tidy, kind)
    inspect(tidy, kind, today=date(2026, 11, 23))


@pytest.mark.parametrize(
    "typed",
    [
        "11010519491231002x",
        " 110105 1949 1231 002X ",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105-19491231-002X",
        "'11010519491231002X",
        "11010519491231002×",
        "\u202d11010519491231002X\u202c",
    ],
)
def test_spellings_of_one_number_are_stored_alike(typed: str) -> None:
    assert normalise(typed) == "11010519491231002X"


def test_other_documents_keep_their_own_marks() -> None:
    assert normalise("军字第 1234567 号") == "军字第1234567号"
    assert normalise("e-1234") == "E-1234"


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ("1101051949123100", "现在是 16 位"),
        ("1101051949X231002X", "最后一位"),
        ("110105********002X", "打了码"),
        ("张三的号", "数字"),
        ("1" * 41, "40"),
    ],
)
def test_an_impossible_shape_is_refused_with_the_reason(wrong: str, word: str) -> None:
    assert word in (shape_error(wrong) or "")
    assert inspect(wrong) == NOTHING


def test_no_number_is_no_error() -> None:
    assert shape_error("") is None
    assert inspect("") == NOTHING


def test_a_day_that_never_was_is_a_doubt_and_gives_no_birth_day() -> None:
    first17 = "51010119900230001"
    facts = inspect(first17 + check_character(first17))
    assert facts.birth_on is None
    assert "不存在" in facts.doubts[0]


def test_a_wrong_check_digit_is_a_doubt_that_may_be_kept() -> None:
    facts = inspect("110105194912310021")
    assert facts.birth_on == date(1949, 12, 31)
    assert "校验码" in facts.doubts[0]


def test_an_unknown_province_is_a_doubt_and_an_abolished_county_is_none() -> None:
    assert "“19”" in inspect(number(date(1990, 1, 1), "001", "199999")).doubts[0]
    assert inspect(number(date(1990, 1, 1), "001", "512301")).doubts == ()


def test_a_birth_day_in_the_future_is_a_doubt() -> None:
    coming = number(date(2027, 1, 1), "001")
    assert inspect(coming).doubts == ()
    assert "还没有到" in inspect(coming, today=date(2026, 11, 23)).doubts[0]


def test_an_old_number_is_upgraded_and_says_so() -> None:
    assert upgrade("110105491231002") == "11010519491231002X"
    facts = inspect("110105491231002")
    assert (facts.birth_on, facts.sex) == (date(1949, 12, 31), "2")
    assert "11010519491231002X" in facts.doubts[0]


@pytest.mark.parametrize("order", ["996", "997", "998", "999"])
def test_the_order_numbers_of_centenarians_mean_the_century_before(order: str) -> None:
    assert inspect(f"110105991231{order}").birth_on == date(1899, 12, 31)


def test_995_is_still_the_twentieth_century() -> None:
    assert inspect("110105491231995").birth_on == date(1949, 12, 31)


@given(days.filter(lambda day: 1900 <= day.year < 2000), orders.filter(lambda order: order < "996"))
def test_a_person_is_found_by_the_old_and_the_new_number(day: date, order: str) -> None:
    new = number(day, order)
    old = new[:6] + new[8:17]
    assert same_person_numbers(new) == same_person_numbers(old) == (new, old)


def test_who_was_born_after_1999_never_had_an_old_number() -> None:
    young = number(date(2010, 5, 6), "012")
    assert same_person_numbers(young) == (young,)
    assert same_person_numbers("E1234") == ("E1234",)


@pytest.mark.parametrize(("sample", "region"), [(SAMPLES[2], "香港特别行政区"), (SAMPLES[3], "台湾省")])
def test_a_residence_permit_of_hong_kong_macao_or_taiwan_is_read(sample: str, region: str) -> None:
    facts = inspect(sample, HMT_RESIDENCE)
    assert (facts.region, facts.doubts) == (region, ())
    assert facts.sex == "2"
    assert "证件种类" in inspect(sample).doubts[0]


def test_a_resident_number_on_a_residence_permit_is_doubted() -> None:
    assert "810000" in inspect(SAMPLES[0], HMT_RESIDENCE).doubts[0]


def test_a_new_permanent_residence_card_tells_the_birth_day_but_no_sex() -> None:
    card = number(date(1985, 6, 7), "021", "931840")
    facts = inspect(card, FOREIGN_PERMANENT)
    assert (facts.birth_on, facts.sex, facts.doubts) == (date(1985, 6, 7), None, ())
    assert "外国人" in inspect(card).doubts[0]


def test_an_old_permanent_residence_card_is_accepted_and_tells_nothing() -> None:
    assert shape_error("CAN110177060125", FOREIGN_PERMANENT) is None
    assert inspect("CAN110177060125", FOREIGN_PERMANENT) == NOTHING
    assert "3 个字母" in (shape_error("CAN11017706012", FOREIGN_PERMANENT) or "")


@pytest.mark.parametrize(
    ("kind", "good", "odd"),
    [(PASSPORT, "E12345678", "E1"), (HK_MACAO_TRAVEL, "H12345678", "K12345678"), (TAIWAN_TRAVEL, "12345678", "123")],
)
def test_other_documents_of_an_unusual_shape_are_doubted_never_refused(kind: str, good: str, odd: str) -> None:
    assert inspect(good, kind) == NOTHING
    assert shape_error(odd, kind) is None
    assert len(inspect(odd, kind).doubts) == 1


def test_an_officers_card_may_hold_chinese_characters() -> None:
    assert shape_error("军字第1234567号", "114") is None


def test_a_person_without_papers_has_no_number() -> None:
    assert "留空" in (shape_error("123", NO_DOCUMENT) or "")


def test_what_was_typed_is_compared_with_what_the_number_says() -> None:
    facts = inspect("11010519491231002X")
    assert disagreements(facts, birth_on=date(1949, 12, 31), sex="2") == ()
    born, sex = disagreements(facts, birth_on=date(1949, 12, 30), sex="1")
    assert "1949-12-30" in born
    assert "1949-12-31" in born
    assert "“男”" in sex
    assert "“女”" in sex
    assert disagreements(NOTHING, birth_on=date(1949, 12, 31), sex="2") == ()


@pytest.mark.parametrize("cell", [110105194912310020.0, 110105194912310000, "1.10105E+17", 1.10105194912e17])
def test_a_number_destroyed_by_a_spreadsheet_is_named(cell: float | str) -> None:
    _text, problem = from_excel(cell)
    assert "文本格式" in (problem or "")


def test_cells_that_lost_nothing_read_as_typed() -> None:
    assert from_excel("11010519491231002x") == ("11010519491231002X", None)
    assert from_excel(110105491231002.0) == ("110105491231002", None)
    assert from_excel(12345678) == ("12345678", None)
    assert from_excel("E12345678") == ("E12345678", None)
