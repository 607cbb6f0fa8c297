"""Outside platforms for the signed-in user: what is not there yet, the orders of their forms, entering the numbers.

Showing full numbers to be copied out is journalled once for each record and sitting. No Qt, no SQL here; comparing
with a platform's own table is :mod:`app.services.comparing`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from app.errors import UserError
from app.models import clock, platforms
from app.models.kinds import CodeKind
from app.models.platforms import Lacking
from app.models.policy import Act
from app.models.reading import Reader
from app.models.register import Record
from app.models.registers.platform import (
    DAYS,
    ENTRIES,
    IN_USE,
    Platform,
    PlatformEntry,
    PlatformWord,
    TranscriptionOrder,
    TranscriptionStep,
)
from app.models.store import set_meta
from app.models.unit import UnitOfWork
from app.services import transcribing
from app.services.office import Office
from app.services.transcribing import Box
from app.sync.canonical import Wire

_PLACES: Final = "transcribing"
"""Local: where a transcription was left, by order and record; ids only."""

_MOST_PLACES: Final = 200


@dataclass(frozen=True, slots=True)
class Count:
    """How many records of a register are missing in a platform."""

    platform: Platform
    register: str
    number: int


@dataclass(frozen=True, slots=True)
class Transcript:
    """A record laid out in the platform's order, and the box to go on with."""

    platform: Platform
    order: TranscriptionOrder
    record: Record
    boxes: tuple[Box, ...]
    start: int

    @property
    def name(self) -> str:
        """What is being copied."""
        return self.record.title()


