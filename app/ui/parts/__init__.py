"""The subjects on the desk, one module each; the order is that of their pages within a caption."""

from __future__ import annotations

from typing import Final

from app.ui.part import Part
from app.ui.parts.accounts import AccountPart
from app.ui.parts.agreements import AgreementPart
from app.ui.parts.backups import BackupPart
from app.ui.parts.configuration import ConfigurationPart
from app.ui.parts.conflicts import ConflictPart
from app.ui.parts.forms import FormsPart
from app.ui.parts.matters import MatterPart
from app.ui.parts.numbers import NumberPart
from app.ui.parts.platforms import PlatformPart
from app.ui.parts.settings import SettingsPart
from app.ui.parts.statistics import StatisticsPart
from app.ui.parts.sync import SyncPart
from app.ui.parts.workbench import WorkbenchPart

PARTS: Final[tuple[type[Part], ...]] = (
    WorkbenchPart,
    MatterPart,
    AgreementPart,
    ConflictPart,
    PlatformPart,
    NumberPart,
    StatisticsPart,
    AccountPart,
    BackupPart,
    SyncPart,
    ConfigurationPart,
    FormsPart,
    SettingsPart,
)
"""A new subject is one module here and one line."""
