"""Matters by command: the list, handing over, accepting, returning, asking after."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from app.commands.session import Account, AsJson, Exit, PasswordFile, signed_in, spoken, tell, write_new
from app.errors import UserError
from app.models import clock
from app.models.codes import code_list
from app.models.kinds import Holder
from app.models.kinds.holders import ORGANISATION
from app.models.matter_reading import OpenMatter
from app.services import handing, matters
from app.services.handing import Answer, Given
from app.services.handover_slip import slip_pdf
from app.services.matters import View
from app.services.office import Office

Code = Annotated[str, typer.Argument(help="事项码（JF-…、YH-…）或编号", metavar="事项码")]
Way = Annotated[str, typer.Option("--way", help="方式：系统内、当面、电话、书面", metavar="方式")]
At = Annotated[str, typer.Option("--at", help="实际时间，例如 3-15 14:30；不填为现在", metavar="时间")]
By = Annotated[str, typer.Option("--by", help="替没有电脑的村、单位录入：对方谁答复的", metavar="姓名")]


@spoken
def listed(
    context: typer.Context,
    mine: Annotated[bool, typer.Option("--mine", help="我承办的（默认）")] = False,
    waiting: Annotated[bool, typer.Option("--waiting", help="等我接收")] = False,
    handed: Annotated[bool, typer.Option("--handed", help="我交出的")] = False,
    all_open: Annotated[bool, typer.Option("--all", help="全部在办")] = False,
    overdue: Annotated[bool, typer.Option("--overdue", help="已逾期的；有则退出码为 1")] = False,
    account: Account = "",
    password_file: PasswordFile = None,
    as_json: AsJson = False,
) -> None:
    """Open matters, due first; with ``--overdue`` 1 when there are any."""
    asked = [mine, waiting, handed, all_open, overdue]
    if sum(asked) > 1:
        raise UserError("--mine、--waiting、--handed、--all、--overdue 只能选一个", "请去掉多余的")
    views = {1: View.WAITING, 2: View.HANDED, 3: View.ALL}
    view = next((views[place] for place, one in enumerate(asked) if one and place in views), View.MINE)
    with signed_in(context, account, password_file) as office:
        found = matters.overdue(office) if overdue else matters.matters(office, view)
        data = [_data(office, one) for one in found]
    tell(data, (_line(one) for one in data), as_json=as_json)
    raise typer.Exit(Exit.FINDING if overdue and found else Exit.DONE)


def _data(office: Office, one: OpenMatter) -> dict[str, object]:
    """A matter for scripts; names of parties and what was said never stand in a list."""
    deadline = one.deadline
    return {
        "code": one.code,
        "id": one.id,
        "register": one.register,
        "label": office.registry.get(one.register).label,
        "title": one.title,
        "stage": one.stage,
        "holder": one.holder.name if one.holder else "",
        "due": deadline.on.isoformat() if deadline else "",
        "note": deadline.note if deadline else "",
        "left": one.days_left(clock.today()),
        "waiting_for": one.waiting.receiver.name if one.waiting and one.waiting.receiver else "",
        "reminders": one.reminders,
    }


def _line(one: dict[str, object]) -> str:
    waits = f"待{one['waiting_for']}接收" if one["waiting_for"] else ""
    left = one["left"]
    due = "期限没有起算" if not isinstance(left, int) else f"{one['due']} {_left(left)}"
    holder = one["holder"] or "没有人承办"
    return "\t".join(str(part) for part in (one["code"], one["label"], one["title"], one["stage"], holder, due, waits))


def _left(days: int) -> str:
    return f"逾期 {-days} 天" if days < 0 else f"还有 {days} 天"


@spoken
def hand_over(
    context: typer.Context,
    code: Code,
    to: Annotated[str, typer.Option("--to", help="账号姓名、村名、登记的单位，或部门全称", metavar="名称")],
    demand: Annotated[str, typer.Option("--demand", help="要求", metavar="文字")] = "",
    contact: Annotated[str, typer.Option("--contact", help="对方联系人", metavar="姓名")] = "",
    way: Way = "",
    at: At = "",
    account: Account = "",
    password_file: PasswordFile = None,
    as_json: AsJson = False,
) -> None:
    """Hand a matter over; it stays with its holder until accepted."""
    with signed_in(context, account, password_file) as office:
        record = matters.find(office, code)
        receiver = _receiver(office, record.definition.name, to)
        moment = _moment(at)
        given = Given(to=receiver, demand=demand, contact=contact, way=_way(way), at=moment)
        act = handing.hand_over(office, record.definition.name, record.id, given)
    data = {"id": record.id, "to": receiver.name, "kind": receiver.register, "act": act}
    tell(data, [f"已交给{receiver.name}，等待接收"], as_json=as_json)


def _receiver(office: Office, register: str, name: str) -> Holder:
    """Whom a name means: an account, a village, a unit; else a department of that name. Two alike are refused."""
    known = [one for _, group in matters.receivers(office, register) for one in group if one.name == name]
    known += [Holder(ORGANISATION, key, name) for key in office.reader.find(ORGANISATION, "name", name, cap=2)]
    if len(known) > 1:
        raise UserError(f"叫“{name}”的不止一个", "请在窗口里选择")
    return known[0] if known else Holder.department(name)


def _way(typed: str) -> str:
    if not typed:
        return ""
    found = code_list("handover_way").find(typed)
    if found is None:
        words = "、".join(item.label for item in code_list("handover_way").offered)
        raise UserError(f"不认识的方式“{typed}”", f"可用：{words}")
    return found


@spoken
def accept(
    context: typer.Context,
    code: Code,
    by: By = "",
    way: Way = "",
    at: At = "",
    account: Account = "",
    password_file: PasswordFile = None,
    as_json: AsJson = False,
) -> None:
    """Take what was handed over."""
    with signed_in(context, account, password_file) as office:
        record = matters.find(office, code)
        act = handing.accept(office, record.definition.name, record.id, _answer(by, way, at))
        holder = _holder(office, record.definition.name, record.id)
    tell({"id": record.id, "holder": holder, "act": act}, [f"已接收，由{holder}承办"], as_json=as_json)


@spoken
def give_back(
    context: typer.Context,
    code: Code,
    reason: Annotated[str, typer.Option("--reason", help="退回原因", metavar="文字")],
    by: By = "",
    way: Way = "",
    at: At = "",
    account: Account = "",
    password_file: PasswordFile = None,
    as_json: AsJson = False,
) -> None:
    """Return what was handed over, with the reason."""
    with signed_in(context, account, password_file) as office:
        record = matters.find(office, code)
        answer = _answer(by, way, at)
        act = handing.give_back(office, record.definition.name, record.id, reason=reason, answer=answer)
        holder = _holder(office, record.definition.name, record.id)
    tell({"id": record.id, "holder": holder, "act": act}, [f"已退回，仍由{holder}承办"], as_json=as_json)


@spoken
def withdraw(
    context: typer.Context,
    code: Code,
    reason: Annotated[str, typer.Option("--reason", help="撤回原因", metavar="文字")],
    account: Account = "",
    password_file: PasswordFile = None,
    as_json: AsJson = False,
) -> None:
    """Take back a hand-over nobody answered."""
    with signed_in(context, account, password_file) as office:
        record = matters.find(office, code)
        act = handing.withdraw(office, record.definition.name, record.id, reason=reason)
    tell({"id": record.id, "act": act}, ["已撤回"], as_json=as_json)


@spoken
def remind(
    context: typer.Context,
    code: Code,
    words: Annotated[str, typer.Option("--words", help="说了什么", metavar="文字")] = "",
    way: Way = "电话",
    at: At = "",
    account: Account = "",
    password_file: PasswordFile = None,
    as_json: AsJson = False,
) -> None:
    """Write down that a matter was asked after."""
    with signed_in(context, account, password_file) as office:
        record = matters.find(office, code)
        moment = _moment(at)
        act = handing.remind(office, record.definition.name, record.id, words=words, way=_way(way), at=moment)
    tell({"id": record.id, "act": act}, ["已记下催办"], as_json=as_json)


@spoken
def slip(
    context: typer.Context,
    code: Code,
    out: Annotated[Path, typer.Option("--out", help="写到哪个文件", metavar="文件")],
    account: Account = "",
    password_file: PasswordFile = None,
    as_json: AsJson = False,
) -> None:
    """The slip of the hand-over that waits, as PDF."""
    with signed_in(context, account, password_file) as office:
        record = matters.find(office, code)
        body, _ = slip_pdf(office, record.definition.name, record.id)
    write_new(out, body)
    tell({"file": out, "id": record.id}, [f"交办单已写到 {out}"], as_json=as_json)


def _answer(by: str, way: str, at: str) -> Answer:
    return Answer(by=by, way=_way(way), at=_moment(at))


def _moment(typed: str) -> datetime | None:
    if not typed:
        return None
    try:
        return clock.parse_moment(typed)
    except ValueError as error:
        raise UserError(str(error), "请核对 --at") from error


def _holder(office: Office, register: str, record_id: str) -> str:
    record = office.reader.get(register, record_id)
    holder = matters.standing(office, record).holder if record is not None else None
    return holder.name if holder else ""
