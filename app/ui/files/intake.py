"""Taking files in: prepared and written one after the other off the screen's thread, each handed over when it is there.

What is refused is collected with its sentence; it stops nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject

from app.errors import AppError
from app.models.files import FileLine
from app.ui import work
from app.ui.files.sources import Source


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that is on the disk now: the line that names it, and what was changed about it."""

    line: FileLine
    notes: tuple[str, ...] = ()


Prepare = Callable[[Source], Taken]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that was not taken in, and why."""

    name: str
    error: AppError

    def __str__(self) -> str:
        return f"{self.name}：{self.error}"


def take_in(
    sources: Sequence[Source],
    prepare: Prepare,
    *,
    each: Callable[[Taken], None],
    then: Callable[[list[Refusal]], None],
    owner: QObject,
) -> work.Job:
    """Prepare every source; ``each`` gets a line as soon as its file is written, ``then`` what was refused."""

    def steps(job: work.Job) -> list[Refusal]:
        refused: list[Refusal] = []
        for at, source in enumerate(sources):
            if job.is_cancelled:
                break
            job.report(at, len(sources), f"正在加入 {source.name}")
            try:
                job.deliver(prepare(source))
            except AppError as error:
                refused.append(Refusal(source.name, error))
        return refused

    return work.run_steps(steps, each=each, then=then, owner=owner)
