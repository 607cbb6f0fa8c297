"""Fixed sentences of official papers, kept as data with their source so that a county's version can replace them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from app.resources import resource_path

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Wording:
    """The sentences of one paper in one version; ``source`` says where they are taken from."""

    version: str
    source: str
    sentences: Mapping[str, str]

    def __getitem__(self, key: str) -> str:
        return self.sentences[key]


@cache
def load_wording(paper: str) -> Wording:
    """The sentences in ``resources/wording/<paper>.json``."""
    data = json.loads(resource_path(f"wording/{paper}.json").read_text(encoding="utf-8"))
    return Wording(version=data["version"], source=data["source"], sentences=data["sentences"])
