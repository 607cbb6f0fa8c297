"""Numbers of clauses and copies."""

from __future__ import annotations

import pytest

from app.documents.numerals import in_chinese, numbered


@pytest.mark.parametrize(("number", "words"), [(1, "一"), (10, "十"), (13, "十三"), (20, "二十"), (99, "九十九")])
def test_small_numbers_in_chinese(number: int, words: str) -> None:
    assert in_chinese(number) == words


@pytest.mark.parametrize("number", [0, 100])
def test_other_numbers_are_refused(number: int) -> None:
    with pytest.raises(ValueError, match="out of range"):
        in_chinese(number)


def test_clauses_get_numbers() -> None:
    assert numbered(("退墙。", " 赔款。 ", "")) == ("一、退墙。", "二、赔款。")


def test_a_single_clause_gets_none() -> None:
    assert numbered(("退墙。",)) == ("退墙。",)


@pytest.mark.parametrize("first", ["一、退墙。", "1.退墙。", "（一）退墙。", "第一条 退墙。", "1、退墙。"])
def test_clauses_that_bring_their_own_numbers_keep_them(first: str) -> None:
    assert numbered((first, "赔款。")) == (first, "赔款。")


def test_a_clause_that_begins_with_a_quantity_is_not_taken_for_numbered() -> None:
    assert numbered(("1.8米宽的通道归双方共用。", "赔款。"))[0] == "一、1.8米宽的通道归双方共用。"
