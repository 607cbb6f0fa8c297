"""The agreement: stopped until it is whole, printed as evidence, kept, frozen, marked when printed again."""

from __future__ import annotations

import errno
import hashlib
import os
import subprocess
from datetime import date
from pathlib import Path

import pytest

from app.errors import StoreError, UserError
from app.models.registers import Agreement, Committee, Dispute, Party
from app.services import numbers, papers, takeout
from app.services.office import Office


def read_back(body: bytes, folder: Path) -> str:
    path = folder / "paper.pdf"
    path.write_bytes(body)
    return subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True).stdout


@pytest.fixture
def dispute(office: Office) -> Dispute:
    committee = next(iter(office.reader.all("committee")))
    made = Dispute(
        name="张三与李𬱖相邻用水纠纷",
        committee=committee.id,
        parties=(
            Party(name="张三", sex="1", ethnicity="01", birth_on=date(1971, 3, 5), address="青溪村一组"),
            Party(name="李𬱖", role="respondent", sex="2", ethnicity="22", address="青溪村二组"),
        ),
        agreements=(
            Agreement(
                facts="因引水渠改道发生争执。",
                clauses="恢复原水渠。\n李𬱖补偿张三人民币800元。",
                performance="2026年12月1日前。",
                mediators="王主任、赵六",
                signed_on=date(2026, 11, 20),
            ),
        ),
    )
    office.save(made)
    return made


def stored(office: Office, dispute: Dispute) -> Dispute:
    found = office.reader.get("dispute", dispute.id)
    assert isinstance(found, Dispute)
    return found


def test_the_paper_says_what_the_record_says(office: Office, dispute: Dispute, tmp_path: Path) -> None:
    printed = papers.print_agreement(office, dispute.id)
    text = read_back(printed.body, tmp_path)
    for expected in ("人民调解协议书", "张三", "李𬱖", "畲", "恢复原水渠", "（2026）青溪镇人调字第1号", "一式三份"):
        assert expected in text.replace(" ", ""), expected
    assert printed.copies == 3


def test_what_was_printed_is_kept_and_recorded_with_its_fingerprint(office: Office, dispute: Dispute) -> None:
    printed = papers.print_agreement(office, dispute.id)
    assert printed.sha256 == hashlib.sha256(printed.body).hexdigest()
    assert papers.kept_paper(office, printed.sha256) == printed.body
    line = stored(office, dispute).papers[0]
    assert (line.sha256, line.pages, line.copies, line.reprint) == (printed.sha256, printed.pages, 3, 0)
    assert stored(office, dispute).stage == "agreed"
    assert office.doctor().complaints == ()
    assert line.file is not None
    assert office.store.blobs.read(line.file) == printed.body


def test_a_paper_printed_before_there_were_attachments_is_still_read_and_taken_out(
    office: Office, dispute: Dispute, tmp_path: Path
) -> None:
    printed = papers.print_agreement(office, dispute.id)
    line = stored(office, dispute).papers[0]
    office.store.write("t", lambda unit: unit.set_fields("dispute_paper", line.id, {"file": None}))
    office.store.blobs.path(str(line.file)).unlink()
    assert papers.kept_paper(office, printed.sha256) is None
    old = "INSERT INTO kept_file (sha256, name, body, kept_at) VALUES (?, '人民调解协议书', ?, '2026-11-20')"
    office.store.submit(lambda conn: conn.execute(old, (printed.sha256, printed.body))).result()
    assert papers.kept_paper(office, printed.sha256) == printed.body
    assert takeout.take_out(office, tmp_path / "out").papers == 1
    (path,) = (tmp_path / "out" / "印出的文书").iterdir()
    assert path.read_bytes() == printed.body


def test_a_paper_whose_file_was_changed_or_never_came_is_not_shown_as_the_original(
    office: Office, dispute: Dispute, tmp_path: Path
) -> None:
    printed = papers.print_agreement(office, dispute.id)
    line = stored(office, dispute).papers[0]
    forged = office.store.blobs.put(printed.body.replace(b"/Type", b"/type", 1)).id
    office.store.write("t", lambda unit: unit.set_fields("dispute_paper", line.id, {"file": forged}))
    with pytest.raises(StoreError, match="不能当作原件"):
        papers.kept_paper(office, printed.sha256)
    office.store.write("t", lambda unit: unit.set_fields("dispute_paper", line.id, {"file": line.file}))
    office.store.blobs.path(str(line.file)).unlink()
    with pytest.raises(StoreError, match="还没有到这台电脑"):
        papers.kept_paper(office, printed.sha256)
    taken = takeout.take_out(office, tmp_path / "out")
    assert (taken.papers, taken.papers_not_here) == (0, 1)


