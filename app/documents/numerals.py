"""Small numbers as Chinese papers write them: 一、二、… for clauses and copies."""

from __future__ import annotations

import re

_DIGITS = "零一二三四五六七八九"
#: A clause that already carries its number: 一、 （一） 1. 1、 第一条
_NUMBERED = re.compile(
    r"[（(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})(?:[）)、]|[.．](?!\d))"
    r"|第[一二三四五六七八九十\d]{1,4}[条项款]"
)


def in_chinese(number: int) -> str:
    """1–99 in Chinese: 三, 十, 十二, 二十.

    Raises:
        ValueError: outside 1–99.
    """
    if not 1 <= number <= 99:
        raise ValueError(f"out of range: {number}")
    tens, ones = divmod(number, 10)
    words = ("" if tens == 1 else _DIGITS[tens]) + "十" if tens else ""
    return words + (_DIGITS[ones] if ones or not tens else "")


def numbered(clauses: tuple[str, ...]) -> tuple[str, ...]:
    """The clauses with 一、二、… before each, unless there is only one or the writer numbered any of them himself."""
    kept = tuple(clause.strip() for clause in clauses if clause.strip())
    if len(kept) < 2 or any(_NUMBERED.match(clause) for clause in kept):
        return kept
    return tuple(f"{in_chinese(at)}、{clause}" for at, clause in enumerate(kept, start=1))
