"""人民调解协议书: what is printed is read back and compared, word for word."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from pypdf import PdfReader

from app.documents.agreement import AgreementPaper, ReprintMark, render_agreement
from app.documents.fonts import MissingGlyphs, bundled_fonts
from app.documents.linebreak import NO_END, NO_START
from app.errors import UserError
from tests.documents.reading import page_count, read_fonts, read_text, read_words, squashed
from tests.documents.samples import (
    EMPTY,
    FACTS,
    HARD,
    LONG,
    LONG_ADDRESS,
    LONG_NAME,
    PLAIN,
    RARE,
    TERMS,
    with_parties,
)

ROOT = Path(__file__).resolve().parents[2]
MM = 72 / 25.4


def printed(paper: AgreementPaper) -> bytes:
    return render_agreement(paper, fonts=bundled_fonts())


def test_the_official_parts_follow_each_other_in_the_official_order() -> None:
    text = squashed(read_text(printed(PLAIN)))
    parts = [
        "人民调解协议书",
        "编号：（2026）青石人调字第17号",
        "当事人（甲方）姓名张德顺性别男民族汉族年龄62岁职业或职务农民联系方式13800001234单位或住址青石镇河湾村三组47号",
        "当事人（乙方）姓名李桂芳",
        "纠纷主要事实、争议事项：" + FACTS,
        "经调解，自愿达成如下协议：",
        *(f"{number}、{term}" for number, term in zip("一二三", TERMS, strict=True)),
        "履行方式、时限：",
        "二、甲方于2026年12月1日前以现金方式向乙方支付人民币1,200元（大写：壹仟贰佰元整）。",
        "本协议一式三份，当事人、青石镇人民调解委员会各持一份。",
        "甲方（签名盖章或按指印）：",
        "乙方（签名盖章或按指印）：",
        "人民调解员（签名）：",
        "记录人（签名）：",
        "青石镇人民调解委员会（印章）",
        "2026年11月23日",
    ]
    places = [text.replace("当事人签名：第1页共2页", "").find(part) for part in parts]
    assert -1 not in places, [part for part, place in zip(parts, places, strict=True) if place < 0]
    assert places == sorted(places)


def test_rare_characters_long_names_and_long_addresses_are_copied_as_they_were_typed() -> None:
    text = squashed(read_text(printed(HARD)))
    for part in (RARE.name, RARE.address, LONG_NAME, LONG_ADDRESS):
        assert part in text


def test_every_font_is_embedded_and_can_be_searched() -> None:
    fonts = read_fonts(printed(HARD))
    assert {name.split("+")[1] for name, _, _ in fonts} >= {"NotoSerifSC-Regular", "NotoSerifSC-Bold", "HanaMinB"}
    assert all(embedded and mapped for _, embedded, mapped in fonts)


def test_copies_are_one_for_each_party_and_one_for_the_committee_whoever_represents_them() -> None:
    assert HARD.copies == 5
    assert "本协议一式五份" in squashed(read_text(printed(HARD)))
    assert "本协议一式十三份" in squashed(read_text(printed(with_parties(12))))


def test_a_paper_without_a_number_says_so() -> None:
    text = squashed(read_text(printed(HARD)))
    assert "编号待编" in text
    assert "编号：" not in text


def test_organisations_seal_and_small_children_are_signed_for() -> None:
    text = squashed(read_text(printed(HARD)))
    for label in ("丙方（盖章）：", "丙方委托代理人（签名）：", "丁方法定代理人（签名）：", "翻译人（签名）："):
        assert label in text
    assert "丁方（签名盖章或按指印）" not in text
    assert "本协议已由翻译人译成维吾尔语向乙方说明" in text


@pytest.mark.parametrize("paper", [PLAIN, HARD, EMPTY, LONG, *map(with_parties, (1, 5, 6, 12, 22))])
def test_the_signatures_never_stand_alone_and_are_complete(paper: AgreementPaper) -> None:
    pdf = printed(paper)
    text = squashed(read_text(pdf))
    for party in paper.parties:
        if party.signs_in_person and not party.is_organisation:
            assert text.count(f"{party.label}（签名盖章或按指印）：") == 1
    assert text.count("人民调解员（签名）：") == paper.mediators
    last = squashed(read_text(pdf, page=page_count(pdf)))
    assert "本协议一式" in last or ("（签名" in last and len(paper.parties) > 12)
    assert "（印章）" in last


def test_five_pages_of_text_break_by_the_rules() -> None:
    pdf = printed(LONG)
    assert page_count(pdf) == 5
    assert squashed(read_text(pdf)).count("致使甲方张德顺家三轮车不能通行") >= 9
    lines = [line for page in range(1, 5) for line in read_text(pdf, page=page).splitlines()[:-2] if line]
    assert len(lines) > 100
    for line in lines:
        assert line[0] not in NO_START
        assert line[-1] not in NO_END


def test_every_page_is_numbered_and_all_but_the_last_have_a_place_to_sign() -> None:
    pdf = printed(LONG)
    for page in range(1, 6):
        text = squashed(read_text(pdf, page=page))
        assert f"第{page}页共5页" in text
        assert ("当事人签名：" in text) == (page < 5)


def test_the_rest_of_a_page_before_the_signatures_is_marked_blank() -> None:
    pdf = printed(with_parties(12))
    assert "（以下空白）" in read_text(pdf, page=page_count(pdf) - 1)
    assert "（以下空白）" not in read_text(printed(PLAIN))


def test_a_short_agreement_takes_one_page_with_room_for_every_name_fingerprint_and_the_seal() -> None:
    pdf = printed(replace(PLAIN, facts=FACTS[:70], terms=TERMS[:2], payments=()))
    assert page_count(pdf) == 1
    words = read_words(pdf, page=1)
    assert "本协议一式" in squashed(read_text(pdf))
    left = sorted((top, bottom) for word, x, top, _, bottom in words if word.endswith("）：") and x < 90)
    assert len(left) == 3  # both parties, and the recorder under them
    for (_, bottom), (top, _) in pairwise(left):
        assert top - bottom >= 12 * MM
    first, second = sorted(top for word, _, top, _, _ in words if word == "指印")
    assert second - first >= 20 * MM
    (mediator,) = [bottom for word, _, _, _, bottom in words if word.startswith("人民调解员")]
    (seal,) = [top for word, _, top, _, _ in words if word.endswith("（印章）")]
    assert seal - mediator >= 20 * MM


@pytest.mark.parametrize("count", [2, 5, 12])
def test_there_is_room_for_every_name_fingerprint_and_the_seal(count: int) -> None:
    pdf = printed(with_parties(count))
    words = read_words(pdf, page=page_count(pdf))
    labels = sorted(
        (round(left), top, bottom) for word, left, top, _, bottom in words if word.endswith(("指印）：", "（签名）："))
    )
    assert len(labels) == count + 4
    for (left, _, bottom), (other, top, _) in pairwise(labels):
        if left == other:
            assert top - bottom >= 12 * MM
    prints = sorted((round(left), top) for word, left, top, _, _ in words if word == "指印")
    for (left, top), (other, below) in pairwise(prints):
        if left == other:
            assert below - top >= 20 * MM
    (seal,) = [top for word, _, top, _, _ in words if word.endswith("（印章）")]
    assert seal - max(bottom for left, _, bottom in labels if left > 85 or count > 5) >= 12 * MM


def test_a_blank_paper_has_no_text_but_the_form() -> None:
    text = squashed(read_text(printed(EMPTY)))
    assert "姓名性别民族年龄职业或职务联系方式单位或住址" in text
    assert text.endswith("第2页共2页")


def test_a_reprint_and_a_draft_are_marked_on_every_page() -> None:
    pdf = printed(replace(PLAIN, reprint=ReprintMark(2, "2026年12月1日"), draft=True, print_id="印 7F3A91"))
    for page in (1, 2):
        text = squashed(read_text(pdf, page=page))
        for mark in ("补印第2次2026年12月1日", "草稿", "印7F3A91"):
            assert mark in text
    assert "草稿" not in read_text(printed(PLAIN))
    assert "补印" not in read_text(printed(PLAIN))


def test_a_character_that_no_font_has_stops_the_print_and_is_named_with_its_field() -> None:
    paper = replace(PLAIN, parties=(replace(RARE, name="张\U00031351"), *PLAIN.parties[1:]))
    with pytest.raises(MissingGlyphs) as caught:
        printed(paper)
    (finding,) = caught.value.findings
    assert finding.path == ("parties", 0, "name")
    assert finding.where == "当事人 · 第 1 行 · 姓名"
    assert "U+31351" in finding.sentence
    assert caught.value.characters == "\U00031351"
    pdf = render_agreement(paper, fonts=bundled_fonts().leaving_blank(caught.value.characters))
    assert "姓名张\U00031351性别" in squashed(read_text(pdf))


def test_the_file_names_itself_and_its_language() -> None:
    reader = PdfReader(BytesIO(printed(PLAIN)))
    assert reader.metadata is not None
    assert reader.metadata.title == "人民调解协议书 （2026）青石人调字第17号"
    assert reader.metadata.subject == "青石镇人民调解委员会"
    assert str(reader.root_object["/Lang"]) == "zh-CN"


def test_the_same_paper_gives_the_same_bytes_in_any_process() -> None:
    program = (
        "import hashlib\n"
        "from app.documents.agreement import render_agreement\n"
        "from app.documents.fonts import bundled_fonts\n"
        "from tests.documents.samples import HARD\n"
        "print(hashlib.sha256(render_agreement(HARD, fonts=bundled_fonts())).hexdigest())\n"
    )
    printed(PLAIN)
    here = hashlib.sha256(printed(HARD)).hexdigest()
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": "Asia/Shanghai" if seed == "1" else "UTC"},
        )  # fmt: skip
        assert done.stdout.strip() == here


def test_line_ends_and_tabulators_pasted_into_a_field_print_as_spaces() -> None:
    paper = replace(PLAIN, parties=(replace(RARE, address="青石镇\r\n河湾村\t三组\u2028"), *PLAIN.parties[1:]))
    assert "青石镇河湾村三组" in squashed(read_text(printed(paper)))


def test_a_field_longer_than_a_page_is_refused_with_a_sentence() -> None:
    paper = replace(PLAIN, parties=(replace(RARE, address="长" * 3000), *PLAIN.parties[1:]))
    with pytest.raises(UserError, match="一页纸放不下"):
        printed(paper)
