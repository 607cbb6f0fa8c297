"""Printed lists: every row once, the heading on every page."""

from __future__ import annotations

import pytest

from app.documents.fonts import MissingGlyphs, bundled_fonts
from app.documents.list_print import Column, ListPaper, render_list
from tests.documents.reading import page_count, read_text, squashed

COLUMNS = (Column("序号", 0.5, 0.5), Column("姓名"), Column("现住地址", 3), Column("金额", 1, 1.0))


def listed(*rows: tuple[str, ...]) -> ListPaper:
    return ListPaper(
        title="常住人口登记簿", columns=COLUMNS, rows=rows, printed_on="2026年11月23日", operator="王芳",
        organisation="青石镇社会管理中心", basis="河湾村",
    )  # fmt: skip


def test_every_row_is_printed_once_and_the_heading_stands_on_every_page() -> None:
    rows = [(str(number), "𬱖𬎆", f"青石镇河湾村{number}号" + "长" * (number % 40), "3.50") for number in range(100)]
    pdf = render_list(listed(*rows), fonts=bundled_fonts())
    pages = page_count(pdf)
    assert pages > 3
    for page in range(1, pages + 1):
        text = squashed(read_text(pdf, page=page))
        assert "常住人口登记簿" in text
        assert "序号姓名现住地址金额" in text
        assert f"第{page}页共{pages}页共100条" in text
        assert "打印：2026年11月23日操作人：王芳" in text
    text = squashed(read_text(pdf))
    for number, name, address, amount in rows:
        assert text.count(number + name + address + amount) == 1


def test_a_cell_longer_than_a_page_goes_on_to_the_next() -> None:
    story = "".join(chr(0x4E00 + number) for number in range(3000))
    pdf = render_list(listed(("1", "张三", story, "")), fonts=bundled_fonts())
    assert page_count(pdf) > 1
    seen = set(squashed(read_text(pdf)))
    assert set(story) <= seen


def test_a_list_without_rows_says_so() -> None:
    assert "没有符合条件的记录" in read_text(render_list(listed(), fonts=bundled_fonts()))


def test_a_missing_glyph_is_named_with_row_and_column() -> None:
    with pytest.raises(MissingGlyphs) as caught:
        render_list(listed(("1", "张", "", ""), ("2", "王\U00031351", "", "")), fonts=bundled_fonts())
    assert caught.value.findings[0].where == "第 2 条 · 姓名"
