"""人口: a natural person, entered once; every other register refers here.

Kept to what the law gives a township to keep: no belief, illness, blood type, marks or scores (docs/decisions).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from app.errors import Finding, Level
from app.models import clock, id_number, text
from app.models.kinds import Address, Day, IdNumber, PersonName, Phone, Text, coded, ref
from app.models.register import Reach, Record, Section, field
from app.models.registers.basis import CONTACT, IDENTITY, RESIDENCE
from app.models.registers.place import PlaceRef

Sex = Annotated[str, coded("sex")]
Ethnicity = Annotated[str, coded("ethnicity")]
DocumentKind = Annotated[str, coded("document_kind")]
ResidenceKind = Annotated[str, coded("residence_kind")]
PersonRef = Annotated[str, ref("person")]


class Person(Record, table="person", label="人口", stream="people", reach=Reach.COUNTY, basis=IDENTITY):
    """A resident or anybody who appears in a matter. People without papers exist."""

    full_name: PersonName = field("姓名", width=9)
    document_kind: DocumentKind | None = field("证件种类", default="111")
    id_number: IdNumber | None = field("证件号码", default=None, hint="身份证输完自动带出性别和出生日期", width=10)
    sex: Sex | None = field("性别", default=None, width=4)
    birth_on: Day | None = field("出生日期", default=None)
    ethnicity: Ethnicity | None = field("民族", default="01")
    former_name: PersonName | None = field("曾用名", default=None)
    phone: Phone | None = field("联系电话", default=None, basis=CONTACT)
    workplace: Text | None = field("服务处所", default=None, basis=RESIDENCE)
    occupation: Text | None = field("职业或职务", default=None, basis=RESIDENCE)
    place: PlaceRef | None = field("所在村（社区）", default=None, basis=RESIDENCE)
    live_address: Address | None = field("现住地址", default=None, basis=RESIDENCE)
    registered_address: Address | None = field("户籍地址", default=None, basis=RESIDENCE)
    residence_kind: ResidenceKind | None = field("人户一致标识", default=None, basis=RESIDENCE)
    merged_into: PersonRef | None = field("已并入", default=None, read_only=True)

    columns = ("full_name", "sex", "birth_on", "id_number", "phone", "place", "live_address")
    filters = ("place", "sex", "ethnicity", "residence_kind")
    layout = (
        Section("身份", ("full_name", "document_kind", "id_number", "sex", "birth_on", "ethnicity", "former_name")),
        Section("联系与住址", ("phone", "place", "live_address", "registered_address", "residence_kind")),
        Section("从业", ("workplace", "occupation")),
    )

    def subtitle(self) -> str:
        """Masked facts for search results."""
        parts = [text.mask_id(self.id_number) if self.id_number else "", self.live_address or ""]
        return "　".join(part for part in parts if part)


@Person.rule()
def number_has_a_shape(person: Person) -> Iterator[Finding]:
    """A number that cannot be of its kind is doubted, not refused: old registers hold them (GB 11643)."""
    if not isinstance(person.id_number, str):
        return
    kind = person.document_kind or id_number.RESIDENT
    wrong = id_number.shape_error(person.id_number, kind)
    if wrong:
        yield Finding(("id_number",), wrong, Level.DOUBT)
        return
    facts = id_number.inspect(person.id_number, kind, today=clock.today())
    for sentence in facts.doubts:
        yield Finding(("id_number",), sentence, Level.DOUBT)
    birth_on = person.birth_on if isinstance(person.birth_on, date) else None
    for sentence in id_number.disagreements(facts, birth_on=birth_on, sex=person.sex):
        yield Finding(("id_number",), sentence, Level.DOUBT, "以证件为准；确实如此请写明原因")


@Person.rule()
def born_before_today(person: Person) -> Iterator[Finding]:
    """Nobody is born in the future."""
    if isinstance(person.birth_on, date) and person.birth_on > clock.today():
        yield Finding(("birth_on",), "出生日期在今天之后", Level.STOP, "请核对年份")
