"""Files made to hurt: pictures that unpack to more than memory, names that lead elsewhere, contents that lie."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image

from app.errors import UserError
from app.models.policy import User
from app.models.registers import REGISTRY, Hazard
from app.models.store import Store
from app.services import pictures
from app.services.attachments import Attachments
from app.services.file_types import PNG
from app.services.office import Office
from tests.conftest import KEY


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that claims as many pixels as it likes."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(50_000, 50_000), (200_000, 900), (13_000, 13_000), (2**31 - 1, 2**31 - 1)])
def test_a_picture_bomb_is_refused_by_what_its_header_claims(store: Store, size: tuple[int, int]) -> None:
    attachments = Attachments(Office(store, User("a" * 32, "王主任", "administrator")))
    with pytest.raises(UserError, match="太大"):
        attachments.prepare("照片.png", bomb(*size))
    with pytest.raises(UserError, match="太大"):
        pictures.thumbnail(bomb(*size))


def test_text_that_unpacks_to_gigabytes_inside_a_picture_is_not_unpacked() -> None:
    out = io.BytesIO()
    Image.new("RGB", (10, 10)).save(out, "PNG")
    head, rest = out.getvalue()[:33], out.getvalue()[33:]
    text = b"Comment\x00\x00" + zlib.compress(bytes(200_000_000), 9)
    with pytest.raises(UserError, match="已损坏"):
        pictures.fit(head + chunk(b"zTXt", text) + rest, PNG, side=2400)


KILLED = """
import os, sys
from pathlib import Path
from app.models.policy import User
from app.models.registers import REGISTRY
from app.models.store import Store
from app.services.attachments import Attachments
from app.services.office import Office
store = Store(Path(sys.argv[1]), bytes(range(32)), registry=REGISTRY)
attachments = Attachments(Office(store, User("a" * 32, "甲", "administrator")))
while True:
    body = b"%PDF-1.4 " + os.urandom(800_000)
    line = attachments.attach("hazard", sys.argv[2], attachments.prepare("扫描.pdf", body))
    print(line.id, flush=True)
"""


@pytest.mark.parametrize("after", [1, 2, 6])
def test_a_kill_while_attaching_never_leaves_a_record_that_names_a_file_not_on_the_disk(
    store: Store, after: int
) -> None:
    record = Hazard.model_validate({"name": "通道堵塞", "found_on": "2026-05-01"})
    store.write("t", lambda unit: unit.save(record))
    folder = store.folder
    store.close()
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(folder), record.id], stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    ) as process:
        assert process.stdout is not None
        confirmed = {process.stdout.readline().strip() for _ in range(after)}
        process.kill()
    with Store(folder, KEY, registry=REGISTRY) as again:
        office = Office(again, User("a" * 32, "甲", "administrator"))
        attachments = Attachments(office)
        found = office.reader.get("hazard", record.id)
        assert found is not None
        lines = attachments.of(found)
        assert confirmed <= {line.id for line in lines}
        assert all(attachments.open(line).startswith(b"%PDF") for line in lines)
        assert office.doctor().is_sound
        assert not [path for path in (folder / "blobs").rglob("*") if path.suffix == ".part"]
