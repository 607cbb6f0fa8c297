"""Tables in and out for the signed-in user: who may, what is journalled, and going on with an import cut short.

The work itself is in :mod:`app.exchange`. No Qt here; ``plan_import`` and ``run_import`` block, so call them off the
screen's thread.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from app.errors import UserError
from app.exchange import exporting, importing, reports, running
from app.exchange.plan import Cancelled, ImportChoices, ImportPlan, Progress, never, silent
from app.exchange.rows import Decisions
from app.exchange.running import ImportReport
from app.exchange.sheets import read_workbook
from app.models import clock, history
from app.models.history import Kept
from app.models.policy import Act
from app.models.reading import Query
from app.models.register import Definition, new_id
from app.models.store import Priority, set_meta
from app.services.office import Office
from app.sync.canonical import Wire

_UNFINISHED: Final = "imports_unfinished"
_KEYS_AT_ONCE: Final = 500
_UNDONE_AT_ONCE: Final = 60
"""Records taken back in one slice: within 50 ms, and too many to be indexed within it."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """An import that was cut short: by a kill, a full disk or the user."""

    act_id: str
    file: str
    register: str
    started_at: str


@dataclass(slots=True)
class ImportService:
    """Excel in: plan, preview, run, report, undo."""

    office: Office

    def plan_import(
        self,
        path: Path,
        register: str,
        *,
        decisions: Decisions | None = None,
        progress: Progress = silent,
        cancelled: Cancelled = never,
    ) -> ImportPlan:
        """What every row of the file would become; writes nothing.

        A file whose import was cut short is gone on with: its rows already written are recognised. Raises
        ``UserError`` for a file that cannot be read, ``NotAllowedError``.
        """
        definition = self._definition(register)
        self.office.require(Act.IMPORT, register)
        workbook = read_workbook(path)
        before = self._begun(_key(workbook.sha256, register))
        return importing.plan_import(
            self.office.registry,
            self.office.reader,
            definition,
            workbook,
            decisions=decisions,
            act_id=before.act_id if before else "",
            progress=progress,
            cancelled=cancelled,
        )

    def run_import(
        self,
        plan: ImportPlan,
        choices: ImportChoices | None = None,
        *,
        progress: Progress = silent,
        cancelled: Cancelled = never,
    ) -> ImportReport:
        """Write the plan. Index afterwards with ``office.store.index_rest()`` in the background.

        Raises ``StoreError`` when the disk refuses: what is written stays, planning the same file again goes on.
        """
        register = plan.definition.name
        self.office.require(Act.IMPORT, register)
        key = _key(plan.workbook.sha256, register)
        started = clock.stamp()
        self._mark(key, Unfinished(plan.act_id, plan.workbook.path.name, register, started))
        report = running.run_import(
            self.office.store,
            plan,
            choices or ImportChoices(),
            user=self.office.user.id,
            progress=progress,
            cancelled=cancelled,
        )
        if not report.is_cancelled:
            self._mark(key, None)
        return report

    def undo(self, report: ImportReport, *, progress: Progress = silent) -> list[Kept]:
        """Take the whole import back; lists what somebody has changed since and therefore stays.

        In slices, so that saves go first meanwhile; cut short, it is called again and goes on.
        """
        self.office.require(Act.UNDO, report.plan.definition.name)
        store, act_id = self.office.store, report.act_id
        reason = f"撤销导入“{report.plan.workbook.path.name}”"
        ids = list(history.records_of_act(store.conn, act_id))[::-1]
        undoing, kept = new_id(), []
        for start in range(0, len(ids), _UNDONE_AT_ONCE):
            part = ids[start : start + _UNDONE_AT_ONCE][::-1]
            kept += store.write(
                self.office.user.id,
                partial(history.undo_act, box=store.box, act_id=act_id, reason=reason, record_ids=part),
                act_id=undoing,
                priority=Priority.BACKGROUND,
            )
            progress(start + len(part), len(ids), "正在撤销")
        self._mark(_key(report.plan.workbook.sha256, report.plan.definition.name), None)
        return kept

    def unfinished(self) -> list[Unfinished]:
        """Imports that were cut short on this PC, oldest first."""
        return sorted(self._unfinished().values(), key=lambda one: one.started_at)

    def report_xlsx(self, report: ImportReport) -> bytes:
        """The report row by row, with the raw cells."""
        return reports.report_xlsx(report, user=self.office.user.name)

    def bad_rows_xlsx(self, report: ImportReport) -> bytes:
        """Only the bad rows, in the template's layout, to correct and import again."""
        return reports.bad_rows_xlsx(report, self.office.reader)

    def template_xlsx(self, register: str) -> bytes:
        """An empty table to fill in, with this township's places and committees to choose from."""
        return exporting.template(self.office.registry, self._definition(register), self.office.reader)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _definition(self, register: str) -> Definition:
        definition = self.office.registry.get(register)
        if definition.is_line:
            raise UserError(f"“{definition.label}”随所属的登记一起导入", "请导入所属的登记")
        return definition

    def _begun(self, key: str) -> Unfinished | None:
        """The import of this file that was cut short, unless it has been taken back since."""
        entry = self._unfinished().get(key)
        if entry is None:
            return None
        touched = history.records_of_act(self.office.store.conn, entry.act_id)
        rows = (self.office.reader.row(entry.register, record_id) for record_id in touched)
        return entry if not touched or any(row is not None and not row.is_deleted for row in rows) else None

    def _unfinished(self) -> dict[str, Unfinished]:
        stored: Mapping[str, Mapping[str, Any]] = json.loads(self.office.store.meta(_UNFINISHED, "{}"))
        return {key: Unfinished(**values) for key, values in stored.items()}

    def _mark(self, key: str, entry: Unfinished | None) -> None:
        """Remember, or forget, an import under way; kept on this PC only."""
        marks = self._unfinished()
        if entry is None:
            marks.pop(key, None)
        else:
            marks[key] = entry
        text = json.dumps({name: asdict(one) for name, one in marks.items()}, ensure_ascii=False)
        self.office.store.submit(lambda conn: set_meta(conn, _UNFINISHED, text)).result()


