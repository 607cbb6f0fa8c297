"""Attachments of records: taken in, looked at, taken out again.

A file is judged by its content, made fit, sealed and on the disk before anybody can save the record that names it; a
record is never held up by a file that is missing or damaged. :func:`may` is asked, looking is journalled. No Qt here;
everything blocks, so call it off the screen's thread.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Final

from app.documents.counting import page_count
from app.errors import StoreError, UserError
from app.models import settings, thumbnails
from app.models.blobs import is_blob_id
from app.models.files import FILES, FileLine, files_child
from app.models.policy import Act
from app.models.register import Definition, Line, Record
from app.services.file_types import JPEG, PDF, PNG, TEXT, FileType, type_of
from app.services.office import Office

__all__ = ["Attachments", "Prepared", "State", "blob_of", "clean_name", "size_words"]

READ_AT_MOST: Final = 100 * 1024 * 1024
"""Bytes of a file that is read at all, before it is shrunk; a larger one is refused by its size on the disk."""

NAME_LIMIT: Final = 120
_MB: Final = 1024 * 1024
_ATTEMPTS: Final = 3
_SEPARATORS: Final = re.compile(r"[/\\]")
_FORBIDDEN: Final = re.compile(r'[:*?"<>|]')


class State(StrEnum):
    """Whether an attachment can be opened on this PC."""

    HERE = "here"
    NOT_HERE = "not_here"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file as it will be kept. ``notes`` say in Chinese what was changed about it."""

    name: str
    body: bytes
    type: FileType
    kind: str
    pages: int | None = None
    taken_on: date | None = None
    notes: tuple[str, ...] = ()

    @property
    def media_type(self) -> str:
        """As in the line: ``image/jpeg``."""
        return self.type.media_type

    @property
    def size(self) -> int:
        """Bytes as kept, before sealing."""
        return len(self.body)


class _MovedError(Exception):
    """The record changed while the file was attached: read again, never saved over."""


