"""How a PC comes to its county: the first PC of a township brings its data along, a second one joins an empty store."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from app.sync import pairing
from app.sync.enrolment import read_code
from app.sync.https import CountyClient, certificate_of, enrol
from app.sync.ports import Link

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Joined:
    """What a second PC needs to make its store: the tie to the county, and the township's key."""

    link: Link
    township_key: bytes = field(repr=False)


def bring(code: str, *, township: str, township_name: str, device: str, device_name: str) -> Link:
    """Enrol a PC that already has a township's data; its journal is pushed with the next sync.

    Raises ``UserError`` (mistyped or used code, and what to do) or ``SyncError`` (not reachable).
    """
    return enrol(
        read_code(code),
        township=township,
        township_name=township_name,
        device=device,
        device_name=device_name,
        key=secrets.token_bytes(KEY_BYTES),
    )


def join(code: str, pairing_code: str, *, device: str, device_name: str) -> Joined:
    """Enrol a PC that has no data yet and fetch the township's key that another PC left under the pairing code.

    Both codes are checked, and the key fetched, before the enrolment code is used up. Raises ``UserError`` or
    ``SyncError``.
    """
    asked = read_code(code)
    key = secrets.token_bytes(KEY_BYTES)
    stranger = Link(asked.url, certificate_of(asked), "", "", device, device_name, key, ())
    with CountyClient(stranger) as client:
        blob = client.fetch_blob(pairing_code)
    link = enrol(asked, township="", township_name="", device=device, device_name=device_name, key=key)
    return Joined(link, pairing.open_township_key(pairing_code, link.township, blob))


def offer_township_key(client: CountyClient, township_key: bytes) -> str:
    """Make a pairing code and leave the township's key under it at the county; needs a hello before. The code."""
    code = pairing.make_code()
    client.leave_township_key(code, township_key)
    return code
