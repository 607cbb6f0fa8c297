"""A real county (PostgreSQL, HTTPS) once for the session, and PCs with real stores that talk to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from county.server import County, database, serving
from tests.county.desks import Desk, Township


@pytest.fixture(scope="session")
def county() -> Iterator[County]:
    """The county server on embedded PostgreSQL, served on a thread of this process.

    Not in pytest's folder: another run of tests closes that to the account PostgreSQL runs as.
    """
    with TemporaryDirectory(prefix="county", ignore_cleanup_errors=True) as folder, database(Path(folder)) as pool:
        served = County(pool, Path(folder))
        with serving(served):
            yield served


@pytest.fixture
def township(county: County, tmp_path: Path) -> Iterator[Township]:
    """A new township of two PCs: the centre (everything) and, when asked for, the station (no mediation)."""
    with ExitStack() as stack:
        yield Township(county, tmp_path, stack)


@pytest.fixture
def center(township: Township) -> Desk:
    """The first PC, enrolled with the county."""
    return township.first("center")


@pytest.fixture
def station(township: Township, center: Desk) -> Desk:
    """A second PC that joined the township of the first, and may not see mediation."""
    return township.second("station", scope=("people", "safety"))
