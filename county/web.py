"""What the county answers over HTTPS. Thin: checks who asks, asks registry and ledger, says no in sentences."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from fastapi import Depends, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from psycopg import DataError
from starlette.requests import ClientDisconnect

from app.errors import AppError
from app.sync import protocol
from app.sync.authority import is_county
from app.sync.batch import HARD_PACKED, TamperedError, open_batch, pack
from app.sync.blobs import MOST_PIECE, Standing, is_blob_id
from app.sync.canonical import parsed
from app.sync.enrolment import SECRET_BYTES
from app.sync.page import PAGE_LIMIT, Cursor
from app.sync.protocol import HelloAnswer
from app.sync.streams import pulled
from county.blobs import LACKING_LIMIT, Blobs
from county.ingest import ForkError, GapError, identity_state
from county.ledger import Ledger, Pool
from county.refusal import RefusedError, forbidden, malformed, unauthorised
from county.registry import Enrolling, Registered, Registry
from county.tokens import Stamps

_SMALL = 256 * 1024
_BLOB = 4 * 1024
_RANGE = re.compile(r"bytes=(\d{1,15})-(\d{1,15})", re.ASCII)


def build(pool: Pool) -> FastAPI:
    """The county's web application over an open pool of connections."""
    registry = Registry(pool)
    stamps = Stamps(bytes.fromhex(registry.once("stamp_secret")))
    registry.once("generation")
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    desk = _Desk(registry, Ledger(pool), stamps, Blobs(pool))
    app.add_exception_handler(AppError, _say_no)
    for strange in (DataError, UnicodeError):
        app.add_exception_handler(strange, _say_malformed)
    app.middleware("http")(_plain)
    for method, path, handler in desk.routes():
        app.add_api_route(path, handler, methods=[method], response_model=None)
    return app


async def _plain(request: Request, call_next: Callable[[Request], Any]) -> Response:
    """Nothing the county says is ever a page."""
    response: Response = await call_next(request)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Township-County"] = str(protocol.VERSION)
    response.headers["Cache-Control"] = "no-store"
    return response


def _say_no(_request: Request, error: Exception) -> JSONResponse:
    if isinstance(error, RefusedError):
        return JSONResponse(error.to_json(), error.status)
    status, code, more = HTTPStatus.UNPROCESSABLE_ENTITY, "malformed", {}
    if isinstance(error, GapError):
        status, code, more = HTTPStatus.CONFLICT, "gap", {"next": error.expected}
    elif isinstance(error, ForkError):
        status, code = HTTPStatus.CONFLICT, "fork"
    elif isinstance(error, TamperedError):
        code = "tampered"
    assert isinstance(error, AppError)  # noqa: S101 - registered for it alone
    return JSONResponse({"error": code, "sentence": error.sentence, "next_step": error.next_step, **more}, status)


def _say_malformed(request: Request, _error: Exception) -> JSONResponse:
    """A character or number the database cannot hold: nothing was stored, and the sender hears a sentence."""
    return _say_no(request, malformed("内容含有无法保存的字符或数字"))


async def _limited(request: Request, limit: int) -> bytes:
    """The body, refused as soon as it is larger than anything honest."""
    received = bytearray()
    try:
        async for chunk in request.stream():
            received += chunk
            if len(received) > limit:
                raise RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "size", "上传的内容过大", "请联系县管理员")
    except ClientDisconnect as error:  # an ordinary day: nobody is there any more to hear the answer
        raise malformed("上传中断") from error
    return bytes(received)


async def _small(request: Request) -> bytes:
    return await _limited(request, _SMALL)


async def _large(request: Request) -> bytes:
    return await _limited(request, HARD_PACKED)


async def _blob(request: Request) -> bytes:
    return await _limited(request, _BLOB)


async def _piece(request: Request) -> bytes:
    return await _limited(request, MOST_PIECE)


SmallBody = Annotated[bytes, Depends(_small)]
LargeBody = Annotated[bytes, Depends(_large)]
BlobBody = Annotated[bytes, Depends(_blob)]
PieceBody = Annotated[bytes, Depends(_piece)]


