"""The declaration of a register: one typed class from which table, form, list, Excel, wire and history derive.

::

    class Person(Record, table="person", label="人口", stream="people", reach=Reach.COUNTY, basis=IDENTITY):
        full_name: PersonName = field("姓名")

This module declares and describes; it stores nothing, shows nothing and opens nothing. What is wrong in a declaration
is said at import with class, attribute and what exists.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as data_field
from enum import StrEnum
from typing import Any, ClassVar, TypeVar, Union, dataclass_transform, get_args, get_origin, get_type_hints, overload

import uuid_utils
from pydantic import BaseModel, ConfigDict, Field

from app.errors import Finding
from app.models.kinds import Kind, RefKind, SearchBy
from app.sync.canonical import Wire

Self = TypeVar("Self", bound="Record")
Default = TypeVar("Default")


def new_id() -> str:
    """A fresh record id: UUIDv7 as 32 hexadecimal digits, so ids sort by the time they were made."""
    return str(uuid_utils.uuid7().hex)


class Reach(StrEnum):
    """How far a value goes: what ends before the county leaves the PC only sealed with the township's key."""

    STATION = "station"
    TOWNSHIP = "township"
    COUNTY = "county"

    @property
    def is_sealed(self) -> bool:
        """True when a value leaves this PC only sealed with the township's key."""
        return self is not Reach.COUNTY


class Stage(StrEnum):
    """The acts that ask for more than saving does."""

    SAVE = "save"
    PRINT = "print"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Basis:
    """Why a field about a person is kept: purpose, and the law that gives it (个人信息保护法 第五、六、十三条)."""

    purpose: str
    law: str


@dataclass(frozen=True, slots=True)
class Section:
    """A titled block of the form."""

    title: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FieldMark:
    """What a declaration says of a field beyond its type."""

    label: str
    basis: Basis | None = None
    reach: Reach | None = None
    search: SearchBy | bool | None = None
    needed: Stage | None = None
    hint: str = ""
    width: int = 0
    masked: bool | None = None
    read_only: bool = False
    starts_today: bool = False


@dataclass(frozen=True, slots=True)
class ChildMark:
    """What a declaration says of a collection of lines."""

    label: str


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field, resolved: the declaration joined with its kind."""

    name: str
    label: str
    kind: Kind
    required: bool
    default: object
    basis: Basis
    reach: Reach
    search: SearchBy | None
    needed: Stage | None
    hint: str
    width: int
    masked: bool
    read_only: bool
    starts_today: bool

    @property
    def target(self) -> str | None:
        """Register a reference points to."""
        return self.kind.register if isinstance(self.kind, RefKind) else None


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """One collection of lines of a parent register."""

    name: str
    label: str
    line: type[Line]


@dataclass(frozen=True, slots=True)
class Column:
    """A list column that is not a plain field: computed in SQL for sorting and filtering and in Python for the form.

    ``sql`` is an expression over the register's table alias ``t``; a contract test holds both halves equal.
    ``refers`` names a register it counts or reads, so that lists follow when that one changes;
    ``choices`` are the values a filter offers.
    """

    name: str
    label: str
    sql: str
    python: Callable[[Any, Lookup], str]
    width: int = 0
    refers: str | None = None
    choices: tuple[str, ...] = ()


class Lookup(typing.Protocol):
    """Reads other records for computed columns and rules."""

    def get(self, register: str, record_id: str) -> Record | None:
        """The record, or None when this PC does not have it."""
        ...

    def find(self, register: str, field_name: str, value: str, *, cap: int = 200) -> list[str]:
        """Ids of living records whose field holds exactly this wire value, at most ``cap``."""
        ...


@dataclass(frozen=True, slots=True)
class Definition:
    """Everything derived from one declaration."""

    name: str
    label: str
    cls: type[Record]
    stream: str
    reach: Reach
    fields: tuple[FieldSpec, ...]
    children: tuple[ChildSpec, ...]
    columns: tuple[str, ...]
    computed: tuple[Column, ...]
    layout: tuple[Section, ...]
    filters: tuple[str, ...]
    sort: str
    found_by: tuple[str, ...]
    by_name: Mapping[str, FieldSpec] = data_field(repr=False)

    @property
    def is_line(self) -> bool:
        """True for lines inside a parent record."""
        return issubclass(self.cls, Line)

    def field(self, name: str) -> FieldSpec:
        """The field called ``name``; a sentence says what exists otherwise."""
        try:
            return self.by_name[name]
        except KeyError:
            message = f"{self.cls.__name__} has no field {name!r}; it has {', '.join(self.by_name)}"
            raise LookupError(message) from None

    def column(self, name: str) -> FieldSpec | Column:
        """The list column called ``name``: computed or a plain field."""
        for computed in self.computed:
            if computed.name == name:
                return computed
        return self.field(name)

    def child(self, name: str) -> ChildSpec:
        """The collection of lines called ``name``."""
        return next(child for child in self.children if child.name == name)


Rule = Callable[[Any], Iterator[Finding]]


@overload
def field(
    label: str,
    *,
    basis: Basis | None = None,
    reach: Reach | None = None,
    search: SearchBy | bool | None = None,
    needed: Stage | None = None,
    hint: str = "",
    width: int = 0,
    masked: bool | None = None,
    read_only: bool = False,
    starts_today: bool = False,
) -> Any: ...
@overload
def field(
    label: str,
    *,
    default: Default,
    basis: Basis | None = None,
    reach: Reach | None = None,
    search: SearchBy | bool | None = None,
    needed: Stage | None = None,
    hint: str = "",
    width: int = 0,
    masked: bool | None = None,
    read_only: bool = False,
    starts_today: bool = False,
) -> Default: ...
def field(label: str, **said: Any) -> Any:
    """Declare a field: its Chinese label and what differs from what its kind says.

    ``search=False`` keeps it out of the index, ``search="name"|"text"`` puts it in; ``needed`` names the stage from
    which it must be filled (a field without ``default`` is needed to save); ``width`` is in characters of the list.
    ``starts_today`` writes today into the form of a new record.
    """
    has_default = "default" in said
    default = said.pop("default", None)
    mark = FieldMark(label, **said)
    extra: dict[str, Any] = {"mark": mark}
    if has_default:
        return Field(default=default, title=label, json_schema_extra=extra, validate_default=False)
    return Field(title=label, json_schema_extra=extra)


def children(label: str, *, default: tuple[Line, ...] = ()) -> Any:
    """Declare a collection of lines; each line is a record of its own in journal, merge and Excel.

    ``default`` is empty always; it stands in the signature so that type checkers know that lines may be left out.
    """
    extra: dict[str, Any] = {"mark": ChildMark(label)}
    return Field(default=default, title=label, json_schema_extra=extra)


def identity(*, default: str = "") -> Any:
    """The record's own id: made when none is given. ``default`` tells type checkers that it may be left out."""
    del default
    return Field(default_factory=new_id, pattern=r"^[0-9a-f]{32}$")


