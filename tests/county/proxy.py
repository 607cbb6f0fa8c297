"""A line to the county that can be cut at any byte, and a server that answers pages as captive portals do."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class CuttingProxy:
    """Forwards TCP to ``target``; ``cut_up``/``cut_down`` bytes after which a connection is dropped (None: never).

    With ``is_silent`` nothing is dropped: after those bytes the line merely falls silent; ``fell_silent`` tells.
    """

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.cut_up: int | None = None
        self.cut_down: int | None = None
        self.is_silent = False
        self.fell_silent = threading.Event()
        self._closing = threading.Event()
        self.port: int = self._listener.getsockname()[1]
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def close(self) -> None:
        # A thread blocked in accept is woken by a last connection, not by closing under it.
        self._target = ("", 0)
        self._closing.set()
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
            pass
        self._accepting.join()
        self._listener.close()
        for thread in self._threads:
            thread.join(5)

    def _accept(self) -> None:
        while True:
            near, _ = self._listener.accept()
            if not self._target[0]:
                near.close()
                return
            far = socket.create_connection(self._target)
            for source, sink, limit in ((near, far, self.cut_up), (far, near, self.cut_down)):
                thread = threading.Thread(target=self._forward, args=(source, sink, limit), daemon=True)
                thread.start()
                self._threads.append(thread)

    def _forward(self, source: socket.socket, sink: socket.socket, limit: int | None) -> None:
        left = limit
        with suppress(OSError):
            while data := source.recv(65536):
                if left is not None and len(data) >= left:
                    sink.sendall(data[:left])
                    if self.is_silent:
                        self.fell_silent.set()
                        self._closing.wait()
                    break
                sink.sendall(data)
                left = None if left is None else left - len(data)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        sink.close()


@contextmanager
def cutting(address: str) -> Iterator[CuttingProxy]:
    host, _, port = address.rpartition(":")
    proxy = CuttingProxy((host, int(port)))
    try:
        yield proxy
    finally:
        proxy.close()
