"""Attachments in a declaration: lines of a record, each naming one blob.

A register gets them by a class of two lines and a collection::

    class DisputeFile(FileLine, table="dispute_file", label="附件", reach=Reach.TOWNSHIP, basis=MEDIATION):
        \"\"\"…\"\"\"

    files: tuple[DisputeFile, ...] = children("附件", default=())

Names and contents end at the township. This module declares; files are read and written by
:mod:`app.services.attachments` and :mod:`app.models.blobs`.
"""

from __future__ import annotations

from typing import Annotated

from app.models.kinds import Count, CountKind, Day, LongText, ShortText, StoredFile, Text, coded
from app.models.register import ChildSpec, Definition, Line, field

Bytes = Annotated[int, CountKind(most=1_000_000_000)]
AttachmentKind = Annotated[str, coded("attachment_kind")]

FILES = "files"
"""What the collection is called in every register that has it."""


NO_DOCUMENTS = "请不要存身份证件的照片：号码已在登记里"


class FileLine(Line, is_abstract=True):
    """One attachment. ``file``, ``media_type`` and ``size`` come from the file itself and are never typed."""

    name: Text = field("文件名", width=18)
    kind: AttachmentKind = field("附件种类", default="other", width=7)
    file: StoredFile = field("文件", read_only=True, search=False, hint=NO_DOCUMENTS)
    media_type: ShortText = field("格式", default="application/octet-stream", read_only=True)
    size: Bytes = field("大小（字节）", default=0, read_only=True, width=8)
    pages: Count | None = field("页数", default=None, width=4)
    taken_on: Day | None = field("拍摄（形成）日期", default=None)
    remark: LongText | None = field("说明", default=None, search=False)

    columns = ("name", "kind", "size", "pages", "taken_on", "remark")

    def title(self) -> str:
        """Its file name."""
        return str(self.name)


def files_child(definition: Definition) -> ChildSpec | None:
    """The collection of attachments of a register; None for one that keeps none."""
    return next((child for child in definition.children if issubclass(child.line, FileLine)), None)
