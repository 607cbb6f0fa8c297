"""Normalising, measuring and masking text that people type, paste or import.

Nothing here refuses text or reports errors: every function is total. Characters are kept as they were written (no
compatibility mapping of Han characters, no character sets such as GBK), because a name on legal paper must be the name
of the person; what is folded for searching is folded in ``names``.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

DOT: Final = "\u00b7"
"""The separator in minority names, U+00B7."""

_SHORT = 200
"""Characters up to which a cleaned text is remembered: a table is read cell by cell and checked row by row."""

NAME_LIMIT: Final = 50
"""Code points a name may have; the longest real ones are well below."""

_DOT_VARIANTS = "\u2022\u30fb\u2027\u22c5\u2219\uff65\u0387\u16eb\u2024\u25cf\u2981\ufe52\uff0e\u00b7"
_DOTS = re.compile(rf"\s*[{_DOT_VARIANTS}]+\s*")
# A plain full stop is a dot only between Han characters; "J. Smith" keeps his.
_STOP_BETWEEN_HAN = re.compile(r"(?<=[^\x00-\u2fff])\s*\.\s*(?=[^\x00-\u2fff])")
_HAN_SPACE = re.compile(r"(?<=[^\x00-\u2fff]) +(?=[^\x00-\u2fff])")

# Zero-width and bidirectional marks ride along when numbers are copied from chats and web pages.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufffe]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_SPACES = re.compile(r"[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_LINE_END = re.compile(r"\r\n|[\r\x85\u2028\u2029]")
_ANY_SPACES = re.compile(r"\s+")

# Compatibility ideographs decompose under NFC although they are distinct glyphs in names: they are left alone.
_COMPATIBILITY_HAN = re.compile("([\uf900-\ufaff\U0002f800-\U0002fa1f]+)")

_FULL_ASCII = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_FULL_ALNUM = {code: half for code, half in _FULL_ASCII.items() if chr(half).isalnum()}
_SURROGATE = re.compile("[\ud800-\udfff]")


def half_width(text: str) -> str:
    """Full-width ASCII to half-width, punctuation included: for numbers and codes, not for prose."""
    return text if text.isascii() else text.translate(_FULL_ASCII)


def _whole(text: str) -> str:
    """Surrogate pairs joined; half a pair, which no file can hold, becomes U+FFFD so that it is seen."""
    if not _SURROGATE.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _composed(text: str) -> str:
    """NFC everywhere but at compatibility ideographs."""
    if unicodedata.is_normalized("NFC", text):
        return text
    parts = _COMPATIBILITY_HAN.split(text)
    return "".join(part if index % 2 else unicodedata.normalize("NFC", part) for index, part in enumerate(parts))


def _tidy(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    text = _CONTROL.sub("", _INVISIBLE.sub("", _whole(text)))
    return _composed(text.translate(_FULL_ALNUM))


def clean(text: str) -> str:
    """One line of text: trimmed, white space collapsed to single spaces, invisible marks dropped.

    Full-width letters and digits become half-width; full-width punctuation is Chinese and stays.
    """
    return _clean_short(text) if len(text) <= _SHORT else _cleaned(text)


def _cleaned(text: str) -> str:
    return _ANY_SPACES.sub(" ", _tidy(text)).strip()


_clean_short = lru_cache(maxsize=4096)(_cleaned)


def clean_lines(text: str) -> str:
    """Prose of several lines: as ``clean`` within each line, line breaks kept, blank lines at both ends dropped."""
    lines = _LINE_END.sub("\n", text).split("\n")
    return "\n".join(_SPACES.sub(" ", _tidy(line)).strip() for line in lines).strip("\n")


def clean_name(text: str) -> str:
    """A person's name: as ``clean``, any separating dot as U+00B7, no spaces between Han characters."""
    return _clean_short_name(text) if len(text) <= _SHORT else _cleaned_name(text)


def _cleaned_name(text: str) -> str:
    name = clean(text)
    name = _STOP_BETWEEN_HAN.sub(DOT, name)
    name = _DOTS.sub(DOT, name)
    return _HAN_SPACE.sub("", name)


_clean_short_name = lru_cache(maxsize=4096)(_cleaned_name)


def is_private_use(char: str) -> bool:
    """Whether a character is home-made (Private Use Area): fonts elsewhere show something else or nothing."""
    point = ord(char)
    return 0xE000 <= point <= 0xF8FF or 0xF0000 <= point <= 0x10FFFD


