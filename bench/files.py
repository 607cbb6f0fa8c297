"""Attachments from one PC to the county and to a second PC: one of 15 MB, a hundred small ones.

The floor is the bytes written to the disk and put to an HTTPS server by one request each, which writes them again.
Ours also seals, saves the record that names them, sends that first, sends in pieces that survive a broken line, and
checks every file on both sides.
"""

from __future__ import annotations

import os
import ssl
import threading
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import httpx
import uvicorn

from app.models.registers import Patrol
from app.models.registers.patrol import PatrolFile
from bench._figures import QUICK, Span, against, heading, span, span_of
from county.server import County, database, serving
from tests.county.desks import Desk, Township

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LARGE = 15 * 2**20
SMALL, SMALL_BYTES = 20 if QUICK else 100, 60 * 2**10
_A_RECORD = 10
"""Files of one record, so that a hundred are not one hundred patrols."""


def main() -> None:
    """Measure and print."""
    random = Random(7)
    with TemporaryDirectory(prefix="bench", ignore_cleanup_errors=True) as folder, ExitStack() as stack:
        data = Path(folder)
        pool = stack.enter_context(database(data / "county"))
        county = County(pool, data / "county")
        stack.enter_context(serving(county))
        township = Township(county, data, stack)
        one, two = township.first("one"), township.second("two")
        one.synced()
        two.synced()
        heading()
        for what, bodies in (
            ("one file of 15 MB", [random.randbytes(LARGE)]),
            (f"{SMALL} files of 60 kB", [random.randbytes(SMALL_BYTES) for _ in range(SMALL)]),
        ):
            floor = _floor(county, data, bodies)
            with span() as sent:
                names = _attached(one, bodies)
                one.synced()
            against(f"{what}: written and sent", floor, sent)
            against(f"{what}: fetched by a second PC", floor, span_of(two.synced))
            assert all(two.blobs.has(name) for name in names)


def _attached(desk: Desk, bodies: Sequence[bytes]) -> list[str]:
    names = []
    for start in range(0, len(bodies), _A_RECORD):
        files = []
        for body in bodies[start : start + _A_RECORD]:
            blob = desk.blobs.put(body)
            files.append(PatrolFile(name="现场.jpg", file=blob.id, size=len(body)))
            names.append(blob.id)
        desk.save(Patrol(patrolled_on=date(2026, 3, 15), files=tuple(files)))
    return names


def _floor(county: County, folder: Path, bodies: Sequence[bytes]) -> Span:
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trust.check_hostname = False
    trust.load_verify_locations(county.certificate.certificate)
    with _bare_server(county, folder) as url, httpx.Client(base_url=url, verify=trust, trust_env=False) as client:

        def work() -> None:
            for number, body in enumerate(bodies):
                _kept(folder / f"here-{number}", body)
                client.put(f"/{number}", content=body).raise_for_status()

        return span_of(work)


def _kept(path: Path, body: bytes) -> None:
    with path.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _bare_server(county: County, folder: Path) -> Iterator[str]:
    """An HTTPS server that writes what is put to it, and nothing else; by the same web server and certificate."""

    async def keep(scope: dict[str, Any], receive: Any, send: Any) -> None:
        parts, is_more = [], True
        while is_more:
            message = await receive()
            parts.append(message.get("body", b""))
            is_more = message.get("more_body", False)
        _kept(folder / f"there-{scope['path'].strip('/')}", b"".join(parts))
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    known = county.address()
    bound = county.listener("127.0.0.1", 0)
    url = f"https://{county.address()}"
    county.registry.keep("address", known)  # the listener told the county its own
    certificate = county.certificate
    config = uvicorn.Config(
        keep,
        ssl_keyfile=str(certificate.key),
        ssl_certfile=str(certificate.certificate),
        log_level="warning",
        lifespan="off",
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    try:
        yield url
    finally:
        server.should_exit = True
        thread.join()
        bound.close()


if __name__ == "__main__":
    main()
