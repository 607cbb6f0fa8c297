"""单位: companies, cooperatives, schools and other bodies that are parties, employers or places of patrol."""

from __future__ import annotations

from typing import Annotated

from app.models.kinds import Address, CreditCode, Name, PersonName, Phone, Text, coded
from app.models.register import Reach, Record, Section, field
from app.models.registers.basis import CONTACT, OFFICE
from app.models.registers.place import PlaceRef

OrganisationKind = Annotated[str, coded("organisation_kind")]


class Organisation(Record, table="organisation", label="单位", stream="people", reach=Reach.COUNTY, basis=OFFICE):
    """A body with a name, an address and somebody who answers for it."""

    name: Name = field("名称", width=15)
    kind: OrganisationKind | None = field("类别", default=None)
    credit_code: CreditCode | None = field("统一社会信用代码", default=None, hint="18 位")
    head_name: PersonName | None = field("法定代表人（负责人）", default=None)
    head_duty: Text | None = field("职务", default=None)
    phone: Phone | None = field("联系电话", default=None, basis=CONTACT)
    place: PlaceRef | None = field("所在村（社区）", default=None)
    address: Address | None = field("住所", default=None)

    columns = ("name", "kind", "credit_code", "head_name", "phone", "address")
    filters = ("kind", "place")
    layout = (
        Section("基本情况", ("name", "kind", "credit_code", "place", "address")),
        Section("负责人与联系", ("head_name", "head_duty", "phone")),
    )