@lru_cache(maxsize=4096)
def name_doubts(name: str) -> tuple[str, ...]:
    """What looks wrong about a cleaned name, as sentences; a doubt never refuses a name."""
    doubts: list[str] = []
    if any(is_private_use(char) for char in name):
        doubts.append("姓名中有自造字（旧系统造的字），请按身份证改用规范字；暂时查不到的可先保留。")
    if "\ufffd" in name or "?" in name or "？" in name or "□" in name:
        doubts.append("姓名中有无法识别的字符，可能是转存时丢了生僻字，请对照证件补正。")
    if re.search(r"[0-9]", name):
        doubts.append("姓名中有数字，请核对。")
    if re.search(r"[()（）\[\]【】/、,，]", name):
        doubts.append("姓名中有括号或标点，说明文字请写到备注里。")
    if len(name) == 1:
        doubts.append("姓名只有一个字，请核对是否漏字。")
    if len(name) > NAME_LIMIT:
        doubts.append(f"姓名超过 {NAME_LIMIT} 个字，请核对。")
    return tuple(doubts)


_PHONE_NOISE = re.compile(r"[\s.\u2010-\u2015\u2212_]+")
_COUNTRY = re.compile(r"^(?:\+86|0086|86(?=1[3-9]\d{9}$))")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_AREA = re.compile(r"\(?(0(?:10|2\d|[3-9]\d{2}))\)?-?(\d{7,8})(?:(?:-|转|,|#|x|ext)(\d{1,6}))?")
_LOCAL = re.compile(r"[2-9]\d{6,7}(?:-\d{1,6})?")
_SERVICE = re.compile(r"(?:400|800)-?\d{3}-?\d{4}|1\d{2,4}|9\d{4,5}")
_FOREIGN = re.compile(r"(?:\+|00)[1-9]\d{6,14}")


def clean_phone(text: str) -> str:
    """A telephone number as stored: ``13812345678``, ``0831-7654321``, ``0831-7654321-801``, ``+85291234567``.

    Only the spelling changes; what is not recognised stays as typed, half-width and without spaces.
    """
    if text.isascii() and _MOBILE.fullmatch(text):
        return text
    plain = _PHONE_NOISE.sub("-", half_width(clean(text)).removeprefix("'").removesuffix(".0")).strip("-")
    digits = re.sub(r"[-()]", "", plain)
    national = _COUNTRY.sub("", digits)
    if _MOBILE.fullmatch(national):
        return national
    # Abroad one dials +86 831 …; at home the area code has its zero.
    is_home_by_country_code = national != digits
    area = _AREA.fullmatch("0" + national.removeprefix("0") if is_home_by_country_code else plain.lower())
    if area:
        return "-".join(part for part in area.groups() if part)
    return digits if _FOREIGN.fullmatch(digits) else plain


def phone_doubt(phone: str) -> str | None:
    """What looks wrong about a cleaned number, as a sentence, or None."""
    if not phone or _MOBILE.fullmatch(phone):
        return None
    if any(pattern.fullmatch(phone) for pattern in (_AREA, _LOCAL, _SERVICE, _FOREIGN)):
        return None
    digits = re.sub(r"\D", "", phone)
    if re.search(r"[/、,，;；]", phone) or len(digits) >= 18:
        return "这里像是写了不止一个电话号码，请只填一个，其余写到备注里。"
    if "*" in phone:
        return "电话号码中有“*”，是打了码的号码，请填完整号码。"
    if digits.startswith("1") and len(digits) in (10, 12):
        return f"手机号码应为 11 位，现在是 {len(digits)} 位，请核对。"
    return "不像电话号码，请核对；固定电话请写成“区号-号码”。"


def mask_id(number: str) -> str:
    """A document number for reading by others: ``110101199003071234`` → ``110101********1234``.

    A shorter number shows its first and last two characters, a very short one nothing.
    """
    if len(number) >= 15:
        return number[:6] + "*" * (len(number) - 10) + number[-4:]
    if len(number) >= 7:
        return number[:2] + "*" * (len(number) - 4) + number[-2:]
    return "*" * len(number)


def mask_phone(phone: str) -> str:
    """A telephone number for reading by others: ``138****5678``, ``0831-****321``."""
    if _MOBILE.fullmatch(phone):
        return f"{phone[:3]}****{phone[-4:]}"
    area, dash, rest = phone.partition("-")
    if dash and len(rest) >= 7:
        return f"{area}-{'*' * (len(rest) - 3)}{rest[-3:]}"
    if len(phone) >= 7:
        return "*" * (len(phone) - 3) + phone[-3:]
    return "*" * len(phone)
