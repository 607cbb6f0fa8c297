"""矛盾纠纷: intake, parties, sessions, agreement and what was printed (人民调解法).

The story, the parties and the agreement end at the township: they travel sealed. The county is due the header.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from app.errors import Finding, Level
from app.models.files import FileLine
from app.models.kinds import (
    Address,
    Count,
    Day,
    Flag,
    Frozen,
    HeldBy,
    IdNumber,
    LongText,
    Moment,
    Money,
    Name,
    NumberText,
    PersonName,
    Phone,
    ShortText,
    StoredFile,
    Text,
    coded,
    ref,
)
from app.models.register import Line, Reach, Record, Section, Stage, children, field
from app.models.registers.basis import AGREEMENT, MEDIATION
from app.models.registers.committee import CommitteeRef
from app.models.registers.matter import Handover, Matter, Question, Reminder, declare, with_code
from app.models.registers.person import Ethnicity, PersonRef, Sex
from app.models.registers.place import PlaceRef
from app.models.registers.platform import PlatformEntry, entered_once, platform_column

OrganisationRef = Annotated[str, ref("organisation")]
PartyRole = Annotated[str, coded("party_role")]
PartyKind = Annotated[str, coded("party_kind")]
RepresentativeKind = Annotated[str, coded("representative_kind")]
Category = Annotated[str, coded("dispute_category")]
Source = Annotated[str, coded("case_source")]
Difficulty = Annotated[str, coded("difficulty")]
DisputeStage = Annotated[str, coded("dispute_stage")]
SessionResult = Annotated[str, coded("dispute_result")]
AgreementForm = Annotated[str, coded("agreement_form")]
Performance = Annotated[str, coded("performance_state")]


class Party(Line, table="dispute_party", label="当事人", reach=Reach.TOWNSHIP, basis=MEDIATION):
    """A person, an organisation or free text, with role and representative (人民调解法 第二十九条第一项)."""

    role: PartyRole = field("身份", default="applicant", width=6)
    kind: PartyKind = field("类别", default="person", width=6)
    person: PersonRef | None = field("人口登记", default=None, hint="输入姓名或拼音查找；没有登记的可直接填姓名")
    organisation: OrganisationRef | None = field("单位登记", default=None)
    name: Name = field("姓名或名称", width=8)
    sex: Sex | None = field("性别", default=None, width=4)
    ethnicity: Ethnicity | None = field("民族", default=None, width=4)
    birth_on: Day | None = field("出生日期", default=None)
    # No number of a party finds a dispute: that would be a person's file by the back door.
    id_number: IdNumber | None = field("证件号码", default=None, search=False)
    occupation: Text | None = field("职业或职务", default=None)
    phone: Phone | None = field("联系方式", default=None, search=False)
    address: Address | None = field("单位或住址", default=None, needed=Stage.PRINT, search=False)
    representative_kind: RepresentativeKind | None = field("代理类别", default=None)
    representative_name: PersonName | None = field("代理人", default=None, search=False)
    representative_phone: Phone | None = field("代理人电话", default=None, search=False)
    particulars: Frozen | None = field("签订时的情况", default=None, read_only=True, search=False)

    columns = ("role", "name", "kind", "sex", "phone", "address")


class Session(Line, table="dispute_session", label="调解记录", reach=Reach.TOWNSHIP, basis=MEDIATION):
    """One sitting of the mediation (人民调解法 第二十七条)."""

    held_at: Moment = field("调解时间")
    location: Address | None = field("地点", default=None, search=False)
    mediators: Text | None = field("调解员", default=None)
    recorder: PersonName | None = field("记录人", default=None, search=False)
    invited: Text | None = field("参加人", default=None, hint="经当事人同意邀请的亲属、邻里、专家等")
    rights_told: Flag = field("已告知权利义务", default=False)
    content: LongText | None = field("调解记录", default=None)
    result: SessionResult | None = field("调解结果", default=None)

    columns = ("held_at", "location", "mediators", "result")


class Agreement(Line, table="dispute_agreement", label="调解协议", reach=Reach.TOWNSHIP, basis=AGREEMENT):
    """What the parties agreed (人民调解法 第二十八条至第三十条)."""

    form: AgreementForm = field("形式", default="written", reach=Reach.COUNTY, width=6)
    number: NumberText | None = field(
        "协议编号", default=None, reach=Reach.COUNTY, hint="留空即可，定稿时自动编；不编号的电脑印“编号待编”"
    )
    facts: LongText | None = field("纠纷主要事实、争议事项", default=None, needed=Stage.PRINT)
    clauses: LongText | None = field("协议内容", default=None, needed=Stage.PRINT, hint="每条一行，不用写序号")
    performance: LongText | None = field("履行方式、时限", default=None, needed=Stage.PRINT)
    amount: Money | None = field("协议金额（元）", default=None, reach=Reach.COUNTY)
    due_on: Day | None = field("履行期限", default=None, reach=Reach.COUNTY)
    mediators: Text | None = field("调解员", default=None, needed=Stage.PRINT)
    recorder: PersonName | None = field("记录人", default=None, search=False)
    signed_on: Day | None = field("签订日期", default=None, reach=Reach.COUNTY, needed=Stage.PRINT)
    performed: Performance | None = field("履行情况", default=None, reach=Reach.COUNTY)

    columns = ("form", "number", "amount", "signed_on", "performed")


class DisputePaper(Line, table="dispute_paper", label="打印件", reach=Reach.COUNTY, basis=MEDIATION):
    """What was printed: the bytes are kept, named by their SHA-256; never edited. ``file`` is the blob that travels."""

    kind: ShortText = field("文书", read_only=True)
    number: NumberText | None = field("编号", default=None, read_only=True)
    sha256: Text = field("校验码", read_only=True)
    copies: Count = field("份数", default=1, read_only=True)
    pages: Count = field("页数", default=1, read_only=True)
    reprint: Count = field("补印", default=0, read_only=True)
    printed_at: Moment = field("打印时间", read_only=True)
    printed_by: ShortText = field("打印人", read_only=True)
    file: StoredFile | None = field("文件", default=None, read_only=True, reach=Reach.TOWNSHIP, search=False)
    form_id: ShortText | None = field("式样", default=None, read_only=True, search=False)
    form_version: ShortText | None = field("式样版本", default=None, read_only=True, search=False, width=5)

    columns = ("kind", "number", "copies", "pages", "reprint", "printed_at", "printed_by", "form_version")


class DisputeFile(FileLine, table="dispute_file", label="附件", reach=Reach.TOWNSHIP, basis=MEDIATION):
    """Evidence, signed originals and pictures of a dispute, for its dossier (人民调解法 第二十七条)."""


class DisputePlatformEntry(
    PlatformEntry, table="dispute_platform_entry", label="外部平台", reach=Reach.COUNTY, basis=MEDIATION
):
    """The dispute's number in a platform."""


