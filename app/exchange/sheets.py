"""Workbooks and text tables as raw rows: any xlsx, xls, et, ods or csv becomes sheets of cells with their row numbers.

What is not such a file gets a sentence saying what it is and what to do. Nothing here knows a register, a heading or a
kind of field, and nothing is written.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from app.errors import UserError

Cell = str | int | float | bool | datetime | date | time | timedelta | None

ROW_LIMIT: Final = 100_000
"""Records of one file; more would not be looked through by anybody and fill the memory of an old PC."""

_ROOM_FOR_HEADINGS = 20
"""Rows of titles and headings that a file of just so many records may have besides."""

_BYTE_LIMIT = 200 * 1024 * 1024
_UNPACKED_LIMIT = 1024 * 1024 * 1024
_CELL_LIMIT = 30_000_000
_HOW_TO_SAVE = "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（xlsx）”后再导入"

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_FILES: Final = (
    (b"%PDF", "PDF 文件", "PDF 里的表格不能直接导入，请向提供者要 Excel 文件"),
    (b"Rar!", "压缩包", "请先解压，再导入里面的表格"),
    (b"7z\xbc\xaf", "压缩包", "请先解压，再导入里面的表格"),
    (b"\x1f\x8b", "压缩包", "请先解压，再导入里面的表格"),
    (b"\x89PNG", "图片", "图片里的表格不能导入，请向提供者要 Excel 文件"),
    (b"\xff\xd8\xff", "图片", "图片里的表格不能导入，请向提供者要 Excel 文件"),
    (b"GIF8", "图片", "图片里的表格不能导入，请向提供者要 Excel 文件"),
    (b"BM", "图片", "图片里的表格不能导入，请向提供者要 Excel 文件"),
    (b"SQLite format", "数据库文件", "请选择 Excel 表格"),
    (b"MZ", "程序文件", "请选择 Excel 表格"),
)
_TEXT_SUFFIXES = frozenset({".csv", ".txt", ".tsv"})
_DELIMITERS = (",", "\t", ";", "，", "|")
_DIMENSION = re.compile(rb'<dimension ref="[A-Z]+\d+:([A-Z]+)(\d+)"')
_NO_RESULT = (b"</f></c>", b"</f><v/></c>", b"</f><v></v></c>", b"</f><v /></c>")
_CELL_AT = re.compile(rb'<c r="([A-Z]+)(\d+)"')


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as it stands in the file: ``number`` counts from 1 like the spreadsheet, empty cells are None."""

    number: int
    cells: tuple[Cell, ...]

    def cell(self, column: int) -> Cell:
        """The cell of a column counted from 0; None beyond the last."""
        return self.cells[column] if column < len(self.cells) else None


@dataclass(frozen=True, slots=True)
class RawSheet:
    """The rows of a sheet that hold anything."""

    name: str
    rows: tuple[RawRow, ...]
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Workbook:
    """A file read whole; ``sha256`` tells the same file again."""

    path: Path
    sha256: str
    sheets: tuple[RawSheet, ...]


def read_workbook(path: Path) -> Workbook:
    """All sheets of a workbook or text table. Raises ``UserError`` saying what is wrong with the file."""
    body = _bytes_of(path)
    sheets = tuple(_sheets_of(path, body))
    if not any(sheet.rows for sheet in sheets):
        raise UserError(f"“{path.name}”里没有内容", "请确认选对了文件")
    return Workbook(path, hashlib.sha256(body).hexdigest(), sheets)


def column_letter(index: int) -> str:
    """``A`` for column 0, ``AA`` for 26: what the user sees above the column."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def raw_text(cell: Cell) -> str:
    """A cell as a person would read it in the spreadsheet."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e21:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M") if cell.time() != time() else cell.strftime("%Y-%m-%d")
    return str(cell)


# -- opening ---------------------------------------------------------------------------------------------------------


def _bytes_of(path: Path) -> bytes:
    if path.name.startswith("~$"):
        raise UserError(f"“{path.name}”是 Excel 打开文件时的临时文件", f"请选择“{path.name[2:]}”")
    try:
        size = path.stat().st_size
        if size > _BYTE_LIMIT:
            raise UserError(f"“{path.name}”有 {size // 1024 // 1024} MB，太大了", "请删去图片，或按村分成几个文件")
        body = path.read_bytes()
    except FileNotFoundError as error:
        raise UserError(f"找不到文件“{path.name}”", "可能已被移走或改名，请重新选择") from error
    except IsADirectoryError as error:
        raise UserError(f"“{path.name}”是文件夹", "请选择里面的表格文件") from error
    except PermissionError as error:
        message = f"“{path.name}”正被别的程序占用，或没有读取权限"
        raise UserError(message, "请先在 Excel 或 WPS 里关闭它，再试一次") from error
    except OSError as error:
        raise UserError(f"“{path.name}”读不出来", "请检查优盘或网络盘是否还连着，或复制到本机再试") from error
    if not body:
        raise UserError(f"“{path.name}”是空文件（0 字节）", "可能没有复制完，请重新取得这个文件")
    return body


