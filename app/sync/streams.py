"""The streams of a township: what is numbered, hashed, permitted and first loaded together.

A register belongs to exactly one of them; the declarations say which. Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.sync.canonical import sha256_hex

if TYPE_CHECKING:
    from app.sync.op import Op

OFFICE = "office"
PEOPLE = "people"
MEDIATION = "mediation"
SAFETY = "safety"
WORK = "work"
CONFIG = "config"
AUDIT = "audit"

LABELS = {
    OFFICE: "机构与账户",
    PEOPLE: "人口与户",
    MEDIATION: "矛盾纠纷",
    SAFETY: "巡逻与隐患",
    WORK: "日常事务",
    CONFIG: "县配置",
    AUDIT: "操作留痕",
}
"""Every stream with its name for people."""

ALWAYS = (OFFICE, CONFIG)
"""Streams that every device of the township sees, whatever its scope."""

CHOOSABLE = (PEOPLE, MEDIATION, SAFETY, WORK)
"""Streams that a device's scope names."""


def pulled(scope: tuple[str, ...]) -> tuple[str, ...]:
    """Streams a device with this scope pulls, in the order of :data:`LABELS`. Nobody pulls the audit stream."""
    wanted = {*ALWAYS, *scope} - {AUDIT}
    return tuple(name for name in LABELS if name in wanted)


def writable(scope: tuple[str, ...]) -> frozenset[str]:
    """Streams a device with this scope may write; the configuration comes from the county alone."""
    return frozenset({OFFICE, AUDIT, *scope}) - {CONFIG}


def chain_start(township: str, stream: str) -> str:
    """Chain hash of a stream before its first operation."""
    return sha256_hex("stream", township, stream)


def chain_next(chain: str, op: Op) -> str:
    """Chain hash of a stream after ``op``."""
    return sha256_hex(chain, op.hash)
