"""Bringing a draft back into a form: what was typed and not saved, or a change the county refused.

Works on the form it is given; what changed in the record since is merged or asked about by its merging.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from app.models import clock
from app.models.drafts import Draft
from app.models.register import Definition
from app.ui.registers.form_drafts import Kept, kept_in, refused_values
from app.ui.registers.form_saving import author_of
from app.ui.registers.state import State, empty_state, rebase
from app.ui.spoken import moment
from app.ui.widgets import Banner, button

if TYPE_CHECKING:
    from app.ui.registers.record_form import RecordForm


def offer(form: RecordForm) -> None:
    """Ask whether to go on with what was not saved of this record, if there is something."""
    mine = (one for one in form.office.drafts() if one.record_id == form.record_id and not one.note)
    draft = next(mine, None)
    if draft is None:
        return
    banner = Banner(
        f"这条记录有 {_when(draft)} 没保存的内容",
        "不接着填的话可以丢弃",
        action=("接着上次没保存的内容", lambda: restore(form, draft)),
        closable=False,
    )
    _add_drop(form, banner, draft)
    form.banners.show_banner(banner, key="draft")


def restore(form: RecordForm, draft: Draft) -> None:
    """Put back what stood in the editors."""
    form.banners.take_down("draft")
    form.drafts.draft_id = draft.id
    kept = kept_in(draft)
    if kept is None:
        _restore_refused(form, draft)
        return
    form.findings.reasons |= kept.reasons
    _put_back(form, kept)
    if not form.is_dirty:
        form.drafts.drop()
        return
    banner = Banner(f"这是 {_when(draft)} 没保存的内容", "核对后请保存")
    _add_drop(form, banner, draft)
    form.banners.show_banner(banner, key="draft")


def _put_back(form: RecordForm, kept: Kept) -> None:
    mine = _fitting(form.definition, kept.mine)
    if form.record is None or form.base is None:
        form.begin_as(mine)
        return
    base = kept.base or form.base
    rebased = rebase(_fitting(form.definition, base), mine, form.base)
    if base == form.base:
        form.rest_on(form.record, rebased.state)
    else:
        form.merging.take(form.record, rebased, author_of(form.office, form.record_id))


def _restore_refused(form: RecordForm, draft: Draft) -> None:
    if draft.register == form.definition.name:
        form.panel.put(refused_values(form.definition, draft.content))
    sentence = f"县里退回了这处改动：{draft.note}"
    form.banners.show_banner(Banner(sentence, "改好后保存，即重新上报", weight="warn"), key="draft")


def _add_drop(form: RecordForm, banner: Banner, draft: Draft) -> None:
    def drop() -> None:
        form.banners.take_down("draft")
        form.office.drop_draft(draft.id)
        if form.drafts.draft_id == draft.id:
            form.drafts.drop()
            form.begin(form.record)

    layout = banner.layout()
    assert layout is not None  # noqa: S101 - a banner has its line
    layout.addWidget(button("丢弃", "small", on_click=drop))


def _fitting(definition: Definition, state: State) -> State:
    """A state with exactly the fields of this program's declaration (a draft may come from an older one)."""
    whole = empty_state(definition)
    values = {name: state.values.get(name, default) for name, default in whole.values.items()}
    return State(state.id, values, {name: state.lines.get(name, []) for name in whole.lines})


def _when(draft: Draft) -> str:
    return moment(datetime.fromisoformat(draft.saved_at), clock.now()) if draft.saved_at else "上次"