def test_a_full_disk_while_printing_records_nothing_and_uses_no_number(
    office: Office, dispute: Dispute, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", full)
        with pytest.raises(StoreError, match="磁盘写不进去"):
            papers.print_agreement(office, dispute.id)
    assert stored(office, dispute).agreements[0].number is None
    assert stored(office, dispute).papers == ()
    assert "第1号" in papers.print_agreement(office, dispute.id).number


def test_a_second_printing_is_marked_and_keeps_the_number(office: Office, dispute: Dispute, tmp_path: Path) -> None:
    first = papers.print_agreement(office, dispute.id)
    second = papers.print_agreement(office, dispute.id)
    assert second.number == first.number
    assert second.reprint == 1
    assert "补印" in read_back(second.body, tmp_path)
    assert "补印" not in read_back(first.body, tmp_path)
    assert papers.kept_paper(office, first.sha256) == first.body


def test_particulars_are_frozen_at_signing(office: Office, dispute: Dispute) -> None:
    papers.print_agreement(office, dispute.id)
    frozen = stored(office, dispute).parties[0].particulars
    assert frozen is not None
    assert frozen["年龄"] == "55岁"
    assert frozen["单位或住址"] == "青溪村一组"


def test_what_is_missing_stops_the_print_with_its_place(office: Office, dispute: Dispute) -> None:
    bare = dispute.model_copy(update={"parties": dispute.parties[:1], "agreements": (Agreement(),)})
    office.save(bare)
    with pytest.raises(UserError) as stopped:
        papers.print_agreement(office, dispute.id)
    said = " ".join(str(one) for one in stopped.value.findings)
    assert "至少要有两方当事人" in said
    assert "调解协议 · 第 1 行 · 协议内容" in said
    assert stored(office, dispute).papers == ()


def test_a_character_no_font_has_stops_the_print_and_takes_no_number(office: Office, dispute: Dispute) -> None:
    strange = dispute.parties[0].model_copy(update={"name": "张\U000e0f00"})
    office.save(dispute.model_copy(update={"parties": (strange, dispute.parties[1])}))
    with pytest.raises(UserError) as stopped:
        papers.print_agreement(office, dispute.id)
    assert "U+E0F00" in str(stopped.value.findings[0])
    assert "姓名" in str(stopped.value.findings[0])
    assert stored(office, dispute).papers == ()
    assert stored(office, dispute).agreements[0].number is None


def test_a_character_left_to_the_hand_prints(office: Office, dispute: Dispute) -> None:
    rare = "\U0003134a"
    strange = dispute.parties[0].model_copy(update={"name": f"张{rare}"})
    office.save(dispute.model_copy(update={"parties": (strange, dispute.parties[1])}))
    with pytest.raises(papers.MissingGlyphs) as stopped:
        papers.print_agreement(office, dispute.id)
    assert stopped.value.characters == rare
    assert papers.print_agreement(office, dispute.id, by_hand=rare).reprint == 0


def test_a_preview_is_a_draft_and_leaves_no_trace(office: Office, dispute: Dispute, tmp_path: Path) -> None:
    before = office.doctor().operations
    text = read_back(papers.preview_agreement(office, dispute), tmp_path)
    assert "草" in text
    assert "稿" in text
    assert office.doctor().operations == before


def test_numbers_run_on_and_never_come_back(office: Office, dispute: Dispute) -> None:
    papers.print_agreement(office, dispute.id)
    office.delete("dispute", dispute.id, reason="作废")
    committee = next(iter(office.reader.all("committee")))
    assert isinstance(committee, Committee)
    assert numbers.next_number(office, committee, date(2026, 12, 31)) == "（2026）青溪镇人调字第2号"
    assert numbers.next_number(office, committee, date(2027, 1, 1)) == "（2027）青溪镇人调字第1号"
    kept_before = committee.model_copy(update={"numbering": "（{year}）{abbreviation}人调字第{number}号"})
    assert numbers.next_number(office, kept_before, date(2026, 12, 31)) == "（2026）青溪镇人调字第2号"


def test_a_pc_without_the_number_book_prints_number_to_come(office: Office, dispute: Dispute, tmp_path: Path) -> None:
    office.store.submit(lambda conn: conn.execute("DELETE FROM meta WHERE name = ?", (numbers.HOLDS_BOOKS,))).result()
    printed = papers.print_agreement(office, dispute.id)
    assert printed.number == ""
    assert "编号待编" in read_back(printed.body, tmp_path).replace(" ", "")
