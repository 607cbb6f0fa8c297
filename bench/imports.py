"""A workbook of 20,000 people into a township, beside reading the same workbook and writing bare rows.

``--rows 100000`` takes that many (some minutes): into an empty register and into one that holds as many.

``rows safe``: every row is checked, compared with what stands, written with its journal entry and reported.
``searchable``: the index has caught up as well, which it does in the background.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from app.models import rows
from app.models.database import connect
from app.models.kinds import show_value
from app.models.registers import Person
from app.services.exchange import ImportService
from app.services.office import Office
from bench._figures import QUICK, Span, against, alone, heading, number_after, span, span_of
from bench._people import people, township

ROWS = number_after("--rows", 2_000 if QUICK else 20_000)
COLUMNS = ("full_name", "id_number", "phone", "live_address")


def main() -> None:
    """Measure and print."""
    with TemporaryDirectory(prefix="bench", ignore_cleanup_errors=True) as given:
        folder = Path(given)
        office = township(folder / "data", 0)
        heading()
        _measured(office, folder, "into an empty register", seed=31)
        _measured(office, folder, f"into {ROWS} people", seed=32)
        office.store.close()


def _measured(office: Office, folder: Path, where: str, *, seed: int) -> None:
    path = folder / f"people-{seed}.xlsx"
    _write(path, seed)
    floor = _floor(office, folder / f"bare-{seed}.db", path)
    service = ImportService(office)
    with span() as planning:
        plan = service.plan_import(path, "person")
    with span() as running:
        report = service.run_import(plan)
    indexing = span_of(office.store.index_rest)
    assert report.sentence, "nothing was imported"
    alone(f"{where}: looking through {ROWS} rows", planning.seconds)
    alone(f"{where}: writing them", running.seconds)
    alone(f"{where}: indexing them", indexing.seconds)
    safe = planning + running
    against(f"{where}: rows safe", floor, safe, aim=3.5)
    against(f"{where}: searchable", floor, safe + indexing, aim=5.5)


def _write(path: Path, seed: int) -> None:
    import xlsxwriter

    specs = [Person.definition.field(name) for name in COLUMNS]
    with xlsxwriter.Workbook(str(path), {"in_memory": True, "constant_memory": True}) as book:
        sheet = book.add_worksheet(Person.definition.label)
        sheet.write_row(0, 0, [spec.label for spec in specs])
        for at, one in enumerate(people(ROWS, seed), start=1):
            sheet.write_row(at, 0, [show_value(spec.kind, getattr(one, spec.name)) for spec in specs])


def _floor(office: Office, path: Path, book: Path) -> Span:
    """Read by calamine, one ``executemany`` into a table of the same columns, in a file encrypted alike."""
    from python_calamine import CalamineWorkbook

    definition = Person.definition
    bare = connect(path, office.store.key)
    bare.conn.execute(office.store.conn.execute("SELECT sql FROM sqlite_master WHERE name = 'person'").fetchone()[0])
    insert = rows.upsert_sql(definition)
    encoded = [rows.encode(definition, rows.Row("person", one.id, rows.wires_of(one))) for one in people(ROWS, 1)]

    def work() -> None:
        CalamineWorkbook.from_path(str(book)).get_sheet_by_index(0).to_python()
        with bare.atomic():
            bare.conn.executemany(insert, encoded)

    taken = span_of(work)
    bare.conn.close()
    return taken


if __name__ == "__main__":
    main()
