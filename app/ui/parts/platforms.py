"""Outside platforms on the desk: the page, its number, 誊录 on the forms, and the panel that stands over everything."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial

from app.errors import AppError, UserError
from app.models.policy import Act
from app.models.registers.platform import DAYS, TranscriptionOrder
from app.models.store import Changes
from app.services.comparing import PlatformComparing
from app.services.platforms import Count, Platforms, Transcript
from app.ui import work
from app.ui.pages.settings import Choice
from app.ui.pages.workbench import Waiting
from app.ui.part import Part, Port
from app.ui.platforms.comparing import ComparingWindow
from app.ui.platforms.hotkeys import Hotkeys
from app.ui.platforms.order import OrderWindow
from app.ui.platforms.page import PageActs, PlatformPage
from app.ui.platforms.panel import TranscriptionPanel
from app.ui.platforms.words import WordsWindow
from app.ui.registers.record_form import FormAction, RecordForm
from app.ui.shell.page import Command, LazyPage, Page

PAGE = "platforms"
_KEY = "Ctrl+Shift+Y"


class PlatformPart(Part):
    """What has to be entered again elsewhere."""

    live = frozenset({PAGE})

    def __init__(self, port: Port) -> None:
        super().__init__(port)
        self.platforms = Platforms(self.office)
        self.hotkeys = Hotkeys()
        self.panel: TranscriptionPanel | None = None

    @cached_property
    def page(self) -> PlatformPage:
        """Made when first looked at."""
        may_change = self.office.may(Act.WRITE, "platform")
        return PlatformPage(self.platforms, self._acts(), may_change=may_change)

    def pages(self) -> Sequence[Page]:
        if not self.platforms.registers():
            return ()
        return (LazyPage(PAGE, "平台誊录", "copy", "办理", lambda: self.page, lambda _: self.page.refresh()),)

    def commands(self) -> Sequence[Command]:
        return (Command(title="平台誊录：没录的", icon="copy", words="ptzl", run=partial(self.port.go, PAGE)),)

    def choices(self) -> Sequence[Choice]:
        go = self.port.go
        if not self.office.may(Act.READ, "platform"):
            return ()
        return (
            Choice(
                title="外部平台",
                sentence="省、部平台要求再录一遍的，在这里登记：叫什么、要录哪些登记。",
                words="查看…",
                run=partial(go, "platform"),
            ),
            Choice(
                title="誊录顺序",
                sentence="往平台上录的时候一栏一栏按什么顺序、怎么写；一般从“平台誊录”里打开。",
                words="查看…",
                run=partial(go, "transcription_order"),
            ),
        )

    def form_actions(self, register: str) -> Sequence[FormAction]:
        if register not in DAYS:
            return ()
        return (FormAction("誊录…", "copy", self._of_form, shortcut=_KEY),)

    def waiting(self) -> Sequence[Waiting]:
        counts = self.platforms.counts()
        if not counts:
            return ()
        number = sum(one.number for one in counts)
        return (Waiting(name="未录平台", number=number, icon="copy", open=partial(self.port.go, PAGE)),)

    def badges(self) -> dict[str, int]:
        return {PAGE: sum(one.number for one in self.platforms.counts())}

    def start(self) -> None:
        self.port.window.locked.connect(self._close_panel)

    def records_changed(self, changes: Changes) -> None:
        """The page looks for itself when it is opened or live."""

    def finish(self) -> None:
        self._close_panel()

    # -- what the page asks --------------------------------------------------------------------------------------

    def _acts(self) -> PageActs:
        may_add = self.office.may(Act.WRITE, "platform")
        return PageActs(
            transcribe=self.transcribe,
            open_record=self.port.open,
            compare=self._compare,
            order=self._order,
            words=self._words,
            show_list=self._show_list,
            new_platform=partial(self.port.registers.new, "platform") if may_add else None,
        )

    def _compare(self, count: Count) -> None:
        service = PlatformComparing(self.office, count.platform, count.register)
        window = ComparingWindow(self.port.window, service, count, self.port.open)
        window.filled.connect(self.page.refresh)
        window.open()

    def _order(self, count: Count) -> None:
        OrderWindow(self.port.window, self.platforms, count.platform, count.register).open()

    def _words(self, count: Count) -> None:
        window = WordsWindow(self.port.window, self.platforms, count.platform, count.register)
        window.saved.connect(self.page.refresh)
        window.open()

    def _show_list(self, register: str) -> None:
        self.port.go(register)
        box = self.port.registers.host(register).page.filters.get("on_platforms")
        if box is not None:
            box.setCurrentIndex(1)

    # -- the panel -----------------------------------------------------------------------------------------------

    def _of_form(self, form: RecordForm) -> None:
        register, record = form.definition.name, form.record
        if record is None:
            return
        there = {one.platform for one in getattr(record, "platform_entries", ()) if one.number}
        waiting = [one for one in self.platforms.in_use(register) if one.id not in there]
        chosen = waiting or self.platforms.in_use(register)
        if not chosen:
            sentence = "还没有登记要录这种事项的外部平台"
            self.port.failed(UserError(sentence, "请先在“外部平台”里新增，选上要录的登记"))
            return
        self.transcribe(Count(chosen[0], register, 0), record.id)

    def transcribe(self, count: Count, record_id: str) -> None:
        """Open the panel for one record; an older panel gives way and remembers where it was."""
        platforms, platform, register = self.platforms, count.platform, count.register

        def begin() -> tuple[Transcript, list[TranscriptionOrder]]:
            orders = platforms.order_for(platform, register)
            return platforms.begin(register, record_id, orders[0]), orders

        work.run(begin, then=self._show_panel, failed=self._failed, owner=self.port.window)

    def _show_panel(self, begun: tuple[Transcript, list[TranscriptionOrder]]) -> None:
        self._close_panel()
        transcript, orders = begun
        panel = TranscriptionPanel(self.platforms, transcript, orders=orders, hotkeys=self.hotkeys)
        panel.entered.connect(self._on_entered)
        panel.touched.connect(self.port.window.stay_awake)
        panel.gone.connect(partial(self._on_gone, panel))
        self.panel = panel
        panel.open()

    def _on_entered(self, register: str, record_id: str) -> None:
        title = self.office.reader.titles(register, [record_id]).get(record_id, "")
        self.port.window.toast(f"已记下：{title}")

    def _on_gone(self, panel: TranscriptionPanel) -> None:
        panel.deleteLater()
        if self.panel is panel:
            self.panel = None

    def _close_panel(self) -> None:
        if self.panel is not None:
            self.panel.close()

    def _failed(self, error: AppError) -> None:
        self.port.failed(error)