class DisputeHandover(Handover, table="dispute_handover", label="交办", reach=Reach.COUNTY, basis=MEDIATION):
    """A dispute handed over."""


class DisputeReminder(Reminder, table="dispute_reminder", label="催办", reach=Reach.COUNTY, basis=MEDIATION):
    """A dispute asked after."""


class Dispute(Record, table="dispute", label="纠纷", stream="mediation", reach=Reach.COUNTY, basis=MEDIATION):
    """A civil dispute from intake to filing; 事项码 is its one number everywhere."""

    matter_code: NumberText | None = field("事项码", default=None, read_only=True, width=10)
    name: Text = field("纠纷名称", reach=Reach.TOWNSHIP, search="name", hint="例如 张某与李某宅基地纠纷", width=18)
    committee: CommitteeRef | None = field("调委会", default=None, needed=Stage.PRINT)
    category: Category | None = field("纠纷类型", default=None)
    source: Source = field("案件来源", default="application")
    difficulty: Difficulty = field("疑难程度", default="normal", width=6)
    stage: DisputeStage = field("进展", default="registered", width=8)
    happened_on: Day | None = field("发生日期", default=None)
    accepted_on: Day | None = field("受理日期", default=None, starts_today=True)
    place: PlaceRef | None = field("发生村（社区）", default=None)
    location: Address | None = field("发生地点", default=None, reach=Reach.TOWNSHIP)
    story: LongText | None = field("纠纷简要情况", default=None, reach=Reach.TOWNSHIP)
    people_count: Count | None = field("涉及人数", default=None)
    parties_agree: Flag = field("当事人同意调解", default=True)
    may_escalate: Flag = field("可能激化", default=False, hint="可能转为治安或刑事案件的，应及时报告")
    reported_to: Text | None = field("已报告", default=None, hint="何时、何处、何人（人民调解法第二十五条）")
    extended_to: Day | None = field("延长至", default=None, hint="双方当事人同意延长调解期限的，填延长后的最后一天")
    extension_reason: Text | None = field("延长理由", default=None, reach=Reach.TOWNSHIP, search=False)
    holder: HeldBy | None = field("承办", default=None, read_only=True, width=7)
    dossier_number: NumberText | None = field(
        "卷号", default=None, read_only=True, hint="定稿时与协议编号相同；调委会另编卷号的，用“编卷号”"
    )
    parties: tuple[Party, ...] = children("当事人", default=())
    sessions: tuple[Session, ...] = children("调解记录", default=())
    agreements: tuple[Agreement, ...] = children("调解协议", default=())
    papers: tuple[DisputePaper, ...] = children("打印件", default=())
    handovers: tuple[DisputeHandover, ...] = children("交办", default=())
    reminders: tuple[DisputeReminder, ...] = children("催办", default=())
    platform_entries: tuple[DisputePlatformEntry, ...] = children("外部平台", default=())
    files: tuple[DisputeFile, ...] = children("附件", default=())

    columns = (
        "matter_code",
        "name",
        "category",
        "stage",
        "accepted_on",
        "holder",
        "committee",
        "place",
        "dossier_number",
    )
    filters = ("stage", "holder", "category", "committee", "place", "source", "on_platforms")
    sort = "-accepted_on"
    computed = (platform_column("dispute"),)
    layout = (
        Section("受理", ("name", "committee", "category", "source", "difficulty", "accepted_on", "parties_agree")),
        Section("纠纷情况", ("happened_on", "place", "location", "people_count", "story")),
        Section(
            "进展",
            ("stage", "holder", "dossier_number", "may_escalate", "reported_to", "extended_to", "extension_reason"),
        ),
    )

    def completed(self) -> Dispute:
        """Give the matter its code: the day it was entered and five characters, the same on every PC."""
        return with_code(self)

    def title(self) -> str:
        """The dossier's name."""
        return str(self.name)

    def subtitle(self) -> str:
        """Its number."""
        return self.matter_code or ""


