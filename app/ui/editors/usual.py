"""Which codes are used most here (the peoples and relations of this township), so that long lists offer them first.

Counted once when somebody signs in: an order that moved while one works would betray the hands. Knows no widget.
"""

from __future__ import annotations

from app.models.kinds import CodeKind
from app.models.reading import Reader
from app.models.registry import Registry

LONG_LIST = 12
"""From so many items on, those used most stand first; a shorter list keeps its order, which hands remember."""

FIRST = 6


def usual_codes(registry: Registry, reader: Reader) -> dict[str, tuple[str, ...]]:
    """By code list the codes that most records hold; only lists too long to be read at a glance."""
    found: dict[str, dict[str, None]] = {}
    for definition in registry.everything():
        for spec in definition.fields:
            kind = spec.kind
            if not isinstance(kind, CodeKind) or kind.name != "code" or len(kind.codes.offered) <= LONG_LIST:
                continue
            codes = found.setdefault(kind.list_name, {})
            codes.update(dict.fromkeys(reader.commonest(definition.name, spec.name, limit=FIRST)))
    return {name: tuple(codes)[:FIRST] for name, codes in found.items()}
