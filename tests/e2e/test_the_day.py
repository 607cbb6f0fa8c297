"""The day of one township, as ``dev.py demo`` lives it, with fewer people: the whole program on real parts."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from openpyxl import load_workbook

from demo import album
from demo.children import ROOT, environment

COMMAND = [sys.executable, "-m", "demo", "--no-window", "--people", "300", "--keep"]
LIMIT_S = 420
FOLDERS = ("pages", "pages-150")


@dataclass(frozen=True)
class Lived:
    """How the day ended."""

    code: int
    said: str
    output: Path

    def line(self, *words: str) -> str:
        """The one line that holds all the words."""
        found = [line for line in self.said.splitlines() if all(word in line for word in words)]
        assert len(found) == 1, (words, self.said)
        return found[0]


@pytest.fixture(scope="module")
def day() -> Iterator[Lived]:
    """The day, lived once for all tests here."""
    # Not in pytest's folder: another run of tests closes that to the account PostgreSQL runs as.
    with TemporaryDirectory(prefix="day", ignore_cleanup_errors=True) as folder:
        output = Path(folder) / "output"
        done = subprocess.run(
            [*COMMAND, str(output)],
            cwd=ROOT, env=environment(), capture_output=True, encoding="utf-8", timeout=LIMIT_S, check=False,
        )  # fmt: skip
        yield Lived(done.returncode, done.stdout + done.stderr, output)


def test_everything_promised_was_so(day: Lived) -> None:
    assert day.code == 0, day.said
    assert "全部做到" in day.said


def test_a_township_is_set_up_in_three_steps_by_keys_and_says_that_it_works_alone(day: Lived) -> None:
    assert "单机使用" in day.line("三步建好")
    assert (day.output / "恢复密钥单.pdf").exists()


def test_the_people_of_a_township_are_put_in(day: Lived) -> None:
    assert re.search(r"3\d\d 人、\d+ 户", day.line("批量放入"))


def test_the_messy_ledger_comes_in_with_a_report_and_the_bad_rows_aside(day: Lived) -> None:
    assert re.search(r"新增 \d+，跳过 \d+，有误 \d+", day.line("导入有毛病的台账"))
    for name in ("导入报告.xlsx", "有误的行.xlsx"):
        assert load_workbook(day.output / name).active is not None


def test_a_rare_name_is_found_by_its_first_letters(day: Lived) -> None:
    assert any(ord(each) > 0xFFFF for each in day.line("Ctrl+K 打", "找到"))


def test_a_dispute_is_mediated_and_its_agreement_numbered(day: Lived) -> None:
    assert "青禾镇人调字第1号，3 份" in day.line("相邻排水纠纷", "定稿")


def test_a_township_that_worked_alone_joins_the_county_with_all_it_has(day: Lived) -> None:
    assert "已同步" in day.line("综治中心加入", "全部上报")


def test_the_police_station_joins_by_two_codes(day: Lived) -> None:
    assert re.search(r"取回 \d+ 人，看不到矛盾纠纷", day.line("派出所凭配对码"))


def test_a_patrol_with_two_findings_is_recorded_by_keys(day: Lived) -> None:
    assert "两处情况" in day.line("派出所登记巡逻")


def test_cut_off_both_bars_say_so_with_what_waits_and_work_goes_on(day: Lived) -> None:
    for pc in ("综治中心状态栏：离线", "派出所状态栏：离线"):
        assert re.search(r"\d+ 处待上报，最后确认", day.line(pc))
    assert "第2号" in day.line("断网中又办一件纠纷")


def test_one_change_merges_by_itself_and_one_conflict_is_decided_by_a_person(day: Lived) -> None:
    assert day.line("自动合并，两边都在")
    both = day.line("并排显示")  # in the order in which the two PCs were quicker
    assert "14011112222" in both
    assert "14033334444" in both
    assert "两边一致" in day.line("办事员写明理由")


def test_who_changed_what_can_be_read_afterwards(day: Lived) -> None:
    assert "4 次操作" in day.line("历史里有")


def test_the_county_and_both_pcs_are_equal_in_every_stream_each_may_see(day: Lived) -> None:
    for label, is_seen in (("机构与账户", True), ("人口与户", True), ("矛盾纠纷", False), ("巡逻与隐患", True)):
        line = day.line(label, "一致")
        assert "不一致" not in line
        assert ("看不到" in line) is not is_seen


def test_a_photo_loses_its_place_and_comes_to_every_pc_that_may_see_it(day: Lived) -> None:
    assert "位置已去掉" in day.line("手机照片")
    line = day.line("附件：综治中心")
    found = re.search(r"综治中心 (\d+) 个，派出所 (\d+) 个，都能打开", line)
    assert found is not None
    assert int(found[1]) >= int(found[2]) >= 5


def test_a_tenant_is_registered_with_the_house_and_told_about_the_permit(day: Lived) -> None:
    assert "提示已住满半年" in day.line("租住一处房屋")


def test_a_dispute_goes_into_the_platform_by_one_key_and_its_table_is_compared(day: Lived) -> None:
    assert re.search(r"复制 \d+ 栏，记下平台案号 ZZ2026-000118", day.line("誊录：空格"))
    assert day.line("与平台导出的表比对")


def test_matters_go_to_a_colleague_a_village_and_the_other_pc(day: Lived) -> None:
    assert "还没有接收" in day.line("把这件纠纷交给")
    assert re.search(r"承办：\S+村", day.line("代录接收"))
    assert "还没有接收" in day.line("接收后又交给")
    assert day.line("按 Ctrl+J 接收，承办换人")


def test_a_backup_is_made_and_opened_again(day: Lived) -> None:
    assert re.search(r"打开核对：\d+ MB", day.line("备份到移动盘"))
    assert any((day.output / "备份").iterdir())


def test_what_the_county_says_applies_on_both_pcs_after_one_round(day: Lived) -> None:
    assert "同步一次就照办" in day.line("县里发布配置")


def test_the_command_line_does_the_same_and_its_words_are_kept(day: Lived) -> None:
    words = (day.output / "命令行.txt").read_text("utf-8")
    for command in (
        "search",
        "matters --overdue",
        "platforms",
        "export hazard",
        "count 人口",
        "numbers-sheet",
        "takeout",
    ):
        assert f"数据文件夹 {command}" in words
    for made in ("编号清单.pdf", "隐患统计.xlsx", "隐患文书.docx"):
        assert (day.output / made).stat().st_size > 2_000
    out = day.output / "全部数据"
    assert list(out.rglob("*.jsonl"))
    assert list(out.rglob("*.jpg"))


def test_every_register_is_counted_at_both_pcs(day: Lived) -> None:
    for label in ("流动人口", "租赁房屋", "隐患"):
        counts = re.findall(rf"^ +{label} +(\d+) +(\d+)$", day.said, flags=re.MULTILINE)
        assert len(counts) == 1, day.said
        assert counts[0][0] == counts[0][1] != "0"


def test_every_picture_of_the_album_was_taken(day: Lived) -> None:
    taken = {path.name for path in (day.output / "screens").glob("*.png")}
    assert taken == {album.file_name(name) for name in album.NAMES}


def test_every_page_was_photographed_at_both_sizes(day: Lived) -> None:
    pages, large = (sorted(path.name for path in (day.output / "screens" / name).glob("*.png")) for name in FOLDERS)
    assert len(pages) >= 12
    assert pages == large


def test_the_papers_are_there_and_can_be_read_by_another_program(day: Lived) -> None:
    papers = sorted(path.name for path in day.output.glob("*.pdf"))
    assert any(name.startswith("人民调解协议书") for name in papers), papers
    for name in papers:
        text = subprocess.run(
            ["pdftotext", "-layout", str(day.output / name), "-"], capture_output=True, encoding="utf-8", check=True
        ).stdout
        assert len(text.strip()) > 100, name


def test_the_summary_says_what_the_screen_said(day: Lived) -> None:
    summary = (day.output / "summary.txt").read_text("utf-8")
    assert "全部做到" in summary
    assert re.search(r"用时 \d+ 秒", summary)


@pytest.mark.skipif(os.name != "posix", reason="Ctrl+C is sent to one process only where there are signals")
def test_ctrl_c_ends_every_process_it_started() -> None:
    with TemporaryDirectory(prefix="day", ignore_cleanup_errors=True) as folder:
        with subprocess.Popen(
            [*COMMAND, folder], cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            encoding="utf-8", start_new_session=True,
        ) as running:  # fmt: skip
            assert running.stdout is not None
            line = next(line for line in running.stdout if "三步建好" in line or "没有做到" in line)
            assert "三步建好" in line
            running.send_signal(signal.SIGINT)
            rest = running.stdout.read()
            assert running.wait(60) == 130, rest
        assert "已停止" in rest
        assert _processes_about(folder) == []


def test_a_folder_that_holds_something_else_is_never_emptied(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "letter.txt").write_text("mine", encoding="utf-8")
    done = subprocess.run(
        [*COMMAND, str(tmp_path)], cwd=ROOT, env=environment(), capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 1
    assert "不敢清空" in done.stdout
    assert (tmp_path / "data" / "letter.txt").read_text("utf-8") == "mine"


def _processes_about(folder: str) -> list[str]:
    """Command lines of living processes that name the folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        if folder in command:
            found.append(command)
    return found