class Platforms:
    """Use cases of one signed-in user."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self._held: dict[str, str] | None = None

    # -- platforms and what is missing ---------------------------------------------------------------------------

    def registers(self) -> list[str]:
        """Registers that can be entered in platforms and that this account may read."""
        return [one for one in DAYS if self.office.may(Act.READ, one)]

    def in_use(self, register: str = "") -> list[Platform]:
        """Platforms in use, by name; of those that take a register when it is named."""
        found = [one for one in self.office.reader.all("platform") if isinstance(one, Platform)]
        return [one for one in found if one.state == IN_USE and (not register or register in _taken(one))]

    def called(self, given: str) -> Platform:
        """The platform of that id, name or short name. Raises ``UserError`` saying which there are."""
        found = [one for one in self.office.reader.all("platform") if isinstance(one, Platform)]
        for one in found:
            if given in (one.id, one.name, one.short_name):
                return one
        names = "、".join(one.name for one in found)
        sentence = f"没有叫“{given}”的外部平台"
        raise UserError(sentence, f"现有：{names}" if names else "请先在“外部平台”里新增")

    def counts(self) -> list[Count]:
        """How much is missing where, for every platform in use and register it takes, noughts included."""
        registers = self.registers()
        numbers = platforms.lacking_counts(self.office.store.conn, registers)
        return [
            Count(platform, register, numbers.get((platform.id, register), 0))
            for platform in self.in_use()
            for register in registers
            if register in _taken(platform)
        ]

    def missing(self, platform: Platform, register: str, *, for_days: int = 0) -> list[Lacking]:
        """What the platform wants and does not have, the oldest first; with ``for_days`` only what waits that long."""
        self.office.require(Act.READ, register)
        found = platforms.lacking(self.office.store.conn, self.office.registry.get(register), platform.id)
        if not for_days:
            return found
        last = (clock.today() - timedelta(days=for_days)).isoformat()
        return [one for one in found if one.on and one.on <= last]

    # -- orders --------------------------------------------------------------------------------------------------

    def orders(self, platform: Platform, register: str) -> list[TranscriptionOrder]:
        """The forms of the platform for a register, as they were made here."""
        found = self.office.reader.find("transcription_order", "platform", platform.id)
        held = (self.office.reader.get("transcription_order", one) for one in found)
        mine = [one for one in held if isinstance(one, TranscriptionOrder) and one.for_register == register]
        return sorted(mine, key=lambda one: one.name)

    def order_for(self, platform: Platform, register: str) -> list[TranscriptionOrder]:
        """The orders made here, or our own form's order where there is none yet."""
        made = [one for one in self.orders(platform, register) if one.steps]
        return made or [self.proposal(platform, register)]

    def proposal(self, platform: Platform, register: str) -> TranscriptionOrder:
        """A new order with our own form's fields; not saved."""
        steps = transcribing.proposal(self.office.registry, register)
        return TranscriptionOrder(name="本机登记表的顺序", platform=platform.id, for_register=register, steps=steps)

    def save_order(self, order: TranscriptionOrder, steps: Sequence[TranscriptionStep]) -> bool:
        """Keep an order with these steps, in this order; False when nothing differs."""
        placed = tuple(one.model_copy(update={"position": place * 1000}) for place, one in enumerate(steps, start=1))
        return self.office.save(order.model_copy(update={"steps": placed}))

    def copied(self, order: TranscriptionOrder) -> tuple[TranscriptionStep, ...]:
        """The steps of another order as new ones."""
        return tuple(TranscriptionStep(**one.model_dump(exclude={"id", "position"})) for one in order.steps)

    def lists_of(self, register: str) -> dict[str, tuple[str, CodeKind]]:
        """Code lists of a register's sources: name → (what the field is called, its kind)."""
        found: dict[str, tuple[str, CodeKind]] = {}
        for source in transcribing.offered(self.office.registry, register):
            if isinstance(source.kind, CodeKind):
                found.setdefault(source.kind.list_name, (source.label, source.kind))
        return found

    def save_words(self, platform: Platform, given: Mapping[tuple[str, str], tuple[str, str, str]]) -> bool:
        """Keep the platform's words: ``{(list, code): (subject, our word, their word)}``; an empty word removes."""
        held = {(one.list_name, one.code): one for one in platform.words}
        for key, (subject, ours, word) in given.items():
            text = word.strip()
            old = held.pop(key, None)
            if not text:
                continue
            line = old or PlatformWord(list_name=key[0], code=key[1], subject=subject, ours=ours, word=text)
            held[key] = line.model_copy(update={"subject": subject, "ours": ours, "word": text})
        return self.office.save(platform.model_copy(update={"words": tuple(held.values())}))

    # -- copying -------------------------------------------------------------------------------------------------

    def begin(self, register: str, record_id: str, order: TranscriptionOrder) -> Transcript:
        """Lay a record out for copying; journalled when full numbers are in it. Raises ``UserError``."""
        self.office.require(Act.READ, register)
        record = self.office.reader.get(register, record_id)
        platform = self.office.reader.get("platform", order.platform)
        if record is None or not isinstance(platform, Platform):
            sentence = "这条记录或这个平台已被删除，或还没有同步到本机"
            raise UserError(sentence, "请回到列表刷新后再试")
        boxes = transcribing.boxes(self.office.reader, record, order, transcribing.words_of(platform))
        hidden = [one.label for one in boxes if one.shown != one.text]
        if hidden:
            self.office.require(Act.REVEAL, register)
            detail: dict[str, Wire] = {"platform": platform.name, "fields": list(dict.fromkeys(hidden))}
            self.office.store.write(
                self.office.user.id,
                lambda unit: unit.record_access("transcribe", register=register, record_id=record_id, detail=detail),
            )
        start = self._left_at(order, record_id, boxes)
        return Transcript(platform, order, record, tuple(boxes), start)

    def preview(self, record: Record, order: TranscriptionOrder, platform: Platform) -> list[Box]:
        """The boxes of an order for one record, to look at while the order is made; numbers stay masked."""
        return transcribing.boxes(self.office.reader, record, order, transcribing.words_of(platform))

    def leave_at(self, transcript: Transcript, place: int) -> None:
        """Remember on this PC where the copying was interrupted; at the end nothing is remembered."""
        places = self._places()
        key = _place_key(transcript.order, transcript.record.id)
        places.pop(key, None)
        if 0 < place < len(transcript.boxes):
            places[key] = transcript.boxes[place].key
        self._held = dict(list(places.items())[-_MOST_PLACES:])
        text = json.dumps(self._held)
        self.office.store.submit(lambda conn: set_meta(conn, _PLACES, text))

    def _left_at(self, order: TranscriptionOrder, record_id: str, boxes: Sequence[Box]) -> int:
        key = self._places().get(_place_key(order, record_id), "")
        return next((place for place, box in enumerate(boxes) if box.key == key), 0)

    def _places(self) -> dict[str, str]:
        """Read once: what is left behind here is written without waiting for the disk."""
        if self._held is None:
            self._held = dict(json.loads(self.office.store.meta(_PLACES, "{}")))
        return self._held

    # -- numbers -------------------------------------------------------------------------------------------------

    def doubts(self, platform: Platform, register: str, record_id: str, number: str) -> list[str]:
        """What is odd about a number that is to be entered; never a refusal."""
        number = number.strip()
        found: list[str] = []
        if number and platform.example and number_shape(number) != number_shape(platform.example):
            found.append(f"样子和平台的案号例子“{platform.example}”不一样，请核对有没有抄错")
        for one in platforms.standing(self.office.store.conn, register, platform.id):
            if number and one.number == number and one.record_id != record_id:
                title = self.office.reader.titles(register, [one.record_id]).get(one.record_id, "")
                found.append(f"这个案号已经登记在“{title}”上")
        return found

    def enter(self, register: str, record_id: str, platform: Platform, *, number: str, on: date) -> None:
        """Write down that a record stands in the platform. Raises ``UserError`` where another number stands."""
        self.office.require(Act.WRITE, register)
        by = self.office.user.name

        def write(unit: UnitOfWork) -> None:
            record = Reader(self.office.registry, unit.conn).get(register, record_id)
            if record is None:
                sentence = "这条记录已被删除"
                raise UserError(sentence, "请回到列表刷新")
            unit.save(with_entry(record, platform, number=number, on=on, by=by))

        self.office.store.write(self.office.user.id, write)


