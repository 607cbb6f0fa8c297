"""From an empty folder to an open office, and back in with password or recovery key."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import StoreError, UserError
from app.models.registers import Account, Committee, Place
from app.services import setup
from app.services.setup import NewAccount, NewTownship
from tests.conftest import PASSWORD


@pytest.fixture
def plan() -> NewTownship:
    return NewTownship("青溪镇", NewAccount("王主任", PASSWORD), "青山县", others=(NewAccount("李干事", PASSWORD),))


def test_the_first_start_makes_places_committee_and_accounts(tmp_path: Path, plan: NewTownship) -> None:
    office, _ = setup.create_township(tmp_path, plan)
    committee = next(iter(office.reader.all("committee")))
    assert isinstance(committee, Committee)
    assert committee.name == "青溪镇人民调解委员会"
    places = [place for place in office.reader.all("place") if isinstance(place, Place)]
    assert {(place.name, place.kind) for place in places} == {("青山县", "county"), ("青溪镇", "township")}
    accounts = [one for one in office.reader.all("account") if isinstance(one, Account)]
    assert {(one.name, one.role) for one in accounts} == {("王主任", "administrator"), ("李干事", "clerk")}
    assert office.doctor().complaints == ()
    office.store.close()


def test_everybody_signs_in_with_their_own_password(tmp_path: Path, plan: NewTownship) -> None:
    setup.create_township(tmp_path, plan)[0].store.close()
    clerk = next(one for one in setup.known_accounts(tmp_path) if one.name == "李干事")
    with pytest.raises(UserError, match="密码不正确"):
        setup.sign_in(tmp_path, clerk.id, "wrong-pass-1")
    office = setup.sign_in(tmp_path, clerk.id, PASSWORD)
    assert (office.user.name, office.user.role) == ("李干事", "clerk")
    office.store.close()


def test_the_recovery_key_gives_a_new_password(tmp_path: Path, plan: NewTownship) -> None:
    office, key = setup.create_township(tmp_path, plan)
    office.store.close()
    who = setup.known_accounts(tmp_path)[0]
    setup.recover(tmp_path, key.lower().replace("-", " "), who.id, "fresh-pass-7").store.close()
    setup.sign_in(tmp_path, who.id, "fresh-pass-7").store.close()
    with pytest.raises(UserError):
        setup.sign_in(tmp_path, who.id, PASSWORD)


def test_a_closed_account_stays_out_and_the_file_stays_free(tmp_path: Path, plan: NewTownship) -> None:
    office, _ = setup.create_township(tmp_path, plan)
    clerk = next(one for one in office.reader.all("account") if isinstance(one, Account) and one.role == "clerk")
    office.save(clerk.model_copy(update={"is_active": False}))
    office.store.close()
    with pytest.raises(UserError, match="停用"):
        setup.sign_in(tmp_path, clerk.id, PASSWORD)
    setup.sign_in(tmp_path, setup.known_accounts(tmp_path)[0].id, PASSWORD).store.close()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (NewTownship(" ", NewAccount("王", PASSWORD)), "乡镇名称"),
        (NewTownship("青溪镇", NewAccount("", PASSWORD)), "姓名"),
        (NewTownship("青溪镇", NewAccount("王", "short")), "还差 3 个字符"),
        (NewTownship("青溪镇", NewAccount("王", PASSWORD), others=(NewAccount("王", PASSWORD),)), "相同"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_made(tmp_path: Path, change: NewTownship, said: str) -> None:
    with pytest.raises(UserError, match=said):
        setup.create_township(tmp_path / "new", change)
    assert not setup.is_set_up(tmp_path / "new")


def test_a_second_township_in_the_same_folder_is_refused(tmp_path: Path, plan: NewTownship) -> None:
    setup.create_township(tmp_path, plan)[0].store.close()
    with pytest.raises(StoreError, match="已经有一份数据"):
        setup.create_township(tmp_path, plan)
    setup.sign_in(tmp_path, setup.known_accounts(tmp_path)[0].id, PASSWORD).store.close()
