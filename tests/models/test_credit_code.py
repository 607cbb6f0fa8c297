"""Unified social credit codes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.credit_code import doubts, make, normalise, shape_error

# Published on the web sites of their holders.
REAL = ["91110108551385082Q", "91440300708461136T", "9144030071526726XG"]
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
bodies = st.text(ALPHABET, min_size=8, max_size=8)


@pytest.mark.parametrize("code", REAL)
def test_codes_in_use_are_right(code: str) -> None:
    assert shape_error(code) is None
    assert doubts(code) == ()


@given(bodies)
def test_a_made_code_is_right(body: str) -> None:
    code = make("93", "511921", body)
    assert shape_error(code) is None
    assert doubts(code) == ()


@given(bodies, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_noticed(body: str, place: int, char: str) -> None:
    code = make("93", "511921", body)
    wrong = code[:place] + char + code[place + 1 :]
    assert wrong == code or shape_error(wrong) or doubts(wrong)


@given(st.text())
def test_any_text_can_be_checked(text: str) -> None:
    tidy = normalise(text)
    shape_error(tidy)
    doubts(tidy)


def test_spaces_and_lower_case_do_not_matter() -> None:
    assert normalise(" 91110108-5513 85082q") == REAL[0]


@pytest.mark.parametrize(
    ("code", "word"),
    [("9111010855138508", "16 位"), ("9111010855138508OI", "I、O"), ("91A10108551385082Q", "行政区划")],
)
def test_an_impossible_code_is_refused_with_the_reason(code: str, word: str) -> None:
    assert word in (shape_error(code) or "")
    assert doubts(code) == ()


def test_no_code_is_no_error() -> None:
    assert shape_error("") is None
    assert doubts("") == ()
