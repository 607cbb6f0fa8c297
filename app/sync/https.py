"""The way to the county over HTTPS: its certificate pinned, every strange answer turned into a sentence.

Only this module and the agent open sockets. It believes nothing that does not come from the county enrolled with.
"""

from __future__ import annotations

import hashlib
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from itertools import pairwise
from types import TracebackType
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.errors import SyncError, UserError
from app.sync import pairing, protocol
from app.sync.batch import HARD_UNPACKED, Header, unpack
from app.sync.blobs import Standing
from app.sync.canonical import canonical, parsed
from app.sync.enrolment import PRINT_BYTES, EnrolmentCode
from app.sync.page import Cursor
from app.sync.ports import Link
from app.sync.protocol import Hello, HelloAnswer, PushAnswer, strange_answer

if TYPE_CHECKING:
    # Loaded with the first request: a sixth of the time until the window opens, and many a PC never talks to a county.
    import httpx

_PATIENCE = 20.0
_PATIENCE_TO_CONNECT = 8.0
"""Seconds."""
_PAGE = 250
"""Operations asked for at once: stored in one transaction, before which no save has to wait longer than a blink."""

_COUNTY_MARK = "X-Township-County"


class DisagreedError(SyncError):
    """The county answered, but its idea of this PC differs: a new hello settles it."""


class BusyError(SyncError):
    """The county asks to come later, in ``seconds``."""

    def __init__(self, seconds: float) -> None:
        super().__init__("县服务器正忙", "程序会稍后自动再试")
        self.seconds = seconds


class FileRefusedError(SyncError):
    """The county says no to this one file, now; the others and the records are not concerned."""