Dispute.rule()(entered_once)
DISPUTE = declare(
    Dispute,
    Matter(
        register="dispute",
        prefix="JF",
        stage="stage",
        clock="mediation",
        starts="accepted_on",
        own_day="extended_to",
        is_open=Question.field_not_in("stage", "not_accepted", "terminated", "performed", "filed"),
        is_running=Question.field_in("stage", "registered", "accepted", "mediating"),
        handover=DisputeHandover,
        reminder=DisputeReminder,
    ),
)


@Dispute.rule()
def extension_is_reasoned(dispute: Dispute) -> Iterator[Finding]:
    """人民调解工作若干规定 第三十三条: longer than a month only where both sides agree, so that is written down."""
    accepted_on, until = dispute.accepted_on, dispute.extended_to
    if isinstance(until, date) and not dispute.extension_reason:
        words = "延长调解期限要写明理由和双方当事人的意见"
        yield Finding(("extension_reason",), words, Level.STOP, "例如：等待鉴定结论，双方均同意")
    if isinstance(until, date) and isinstance(accepted_on, date) and until < DISPUTE.period.deadline(accepted_on).on:
        yield Finding(("extended_to",), "延长后的日期早于原来的调解期限", Level.DOUBT, "请核对日期")


@Dispute.rule()
def refused_is_not_mediated(dispute: Dispute) -> Iterator[Finding]:
    """人民调解法 第十七条: where a party clearly refuses there is no mediation."""
    if not dispute.parties_agree and dispute.agreements:
        yield Finding(
            ("parties_agree",), "当事人拒绝调解的不得调解，也不能有调解协议", Level.STOP, "请核对是否同意调解"
        )


@Dispute.rule()
def days_in_order(dispute: Dispute) -> Iterator[Finding]:
    """A dispute is accepted after it happened."""
    if dispute.happened_on and dispute.accepted_on and dispute.accepted_on < dispute.happened_on:
        yield Finding(("accepted_on",), "受理日期早于发生日期", Level.DOUBT, "请核对两个日期")


@Dispute.rule()
def escalation_is_reported(dispute: Dispute) -> Iterator[Finding]:
    """人民调解法 第二十五条."""
    if dispute.may_escalate and not dispute.reported_to:
        yield Finding(
            ("reported_to",), "可能激化的纠纷应及时向公安机关或有关部门报告", Level.HINT, "报告后请记下时间和对象"
        )


@Dispute.rule(at=Stage.PRINT)
def agreement_has_two_sides(dispute: Dispute) -> Iterator[Finding]:
    """An agreement needs at least two parties."""
    if len(dispute.parties) < 2:
        yield Finding(("parties",), "协议书至少要有两方当事人", Level.STOP, "请在“当事人”中补充")


@Dispute.rule(at=Stage.PRINT)
def mediation_was_recorded(dispute: Dispute) -> Iterator[Finding]:
    """人民调解法 第二十七条: the mediation is to be recorded."""
    if not dispute.sessions:
        yield Finding(("sessions",), "还没有调解记录", Level.HINT, "归卷前请补上调解记录")


@Party.rule()
def representative_is_whole(party: Party) -> Iterator[Finding]:
    """Kind and name of a representative belong together."""
    if bool(party.representative_kind) != bool(party.representative_name):
        missing = "representative_name" if party.representative_kind else "representative_kind"
        yield Finding((missing,), "代理类别和代理人要一起填写", Level.STOP, "请补上或都清空")
