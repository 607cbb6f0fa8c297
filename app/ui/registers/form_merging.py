"""When a record moved while its form was open: merge what does not touch, ask where both sides wrote.

Works on the form it is given; stores nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from app.models import clock
from app.models.findings import place as words_of
from app.models.policy import Act
from app.models.register import Record
from app.ui import work
from app.ui.editors.raw import Raw, shown
from app.ui.registers.clash_panel import Clash, ClashPanel
from app.ui.registers.form_findings import Place, place_of
from app.ui.registers.form_saving import Author, MovedError
from app.ui.registers.state import Path, Rebased, State, rebase, state_of
from app.ui.spoken import moment
from app.ui.widgets import Banner
from app.ui.widgets.banner import Action

if TYPE_CHECKING:
    from app.ui.registers.record_form import RecordForm

Next = Callable[[], object]


class Merging:
    """Holds the open question, if there is one: ``panel`` asks it in the form."""

    def __init__(self, form: RecordForm) -> None:
        self._form = form
        self.panel: ClashPanel | None = None

    @property
    def left(self) -> int:
        """Fields that both sides changed and nobody has decided yet."""
        return self.panel.left if self.panel is not None else 0

    def end(self) -> None:
        """Take the question away."""
        if self.panel is not None:
            self._form.bars.removeWidget(self.panel)
            self.panel.hide()
            self.panel.deleteLater()
            self.panel = None

    # ---- the record moved

    def on_moved(self, moved: MovedError, then: Next | None) -> None:
        """A save was refused because the stored record is another one: merge and save again, or ask."""
        if moved.current is None:
            self._on_deleted(then)
            return
        mine = self._form.state()
        rebased = rebase(self._form.base or mine, mine, state_of(moved.current))
        self.take(moved.current, rebased, moved.author)
        if not rebased.clashes and not rebased.came_back:
            self._form.save(then)

    def follow(self, stored: Record) -> None:
        """The record changed elsewhere while the form is open; where both sides wrote, saving will ask."""
        mine, base = self._form.state(), self._form.base
        rebased = rebase(base or mine, mine, state_of(stored))
        if rebased.clashes or rebased.came_back:
            banner = Banner("这条记录刚在别处改过，有的地方与您填的不一样", "保存时会请您逐项选择")
            self._form.banners.show_banner(banner, key="moved")
        else:
            self.take(stored, rebased, None)

    def take(self, current: Record, rebased: Rebased, author: Author | None) -> None:
        """Go on from what is stored now, with my edits on top; ask where both sides wrote."""
        form, who = self._form, _who(author)
        form.banners.take_down("removed")
        form.rest_on(current, rebased.state)
        if rebased.clashes:
            self._ask(who, rebased)
            return
        banner = Banner(f"{who}，已并入本页", "您填的内容都在")
        if rebased.came_back:
            sentence = f"{who}：您删除的 {rebased.came_back} 条又有新内容，已放回"
            banner = Banner(sentence, "请看过后再保存", weight="warn")
        form.banners.show_banner(banner, key="moved")

    def _on_deleted(self, then: Next | None) -> None:
        form = self._form

        def bring_back() -> None:
            form.banners.take_down("deleted")
            work.run(
                lambda: form.office.restore(form.definition.name, form.record_id, reason="保存时恢复"),
                then=lambda _: form.save(then),
                failed=lambda error: form.on_refused(error, then),
                owner=form,
            )

        may = form.office.may(Act.DELETE, form.definition.name)
        action: Action | None = ("恢复并保存", bring_back) if may else None
        banner = Banner("这条记录刚被删除", "您填的内容还在，已留作草稿", weight="warn", action=action)
        form.banners.show_banner(banner, key="deleted")
        form.keep_draft()

    # ---- the question

    def _ask(self, who: str, rebased: Rebased) -> None:
        self.end()
        theirs = self._form.base
        assert theirs is not None  # noqa: S101 - only a stored record can have moved
        self.panel = ClashPanel(who, [self._clash(path, rebased.state, theirs) for path in rebased.clashes])
        self.panel.decided.connect(self._on_decided)
        self._form.bars.addWidget(self.panel)
        self._form.say_state()
        self.panel.take_focus()

    def _clash(self, path: Path, mine: State, theirs: State) -> Clash:
        definition, reader = self._form.definition, self._form.office.reader
        place = place_of(path, mine)
        holder = definition if len(place) == 1 else definition.child(place[0]).line.definition
        spec = holder.by_name[place[-1]]

        def words(raw: Raw) -> str:
            return reader.show(spec, raw) if spec.target else shown(spec.kind, raw)

        their_raw = value_at(theirs, place)
        return Clash(place, words_of(definition, path), words(value_at(mine, place)), words(their_raw), their_raw)

    def _on_decided(self, clash: Clash, mine_stays: bool) -> None:
        if not mine_stays:
            self._form.put(clash.place, clash.their_raw)
        self._form.say_state()


def value_at(state: State, place: Place) -> Raw:
    """What stands at a place; None where there is no such line."""
    if len(place) == 1:
        return state.values.get(place[0])
    line = next((one for one in state.lines[place[0]] if one.id == place[1]), None)
    return line.values.get(place[2]) if line is not None else None


def _who(author: Author | None) -> str:
    if author is None:
        return "这条记录刚在别处改过"
    return f"{author.name} {moment(datetime.fromisoformat(author.at), clock.now())} 改过这条记录"
