"""Pages counted in the bytes are the pages another reader counts."""

from __future__ import annotations

import pytest

from app.documents.agreement import AgreementPaper, render_agreement
from app.documents.counting import page_count
from app.documents.fonts import bundled_fonts
from tests.documents import reading
from tests.documents.samples import LONG, PLAIN, with_parties


@pytest.mark.parametrize("paper", [PLAIN, LONG, with_parties(22)])
def test_the_pages_of_a_paper_are_counted(paper: AgreementPaper) -> None:
    pdf = render_agreement(paper, fonts=bundled_fonts())
    assert page_count(pdf) == reading.page_count(pdf) > 1
