"""Invented names, numbers and telephones.

No number made here is or can become a real person's: GB/T 2260 assigns no region ``xx99xx``, and mobile numbers of
eleven digits beginning with 140 are not in use.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from random import Random
from typing import Any, Final

from app.models.id_number import check_character
from app.models.text import DOT
from app.resources import resource_path

MAN: Final = "1"
WOMAN: Final = "2"

HAN: Final = "01"
YI: Final = "07"
TIBETAN: Final = "04"
UYGHUR: Final = "05"

_RARE_EVERY = 60
"""Every how many Han names one holds a rare character."""


@cache
def pools() -> dict[str, Any]:
    """The pools of names: space-separated words, or weights by word."""
    raw: dict[str, Any] = json.loads(resource_path("practice/names.json").read_text(encoding="utf-8"))
    return raw


@cache
def words(*path: str) -> tuple[str, ...]:
    """One pool as a tuple, e.g. ``words("yi", "clans")``."""
    pool: Any = pools()
    for step in path:
        pool = pool[step]
    return tuple(pool.split())


def weighted(rng: Random, name: str) -> str:
    """A word of a weighted pool."""
    return rng.choices(*_weights(name))[0]


@cache
def _weights(name: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    pool = pools()[name]
    return tuple(pool), tuple(pool.values())


@dataclass
class Namer:
    """Gives names that fit people, sex, generation and family; deterministic by its random source."""

    rng: Random
    _given: int = 0

    def let_next_be_rare(self) -> None:
        """The next Han given name holds a rare character."""
        self._given += -self._given % _RARE_EVERY

    def family_name(self, ethnicity: str) -> str:
        """What a family passes on: a surname, a Yi clan, nothing for peoples without one."""
        if ethnicity == YI:
            return self.rng.choice(words("yi", "clans"))
        return "" if ethnicity in (TIBETAN, UYGHUR) else weighted(self.rng, "surnames")

    def name(self, ethnicity: str, sex: str, born: int, *, family: str, father: str = "") -> str:
        """A full name. ``father`` is the father's name, which follows the own one among the Uyghurs."""
        half = "men" if sex == MAN else "women"
        if ethnicity == UYGHUR:
            own = self.rng.choice(words("uyghur", half))
            return own + DOT + (father.partition(DOT)[0] or self.rng.choice(words("uyghur", "men")))
        if ethnicity == TIBETAN:
            return self.rng.choice(words("tibetan", half))
        if ethnicity == YI:
            return family + self.rng.choice(words("yi", half))
        return family + self._han_given(half, born)

    def _han_given(self, half: str, born: int) -> str:
        self._given += 1
        if self._given % _RARE_EVERY == 1:
            rare = words("rare")[self._given // _RARE_EVERY % len(words("rare"))]
            return rare if self.rng.random() < 0.4 else self.rng.choice("小文天思") + rare
        generation = max(each for each in ("1930", "1950", "1970", "1990", "2010") if int(each) <= max(born, 1930))
        given = self.rng.choice(words(half, generation))
        if generation == "1930" and len(given) == 1:
            given += self.rng.choice(words(half, generation))
        return given


@dataclass
class Numbers:
    """Gives ID numbers, telephones and house numbers, each once."""

    rng: Random
    _orders: Counter[tuple[str, date, int]] = field(default_factory=Counter)
    _phones: set[str] = field(default_factory=set)

    def id_number(self, region: str, birth_on: date, sex: str) -> str:
        """A valid number of a region that does not exist (``xx99xx``)."""
        parity = 1 if sex == MAN else 0
        self._orders[region, birth_on, parity] += 1
        order = 2 * self._orders[region, birth_on, parity] - parity
        first17 = f"{region}{birth_on:%Y%m%d}{order:03d}"
        return first17 + check_character(first17)

    def phone(self) -> str:
        """A mobile number nobody has."""
        while True:
            phone = f"140{self.rng.randrange(10**8):08d}"
            if phone not in self._phones:
                self._phones.add(phone)
                return phone
