"""The agreement from the form to the printer: preview as draft, final on one button, a way out for rare characters."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from app.errors import AppError, StoreError, UserError
from app.models.registers import Dispute
from app.services.office import Office
from app.ui import work
from app.ui.papers import PaperWindow
from app.ui.widgets import ask
from app.ui.work import report

BY_HAND = "留空手写"


def open_preview(parent: QWidget, office: Office, dispute: Dispute, *, may_be_final: bool, by_hand: str = "") -> None:
    """Show the agreement as it stands; ``may_be_final`` offers to make it final (the record is saved as shown)."""
    from app.services import papers

    def show(body: bytes) -> None:
        AgreementWindow(parent, office, dispute, body, may_be_final=may_be_final, by_hand=by_hand).open()

    def failed(error: AppError) -> None:
        missing = _left_to_hand(parent, error)
        if missing:
            open_preview(parent, office, dispute, may_be_final=may_be_final, by_hand=by_hand + missing)
        elif missing is None:
            report(error)

    work.run(lambda: papers.preview_agreement(office, dispute, by_hand=by_hand), then=show, failed=failed, owner=parent)


def open_kept(parent: QWidget, office: Office, sha256: str, *, title: str) -> None:
    """Show a paper as it was printed."""
    from app.services import papers

    def show(body: bytes | None) -> None:
        if body is None:
            sentence = "这份文书是在另一台电脑上打印的，本机没有留存"
            report(StoreError(sentence, "请到打印它的电脑上查看；记录里的校验码可以核对真伪"))
            return
        PaperWindow(parent, body, title=title, file_name=f"{title}.pdf").open()

    work.run(lambda: papers.kept_paper(office, sha256), then=show, owner=parent)


class AgreementWindow(PaperWindow):
    """The agreement's draft; 定稿并打印 numbers it, freezes the particulars, keeps the bytes."""

    def __init__(
        self, parent: QWidget, office: Office, dispute: Dispute, body: bytes, *, may_be_final: bool, by_hand: str
    ) -> None:
        super().__init__(
            parent,
            body,
            title="人民调解协议书",
            file_name=f"人民调解协议书（草稿）-{dispute.matter_code or ''}.pdf",
            finalise=self._finalise_now if may_be_final else None,
        )
        self._office, self._dispute, self._by_hand = office, dispute, by_hand

    def _finalise_now(self, deliver: Callable[[bytes, str, str], None]) -> None:
        from app.services import papers

        def printed(paper: papers.Printed) -> None:
            number = f"编号 {paper.number}，" if paper.number else "编号待编，"
            again = f"补印第 {paper.reprint} 次，" if paper.reprint else ""
            deliver(paper.body, paper.file_name, f"{number}{again}共 {paper.pages} 页，请打印一式 {paper.copies} 份。")

        def failed(error: AppError) -> None:
            self.finalise_failed()
            missing = _left_to_hand(self, error)
            if missing:
                self._by_hand += missing
                self._finalise_now(deliver)
            elif missing is None:
                self.banners.show_error(_with_findings(error))

        by_hand, dispute = self._by_hand, self._dispute
        work.run(
            lambda: papers.print_agreement(self._office, dispute.id, by_hand=by_hand),
            then=printed,
            failed=failed,
            owner=self,
        )


def _left_to_hand(parent: QWidget, error: AppError) -> str | None:
    """Characters the user agrees to write by hand; "" when they do not, None when the error is another one."""
    from app.services.papers import MissingGlyphs

    if not isinstance(error, MissingGlyphs) or not error.characters:
        return None
    sentence = "\n".join(str(finding) for finding in error.findings[:5])
    agreed = ask(parent, "有字印不出来", sentence + "\n\n可以在纸上留出空格，打印后手写补上。", confirm=BY_HAND)
    return "" if agreed is None else error.characters


def _with_findings(error: AppError) -> AppError:
    """The error with every place it names, not only the first."""
    if isinstance(error, UserError) and len(error.findings) > 1:
        rest = "；".join(str(finding) for finding in error.findings[:6])
        return UserError("协议书还不能定稿", rest, error.findings)
    return error
