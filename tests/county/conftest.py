"""A real county (PostgreSQL, HTTPS) once for the session, and PCs with real stores that talk to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from county.server import County, database, dsn_in, serving
from tests.county.desks import Desk, Township


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """The county server on embedded PostgreSQL, served on a thread of this process."""
    data = tmp_path_factory.mktemp("county")
    with database(dsn_in(data)) as pool:
        served = County(pool, data)
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


Maker = Callable[..., Desk]