@dataclass_transform(kw_only_default=True, field_specifiers=(field, children, identity))
class _Declared(BaseModel):
    """Only carries the decorator: type checkers count the fields of its subclasses, not its own (PEP 681)."""


class Record(_Declared):
    """Base of all registers. Immutable: a change is a new object given to the unit of work."""

    model_config = ConfigDict(frozen=True, extra="forbid", revalidate_instances="always", arbitrary_types_allowed=True)

    id: str = identity(default="")

    definition: ClassVar[Definition]
    columns: ClassVar[tuple[str, ...]] = ()
    computed: ClassVar[tuple[Column, ...]] = ()
    layout: ClassVar[tuple[Section, ...]] = ()
    filters: ClassVar[tuple[str, ...]] = ()
    sort: ClassVar[str] = ""
    found_by: ClassVar[tuple[str, ...]] = ()
    """References through which a list is searched as well: a residence by the name of its person."""
    rules: ClassVar[dict[Stage, list[Rule]]]

    def __init_subclass__(cls, **said: Any) -> None:
        super().__init_subclass__()  # the class keywords are ours, told to pydantic's hook below

    @classmethod
    def __pydantic_init_subclass__(cls, **said: Any) -> None:
        super().__pydantic_init_subclass__()
        if (cls.__name__ == "Line" and not said) or said.get("is_abstract"):
            return
        cls.rules = {stage: [] for stage in Stage}
        cls.definition = _define(cls, **said)

    @classmethod
    def rule(cls: type[Self], at: Stage = Stage.SAVE) -> Callable[[Callable[[Self], Iterator[Finding]]], Rule]:
        """Register a rule across fields, asked before the act ``at``; it yields findings."""

        def add(check: Callable[[Self], Iterator[Finding]]) -> Rule:
            cls.rules[at].append(check)
            return check

        return add

    def title(self) -> str:
        """What the record is called in lists, references and search; from its own fields only."""
        first = self.definition.fields[0]
        value = getattr(self, first.name, None)
        return str(value) if value is not None else ""

    def spoken_title(self, lookup: Lookup) -> str:  # noqa: ARG002 - for registers known by a name that stands elsewhere
        """What people call it, at the head of its form and in search; may look into other records."""
        return self.title()

    def completed(self: Self) -> Self:
        """The record with what the program itself fills in before the first save (a matter's number)."""
        return self

    def subtitle(self) -> str:
        """The second line in search results; masked facts only."""
        return ""


