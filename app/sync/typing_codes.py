"""Codes that people type from paper or read out: groups of letters and digits, each with its own check character.

A single wrong character or two neighbours exchanged is always found, and the group is named. Pure.
"""

from __future__ import annotations

from app.errors import Finding, UserError

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_IGNORED = str.maketrans("", "", " -—－_·\t\r\n　")
_POLYNOMIAL = 0b100101


def written(data: bytes, *, group: int) -> str:
    """``data`` as groups of ``group`` characters, the last of each group its check, joined by hyphens."""
    bits = int.from_bytes(data, "big")
    length = -(-len(data) * 8 // 5)
    bits <<= length * 5 - len(data) * 8
    characters = [bits >> 5 * (length - 1 - place) & 31 for place in range(length)]
    size = group - 1
    parts = [characters[start : start + size] for start in range(0, length, size)]
    return "-".join(_group(part, index) for index, part in enumerate(parts))


def read(text: str, *, group: int, what: str) -> bytes:
    """The bytes of a typed code; raises ``UserError`` that names the wrong group. ``what`` is the code's name."""
    plain = text.upper().translate(_IGNORED).translate(_READ_AS)
    parts = [plain[start : start + group] for start in range(0, len(plain), group)]
    findings = [
        Finding((what,), f"第 {index + 1} 组“{part}”有误", next_step="请对照原文重新输入这一组")
        for index, part in enumerate(parts)
        if not _is_sound(part, index)
    ]
    if findings or not parts:
        detail = "、".join(finding.sentence for finding in findings[:3]) or "没有输入"
        raise UserError(f"{what}输入有误：{detail}", "请对照原文检查，字母不分大小写", findings)
    values = [_VALUES[character] for part in parts for character in part[:-1]]
    bits = 0
    for value in values:
        bits = bits << 5 | value
    size = len(values) * 5 // 8
    return (bits >> len(values) * 5 - size * 8).to_bytes(size, "big")


def _group(values: list[int], index: int) -> str:
    return "".join(_ALPHABET[value] for value in (*values, _check(values, index)))


def _is_sound(part: str, index: int) -> bool:
    if len(part) < 2 or any(character not in _VALUES for character in part):
        return False
    values = [_VALUES[character] for character in part]
    return _check(values[:-1], index) == values[-1]


def _check(values: list[int], index: int) -> int:
    """Weighted sum in the field of 32 elements; the group's place is part of it, so exchanged groups are found."""
    check = index + 1 & 31
    for value in values:
        check = _times_two(check) ^ value
    return _times_two(check)


def _times_two(value: int) -> int:
    value <<= 1
    return value ^ _POLYNOMIAL if value & 32 else value