def with_entry(record: Record, platform: Platform, *, number: str, on: date, by: str) -> Record:
    """The record with its entry in the platform; a number already there is never replaced (``UserError``)."""
    entries: tuple[PlatformEntry, ...] = getattr(record, ENTRIES)
    number = number.strip()
    held = next((one for one in entries if one.platform == platform.id), None)
    if held is None:
        line = _entry_class(record)(
            platform=platform.id, number=number or None, entered_on=on, entered_by=by[:60],
            position=max((one.position for one in entries), default=0) + 1000,
        )  # fmt: skip
        return record.model_copy(update={ENTRIES: (*entries, line)})
    if held.number and number and held.number != number:
        sentence = f"“{record.title()}”在“{platform.name}”已登记案号 {held.number}"
        raise UserError(sentence, "没有改动；确实要换的，请打开这条记录，在“外部平台”里改")
    changed = held.model_copy(update={"number": number or held.number})
    return record.model_copy(update={ENTRIES: tuple(changed if one is held else one for one in entries)})


def number_shape(number: str) -> str:
    """What a number looks like: digits and letters of a kind are alike, everything else is itself."""
    return re.sub(r"[A-Za-z]", "A", re.sub(r"\d", "0", number.strip()))


def _entry_class(record: Record) -> type[PlatformEntry]:
    line: Any = record.definition.child(ENTRIES).line
    return line  # type: ignore[no-any-return]  # every such collection holds a subclass of it


def _taken(platform: Platform) -> tuple[str, ...]:
    """Registers a platform takes; none when a newer program stored what is not understood here."""
    stored: object = platform.registers
    return tuple(str(one) for one in stored) if isinstance(stored, tuple) else ()


def _place_key(order: TranscriptionOrder, record_id: str) -> str:
    return f"{order.platform}:{order.for_register}:{order.name}:{record_id}"
