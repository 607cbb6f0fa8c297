"""The set-up, with a real virtual environment, real pip and a package made here: nothing comes from a network."""

from __future__ import annotations

import hashlib
import os
import subprocess
import zipfile
from pathlib import Path

import pytest

from devkit.console import CannotGoOnError
from devkit.environment import LOG, STAMP, Environment, sentence_for


def make_wheel(folder: Path, version: str) -> str:
    """Put a package ``tiny`` of one module into the folder; returns its sha-256."""
    wheel = folder / f"tiny-{version}-py3-none-any.whl"
    info = f"tiny-{version}.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tiny.py", f"version = {version!r}\n")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n")
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", f"tiny.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")
    return hashlib.sha256(wheel.read_bytes()).hexdigest()


def lock(folder: Path, version: str, digest: str) -> Path:
    path = folder / "lock.txt"
    path.write_text(f"tiny=={version} \\\n    --hash=sha256:{digest}\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment set up once for this module, with tiny 1.0."""
    folder = tmp_path_factory.mktemp("set-up")
    environment = Environment(folder / ".venv", lock(folder, "1.0", make_wheel(folder, "1.0")))
    with pytest.MonkeyPatch.context() as patch:
        only_from(folder, patch)
        environment.make_ready()
    return environment


@pytest.fixture
def packages(made: Environment, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder pip takes packages from."""
    folder = made.folder.parent
    only_from(folder, monkeypatch)
    return folder


def only_from(folder: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("PIP_NO_INDEX", "1")
    patch.setenv("PIP_FIND_LINKS", str(folder))
    patch.setenv("PIP_CONFIG_FILE", os.devnull)


def installed(environment: Environment) -> str:
    command = [str(environment.python), "-c", "import tiny; print(tiny.version)"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_the_set_up_installs_what_is_locked_and_the_second_run_only_looks(
    made: Environment, packages: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lock(packages, "1.0", make_wheel(packages, "1.0"))
    made.make_ready()
    assert installed(made) == "1.0"
    capsys.readouterr()
    made.make_ready()
    assert capsys.readouterr().out == ""


def test_a_changed_lock_is_installed_at_the_next_run(made: Environment, packages: Path) -> None:
    lock(packages, "2.0", make_wheel(packages, "2.0"))
    assert not made.is_ready()
    made.make_ready()
    assert installed(made) == "2.0"


def test_a_set_up_that_was_cut_off_is_taken_up_again(made: Environment, packages: Path) -> None:
    (made.folder / STAMP).unlink(missing_ok=True)
    site = next(made.folder.glob("**/site-packages"))
    (site / "pip" / "__init__.py").unlink()  # as after a kill while the environment was being made
    lock(packages, "1.0", make_wheel(packages, "1.0"))
    made.make_ready()
    assert installed(made) == "1.0"
    assert made.is_ready()


def test_a_package_that_is_not_the_locked_one_is_refused_with_a_sentence(made: Environment, packages: Path) -> None:
    make_wheel(packages, "3.0")
    lock(packages, "3.0", "0" * 64)
    with pytest.raises(CannotGoOnError, match="not the one that was locked") as refused:
        made.make_ready()
    assert str(made.folder / LOG) in str(refused.value)
    assert not made.is_ready()


def test_a_source_that_lacks_a_package_is_named_as_the_reason(made: Environment, packages: Path) -> None:
    lock(packages, "9.9", "0" * 64)
    with pytest.raises(CannotGoOnError, match="lacks a locked package"):
        made.make_ready()


def test_a_network_that_does_not_answer_is_named_as_the_reason(
    made: Environment, packages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/")  # the discard port: nobody listens
    monkeypatch.setenv("PIP_RETRIES", "1")
    lock(packages, "9.9", "0" * 64)
    with pytest.raises(CannotGoOnError, match="cannot be reached"):
        made.make_ready()


def test_any_other_trouble_ends_with_the_last_words_of_pip() -> None:
    assert sentence_for("Collecting tiny\nERROR: something new\n").endswith("ERROR: something new")
