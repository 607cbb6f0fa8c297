"""What a frozen program does to show that nothing was left out of it: the first window, papers, a township, a table.

Everything goes into one folder, with ``selftest.json`` at the end: the version, what was made, and the seconds each
step took. Uses the parts a frozen program loses most easily: fonts, icons, code lists, translations, SQLCipher,
pinyin, pictures, spreadsheet and Word reading and writing, the network's certificates. Judges
nothing; ``installer.build`` does.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from app import __version__


def main(folder: str) -> int:
    """Make everything in ``folder``; returns 0, or raises what went wrong."""
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    steps: dict[str, Callable[[Path], None]] = {
        "window.png": _window,
        "sheet.pdf": _sheet,
        "township": _township,
        "table.xlsx": _table,
        "form.docx": _form,
        "network": _network,
    }
    seconds: dict[str, float] = {}
    for name, step in steps.items():
        begun = time.perf_counter()
        step(target / name)
        seconds[name] = round(time.perf_counter() - begun, 3)
    told = {"version": __version__, "seconds": seconds}
    (target / "selftest.json").write_text(json.dumps(told), encoding="utf-8")
    return 0


def _window(path: Path) -> None:
    """The window of a first start, as it is painted."""
    from PySide6.QtWidgets import QApplication

    from app.ui.program import Program

    program = Program(path.parent / "nothing-here")
    program.begin()
    QApplication.processEvents()
    if program.window is None or not program.window.grab().save(str(path)):
        message = "the first window could not be painted"
        raise RuntimeError(message)
    program.window.close()


def _sheet(path: Path) -> None:
    """A paper with embedded fonts."""
    from app.services.papers import recovery_sheet
    from app.services.setup import make_recovery_key

    path.write_bytes(recovery_sheet("青石镇", make_recovery_key()))


def _township(path: Path) -> None:
    """An encrypted township; somebody is found by the initials of their name, a picture attached."""
    from app.models import clock
    from app.models.registers import Patrol, Person
    from app.services import setup
    from app.services.attachments import Attachments

    administrator = setup.NewAccount("王芳", "selftest-2026")
    office, _ = setup.create_township(path, setup.NewTownship(township="青石镇", administrator=administrator))
    try:
        office.save(Person(full_name="欧阳雪"))
        if not office.reader.search("oyx"):
            message = "a person is not found by the initials of their name"
            raise RuntimeError(message)
        patrol = Patrol(patrolled_on=clock.today())
        office.save(patrol)
        attachments = Attachments(office)
        picture = attachments.prepare("现场.png", path.parent / "window.png")
        line = attachments.attach(patrol.definition.name, patrol.id, picture)
        if not attachments.open(line) or not attachments.thumbnail(line):
            message = "a picture attached does not come back"
            raise RuntimeError(message)
        if not office.doctor().is_sound:
            message = "the township just made is not sound"
            raise RuntimeError(message)
    finally:
        office.store.close()


def _table(path: Path) -> None:
    """A template written and read again."""
    from app.exchange.exporting import template
    from app.exchange.sheets import read_workbook
    from app.models.registers import REGISTRY

    path.write_bytes(template(REGISTRY, REGISTRY.get("person")))
    if not read_workbook(path).sheets:
        message = "the template just written has no sheets"
        raise RuntimeError(message)


def _form(path: Path) -> None:
    """A Word template made and filled."""
    from app.documents.word.making import sample
    from app.documents.word.template import fill
    from app.documents.word.vocabulary import Vocabulary

    names = {"乡镇": "青石镇", "填写人": "王芳", "今天": "2026年3月15日", "姓名": "欧阳雪"}
    template = sample("登记表", [("基本情况", ["姓名"])], [])
    path.write_bytes(fill(template, names, Vocabulary(frozenset(names), {}, {})))


def _network(_: Path) -> None:
    """What sync needs can be loaded; nothing is sent."""
    for name in ("app.sync.agent", "app.sync.https", "app.sync.joining", "zstandard"):
        import_module(name)