class CountyClient:
    """Talks to one county as one device. Not shared between threads."""

    def __init__(self, link: Link) -> None:
        import httpx

        self._link = link
        self._token = ""
        timeout = httpx.Timeout(_PATIENCE, connect=_PATIENCE_TO_CONNECT)
        self._http = httpx.Client(base_url=link.url, verify=_pinned(link.certificate), timeout=timeout, trust_env=False)

    def __enter__(self) -> CountyClient:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Drop the connections."""
        self._http.close()

    def hello(self, hello: Hello) -> HelloAnswer:
        """Say who we are and what we have; the pass for the other requests is kept."""
        text = hello.text(self._nonce())
        stored = self._json("POST", "/v1/hello", body=_signed(self._link.private_key, protocol.HELLO_CONTEXT, text))
        answer = protocol.hello_answer_from(stored)
        self._token = answer.token
        return answer

    def push(self, header: Header, packed: bytes) -> PushAnswer:
        """Send a sealed batch; what comes back is committed at the county."""
        path = f"/v1/batches/{header.device}/{header.from_seq}-{header.to_seq}-{header.head_hash}"
        return protocol.push_answer_from(self._json("PUT", path, body=packed))

    def page(self, stream: str, after: Cursor) -> str:
        """Text of the page of changes after a cursor; still to be verified."""
        query = {"stream": stream, "after": str(after.seq), "hash": after.hash, "limit": str(_PAGE)}
        kind, body = self._ask("GET", "/v1/changes", params=query)
        if kind != protocol.PAGE_TYPE:
            raise strange_answer()
        return unpack(body)

    def renew(self, device: str, key: Ed25519PrivateKey) -> None:
        """Ask for a further identity ``device`` with the old key."""
        fields = {
            "old": self._link.device,
            "device": device,
            "public_key": key.public_key().public_bytes_raw().hex(),
            "nonce": self._nonce(),
        }
        text = canonical(fields)
        self._json("POST", "/v1/renew", body=_signed(self._link.private_key, protocol.RENEW_CONTEXT, text))

    def leave_township_key(self, code: str, township_key: bytes) -> None:
        """Leave the township's key, sealed under a pairing code, for a second PC. Needs a hello before."""
        blob = pairing.seal_township_key(code, self._link.township, township_key)
        self._json("PUT", f"/v1/pairing/{pairing.mailbox(code)}", body=blob)

    def fetch_blob(self, code: str) -> bytes:
        """What another PC left under a pairing code, still sealed. Needs no hello: who has the code may ask."""
        kind, blob = self._ask("GET", f"/v1/pairing/{pairing.mailbox(code)}")
        if kind != protocol.BLOB_TYPE:
            raise strange_answer()
        return blob

    # -- attached files ----------------------------------------------------------------------------------------------

    def blobs_lacking(self, stream: str) -> list[str]:
        """Names in this stream of which the county does not have the file. Needs a hello before, as all of these."""
        names: list[str] = []
        while True:
            query = {"stream": stream, "after": names[-1] if names else ""}
            kind, body = self._ask("GET", "/v1/blobs", params=query)
            answer = _object(kind, body)
            found = [str(one) for one in answer.get("lacking", ())]
            if any(after <= before for before, after in pairwise([*names[-1:], *found])):
                raise strange_answer("附件清单不成序")
            names += found
            if answer.get("is_all") or not found:
                return names

    def blob_standing(self, stream: str, blob: str) -> Standing:
        """How much of a blob the county has."""
        answer, _ = self._exchange("HEAD", f"/v1/blobs/{blob}", params={"stream": stream})
        if not answer.is_success:
            raise _no_to_a_file(answer, {})
        return _standing(answer.headers.get(protocol.OFFSET), answer.headers.get(protocol.IS_WHOLE) == "1")

    def send_piece(self, stream: str, blob: str, *, offset: int, total: int, piece: bytes) -> Standing:
        """Bring the piece that follows ``offset``; where it stands afterwards, also when it stood elsewhere."""
        headers = {protocol.OFFSET: str(offset), protocol.LENGTH: str(total)}
        path, query = f"/v1/blobs/{blob}", {"stream": stream}
        answer, received = self._exchange("PATCH", path, body=piece, params=query, more_headers=headers)
        content = _object(_kind(answer), received)
        if answer.is_success or content.get("error") == "offset":
            return _standing(content.get("offset"), content.get("is_whole") is True)
        raise _no_to_a_file(answer, content)

    def fetch_piece(self, stream: str, blob: str, *, offset: int, length: int) -> tuple[bytes, int]:
        """``(bytes, size of the whole)`` from ``offset`` on; still to be verified."""
        headers = {"Range": f"bytes={offset}-{offset + length - 1}"}
        path, query = f"/v1/blobs/{blob}", {"stream": stream}
        answer, received = self._exchange("GET", path, params=query, more_headers=headers)
        if not answer.is_success:
            raise _no_to_a_file(answer, _object(_kind(answer), received))
        size = answer.headers.get("Content-Range", "").rpartition("/")[2]
        if _kind(answer) != protocol.BLOB_TYPE or not size.isascii() or not size.isdigit() or not received:
            raise strange_answer()
        return received, int(size)

    def _nonce(self) -> str:
        return str(self._json("GET", "/v1/nonce").get("nonce", ""))

    def _json(self, method: str, path: str, *, body: bytes | None = None) -> dict[str, Any]:
        kind, received = self._ask(method, path, body=body)
        return _object(kind, received)

    def _ask(
        self, method: str, path: str, *, body: bytes | None = None, params: Mapping[str, str] | None = None
    ) -> tuple[str, bytes]:
        """``(content type, body)`` of a yes; every no is raised as a sentence."""
        answer, received = self._exchange(method, path, body=body, params=params)
        kind = _kind(answer)
        if answer.is_success:
            return kind, received
        raise _no(answer, _object(kind, received))

    def _exchange(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        params: Mapping[str, str] | None = None,
        more_headers: Mapping[str, str] | None = None,
    ) -> tuple[httpx.Response, bytes]:
        """The county's answer, yes or no, and its body; what is not the county's is raised."""
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        headers |= more_headers or {}
        with (
            _sentences(self._link.url),
            self._http.stream(method, path, content=body, params=params, headers=headers) as answer,
        ):
            received = bytearray()
            for chunk in answer.iter_raw():
                received += chunk
                if len(received) > HARD_UNPACKED:
                    raise strange_answer("应答过大")
        if _COUNTY_MARK not in answer.headers:
            raise strange_answer(f"{answer.status_code} {_kind(answer)}".strip())
        return answer, bytes(received)


def enrol(code: EnrolmentCode, *, township: str, township_name: str, device: str, device_name: str, key: bytes) -> Link:
    """Register this PC with the county of an enrolment code.

    ``township`` is this PC's own when it already has data (the first PC of a township), "" when it joins one; ``key``
    is the device's private key (32 bytes), made on this PC. Raises ``SyncError`` or ``UserError`` with what to do.
    """
    certificate = certificate_of(code)
    private_key = Ed25519PrivateKey.from_private_bytes(key)
    fields = {
        "secret": code.secret.hex(),
        "township": township,
        "township_name": township_name,
        "device": device,
        "device_name": device_name,
        "public_key": private_key.public_key().public_bytes_raw().hex(),
    }
    draft = Link(code.url, certificate, township, township_name, device, device_name, key, ())
    with CountyClient(draft) as client:
        text = canonical(fields)
        body = _signed(private_key, protocol.ENROL_CONTEXT, text)
        stored = client._json("POST", "/v1/enrol", body=body)  # noqa: SLF001 - same module
    try:
        return Link(
            url=code.url,
            certificate=certificate,
            township=str(stored["township"]),
            township_name=str(stored["township_name"]),
            device=device,
            device_name=device_name,
            key=key,
            scope=tuple(stored["scope"]),
        )
    except (KeyError, TypeError) as error:
        raise strange_answer() from error


