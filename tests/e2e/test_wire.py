"""The demo's cable: what is cut is cut, what is mended works on the same port."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest

from demo.wire import Wire


@pytest.fixture
def echo() -> Iterator[tuple[str, int]]:
    """A server that says everything back."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                end, _ = listener.accept()
            except OSError:
                return
            with end:
                while data := end.recv(1000):
                    end.sendall(data)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    host, port = listener.getsockname()
    yield host, port
    with contextlib.suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)  # or a thread that waits for callers goes on waiting
    listener.close()
    thread.join(5)


def say(port: int, text: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as end:
        end.sendall(text)
        return end.recv(1000)


def test_what_is_said_passes_both_ways(echo: tuple[str, int]) -> None:
    with Wire(echo) as wire:
        assert say(wire.port, b"hello") == b"hello"
        assert wire.passed >= 5


def test_a_cut_drops_what_is_connected_and_refuses_what_comes(echo: tuple[str, int]) -> None:
    with Wire(echo) as wire, socket.create_connection(("127.0.0.1", wire.port), timeout=5) as end:
        end.sendall(b"a")
        assert end.recv(10) == b"a"
        wire.cut()
        assert wire.is_cut
        with contextlib.suppress(ConnectionError):
            assert end.recv(10) == b""
        with pytest.raises((ConnectionError, TimeoutError)):
            say(wire.port, b"b")


def test_a_mended_wire_has_its_old_port(echo: tuple[str, int]) -> None:
    with Wire(echo) as wire:
        port = wire.port
        wire.cut()
        wire.mend()
        assert wire.port == port
        assert say(port, b"again") == b"again"
