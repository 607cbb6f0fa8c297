"""Amounts as Chinese papers write them, in figures and in capitals. Decimal in, text out; no float, no rounding."""

from __future__ import annotations

from decimal import Decimal

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")
#: Ten thousand 万亿 would need a further group.
_LIMIT = Decimal(10) ** 16


def in_capitals(amount: Decimal) -> str:
    """The amount as 人民币大写, e.g. ``壹仟肆佰零玖元伍角整``.

    《支付结算办法》 annex 1 (正确填写票据和结算凭证的基本规定): zeros between digits are one 零; 零 stands where 角 is
    nought and 分 is not; 整 ends what has no 分, so that nothing can be added behind.

    Raises:
        ValueError: negative, more exact than 分, or ten thousand 万亿 and above.
    """
    cents = _cents(amount)
    yuan, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    words = _whole(yuan) + "元" if yuan or not cents else ""
    if jiao:
        words += _DIGITS[jiao] + "角"
    elif fen and yuan:
        words += "零"
    return words + (_DIGITS[fen] + "分" if fen else "整")


def in_figures(amount: Decimal) -> str:
    """The amount in figures with its thousands marked: ``12,000元``, ``1,409.50元``."""
    cents = _cents(amount)
    fraction = f".{cents % 100:02d}" if cents % 100 else ""
    return f"{cents // 100:,}{fraction}元"


def in_figures_and_capitals(amount: Decimal) -> str:
    """Both side by side, as agreements want it: ``人民币12,000元（大写：壹万贰仟元整）``."""
    return f"人民币{in_figures(amount)}（大写：{in_capitals(amount)}）"


def _cents(amount: Decimal) -> int:
    if not amount.is_finite() or amount < 0 or amount >= _LIMIT:
        raise ValueError(f"no amount of money on paper: {amount}")
    cents = amount * 100
    if cents != cents.to_integral_value():
        raise ValueError(f"more exact than 分: {amount}")
    return int(cents)


def _whole(yuan: int) -> str:
    """The whole 元, group of four by group of four from the highest."""
    if yuan == 0:
        return "零"
    words = ""
    owes_zero = False
    for group in range(len(_GROUPS) - 1, -1, -1):
        four = yuan // 10_000**group % 10_000
        if four == 0:
            owes_zero = bool(words)
            continue
        if words and (owes_zero or four < 1000):
            words += "零"
        words += _four(four) + _GROUPS[group]
        owes_zero = False
    return words


def _four(number: int) -> str:
    words = ""
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            words += _DIGITS[digit] + _PLACES[place]
        elif words and number % 10**place and not words.endswith("零"):
            words += "零"
    return words
