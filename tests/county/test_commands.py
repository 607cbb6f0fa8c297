"""The county as its administrator starts it: a process of its own, commands beside it, and kills."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from app.models.register import new_id
from app.models.registers import REGISTRY, Person
from app.models.replica import StoreReplica
from app.models.store import Store
from app.models.unit import UnitOfWork
from app.sync import joining
from app.sync.agent import SyncAgent
from tests.conftest import KEY, TOWNSHIP_KEY

ROOT = Path(__file__).parents[2]


def county(data: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "county", *words, "--data", str(data)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    return done.stdout


@contextmanager
def served(data: Path, *, port: int = 0) -> Iterator[tuple[subprocess.Popen[str], int]]:
    words = ["serve", "--host", "127.0.0.1", "--port", str(port), "--data", str(data)]
    with subprocess.Popen(
        [sys.executable, "-m", "county", *words], cwd=ROOT, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                found = re.search(r"https://127\.0\.0\.1:(\d+)", line)
                if found:
                    yield process, int(found[1])
                    break
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            process.stdout.read()


@pytest.fixture
def data() -> Iterator[Path]:
    """A folder for a county of its own; not in pytest's, see the fixture ``county``."""
    with TemporaryDirectory(prefix="county", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def sync(store: Store) -> bool:
    status = SyncAgent(StoreReplica(store), lambda _: None, new_device_id=new_id).run_once()
    return status.is_synced


def test_from_first_start_over_a_kill_to_equal_digests(data: Path, tmp_path: Path) -> None:
    with Store.create(tmp_path / "pc", KEY, registry=REGISTRY, township_key=TOWNSHIP_KEY) as store:
        with served(data) as (process, port):
            told = county(data, "enrol", "青溪镇", "--device", "综治中心一号机", "--streams", "people,mediation")
            code = told.strip().splitlines()[-1]
            identity = store.identity
            link = joining.bring(
                code, township=identity.township, township_name="", device=identity.device, device_name=""
            )
            assert link.township_name == "青溪镇"
            StoreReplica(store).attach(link)
            store.write("u", lambda unit: unit.save(Person(full_name="张三")))
            assert sync(store)
            process.kill()
        store.write("u", lambda unit: UnitOfWork.save(unit, Person(full_name="李四")))
        assert not sync(store)
        with served(data, port=port):
            assert sync(store)
            digests = county(data, "digest", "青溪镇")
            assert digests == "".join(
                f"{stream}\t{count}\t{content}\n" for stream, (count, content) in StoreReplica(store).digests().items()
            )
            assert "people\t2\t" in digests
            listed = county(data, "status")
            assert "综治中心一号机  正常  2 条" in listed
            assert "已停用" in county(data, "revoke", identity.device)
            assert not sync(store)


def test_a_scope_that_does_not_exist_is_said(data: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError) as refused:
        county(data, "enrol", "青溪镇", "--streams", "people,weather")
    assert "没有这一类登记：weather" in refused.value.stderr
