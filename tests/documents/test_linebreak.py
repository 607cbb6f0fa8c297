"""避头尾: the breaker alone, over invented widths."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.documents.linebreak import NO_END, NO_START, Line, Measure, break_lines, squeeze

EM = 10.0
HAN = st.sampled_from("乡镇人民调解委员会协议书张王李赵𬱖𫖯䶮阿卜杜拉零壹贰元年月日")
OPENING = st.sampled_from("（“《【〔‘￥")
CLOSING = st.sampled_from("，。、；：？！”》）】…%·")
LATIN = st.text("abcXYZ0123456789", min_size=1, max_size=6)
CHUNK = st.builds(
    lambda opening, core, closing: opening + core + closing,
    st.one_of(st.just(""), OPENING),
    st.one_of(st.text(HAN, min_size=1, max_size=4), LATIN, st.sampled_from(["……", "——", "2026年11月23日", "a b"])),
    st.one_of(st.just(""), CLOSING, st.builds("".join, st.tuples(CLOSING, CLOSING))),
)
PROSE = st.lists(CHUNK, min_size=1, max_size=40).map("".join)


def widths_of(text: str) -> list[float]:
    return [EM if char >= "\u2e80" or char in "“”‘’…—" else EM / 2 for char in text]


def broken(text: str, width_em: float, indent: float = 0.0) -> list[str]:
    measure = Measure(em=EM, width=width_em * EM, first_indent=indent * EM)
    lines = break_lines(text, squeeze(text, widths_of(text), em=EM), measure)
    return [text[line.start : line.end] for line in lines]


@given(PROSE, st.integers(8, 40), st.sampled_from([0.0, 2.0]))
def test_no_character_is_lost_or_doubled(text: str, width: int, indent: float) -> None:
    assert "".join(broken(text, width, indent)) == text


@given(PROSE, st.integers(16, 40))
def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one(text: str, width: int) -> None:
    lines = broken(text, width, 2.0)
    for before, after in pairwise(lines):
        assert after[0] not in NO_START
        assert before.rstrip()[-1] not in NO_END


@given(PROSE, st.integers(16, 40))
def test_dashes_and_ellipses_are_not_cut(text: str, width: int) -> None:
    for before, after in pairwise(broken(text, width)):
        assert not (before[-1] == after[0] and before[-1] in "…—")


@given(st.text(st.one_of(HAN, OPENING, CLOSING, st.sampled_from("ab 12\u3000，。…—")), max_size=60), st.integers(1, 30))
def test_any_text_at_any_width_ends_and_is_whole(text: str, width: int) -> None:
    measure = Measure(em=EM, width=width * EM)
    lines = break_lines(text, squeeze(text, widths_of(text), em=EM), measure)
    assert [line.start for line in lines[1:]] == [line.end for line in lines[:-1]]
    assert lines[0].start == 0
    assert lines[-1].end == len(text)
    for line in lines:
        assert line.width <= measure.width + 0.1 or line.end == line.start + 1


@given(
    st.lists(st.one_of(HAN, st.sampled_from(["3,500元", "2026年", "18%", "0.35米"])), max_size=80), st.integers(14, 40)
)
def test_a_number_is_never_parted_from_its_unit(parts: list[str], width: int) -> None:
    for before, after in pairwise(broken("".join(parts), width)):
        assert not (before[-1].isdigit() and after[0] in "0123456789,.%元年米")
        assert not (before[-1] in ",." and after[0].isdigit())


def test_a_date_goes_to_the_next_line_whole_where_the_line_can_bear_it() -> None:
    text = "甲方和乙方共同约定最迟于2026年11月23日履行"
    assert broken(text, 15) == ["甲方和乙方共同约定最迟于", "2026年11月23日履行"]


def test_a_date_is_parted_after_the_month_or_the_year_where_the_line_would_be_too_short() -> None:
    text = "甲方约定应当最迟于2026年11月23日履行"
    assert broken(text, 14) == ["甲方约定应当最迟于2026年11月", "23日履行"]


def test_a_word_longer_than_a_line_is_cut_rather_than_run_over_the_margin() -> None:
    assert broken("a" * 50, 10) == ["a" * 20, "a" * 20, "a" * 10]


def test_an_amount_in_capitals_stays_whole() -> None:
    assert broken("赔偿款的大写金额合计人民币壹万贰仟元整", 16) == ["赔偿款的大写金额合计人民币", "壹万贰仟元整"]


def test_marks_that_meet_share_a_square() -> None:
    text = "（《乡规》）。"
    natural = widths_of(text)
    tight = squeeze(text, natural, em=EM)
    assert sum(natural) - sum(tight) == 3 * EM / 2


def test_a_closing_mark_at_the_end_of_a_line_takes_half_a_square() -> None:
    assert broken("一二三四五六七八九，十", 9.5) == ["一二三四五六七八九，", "十"]


def test_an_opening_mark_at_the_head_of_a_line_is_flush_with_the_margin() -> None:
    text = "一二三四五六七八（九十）"
    lines = break_lines(text, widths_of(text), Measure(em=EM, width=8 * EM))
    assert lines[1] == Line(8, 12, 3 * EM, EM / 2)


def test_spaces_at_the_end_of_a_line_take_no_room() -> None:
    assert broken("一二三四　　五六", 4) == ["一二三四　　", "五六"]


def test_an_empty_text_is_one_empty_line() -> None:
    assert break_lines("", [], Measure(em=EM, width=100)) == [Line(0, 0, 0.0)]
