"""The registers, listed by hand so that a frozen build finds them: one file here and one line below for a new one."""

from __future__ import annotations

from app.models.registers.account import Account
from app.models.registers.committee import Committee, Mediator
from app.models.registers.dispute import (
    Agreement,
    Dispute,
    DisputeFile,
    DisputeHandover,
    DisputePaper,
    DisputePlatformEntry,
    DisputeReminder,
    Party,
    Session,
)
from app.models.registers.form_pack import FormPack
from app.models.registers.hazard import Hazard, HazardFile, HazardHandover, HazardPlatformEntry, HazardReminder, Recheck
from app.models.registers.house import House, HouseFile, Inspection
from app.models.registers.household import Household, Member
from app.models.registers.local_code import LocalCode
from app.models.registers.number_entry import NumberEntry
from app.models.registers.organisation import Organisation
from app.models.registers.patrol import Patrol, PatrolFile, PatrolFinding
from app.models.registers.person import Person
from app.models.registers.place import Place
from app.models.registers.platform import Platform, PlatformEntry, PlatformWord, TranscriptionOrder, TranscriptionStep
from app.models.registers.residence import Residence, ResidenceFile, ResidencePlatformEntry
from app.models.registry import Registry

REGISTERS = (
    Person,
    Household,
    Residence,
    House,
    Organisation,
    Dispute,
    Patrol,
    Hazard,
    Place,
    Committee,
    Platform,
    TranscriptionOrder,
    LocalCode,
    NumberEntry,
    FormPack,
    Account,
)
REGISTRY = Registry(REGISTERS)

__all__ = [
    "REGISTERS",
    "REGISTRY",
    "Account",
    "Agreement",
    "Committee",
    "Dispute",
    "DisputeFile",
    "DisputeHandover",
    "DisputePaper",
    "DisputePlatformEntry",
    "DisputeReminder",
    "FormPack",
    "Hazard",
    "HazardFile",
    "HazardHandover",
    "HazardPlatformEntry",
    "HazardReminder",
    "House",
    "HouseFile",
    "Household",
    "Inspection",
    "LocalCode",
    "Mediator",
    "Member",
    "NumberEntry",
    "Organisation",
    "Party",
    "Patrol",
    "PatrolFile",
    "PatrolFinding",
    "Person",
    "Place",
    "Platform",
    "PlatformEntry",
    "PlatformWord",
    "Recheck",
    "Residence",
    "ResidenceFile",
    "ResidencePlatformEntry",
    "Session",
    "TranscriptionOrder",
    "TranscriptionStep",
]
