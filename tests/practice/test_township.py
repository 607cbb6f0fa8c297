"""The practice township is plausible, valid and the same for the same seed."""

from __future__ import annotations

import dataclasses
from collections import Counter
from datetime import date

import pytest

from app.models import clock, credit_code, id_number
from app.models.codes import code_list
from app.models.days import age_on
from app.models.registers import Hazard
from app.models.registers.hazard import STAGES, Recheck, progress_of
from app.models.text import clean, clean_lines, clean_name, name_doubts, phone_doubt
from app.practice.records import Township
from app.practice.township import FEWEST_PEOPLE, PRACTICE_DAY, make_township
from app.resources import resource_path

RARE = "𬱖𬎆䶮㛃𫖯"


@pytest.fixture(scope="module")
def township() -> Township:
    return make_township(2_000, 7)


def test_the_same_seed_makes_the_same_township(township: Township) -> None:
    assert make_township(2_000, 7) == township
    assert make_township(2_000, 8) != township


@pytest.mark.parametrize("seed", range(12))
def test_the_smallest_township_has_all_its_stories(seed: int) -> None:
    small = make_township(FEWEST_PEOPLE, seed)
    assert len(small.disputes) == 5
    assert len(small.people) >= FEWEST_PEOPLE


def test_a_handful_of_people_is_no_township() -> None:
    with pytest.raises(ValueError, match=str(FEWEST_PEOPLE)):
        make_township(10, 1)


def test_another_day_makes_people_older_and_no_number_invalid() -> None:
    later = make_township(FEWEST_PEOPLE, 1, today=date(2031, 2, 28))
    assert all(person.birth_on < later.today for person in later.people)


def test_every_number_is_valid_unique_and_nobodys(township: Township) -> None:
    everybody = (*township.people, *township.tenants, *township.newcomers)
    numbers = [person.id_number for person in everybody if person.id_number]
    assert len(set(numbers)) == len(numbers)
    assert {number[2:4] for number in numbers} == {"99"}
    for person in township.people:
        if person.id_number:
            facts = id_number.inspect(person.id_number, today=township.today)
            assert (facts.birth_on, facts.sex, facts.doubts) == (person.birth_on, person.sex, ())


def test_only_newborns_are_without_papers(township: Township) -> None:
    without = [person for person in township.people if not person.id_number]
    assert all((township.today - person.birth_on).days < 45 and person.document_kind == "none" for person in without)


def test_telephones_are_of_a_range_not_in_use_and_held_once(township: Township) -> None:
    everybody = (*township.people, *township.tenants, *township.newcomers)
    phones = [person.phone for person in everybody if person.phone]
    assert len(set(phones)) == len(phones)
    assert {phone[:3] for phone in phones} == {"140"}
    assert [phone_doubt(phone) for phone in phones if phone_doubt(phone)] == []


def test_names_are_clean_and_raise_no_doubt(township: Township) -> None:
    for person in township.people:
        assert clean_name(person.full_name) == person.full_name
        assert name_doubts(person.full_name) == ()


@pytest.mark.parametrize("rare", RARE)
def test_rare_characters_are_among_the_names(township: Township, rare: str) -> None:
    assert any(rare in person.full_name for person in township.people)


def test_minority_names_with_and_without_the_dot_are_among_them(township: Township) -> None:
    names = {person.full_name for person in township.people}
    assert any("·" in name for name in names)
    assert any(name.startswith("吉克") for name in names)
    assert {person.ethnicity for person in township.people} >= {"01", "04", "05", "07"}


