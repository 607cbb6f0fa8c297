"""What the first start and the login hand over; plain data for whoever sets up or opens a township."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """A person's name and the password chosen; the password is never shown in a representation."""

    name: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstStart:
    """A new township: names as typed, its accounts, and the recovery key the user has proved to hold.

    ``clerk`` is None when the administrator does the daily work too.
    """

    township: str
    county: str
    committee: str
    administrator: NewAccount
    clerk: NewAccount | None
    recovery_key: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinExisting:
    """A further PC of a township: the county's one-time code, the first PC's pairing code, and who works here."""

    server_code: str = field(repr=False)
    pairing_code: str = field(repr=False)
    account: NewAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChoice:
    """An account that may sign in on this PC."""

    key: str
    name: str
    role: str = ""
