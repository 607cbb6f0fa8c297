"""本地文书模板: a county's Word form as a replaceable pack with a version; forms differ by province and change.

Installed from a file and never typed: one record for each version of each form. No form of any province is shipped.
"""

from __future__ import annotations

from typing import Annotated

from app.models.kinds import CountKind, Flag, LongText, Moment, Name, NumberText, ShortText, StoredFile, Text, coded
from app.models.register import Reach, Record, field
from app.models.registers.basis import OFFICE

FormRegister = Annotated[str, coded("form_register")]
Bytes = Annotated[int, CountKind(most=1_000_000_000)]


class FormPack(Record, table="form_pack", label="文书模板", stream="office", reach=Reach.COUNTY, basis=OFFICE):
    """One ``edition`` of one form. ``pack`` is the form's id, the same through all its editions; ``file`` the docx."""

    name: Name = field("文书名称", read_only=True, search=False, width=16)
    edition: NumberText = field("版本", read_only=True, search=False, width=6)
    for_register: FormRegister = field("用于", read_only=True, width=7)
    issuer: ShortText | None = field("发布单位", default=None, read_only=True, search=False, width=12)
    form_kind: ShortText | None = field("文书种类", default=None, read_only=True, search=False, width=8)
    pack: NumberText = field("模板标识", read_only=True, search=False, width=12)
    is_active: Flag = field("提供选用", default=True, read_only=True, width=5)
    note: LongText | None = field("说明", default=None, read_only=True, search=False)
    installed_at: Moment | None = field("安装时间", default=None, read_only=True)
    installed_by: ShortText | None = field("安装人", default=None, read_only=True, search=False)
    sha256: Text = field("校验码", read_only=True, search=False)
    size: Bytes = field("大小（字节）", default=0, read_only=True)
    file: StoredFile = field("文件", read_only=True, reach=Reach.TOWNSHIP, search=False)

    columns = ("name", "edition", "for_register", "issuer", "is_active", "installed_at")
    filters = ("for_register",)

    @property
    def number(self) -> tuple[int, ...]:
        """The edition as numbers, so that 1.10 comes after 1.9."""
        return tuple(int(one) for one in self.edition.split(".") if one.isdigit())
