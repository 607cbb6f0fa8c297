"""本镇代码: a word of the township's own in a list, counted as a standard one wherever it is reported."""

from __future__ import annotations

from collections.abc import Iterator

from app.errors import Finding, Level
from app.models.codes import code_list, open_list_names
from app.models.kinds import Flag, LongText, NumberText, ShortText, StandardCode
from app.models.register import Reach, Record, field
from app.models.registers.basis import OFFICE
from app.sync.countywide import TOWNSHIP_CODES

_TAIL = 8


class LocalCode(Record, table="local_code", label="本镇代码", stream="office", reach=Reach.COUNTY, basis=OFFICE):
    """An addition to one of the lists that may be added to.

    ``standard`` (``list/code``) says to which list and as what it counts. Its own code is made by the program and
    never collides with a shipped one or the county's.
    """

    label: ShortText = field("名称", search="text", width=14, hint="例如 灌溉用水、村道通行")
    standard: StandardCode = field("统计时算作", width=18, hint="写一两个字再选，例如 邻里")
    is_active: Flag = field("提供选用", default=True, width=5, hint="停用后录入时不再出现，已录入的照样显示")
    code: NumberText | None = field("代码", default=None, search=False, read_only=True, width=9)
    remark: LongText | None = field("说明", default=None, reach=Reach.TOWNSHIP)

    columns = ("label", "standard", "is_active", "code")
    sort = "standard"

    def completed(self) -> LocalCode:
        """Give it a code of the township's."""
        return self if self.code else self.model_copy(update={"code": TOWNSHIP_CODES + self.id[-_TAIL:]})


@LocalCode.rule()
def word_is_new_in_its_list(local: LocalCode) -> Iterator[Finding]:
    """Two codes of one word could not be told apart in a list, and an import would take the other."""
    list_name, _, _ = str(local.standard).partition("/")
    if list_name not in open_list_names():
        return
    codes = code_list(list_name)
    found = codes.find(str(local.label))
    if found is not None and found != local.code:
        yield Finding(("label",), f"“{codes.title}”里已有“{codes.label(found)}”", Level.STOP, "请直接选用，或换个名称")