class Attachments:
    """Files of one signed-in user's office."""

    def __init__(self, office: Office) -> None:
        self._office = office

    # -- taking in -----------------------------------------------------------------------------------------------

    def prepare(self, name: str, body: bytes | Path, *, keep_position: bool = False) -> Prepared:
        """Judge a file and make it fit; nothing is kept yet. ``body``: its bytes, or where it lies.

        Raises ``UserError`` with what to do for what is not accepted, ``StoreError`` when it cannot be read.
        """
        whole = _read(body) if isinstance(body, Path) else body
        if len(whole) > READ_AT_MOST:
            raise _too_large(len(whole), READ_AT_MOST)
        kind = type_of(whole, Path(name).suffix)
        if kind.is_picture:
            made = self._fit(name, whole, kind, keep_position=keep_position)
        else:
            suggested = "scan" if kind is PDF else "other"
            pages = (page_count(whole) or None) if kind is PDF else None  # packed away in some PDFs: then unknown
            made = Prepared(clean_name(name, kind), whole, kind, suggested, pages)
        limit = settings.number(self._office.store, settings.ATTACHMENT_LIMIT) * _MB
        if made.size > limit:
            raise _too_large(made.size, limit, is_pdf=made.type is PDF)
        return made

    def line_for(self, register: str | type[Line], prepared: Prepared, *, kind: str = "", remark: str = "") -> FileLine:
        """Keep the file and give the line that names it; when this returns, the file is on the disk.

        ``register``: the register's name, or its class of file lines. The caller saves the record with the line.
        """
        line = self._line_class(register)
        self._office.require(Act.WRITE, self._office.registry.top(line.definition.name))
        blob = self._office.store.blobs.put(prepared.body)
        return line(
            name=prepared.name,
            kind=kind or prepared.kind,
            file=blob.id,
            media_type=prepared.media_type,
            size=prepared.size,
            pages=prepared.pages,
            taken_on=prepared.taken_on,
            remark=remark or None,
        )

    def attach(
        self, register: str, record_id: str, prepared: Prepared, *, kind: str = "", remark: str = ""
    ) -> FileLine:
        """Add a file to a stored record and save it; a change of somebody else meanwhile is kept."""
        line = self.line_for(register, prepared, kind=kind, remark=remark)
        for _ in range(_ATTEMPTS):
            try:
                return self._save_with(register, record_id, line)
            except _MovedError:
                continue
        sentence = "这条登记正在被别人修改，附件没有加上"
        raise UserError(sentence, "请稍等片刻再加一次")

    # -- looking -------------------------------------------------------------------------------------------------

    def open(self, line: FileLine) -> bytes:
        """The file as it was kept; of a saved record, who looked is journalled.

        Raises ``StoreError`` when it is not on this PC or damaged; a damaged file is put aside so that a good one may
        come again.
        """
        register = self._office.registry.top(line.definition.name)
        self._office.require(Act.READ, register)
        body = self._body(line)
        row = self._office.reader.row(line.definition.name, line.id)
        if row is not None and row.parent is not None:
            root, detail = row.parent, {"line": line.id}  # traces go to the county: no name of a file in them
            self._office.store.write(
                self._office.user.id,
                lambda unit: unit.record_access("open_file", register=register, record_id=root, detail={**detail}),
            )
        return body

    def thumbnail(self, line: FileLine) -> bytes | None:
        """A small picture (at most 240 pixels, JPEG or PNG); None for what is no picture.

        Kept in the encrypted database of this PC only. Raises ``StoreError`` when the file is not here.
        """
        from app.services import pictures

        self._office.require(Act.READ, self._office.registry.top(line.definition.name))
        store = self._office.store
        if (found := thumbnails.read(store.conn, line.file)) is not None:
            return found
        is_picture = str(line.media_type).startswith("image/")
        if not is_picture and self.state(line) is State.HERE:
            return None
        try:
            made = pictures.thumbnail(self._body(line))  # what is not here says so, picture or not
        except UserError:
            return None
        self.keep_thumbnail(line, made)
        return made

    def keep_thumbnail(self, line: FileLine, picture: bytes) -> None:
        """Keep a small picture made elsewhere (the first page of a PDF, drawn by the screen)."""
        name = str(line.file)
        self._office.store.submit(lambda conn: thumbnails.keep(conn, name, picture)).result()

    def state(self, line: FileLine) -> State:
        """Whether the file is on this PC, by name only; :meth:`check` reads it."""
        name = blob_of(line)
        if name is None:
            return State.DAMAGED
        return State.HERE if self._office.store.blobs.has(name) else State.NOT_HERE

    def check(self, line: FileLine) -> State:
        """As :meth:`state`, the bytes read and compared with their name."""
        found = self.state(line)
        return found if found is not State.HERE or self._office.store.blobs.is_sound(line.file) else State.DAMAGED

    def of(self, record: Record) -> tuple[FileLine, ...]:
        """The attachments of a record."""
        child = files_child(record.definition)
        return tuple(getattr(record, child.name)) if child else ()

    def everything(self) -> Iterator[tuple[Record, FileLine]]:
        """Every attachment this account may read, with its record."""
        for definition in self._office.registry:
            if files_child(definition) and self._office.may(Act.READ, definition.name):
                for record in self._office.reader.all(definition.name):
                    yield from ((record, line) for line in self.of(record))

    def missing(self) -> list[tuple[Record, FileLine]]:
        """Attachments whose file has not come to this PC."""
        return [(record, line) for record, line in self.everything() if self.state(line) is State.NOT_HERE]

    # -- inside --------------------------------------------------------------------------------------------------

    def _fit(self, name: str, whole: bytes, kind: FileType, *, keep_position: bool) -> Prepared:
        from app.services import pictures  # Pillow: not read before the first picture

        side = settings.number(self._office.store, settings.PICTURE_SIDE)
        made = pictures.fit(whole, kind, side=side, keep_position=keep_position)
        notes = []
        if made.is_smaller:
            notes.append(f"照片已缩小：{size_words(len(whole))} → {size_words(len(made.body))}")
        if made.had_position:
            notes.append("照片里的拍摄位置按您的选择保留" if keep_position else "照片里的拍摄位置已去掉")
        if made.type is PDF:
            notes.append(f"{made.pages} 页扫描件已转成 PDF")
        suggested = "scan" if made.type is PDF or kind.suffix == ".tif" else "photo"
        pages = made.pages if made.type is PDF else None
        return Prepared(
            clean_name(name, made.type), made.body, made.type, suggested, pages, made.taken_on, tuple(notes)
        )

    def _line_class(self, register: str | type[Line]) -> type[FileLine]:
        if isinstance(register, str):
            definition = self._office.registry.get(register)
            child = files_child(definition)
            line = child.line if child else None
        else:
            definition, line = register.definition, register
        if line is None or not issubclass(line, FileLine):
            raise UserError(f"“{definition.label}”不收附件", _who_takes(self._office))
        return line

    def _save_with(self, register: str, record_id: str, line: FileLine) -> FileLine:
        office = self._office
        seen = office.reader.get(register, record_id)
        if seen is None:
            sentence = f"没有这条{office.registry.get(register).label}"
            raise UserError(sentence, "它可能已被删除，请刷新列表")

        def guard(stored: Record | None) -> None:
            if stored != seen:
                raise _MovedError

        files = (*self.of(seen), line)
        changed = seen.model_copy(update={FILES: files})
        office.save(changed, reasons=_already_answered(office, seen, changed), guard=guard)
        return line

    def _body(self, line: FileLine) -> bytes:
        blobs, name = self._office.store.blobs, blob_of(line)
        if name is None:
            sentence = "这一行里没有可用的文件"
            raise StoreError(sentence, "可能由更新版本的程序写入，请更新本程序")
        try:
            return blobs.read(name)
        except StoreError:
            if blobs.has(name) and not blobs.is_sound(name):
                blobs.set_aside(name)
            raise