class _Desk:
    """The answers; each runs on a worker thread."""

    def __init__(self, registry: Registry, ledger: Ledger, stamps: Stamps, blobs: Blobs) -> None:
        self._registry = registry
        self._ledger = ledger
        self._stamps = stamps
        self._blobs = blobs

    def routes(self) -> list[tuple[str, str, Callable[..., Any]]]:
        """``(method, path, handler)`` of everything the county answers."""
        return [
            ("GET", "/v1/nonce", self.nonce),
            ("POST", "/v1/enrol", self.enrol),
            ("POST", "/v1/hello", self.hello),
            ("POST", "/v1/renew", self.renew),
            ("PUT", "/v1/batches/{device}/{name}", self.push),
            ("GET", "/v1/changes", self.changes),
            ("PUT", "/v1/pairing/{mailbox}", self.leave),
            ("GET", "/v1/pairing/{mailbox}", self.fetch),
            ("GET", "/v1/blobs", self.blobs_lacking),
            ("HEAD", "/v1/blobs/{name}", self.blob_standing),
            ("PATCH", "/v1/blobs/{name}", self.blob_take),
            ("GET", "/v1/blobs/{name}", self.blob_read),
        ]

    def nonce(self) -> dict[str, str]:
        return {"nonce": self._stamps.nonce()}

    def enrol(self, body: SmallBody) -> dict[str, Any]:
        text, signature = _signed(body)
        fields = _object(text)
        try:
            asked = Enrolling(
                secret=bytes.fromhex(fields["secret"]),
                township=str(fields["township"]),
                township_name=str(fields["township_name"]),
                device=str(fields["device"]),
                device_name=str(fields["device_name"]),
                public_key=bytes.fromhex(fields["public_key"]),
            )
        except (KeyError, ValueError, TypeError) as error:
            raise malformed() from error
        if len(asked.secret) != SECRET_BYTES or not asked.device:
            raise malformed()
        _check(asked.public_key, protocol.ENROL_CONTEXT, text, signature)
        return self._registry.enrol(asked).to_json()

    def hello(self, body: SmallBody) -> dict[str, Any]:
        text, signature = _signed(body)
        hello, nonce = protocol.hello_from(text)
        found = self._registry.find(hello.device)
        if found is None or found.device.township != hello.township or is_county(hello.device):
            return self._stranger(protocol.UNKNOWN).to_json()
        _check(found.public_key, protocol.HELLO_CONTEXT, text, signature)
        if not self._stamps.is_nonce(nonce):
            raise unauthorised()
        if found.state == "revoked":
            return self._stranger(protocol.REVOKED).to_json()
        self._registry.seen(hello.device)
        return self._known(hello, found).to_json()

    def _stranger(self, state: str) -> HelloAnswer:
        generation = self._registry.setting("generation")
        return HelloAnswer(state, generation, 1, "", {}, (), (), (), _now(), "")

    def _known(self, hello: protocol.Hello, found: Registered) -> HelloAnswer:
        device = found.device
        readable = {stream: at for stream, at in hello.cursors.items() if stream in pulled(device.scope)}
        heads = self._ledger.heads(device.township)
        return HelloAnswer(
            state=identity_state(hello, device, lambda at: self._ledger.hash_at(device.township, device.id, at)),
            generation=self._registry.setting("generation"),
            next=device.next,
            head_hash=device.head_hash,
            heads={stream: heads[stream].seq for stream in pulled(device.scope) if stream in heads},
            reset=self._ledger.unknown_cursors(device.township, readable),
            settled=self._ledger.unreported(device, hello.waiting_from),
            scope=device.scope,
            clock=_now(),
            token=self._stamps.token(device.id),
            township_name=self._registry.township_name(device.township),
        )

    def renew(self, body: SmallBody) -> dict[str, Any]:
        text, signature = _signed(body)
        fields = _object(text)
        try:
            old, device = str(fields["old"]), str(fields["device"])
            public_key, nonce = bytes.fromhex(fields["public_key"]), str(fields["nonce"])
        except (KeyError, ValueError, TypeError) as error:
            raise malformed() from error
        found = self._registry.find(old)
        if found is None or found.state == "revoked":
            raise forbidden("县服务器已停用本机的同步资格", code="revoked")
        _check(found.public_key, protocol.RENEW_CONTEXT, text, signature)
        if not self._stamps.is_nonce(nonce):
            raise unauthorised()
        self._registry.renew(found, device=device, public_key=public_key)
        return {"device": device}

    def push(self, request: Request, device: str, name: str, body: LargeBody) -> dict[str, Any]:
        found = self._pass(request)
        batch = open_batch(body, found.public_key)
        header = batch.header
        expected = f"{header.from_seq}-{header.to_seq}-{header.head_hash}"
        if (header.device, header.township) != (found.device.id, found.device.township) or device != header.device:
            raise forbidden("这个批次不是本机的", "请联系县管理员", "device")
        if name != expected:
            raise malformed("批次的名称与内容不符")
        return self._ledger.push(found.device.township, batch).to_json()

    def changes(self, request: Request) -> Response:
        found = self._pass(request)
        query = request.query_params
        try:
            after = Cursor(int(query["after"]), query["hash"])
            stream, limit = query["stream"], int(query.get("limit", PAGE_LIMIT))
        except (KeyError, ValueError) as error:
            raise malformed() from error
        text = self._ledger.page(found.device, stream, after, limit=max(1, limit))
        return Response(pack(text), media_type=protocol.PAGE_TYPE)

    def leave(self, request: Request, mailbox: str, body: BlobBody) -> dict[str, Any]:
        found = self._pass(request)
        self._registry.leave(found.device.township, mailbox, body)
        return {"left": mailbox}

    def fetch(self, mailbox: str) -> Response:
        blob = self._registry.fetch(mailbox)
        if blob is None:
            sentence = "县服务器上没有这个配对码对应的内容（可能已超过 24 小时）"
            raise RefusedError(HTTPStatus.NOT_FOUND, "mailbox", sentence, "请在第一台电脑上重新生成配对码")
        return Response(blob, media_type=protocol.BLOB_TYPE)

    # Attached files: only when the records are at rest, by stream, in pieces.

    def blobs_lacking(self, request: Request) -> dict[str, Any]:
        found = self._pass(request)
        query = request.query_params
        names = self._blobs.lacking(found.device, query.get("stream", ""), query.get("after", ""))
        return {"lacking": names, "is_all": len(names) < LACKING_LIMIT}

    def blob_standing(self, request: Request, name: str) -> Response:
        found = self._pass(request)
        at = self._blobs.standing(found.device, *_blob_named(request, name))
        return Response(headers=_standing_headers(at))

    def blob_take(self, request: Request, name: str, body: PieceBody) -> dict[str, Any]:
        found = self._pass(request)
        offset, total = _number(request, protocol.OFFSET), _number(request, protocol.LENGTH)
        stream, blob = _blob_named(request, name)
        at = self._blobs.take(found.device, stream, blob, offset=offset, total=total, piece=body)
        return {"offset": at.offset, "is_whole": at.is_whole}

    def blob_read(self, request: Request, name: str) -> Response:
        found = self._pass(request)
        start, length = _range(request)
        stream, blob = _blob_named(request, name)
        piece, size = self._blobs.read(found.device, stream, blob, start=start, length=length)
        headers = {"Content-Range": f"bytes {start}-{start + len(piece) - 1}/{size}", "Accept-Ranges": "bytes"}
        return Response(piece, HTTPStatus.PARTIAL_CONTENT, headers, protocol.BLOB_TYPE)

    def _pass(self, request: Request) -> Registered:
        """The device that asks, by its token, as it stands now."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        device = self._stamps.device(token) if scheme == "Bearer" else None
        if device is None:
            raise unauthorised()
        found = self._registry.find(device)
        if found is None or found.state == "revoked":
            raise forbidden("县服务器已停用本机的同步资格", code="revoked")
        return found


def _blob_named(request: Request, name: str) -> tuple[str, str]:
    if not is_blob_id(name):
        raise malformed()
    return request.query_params.get("stream", ""), name


def _number(request: Request, header: str) -> int:
    text = request.headers.get(header, "")
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise malformed()
    return int(text)


def _range(request: Request) -> tuple[int, int]:
    """``(start, length)`` of ``Range: bytes=a-b``; at most a piece, and always asked for."""
    found = _RANGE.fullmatch(request.headers.get("Range", ""))
    if found is None:
        raise malformed()
    start, end = int(found[1]), int(found[2])
    if end < start:
        raise malformed()
    return start, min(end - start + 1, MOST_PIECE)


def _standing_headers(at: Standing) -> dict[str, str]:
    return {protocol.OFFSET: str(at.offset), protocol.IS_WHOLE: str(int(at.is_whole))}


def _object(text: str) -> dict[str, Any]:
    try:
        content = parsed(text)
    except ValueError as error:
        raise malformed() from error
    if not isinstance(content, dict):
        raise malformed()
    return content


def _signed(body: bytes) -> tuple[str, str]:
    """``(text, signature)`` of a signed request."""
    try:
        content = _object(body.decode())
        return str(content["text"]), str(content["signature"])
    except (KeyError, UnicodeDecodeError) as error:
        raise malformed() from error


def _check(public_key: bytes, context: bytes, text: str, signature: str) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(bytes.fromhex(signature), context + text.encode())
    except (InvalidSignature, ValueError) as error:
        raise forbidden("本机的签名不符", "请重新登记本机", "signature") from error


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
