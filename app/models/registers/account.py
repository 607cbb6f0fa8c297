"""账号: who may work here. Synced so that history can name people; passwords stay on the PC (key slots)."""

from __future__ import annotations

from typing import Annotated

from app.models.kinds import Flag, PersonName, ShortText, coded
from app.models.register import Reach, Record, field
from app.models.registers.basis import STAFF
from app.models.registers.committee import CommitteeRef
from app.models.registers.place import PlaceRef

Role = Annotated[str, coded("account_role")]


class Account(Record, table="account", label="账号", stream="office", reach=Reach.COUNTY, basis=STAFF):
    """One person's account: name, role, and the village or committee it is limited to (none: the whole township)."""

    name: PersonName = field("姓名", width=8)
    role: Role = field("角色", default="clerk")
    duty: ShortText | None = field("职务", default=None)
    place: PlaceRef | None = field("限于村（社区）", default=None, hint="不选为全乡镇")
    committee: CommitteeRef | None = field("所属调委会", default=None)
    is_active: Flag = field("启用", default=True, width=4)

    columns = ("name", "role", "duty", "place", "committee", "is_active")
    filters = ("role", "is_active")
