"""Numbers of identity documents: what a number says about its holder, and what looks wrong with it.

Real registers hold wrong, double and abolished numbers, so almost everything is a doubt that is kept with a reason;
only a shape that cannot be such a number at all is an error. This module must not decide whether a
record may be saved, and must not call the region of a number anybody's home: it is where the number was issued.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import mul
from typing import Final

from app.models.codes import code_list
from app.models.text import half_width

RESIDENT: Final = "111"
TEMPORARY: Final = "112"
PASSPORT: Final = "414"
TAIWAN_TRAVEL: Final = "511"
HK_MACAO_TRAVEL: Final = "516"
FOREIGN_PERMANENT: Final = "553"
HMT_RESIDENCE: Final = "hmt_residence"
NO_DOCUMENT: Final = "none"

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_EARLIEST_YEAR = 1880
# Order numbers of the old 15-digit numbers kept for people aged a hundred or more.
_CENTENARIAN = frozenset({"996", "997", "998", "999"})
_HMT_REGIONS = {"810000": "香港特别行政区", "820000": "澳门特别行政区", "830000": "台湾省"}
_LIMIT = 40

_EIGHTEEN = re.compile(r"[0-9]{17}[0-9X]")
_FIFTEEN = re.compile(r"[0-9]{15}")
_OLD_FOREIGN = re.compile(r"[A-Z]{3}[0-9]{12}")
_NOISE = re.compile(r"[\s\u00a0\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u2010-\u2015'`\u2018\u2019-]+")
_DOCUMENT_SPACE = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")


@dataclass(frozen=True, slots=True)
class IdFacts:
    """What a number says; None where it does not say it, or not in a way that can be trusted.

    ``sex`` is a code of the list ``sex``, ``region`` the province of issue; ``doubts`` are sentences.
    """

    birth_on: date | None = None
    sex: str | None = None
    region: str | None = None
    doubts: tuple[str, ...] = ()


NOTHING: Final = IdFacts()


def normalise(text: str) -> str:
    """A document number as stored: half-width, upper case, no spaces; digit groups joined (``1101 0119…``)."""
    if text.isascii() and text.isalnum():
        return text.upper()
    compact = _DOCUMENT_SPACE.sub("", half_width(text)).upper()
    joined = _NOISE.sub("", compact).replace("×", "X").replace("Х", "X")  # the sign and the Cyrillic letter
    return joined if _EIGHTEEN.fullmatch(joined) or _FIFTEEN.fullmatch(joined) else compact.removeprefix("'")


def check_character(first17: str) -> str:
    """The 18th character for 17 digits (GB 11643-1999, ISO 7064 MOD 11-2)."""
    return _CHECK[sum(map(mul, map(int, first17), _WEIGHTS)) % 11]


def upgrade(number: str) -> str:
    """The 18-character form of an old 15-digit number; any other number comes back as it is.

    Order numbers 996–999 were kept for centenarians, born in 18xx.
    """
    if not _FIFTEEN.fullmatch(number):
        return number
    century = "18" if number[12:] in _CENTENARIAN else "19"
    first17 = number[:6] + century + number[6:]
    return first17 + check_character(first17)


def same_person_numbers(number: str) -> tuple[str, ...]:
    """The spellings under which one resident number may stand in a register: 18 characters and, if born 19xx, 15."""
    full = upgrade(number)
    if not _EIGHTEEN.fullmatch(full) or full[6:8] not in ("18", "19"):
        return (full,)
    old = full[:6] + full[8:17]
    return (full, old) if upgrade(old) == full else (full,)


@lru_cache(maxsize=1024)
def shape_error(number: str, kind: str = RESIDENT) -> str | None:
    """Why a normalised number cannot be a number of that kind at all, as a sentence, or None.

    ``kind`` is a code of the list ``document_kind``.
    """
    if not number:
        return None
    if "*" in number:
        return "号码中有“*”，是打了码的号码，请填完整号码。"
    if len(number) > _LIMIT:
        return f"证件号码不会超过 {_LIMIT} 个字符，请核对是否粘贴了别的内容。"
    check = _SHAPES.get(kind)
    return check(number) if check else None


@lru_cache(maxsize=1024)
def inspect(number: str, kind: str = RESIDENT, *, today: date | None = None) -> IdFacts:
    """What a normalised number of that kind says and what is doubtful about it.

    A number with a ``shape_error`` says nothing. ``today`` lets a birth day in the future be doubted.
    """
    if not number or shape_error(number, kind):
        return NOTHING
    read = _READERS.get(kind)
    facts = read(number) if read else NOTHING
    if today and facts.birth_on and facts.birth_on > today:
        late = f"号码中的出生日期 {facts.birth_on:%Y-%m-%d} 还没有到，请核对。"
        return IdFacts(facts.birth_on, facts.sex, facts.region, (*facts.doubts, late))
    return facts


def disagreements(facts: IdFacts, *, birth_on: date | None = None, sex: str | None = None) -> tuple[str, ...]:
    """Sentences where the number and the recorded birth day or sex differ (doubts: old errors in numbers are real)."""
    found: list[str] = []
    if birth_on and facts.birth_on and birth_on != facts.birth_on:
        found.append(f"出生日期填的是 {birth_on:%Y-%m-%d}，证件号码中是 {facts.birth_on:%Y-%m-%d}，请核对。")
    if sex in ("1", "2") and facts.sex and sex != facts.sex:
        sexes = code_list("sex")
        found.append(
            f"性别填的是“{sexes.short_label(sex)}”，证件号码第 17 位表示“{sexes.short_label(facts.sex)}”，请核对。"
        )
    return tuple(found)


def from_excel(value: str | float) -> tuple[str, str | None]:
    """The number in a spreadsheet cell and, where the spreadsheet has destroyed it, a sentence saying so.

    Spreadsheets keep 15 digits: an 18-digit number typed into a number cell ends in zeros that nobody wrote.
    """
    if isinstance(value, str):
        if re.fullmatch(r"\s*[0-9](?:\.[0-9]+)?[Ee]\+?1[4-9]\s*", value):
            return value.strip(), _LOST + "（单元格里只剩科学计数）。" + _AS_TEXT
        return normalise(value), None
    text = str(int(value)) if float(value).is_integer() else str(value)
    if len(text) >= 16:
        return text, _LOST + f"（读到的是 {text}，末尾的 0 不可信）。" + _AS_TEXT
    return text, None


_LOST = "号码在表格里存成了数字，第 15 位以后的数字已经丢失"
_AS_TEXT = "请把这一列改为文本格式，按证件重新录入。"


def _length_error(number: str, digits: str) -> str | None:
    if re.fullmatch(r"[0-9X]+", number):
        return f"{digits}，现在是 {len(number)} 位，请核对。"
    return f"{digits}，只能是数字（最后一位可以是 X），请核对；其他证件请先改证件种类。"


def _resident_shape(number: str) -> str | None:
    if _EIGHTEEN.fullmatch(number) or _FIFTEEN.fullmatch(number):
        return None
    if len(number) in (15, 18) and re.fullmatch(r"[0-9X]+", number):
        return "“X”只能是 18 位号码的最后一位，请核对。"
    return _length_error(number, "身份证号码应为 18 位（老证 15 位）")


def _hmt_shape(number: str) -> str | None:
    return None if _EIGHTEEN.fullmatch(number) else _length_error(number, "港澳台居民居住证号码应为 18 位")


def _foreign_shape(number: str) -> str | None:
    if _EIGHTEEN.fullmatch(number) or _OLD_FOREIGN.fullmatch(number):
        return None
    return "外国人永久居留身份证号码应为 18 位数字（2023 年底起的新证），或 3 个字母加 12 位数字（旧证），请核对。"


def _birth(eight: str) -> tuple[date | None, str | None]:
    """The day in eight digits, or a sentence why there is none."""
    try:
        day = date(int(eight[:4]), int(eight[4:6]), int(eight[6:]))
    except ValueError:
        return None, f"号码中的出生日期“{eight}”不存在，请核对。"
    if day.year < _EARLIEST_YEAR:
        return None, f"号码中的出生年份是 {day.year} 年，请核对。"
    return day, None


def _check_doubt(number: str) -> str | None:
    if check_character(number[:17]) == number[17]:
        return None
    return "号码的校验码不对，多半是抄错了一位，请对照证件核对；证件上确实如此的，写明原因即可保留。"


def _sex(number18: str) -> str:
    return "1" if int(number18[16]) % 2 else "2"


def _some(*doubts: str | None) -> tuple[str, ...]:
    return tuple(doubt for doubt in doubts if doubt)


@lru_cache(maxsize=256)
def _read_resident(number: str) -> IdFacts:
    full = upgrade(number)
    birth_on, birth_doubt = _birth(full[6:14])
    region, region_doubt = _region(full)
    old = f"这是 15 位老号码，换算成 18 位是 {full}，请按现在的证件填写。" if len(number) == 15 else None
    return IdFacts(birth_on, _sex(full), region, _some(birth_doubt, _check_doubt(full), region_doubt, old))


def _region(full: str) -> tuple[str | None, str | None]:
    if full[:6] in _HMT_REGIONS:
        return _HMT_REGIONS[full[:6]], "这是港澳台居民居住证的号码，请核对证件种类。"
    if full.startswith("9"):
        return None, "“9”开头的是外国人永久居留身份证的号码，请核对证件种类。"
    province = code_list("province").item(full[:2])
    if province is None:
        return None, f"号码前两位“{full[:2]}”不是任何省份的代码，请核对。"
    return province.label, None


def _read_hmt(number: str) -> IdFacts:
    birth_on, birth_doubt = _birth(number[6:14])
    region = _HMT_REGIONS.get(number[:6])
    wrong = None if region else "港澳台居民居住证号码应以 810000、820000 或 830000 开头，请核对证件种类和号码。"
    return IdFacts(birth_on, _sex(number), region, _some(birth_doubt, _check_doubt(number), wrong))


def _read_foreign(number: str) -> IdFacts:
    # The 17th digit of these cards is not documented to tell the sex: nothing is inferred from it.
    if len(number) == 15:
        return NOTHING
    birth_on, birth_doubt = _birth(number[6:14])
    wrong = None if number.startswith("9") else "外国人永久居留身份证的 18 位号码应以 9 开头，请核对证件种类和号码。"
    return IdFacts(birth_on, None, None, _some(birth_doubt, _check_doubt(number), wrong))


def _expects(pattern: str, sentence: str) -> Callable[[str], IdFacts]:
    """A reader for numbers that say nothing but have a usual shape."""
    shape = re.compile(pattern)
    return lambda number: NOTHING if shape.fullmatch(number) else IdFacts(doubts=(sentence,))


_SHAPES: Final[dict[str, Callable[[str], str | None]]] = {
    RESIDENT: _resident_shape,
    TEMPORARY: _resident_shape,
    HMT_RESIDENCE: _hmt_shape,
    FOREIGN_PERMANENT: _foreign_shape,
    NO_DOCUMENT: lambda _number: "证件种类是“无证件”，号码请留空；有证件的请先选证件种类。",
}

_READERS: Final[dict[str, Callable[[str], IdFacts]]] = {
    RESIDENT: _read_resident,
    TEMPORARY: _read_resident,
    HMT_RESIDENCE: _read_hmt,
    FOREIGN_PERMANENT: _read_foreign,
    PASSPORT: _expects(r"[A-Z0-9]{5,15}", "护照号码一般是 5 至 15 位字母和数字，请核对。"),
    HK_MACAO_TRAVEL: _expects(
        r"[HM][0-9]{8}(?:[0-9]{2})?|[0-9]{10}", "港澳居民来往内地通行证号码应为 H 或 M 加 8 位数字，请核对。"
    ),
    TAIWAN_TRAVEL: _expects(
        r"[0-9]{8}|[0-9]{10}(?:\(?[A-Z0-9]\)?)?", "台湾居民来往大陆通行证号码应为 8 位数字，请核对。"
    ),
}
