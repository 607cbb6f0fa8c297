"""The recovery sheet: one page, the key whole and in order."""

from __future__ import annotations

from app.documents.fonts import bundled_fonts
from app.documents.recovery_sheet import RecoverySheet, render_recovery_sheet
from tests.documents.reading import page_count, read_text, squashed

GROUPS = tuple(f"K{number}X{number * 7:03}" for number in range(13))


def test_the_sheet_is_one_page_and_holds_the_key_group_by_group() -> None:
    sheet = RecoverySheet(township="青石县䶮石镇", made_on="2026年11月23日", key_groups=GROUPS, computer="一号机")
    pdf = render_recovery_sheet(sheet, fonts=bundled_fonts())
    assert page_count(pdf) == 1
    words = read_text(pdf).split()
    assert [word for word in words if word in GROUPS] == list(GROUPS)
    text = squashed(read_text(pdf))
    for part in ("数据恢复密钥单", "青石县䶮石镇", "2026年11月23日", "不要拍照", "保管人（签名）：", "封存日期："):
        assert part in text
