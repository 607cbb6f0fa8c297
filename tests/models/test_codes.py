"""Code lists: what ships is consistent, and reading a code never fails."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.codes import CodeList, code_list, code_list_names

EXPECTED = {
    "account_role", "agreement_form", "case_source", "change_type", "committee_kind", "difficulty", "dispute_category",
    "dispute_category_platform", "dispute_result", "dispute_stage", "document_kind", "dwelling_kind", "education",
    "education_simple", "ethnicity", "finding_disposal", "finding_kind", "household_kind", "marriage",
    "organisation_kind", "party_kind", "party_role", "patrol_shift", "patrol_team_kind", "patrol_way",
    "performance_state", "place_kind", "politics", "province", "relation_one_digit", "relation_to_head",
    "representative_kind", "residence_kind", "sex", "stay_reason", "termination_reason", "weather",
}  # fmt: skip


def test_every_list_the_registers_name_is_shipped() -> None:
    assert set(code_list_names()) >= EXPECTED


@pytest.fixture(params=code_list_names())
def shipped(request: pytest.FixtureRequest) -> CodeList:
    return code_list(request.param)


def test_a_list_names_its_source_and_version(shipped: CodeList) -> None:
    assert shipped.title
    assert shipped.source
    assert shipped.version
    assert len(shipped) > 1


def test_codes_and_labels_of_a_list_are_unique(shipped: CodeList) -> None:
    assert len({item.code for item in shipped}) == len(shipped)
    labels = [item.label for item in shipped]
    assert len(set(labels)) == len(labels)


def test_no_two_items_answer_to_the_same_word(shipped: CodeList) -> None:
    owners: dict[str, set[str]] = {}
    for item in shipped:
        for word in item.words():
            owners.setdefault(word, set()).add(item.code)
    assert {word: codes for word, codes in owners.items() if len(codes) > 1} == {}


def test_every_word_of_an_item_is_found(shipped: CodeList) -> None:
    for item in shipped:
        for word in item.words():
            assert shipped.find(f" {word} ") == item.code


def test_parents_and_mappings_lead_to_codes_that_exist(shipped: CodeList) -> None:
    for item in shipped:
        assert item.parent is None or item.parent in shipped
        for name, code in item.maps_to.items():
            assert code in code_list(name)


@given(st.text())
def test_any_text_at_all_can_be_looked_up(text: str) -> None:
    sexes = code_list("sex")
    assert sexes.label(text) or text == ""
    sexes.find(text)


def test_an_unknown_code_is_shown_as_it_is_stored() -> None:
    assert code_list("sex").label("7") == "7"
    assert code_list("sex").short_label("7") == "7"
    assert code_list("sex").ancestors("7") == ()
    assert code_list("sex").root("7") == "7"


def test_a_name_without_a_file_says_which_lists_there_are() -> None:
    with pytest.raises(LookupError, match="ethnicity"):
        code_list("no_such_list")


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("sex", "男", "1"),
        ("sex", "１", "1"),
        ("sex", "1.0", "1"),
        ("ethnicity", "汉", "01"),
        ("ethnicity", "汉 族", "01"),
        ("ethnicity", "1", "01"),
        ("ethnicity", "土家", "15"),
        ("ethnicity", "土", "30"),
        ("ethnicity", "穿青人", "97"),
        ("relation_to_head", "妻子", "12"),
        ("relation_to_head", "户主", "02"),
        ("document_kind", "身份证", "111"),
        ("committee_kind", "村(居)", "village"),
        ("case_source", "派出所", "referral_police"),
        ("residence_kind", "人户分离", "02"),
    ],
)
def test_clerks_words_and_spreadsheet_spellings_are_understood(name: str, text: str, code: str) -> None:
    assert code_list(name).find(text) == code


@pytest.mark.parametrize("text", ["", "   ", "火星族", "汉满"])
def test_what_no_item_is_called_is_not_guessed(text: str) -> None:
    assert code_list("ethnicity").find(text) is None


def test_the_56_peoples_have_the_codes_of_the_standard() -> None:
    peoples = code_list("ethnicity")
    assert [item.code for item in peoples][:56] == [f"{number:02d}" for number in range(1, 57)]
    assert (peoples.label("05"), peoples.label("32"), peoples.label("56")) == ("维吾尔族", "仫佬族", "基诺族")


def test_a_relation_has_its_one_digit_code() -> None:
    relations = code_list("relation_to_head")
    assert relations.mapped("22", "relation_one_digit") == "2"
    assert relations.mapped("93", "relation_one_digit") == "8"
    assert relations.root("22") == "20"


def test_a_newer_dispute_category_counts_under_one_of_the_fifteen() -> None:
    categories = code_list("dispute_category")
    assert len(categories.children()) == 15
    assert categories.root("wage_arrears") == "labour"
    assert categories.mapped("wage_arrears", "dispute_category_platform") == "0701"


def test_the_platform_classification_has_seventeen_classes() -> None:
    platform = code_list("dispute_category_platform")
    assert len(platform.children()) == 17
    assert [platform.label(code) for code in platform.ancestors("0402")] == ["物权相关"]


def test_what_was_not_checked_against_its_source_says_so() -> None:
    assert not code_list("ethnicity").verified
    assert all(not item.verified for item in code_list("document_kind"))
    loan = code_list("dispute_category").item("loan")
    assert loan is not None
    assert not loan.verified
    assert code_list("sex").verified


def test_fields_that_are_off_by_default_have_lists_marked_off() -> None:
    assert {name for name in code_list_names() if code_list(name).off} == {
        "marriage", "education", "education_simple", "politics",
    }  # fmt: skip


FORBIDDEN = (
    "重点人员",
    "可疑",
    "嫌疑",
    "前科",
    "吸毒",
    "精神",
    "上访人",
    "信教",
    "宗教信仰",
    "血型",
    "婚育",
    "处罚",
    "扣押",
    "盘查",
)


def test_no_list_of_things_found_or_done_labels_a_person() -> None:
    for name in ("finding_kind", "finding_disposal", "patrol_team_kind", "stay_reason", "change_type", "difficulty"):
        words = "".join(word for item in code_list(name) for word in item.words())
        assert [word for word in FORBIDDEN if word in words] == []


OVERLAY = {
    "items": [
        {"code": "local_water", "label": "灌溉用水", "standard": "neighbour"},
        {"code": "family", "label": "家务事"},
    ],
    "retired": ["tourism"],
    "first": ["forest_land"],
}


def test_an_overlay_adds_local_codes_that_report_as_a_standard_one() -> None:
    local = code_list("dispute_category", overlay=OVERLAY)
    assert local.find("灌溉用水") == "local_water"
    assert local.standard("local_water") == "neighbour"
    assert local.root("local_water") == "neighbour"
    assert local.mapped("local_water", "dispute_category_platform") == "02"


def test_an_overlay_cannot_change_what_a_shipped_code_means() -> None:
    assert code_list("dispute_category", overlay=OVERLAY).label("family") == "婚姻家庭"


def test_a_retired_code_is_still_read_but_no_longer_offered() -> None:
    local = code_list("dispute_category", overlay=OVERLAY)
    assert local.label("tourism") == "旅游"
    assert "tourism" not in {item.code for item in local.offered}
    assert local.items[0].code == "forest_land"
    assert "tourism" in {item.code for item in code_list("dispute_category").offered}


def test_a_local_alias_cannot_take_a_shipped_label_away() -> None:
    added = {"code": "local", "label": "家务", "aliases": ["婚姻家庭"]}
    assert code_list("dispute_category", overlay={"items": [added], "first": ["local"]}).find("婚姻家庭") == "family"


def test_a_local_code_under_a_shipped_one_maps_as_that_one_does() -> None:
    added = {"code": "local", "label": "分家析产", "parent": "family"}
    local = code_list("dispute_category", overlay={"items": [added]})
    assert local.mapped("local", "dispute_category_platform") == "01"
    assert local.root("local") == "family"
