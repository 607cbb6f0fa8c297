"""The acts on a matter, the same from its form, from the list and from the command box: ask what is needed, do, say.

Every act can be taken back from the sentence that confirms it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.models.history import Kept
from app.models.kinds import Holder
from app.models.registers.matter import called
from app.services import handing, matters
from app.services.matters import Standing, Step
from app.ui import work
from app.ui.matters.dialogs import ActDialog, AnswerDialog, Groups, HandOverDialog, RemindDialog, WithdrawDialog
from app.ui.papers import PaperWindow

if TYPE_CHECKING:
    from app.services.office import Office
    from app.ui.shell.main_window import MainWindow

WORDS = {
    Step.ACCEPT: ("接收", "clipboard-check", "Ctrl+J"),
    Step.GIVE_BACK: ("退回…", "undo-2", "Ctrl+T"),
    Step.HAND_OVER: ("交办…", "send", "Ctrl+G"),
    Step.WITHDRAW: ("撤回…", "rotate-ccw", ""),
    Step.REMIND: ("催办…", "megaphone", "Ctrl+R"),
    Step.TAKE: ("我来承办", "user", ""),
    Step.SLIP: ("交办单", "printer", ""),
}
"""Words, icon and key of each act, in the order in which they stand side by side."""

_SAID = {
    Step.ACCEPT: "已接收，承办换为{receiver}",
    Step.GIVE_BACK: "已退回，仍由{holder}承办",
    Step.HAND_OVER: "已交办，等待接收",
    Step.WITHDRAW: "已撤回，仍由{holder}承办",
    Step.REMIND: "已记下催办",
    Step.TAKE: "由您承办",
}


class MatterActs:
    """``window`` gives the main window when an act is done; nothing is asked of it before."""

    def __init__(self, office: Office, window: Callable[[], MainWindow]) -> None:
        self.office = office
        self._window = window

    def do(self, step: Step, at: Standing) -> None:
        """Begin an act: a small window where something is to be asked, at once where nothing is."""
        if step is Step.HAND_OVER:
            work.run(
                lambda: matters.receivers(self.office, at.register),
                then=lambda groups: self._hand_over(at, groups),
                owner=self._window(),
            )
        elif step is Step.SLIP:
            self._print(at)
        elif step is Step.TAKE:
            self._at_once(step, at, lambda: handing.take(self.office, at.register, at.id))
        elif step is Step.ACCEPT and self._is_own(at):
            self._at_once(step, at, lambda: handing.accept(self.office, at.register, at.id))
        else:
            self._dialog(step, at).open()

    def _print(self, at: Standing) -> None:
        from app.services.handover_slip import TITLE, slip_pdf

        def show(made: tuple[bytes, str]) -> None:
            body, file_name = made
            PaperWindow(self._window(), body, title=TITLE, file_name=file_name).open()

        work.run(
            lambda: slip_pdf(self.office, at.register, at.id),
            then=show,
            failed=self._window().show_problem,
            owner=self._window(),
        )

    def _dialog(self, step: Step, at: Standing) -> ActDialog:
        window, office = self._window(), self.office
        if step is Step.WITHDRAW:
            return WithdrawDialog(window, office, at, self._done(step, at))
        if step is Step.REMIND:
            return RemindDialog(window, office, at, self._done(step, at))
        return AnswerDialog(window, office, at, self._done(step, at), is_return=step is Step.GIVE_BACK)

    def _hand_over(self, at: Standing, groups: Groups) -> None:
        done = self._done(Step.HAND_OVER, at)
        HandOverDialog(self._window(), self.office, at, groups, done).open()

    def _is_own(self, at: Standing) -> bool:
        return at.waiting is not None and self.office.me.is_same(Holder.read(at.waiting.receiver))

    def _at_once(self, step: Step, at: Standing, act: Callable[[], str]) -> None:
        work.run(act, then=self._done(step, at), failed=self._window().show_problem, owner=self._window())

    def _done(self, step: Step, at: Standing) -> Callable[[str], None]:
        holder = at.holder.name if at.holder else ""
        receiver = called(at.waiting.receiver) if at.waiting else ""
        words = _SAID[step].format(holder=holder, receiver=receiver)

        def tell(act_id: str) -> None:
            self._window().toast(f"{at.code} {words}", ("撤销", lambda: self._undo(at, act_id)))

        return tell

    def _undo(self, at: Standing, act_id: str) -> None:
        def undone(kept: list[Kept]) -> None:
            left = "；之后又有改动的部分没有动" if kept else ""
            self._window().toast(f"{at.code} 已恢复原样{left}")

        work.run(
            lambda: self.office.undo(act_id, reason="当场撤销"),
            then=undone,
            failed=self._window().show_problem,
            owner=self._window(),
        )
