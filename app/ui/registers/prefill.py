"""What is filled in by itself: particulars of a chosen person or body, and what a document number tells.

Only empty fields, or fields still holding what was filled in here before. Knows no widget.
"""

from __future__ import annotations

from app.models import clock, days, id_number
from app.models.kinds import CodeKind
from app.models.register import Definition, FieldSpec, Record
from app.services.office import Office
from app.ui.editors.raw import Raw, raw_of
from app.ui.registers.state import Values

PARTICULARS_OF = frozenset({"person", "organisation", "house"})
"""Registers whose records stand for somebody or some place: what refers to one repeats its particulars of today."""

OTHER_NAMES = {
    "name": ("full_name",),
    "address": ("live_address", "exact_address"),
    "location": ("exact_address", "address"),
    "representative_name": ("head_name",),
    "landlord_name": ("full_name", "name"),
    "landlord_phone": ("phone",),
    "landlord_address": ("live_address", "address"),
    "responsible_name": ("name",),
    "responsible_phone": ("phone",),
}
"""Field of a line → the field it is called in the register referred to, where the names differ."""

HEAD = "head"
"""Code of 法定代表人（负责人）."""


def particulars(definition: Definition, chosen: Record) -> Values:
    """Raw values a chosen record gives to the fields of a line or record that refers to it."""
    source = chosen.definition
    found: Values = {}
    for spec in definition.fields:
        if spec.read_only or spec.target is not None:
            continue
        if _is_kind_of_target(spec, source.name):
            found[spec.name] = source.name
            continue
        names = (spec.name, *OTHER_NAMES.get(spec.name, ()))
        theirs = next((source.by_name[name] for name in names if name in source.by_name), None)
        if theirs is None or theirs.kind.name != spec.kind.name or _list_of(theirs) != _list_of(spec):
            continue
        value = raw_of(theirs.kind, getattr(chosen, theirs.name))
        if value is not None:
            found[spec.name] = value
    if "representative_name" in found:
        found |= _as_head(definition)
    return found


def _as_head(definition: Definition) -> Values:
    """Who answers for a body represents it by law (民事诉讼法 第五十一条第二款)."""
    spec = definition.by_name.get("representative_kind")
    return {spec.name: HEAD} if spec is not None and isinstance(spec.kind, CodeKind) and HEAD in spec.kind.codes else {}


def _list_of(spec: FieldSpec) -> str:
    return spec.kind.list_name if isinstance(spec.kind, CodeKind) else ""


def _is_kind_of_target(spec: FieldSpec, register: str) -> bool:
    """The field that says what sort of thing is referred to (自然人, 单位) holds the register's own name as a code."""
    return isinstance(spec.kind, CodeKind) and spec.name == "kind" and register in spec.kind.codes


def told_by_number(definition: Definition, values: Values, number_field: str) -> Values:
    """Sex and birth day that a resident number tells (GB 11643), for the fields of the same record."""
    number = values.get(number_field)
    if not isinstance(number, str):
        return {}
    kind = values.get("document_kind") or id_number.RESIDENT
    normal = id_number.normalise(number)
    if not isinstance(kind, str) or id_number.shape_error(normal, kind):
        return {}
    facts = id_number.inspect(normal, kind)
    told: dict[str, Raw] = {"birth_on": days.show_day(facts.birth_on) or None, "sex": facts.sex}
    return {
        name: value
        for name, value in told.items()
        if value and name in definition.by_name and not definition.by_name[name].read_only
    }


def fitting(now: Values, offered: Values, filled_before: Values, defaults: Values) -> Values:
    """What of the offered values may be written: into empty fields, defaults, and what was filled in before."""
    return {
        name: value
        for name, value in offered.items()
        if now.get(name) != value and now.get(name) in (None, "", filled_before.get(name), defaults.get(name))
    }


def at_the_start(definition: Definition, office: Office) -> Values:
    """What a new record begins with besides its declared defaults: today, and a choice that is none.

    A reference that saving or printing needs is chosen when there is one record only to choose, or when the account
    belongs to one (its committee).
    """
    found: Values = {}
    for spec in definition.fields:
        if spec.starts_today:
            found[spec.name] = days.show_day(clock.today())
        elif spec.target is not None and spec.needed is not None and not spec.read_only:
            only = _only_choice(spec.target, office)
            if only is not None:
                found[spec.name] = only
    return found


def _only_choice(target: str, office: Office) -> str | None:
    if target == "committee" and office.user.committee:
        return office.user.committee
    choices = office.reader.choices(target, limit=2) if target not in PARTICULARS_OF else []
    return choices[0][0] if len(choices) == 1 else None