def _sheets_of(path: Path, body: bytes) -> Iterator[RawSheet]:
    for start, what, next_step in _OTHER_FILES:
        if body.startswith(start) and not (start in (b"BM", b"MZ") and path.suffix.lower() in _TEXT_SUFFIXES):
            raise UserError(f"“{path.name}”不是 Excel 文件，而是{what}", next_step)
    if body.startswith(b"PK"):
        _check_package(path, body)
    elif body.startswith(_OLE):
        _check_compound(path, body)
    else:
        yield _text_sheet(path, body)
        return
    yield from _calamine_sheets(path, body)


def _check_package(path: Path, body: bytes) -> None:
    """A zip that is a workbook, neither half nor a bomb."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            entries = package.infolist()
            names = [entry.filename for entry in entries]
            unpacked = sum(entry.file_size for entry in entries)
            what = _kind_of_package(package, names)
            if what:
                raise UserError(f"“{path.name}”不是 Excel 文件，而是{what}", "请选择 Excel 表格；压缩包请先解压")
            if unpacked > _UNPACKED_LIMIT:
                raise UserError(f"“{path.name}”展开后超过 1 GB，太大了", "请删去图片，或按村分成几个文件")
            for name in names:
                if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                    _check_area(path, package, name)
                    _check_formulas(path, package, name)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise _half(path) from error


def _kind_of_package(package: zipfile.ZipFile, names: Sequence[str]) -> str:
    """What a zip is when it is no workbook; nothing for a workbook."""
    if any(name.startswith("xl/") for name in names):
        return ""
    if "mimetype" in names and b"spreadsheet" in package.read("mimetype"):
        return ""
    if any(name.startswith("word/") for name in names):
        return " Word 文档"
    if any(name.startswith("ppt/") for name in names):
        return "幻灯片"
    return "压缩包"


def _check_area(path: Path, package: zipfile.ZipFile, name: str) -> None:
    """A stray cell far away would make the reader reserve the whole rectangle: say so instead."""
    with package.open(name) as part:
        head = part.read(4096)
        found = _DIMENSION.search(head)
        if found:
            column, row = found.groups()
            area = _number_of(column) * int(row)
        elif b"<dimension" in head:
            return
        else:
            area = _area_of_cells(head, part)
    if area > _CELL_LIMIT:
        message = f"“{path.name}”有一张工作表的范围远远超出内容（约 {area // 10_000} 万格）"
        raise UserError(message, "请新建一个表，只把有内容的部分复制过去，再导入新表")


def _check_formulas(path: Path, package: zipfile.ZipFile, name: str) -> None:
    """Formulas saved by a program that does not calculate have no result: they would be read as empty cells."""
    count, rest = 0, b""
    with package.open(name) as part:
        while more := part.read(1 << 20):
            whole, _, rest = (rest + more).rpartition(b"<c ")  # never cut within a cell
            count += sum(whole.count(mark) for mark in _NO_RESULT)
        count += sum(rest.count(mark) for mark in _NO_RESULT)
    if count:
        message = f"“{path.name}”里有 {count:,} 个公式没有存下计算结果，读出来是空的"
        raise UserError(message, "请用 Excel 或 WPS 打开它，保存一次，再导入")


def _area_of_cells(head: bytes, part: Any) -> int:
    rows = columns = 0
    rest = head
    while rest:
        for column, row in _CELL_AT.findall(rest):
            rows, columns = max(rows, int(row)), max(columns, _number_of(column))
        more = part.read(1 << 20)
        rest = rest[-40:] + more if more else b""
    return rows * columns


def _number_of(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _check_compound(path: Path, body: bytes) -> None:
    """An OLE file: an old workbook, an encrypted new one, or something else."""
    directory = {name: name.encode("utf-16-le") in body for name in ("EncryptedPackage", "WordDocument", "Workbook")}
    if directory["EncryptedPackage"]:
        raise _protected(path)
    if directory["WordDocument"] and not directory["Workbook"]:
        raise UserError(f"“{path.name}”不是 Excel 文件，而是 Word 文档", "请把表格复制到 Excel 里保存后再导入")


def _half(path: Path) -> UserError:
    return UserError(f"“{path.name}”不完整，打不开", "可能没有复制或下载完，请重新取得；能用 Excel 修复的请修复后另存")


def _protected(path: Path) -> UserError:
    return UserError(f"“{path.name}”设了打开密码", "请在 Excel 或 WPS 里输入密码打开，取消密码后另存一份再导入")


# -- sheets through calamine -----------------------------------------------------------------------------------------


def _calamine_sheets(path: Path, body: bytes) -> Iterator[RawSheet]:
    # From memory, so that the contents decide the format: WPS saves old workbooks as .et, offices rename at will.
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(body)) as book:
            left = ROW_LIMIT + _ROOM_FOR_HEADINGS
            for meta in book.sheets_metadata:
                rows = tuple(_rows(book.get_sheet_by_name(meta.name), left, path))
                left -= len(rows)
                yield RawSheet(meta.name, rows, meta.visible is not SheetVisibleEnum.Visible)
    except PasswordError as error:
        raise _protected(path) from error
    except CalamineError as error:
        raise _half(path) from error


def _rows(sheet: CalamineSheet, left: int, path: Path) -> Iterator[RawRow]:
    if sheet.start is None:
        return
    below = _merged_below(sheet)
    # calamine counts rows from the top of the sheet, but columns from the first that holds anything.
    left_of_it: list[Cell] = [None] * sheet.start[1]
    for index, values in enumerate(sheet.iter_rows()):
        cells: list[Cell] = [*left_of_it, *(None if value == "" else value for value in values)]
        _fill_merged(cells, index, below)
        if all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells):
            continue
        left -= 1
        if left < 0:
            raise _too_many(path, sheet.name)
        yield RawRow(index + 1, tuple(cells))


def _too_many(path: Path, sheet: str) -> UserError:
    message = f"“{path.name}”（{sheet}）超过 {ROW_LIMIT:,} 行，一次导不完"
    return UserError(message, "请按村或按年份分成几个文件")


Below = dict[int, list[tuple[int, int, list[Cell]]]]


def _merged_below(sheet: CalamineSheet) -> Below:
    """By column: merged ranges of several rows as (first row, last row, [value once seen])."""
    below: Below = {}
    for (first, column), (last, _) in sheet.merged_cell_ranges or []:
        if last > first:
            below.setdefault(column, []).append((first, last, []))
    return below


def _fill_merged(cells: list[Cell], index: int, below: Below) -> None:
    """A cell merged downwards counts for every row it covers (户号 and 住址 written once for a family)."""
    for column, ranges in below.items():
        for first, last, value in ranges:
            if index == first and column < len(cells):
                value.append(cells[column])
            elif first < index <= last and value and column < len(cells) and cells[column] is None:
                cells[column] = value[0]


# -- text tables -----------------------------------------------------------------------------------------------------


def _text_sheet(path: Path, body: bytes) -> RawSheet:
    text = _decoded(path, body)
    start = text.lstrip("\ufeff \t\r\n")[:2000].lower()
    if start.startswith(("<!doctype html", "<html", "<head", "<table", "<meta", "<?xml")) or "<table" in start:
        what = "另存为 xls 的网页表格"
        raise UserError(f"“{path.name}”不是 Excel 文件，而是{what}", _HOW_TO_SAVE)
    if path.suffix.lower() not in _TEXT_SUFFIXES:
        message = f"“{path.name}”不是 Excel 文件，里面是纯文本"
        raise UserError(message, "如果它是逗号分隔的表格，请把扩展名改为 csv；否则" + _HOW_TO_SAVE.removeprefix("请"))
    return RawSheet(path.stem, tuple(_text_rows(path, text.removeprefix("\ufeff"))))


def _decoded(path: Path, body: bytes) -> str:
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise UserError(f"“{path.name}”不是表格文件", "请选择 Excel（xlsx、xls）、WPS（et）、ods 或 csv 文件")


def _text_rows(path: Path, text: str) -> Iterator[RawRow]:
    sample = text[:20_000]
    delimiter = max(_DELIMITERS, key=sample.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    count, last = 0, 0
    try:
        for values in reader:
            # A quoted cell may span lines: the row is named by its first line, as an editor shows it.
            number, last = last + 1, reader.line_num
            cells = tuple(_text_cell(value) for value in values)
            if all(cell is None for cell in cells):
                continue
            count += 1
            if count > ROW_LIMIT + _ROOM_FOR_HEADINGS:
                raise _too_many(path, path.stem)
            yield RawRow(number, cells)
    except csv.Error as error:
        raise UserError(f"“{path.name}”第 {last + 1} 行读不下去", "可能少了一个引号，请用 Excel 打开后另存") from error


def _text_cell(value: str) -> Cell:
    """``="0123"`` is how programs keep Excel from eating digits; a tab or apostrophe in front serves the same."""
    plain = value.strip()
    guarded = re.fullmatch(r'="(.*)"', plain)
    plain = guarded[1] if guarded else plain.removeprefix("'")
    return plain.strip() or None
