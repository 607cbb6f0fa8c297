"""The practice township, made from a seed: places, committees, people in households, organisations, stories.

The same seed, size and day give the same township on every machine. See :mod:`app.practice.records` for its shapes.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Final

from app.models import credit_code
from app.models.days import age_on
from app.practice import stories
from app.practice.dwellings import settle_from_elsewhere
from app.practice.families import HOME_REGION, Families, Village
from app.practice.hazards import hazards
from app.practice.naming import MAN, UYGHUR, WOMAN, Namer, Numbers, words
from app.practice.records import Committee, Mediator, Organisation, Place, Township

PRACTICE_DAY: Final = date(2026, 11, 23)

FEWEST_PEOPLE: Final = 300
"""Below this the stories do not find their people."""

_PROVINCE, _COUNTY, _TOWNSHIP = "四川省", "云栖县", "青禾镇"
_TOWNSHIP_CODE = HOME_REGION + "100"
_GROUP_NAMES = "一二三四五六七八九十"
# Nobody has area code 0809.
_AREA_CODE = "0809"
_NEWCOMERS = 54
_DUTIES = ("主任", "副主任", "专职调解员", "委员", "委员", "委员")

# key, name, kind, department and kind of the credit code (GB 32100-2015), duty of the head
_ORGANISATIONS = (
    ("cooperative", "{county}{village}果蔬种植专业合作社", "cooperative", "93", "理事长"),
    ("school", "{county}{township}中心小学", "school", "12", "校长"),
    ("hospital", "{county}{township}卫生院", "medical", "12", "院长"),
    ("property", "{county}安居物业服务有限公司", "property_service", "91", "经理"),
    ("construction", "{county}宏达建筑劳务有限公司", "company", "91", "总经理"),
    ("shop", "{township}{village}便民超市", "self_employed", "92", "经营者"),
)


def make_township(people: int, seed: int, *, today: date = PRACTICE_DAY) -> Township:
    """A township of at least ``people`` people (rounded up to whole households), as of ``today``.

    Raises ValueError below FEWEST_PEOPLE. 2,000 people take about 0.1 s.
    """
    if people < FEWEST_PEOPLE:
        raise ValueError(f"a practice township has at least {FEWEST_PEOPLE} people")
    rng = Random(seed)  # noqa: S311 - invented people are no secret
    county, township, villages = _places(rng)
    namer, numbers = Namer(rng), Numbers(rng)
    residents = Families(rng, today, namer, numbers)
    _settle(residents, villages, people, rng)
    incoming = Families(rng, today, namer, numbers, prefix="new-")
    new_group = _new_group(villages[1])
    incoming.settle(new_group, ethnicity=UYGHUR)
    namer.let_next_be_rare()
    _settle(incoming, [new_group], _NEWCOMERS, rng)
    committees = _committees(residents, villages, township, rng)
    organisations = _organisations(residents, villages, numbers, rng)
    stage = stories.Stage(
        today=today,
        township=township,
        villages=tuple(village.place for village in villages),
        committees=committees,
        organisations=organisations,
        households=tuple(residents.households),
        people={person.key: person for person in residents.people},
    )
    made = Township(
        seed=seed,
        today=today,
        county=county,
        place=township,
        places=(county, township, *_all_places(villages), *new_group.groups),
        committees=committees,
        people=tuple(residents.people),
        households=tuple(residents.households),
        organisations=organisations,
        newcomers=tuple(incoming.people),
        newcomer_households=tuple(incoming.households),
        disputes=stories.disputes(stage, rng),
        patrols=stories.patrols(stage, rng),
    )
    # Everything below came later and draws last: what stands above is the same for a seed as it always was.
    settled = settle_from_elsewhere(rng, made, namer, numbers)
    made = replace(made, tenants=settled.tenants, houses=settled.houses, residences=settled.residences)
    return replace(made, hazards=hazards(made))


def _places(rng: Random) -> tuple[Place, Place, list[Village]]:
    """The county, the township and its 8 to 12 villages with 3 to 6 groups each; the first village is the seat."""
    county = Place("county", _COUNTY, "county", None, HOME_REGION)
    township = Place("township", _TOWNSHIP, "township", county.key, _TOWNSHIP_CODE)
    names = [_TOWNSHIP.removesuffix("镇") + "社区", *rng.sample(words("villages"), rng.randint(7, 11))]
    villages: list[Village] = []
    for index, name in enumerate(names):
        # Statistical codes: 000-199 residents' committees, 200-399 villagers' committees.
        code = f"{_TOWNSHIP_CODE}{1 if index == 0 else 199 + index:03d}"
        place = Place(f"village-{index + 1}", name, "village", township.key, code)
        groups = tuple(
            Place(f"{place.key} {ordinal}组", f"{ordinal}组", "group", place.key, None)
            for ordinal in _GROUP_NAMES[: rng.randint(3, 6)]
        )
        villages.append(Village(place, groups, f"{_PROVINCE}{_COUNTY}{_TOWNSHIP}{name}"))
    return county, township, villages


def _new_group(village: Village) -> Village:
    """One more group of a village, for the newcomers."""
    number = len(village.groups) + 1
    name = f"{_GROUP_NAMES[number - 1]}组"
    group = Place(f"{village.place.key} {name}", name, "group", village.place.key, None)
    return Village(village.place, (group,), village.address, first_group=number)


def _all_places(villages: list[Village]) -> list[Place]:
    return [place for village in villages for place in (village.place, *village.groups)]


def _settle(families: Families, villages: list[Village], people: int, rng: Random) -> None:
    """Every village gets its first households in turn, the rest at random with the seat twice as likely."""
    for village in villages:
        for _ in range(3):
            families.settle(village)
    while len(families.people) < people:
        families.settle(rng.choice([villages[0], *villages]))


def _committees(families: Families, villages: list[Village], township: Place, rng: Random) -> tuple[Committee, ...]:
    """The township's committee and one for every village."""
    seat = villages[0]
    made = [_committee(families, seat, township, rng)]
    made += [_committee(families, village, village.place, rng) for village in villages]
    return tuple(made)


