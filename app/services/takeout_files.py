"""Attachments taken out in the clear: a folder per register and per record, and a list that says what is what."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from app.errors import AppError
from app.models.files import FileLine, files_child
from app.models.kinds import show_value
from app.models.policy import Act
from app.models.register import Definition, Record
from app.services.attachments import Attachments, blob_of
from app.services.office import Office

ATTACHMENTS: Final = "附件"
INDEX: Final = "附件清单.csv"
_HEADINGS: Final = ("登记", "所属", "文件夹", "文件", "附件种类", "大小（字节）", "拍摄（形成）日期", "说明", "情况")
_UNSAFE: Final = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]')
_RESERVED: Final = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
_FOLDER_LIMIT: Final = 60
_NAME_LIMIT: Final = 120


def write_attachments(office: Office, folder: Path) -> tuple[int, int]:
    """Write every attachment the account may export; returns how many, and how many have no file here.

    Raises ``OSError`` when the disk refuses.
    """
    written = absent = 0
    rows: list[tuple[str, ...]] = []
    for definition in office.registry:
        if files_child(definition) and office.may(Act.EXPORT, definition.name):
            for row, is_there in _register(office, definition, folder):
                written, absent = written + is_there, absent + (not is_there)
                rows.append(row)
    if rows:
        folder.mkdir(exist_ok=True)
        with (folder / INDEX).open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([_HEADINGS, *(tuple(map(_no_formula, row)) for row in rows)])
    return written, absent


def safe_name(name: str, taken: set[str], *, limit: int = _NAME_LIMIT) -> str:
    """A name every disk takes, not used yet in ``taken`` (compared as Windows does); it is added there."""
    plain = _UNSAFE.sub("_", name).strip(" .") or "未命名"
    plain = f"_{plain}" if _RESERVED.match(plain) else plain
    stem, dot, ending = plain.rpartition(".")
    suffix = f".{ending}" if dot and len(ending) <= 5 else ""
    stem = (plain[: -len(suffix)] if suffix else plain)[: limit - len(suffix)].rstrip(" .")
    made, number = f"{stem}{suffix}", 2
    while made.casefold() in taken:
        made, number = f"{stem}（{number}）{suffix}", number + 1
    taken.add(made.casefold())
    return made


def _register(office: Office, definition: Definition, folder: Path) -> Iterator[tuple[tuple[str, ...], bool]]:
    attachments, folders = Attachments(office), set[str]()
    for record in office.reader.all(definition.name):
        lines = attachments.of(record)
        if not lines:
            continue
        called = safe_name(_called(record), folders, limit=_FOLDER_LIMIT)
        names: set[str] = set()
        for line in lines:
            name = safe_name(str(line.name), names)
            trouble = _write(office, line, folder / definition.label / called / name)
            facts = tuple(show_value(line.definition.field(one).kind, getattr(line, one)) for one in _FACTS)
            yield (definition.label, record.title(), called, name, *facts, trouble or "已导出"), not trouble


_FACTS: Final = ("kind", "size", "taken_on", "remark")


def _called(record: Record) -> str:
    code = getattr(record, "matter_code", None)
    return " ".join(str(part) for part in (code, record.title()) if part)


def _write(office: Office, line: FileLine, path: Path) -> str:
    """Write one file; a sentence when there is none to write."""
    name = blob_of(line)
    try:
        body = office.store.blobs.read(name) if name else None
    except AppError as error:
        return error.sentence
    if body is None:
        return "这一行里没有可用的文件"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return ""


def _no_formula(text: str) -> str:
    """A cell that a spreadsheet must not take for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
