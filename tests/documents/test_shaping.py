"""Ink and what it is read as."""

from __future__ import annotations

import pytest

from app.documents.blocks import BODY, Setter
from app.documents.fonts import bundled_fonts
from app.documents.paper import Furniture, Paper
from app.documents.shaping import Span
from app.documents.text import Text
from tests.documents.reading import page_count, read_text, read_words, squashed

BOOK = bundled_fonts()


def printed(*texts: Text) -> bytes:
    return Paper(furniture=Furniture(title="试", page_number=""), fonts=BOOK).render(list(texts))


def test_tick_boxes_which_no_font_has_are_drawn_and_read_as_themselves() -> None:
    assert squashed(read_text(printed(Text("☑男☐女", BODY, BOOK)))) == "☑男☐女"


def test_a_character_left_to_be_written_by_hand_stays_in_the_text_layer() -> None:
    book = BOOK.leaving_blank("\U00031351")
    assert squashed(read_text(printed(Text("张\U00031351小", BODY, book)))) == "张\U00031351小"


def test_a_loosely_set_line_is_copied_without_spaces_between_its_characters() -> None:
    text = "甲方应当把有关全部证据材料的扫描件发送到电子邮箱qingshi_tiaojie@example.com由其转交"
    assert (
        read_text(printed(Text(text, BODY, BOOK))).strip().splitlines()[0]
        == "甲方应当把有关全部证据材料的扫描件发送到电子邮箱"
    )


def test_lines_of_a_justified_paragraph_end_at_the_margin() -> None:
    pdf = printed(Text("青石镇人民调解委员会依法调解" * 12, BODY.but(first_indent=2), BOOK))
    lines = [word for word in read_words(pdf, page=1) if len(word[0]) > 5]
    assert {round(right) for _, _, _, right, _ in lines[:-1]} == {524}
    assert round(lines[0][1]) == 85 + 28
    assert {round(left) for _, left, *_ in lines[1:]} == {85}


def test_underlined_words_and_blanks_do_not_disturb_the_text() -> None:
    line = Setter(BOOK).spans(Span("本协议一式"), Span(" 三 ", underline=True), Span("份"), Span(blank=6), Span("止。"))
    assert squashed(read_text(printed(line))) == "本协议一式三份止。"


@pytest.mark.parametrize("before", [23, 24, 25, 26, 27])
def test_a_paragraph_over_two_pages_leaves_no_single_line_and_loses_nothing(before: int) -> None:
    text = "".join(chr(0x4E00 + number) for number in range(31 * 5))
    pdf = printed(*(Text("前", BODY, BOOK) for _ in range(before)), Text(text, BODY, BOOK))
    assert text in squashed(read_text(pdf))
    for page in range(1, page_count(pdf) + 1):
        assert sum(len(line) > 5 for line in read_text(pdf, page=page).splitlines()) != 1
