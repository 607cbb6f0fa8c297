"""What every test may use: real encrypted stores in a folder of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.models.registers import REGISTRY
from app.models.store import Store
from app.services.office import Office
from app.services.setup import NewAccount, NewTownship, create_township

PASSWORD = "qingxi-2026"
KEY = bytes(range(32))
TOWNSHIP_KEY = bytes(range(32, 64))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty township on a real SQLCipher file."""
    with Store.create(tmp_path / "data", KEY, registry=REGISTRY, township_key=TOWNSHIP_KEY) as made:
        yield made


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A township as the first window makes it, the administrator signed in."""
    new = NewTownship("青溪镇", NewAccount("王主任", PASSWORD), "青山县", others=(NewAccount("李干事", PASSWORD),))
    made, _ = create_township(tmp_path / "office", new)
    yield made
    made.store.close()
