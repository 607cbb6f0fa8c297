"""The cable between the PCs and the county: passes bytes on, and can be cut and mended.

Cut means what it means in an office: connections under way break off, new ones are refused.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading

_CHUNK = 64 * 1024


class Wire:
    """Listens on ``127.0.0.1:port`` and passes everything on to ``target``. Use as a context manager."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._lock = threading.Lock()
        self._listener: socket.socket | None = None
        self._open: set[socket.socket] = set()
        self.port = 0
        self.passed = 0
        """Bytes passed on since the beginning, both ways."""

    def __enter__(self) -> Wire:
        self.mend()
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()

    @property
    def is_cut(self) -> bool:
        """True while nobody gets through."""
        return self._listener is None

    def mend(self) -> None:
        """Let connections through, on the same port as before."""
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(16)
        self.port = listener.getsockname()[1]
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), name="wire", daemon=True).start()

    def cut(self) -> None:
        """Drop every connection and refuse new ones."""
        listener, self._listener = self._listener, None
        if listener is not None:
            _hang_up(listener)
        with self._lock:
            ends, self._open = self._open, set()
        for end in ends:
            _hang_up(end)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(self._target, timeout=10)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            with self._lock:
                self._open |= {near, far}
            if self._listener is not listener:  # cut while we were connecting
                _hang_up(near)
                _hang_up(far)
            for here, there in ((near, far), (far, near)):
                threading.Thread(target=self._pass_on, args=(here, there), name="wire", daemon=True).start()

    def _pass_on(self, here: socket.socket, there: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := here.recv(_CHUNK):
                there.sendall(data)
                self.passed += len(data)
        for end in (here, there):
            _hang_up(end)
        with self._lock:
            self._open -= {here, there}


def _hang_up(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
