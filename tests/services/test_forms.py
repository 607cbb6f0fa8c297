"""Packs of the office's own papers: installed, replaced, filled from records of every register, on more than one PC."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from docx import Document

from app.documents.forms import AGREEMENT, BUILT_IN
from app.errors import NotAllowedError, StoreError, UserError
from app.models import kept
from app.models.policy import User
from app.models.registers import REGISTRY, Agreement, Committee, Dispute, FormPack, Party, Session
from app.models.store import Store
from app.models.unit import UnitOfWork
from app.services import form_fields, papers
from app.services.forms import MANIFEST, TEMPLATE, Forms, Manifest, State, bare_manifest
from app.services.office import Office
from tests.documents.test_word import changed, docx, texts
from tests.samples import Samples

FORM_REGISTERS = ["dispute", "hazard", "patrol", "residence", "house", "person", "household", "organisation"]


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store, User("a" * 32, "王主任", "administrator"))


@pytest.fixture
def forms(office: Office) -> Forms:
    return Forms(office)


def pack_file(*paragraphs: str, **said: str) -> bytes:
    """A pack as a county would send it, made by zip alone."""
    manifest = {
        "id": "qingshan.report", "name": "纠纷情况报告", "version": "1.0", "register": "dispute",
        "issuer": "青山县司法局", "kind": "报告", "note": "每月报送", **said,
    }  # fmt: skip
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False))
        file.writestr(TEMPLATE, docx(*paragraphs))
    return made.getvalue()


def installed(forms: Forms, *paragraphs: str, **said: str) -> FormPack:
    return forms.install(forms.opened("pack.zip", pack_file(*paragraphs, **said))).pack


def a_dispute(office: Office) -> Dispute:
    committee = Committee(name="青溪镇人民调解委员会")
    office.save(committee)
    dispute = Dispute(
        name="张三与李四宅基地纠纷",
        committee=committee.id,
        accepted_on=date(2026, 11, 2),
        story="院墙越界",
        parties=(
            Party(name="张三", sex="1", birth_on=date(1980, 5, 1), address="东村1号", id_number="11010119800501001X"),
            Party(name="李四", role="respondent", sex="2", address="东村2号", position=1000),
        ),
        sessions=(Session(held_at=datetime(2026, 11, 5, 1, 30, tzinfo=UTC), location="村委会"),),
        agreements=(
            Agreement(
                facts="院墙越界", clauses="退回二十厘米\n不再争执", performance="十日内", amount=Decimal("12000.50"),
                mediators="王芳", signed_on=date(2026, 11, 6),
            ),
        ),
    )  # fmt: skip
    reasons = {one.sentence: "测试" for one in office.check(dispute)}
    office.save(dispute, reasons=reasons)
    stored = office.reader.get("dispute", dispute.id)
    assert isinstance(stored, Dispute)
    return stored


def exports(office: Office) -> list[dict[str, object]]:
    rows = office.store.conn.execute("SELECT payload FROM journal WHERE kind = 'access' ORDER BY dev_seq").fetchall()
    found = [json.loads(row[0]) for row in rows]
    return [one for one in (each.get("more", each) for each in found) if one.get("what") == "export"]


# -- the table of fields ---------------------------------------------------------------------------------------------


def test_the_registers_with_forms_are_these(forms: Forms) -> None:
    assert forms.registers() == FORM_REGISTERS


@pytest.mark.parametrize("register", FORM_REGISTERS)
def test_every_field_of_the_table_can_be_filled(forms: Forms, office: Office, register: str) -> None:
    samples = Samples(REGISTRY)
    record = samples.record(register)
    for one in samples.made:
        office.store.write("tester", partial(UnitOfWork.save, record=one))
    table = form_fields.table(REGISTRY, register)
    vocabulary = table.vocabulary
    names = vocabulary.known()
    assert len(names) == len(set(names)), "one name means one thing"
    assert all(one.isidentifier() for one in names)
    lines = [f"{{{{ {one} }}}}" for one in sorted(vocabulary.texts)]
    for name, fields in sorted({**vocabulary.objects, **vocabulary.lists}.items()):
        opening, tag = (f"{{% for 行 in {name} %}}", "行") if name in vocabulary.lists else ("", name)
        inner = "".join(f"〔{{{{ {tag}.{one} }}}}〕" for one in sorted(fields)) or f"{{{{ {tag} }}}}"
        lines.append(opening + inner + ("{% endfor %}" if opening else ""))
    pack = installed(forms, *lines, register=register)
    filled = texts(forms.fill(pack, record.id).body)
    values = form_fields.values(office, record, draft="草稿")
    assert set(values) >= set(names)
    shown = dict(zip(sorted(vocabulary.texts), filled, strict=False))
    for name in vocabulary.texts:
        assert shown[name].replace("\n", "") == values[name].replace("\n", ""), name


@pytest.mark.parametrize("register", FORM_REGISTERS)
def test_every_declared_field_of_a_register_stands_in_its_table_under_its_label(register: str) -> None:
    table = form_fields.table(REGISTRY, register)
    definition = REGISTRY.get(register)
    names = {one.name for one in table.texts}
    wanted = [spec for spec in definition.fields if spec.kind.name not in ("file", "frozen")]
    assert {form_fields.word_of(spec.label) for spec in wanted} <= names
    for fields in table.lines.values():
        assert len({one.name for one in fields}) == len(fields)


@pytest.mark.parametrize("register", FORM_REGISTERS)
def test_the_sample_template_installs_and_fills_and_the_field_table_lists_every_name(
    forms: Forms, office: Office, register: str
) -> None:
    samples = Samples(REGISTRY)
    record = samples.record(register)
    for one in samples.made:
        office.store.write("tester", partial(UnitOfWork.save, record=one))
    said = bare_manifest(name="登记表", version="1.0", register=register)
    pack = forms.install(forms.opened("登记表.docx", forms.sample(register)), said).pack
    document = Document(io.BytesIO(forms.fill(pack, record.id).body))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert not any("{" in one for one in cells)
    values = form_fields.values(office, record, draft="草稿")
    first = form_fields.word_of(record.definition.field(record.definition.layout[0].fields[0]).label)
    assert values[first] in cells
    field_table = Document(io.BytesIO(forms.field_table(register)))
    tags = {cell.text for table in field_table.tables for cell in table.columns[0].cells}
    table = form_fields.table(REGISTRY, register)
    assert {f"{{{{ {one.name} }}}}" for one in table.texts} <= tags
    assert {f"{{{{ 行.{one.name} }}}}" for fields in table.lines.values() for one in fields} <= tags


# -- a dispute's paper -----------------------------------------------------------------------------------------------


def test_a_dispute_is_filled_as_its_agreement_would_say_it(forms: Forms, office: Office) -> None:
    dispute = a_dispute(office)
    pack = installed(
        forms,
        "{{ 纠纷名称 }}（{{ 事项码 }}）{{ 草稿 }}",
        "{{ 调委会 }}受理于{{ 受理日期 }}",
        "{% for 人 in 当事人 %}{{ 人.称谓 }}{{ 人.姓名或名称 }}{{ 人.性别 }}{{ 人.年龄 }}；{% endfor %}",
        "{%p for 条 in 协议内容各条 %}",
        "{{ loop.index }}.{{ 条 }}",
        "{%p endfor %}",
        "{{ 协议金额 }}（{{ 协议金额大写 }}），{{ 履行方式时限 }}，一式{{ 份数 }}份，{{ 协议编号 }}",
        "{{ 当事人1.证件号码 }}{{ 当事人4.姓名或名称 }}{{ 最后调解记录.地点 }}",
    )
    assert texts(forms.fill(pack, dispute.id).body) == [
        f"张三与李四宅基地纠纷（{dispute.matter_code}）草稿",
        "青溪镇人民调解委员会受理于2026年11月2日",
        "甲方张三男46岁；乙方李四女；",
        "1.退回二十厘米",
        "2.不再争执",
        "12,000.50（壹万贰仟元伍角整），十日内，一式3份，",
        "11010119800501001X村委会",
    ]


def test_what_was_frozen_when_the_agreement_was_printed_stays_on_later_papers(forms: Forms, office: Office) -> None:
    dispute = a_dispute(office)
    papers.print_agreement(office, dispute.id)
    printed = office.reader.get("dispute", dispute.id)
    assert isinstance(printed, Dispute)
    moved = printed.parties[0].model_copy(update={"address": "省城新居"})
    office.save(
        printed.model_copy(update={"parties": (moved, printed.parties[1])}),
        reasons={one.sentence: "测试" for one in office.check(printed)},
    )
    pack = installed(forms, "{{ 当事人1.单位或住址 }}，编号{{ 协议编号 }}")
    number = printed.agreements[0].number or ""
    assert texts(forms.fill(pack, dispute.id).body) == [f"东村1号，编号{number}"]


def test_a_draft_is_journalled_as_export_and_changes_nothing(forms: Forms, office: Office) -> None:
    dispute = a_dispute(office)
    pack = installed(forms, "{{ 纠纷名称 }}，{{ 当事人1.证件号码 }}")
    filled = forms.fill(pack, dispute.id)
    assert office.reader.get("dispute", dispute.id) == dispute
    assert filled.sha256 == hashlib.sha256(filled.body).hexdigest()
    assert filled.file_name == f"纠纷情况报告-{dispute.matter_code}-草稿.docx"
    (said,) = exports(office)
    assert said["form"] == "qingshan.report"
    assert said["form_version"] == "1.0"
    assert said["sha256"] == filled.sha256
    assert said["fields"] == ["当事人1.证件号码"]
    assert "11010119800501001X" not in json.dumps(said)


def test_a_kept_paper_stands_among_the_printed_ones_with_form_version_and_bytes(forms: Forms, office: Office) -> None:
    dispute = a_dispute(office)
    pack = installed(forms, "{{ 纠纷名称 }}{{ 草稿 }}")
    filled = forms.fill(pack, dispute.id, keep=True)
    after = office.reader.get("dispute", dispute.id)
    assert isinstance(after, Dispute)
    (line,) = after.papers
    assert (line.kind, line.form_id, line.form_version) == ("纠纷情况报告（Word）", "qingshan.report", "1.0")
    assert line.sha256 == filled.sha256
    assert papers.kept_paper(office, filled.sha256) == filled.body
    assert texts(filled.body) == ["张三与李四宅基地纠纷"]
    assert after.stage == dispute.stage, "a Word copy concludes nothing"
    assert after.agreements[0].number is None


def test_the_printed_agreement_says_which_form_it_is(office: Office) -> None:
    dispute = a_dispute(office)
    papers.print_agreement(office, dispute.id)
    printed = office.reader.get("dispute", dispute.id)
    assert isinstance(printed, Dispute)
    assert (printed.papers[0].form_id, printed.papers[0].form_version) == (AGREEMENT.id, AGREEMENT.version)
    assert len({one.id for one in BUILT_IN}) == 4
    assert kept.read(office.store.conn, printed.papers[0].sha256) is None


def test_papers_of_other_registers_are_not_kept(forms: Forms, office: Office) -> None:
    samples = Samples(REGISTRY)
    record = samples.record("hazard")
    for one in samples.made:
        office.store.write("tester", partial(UnitOfWork.save, record=one))
    pack = installed(forms, "{{ 隐患名称 }}" if "隐患名称" in _names("hazard") else "{{ 今天 }}", register="hazard")
    with pytest.raises(UserError, match="只有纠纷"):
        forms.fill(pack, record.id, keep=True)


def _names(register: str) -> set[str]:
    return {one.name for one in form_fields.table(REGISTRY, register).texts}


# -- packs -----------------------------------------------------------------------------------------------------------


def test_a_newer_version_replaces_and_the_older_stays_listed(forms: Forms) -> None:
    first = forms.install(forms.opened("a.zip", pack_file("一 {{ 今天 }}")))
    assert (first.replaces, first.tags, first.pack.issuer) == ("", 1, "青山县司法局")
    second = forms.install(forms.opened("a.zip", pack_file("二 {{ 今天 }}", version="1.10")))
    assert second.replaces == "1.0"
    third = forms.install(forms.opened("a.zip", pack_file("三 {{ 今天 }}", version="1.9")))
    assert third.replaces == ""
    assert [(one.pack.edition, one.state) for one in forms.listed()] == [
        ("1.10", State.IN_USE), ("1.9", State.REPLACED), ("1.0", State.REPLACED),
    ]  # fmt: skip
    assert [one.edition for one in forms.offered("dispute")] == ["1.10"]
    forms.switch(forms.called("qingshan.report"), is_active=False)
    assert [one.edition for one in forms.offered("dispute")] == ["1.9"], "the one before is offered again"
    assert [one.state for one in forms.listed()] == [State.OFF, State.IN_USE, State.REPLACED]
    assert forms.offered("hazard") == []


def test_the_same_version_is_not_installed_twice_nor_with_other_content(forms: Forms) -> None:
    body = pack_file("{{ 今天 }}")
    forms.install(forms.opened("a.zip", body))
    with pytest.raises(UserError, match="内容一样"):
        forms.install(forms.opened("a.zip", body))
    with pytest.raises(UserError, match="内容不一样"):
        forms.install(forms.opened("a.zip", pack_file("{{ 填写人 }}")))
    assert len(forms.listed()) == 1


def test_a_pack_can_be_handed_on_as_it_came(forms: Forms, office: Office) -> None:
    pack = installed(forms, "{{ 今天 }}")
    again = forms.opened("again.zip", forms.pack_zip(pack))
    assert again.manifest == Manifest(
        id="qingshan.report", name="纠纷情况报告", version="1.0", register="dispute", issuer="青山县司法局",
        kind="报告", note="每月报送",
    )  # fmt: skip
    assert hashlib.sha256(again.body).hexdigest() == pack.sha256


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"id": "../../x"}, "模板标识"),
        ({"id": "中文"}, "模板标识"),
        ({"version": "第一版"}, "版本"),
        ({"version": "1.0; DROP"}, "版本"),
        ({"name": ""}, "文书名称"),
        ({"name": "长" * 61}, "文书名称"),
        ({"register": "account"}, "不认识模板写的登记"),
        ({"register": "x" * 99}, "不认识模板写的登记"),
    ],
)
def test_a_manifest_that_is_wrong_is_said_so(forms: Forms, said: dict[str, str], words: str) -> None:
    with pytest.raises(UserError, match=words):
        forms.install(forms.opened("a.zip", pack_file("{{ 今天 }}", **said)))
    assert forms.listed() == []


def test_a_pack_that_is_none_is_said_so(forms: Forms, tmp_path: Path) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr(MANIFEST, "{" * 100_000)
        file.writestr(TEMPLATE, docx("x"))
    with pytest.raises(UserError, match="看不懂"):
        forms.opened("a.zip", made.getvalue())
    with pytest.raises(UserError, match="不该有的路径"):
        forms.opened("a.zip", changed(pack_file("x"), lambda parts: parts.update({"../../x": b""})))
    with pytest.raises(UserError, match="说明自己"):
        forms.install(forms.opened("表.docx", docx("{{ 今天 }}")))
    with pytest.raises(StoreError, match="读不出来"):
        forms.open(tmp_path / "没有.docx")
    with pytest.raises(UserError, match="没有叫"):
        forms.called("没有")


def test_a_template_with_an_unknown_field_is_not_installed_and_every_place_is_named(forms: Forms) -> None:
    with pytest.raises(UserError) as caught:
        installed(forms, "{{ 纠纷名 }}", "好", "{{ 受理日 }}")
    assert len(caught.value.findings) == 2
    assert "是不是：纠纷名称" in str(caught.value.findings[0])
    assert forms.listed() == []


def test_only_the_administrator_installs_and_only_who_may_export_fills(forms: Forms, office: Office) -> None:
    pack, dispute = installed(forms, "{{ 今天 }}"), a_dispute(office)
    clerk = Forms(Office(office.store, User("b" * 32, "李干事", "clerk")))
    with pytest.raises(NotAllowedError):
        clerk.opened("a.zip", pack_file("{{ 今天 }}", version="2.0"))
    with pytest.raises(NotAllowedError):
        clerk.switch(pack, is_active=False)
    assert clerk.fill(pack, dispute.id).body
    auditor = Forms(Office(office.store, User("c" * 32, "审计员", "auditor")))
    assert [one.pack.id for one in auditor.listed()] == [pack.id]
    with pytest.raises(NotAllowedError):
        auditor.fill(pack, dispute.id)


def test_a_template_that_has_not_come_yet_or_is_damaged_is_said_so(forms: Forms, office: Office) -> None:
    pack, dispute = installed(forms, "{{ 今天 }}"), a_dispute(office)
    path = office.store.blobs.path(pack.file)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    with pytest.raises(StoreError, match="损坏"):
        forms.fill(pack, dispute.id)
    path.unlink()
    assert [one.state for one in forms.listed()] == [State.NOT_HERE]
    with pytest.raises(StoreError, match="还没有到"):
        forms.fill(pack, dispute.id)
    assert exports(office) == []
