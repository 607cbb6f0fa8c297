"""Every register has a word in the policy: one that was forgotten would be nobody's to write, without a sentence."""

from __future__ import annotations

from app.models import policy
from app.models.policy import Act, User, may
from app.models.registers import REGISTRY

ADMINISTRATORS = {"account", "local_code"}
"""Written by administrators only."""


def writers(register: str) -> set[str]:
    return {role for role in policy._ACTS if may(User("u", "王芳", role), Act.WRITE, register)}


def test_every_register_is_written_by_somebody_or_by_the_program_alone() -> None:
    nobodys = {one.name for one in REGISTRY if not writers(one.name)}
    assert nobodys == policy._BY_PROGRAM
    assert {one.name for one in REGISTRY if writers(one.name) == {"administrator"}} == ADMINISTRATORS


def test_the_policy_names_only_registers_that_exist() -> None:
    named = frozenset[str]().union(*policy._WRITES.values(), *policy._READS.values(), policy._BY_PROGRAM)
    assert named <= {one.name for one in REGISTRY}
    assert set(policy._WRITES) == set(policy._ACTS) - {"administrator"}


def test_the_police_read_everything_but_disputes() -> None:
    police = User("u", "赵强", "police")
    assert [one.name for one in REGISTRY if not may(police, Act.READ, one.name)] == ["dispute"]
