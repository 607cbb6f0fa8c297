"""Which font prints which character, and what is said when none does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from app.documents import fonts
from app.documents.fonts import FontBook, FontFile, MissingGlyphs, Role, Written, bundled_fonts, system_fonts, visible
from app.resources import resource_path

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("char", "张䶮㛃𬱖𬎆𫖯𫠊·“—…，（1A%㐀𠮷")
@pytest.mark.parametrize("role", list(Role))
def test_common_and_rare_characters_have_a_glyph_in_every_role(char: str, role: Role) -> None:
    glyph = bundled_fonts().glyph(char, role)
    assert glyph is not None
    assert glyph.advance > 0.1


def test_a_character_that_no_font_has_is_named_with_its_place_and_the_next_step() -> None:
    with pytest.raises(MissingGlyphs) as caught:
        bundled_fonts().check_glyphs(
            [
                Written("编号", "（2026）第1号"),
                Written("当事人 · 第 1 行 · 姓名", "张\U00031351\U00031351", ("parties", 0, "name")),
            ]
        )
    (finding,) = caught.value.findings
    assert finding.path == ("parties", 0, "name")
    assert str(finding) == (
        "当事人 · 第 1 行 · 姓名：“\U00031351”（U+31351）没有字体能印出"
        "（请核对是否打错；确是此字的，选“留空手写”后再打印）"
    )


@pytest.mark.parametrize(
    ("char", "words"),
    [
        ("\ue000", "（U+E000）是造字区的字"),
        ("\x07", "看不见的控制符（U+0007）"),
        ("\ud840", "看不见的控制符（U+D840）"),
    ],
)
def test_private_use_and_control_characters_are_refused_in_their_own_words(char: str, words: str) -> None:
    (finding,) = bundled_fonts().find_missing([Written("姓名", f"王{char}")])
    assert words in finding.sentence


def test_a_private_use_character_is_refused_even_where_a_font_happens_to_draw_it(tmp_path: Path) -> None:
    file = FontFile(tmp_path / "own.ttf")
    file.path.write_bytes(resource_path("fonts/NotoSerifSC-Regular.ttf").read_bytes())
    font = fonts._open(file)
    assert font is not None
    font.face.charToGlyph[0xE000] = font.face.charToGlyph[ord("人")]
    assert font.draws("\ue000")
    assert FontBook({Role.SONG: (file,)}).glyph("\ue000") is None


def test_a_mapping_to_an_empty_outline_is_no_glyph(tmp_path: Path) -> None:
    file = FontFile(tmp_path / "hollow.ttf")
    file.path.write_bytes(resource_path("fonts/NotoSerifSC-Regular.ttf").read_bytes())
    font = fonts._open(file)
    assert font is not None
    font.face.charToGlyph[ord("人")] = font.face.charToGlyph[0x20]
    font.face.charToGlyph[ord("民")] = 0
    book = FontBook({Role.SONG: (file,)})
    assert [book.glyph(char) for char in "人民"] == [None, None]
    assert book.glyph(" ") is not None


@pytest.mark.parametrize("selector", ["\ufe00", "\ufe0f", "\U000e0100", "\u200b", "\ufeff", "\u2060"])
def test_variation_selectors_and_joiners_neither_stop_a_paper_nor_print(selector: str) -> None:
    assert bundled_fonts().find_missing([Written("姓名", f"葛{selector}洪")]) == ()
    assert visible(f"葛{selector}洪") == "葛洪"


def test_a_character_left_to_be_written_by_hand_does_not_stop_the_paper() -> None:
    book = bundled_fonts().leaving_blank("\U00031351")
    assert book.find_missing([Written("姓名", "张\U00031351")]) == ()
    assert book.is_blank("\U00031351")
    assert not bundled_fonts().is_blank("\U00031351")


def test_windows_own_fonts_come_first_and_their_song_is_emboldened_for_titles(tmp_path: Path) -> None:
    (tmp_path / "simsun.ttc").write_bytes(resource_path("fonts/NotoSansSC-Regular.ttf").read_bytes())
    book = system_fonts(tmp_path)
    song, title, hei = (book.glyph("人", role) for role in (Role.SONG, Role.SONG_BOLD, Role.HEI))
    assert song is not None
    assert title is not None
    assert hei is not None
    assert (song.font, song.embolden) == ("simsun-0", False)
    assert (title.font, title.embolden) == ("simsun-0", True)
    assert hei.font == "NotoSansSC-Medium-0"
    rare = book.glyph("𬎆", Role.FANGSONG)
    assert rare is not None
    assert rare.font == "HanaMinB-0"


def test_a_damaged_font_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "simsun.ttc").write_bytes(b"no font at all")
    glyph = system_fonts(tmp_path).glyph("人")
    assert glyph is not None
    assert glyph.font == "NotoSerifSC-Regular-0"


def test_the_large_font_of_rare_characters_is_not_opened_until_one_occurs() -> None:
    program = (
        "from app.documents import fonts\n"
        "from app.documents.agreement import render_agreement\n"
        "from tests.documents.samples import PLAIN, HARD\n"
        "for paper in (PLAIN, HARD):\n"
        "    render_agreement(paper, fonts=fonts.bundled_fonts())\n"
        "    print(*sorted(path.stem for path, _ in fonts._loaded))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    plain, hard = done.stdout.splitlines()
    assert plain == "NotoSerifSC-Bold NotoSerifSC-Regular"
    assert "HanaMinB" in hard
