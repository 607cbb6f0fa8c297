"""The registers, listed by hand so that a frozen build finds them: one file here and one line below for a new one."""

from __future__ import annotations

from app.models.registers.account import Account
from app.models.registers.committee import Committee, Mediator
from app.models.registers.dispute import Agreement, Dispute, DisputePaper, DisputePlatformEntry, Party, Session
from app.models.registers.hazard import Hazard, HazardPlatformEntry, Recheck
from app.models.registers.house import House, Inspection
from app.models.registers.household import Household, Member
from app.models.registers.organisation import Organisation
from app.models.registers.patrol import Patrol, PatrolFinding
from app.models.registers.person import Person
from app.models.registers.place import Place
from app.models.registers.platform import Platform, PlatformEntry, PlatformWord, TranscriptionOrder, TranscriptionStep
from app.models.registers.residence import Residence, ResidencePlatformEntry
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
    "DisputePaper",
    "DisputePlatformEntry",
    "Hazard",
    "HazardPlatformEntry",
    "House",
    "Household",
    "Inspection",
    "Mediator",
    "Member",
    "Organisation",
    "Party",
    "Patrol",
    "PatrolFinding",
    "Person",
    "Place",
    "Platform",
    "PlatformEntry",
    "PlatformWord",
    "Recheck",
    "Residence",
    "ResidencePlatformEntry",
    "Session",
    "TranscriptionOrder",
    "TranscriptionStep",
]
