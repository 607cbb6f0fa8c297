"""Printing takes a second; what others do in that second is neither overwritten nor numbered twice."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.documents.agreement import render_agreement
from app.models.registers import REGISTRY, Agreement, Committee, Dispute, Party
from app.models.store import Store
from app.services import papers
from app.services.office import Office


@pytest.fixture
def disputes(office: Office) -> tuple[Dispute, Dispute]:
    committee = next(one for one in office.reader.all("committee") if isinstance(one, Committee))
    made = tuple(_dispute(name, committee.id) for name in ("甲事", "乙事"))
    for dispute in made:
        office.save(dispute)
    return made[0], made[1]


def _dispute(name: str, committee: str) -> Dispute:
    parties = (Party(name="张某", address="一组"), Party(name="李某", role="respondent", address="二组"))
    agreement = Agreement(
        facts="争水", clauses="各退一步", performance="当场", mediators="王某", signed_on=date(2026, 11, 20)
    )
    return Dispute(name=name, committee=committee, parties=parties, agreements=(agreement,))


def meanwhile(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Let something happen once, while the paper is being drawn."""
    real, left = render_agreement, [happens]

    def drawn(*given: Any, **more: Any) -> bytes:
        body = real(*given, **more)
        if left:
            left.pop()()
        return body

    monkeypatch.setattr("app.services.papers.render_agreement", drawn)


def test_a_change_that_comes_while_a_paper_is_drawn_stays(
    office: Office, disputes: tuple[Dispute, Dispute], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = disputes[0].id
    change = {"people_count": 77}
    meanwhile(
        monkeypatch, lambda: office.store.write("sync", lambda unit: unit.set_fields("dispute", one, dict(change)))
    )
    papers.print_agreement(office, one)
    stored = office.reader.get("dispute", one)
    assert isinstance(stored, Dispute)
    assert (stored.people_count, len(stored.papers)) == (77, 1)


def test_two_papers_drawn_at_once_get_two_numbers(
    office: Office, disputes: tuple[Dispute, Dispute], monkeypatch: pytest.MonkeyPatch
) -> None:
    others: list[str] = []
    meanwhile(monkeypatch, lambda: others.append(papers.print_agreement(office, disputes[1].id).number))
    assert papers.print_agreement(office, disputes[0].id).number != others[0]


def test_the_same_paper_printed_twice_at_once_is_an_original_and_a_reprint(
    office: Office, disputes: tuple[Dispute, Dispute], monkeypatch: pytest.MonkeyPatch
) -> None:
    others: list[int] = []
    meanwhile(monkeypatch, lambda: others.append(papers.print_agreement(office, disputes[0].id).reprint))
    assert {papers.print_agreement(office, disputes[0].id).reprint, *others} == {0, 1}
    stored = office.reader.get("dispute", disputes[0].id)
    assert isinstance(stored, Dispute)
    assert len(stored.papers) == 2


KILLED = """
import sys
from pathlib import Path
from app.models.policy import User
from app.models.registers import REGISTRY
from app.models.store import Store
from app.services import papers
from app.services.office import Office
store = Store(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]), registry=REGISTRY)
office = Office(store, User("a" * 32, "甲", "administrator"))
papers.warm()
while True:
    print(papers.print_agreement(office, sys.argv[3]).sha256, flush=True)
"""


@pytest.mark.parametrize("after", [1, 4])
def test_a_kill_while_printing_leaves_no_printing_without_its_paper(
    office: Office, disputes: tuple[Dispute, Dispute], after: int
) -> None:
    folder, key, user = office.store.folder, office.store.key, office.user
    office.store.close()
    words = [sys.executable, "-c", KILLED, str(folder), key.hex(), disputes[0].id]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=Path.cwd()) as process:
        assert process.stdout is not None
        confirmed = {process.stdout.readline().strip() for _ in range(after)}
        process.kill()
    with Store(folder, key, registry=REGISTRY) as again:
        opened = Office(again, user)
        stored = opened.reader.get("dispute", disputes[0].id)
        assert isinstance(stored, Dispute)
        assert confirmed <= {paper.sha256 for paper in stored.papers}
        for paper in stored.papers:
            body = papers.kept_paper(opened, paper.sha256)
            assert body is not None
            assert body.startswith(b"%PDF")
        assert len({paper.number for paper in stored.papers}) == 1
        assert opened.doctor().is_sound
