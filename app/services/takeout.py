"""Everything out, readable without this program: each register as Excel and JSON Lines, the printed papers as PDF.

What lies there is in the clear; the caller says so. Registers the account may not export are named, not silently left
out. No Qt here; blocks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Final

from app.errors import StoreError, UserError
from app.models import clock, days, kept
from app.models.blobs import is_blob_id
from app.models.kinds import wire_value
from app.models.policy import Act
from app.models.register import Definition, Record, new_id
from app.services.exchange import ExportService
from app.services.office import Office
from app.services.takeout_files import ATTACHMENTS, INDEX, write_attachments

README: Final = "请先看.txt"
_ZIP: Final = b"PK\x03\x04"
"""How a kept Word file begins."""

_PAPERS: Final = "印出的文书"
_UNSAFE: Final = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


@dataclass(frozen=True, slots=True)
class Taken:
    """What was written. ``left_out``: labels of registers the account may not export."""

    folder: Path
    registers: tuple[tuple[str, int], ...]
    papers: int
    left_out: tuple[str, ...]
    attachments: int = 0
    not_here: int = 0
    """Attachments written, and those whose file is not on this PC or damaged (they are named in the index)."""
    papers_not_here: int = 0


def take_out(office: Office, folder: Path) -> Taken:
    """Write everything into a new or empty folder; journalled as an export.

    Raises ``UserError`` for a folder with something in it, ``NotAllowedError``, ``StoreError`` when the disk refuses.
    """
    office.require(Act.EXPORT)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        sentence = f"“{folder}”不是空文件夹"
        raise UserError(sentence, "请另选一个空文件夹，以免和别的文件混在一起")
    try:
        return _take(office, folder)
    except OSError as error:
        sentence = f"没有全部写出：{folder}（{error.strerror}）；数据没有受影响"
        raise StoreError(sentence, "请换一块磁盘，删去写了一半的文件夹再试") from error


def record_json(office: Office, record: Record) -> dict[str, Any]:
    """A record as plain data: values as stored, and as people read them; lines inside."""
    definition = record.definition
    reader = office.reader
    made: dict[str, Any] = {"id": record.id, "register": definition.name, "title": record.title()}
    present = [spec for spec in definition.fields if getattr(record, spec.name) is not None]
    made["values"] = {spec.name: wire_value(spec.kind, getattr(record, spec.name)) for spec in present}
    made["shown"] = {spec.label: reader.show(spec, getattr(record, spec.name)) for spec in present}
    for child in definition.children:
        made[child.name] = [record_json(office, line) for line in getattr(record, child.name)]
    return made


def _take(office: Office, folder: Path) -> Taken:
    folder.mkdir(parents=True, exist_ok=True)
    done: list[tuple[str, int]] = []
    left_out: list[str] = []
    for definition in (one for one in office.registry if not one.is_line):
        if not office.may(Act.EXPORT, definition.name):
            left_out.append(definition.label)
            continue
        done.append((definition.label, _register(office, definition, folder)))
    may_papers = office.may(Act.EXPORT, "dispute")
    papers, papers_absent = _papers(office, folder / _PAPERS) if may_papers else (0, 0)
    files, absent = write_attachments(office, folder / ATTACHMENTS)
    taken = Taken(folder, tuple(done), papers, tuple(left_out), files, absent, papers_absent)
    (folder / README).write_text("\r\n".join(_readme(office, taken)) + "\r\n", "utf-8-sig")
    office.store.write(
        office.user.id,
        lambda unit: unit.record_access(
            "takeout",
            register="account",
            record_id=new_id(),
            detail={"registers": len(done), "papers": papers, "attachments": files},
        ),
    )
    return taken


def _register(office: Office, definition: Definition, folder: Path) -> int:
    (folder / f"{definition.label}.xlsx").write_bytes(ExportService(office).export_xlsx(definition.name))
    count = 0
    with (folder / f"{definition.label}.jsonl").open("w", encoding="utf-8", newline="\n") as file:
        for record in office.reader.all(definition.name):
            file.write(json.dumps(record_json(office, record), ensure_ascii=False) + "\n")
            count += 1
    return count


def _papers(office: Office, folder: Path) -> tuple[int, int]:
    """Every printed paper that is on this PC, once; returns how many, and how many recorded ones are not here."""
    names, written = _paper_names(office), set[str]()
    for digest, name, body in chain(kept.everything(office.store.conn), _sealed_papers(office)):
        if digest in written:
            continue
        folder.mkdir(exist_ok=True)
        stem = _UNSAFE.sub("_", names.get(digest, name))[:100]
        ending = "docx" if body.startswith(_ZIP) else "pdf"
        (folder / f"{stem}-{digest[:8]}.{ending}").write_bytes(body)
        written.add(digest)
    return len(written), len(names.keys() - written)


def _sealed_papers(office: Office) -> Iterator[tuple[str, str, bytes]]:
    """``(SHA-256, name, bytes)`` of the papers kept as encrypted files; those not here or damaged are left out."""
    for record in office.reader.all("dispute"):
        for paper in getattr(record, "papers", ()):
            file: object = paper.file
            if isinstance(file, str) and is_blob_id(file) and office.store.blobs.is_sound(file):
                yield str(paper.sha256), str(paper.kind), office.store.blobs.read(file)


def _paper_names(office: Office) -> dict[str, str]:
    """What a kept file is called by the matter it was printed for."""
    named: dict[str, str] = {}
    for record in office.reader.all("dispute"):
        for paper in getattr(record, "papers", ()):
            if paper.sha256:
                named[paper.sha256] = f"{paper.kind}-{paper.number or record.title()}"
    return named


def _readme(office: Office, taken: Taken) -> Iterator[str]:
    name = office.store.meta("township_name")
    yield f"{name} 全部数据，{days.show_day_long(clock.today())}由 {office.user.name} 导出"
    yield ""
    yield "这些文件没有加密，里面有群众的姓名、证件号码和电话。请只放在保险的地方，用完删除。"
    yield ""
    yield "每种登记两个文件，内容相同："
    yield "  ××.xlsx   用 Excel 或 WPS 打开"
    yield "  ××.jsonl  每行一条，给别的程序读：values 是原值，shown 是中文显示"
    yield f"“{_PAPERS}”里是打印过并留底的文书（PDF）。"
    yield f"“{ATTACHMENTS}”里是附件原样，按登记、按件分文件夹；“{INDEX}”列出每个附件属于哪一条。"
    yield ""
    yield from (f"  {label}：{count} 条" for label, count in taken.registers)
    yield f"  {_PAPERS}：{taken.papers} 份"
    if taken.papers_not_here:
        yield f"  另有 {taken.papers_not_here} 份打印过的文书不在这台电脑上，没有写出"
    yield f"  {ATTACHMENTS}：{taken.attachments} 个"
    if taken.not_here:
        yield f"  另有 {taken.not_here} 个附件的文件不在这台电脑上，没有写出，“{INDEX}”里注明了是哪些"
    if taken.left_out:
        yield ""
        yield f"导出的账号没有权限、因此不在这里的：{'、'.join(taken.left_out)}"
