"""What a docx is as a file: a package of parts, judged before any of them is read by another library.

A template comes from outside by mail or USB stick. Bombs, programs, embedded objects, links to other computers and
declarations of entities are refused with a sentence; the link to the author's own Normal.dotm, which Word writes into
most documents, is taken out. Reads bytes, opens no file.
"""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from app.errors import UserError

MOST_BYTES: Final = 10 * 1024 * 1024
MOST_PARTS: Final = 400
MOST_UNPACKED: Final = 60 * 1024 * 1024
MOST_OF_XML: Final = 4 * 1024 * 1024
"""Bytes of one XML part; the text of a form of fifty pages is a tenth of that."""

WORDS: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATIONS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_MAIN: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_TYPES: Final = "[Content_Types].xml"
_SAVE_AS: Final = "请用 Word 或 WPS 打开，另存为“Word 文档（*.docx）”后再安装"
_KINDS: Final = (
    (b"\xd0\xcf\x11\xe0", "旧格式（doc）或加了密码的文件", _SAVE_AS + "；有密码的先去掉密码"),
    (b"%PDF", "PDF 文件", "PDF 不能当模板，请向提供者要 Word 文件"),
    (b"{\\rtf", "RTF 文件", _SAVE_AS),
    (b"Rar!", "压缩包", "请先解压，再安装里面的文件"),
    (b"7z\xbc\xaf", "压缩包", "请先解压，再安装里面的文件"),
)
_PROGRAMS: Final = re.compile(r"vbaproject|vbadata|activex|macrosheet|\.(exe|dll|js|vbs|bat|cmd|ps1)$", re.IGNORECASE)
_OBJECTS: Final = re.compile(r"/embeddings/|oleobject|/afchunk|\.(bin|html?|mht|rtf)$", re.IGNORECASE)
_BROKEN: Final = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, ValueError,
    NotImplementedError, RuntimeError,
)  # fmt: skip
"""All that reading a damaged or forged zip raises."""

_CHUNK: Final = re.compile(rb"<(\w+:)?altChunk[ />]")
_FIELDS: Final = re.compile(
    r"^\s*\\?\s*(DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE|INCLUDE|IMPORT|LINK|DATABASE|MACROBUTTON|RD|EMBED|AUTOTEXT)\b",
    re.IGNORECASE,
)
_ENCODING: Final = re.compile(rb"""^\s*<\?xml[^>]*encoding=["']([^"']+)["']""")


@dataclass(frozen=True, slots=True)
class Clean:
    """A docx that may be kept. ``notes`` say in Chinese what was taken out of it."""

    body: bytes
    notes: tuple[str, ...] = ()


def is_docx(names: list[str]) -> bool:
    """True when the entries of a zip are those of an Office document."""
    return _TYPES in names


def unpacked(body: bytes, *, most_bytes: int = MOST_BYTES) -> dict[str, bytes]:
    """The entries of a zip, read no further than is sensible. Raises ``UserError`` for what should not be opened."""
    if len(body) > most_bytes:
        raise UserError(f"文件有 {len(body) / 1024 / 1024:.0f} MB，太大了", "模板里的图片请压缩；一个模板最大 10 MB")
    for start, what, step in _KINDS:
        if body.startswith(start):
            raise UserError(f"这是{what}，不是 Word 模板", step)
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as file:
            return _read(file)
    except _BROKEN as error:
        sentence = "这个文件打不开：不是 Word 文件，或已损坏"
        raise UserError(sentence, _SAVE_AS) from error


def cleaned(body: bytes) -> Clean:
    """The docx as it may be kept and filled. Raises ``UserError`` saying what is in it that must not be."""
    parts = unpacked(body)
    if not is_docx(list(parts)):
        sentence = "这是压缩包，不是 Word 文件"
        raise UserError(sentence, _SAVE_AS)
    _judge_type(parts)
    for name, part in parts.items():
        _judge_name(name)
        if name.lower().endswith((".xml", ".rels")):
            _judge_xml(name, part)
    notes: list[str] = []
    kept = dict(parts)
    for name in [one for one in parts if one.endswith(".rels")]:
        kept[name] = _without_links(name, parts[name], notes)
    if notes and "word/settings.xml" in kept:
        kept["word/settings.xml"] = _without_template(kept["word/settings.xml"])
    return Clean(_packed(kept), tuple(notes)) if notes else Clean(body)


def text_parts(parts: Mapping[str, bytes]) -> Iterator[tuple[str, str, bytes]]:
    """The parts that are filled, each with what it is called."""
    for pattern, called in (
        (r"word/document\.xml", "正文"),
        (r"word/header\d*\.xml", "页眉"),
        (r"word/footer\d*\.xml", "页脚"),
        (r"word/footnotes\.xml", "脚注"),
    ):
        for name in sorted(parts):
            if re.fullmatch(pattern, name):
                yield name, called, parts[name]