def certificate_of(code: EnrolmentCode) -> str:
    """The certificate (PEM) the server shows, when it is the one the code names. Raises ``UserError`` when not."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # compared by fingerprint in the next lines
    with (
        _sentences(code.url),
        socket.create_connection((code.host, code.port), timeout=8) as plain,
        context.wrap_socket(plain) as tls,
    ):
        der = tls.getpeercert(binary_form=True) or b""
    if hashlib.sha256(der).digest()[:PRINT_BYTES] != code.fingerprint[:PRINT_BYTES]:
        raise UserError(
            "服务器的证书与入网码不符，未登记",
            "请核对入网码；如确认无误，可能有人冒充县服务器，请联系县管理员",
        )
    return ssl.DER_cert_to_PEM_cert(der)


def _pinned(certificate: str) -> ssl.SSLContext:
    """Trusts exactly one certificate, whatever name or address it is reached by."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = False
    context.load_verify_locations(cadata=certificate)
    return context


def _signed(key: Ed25519PrivateKey, context: bytes, text: str) -> bytes:
    signature = key.sign(context + text.encode()).hex()
    return canonical({"text": text, "signature": signature}).encode()


def _object(kind: str, body: bytes) -> dict[str, Any]:
    try:
        content = parsed(body) if kind == "application/json" else None
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise strange_answer()
    return content


def _kind(answer: httpx.Response) -> str:
    return str(answer.headers.get("Content-Type", "")).partition(";")[0]


def _standing(offset: Any, is_whole: bool) -> Standing:  # noqa: FBT001 - the pair as it came
    text = str(offset)
    if not text.isascii() or not text.isdigit():
        raise strange_answer()
    return Standing(int(text), is_whole)


_OF_ONE_FILE = frozenset(
    {
        HTTPStatus.NOT_FOUND,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.INSUFFICIENT_STORAGE,
    }
)


def _no_to_a_file(answer: httpx.Response, body: Mapping[str, Any]) -> SyncError:
    if answer.status_code in _OF_ONE_FILE:
        sentence = str(body.get("sentence", "县服务器上没有登记过这个附件"))
        return FileRefusedError(sentence, str(body.get("next_step", "")))
    return _no(answer, body)


def _no(answer: httpx.Response, body: Mapping[str, Any]) -> SyncError:
    """The county's no as an error of ours."""
    sentence = str(body.get("sentence", f"县服务器答复 {answer.status_code}"))
    next_step = str(body.get("next_step", ""))
    if answer.status_code in {HTTPStatus.CONFLICT, HTTPStatus.GONE, HTTPStatus.UNAUTHORIZED}:
        return DisagreedError(sentence, next_step)
    if body.get("error") == "revoked":
        return DisagreedError(sentence, next_step)
    if answer.status_code in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        return BusyError(_seconds(answer.headers.get("Retry-After", "")))
    return SyncError(sentence, next_step)


def _seconds(text: str) -> float:
    return min(float(text), 3600.0) if text.isascii() and text.isdigit() else 0.0


@contextmanager
def _sentences(url: str) -> Iterator[None]:
    """Turn what the network does into sentences."""
    import httpx

    try:
        yield
    except (httpx.HTTPError, OSError) as error:
        raise _network_error(url, error) from error


def _network_error(url: str, error: Exception) -> SyncError:
    import httpx

    cause = _tls_cause(error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return SyncError(
            "对方不是登记时的县服务器（证书不符；可能需要先登录上网，或县服务器换过证书）",
            "请检查网络；如县服务器换过证书，请向县管理员要新的入网码",
        )
    if isinstance(cause, ssl.SSLError) and cause.reason not in {"UNEXPECTED_EOF_WHILE_READING", None}:
        return strange_answer()
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return SyncError("县服务器没有及时应答", f"程序会自动再试，更改都保存在本机（地址 {url}）")
    if isinstance(error, httpx.RemoteProtocolError | httpx.ReadError | httpx.WriteError):
        return SyncError("与县服务器的连接中断", "程序会自动再试，更改都保存在本机")
    advice = "请检查网络和县服务器是否开机；程序会自动再试，更改都保存在本机"
    return SyncError("连接不上县服务器", f"{advice}（地址 {url}）")


def _tls_cause(error: BaseException | None) -> BaseException | None:
    while error is not None and not isinstance(error, ssl.SSLError):
        error = error.__cause__ or error.__context__
    return error
