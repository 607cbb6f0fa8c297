"""The shapes of the practice township: plain values whose field names are those of the registers.

``key`` stands where a register has its id; a field named after another record (``place``, ``person``, ``committee``,
``organisation``, ``parent_place``) holds that record's key. Codes are those of ``resources/codes``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Place:
    """A county, township, village or group; ``code`` has 6, 9 or 12 digits, a group has none."""

    key: str
    name: str
    kind: str
    parent_place: str | None
    code: str | None


@dataclass(frozen=True, slots=True)
class Mediator:
    """A member of a committee."""

    name: str
    sex: str
    duty: str
    phone: str
    appointed_on: date


@dataclass(frozen=True, slots=True)
class Committee:
    """A mediation committee with 3 to 9 mediators, a woman among them (人民调解法 第八条); the first is its head."""

    key: str
    name: str
    kind: str
    place: str
    abbreviation: str
    address: str
    phone: str
    mediators: tuple[Mediator, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """A person; ``place`` is the village, ``group`` the group within it."""

    key: str
    full_name: str
    sex: str
    ethnicity: str
    birth_on: date
    document_kind: str
    id_number: str | None
    phone: str | None
    occupation: str | None
    place: str
    group: str
    live_address: str
    registered_address: str
    residence_kind: str


@dataclass(frozen=True, slots=True)
class Member:
    """One line of a household; ``relation`` by GB/T 4761, the head is 02."""

    person: str
    relation: str


@dataclass(frozen=True, slots=True)
class Household:
    """People living together; ``number`` is village code, two digits of group, four of household."""

    key: str
    number: str
    kind: str
    place: str
    group: str
    address: str
    opened_on: date
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Organisation:
    """A body with a valid but unassigned credit code."""

    key: str
    name: str
    kind: str
    credit_code: str
    head_name: str
    head_duty: str
    phone: str
    place: str
    address: str


@dataclass(frozen=True, slots=True)
class Party:
    """A side of a dispute: a person, an organisation or free text."""

    role: str
    kind: str
    name: str
    person: str | None = None
    organisation: str | None = None
    sex: str | None = None
    ethnicity: str | None = None
    birth_on: date | None = None
    id_number: str | None = None
    occupation: str | None = None
    phone: str | None = None
    address: str | None = None
    representative_kind: str | None = None
    representative_name: str | None = None
    representative_phone: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """One sitting; ``held_at`` is Beijing time with its zone."""

    held_at: datetime
    location: str
    mediators: str
    recorder: str
    content: str
    result: str | None = None
    invited: str | None = None
    rights_told: bool = True


@dataclass(frozen=True, slots=True)
class Agreement:
    """What was agreed; ``clauses`` one per entry, without numbering; ``amount`` in yuan."""

    form: str
    facts: str
    clauses: tuple[str, ...]
    performance: str
    amount: Decimal | None
    due_on: date | None
    mediators: str
    recorder: str
    signed_on: date
    performed: str


@dataclass(frozen=True, slots=True)
class Dispute:
    """A dispute ready to be typed in or filled in."""

    key: str
    name: str
    committee: str
    category: str
    source: str
    difficulty: str
    stage: str
    happened_on: date
    accepted_on: date
    place: str
    location: str
    story: str
    people_count: int
    may_escalate: bool
    reported_to: str | None
    parties: tuple[Party, ...]
    sessions: tuple[Session, ...]
    agreement: Agreement | None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something seen on a patrol: a thing or an event, never a person."""

    found_at: datetime
    location: str
    kind: str
    description: str
    disposal: str
    handed_to: str | None = None


@dataclass(frozen=True, slots=True)
class Patrol:
    """One patrol of one team."""

    key: str
    patrolled_on: date
    shift: str
    team_kind: str
    team_name: str
    leader: str
    officer: str | None
    members: str
    way: str
    weather: str
    place: str
    route: str
    started_at: datetime
    ended_at: datetime
    summary: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Inspection:
    """One visit to a let house."""

    inspected_on: date
    inspector: str
    found: str
    rectified: str | None


@dataclass(frozen=True, slots=True)
class House:
    """A house or rooms a villager lets; ``area`` in square metres."""

    key: str
    exact_address: str
    number: str
    place: str
    kind: str
    structure: str
    area: Decimal
    rooms: int
    use: str
    spaces: tuple[str, ...]
    landlord_kind: str
    landlord_person: str
    landlord_name: str
    landlord_phone: str | None
    landlord_address: str
    listed_on: date
    let_since: date
    pledge_signed: bool
    has_exit: bool
    has_fire_lane: bool
    inspections: tuple[Inspection, ...] = ()


@dataclass(frozen=True, slots=True)
class Residence:
    """One stay of somebody from elsewhere."""

    key: str
    person: str
    place: str
    address: str
    dwelling_kind: str
    house: str | None
    stay_reason: str
    arrived_on: date
    registered_on: date
    declare_way: str
    permit_on: date | None
    endorse_by: date | None
    cancelled_on: date | None
    cancel_reason: str | None


@dataclass(frozen=True, slots=True)
class Recheck:
    """Somebody looked at a hazard again."""

    checked_on: date
    checked_by: str
    result: str
    remark: str


@dataclass(frozen=True, slots=True)
class Hazard:
    """A danger of a thing or place.

    ``files``: what an attachment is called, and its drawing in ``resources/practice``.
    """

    key: str
    name: str
    kind: str
    level: str
    source: str
    patrol: str | None
    place: str
    location: str
    house: str | None
    found_on: date
    description: str
    responsible_name: str | None
    demand: str | None
    due_on: date | None
    measures: str | None
    rectified_on: date | None
    handed_to: str | None
    handed_on: date | None
    letter_number: str | None
    rechecks: tuple[Recheck, ...] = ()
    files: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Township:
    """Everything of the practice township as of ``today``.

    ``newcomers`` are people and their households that are not in the register yet: the ledger to import lists them.
    ``tenants`` are registered, and of no household here: they live in ``houses`` by their ``residences``.
    """

    seed: int
    today: date
    county: Place
    place: Place
    places: tuple[Place, ...]
    committees: tuple[Committee, ...]
    people: tuple[Person, ...]
    households: tuple[Household, ...]
    organisations: tuple[Organisation, ...]
    newcomers: tuple[Person, ...]
    newcomer_households: tuple[Household, ...]
    disputes: tuple[Dispute, ...] = ()
    patrols: tuple[Patrol, ...] = ()
    tenants: tuple[Person, ...] = ()
    houses: tuple[House, ...] = ()
    residences: tuple[Residence, ...] = ()
    hazards: tuple[Hazard, ...] = ()
    _people: dict[str, Person] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_people", {each.key: each for each in (*self.people, *self.tenants, *self.newcomers)})

    @property
    def name(self) -> str:
        """The township's own name."""
        return self.place.name

    @property
    def villages(self) -> tuple[Place, ...]:
        """The villages, the seat's community first."""
        return tuple(place for place in self.places if place.kind == "village")

    def person(self, key: str) -> Person:
        """The person of a key; KeyError for a key that is nobody's."""
        return self._people[key]

    def head(self, household: Household) -> Person:
        """The head of a household."""
        return self.person(household.members[0].person)
