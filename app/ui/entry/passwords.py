"""How long to wait after wrong passwords. Pure; the rule for good ones is :mod:`app.models.passwords`."""

from __future__ import annotations

LONGEST_WAIT_S = 60


def wait_after(failures: int) -> int:
    """Seconds to wait after so many wrong passwords in a row: two are free, then 2, 4, 8 … at most 60."""
    return 0 if failures <= 2 else min(LONGEST_WAIT_S, 2 ** min(failures - 2, 6))
