"""How attachments look: the small pictures and whether each is on this PC, read off the screen's thread.

Decrypted pictures stay in memory with the form that shows them; nothing is written anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from app.errors import AppError
from app.models.files import FileLine
from app.ui import work

if TYPE_CHECKING:
    from app.services.attachments import Attachments


TROUBLES: Mapping[str, str] = {"not_here": "未到，还没有传到这台电脑", "damaged": "已损坏，打不开"}
"""What a tile says, by the state the service gives; opening it says what to do."""


@dataclass(frozen=True, slots=True)
class Look:
    """What is known of one attachment: its small picture, and why it cannot be opened here (empty when it can)."""

    picture: QImage | None = None
    trouble: str = ""


class Looks:
    """Known looks by file; asks for those it does not know. What has not arrived is asked for again."""

    def __init__(self, attachments: Attachments, owner: QObject, came: Callable[[str], object]) -> None:
        self._attachments, self._owner, self._came = attachments, owner, came
        self._known: dict[str, Look] = {}
        self._asked: set[str] = set()

    def of(self, file: str) -> Look:
        """What is known by now."""
        return self._known.get(file, Look())

    def ask(self, lines: Sequence[FileLine]) -> None:
        """Look at those not known yet; ``came`` is called with each file."""
        wanted = [one for one in lines if self._is_wanted(str(one.file))]
        if not wanted:
            return
        self._asked |= {str(one.file) for one in wanted}

        def steps(job: work.Job) -> None:
            for line in wanted:
                if job.is_cancelled:
                    return
                job.deliver((str(line.file), _look(self._attachments, line)))

        job = work.run_steps(steps, each=self._on_look, then=lambda _: self._asked.clear(), owner=self._owner)
        self._owner.destroyed.connect(job.cancel)

    def _is_wanted(self, file: str) -> bool:
        known = self._known.get(file)
        return file not in self._asked and (known is None or bool(known.trouble))

    def _on_look(self, found: tuple[str, Look]) -> None:
        file, look = found
        self._known[file] = look
        self._came(file)


def _look(attachments: Attachments, line: FileLine) -> Look:
    trouble = TROUBLES.get(attachments.state(line), "")
    if trouble:
        return Look(trouble=trouble)
    try:
        body = attachments.thumbnail(line)
    except AppError as error:
        return Look(trouble=error.sentence)
    return Look(QImage.fromData(body) if body else None)