class Line(Record):
    """Base of lines inside a parent record (家庭成员, 当事人 …)."""

    position: int = Field(default=0, ge=0)


def _define(cls: type[Record], **said: Any) -> Definition:
    is_line = issubclass(cls, Line)
    wanted = {"table", "label", "basis", "reach"} | (set() if is_line else {"stream"})
    missing = wanted - set(said)
    if missing:
        message = f"class {cls.__name__}: the declaration lacks {', '.join(sorted(missing))}"
        raise TypeError(message)
    reach: Reach = said["reach"]
    hints = get_type_hints(cls, include_extras=True)
    fields = tuple(_fields(cls, hints, said["basis"], reach))
    by_name = {spec.name: spec for spec in fields}
    definition = Definition(
        name=said["table"],
        label=said["label"],
        cls=cls,
        stream=said.get("stream", ""),
        reach=reach,
        fields=fields,
        children=tuple(_children(cls, hints)),
        columns=cls.columns or tuple(by_name)[:6],
        computed=cls.computed,
        layout=cls.layout or (Section(said["label"], tuple(by_name)),),
        filters=cls.filters,
        sort=cls.sort,
        found_by=cls.found_by,
        by_name=types.MappingProxyType(by_name),
    )
    _check_names(definition)
    return definition


def _mark(cls: type[Record], name: str) -> object:
    extra = cls.model_fields[name].json_schema_extra
    return extra.get("mark") if isinstance(extra, dict) else None


def _fields(cls: type[Record], hints: Mapping[str, Any], basis: Basis, reach: Reach) -> Iterator[FieldSpec]:
    for name, info in cls.model_fields.items():
        mark = _mark(cls, name)
        if not isinstance(mark, FieldMark):
            continue
        kind = _find_kind(hints[name])
        if kind is None:
            message = f"class {cls.__name__}: field {name!r} has no kind in its type {hints[name]!r}"
            raise TypeError(message)
        search = kind.search if mark.search in (None, True) else mark.search or None
        yield FieldSpec(
            name=name,
            label=mark.label,
            kind=kind,
            required=info.is_required(),
            default=None if info.is_required() else info.default,
            basis=mark.basis or basis,
            reach=mark.reach or reach,
            search=typing.cast("SearchBy | None", search),
            needed=Stage.SAVE if info.is_required() else mark.needed,
            hint=mark.hint,
            width=mark.width,
            masked=kind.masked if mark.masked is None else mark.masked,
            read_only=mark.read_only,
            starts_today=mark.starts_today,
        )


def _children(cls: type[Record], hints: Mapping[str, Any]) -> Iterator[ChildSpec]:
    for name in cls.model_fields:
        mark = _mark(cls, name)
        if isinstance(mark, ChildMark):
            line = get_args(hints[name])[0]
            yield ChildSpec(name, mark.label, line)


def _find_kind(hint: Any) -> Kind | None:
    """The kind inside ``Annotated[…]``, also under ``| None``."""
    if get_origin(hint) in (Union, types.UnionType):
        found = [_find_kind(part) for part in get_args(hint)]
        return next((kind for kind in found if kind is not None), None)
    for extra in getattr(hint, "__metadata__", ()):
        if isinstance(extra, Kind):
            return extra
    return None


def _check_names(definition: Definition) -> None:
    known = set(definition.by_name)
    computed = {column.name for column in definition.computed}
    places = {
        "columns": (definition.columns, known | computed),
        "filters": (definition.filters, known | computed),
        "layout": (tuple(name for section in definition.layout for name in section.fields), known),
        "found_by": (definition.found_by, {name for name, spec in definition.by_name.items() if spec.target}),
        "sort": ((definition.sort.lstrip("-"),) if definition.sort else (), known | computed),
    }
    for attribute, (names, allowed) in places.items():
        unknown = [name for name in names if name not in allowed]
        if unknown:
            wrong, have = ", ".join(unknown), ", ".join(sorted(allowed))
            message = f"class {definition.cls.__name__}: {attribute} names {wrong}; the fields are {have}"
            raise TypeError(message)


def wire_changes(before: Mapping[str, Wire], after: Mapping[str, Wire]) -> dict[str, tuple[Wire, Wire]]:
    """``{field: (was, new)}`` for what differs between two records in wire form."""
    names = dict.fromkeys([*before, *after])
    return {name: (before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)}