def test_ages_and_sexes_are_as_in_a_township(township: Township) -> None:
    ages = Counter(age_on(person.birth_on, township.today) // 20 for person in township.people)
    assert min(ages[decade] for decade in range(4)) > 200
    assert ages[4] > 10
    men = sum(person.sex == "1" for person in township.people)
    assert 0.4 < men / len(township.people) < 0.6


def test_everybody_lives_in_exactly_one_household_with_one_head(township: Township) -> None:
    lines = [line for household in township.households for line in household.members]
    assert sorted(line.person for line in lines) == sorted(person.key for person in township.people)
    for household in township.households:
        assert [line.relation for line in household.members].count("02") == 1
        assert household.members[0].relation == "02"


def test_household_numbers_are_unique_and_begin_with_the_village(township: Township) -> None:
    households = (*township.households, *township.newcomer_households)
    codes = {place.key: place.code for place in township.places}
    assert len({household.number for household in households}) == len(households)
    assert all(household.number.startswith(codes[household.place] or "?") for household in households)
    assert all(len(household.number) == 18 for household in households)


def test_parents_are_older_than_their_children_and_spouses_differ_in_sex(township: Township) -> None:
    for household in township.households:
        head = township.head(household)
        for line in household.members[1:]:
            person = township.person(line.person)
            years = (person.birth_on - head.birth_on).days / 365.25
            if line.relation[0] in "23" and line.relation not in ("28", "38"):
                assert years > 15
            if line.relation in ("11", "12"):
                assert person.sex != head.sex
            if line.relation in ("51", "52"):
                assert years < -15


def test_most_children_bear_their_fathers_family_name(township: Township) -> None:
    sons = [
        (township.head(household).full_name[0], township.person(line.person).full_name[0])
        for household in township.households
        for line in household.members
        if line.relation in ("21", "22") and township.head(household).sex == "1"
        and township.head(household).ethnicity == "01"
    ]  # fmt: skip
    assert sum(father == son for father, son in sons) > 0.9 * len(sons) > 0


def test_places_form_a_tree_from_the_county_down(township: Township) -> None:
    kinds = {place.key: place.kind for place in township.places}
    above = {"township": "county", "village": "township", "group": "village"}
    for place in township.places:
        assert (place.parent_place is None) == (place.kind == "county")
        if place.parent_place:
            assert kinds[place.parent_place] == above[place.kind]
    assert 8 <= len(township.villages) <= 12
    lengths = {"county": 6, "township": 9, "village": 12}
    assert all(len(place.code or "") == lengths[place.kind] for place in township.places if place.kind in lengths)


def test_every_committee_is_lawful(township: Township) -> None:
    """人民调解法 第八条: three to nine members, a woman among them, one head."""
    assert len(township.committees) == len(township.villages) + 1
    for committee in township.committees:
        assert 3 <= len(committee.mediators) <= 9
        assert "2" in {mediator.sex for mediator in committee.mediators}
        assert [mediator.duty for mediator in committee.mediators].count("主任") == 1
        assert len({mediator.name for mediator in committee.mediators}) == len(committee.mediators)


def test_organisations_bear_valid_codes(township: Township) -> None:
    for body in township.organisations:
        assert credit_code.shape_error(body.credit_code) is None
        assert credit_code.doubts(body.credit_code) == ()


def test_every_code_is_in_its_list(township: Township) -> None:
    lists = {
        "place_kind": {place.kind for place in township.places},
        "committee_kind": {each.kind for each in township.committees},
        "organisation_kind": {each.kind for each in township.organisations},
        "sex": {each.sex for each in township.people},
        "ethnicity": {each.ethnicity for each in township.people},
        "document_kind": {each.document_kind for each in township.people},
        "residence_kind": {each.residence_kind for each in township.people},
        "household_kind": {each.kind for each in township.households},
        "relation_to_head": {line.relation for each in township.households for line in each.members},
        "dispute_category": {each.category for each in township.disputes},
        "case_source": {each.source for each in township.disputes},
        "difficulty": {each.difficulty for each in township.disputes},
        "dispute_stage": {each.stage for each in township.disputes},
        "party_role": {party.role for each in township.disputes for party in each.parties},
        "party_kind": {party.kind for each in township.disputes for party in each.parties},
        "representative_kind": {
            party.representative_kind
            for each in township.disputes
            for party in each.parties
            if party.representative_kind
        },
        "dispute_result": {line.result for each in township.disputes for line in each.sessions if line.result},
        "agreement_form": {each.agreement.form for each in township.disputes if each.agreement},
        "performance_state": {each.agreement.performed for each in township.disputes if each.agreement},
        "patrol_shift": {each.shift for each in township.patrols},
        "patrol_way": {each.way for each in township.patrols},
        "patrol_team_kind": {each.team_kind for each in township.patrols},
        "weather": {each.weather for each in township.patrols},
        "house_kind": {each.kind for each in township.houses},
        "house_structure": {each.structure for each in township.houses},
        "house_use": {each.use for each in township.houses},
        "house_space": {space for each in township.houses for space in each.spaces},
        "dwelling_kind": {each.dwelling_kind for each in township.residences},
        "stay_reason": {each.stay_reason for each in township.residences},
        "declare_way": {each.declare_way for each in township.residences},
        "cancel_reason": {each.cancel_reason for each in township.residences if each.cancel_reason},
        "hazard_kind": {each.kind for each in township.hazards},
        "hazard_level": {each.level for each in township.hazards},
        "hazard_source": {each.source for each in township.hazards},
        "recheck_result": {line.result for each in township.hazards for line in each.rechecks},
        "finding_kind": {line.kind for each in township.patrols for line in each.findings},
        "finding_disposal": {line.disposal for each in township.patrols for line in each.findings},
    }
    assert {
        name: codes - set(code_list(name).codes) for name, codes in lists.items() if codes - set(code_list(name).codes)
    } == {}


def test_the_stories_show_every_kind_of_party_source_and_form(township: Township) -> None:
    parties = [party for dispute in township.disputes for party in dispute.parties]
    assert {party.kind for party in parties} == {"person", "organisation", "text"}
    assert {party.representative_kind for party in parties} >= {"statutory", "elected", "head"}
    assert {dispute.source for dispute in township.disputes} >= {"application", "initiative", "referral_police"}
    assert {dispute.agreement.form if dispute.agreement else None for dispute in township.disputes} == {
        "written", "oral", None,
    }  # fmt: skip


def test_stories_are_finished_text_with_days_in_order(township: Township) -> None:
    for dispute in township.disputes:
        texts = [dispute.name, dispute.location, dispute.story, *(session.content for session in dispute.sessions)]
        if dispute.agreement:
            texts += [dispute.agreement.facts, dispute.agreement.performance, *dispute.agreement.clauses]
            assert dispute.agreement.signed_on >= dispute.sessions[-1].held_at.date()
        assert [text for text in texts if "{" in text or "}" in text or clean_lines(text) != text] == []
        assert dispute.happened_on <= dispute.accepted_on <= dispute.sessions[0].held_at.date() <= PRACTICE_DAY
        assert len({party.name for party in dispute.parties}) == len(dispute.parties) >= 2


@pytest.mark.parametrize("seed", range(12))
def test_no_mediator_mediates_his_own_dispute(seed: int) -> None:
    for dispute in make_township(FEWEST_PEOPLE, seed).disputes:
        mediators = set("、".join(session.mediators for session in dispute.sessions).split("、"))
        assert mediators.isdisjoint(party.name for party in dispute.parties)


def test_a_child_is_represented_by_an_adult_of_its_household(township: Township) -> None:
    party = next(
        party
        for dispute in township.disputes
        for party in dispute.parties
        if party.representative_kind == "statutory" and party.kind == "person"
    )
    assert party.birth_on is not None
    assert age_on(party.birth_on, township.today) < 18
    assert party.representative_name


def test_patrols_speak_of_things_and_events_only(township: Township) -> None:
    names = {person.full_name for person in township.people}
    assert len(township.patrols) >= 10
    for patrol in township.patrols:
        assert patrol.started_at < patrol.ended_at
        assert patrol.officer or patrol.team_kind != "police"
        for finding in patrol.findings:
            assert patrol.started_at <= finding.found_at <= patrol.ended_at
            assert clean(finding.description) == finding.description
            assert not any(name in finding.description for name in names if len(name) > 2)


def test_newcomers_are_not_registered_yet(township: Township) -> None:
    registered = {person.key for person in township.people}
    assert registered.isdisjoint(person.key for person in township.newcomers)
    assert 50 <= len(township.newcomers) <= 65
    assert any("·" in person.full_name for person in township.newcomers)
    assert any(rare in person.full_name for person in township.newcomers for rare in RARE)
    assert {place.key for place in township.places} >= {person.group for person in township.newcomers}


def test_a_few_in_a_hundred_live_away_from_home_and_most_of_them_in_the_seat(township: Township) -> None:
    assert 0.02 < len(township.residences) / len(township.people) < 0.06
    seat = township.villages[0].key
    by_village = Counter(house.place for house in township.houses)
    assert by_village[seat] == max(by_village.values())
    assert len(by_village) > 5


def test_tenants_come_from_elsewhere_and_live_in_houses_of_the_village(township: Township) -> None:
    houses = {house.key: house for house in township.houses}
    tenants = {tenant.key for tenant in township.tenants}
    assert tenants
    for stay in township.residences:
        person = township.person(stay.person)
        assert township.name not in person.registered_address
        assert stay.arrived_on <= stay.registered_on <= township.today
        assert (stay.house is not None) == (stay.person in tenants) == (stay.dwelling_kind == "rental")
        if stay.house:
            assert houses[stay.house].place == stay.place == person.place
            assert houses[stay.house].let_since <= stay.arrived_on
    assert len({house.exact_address for house in township.houses}) == len(township.houses)


def test_permits_are_of_grown_people_and_some_are_to_be_endorsed_soon(township: Township) -> None:
    held = [stay for stay in township.residences if stay.permit_on]
    assert held
    for stay in held:
        assert stay.permit_on is not None
        assert (stay.permit_on - stay.arrived_on).days > 181
        assert age_on(township.person(stay.person).birth_on, township.today) >= 16
        assert stay.endorse_by is not None
        assert stay.endorse_by > stay.permit_on
    assert any(stay.cancelled_on for stay in township.residences)


@pytest.mark.parametrize("seed", range(6))
def test_hazards_stand_at_every_stage_and_speak_of_things_only(seed: int) -> None:
    small = make_township(FEWEST_PEOPLE, seed)
    with clock.day_set_to(small.today):
        stages = {progress_of(hazard) for hazard in filled_hazards(small)}
    assert stages == set(STAGES)
    names = [person.full_name for person in small.people if len(person.full_name) > 2]
    patrols = {patrol.key: patrol for patrol in small.patrols}
    for hazard in small.hazards:
        assert not any(name in hazard.description for name in names)
        assert "{" not in hazard.name + hazard.location + hazard.description
        if hazard.patrol:
            assert hazard.found_on == patrols[hazard.patrol].patrolled_on
        for _, drawing in hazard.files:
            assert resource_path(f"practice/{drawing}").exists()


def filled_hazards(township: Township) -> list[Hazard]:
    return [
        Hazard(
            name=one.name, kind=one.kind, found_on=one.found_on, due_on=one.due_on, rectified_on=one.rectified_on,
            handed_to=one.handed_to, handed_on=one.handed_on,
            rechecks=tuple(Recheck(checked_on=each.checked_on, result=each.result) for each in one.rechecks),
        )
        for one in township.hazards
    ]  # fmt: skip


def test_shapes_are_frozen(township: Township) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        township.people[0].full_name = "别人"  # type: ignore[misc]
