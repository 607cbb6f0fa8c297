"""One spelling for every value that is hashed or sent: canonical JSON without floats.

Hashes are computed over the text made here and that text is what is stored and sent; nothing is ever re-serialised to
be verified.
"""

from __future__ import annotations

import hashlib
import json
import json.encoder
from collections.abc import Callable, Iterable, Mapping
from typing import Any

_PLAIN = frozenset({str, int, bool, type(None)})
_WIRE_TYPES = "null, bool, int, str, list, object"

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)

Wire = None | bool | int | str | list["Wire"] | dict[str, "Wire"]
"""A value as it travels. A list is a *set* of codes (sorted, merged as a set); an object is one indivisible value."""

json_text: Callable[[str], str] = json.encoder.encode_basestring
"""What :func:`canonical` makes of a text. Raises ``TypeError`` for anything else."""


def canonical(value: object) -> str:
    """Canonical JSON text of ``value``: sorted keys, no spaces, UTF-8 as it is.

    Raises ``TypeError`` for anything that is not one of null, bool, int, str, list, object: floats differ between
    machines and have no place in evidence.
    """
    _refuse_floats(value)
    return _ENCODER.encode(value)


def _refuse_floats(value: object) -> None:
    kind = type(value)
    if kind in _PLAIN:
        return
    if kind is list or kind is tuple:
        items: Iterable[object] = value  # type: ignore[assignment]  # type() does not narrow
    elif kind is dict or isinstance(value, Mapping):
        items = value.values()  # type: ignore[attr-defined]  # type() does not narrow
    else:
        message = f"not a wire value: {kind.__name__} (only {_WIRE_TYPES})"
        raise TypeError(message)
    for item in items:
        if type(item) not in _PLAIN:  # asked here too: most values are plain, and every operation passes twice
            _refuse_floats(item)


def parsed(text: str | bytes) -> Any:
    """The value of JSON text that a stranger sent; raises ``ValueError`` for whatever is none, floats included."""
    try:
        return json.loads(text, parse_float=_no_float, parse_constant=_no_float)
    except RecursionError as error:
        message = "nested too deeply"
        raise ValueError(message) from error


def _no_float(text: str) -> None:
    message = f"not a wire value: {text}"
    raise ValueError(message)


def sha256_hex(*parts: str) -> str:
    """SHA-256 over the parts, each preceded by its length so that no two lists of parts collide."""
    pieces: list[bytes] = []
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        pieces += (len(data).to_bytes(8, "big"), data)
    return hashlib.sha256(b"".join(pieces)).hexdigest()
