"""Normalising text keeps what a person wrote and folds only what does not matter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.text import (
    clean,
    clean_lines,
    clean_name,
    clean_phone,
    half_width,
    mask_id,
    mask_phone,
    name_doubts,
    phone_doubt,
)

# One, two or more UTF-16 units, all in real names; the last is newer than Python 3.11 knows.
RARE = "䶮㛃𬱖𬎆𫖯\U00031350"


@pytest.mark.parametrize("normalise", [clean, clean_lines, clean_name, clean_phone])
@given(text=st.text(alphabet=st.characters()))
def test_normalising_never_fails_and_twice_is_once(normalise: object, text: str) -> None:
    assert callable(normalise)
    once = normalise(text)
    assert normalise(once) == once
    once.encode("utf-8")


def test_rare_characters_survive_every_normalisation() -> None:
    assert clean(RARE) == clean_lines(RARE) == clean_name(RARE) == RARE


def test_compatibility_ideographs_and_home_made_characters_are_left_alone() -> None:
    assert clean_name("\uf9d1\ue5e5\U0002f81a") == "\uf9d1\ue5e5\U0002f81a"


def test_white_space_of_every_kind_becomes_one_space() -> None:
    assert clean("  甲\u3000\u00a0乙\t丙\r\n丁 ") == "甲 乙 丙 丁"


def test_letters_and_digits_become_half_width_but_chinese_punctuation_stays() -> None:
    assert clean("３号楼Ａ座，共５户（含空置）！") == "3号楼A座，共5户（含空置）！"
    assert half_width("（０８３１）－７") == "(0831)-7"


def test_prose_keeps_its_lines() -> None:
    assert clean_lines("\r\n 第一  行 \r\n\r\n第二行\u2028第三行\n") == "第一 行\n\n第二行\n第三行"


def test_invisible_marks_from_chats_and_web_pages_are_dropped() -> None:
    assert clean("\ufeff张\u200b三\u202d\u202c") == "张三"


def test_half_a_surrogate_pair_is_made_visible_and_a_whole_one_is_joined() -> None:
    assert clean("甲\ud87c乙") == "甲\ufffd乙"
    assert clean("\ud873\udc56") == "\U0002cc56"


def test_a_decomposed_letter_is_composed() -> None:
    assert clean("Jose\u0301") == "José"


@pytest.mark.parametrize("dot", ["·", "•", "．", "・", "‧", "∙", "･", ".", " · ", "••"])
def test_every_variant_of_the_dot_in_a_minority_name_is_one_dot(dot: str) -> None:
    assert clean_name(f"阿卜杜热依木{dot}买买提") == "阿卜杜热依木·买买提"


def test_spaces_inside_a_han_name_are_alignment_and_inside_a_latin_one_are_not() -> None:
    assert clean_name("王　 芳") == "王芳"
    assert clean_name("Maria da  Silva") == "Maria da Silva"
    assert clean_name("J. Smith") == "J. Smith"


@pytest.mark.parametrize("name", ["张三", "阿卜杜热依木·买买提", "吉克曲布", f"王{RARE[:2]}", "Maria da Silva"])
def test_real_names_raise_no_doubt(name: str) -> None:
    assert name_doubts(name) == ()


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("张\ue5e5", "自造字"),
        ("王?", "无法识别"),
        ("张三1", "数字"),
        ("张三（已故）", "备注"),
        ("王", "一个字"),
        ("王" * 51, "50"),
    ],
)
def test_a_strange_name_is_doubted_with_a_sentence(name: str, word: str) -> None:
    assert word in name_doubts(name)[0]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("138 1234 5678", "13812345678"),
        ("１３８－１２３４－５６７８", "13812345678"),
        ("+86 138-1234-5678", "13812345678"),
        ("8613812345678", "13812345678"),
        ("'13812345678", "13812345678"),
        ("13812345678.0", "13812345678"),
        ("\u202d13812345678\u202c", "13812345678"),
        ("(0831)7654321", "0831-7654321"),
        ("0831 7654321", "0831-7654321"),
        ("08317654321", "0831-7654321"),
        ("01012345678", "010-12345678"),
        ("+86 831 7654321", "0831-7654321"),
        ("0831－7654321转801", "0831-7654321-801"),
        ("7654321", "7654321"),
        ("+852 9123 4567", "+85291234567"),
        ("400-123-4567", "400-123-4567"),
    ],
)
def test_a_telephone_number_is_stored_in_one_spelling(typed: str, stored: str) -> None:
    assert clean_phone(typed) == stored
    assert phone_doubt(stored) is None


@pytest.mark.parametrize(
    ("phone", "word"),
    [
        ("1381234567", "11 位"),
        ("13812345678/13912345678", "不止一个"),
        ("138****5678", "打了码"),
        ("村头老王家", "不像电话"),
    ],
)
def test_what_is_no_telephone_number_is_kept_and_doubted(phone: str, word: str) -> None:
    assert clean_phone(phone) == phone
    assert word in (phone_doubt(phone) or "")


def test_an_empty_telephone_number_is_no_doubt() -> None:
    assert phone_doubt("") is None


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("110101199003071234", "110101********1234"),
        ("110101900307123", "110101*****7123"),
        ("E12345678", "E1*****78"),
        ("12345", "*****"),
        ("", ""),
    ],
)
def test_a_document_number_is_masked_to_its_ends(number: str, shown: str) -> None:
    assert mask_id(number) == shown


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("13812345678", "138****5678"), ("0831-7654321", "0831-****321"), ("7654321", "****321"), ("110", "***")],
)
def test_a_telephone_number_is_masked_in_the_middle(phone: str, shown: str) -> None:
    assert mask_phone(phone) == shown


@given(st.text(min_size=5, max_size=30))
def test_masking_keeps_the_length_of_a_document_number(number: str) -> None:
    assert len(mask_id(number)) == len(number)
    assert "*" in mask_id(number)
