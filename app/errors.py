"""The errors a person may meet. Everything that is not one of these is a bug and is logged as such.

Nothing here knows a screen, a file or a wire; the borders (Qt slot runner, sync runner, ``__main__``) turn these
into sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much a finding weighs.

    ``stop`` blocks an act (final save, print, filing) but never loading, syncing or a draft; ``doubt`` may be passed
    with a reason that is kept; ``hint`` only tells.
    """

    STOP = "stop"
    DOUBT = "doubt"
    HINT = "hint"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, where, and what to do: the one shape of every complaint of the program.

    ``path`` holds field names and zero-based line numbers from the record inwards, e.g. ``("parties", 0, "name")``;
    ``where`` is the same place in the user's words (``当事人 · 第 1 行 · 姓名``).
    """

    path: tuple[str | int, ...]
    sentence: str
    level: Level = Level.STOP
    next_step: str = ""
    where: str = ""

    def __str__(self) -> str:
        text = f"{self.where}：{self.sentence}" if self.where else self.sentence
        return f"{text}（{self.next_step}）" if self.next_step else text


class AppError(Exception):
    """Base of every error that carries a sentence for the user."""

    def __init__(self, sentence: str, next_step: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.sentence}（{self.next_step}）" if self.next_step else self.sentence


class UserError(AppError):
    """Input that cannot be accepted as it stands; ``findings`` say which fields."""

    def __init__(self, sentence: str, next_step: str = "", findings: Sequence[Finding] = ()) -> None:
        super().__init__(sentence, next_step)
        self.findings = tuple(findings)


class StoreError(AppError):
    """The user's disk or database refuses: full, locked, damaged, newer, wrong password."""


class InUseError(StoreError):
    """Another window or program has the data open."""


class SyncError(AppError):
    """The other side cannot be reached or does not answer as agreed."""


class NotAllowedError(AppError):
    """The account's role does not permit this act."""
