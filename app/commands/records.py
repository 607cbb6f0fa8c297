"""Records by command: find, show, print, Excel in and out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from app.commands import forms
from app.commands.naming import definition_of, record_of
from app.commands.session import Account, AsJson, Exit, PasswordFile, signed_in, spoken, tell, write_new
from app.errors import UserError
from app.exchange.plan import ImportChoices, OnTwin, Outcome
from app.models.files import FileLine
from app.models.kinds import show_value, wire_value
from app.models.policy import Act
from app.models.reading import Query
from app.models.register import Definition, FieldSpec, Record
from app.models.registers import Dispute
from app.services import papers, takeout
from app.services.attachments import Attachments, State
from app.services.exchange import ExportService, ImportService
from app.services.office import Office

Out = Annotated[Path, typer.Option("--out", help="写到哪个文件", metavar="文件")]
Register = Annotated[str, typer.Argument(help="登记：英文名或中文名，例如 person 或 人口", metavar="登记")]


@spoken
def search(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="姓名、拼音、号码、地址的任何一段", metavar="文字")],
    account: Account = "",
    password_file: PasswordFile = None,
    as_json: AsJson = False,
) -> None:
    """Find everything everywhere; 1 when nothing was found."""
    with signed_in(context, account, password_file) as office:
        found = []
        for hit in office.reader.search(text):
            record = office.reader.get(hit.register, hit.id)
            if record is not None and office.may(Act.READ, hit.register):
                label = office.registry.get(hit.register).label
                found.append({"register": hit.register, "label": label, "id": hit.id, "title": record.title(),
                              "facts": record.subtitle()})  # fmt: skip
    tell(found, (f"{one['label']}\t{one['title']}\t{one['facts']}\t{one['id']}" for one in found), as_json=as_json)
    raise typer.Exit(Exit.DONE if found else Exit.FINDING)


@spoken
def show(
    context: typer.Context,
    register: Register,
    record_id: Annotated[str, typer.Argument(help="编号（search 给出）", metavar="编号")],
    account: Account = "",
    password_file: PasswordFile = None,
    full: Annotated[bool, typer.Option("--full", help="完整号码（会记入日志）")] = False,
    as_json: AsJson = False,
) -> None:
    """Everything a record says, numbers masked unless asked for."""
    with signed_in(context, account, password_file) as office:
        record = record_of(office, register, record_id)
        shown = _shown(office, record, full=full)
    tell({"id": record.id, "register": record.definition.name, **shown}, _lines(shown), as_json=as_json)


def _shown(office: Office, record: Record, *, full: bool) -> dict[str, object]:
    made: dict[str, object] = {}
    for spec in record.definition.fields:
        value = getattr(record, spec.name)
        if value is None or spec.kind.names_blob:
            continue
        text = office.reader.show(spec, value, masked=True)
        is_masked = spec.target is None and text != show_value(spec.kind, value)
        is_own = not record.definition.is_line
        made[spec.label] = office.reveal(record.definition.name, record.id, spec.name) if (
            full and is_masked and is_own
        ) else text  # fmt: skip
    if isinstance(record, FileLine):
        made["在本机"] = _HERE[Attachments(office).state(record)]
    for child in record.definition.children:
        made[child.label] = [_shown(office, line, full=full) for line in getattr(record, child.name)]
    return made


_HERE = {State.HERE: "是", State.NOT_HERE: "附件未到", State.DAMAGED: "读不出来"}


def _lines(shown: dict[str, object], indent: str = "") -> list[str]:
    lines: list[str] = []
    for label, value in shown.items():
        if isinstance(value, list):
            for number, line in enumerate(value, start=1):
                lines += [f"{indent}{label} {number}", *_lines(line, indent + "    ")]
        else:
            lines.append(f"{indent}{label}\t{value}")
    return lines


@spoken
def export(
    context: typer.Context,
    register: Register,
    out: Out,
    text: Annotated[str, typer.Option("--text", help="只要查得到这段文字的", metavar="文字")] = "",
    filters: Annotated[list[str] | None, typer.Option("--filter", help="字段=值，可以几次", metavar="字段=值")] = None,
    full: Annotated[bool, typer.Option("--full", help="完整号码；不加则遮住")] = False,
    account: Account = "",
    password_file: PasswordFile = None,
    as_json: AsJson = False,
) -> None:
    """A list as Excel."""
    with signed_in(context, account, password_file) as office:
        definition = definition_of(office, register)
        query = Query(
            definition.name, text=text, filters=dict(_filter(office, definition, one) for one in filters or ())
        )
        count = len(office.reader.keys(query))
        body = ExportService(office).export_xlsx(definition.name, query, is_masked=not full)
    write_new(out, body)
    tell({"file": out, "records": count, "masked": not full}, [f"已导出 {count} 条到 {out}"], as_json=as_json)


def _filter(office: Office, definition: Definition, typed: str) -> tuple[str, str]:
    name, sign, value = typed.partition("=")
    spec = _field(definition, name.strip())
    if not sign:
        raise UserError(f"--filter 要写成 字段=值，现在是“{typed}”", "例如 --filter 性别=女")
    if spec.target is not None:
        for record_id, title in office.reader.choices(spec.target):
            if value.strip() in (record_id, title):
                return spec.name, record_id
        raise UserError(f"没有叫“{value}”的{spec.label}", "请核对名称")
    try:
        wire = wire_value(spec.kind, spec.kind.from_cell(value.strip()))
    except ValueError as error:
        raise UserError(f"{spec.label}：{error}", "请核对 --filter 的值") from error
    return spec.name, wire if isinstance(wire, str) else json.dumps(wire)


def _field(definition: Definition, name: str) -> FieldSpec:
    for spec in definition.fields:
        if name in (spec.name, spec.label):
            return spec
    labels = "、".join(spec.label for spec in definition.fields)
    raise UserError(f"{definition.label}没有“{name}”这一栏", f"可用：{labels}")


@spoken
def template(
    context: typer.Context,
    register: Register,
    out: Out,
    account: Account = "",
    password_file: PasswordFile = None,
) -> None:
    """An empty table to fill in."""
    with signed_in(context, account, password_file) as office:
        body = ImportService(office).template_xlsx(definition_of(office, register).name)
    write_new(out, body)
    typer.echo(f"模板已写到 {out}")


@spoken
def bring_in(
    context: typer.Context,
    register: Register,
    file: Annotated[Path, typer.Argument(help="Excel 或 CSV 文件", metavar="文件")],
    report: Annotated[Path | None, typer.Option("--report", help="逐行报告写到哪个 xlsx", metavar="文件")] = None,
    twins: Annotated[OnTwin, typer.Option("--twins", help="已有登记的行：跳过、只补空栏、对照")] = OnTwin.SKIP,
    partial: Annotated[bool, typer.Option("--partial", help="个别看不懂的格留空，其余照样导入")] = False,
    no_doubts: Annotated[bool, typer.Option("--no-doubts", help="有疑点的行不导入")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只预览，不写入")] = False,
    account: Account = "",
    password_file: PasswordFile = None,
    as_json: AsJson = False,
) -> None:
    """Excel in; 1 when some rows could not be imported."""
    asked = ImportChoices(twins=twins, keeps_partial=partial)
    choices = ImportChoices(twins=twins, keeps_partial=partial, doubts="") if no_doubts else asked
    with signed_in(context, account, password_file) as office:
        service = ImportService(office)
        plan = service.plan_import(file, definition_of(office, register).name)
        if dry_run:
            counts = plan.expected(choices)
            bad, act = counts[Outcome.BAD], ""
            sentence = "，".join(f"{outcome} {number}" for outcome, number in counts.items())
        else:
            result = service.run_import(plan, choices)
            office.store.index_rest()
            counts, bad, act, sentence = result.counts, len(result.bad), result.act_id, result.sentence
            if report is not None:
                write_new(report, service.report_xlsx(result))
    said = [f"{'预览' if dry_run else '导入完成'}：{sentence}"]
    if report is not None and not dry_run:
        said.append(f"逐行报告：{report}")
    data = {"counts": {str(outcome): number for outcome, number in counts.items()}, "bad": bad, "act": act}
    tell(data, said, as_json=as_json)
    raise typer.Exit(Exit.FINDING if bad else Exit.DONE)


@spoken
def print_paper(
    context: typer.Context,
    paper: Annotated[
        str, typer.Argument(help="文书：agreement（人民调解协议书），或本地文书模板的标识、名称", metavar="文书")
    ],
    matter: Annotated[str, typer.Argument(help="编号或事项码", metavar="编号")],
    out: Out,
    final: Annotated[bool, typer.Option("--final", help="正式打印：编号、留底；不加则是草稿")] = False,
    by_hand: Annotated[str, typer.Option("--by-hand", help="字库没有、留空手写的字", metavar="字")] = "",
    account: Account = "",
    password_file: PasswordFile = None,
    as_json: AsJson = False,
) -> None:
    """The agreement: a draft, or as evidence; or one of the office's own forms as a Word file."""
    if paper not in ("agreement", papers.AGREEMENT):
        with signed_in(context, account, password_file) as office:
            forms.print_form(office, paper, matter, out=out, keep=final, as_json=as_json)
        return
    with signed_in(context, account, password_file) as office:
        dispute = _dispute(office, matter)
        try:
            if final:
                printed = papers.print_agreement(office, dispute.id, by_hand=by_hand)
                body, number, sha256 = printed.body, printed.number, printed.sha256
            else:
                body, number, sha256 = papers.preview_agreement(office, dispute, by_hand=by_hand), "", ""
        except papers.MissingGlyphs as error:
            raise UserError(str(error), "核对后用 --by-hand 留空手写") from error
        write_new(out, body)
    said = f"已正式打印到 {out}，编号 {number or '待编'}" if final else f"草稿已写到 {out}"
    tell({"file": out, "final": final, "number": number, "sha256": sha256}, [said], as_json=as_json)


def _dispute(office: Office, given: str) -> Dispute:
    record = record_of(office, "dispute", given)
    assert isinstance(record, Dispute)  # noqa: S101 - the register was named
    return record


@spoken
def take_out(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="空文件夹", metavar="文件夹")],
    account: Account = "",
    password_file: PasswordFile = None,
    as_json: AsJson = False,
) -> None:
    """Everything out, readable without this program."""
    with signed_in(context, account, password_file) as office:
        taken = takeout.take_out(office, folder)
    lines = [*(f"{label}\t{count} 条" for label, count in taken.registers), f"文书\t{taken.papers} 份"]
    lines.append(f"附件\t{taken.attachments} 个")
    lines += [f"另有 {taken.not_here} 个附件的文件不在这台电脑上，没有导出"] if taken.not_here else []
    typer.echo("注意：导出的文件没有加密，请妥善保管，用完删除。", err=True)
    if taken.left_out:
        typer.echo(f"没有权限导出的：{'、'.join(taken.left_out)}", err=True)
    tell({"registers": dict(taken.registers), "papers": taken.papers, "attachments": taken.attachments,
          "not_here": taken.not_here, "left_out": taken.left_out}, lines,
         as_json=as_json)  # fmt: skip
