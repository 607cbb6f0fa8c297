"""Nobody reaches by a side door what their role may not read: the police account and mediation."""

from __future__ import annotations

from datetime import date

import pytest

from app.errors import NotAllowedError
from app.models import drafts, settings
from app.models.drafts import Draft
from app.models.kinds import Holder
from app.models.policy import User
from app.models.reading import Query
from app.models.register import new_id
from app.models.registers import Dispute, LocalCode, Party, Platform
from app.services import handing, papers, parameters, workbench
from app.services.attachments import Attachments
from app.services.comparing import PlatformComparing
from app.services.exchange import ExportService
from app.services.handing import Answer, Given
from app.services.handover_slip import slip_pdf
from app.services.listing import list_pdf
from app.services.office import Office
from app.services.platforms import Platforms
from app.services.syncing import Syncing

SECRET = "张家与李家宅基地纠纷"


@pytest.fixture
def dispute(office: Office) -> Dispute:
    parties = (Party(name="张某"), Party(name="李某", role="respondent"))
    made = Dispute(name=SECRET, story="不可外传的经过", parties=parties)
    office.save(made)
    return made


@pytest.fixture
def police(office: Office) -> Office:
    return Office(office.store, User("f" * 32, "赵警官", "police"))


def test_history_of_a_dispute_is_closed_to_the_police(police: Office, dispute: Dispute) -> None:
    with pytest.raises(NotAllowedError):
        police.history(dispute.id)


def test_an_act_on_a_dispute_is_not_undone_by_the_police(office: Office, police: Office, dispute: Dispute) -> None:
    act = office.history(dispute.id)[0].act_id
    with pytest.raises(NotAllowedError):
        police.undo(act, reason="试试")
    assert office.reader.get("dispute", dispute.id) is not None


def test_an_account_is_not_undone_by_a_clerk(office: Office) -> None:
    clerk = Office(office.store, User("e" * 32, "李干事", "clerk"))
    act = office.history(office.user.id)[0].act_id
    with pytest.raises(NotAllowedError):
        clerk.undo(act, reason="试试")
    assert office.reader.get("account", office.user.id) is not None


def test_what_the_county_refused_of_a_dispute_is_no_draft_of_the_police(police: Office, dispute: Dispute) -> None:
    refused = Draft(new_id(), "dispute_party", new_id(), 0, {"name": "张某"}, "e" * 32, "2026-11-23", "没有权限")
    police.store.submit(lambda conn: drafts.keep(conn, refused)).result()
    assert police.drafts() == []
    assert workbench.workload(police).drafts == 0


def test_a_conflict_of_a_dispute_is_not_listed_for_the_police(police: Office, dispute: Dispute) -> None:
    detail = (
        '{"field":"name","current":"甲","current_version":1,"candidates":[{"op_id":"1","device":"d","user":"u",'
        '"at":"2026-11-23T00:00:00Z","version":2,"value":"乙","base":null}]}'
    )
    row = ("c" * 32, "dispute", dispute.id, dispute.id, "name", detail, "2026-11-23")
    police.store.submit(
        lambda conn: conn.execute("INSERT INTO conflict VALUES (?, ?, ?, ?, ?, ?, ?)", row) and None
    ).result()
    assert police.conflicts() == []


def test_what_waits_names_no_dispute_to_the_police(office: Office, police: Office, dispute: Dispute) -> None:
    told = " ".join(item.what for item in Syncing(police, lambda _: None).items())
    assert "纠纷" in told
    assert SECRET not in told
    assert SECRET in " ".join(item.what for item in Syncing(office, lambda _: None).items())


def test_lists_exports_papers_and_numbers_of_disputes_are_closed(police: Office, dispute: Dispute) -> None:
    for attempt in (
        lambda: list_pdf(police, Query("dispute")),
        lambda: ExportService(police).export_xlsx("dispute"),
        lambda: ExportService(police).export_xlsx("dispute", is_masked=True),
        lambda: papers.print_agreement(police, dispute.id),
        lambda: papers.kept_paper(police, "0" * 64),
        lambda: police.reveal("dispute", dispute.id, "story"),
        lambda: police.reveal("dispute_party", dispute.parties[0].id, "id_number"),
        lambda: police.restore("dispute", dispute.id, reason="试试"),
        lambda: police.delete("dispute", dispute.id, reason="试试"),
    ):
        with pytest.raises(NotAllowedError):
            attempt()


@pytest.mark.parametrize("role", ["police", "auditor"])
def test_matters_files_and_platforms_of_disputes_are_closed(office: Office, dispute: Dispute, role: str) -> None:
    them = Office(office.store, User("f" * 32, "赵某", role))
    files, platform = Attachments(them), Platform(name="县平台", registers=("dispute",))
    office.save(platform)
    handing.hand_over(office, "dispute", dispute.id, Given(to=Holder.department("法院")))
    line = Attachments(office).attach("dispute", dispute.id, files.prepare("笔录.txt", b"record"))
    for attempt in (
        lambda: handing.accept(them, "dispute", dispute.id, Answer(by="某", way="phone")),
        lambda: handing.give_back(them, "dispute", dispute.id, reason="试试"),
        lambda: handing.withdraw(them, "dispute", dispute.id, reason="试试"),
        lambda: handing.take(them, "dispute", dispute.id),
        lambda: handing.remind(them, "dispute", dispute.id),
        lambda: slip_pdf(them, "dispute", dispute.id),
        lambda: files.attach("dispute", dispute.id, files.prepare("笔录.txt", b"other")),
        lambda: Platforms(them).enter("dispute", dispute.id, platform, number="1", on=date(2026, 11, 1)),
        lambda: PlatformComparing(them, platform, "dispute").fill(()),
        lambda: them.save(platform.model_copy(update={"name": "改了"})) if role == "auditor" else files.open(line),
        lambda: them.save(LocalCode(label="灌溉", standard="dispute_category/neighbour")),
        lambda: parameters.change(them, settings.ATTACHMENT_LIMIT, "1"),
    ):
        with pytest.raises(NotAllowedError):
            attempt()
    found = office.reader.get("dispute", dispute.id)
    assert isinstance(found, Dispute)
    assert (len(found.files), found.handovers[0].state) == (1, "waiting")


def test_recent_work_of_a_changed_role_names_nothing_it_may_not_read(office: Office, dispute: Dispute) -> None:
    moved = Office(office.store, User(office.user.id, "王主任", "police"))
    assert not [one for one in workbench.workload(moved).recent if one.register == "dispute"]
