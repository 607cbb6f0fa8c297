"""The mediation agreement on the desk: preview, final print, and the papers as they were printed."""

from __future__ import annotations

from collections.abc import Sequence

from app.errors import Level, StoreError
from app.models.policy import Act
from app.models.registers import Dispute, DisputePaper
from app.services.forms import WORD_COPY
from app.ui.agreement_acts import open_kept, open_preview
from app.ui.part import Part
from app.ui.registers.record_form import FormAction, RecordForm
from app.ui.saving import DOCX, save_made


class AgreementPart(Part):
    """Buttons of a dispute's form."""

    def form_actions(self, register: str) -> Sequence[FormAction]:
        if register != "dispute":
            return ()
        return (
            FormAction("预览协议书", "eye", self._preview, needs_saved=False),
            FormAction("定稿并打印", "printer", self._print, shortcut="Ctrl+P"),
            FormAction("查看", "eye", self._kept, needs_saved=False, line="papers"),
        )

    def _preview(self, form: RecordForm) -> None:
        dispute = form.assembled() or form.record
        if isinstance(dispute, Dispute):
            open_preview(form.window(), self.office, dispute, may_be_final=False)

    def _print(self, form: RecordForm) -> None:
        dispute = form.record
        if not isinstance(dispute, Dispute):
            return
        from app.services import papers

        findings = papers.findings_before_print(self.office, dispute)
        stops = [one for one in findings if one.level is Level.STOP]
        if stops:
            form.complain(stops, f"协议书还不能打印，有 {len(stops)} 处要补全")
            return
        open_preview(form.window(), self.office, dispute, may_be_final=self.office.may(Act.PRINT, "dispute"))

    def _kept(self, form: RecordForm) -> None:
        paper = form.chosen_line("papers")
        if isinstance(paper, DisputePaper):
            title = f"{paper.kind}（{paper.number or '编号待编'}）"
            if paper.kind.endswith(WORD_COPY):
                save_made(self.port.window, f"{title}.docx", DOCX, lambda: self._bytes(paper))
                return
            open_kept(form.window(), self.office, paper.sha256, title=title)

    def _bytes(self, paper: DisputePaper) -> bytes:
        """A filled Word form as it left the program: to be looked at in Word only."""
        from app.services import papers

        body = papers.kept_paper(self.office, paper.sha256)
        if body is None:
            sentence = "这份文书是在另一台电脑上存的，本机没有留存"
            raise StoreError(sentence, "请到存它的电脑上查看；记录里的校验码可以核对真伪")
        return body
