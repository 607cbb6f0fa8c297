"""The names a template may use, as the judge of templates is told them. Light: loads nothing of Word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a template may name: ``texts``; ``objects`` with their fields; ``lists`` of lines (or of texts: empty)."""

    texts: frozenset[str]
    objects: Mapping[str, frozenset[str]]
    lists: Mapping[str, frozenset[str]]

    def known(self) -> list[str]:
        """Every name that may stand alone."""
        return [*self.texts, *self.objects, *self.lists]
