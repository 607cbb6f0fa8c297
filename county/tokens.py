"""Nonces and passes the county can check without remembering them: text with a time, under a secret of its own."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable

NONCE_SECONDS = 120
TOKEN_SECONDS = 900

Clock = Callable[[], float]


class Stamps:
    """Makes and checks nonces and tokens. ``secret`` is the county's own; ``clock`` gives Unix seconds."""

    def __init__(self, secret: bytes, clock: Clock = time.time) -> None:
        self._secret = secret
        self._clock = clock

    def nonce(self) -> str:
        """A value to be signed within two minutes."""
        return self._stamped("nonce", secrets.token_hex(8), NONCE_SECONDS)

    def is_nonce(self, text: str) -> bool:
        """True for a nonce of ours that is not too old."""
        return self._content("nonce", text) is not None

    def token(self, device: str) -> str:
        """A pass for a device, good for 15 minutes."""
        return self._stamped("token", device, TOKEN_SECONDS)

    def device(self, token: str) -> str | None:
        """The device a pass was made for; None when it is not ours or too old."""
        return self._content("token", token)

    def _stamped(self, purpose: str, content: str, seconds: int) -> str:
        until = int(self._clock()) + seconds
        return f"{content}.{until}.{self._mac(purpose, content, until)}"

    def _content(self, purpose: str, text: str) -> str | None:
        parts = text.rsplit(".", 2)
        if len(parts) != 3 or not parts[1].isascii() or not parts[1].isdigit():
            return None
        content, until = parts[0], int(parts[1])
        if not hmac.compare_digest(self._mac(purpose, content, until).encode(), parts[2].encode()):
            return None
        return content if until >= self._clock() else None

    def _mac(self, purpose: str, content: str, until: int) -> str:
        text = f"{purpose}\n{content}\n{until}".encode()
        return hmac.new(self._secret, text, hashlib.sha256).hexdigest()
