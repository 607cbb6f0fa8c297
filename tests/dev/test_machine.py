"""What the machine must have: what is missing is found, and named with the command that brings it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from devkit import machine
from devkit.console import CannotGoOnError

linux = pytest.mark.skipif(sys.platform != "linux", reason="Debian packages")


def test_a_library_and_a_program_that_are_not_there_are_found_missing() -> None:
    assert machine.missing_libraries({"libno-such-thing.so.7": "libno-such-thing7"}) == ["libno-such-thing7"]
    assert machine.missing_programs({"no-such-program": "some-package"}) == ["some-package"]


@linux
def test_what_qt_needs_is_present_where_these_tests_run() -> None:
    assert machine.missing_libraries(machine.QT_LIBRARIES) == []
    assert machine.missing_programs(machine.PDF_READERS) == []


@linux
def test_who_may_not_install_reads_the_exact_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")  # no apt-get, no sudo
    with pytest.raises(CannotGoOnError, match="sudo apt-get install -y --no-install-recommends libegl1 libgl1\n"):
        machine.need_packages(["libegl1", "libgl1"], purpose="shared libraries that Qt loads")


def test_a_full_disk_is_named_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(CannotGoOnError, match="Too little room"):
        machine.need_room(tmp_path, room=10**18)
    machine.need_room(tmp_path, room=1)


@linux
def test_a_window_needs_a_display_that_is_named() -> None:
    assert machine.has_display({"DISPLAY": ":0"})
    assert machine.has_display({"WAYLAND_DISPLAY": "wayland-0"})
    assert not machine.has_display({"DISPLAY": ""})
