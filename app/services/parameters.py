"""The declared settings as a signed-in user reads and changes them; `may()` is asked here."""

from __future__ import annotations

from app.models import settings
from app.models.policy import Act
from app.models.settings import Setting
from app.services.office import Office


def values(office: Office) -> dict[str, str]:
    """Every declared setting's value on this PC, by name."""
    return {one.name: settings.value(office.store, one) for one in settings.SETTINGS}


def locks(office: Office) -> dict[str, str]:
    """Why a setting cannot be changed on this PC, by name; those that can be are left out."""
    found = {one.name: settings.lock_sentence(office.store, one) for one in settings.SETTINGS}
    return {name: sentence for name, sentence in found.items() if sentence}


def number(office: Office, setting: Setting) -> int:
    """A setting of kind ``count``."""
    return settings.number(office.store, setting)


def change(office: Office, setting: Setting, typed: str) -> None:
    """Keep a new value. Raises ``NotAllowedError``, or ``UserError`` with what to type."""
    office.require(Act.SETTINGS)
    settings.change(office.store, setting, typed)