def parsed(part: bytes) -> etree._Element:
    """The tree of a part; nothing outside it is ever read. Raises ``UserError``."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(part, parser)
    except etree.XMLSyntaxError as error:
        sentence = "这个 Word 文件里的内容已损坏"
        raise UserError(sentence, "请用 Word 或 WPS 打开，另存一份后再安装") from error


def _read(file: zipfile.ZipFile) -> dict[str, bytes]:
    entries = file.infolist()
    if len(entries) > MOST_PARTS:
        raise UserError(f"文件里有 {len(entries)} 个部分，不像一个 Word 模板", "请向提供者核对")
    found: dict[str, bytes] = {}
    room = MOST_UNPACKED
    for entry in entries:
        if entry.is_dir():
            continue
        name = entry.filename
        if not name or name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/"):
            raise UserError(f"文件里有不该有的路径“{name[:60]}”，没有打开", "这个文件可能被人动过，请向提供者核对")
        if name in found:
            raise UserError(f"文件里有两个“{name[:60]}”，没有打开", "这个文件可能被人动过，请向提供者核对")
        if entry.flag_bits & 0x1:
            sentence = "文件加了密码"
            raise UserError(sentence, "请去掉密码后再安装")
        with file.open(entry) as stream:
            part = stream.read(room + 1)
        room -= len(part)
        if room < 0:
            sentence = "文件解开后大得不正常，没有打开"
            raise UserError(sentence, "这个文件可能被人动过，请向提供者核对")
        found[name] = part
    return found


def _judge_type(parts: Mapping[str, bytes]) -> None:
    types = parts[_TYPES]
    _judge_xml(_TYPES, types)
    said = types.decode("utf-8", "replace")
    if "macroEnabled" in said or "vbaProject" in said:
        raise _program()
    if _MAIN not in said or "word/document.xml" not in parts:
        sentence = "这不是 Word 文档（docx）"
        raise UserError(sentence, _SAVE_AS)


def _judge_name(name: str) -> None:
    if _PROGRAMS.search(name):
        raise _program()
    if _OBJECTS.search(name):
        sentence = "模板里嵌入了别的文件（OLE 对象），不能安装"
        raise UserError(sentence, "请在 Word 里删去嵌入的对象；图片请用“插入图片”")


def _program() -> UserError:
    return UserError("模板里带有宏（程序），不能安装", _SAVE_AS + "，宏会自动去掉")


def _judge_xml(name: str, part: bytes) -> None:
    if len(part) > MOST_OF_XML:
        raise UserError(f"模板的“{name}”大得不正常", "请用 Word 新建一个文档，把内容粘贴过去再安装")
    said = _ENCODING.match(part.removeprefix(b"\xef\xbb\xbf"))
    if b"\x00" in part or (said and said[1].lower() not in (b"utf-8", b"utf8", b"us-ascii", b"ascii")):
        sentence = "这个 Word 文件的文字编码不是通常的样子，没有打开"
        raise UserError(sentence, "请用 Word 或 WPS 打开，另存一份后再安装")
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        sentence = "这个 Word 文件里有外来的定义（DTD），不能安装"
        raise UserError(sentence, "这不是 Word 正常写出的文件，请向提供者核对")
    if _CHUNK.search(part):
        sentence = "模板里嵌入了别的文件，不能安装"
        raise UserError(sentence, "请在 Word 里打开，另存一份后再安装")
    tree = parsed(part)
    for code in _field_codes(tree):
        if _FIELDS.match(code):
            sentence = f"模板里有会去取外面内容的域（{code.split()[0]}），不能安装"
            raise UserError(sentence, "请在 Word 里选中它，按 Ctrl+Shift+F9 变成普通文字")


def _field_codes(tree: etree._Element) -> Iterator[str]:
    """Each field's code whole, however Word has cut it into pieces."""
    text: list[str] = []
    for node in tree.iter(f"{{{WORDS}}}instrText", f"{{{WORDS}}}fldChar", f"{{{WORDS}}}fldSimple"):
        if node.tag.endswith("fldSimple"):
            yield node.get(f"{{{WORDS}}}instr", "")
        elif node.tag.endswith("fldChar"):
            yield "".join(text)
            text = []
        else:
            text.append(node.text or "")
    yield "".join(text)


def _without_links(name: str, part: bytes, notes: list[str]) -> bytes:
    tree = parsed(part)
    for one in list(tree.iter(f"{{{_RELATIONS}}}Relationship")):
        kind, target = one.get("Type", "").rsplit("/", 1)[-1], one.get("Target", "")
        if one.get("TargetMode", "").lower() == "external":
            if kind == "attachedTemplate":
                notes.append("模板里记着作者电脑上的模板文件，已去掉")
                tree.remove(one)
            elif kind != "hyperlink":
                raise UserError(
                    f"模板连着外面的{_LINKED.get(kind, '文件')}（{target[:60]}），不能安装",
                    "图片请在 Word 里重新“插入图片”，不要选“链接到文件”",
                )
        elif ".." in target.lstrip("./").split("/") or "\\" in target:
            raise UserError(f"“{name}”指向文件外面，不能安装", "这个文件可能被人动过，请向提供者核对")
    return _written(tree)


_LINKED: Final = {"image": "图片", "oleObject": "对象", "frame": "网页", "subDocument": "文档"}


def _without_template(part: bytes) -> bytes:
    tree = parsed(part)
    for one in list(tree.iter(f"{{{WORDS}}}attachedTemplate")):
        parent = one.getparent()
        if parent is not None:
            parent.remove(one)
    return _written(tree)


def _written(tree: etree._Element) -> bytes:
    return bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True))


def _packed(parts: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, part in parts.items():
            file.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), part, zipfile.ZIP_DEFLATED)
    return made.getvalue()
