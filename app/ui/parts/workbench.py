"""The first page on the desk: gathers what every part has waiting, what is due, and the quick ways in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from app.models import clock
from app.models.due import Due
from app.models.policy import Act
from app.services.workbench import workload
from app.ui.pages.workbench import DueItem, QuickEntry, RecentItem, Waiting, Workbench, WorkbenchModel
from app.ui.part import Part, Port
from app.ui.registers.places import PLACES, QuickWay
from app.ui.shell.page import Command, LazyPage, Page
from app.ui.spoken import moment

PAGE = "workbench"


class WorkbenchPart(Part):
    """What the user finds in the morning."""

    live = frozenset({PAGE})

    def __init__(self, port: Port) -> None:
        super().__init__(port)
        self.page = Workbench(self._model, self._entries())

    def pages(self) -> Sequence[Page]:
        return (LazyPage(PAGE, "工作台", "layout-dashboard", "", lambda: self.page, lambda _: self.page.refresh()),)

    def commands(self) -> Sequence[Command]:
        return [
            Command(title=way.title, icon=way.icon, shortcut=way.shortcut, words=way.words, run=self._new(register))
            for register, way in self._ways()
        ]

    def _entries(self) -> list[QuickEntry]:
        return [
            QuickEntry(title=way.title, note=way.note, icon=way.icon, shortcut=way.shortcut, run=self._new(register))
            for register, way in self._ways()
        ]

    def _ways(self) -> list[tuple[str, QuickWay]]:
        return [
            (register, place.quick)
            for register, place in PLACES.items()
            if place.quick is not None and self.office.may(Act.WRITE, register)
        ]

    def _new(self, register: str) -> Callable[[], object]:
        return partial(self.port.registers.new, register)

    def _model(self) -> WorkbenchModel:
        load = workload(self.office)
        drafts = self.port.registers.show_drafts
        waiting = [one for part in self.port.parts for one in part.waiting()]
        waiting.insert(1, Waiting(name="没保存的内容", number=load.drafts, icon="file-pen", open=drafts))
        return WorkbenchModel(
            user=self.office.user.name,
            now=clock.now(),
            today=clock.today(),
            due=[
                DueItem(
                    what=one.title, on=one.on, facts=_facts(one), open=partial(self.port.open, one.register, one.id)
                )
                for one in load.due
            ],
            waiting=waiting,
            recent=[
                RecentItem(
                    what=one.title,
                    facts=self.office.registry.get(one.register).label,
                    when=moment(one.at, clock.now()),
                    icon=self.port.registers.icon(one.register),
                    open=partial(self.port.open, one.register, one.id),
                )
                for one in load.recent
            ],
        )


def _facts(one: Due) -> str:
    """What falls due, and who holds it."""
    return f"{one.what}　{one.holder}承办" if one.holder else one.what