@dataclass(frozen=True, slots=True)
class ExportService:
    """Excel out. Every export is journalled in the access stream: who, what, how many, masked or not."""

    office: Office

    def export_xlsx(self, register: str, query: Query | None = None, *, is_masked: bool = False) -> bytes:
        """The records a list shows. Full numbers need the right to export; masked ones the right to read.

        Raises ``NotAllowedError``, and ``UserError`` for more than a sheet should hold.
        """
        definition = self.office.registry.get(register)
        self.office.require(Act.READ if is_masked else Act.EXPORT, register)
        reader = self.office.reader
        asked = query or Query(register)
        keys = reader.keys(asked)
        ids: list[str] = []
        for start in range(0, len(keys), _KEYS_AT_ONCE):
            ids += [row.id for row in reader.page(register, keys[start : start + _KEYS_AT_ONCE])]
        stamp = exporting.Stamp(self.office.user.name, clock.now())
        body = exporting.export(reader, definition, ids, stamp=stamp, is_masked=is_masked)
        export_id = new_id()
        wanted: Wire = {"text": asked.text, "filters": dict(asked.filters)}  # often a name or a number: sealed
        box = self.office.store.box
        detail: dict[str, Wire] = {
            "count": len(ids),
            "masked": is_masked,
            "asked": box.seal(wanted, register=register, field="asked", record_id=export_id),
        }
        self.office.store.write(
            self.office.user.id,
            lambda unit: unit.record_access("export", register=register, record_id=export_id, detail=detail),
        )
        return body


def _key(sha256: str, register: str) -> str:
    return f"{register}:{sha256}"


__all__ = ["Decisions", "ExportService", "ImportChoices", "ImportPlan", "ImportReport", "ImportService", "Unfinished"]
