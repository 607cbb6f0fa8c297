"""How many pages a paper made here has."""

from __future__ import annotations

import re

_PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")


def page_count(body: bytes) -> int:
    """Pages of a PDF this program rendered (its page objects stand uncompressed in the file)."""
    return len(_PAGE.findall(body))
