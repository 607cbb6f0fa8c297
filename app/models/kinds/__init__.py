"""Kinds of field: the unit of reuse of every register.

A kind owns how a value is read from the keyboard or a cell, checked, doubted, stored, sent, masked and shown. The
screen half (editor, delegate) is in ``app/ui``, keyed by :attr:`Kind.name`. Kinds know no register, table or widget.

A value has three forms: *value* (what Python code works with), *wire* (canonical JSON without floats; what the journal
hashes) and *SQL* (what the table holds, derived from wire by :func:`sql_of_wire`). Decoding never judges: what a kind
does not understand becomes :class:`Unreadable`, is shown as such and travels back untouched.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from app.models.kinds.amounts import AreaKind, CountKind, FlagKind, MoneyKind
from app.models.kinds.base import (
    Kind,
    SearchBy,
    SqlType,
    SqlValue,
    Unreadable,
    show_value,
    sql_of_wire,
    value_of_wire,
    wire_of_sql,
    wire_value,
)
from app.models.kinds.choices import CodeKind, CodesKind, StandardKind
from app.models.kinds.holders import Holder, HolderKind
from app.models.kinds.identities import CreditCodeKind, IdNumberKind, PhoneKind
from app.models.kinds.links import FileKind, FrozenKind, RefKind
from app.models.kinds.texts import AddressKind, LongTextKind, NameKind, NumberTextKind, TextKind
from app.models.kinds.times import DayKind, MomentKind

__all__ = [
    "Address",
    "AddressKind",
    "Area",
    "AreaKind",
    "CodeKind",
    "CodesKind",
    "Count",
    "CountKind",
    "CreditCode",
    "CreditCodeKind",
    "Day",
    "DayKind",
    "FileKind",
    "Flag",
    "FlagKind",
    "Frozen",
    "FrozenKind",
    "HeldBy",
    "Holder",
    "HolderKind",
    "IdNumber",
    "IdNumberKind",
    "Kind",
    "LongText",
    "LongTextKind",
    "Moment",
    "MomentKind",
    "Money",
    "MoneyKind",
    "Name",
    "NameKind",
    "NumberText",
    "NumberTextKind",
    "PersonName",
    "Phone",
    "PhoneKind",
    "RefKind",
    "SearchBy",
    "ShortText",
    "SqlType",
    "SqlValue",
    "StandardCode",
    "StandardKind",
    "StoredFile",
    "Text",
    "TextKind",
    "Unreadable",
    "coded",
    "coded_many",
    "ref",
    "show_value",
    "sql_of_wire",
    "value_of_wire",
    "wire_of_sql",
    "wire_value",
]

Text = Annotated[str, TextKind()]
ShortText = Annotated[str, TextKind(limit=60)]
LongText = Annotated[str, LongTextKind(limit=20_000)]
NumberText = Annotated[str, NumberTextKind(limit=60)]
Address = Annotated[str, AddressKind(limit=200)]
PersonName = Annotated[str, NameKind(limit=100)]
Name = Annotated[str, NameKind(limit=100, of_person=False)]
"""Name of an organisation, a place, a committee; or of a party that may be either."""
IdNumber = Annotated[str, IdNumberKind()]
CreditCode = Annotated[str, CreditCodeKind()]
Phone = Annotated[str, PhoneKind()]
Day = Annotated[date, DayKind()]
Moment = Annotated[datetime, MomentKind()]
Money = Annotated[Decimal, MoneyKind()]
Area = Annotated[Decimal, AreaKind()]
Count = Annotated[int, CountKind()]
Flag = Annotated[bool, FlagKind()]
StandardCode = Annotated[str, StandardKind()]
"""A shipped code of a list that may be added to, as ``list/code``."""
Frozen = Annotated[dict[str, str], FrozenKind()]
HeldBy = Annotated[str, HolderKind()]
"""An account, a village, a unit or a department by name: exactly one (:class:`Holder` reads it)."""
StoredFile = Annotated[str, FileKind()]
"""An encrypted file of :mod:`app.models.blobs`, by its id."""


def coded(list_name: str) -> CodeKind:
    """Kind of one code of the list ``resources/codes/<list_name>.json``."""
    return CodeKind(list_name)


def coded_many(list_name: str) -> CodesKind:
    """Kind of a set of codes of one list."""
    return CodesKind(list_name)


def ref(register: str) -> RefKind:
    """Kind of a reference to a record of ``register``."""
    return RefKind(register)