def blob_of(line: FileLine) -> str | None:
    """The blob a line names; None for what another program may have written there."""
    named: object = line.file
    return named if isinstance(named, str) and is_blob_id(named) else None


def clean_name(name: str, kind: FileType) -> str:
    """A file name that every system takes and nobody is deceived by.

    No path, no control or turning characters, the ending that fits the content, at most 120 characters.
    """
    last = _SEPARATORS.split(unicodedata.normalize("NFC", name))[-1]
    visible = "".join(one for one in last if unicodedata.category(one) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    plain = _FORBIDDEN.sub("_", visible).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    suffix = f".{ending.lower()}" if dot else ""
    if suffix in (kind.suffix, *kind.also):
        plain = stem
    elif kind is not TEXT and suffix in _PICTURE_ENDINGS:
        plain, suffix = stem, kind.suffix
    else:
        suffix = kind.suffix
    return f"{plain.strip(' .')[: NAME_LIMIT - len(suffix)] or '附件'}{suffix}"


_PICTURE_ENDINGS: Final = frozenset(
    {JPEG.suffix, *JPEG.also, PNG.suffix, ".webp", ".bmp", ".dib", ".tif", ".tiff", ".gif", ".heic"}
)


def size_words(count: int) -> str:
    """``356 KB``, ``1.2 MB``."""
    return f"{max(1, round(count / 1024))} KB" if count < 1000 * 1024 else f"{count / _MB:.1f} MB"


def _read(path: Path) -> bytes:
    try:
        found = path.stat()
        if path.is_dir():
            sentence = f"“{path.name}”是文件夹"
            raise UserError(sentence, "请打开它，选里面的文件")
        if found.st_size > READ_AT_MOST:
            raise _too_large(found.st_size, READ_AT_MOST)
        return path.read_bytes()
    except FileNotFoundError as error:
        sentence = f"找不到“{path.name}”"
        raise StoreError(sentence, "它可能已被移走或改名；移动盘请插好") from error
    except PermissionError as error:
        sentence = f"“{path.name}”正被别的程序占用，或没有权限读"
        raise StoreError(sentence, "请先在 Word、看图软件里关掉它再加") from error
    except OSError as error:
        sentence = f"“{path.name}”读不出来（{error.strerror}）"
        raise StoreError(sentence, "请把它复制到桌面，能打开后再加") from error


def _too_large(size: int, limit: int, *, is_pdf: bool = False) -> UserError:
    step = "扫描时请选 200 dpi、黑白或灰度，或分成几份" if is_pdf else "请压缩或分成几份再加；录像请截几张照片"
    return UserError(f"文件有 {size_words(size)}，超过单个附件的上限 {size_words(limit)}", step)


def _who_takes(office: Office) -> str:
    takers = "、".join(one.label for one in office.registry if files_child(one))
    return f"可以加附件的有：{takers}"


def _already_answered(office: Office, seen: Record, changed: Record) -> dict[str, str]:
    """Doubts the record had before the file came are not the file's matter."""
    before = {one.sentence for one in office.check(seen)}
    return {one.sentence: "添加附件，原有内容未改" for one in office.check(changed) if one.sentence in before}


def definitions_with_files(office: Office) -> list[Definition]:
    """Registers that keep attachments."""
    return [one for one in office.registry if files_child(one)]
