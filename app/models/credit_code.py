"""Unified social credit codes of organisations (统一社会信用代码, GB 32100-2015).

As with people's numbers a wrong check character is a doubt, never a refusal. Nothing here knows an organisation.
"""

from __future__ import annotations

import re
from typing import Final

from app.models.text import half_width

_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Characters of a code: I, O, S, V and Z are left out because they are misread."""

_WEIGHTS = tuple(pow(3, power, 31) for power in range(17))
_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_SHAPE = re.compile(rf"[{_ALPHABET}]{{2}}[0-9]{{6}}[{_ALPHABET}]{{10}}")
_NOISE = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff'-]+")


def normalise(text: str) -> str:
    """A code as stored: half-width, upper case, without spaces and hyphens."""
    return _NOISE.sub("", half_width(text)).upper()


def check_character(first17: str) -> str:
    """The 18th character for the first 17 (GB 32100-2015, MOD 31 with weights 3^i)."""
    total = sum(_ALPHABET.index(char) * weight for char, weight in zip(first17, _WEIGHTS, strict=True))
    return _ALPHABET[-total % 31]


def body_check_character(first8: str) -> str:
    """The 9th character of the organisation's own code, characters 9–17 of the whole (GB 11714-1997, MOD 11)."""
    total = sum(int(char, 36) * weight for char, weight in zip(first8, _BODY_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


def shape_error(code: str) -> str | None:
    """Why a normalised code cannot be one at all, as a sentence, or None."""
    if not code:
        return None
    if len(code) != 18:
        return f"统一社会信用代码应为 18 位，现在是 {len(code)} 位，请核对。"
    wrong = sorted({char for char in code if char not in _ALPHABET})
    if wrong:
        return f"统一社会信用代码里不会有“{'、'.join(wrong)}”（不用字母 I、O、S、V、Z），请核对。"
    return None if _SHAPE.fullmatch(code) else "统一社会信用代码第 3 至 8 位应是数字（登记机关行政区划），请核对。"


def doubts(code: str) -> tuple[str, ...]:
    """What looks wrong about a normalised code of the right shape, as sentences."""
    if not code or shape_error(code):
        return ()
    if check_character(code[:17]) != code[17]:
        return ("统一社会信用代码的校验码不对，多半是抄错了一位，请对照执照核对。",)
    if body_check_character(code[8:16]) != code[16]:
        return ("统一社会信用代码中的组织机构代码（第 9 至 17 位）校验不对，请对照执照核对。",)
    return ()


def make(kind: str, region: str, body: str) -> str:
    """A valid code from department and kind (2 characters), region (6 digits) and the 8 characters of the body."""
    first17 = kind + region + body + body_check_character(body)
    return first17 + check_character(first17)
