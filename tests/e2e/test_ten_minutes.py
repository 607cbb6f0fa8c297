"""The promise of the first day: from an empty folder to a printed agreement, by keys, with no county and no network."""

from __future__ import annotations

import subprocess
from pathlib import Path

from demo.children import Player
from demo.day import ADMINISTRATOR, CLERK, COMMITTEE, COUNTY, TOWNSHIP

KEYS_PER_MINUTE = 180
"""An unhurried typist: three keys a second."""


def test_from_the_first_window_to_a_printed_agreement_in_ten_minutes(tmp_path: Path) -> None:
    output = tmp_path / "output"
    output.mkdir()
    pc = Player("一台电脑", "demo.pc", "alone", str(tmp_path / "data"), str(output), log=tmp_path / "pc.log")
    try:
        first = pc.play(
            "first_start",
            township=TOWNSHIP, county=COUNTY, committee=COMMITTEE, administrator=ADMINISTRATOR, clerk=CLERK,
        )  # fmt: skip
        assert first["status"].startswith("单机使用")
        paper = pc.play("mediate_strangers")
    finally:
        pc.end()
    strokes = first["strokes"] + paper["strokes"]
    assert strokes < 10 * KEYS_PER_MINUTE
    assert paper["number"].endswith("第1号")
    text = read(output / paper["file"])
    for words in ("人民调解协议书", COMMITTEE, "张大山", "李长河", "一式", "三、今后修整院墙先与对方商量。"):
        assert words in text
    assert "草稿" not in text
    sheet = read(output / first["sheet"])
    assert TOWNSHIP in sheet
    assert "Traceback" not in (tmp_path / "pc.log").read_text("utf-8")


def read(path: Path) -> str:
    """The text of a PDF as another program reads it."""
    return subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], capture_output=True, encoding="utf-8", check=True
    ).stdout
