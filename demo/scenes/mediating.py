"""A dispute from the first field to the printed agreement, by keys; the paper saved as a file."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from app.models import clock, days
from app.models.registers import Dispute, Person
from app.ui.agreement_acts import AgreementWindow
from app.ui.registers.record_form import RecordForm
from demo import cases, forms
from demo.eyes import has_ink, is_gone, the, until
from demo.promises import promised
from demo.stage import Stage


def two_neighbours(stage: Stage, *, place: int) -> tuple[Person, Person]:
    """Two grown people of one village whose names nobody shares; the first bears a rare character."""
    reader = stage.office.reader
    people = [one for one in reader.all("person") if isinstance(one, Person)]
    names = Counter(one.full_name for one in people)
    able = [
        one
        for one in people
        if one.live_address
        and isinstance(one.birth_on, date)
        and 25 < days.age_on(one.birth_on, clock.today()) < 70
        and names[one.full_name] == 1
    ]
    rare = [one for one in able if any(ord(each) > 0xFFFF for each in one.full_name)]
    promised(len(rare) > place, "练习乡镇里应有姓名带生僻字的成年人")
    first = rare[place]
    return first, next(one for one in able if one.place == first.place and one.id != first.id)


def mediate(stage: Stage, *, pictures: bool = True) -> dict[str, Any]:
    """The long way: everything a dossier needs, both parties found in the register by typing their names."""
    first, second = two_neighbours(stage, place=0)
    before = stage.hands.strokes
    village = stage.office.reader.titles("place", [first.place or ""]).get(first.place or "", "")
    sheet = cases.ditch(
        cases.registered(first.full_name), cases.registered(second.full_name), clock.today(), village=village
    )
    form = _typed(stage, sheet, pictures=pictures)
    paper = _printed(stage, form, pictures=pictures)
    return {
        "name": form.header.title.text(),
        "respondent": second.full_name,
        "strokes": stage.hands.strokes - before,
        **paper,
    }


def mediate_in_haste(stage: Stage) -> dict[str, Any]:
    """The short way on a busy day, e.g. while the network is down."""
    first, second = two_neighbours(stage, place=1)
    before = stage.hands.strokes
    sheet = cases.trees(cases.registered(first.full_name), cases.registered(second.full_name), clock.today())
    form = _typed(stage, sheet, pictures=False)
    paper = _printed(stage, form, pictures=False)
    strokes = stage.hands.strokes - before
    stage.status_says("离线")
    stage.take("offline-agreement")
    forms.close(stage.hands, stage.desk.registers.host("dispute"))
    return {"strokes": strokes, **paper}


def mediate_strangers(stage: Stage) -> dict[str, Any]:
    """An agreement on the first day, when nobody is in the register yet."""
    before = stage.hands.strokes
    first = cases.stranger("张大山", "四川省云栖县青禾镇石桥村三组12号")
    second = cases.stranger("李长河", "四川省云栖县青禾镇石桥村三组15号")
    form = _typed(stage, cases.ditch(first, second, clock.today()), pictures=False)
    return {**_printed(stage, form, pictures=False), "strokes": stage.hands.strokes - before}


def _typed(stage: Stage, sheet: forms.Sheet, *, pictures: bool) -> RecordForm:
    """A new dispute filled and saved."""
    hands = stage.hands
    hands.press("Ctrl+Shift+D")
    form = forms.new_form(stage.desk.registers.host("dispute"))
    if pictures:
        head = forms.Sheet(sheet.fields)
        forms.fill(hands, head)
        stage.take("dispute-form")
        parties = forms.Sheet({}, {"当事人": sheet.lines["当事人"]})
        forms.fill(hands, parties)
        stage.take("dispute-party")
        forms.fill(hands, forms.Sheet({}, {label: sheet.lines[label] for label in ("调解记录", "调解协议")}))
        stage.take("dispute-agreement")
    else:
        forms.fill(hands, sheet)
    hands.press("Ctrl+S")
    until(lambda: form.record is not None and not form.is_dirty, "纠纷已保存")
    return form


def _printed(stage: Stage, form: RecordForm, *, pictures: bool) -> dict[str, Any]:
    """Ctrl+P: the draft, then final on Enter, saved as a file; the record shows the paper."""
    hands = stage.hands
    hands.press("Ctrl+P")
    window = the(AgreementWindow)
    until(lambda: window.document.pageCount() > 0, "预览显示出来")
    promised("草稿" in window.pages.text(), "预览应标明是草稿")
    promised(window.final_button.hasFocus(), "预览打开后回车就应能定稿")
    if pictures:
        until(lambda: has_ink(window.view), "预览画出来")
        stage.take("agreement-preview", window)
    hands.press("Enter")
    until(window.print_button.isVisible, "协议书定稿")
    if pictures:
        until(lambda: has_ink(window.view), "定稿画出来")
        stage.take("agreement-final", window)
    path = stage.output / window.file_name
    hands.click_and_choose(window.save_button, path)
    promised(path.exists() and path.read_bytes() == window.body, "存下的 PDF 应与定稿一字不差")
    hands.press("Esc")
    until(lambda: is_gone(window), "预览关闭")
    record = stage.office.reader.get("dispute", form.record_id)
    promised(isinstance(record, Dispute) and record.papers, "纠纷记录里应留有打印件")
    assert isinstance(record, Dispute)
    hands.tab_to(form.lines["papers"].table)
    if pictures:
        stage.take("dispute-record")
    newest = record.papers[-1]
    return {"number": newest.number, "pages": newest.pages, "copies": newest.copies, "file": Path(path).name}