def _committee(families: Families, village: Village, place: Place, rng: Random) -> Committee:
    """A committee seated in a village, for it or for the whole township; its members live there."""
    is_township = place.kind == "township"
    able = [
        person
        for person in families.people
        if person.place == village.place.key and 32 <= age_on(person.birth_on, families.today) <= 66 and person.phone
    ]
    women = [person for person in able if person.sex == WOMAN]
    size = min(5 if is_township else 3, len(able))
    chosen = rng.sample(able, size)
    if women and all(person.sex == MAN for person in chosen):
        chosen[-1] = rng.choice(women)
    mediators = tuple(
        Mediator(
            name=person.full_name,
            sex=person.sex,
            duty=duty,
            phone=person.phone or "",
            appointed_on=date(families.today.year - 1, 3, 1) + timedelta(days=rng.randint(0, 60)),
        )
        for person, duty in zip(chosen, _DUTIES, strict=False)
    )
    short = place.name.removesuffix("镇").removesuffix("社区").removesuffix("村")
    return Committee(
        key=f"committee-{place.key}",
        name=(_COUNTY if is_township else _TOWNSHIP) + place.name + "人民调解委员会",
        kind="township" if is_township else "village",
        place=place.key,
        abbreviation=place.name if is_township else short,
        address=village.address + ("综治中心一楼" if is_township else "党群服务中心"),
        phone=f"{_AREA_CODE}-{rng.randrange(7_000_000, 7_999_999)}",
        mediators=mediators,
    )


def _organisations(
    families: Families, villages: list[Village], numbers: Numbers, rng: Random
) -> tuple[Organisation, ...]:
    adults = [person for person in families.people if 30 <= age_on(person.birth_on, families.today) <= 60]
    made: list[Organisation] = []
    for number, (key, name, kind, department, duty) in enumerate(_ORGANISATIONS, start=1):
        village = villages[1] if key == "cooperative" else villages[0]
        names = {"county": _COUNTY, "township": _TOWNSHIP, "village": village.place.name}
        made.append(
            Organisation(
                key=key,
                name=name.format_map(names),
                kind=kind,
                credit_code=credit_code.make(department, HOME_REGION, f"MA99{number:04d}"),
                head_name=rng.choice(adults).full_name,
                head_duty=duty,
                phone=numbers.phone(),
                place=village.place.key,
                address=f"{village.address}{village.groups[0].name}{200 + number}号",
            )
        )
    return tuple(made)
