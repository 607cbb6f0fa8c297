"""An older file opened by this program gets the new tables and columns; what newer PCs had sent comes to light."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

from app.models import doctor, reading
from app.models.database import connect
from app.models.folder import DATABASE
from app.models.kinds import Holder
from app.models.register import Record
from app.models.registers import REGISTRY, Dispute, DisputeHandover, DisputePaper, Hazard
from app.models.store import Store
from app.models.unit import UnitOfWork
from tests.conftest import KEY, TOWNSHIP_KEY

NEW_TABLES = ("dispute_handover", "dispute_reminder", "hazard_handover", "hazard_reminder")
NEW_COLUMNS = {"dispute": ("extended_to", "extension_reason", "holder"), "hazard": ("holder",)}


def as_before_matters(folder: Path) -> None:
    """The file as a program before m0006 has it after it received the same operations."""
    db = connect(folder / DATABASE, KEY)
    for table in NEW_TABLES:
        db.execute(f"DROP TABLE {table}")
    for table, columns in NEW_COLUMNS.items():
        db.execute(f"UPDATE {table} SET extra = json_object('holder', holder) WHERE holder IS NOT NULL")
        db.execute(f"DROP INDEX {table}_holder")
        for column in columns:
            db.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    db.execute("DELETE FROM _sqlite_migrations WHERE name = 'm0006_matters'")
    db.conn.commit()
    db.conn.close()


def stored(store: Store, record: Record) -> Record | None:
    return reading.Reader(REGISTRY, store.conn).get(record.definition.name, record.id)


def test_what_newer_pcs_sent_before_the_upgrade_is_there_after_it(tmp_path: Path) -> None:
    receiver = Holder.department("县水利局").wire
    handover = DisputeHandover.model_validate({"receiver": receiver, "handed_at": "2026-11-24T01:00:00+00:00"})
    records = (
        Dispute(name="争水", holder=Holder.department("司法所").wire, handovers=(handover,)),
        Dispute(name="没有人承办的"),
        Hazard(name="护栏缺损", found_on=date(2026, 11, 1), holder=receiver),
    )
    with Store.create(tmp_path / "data", KEY, registry=REGISTRY, township_key=TOWNSHIP_KEY) as store:
        for record in records:
            store.write("tester", partial(UnitOfWork.save, record=record))
        before = [stored(store, record) for record in records]
    as_before_matters(tmp_path / "data")
    with Store(tmp_path / "data", KEY, registry=REGISTRY) as store:
        assert [stored(store, record) for record in records] == before
        assert store.conn.execute("SELECT count(*) FROM dispute WHERE holder IS NOT NULL").fetchone()[0] == 1
        assert store.conn.execute("SELECT count(*) FROM dispute WHERE extra IS NOT NULL").fetchone()[0] == 0
        health = doctor.examine(REGISTRY, store.conn, store.identity, store.box)
        assert health.complaints == ()


def test_an_upgraded_file_is_saved_into_as_any_other(tmp_path: Path) -> None:
    with Store.create(tmp_path / "data", KEY, registry=REGISTRY, township_key=TOWNSHIP_KEY) as store:
        dispute = Dispute(name="争水")
        store.write("tester", partial(UnitOfWork.save, record=dispute))
    as_before_matters(tmp_path / "data")
    with Store(tmp_path / "data", KEY, registry=REGISTRY) as store:
        held = dispute.model_copy(update={"holder": Holder.department("司法所").wire, "extended_to": date(2026, 12, 9)})
        store.write("tester", partial(UnitOfWork.save, record=held))
        assert stored(store, dispute) == held
    assert list((tmp_path / "data").glob("*.before-*")), "the older file is kept aside"


def test_a_file_from_before_forms_gets_their_table_and_what_a_newer_pc_printed(tmp_path: Path) -> None:
    paper = DisputePaper.model_validate(
        {"kind": "协议书", "sha256": "a" * 64, "printed_at": "2026-11-24T01:00:00+00:00", "printed_by": "王芳",
         "form_id": "builtin.agreement", "form_version": "1.0"}
    )  # fmt: skip
    dispute = Dispute(name="争水", papers=(paper,))
    with Store.create(tmp_path / "data", KEY, registry=REGISTRY, township_key=TOWNSHIP_KEY) as store:
        store.write("tester", partial(UnitOfWork.save, record=dispute))
        before = stored(store, dispute)
    db = connect(tmp_path / "data" / DATABASE, KEY)
    db.execute("DROP TABLE form_pack")
    db.execute("UPDATE dispute_paper SET extra = json_object('form_id', form_id, 'form_version', form_version)")
    for column in ("form_id", "form_version"):
        db.execute(f"ALTER TABLE dispute_paper DROP COLUMN {column}")
    db.execute("DELETE FROM _sqlite_migrations WHERE name = 'm0011_forms'")
    db.conn.commit()
    db.conn.close()
    with Store(tmp_path / "data", KEY, registry=REGISTRY) as store:
        assert stored(store, dispute) == before
        assert isinstance(before, Dispute)
        assert before.papers[0].form_version == "1.0"
        assert store.conn.execute("SELECT count(*) FROM form_pack").fetchone()[0] == 0
        assert doctor.examine(REGISTRY, store.conn, store.identity, store.box).complaints == ()
