"""Invented households with plausible ages, relations (GB/T 4761) and shared family names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Final

from app.models.days import age_on
from app.practice.naming import MAN, WOMAN, Namer, Numbers, weighted
from app.practice.records import Household, Member, Person, Place

HEAD: Final = "02"
_HUSBAND, _WIFE = "11", "12"
_SON, _DAUGHTER, _ONLY_SON, _ONLY_DAUGHTER = "20", "30", "21", "31"
_SONS = ("22", "23", "24")
_DAUGHTERS = ("32", "33", "34")
_SON_IN_LAW, _DAUGHTER_IN_LAW = "28", "38"
_GRANDSON, _GRANDDAUGHTER = "41", "42"
_FATHER, _MOTHER = "51", "52"
_UNRELATED = "99"

HOME_REGION: Final = "519921"
OTHER_REGIONS: Final = ("519922", "519923", "519925", "509911", "529927", "539931", "619912")
_OUTSIDE = ("浙江省义乌市务工住处", "广东省东莞市务工住处", "云栖县城关街道滨河路 18 号", "重庆市渝北区务工住处")
HOMES: Final = ("云栖县松坪镇", "云栖县大石乡", "四川省安川县", "贵州省云安县", "云南省明川县")


@dataclass(frozen=True, slots=True)
class Village:
    """A village with the groups to settle, the number of the first of them, and the address before the group."""

    place: Place
    groups: tuple[Place, ...]
    address: str
    first_group: int = 1


@dataclass(frozen=True, slots=True)
class _Home:
    """Where the household being made lives, and the people and family name its next member is of."""

    village: str
    group: str
    address: str
    ethnicity: str
    family: str


@dataclass
class Families:
    """Makes households one after another until enough people live in the township."""

    rng: Random
    today: date
    namer: Namer
    numbers: Numbers
    prefix: str = ""
    people: list[Person] = field(default_factory=list)
    households: list[Household] = field(default_factory=list)
    _houses: dict[str, int] = field(default_factory=dict)
    _members: list[Member] = field(default_factory=list)
    _home: _Home | None = None

    def settle(self, village: Village, *, ethnicity: str = "") -> Household:
        """One more household in a village, of a people by weight unless told."""
        group = self.rng.choice(village.groups)
        house = self._houses[group.key] = self._houses.get(group.key, 0) + 1
        ethnicity = ethnicity or weighted(self.rng, "peoples")
        address = f"{village.address}{group.name}{house}号"
        self._home = _Home(village.place.key, group.key, address, ethnicity, self.namer.family_name(ethnicity))
        self._members = []
        make, kind = self._shape()
        make()
        group_number = village.first_group + village.groups.index(group)
        head = self.people[-len(self._members)]
        household = Household(
            key=f"{self.prefix}household-{len(self.households) + 1}",
            number=f"{village.place.code}{group_number:02d}{house:04d}",
            kind=kind,
            place=village.place.key,
            group=group.key,
            address=address,
            opened_on=self._day_after(max(head.birth_on.year + 20, 1984)),
            members=tuple(self._members),
        )
        self.households.append(household)
        return household

    def _shape(self) -> tuple[Callable[[], None], str]:
        shapes: tuple[tuple[Callable[[], None], int], ...] = (
            (self._young_family, 34),
            (self._grown_family, 22),
            (self._three_generations, 22),
            (self._old_couple, 12),
            (self._old_alone, 6),
            (self._single, 4),
        )
        if self.households and len(self.households) % 90 == 0:
            return self._dormitory, "collective"
        return self.rng.choices([shape for shape, _ in shapes], [weight for _, weight in shapes])[0], "family"

    def _young_family(self) -> None:
        father = self._couple(self.rng.randint(24, 40))
        self._children(father, oldest=self._age(father) - self.rng.randint(22, 27), most=3)

    def _grown_family(self) -> None:
        father = self._couple(self.rng.randint(44, 59))
        self._children(father, oldest=self._age(father) - self.rng.randint(22, 26), most=2)

    def _three_generations(self) -> None:
        grandfather = self._couple(self.rng.randint(54, 74))
        son = self._add(MAN, self._age(grandfather) - self.rng.randint(22, 27), _ONLY_SON, father=grandfather)
        self._spouse(son, _DAUGHTER_IN_LAW)
        age = self._age(son) - self.rng.randint(22, 26)
        for _ in range(self.rng.randint(1, 2)):
            if age >= 0:
                sex = self._sex()
                self._add(sex, age, _GRANDSON if sex == MAN else _GRANDDAUGHTER, father=son)
                age -= self.rng.randint(2, 5)
        if self.rng.random() < 0.25 and self._age(grandfather) < 66:
            self._renew_family()
            self._add(WOMAN, self._age(grandfather) + self.rng.randint(20, 25), _MOTHER, married_in=True)

    def _old_couple(self) -> None:
        self._couple(self.rng.randint(60, 84))

    def _old_alone(self) -> None:
        self._add(self._sex(), self.rng.randint(66, 96), HEAD)

    def _single(self) -> None:
        self._add(self._sex(), self.rng.randint(22, 55), HEAD)

    def _dormitory(self) -> None:
        """A collective household: people from elsewhere under one roof."""
        self._add(self._sex(), self.rng.randint(30, 50), HEAD)
        for _ in range(self.rng.randint(3, 5)):
            self._renew_family()
            self._add(self._sex(), self.rng.randint(19, 45), _UNRELATED, married_in=True)

    def _couple(self, age: int) -> Person:
        if self.rng.random() < 0.14:
            woman = self._add(WOMAN, age, HEAD)
            return self._spouse(woman, _HUSBAND)
        man = self._add(MAN, age, HEAD)
        self._spouse(man, _WIFE)
        return man

    def _spouse(self, other: Person, relation: str) -> Person:
        """A wife, husband or daughter-in-law: a family name of her or his own, often from another county."""
        kept = self._here
        self._renew_family()
        sex = WOMAN if other.sex == MAN else MAN
        age = max(20, self._age(other) + (self.rng.randint(-4, 1) if sex == WOMAN else self.rng.randint(-1, 4)))
        spouse = self._add(sex, age, relation, married_in=self.rng.random() < 0.3)
        # Children bear the father's name, also where he married in.
        self._home = kept if sex == WOMAN else self._here
        return spouse

    def _children(self, father: Person, *, oldest: int, most: int) -> None:
        ages = [oldest - gap for gap in sorted(self.rng.sample(range(9), self.rng.randint(1, most)))]
        born = [(age, self._sex()) for age in ages if age >= 0]
        for index, (age, sex) in enumerate(born):
            before = sum(1 for _, other in born[:index] if other == sex)
            if len(born) == 1:
                relation = _ONLY_SON if sex == MAN else _ONLY_DAUGHTER
            else:
                relation = (_SONS if sex == MAN else _DAUGHTERS)[before]
            self._add(sex, age, relation, father=father)

    def _add(
        self, sex: str, age: int, relation: str, *, father: Person | None = None, married_in: bool = False
    ) -> Person:
        home = self._here
        birth_on = self._birth_day(age)
        region = self.rng.choice(OTHER_REGIONS) if married_in else HOME_REGION
        is_newborn = (self.today - birth_on).days < 45
        away = not married_in and 20 <= age <= 50 and self.rng.random() < 0.12
        elsewhere = married_in and relation == _UNRELATED
        registered = f"{self.rng.choice(HOMES)}{self.rng.randint(1, 40)}号" if elsewhere else home.address
        person = Person(
            key=f"{self.prefix}person-{len(self.people) + 1}",
            full_name=self.namer.name(
                home.ethnicity, sex, birth_on.year, family=home.family, father=father.full_name if father else ""
            ),
            sex=sex,
            ethnicity=home.ethnicity,
            birth_on=birth_on,
            document_kind="none" if is_newborn else "111",
            id_number=None if is_newborn else self.numbers.id_number(region, birth_on, sex),
            phone=self.numbers.phone() if 14 <= age <= 78 and self.rng.random() < 0.93 else None,
            occupation=self._occupation(age),
            place=home.village,
            group=home.group,
            live_address=self.rng.choice(_OUTSIDE) if away else home.address,
            registered_address=registered,
            residence_kind="02" if away or elsewhere else "01",
        )
        self.people.append(person)
        self._members.append(Member(person.key, relation))
        return person

    @property
    def _here(self) -> _Home:
        if self._home is None:
            raise RuntimeError("settle() chooses the home first")
        return self._home

    def _renew_family(self) -> None:
        """The next person comes of another family, now and then of another people."""
        home = self._here
        ethnicity = home.ethnicity if self.rng.random() < 0.9 else weighted(self.rng, "peoples")
        self._home = _Home(home.village, home.group, home.address, ethnicity, self.namer.family_name(ethnicity))

    def _age(self, person: Person) -> int:
        return age_on(person.birth_on, self.today)

    def _birth_day(self, age: int) -> date:
        return self.today - timedelta(days=age * 1461 // 4 + self.rng.randint(1, 364))

    def _day_after(self, year: int) -> date:
        year = min(year, self.today.year - 1)
        return date(year, 1, 1) + timedelta(days=self.rng.randint(0, 364))

    def _sex(self) -> str:
        return MAN if self.rng.random() < 0.515 else WOMAN

    def _occupation(self, age: int) -> str | None:
        if age < 6:
            return None
        if age < 19:
            return "学生"
        if age >= 60:
            return "务农" if self.rng.random() < 0.7 else "退休"
        return self.rng.choices(
            ("务农", "务工", "个体经营", "教师", "村干部", "医务人员", "司机", "瓦工", "厨师"),
            (38, 30, 10, 3, 2, 2, 4, 6, 5),
        )[0]
