"""The county on a PostgreSQL of its own, and a PC killed while it takes in what others wrote."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from app.models.registers import Person
from county.server import County, database
from tests.county.desks import Desk, Township, equal
from tests.county.proxy import cutting
from tests.county.test_faults import PUSHER, killed_in_silence, relinked


def test_any_postgresql_serves_by_its_connection_string(county: County, tmp_path: Path) -> None:
    embedded = str(county.pool.conninfo)
    with psycopg.connect(embedded, autocommit=True) as conn:
        conn.execute("DROP DATABASE IF EXISTS elsewhere")
        conn.execute("CREATE DATABASE elsewhere")
    dsn = make_conninfo(embedded, dbname="elsewhere")
    told = subprocess.run(
        [sys.executable, "-m", "county", "enrol", "青溪镇", "--new-township", "--data", str(tmp_path), "--dsn", dsn],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    assert "入网码" in told.stdout
    with database(tmp_path, dsn) as pool, pool.connection() as conn:
        row = conn.execute("SELECT current_database()").fetchone()
        assert row == ("elsewhere",)
        assert County(pool, tmp_path).registry.devices() == []


@pytest.mark.parametrize("after", [8_000, 40_000])
def test_a_pc_killed_in_the_middle_of_a_pull_goes_on_and_holds_the_same(
    township: Township, center: Desk, after: int
) -> None:
    station = township.second("station", scope=("people", "safety"))
    people = [Person(full_name=f"村民{number}", live_address=f"龙泉村{number}号") for number in range(1500)]
    center.store.write("u", lambda unit: unit.create_many(people))
    center.synced()
    link = station.replica.link()
    assert link is not None
    with cutting(township.county.address()) as line:
        relinked(station, line.url)
        station.store.close()
        line.cut_down, line.is_silent = after, True
        code = PUSHER.format(root=str(Path(__file__).parents[2]), folder=str(station.store.folder))
        killed_in_silence(line, code)
    again = township.reopened(station)
    again.replica.attach(link)
    again.synced()
    assert equal(again, township)
    assert again.is_healthy()
