"""The office's own papers: Word templates installed as packs with a version, filled from a record beside our own PDFs.

A filled docx can still be changed by anybody, so it is a working copy: what left the program is journalled with form,
version and SHA-256, and of a dispute it may be kept like a printed paper. It never takes a number of its own: the
number comes with the printed agreement. No Qt, no SQL here.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.documents import forms as built_in
from app.errors import StoreError, UserError
from app.models import clock
from app.models.codes import code_list
from app.models.policy import Act
from app.models.reading import Reader
from app.models.register import Record
from app.models.registers import Dispute, DisputePaper, FormPack
from app.models.unit import UnitOfWork
from app.services.office import Office
from app.sync.canonical import Wire

if TYPE_CHECKING:
    from app.services import form_fields

MANIFEST: Final = "manifest.json"
TEMPLATE: Final = "template.docx"
STAYS_OPEN: Final = "Word 文件存出来以后谁都能改，程序记下的是存出来时的样子。要作为正式文书的，请用程序打印的 PDF。"
WORD_COPY: Final = "（Word）"
"""How a kept Word file is marked among the printed papers."""

_ATTEMPTS: Final = 3
_MOST_BYTES: Final = 10 * 1024 * 1024
_NEW_FILE: Final = "请向提供模板的单位核对，或在程序里“导出示例模板”照着做"


class Manifest(BaseModel):
    """What a pack says of itself, in ``manifest.json``; keys a later program may add are left alone."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True, frozen=True)

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{1,58}$")
    name: str = Field(min_length=1, max_length=60)
    version: str = Field(pattern=r"^\d{1,4}(\.\d{1,4}){0,3}$")
    register_name: str = Field(alias="register")
    issuer: str = Field(default="", max_length=60)
    form_kind: str = Field(default="", alias="kind", max_length=60)
    note: str = Field(default="", max_length=2000)


class State(StrEnum):
    """Whether a pack is offered, and why not."""

    IN_USE = "使用中"
    REPLACED = "已有新版"
    OFF = "停用"
    NOT_HERE = "文件未到"


@dataclass(frozen=True, slots=True)
class Listed:
    """A pack and its state on this PC."""

    pack: FormPack
    state: State


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that may be installed: its docx, what it says of itself (None for a bare docx), what was taken out."""

    body: bytes
    manifest: Manifest | None
    stem: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Installed:
    """A pack as installed; ``replaces`` is the version offered until now, ``tags`` how many places it fills."""

    pack: FormPack
    replaces: str
    tags: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled docx as it leaves the program."""

    body: bytes
    sha256: str
    file_name: str
    is_kept: bool


class _MovedError(Exception):
    """The dispute changed while its paper was made."""


class Forms:
    """Use cases of one signed-in user."""

    def __init__(self, office: Office) -> None:
        self.office = office

    # -- what there is -------------------------------------------------------------------------------------------

    def registers(self) -> list[str]:
        """Registers for which there can be forms and that this account may read."""
        return [item.code for item in code_list("form_register").offered if self.office.may(Act.READ, item.code)]

    def listed(self) -> list[Listed]:
        """Every pack, by form, the newest first."""
        packs = self._packs()
        offered = {one.id for one in _offered(packs)}
        packs.sort(key=lambda one: one.number, reverse=True)
        packs.sort(key=lambda one: (one.for_register, one.name, one.pack))
        return [Listed(one, self._state(one, is_offered=one.id in offered)) for one in packs]

    def offered(self, register: str) -> list[FormPack]:
        """The forms of a register to choose from, each in its newest version in use."""
        return sorted(
            (one for one in _offered(self._packs()) if one.for_register == register), key=lambda one: one.name
        )

    def called(self, given: str) -> FormPack:
        """The form of that id or name, in its version in use. Raises ``UserError`` saying which there are."""
        found = _offered(self._packs())
        for one in found:
            if given in (one.pack, one.name, one.id):
                return one
        known = "、".join(f"{one.pack}（{one.name}）" for one in found)
        sentence = f"没有叫“{given}”的本地文书模板"
        raise UserError(sentence, f"现有：{known}" if known else "请管理员先安装")

    # -- installing ----------------------------------------------------------------------------------------------

    def open(self, path: Path) -> Opened:
        """Read a pack or a bare docx. Raises ``UserError`` for what must not be installed."""
        try:
            if path.stat().st_size > _MOST_BYTES:
                raise UserError(f"“{path.name}”太大了", "一个模板最大 10 MB；里面的图片请压缩")
            body = path.read_bytes()
        except OSError as error:
            sentence = f"“{path.name}”读不出来（{error.strerror}）"
            raise StoreError(sentence, "请先在 Word 里关掉它；移动盘请插好") from error
        return self.opened(path.name, body)

    def opened(self, name: str, body: bytes) -> Opened:
        """As :meth:`open`, of bytes."""
        from app.documents.word.package import cleaned, is_docx, unpacked  # Word is not read before somebody needs it

        self.office.require(Act.SETTINGS)
        stem = Path(name).stem
        parts = unpacked(body)
        if is_docx(list(parts)):
            clean = cleaned(body)
            return Opened(clean.body, None, stem, clean.notes)
        by_name = {Path(one).name: part for one, part in parts.items()}
        if MANIFEST not in by_name or TEMPLATE not in by_name:
            sentence = f"“{name}”不是文书模板包"
            raise UserError(sentence, f"模板包里要有 {MANIFEST} 和 {TEMPLATE}；也可以直接安装 Word 文件（docx）")
        clean = cleaned(by_name[TEMPLATE])
        return Opened(clean.body, _manifest(by_name[MANIFEST]), stem, clean.notes)

    def install(self, opened: Opened, manifest: Manifest | None = None) -> Installed:
        """Keep a template as a pack; ``manifest`` for a bare docx. Every tag is judged before anything is kept.

        Raises ``UserError``: a field that does not exist with its place, the same version with other content.
        """
        from app.services import form_fields

        self.office.require(Act.SETTINGS)
        said = manifest or opened.manifest
        if said is None:
            sentence = "这个 Word 文件没有说明自己是什么文书"
            raise UserError(sentence, "请填写名称、版本和用于哪种登记")
        if said.register_name not in {item.code for item in code_list("form_register").offered}:
            known = "、".join(f"{one.code}（{one.label}）" for one in code_list("form_register").offered)
            raise UserError(f"不认识模板写的登记“{said.register_name[:40]}”", f"可用：{known}")
        table = form_fields.table(self.office.registry, said.register_name)
        judged = _judge(opened.body, table)
        before = [one for one in self._packs() if one.pack == said.id]
        digest = hashlib.sha256(opened.body).hexdigest()
        _refuse_same(before, said, digest)
        pack = self._pack(said, opened.body, digest)
        current = next(iter(_offered(before)), None)
        self._save(pack)
        replaces = current.edition if current is not None and current.number < pack.number else ""
        return Installed(pack, replaces, judged, opened.notes)

    def switch(self, pack: FormPack, *, is_active: bool) -> None:
        """Offer a pack or not; it stays listed and readable either way."""
        self.office.require(Act.SETTINGS)
        self._save(pack.model_copy(update={"is_active": is_active}))

    def pack_zip(self, pack: FormPack) -> bytes:
        """The pack as a file to hand on: manifest and template."""
        said = {
            "id": pack.pack, "name": pack.name, "version": pack.edition, "register": pack.for_register,
            "issuer": pack.issuer or "", "kind": pack.form_kind or "", "note": pack.note or "",
        }  # fmt: skip
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr(MANIFEST, json.dumps(said, ensure_ascii=False, indent=2))
            file.writestr(TEMPLATE, self._template(pack))
        return made.getvalue()

    # -- filling -------------------------------------------------------------------------------------------------

    def fill(self, pack: FormPack, record_id: str, *, keep: bool = False) -> Filled:
        """Fill a form from a stored record; journalled as export before anybody has it.

        ``keep`` (disputes only) also keeps the docx and records it among the printed papers. Raises ``UserError``.
        """
        for _ in range(_ATTEMPTS):
            try:
                return self._fill(pack, record_id, keep=keep)
            except _MovedError:
                continue
        sentence = "这件纠纷正在被别人修改，文书没有留底"
        raise UserError(sentence, "请稍等片刻再试")

    def file_name(self, pack: FormPack, record: Record, *, is_kept: bool) -> str:
        """``报告书-JF-….docx``, without what no file name may hold."""
        called = str(getattr(record, "matter_code", None) or record.title())
        name = re.sub(r'[\\/:*?"<>|\r\n\t]', "_", f"{pack.name}-{called}"[:80])
        return f"{name}{'' if is_kept else '-草稿'}.docx"

    def _fill(self, pack: FormPack, record_id: str, *, keep: bool) -> Filled:
        office, register = self.office, pack.for_register
        office.require(Act.EXPORT, register)
        record = office.reader.get(register, record_id)
        if record is None:
            sentence = "这条记录已被删除，或还没有同步到本机"
            raise UserError(sentence, "请回到列表刷新后再试")
        if keep and not isinstance(record, Dispute):
            sentence = "只有纠纷的文书可以留底"
            raise UserError(sentence, "其他登记请把填好的文件作为附件加上")
        template = self._template(pack)
        body, hidden = self._made(template, record, draft=_mark(office, keep=keep))
        if hidden:
            office.require(Act.REVEAL, register)
        filled = Filled(body, hashlib.sha256(body).hexdigest(), self.file_name(pack, record, is_kept=keep), keep)
        file = office.store.blobs.put(body).id if keep else ""
        detail: dict[str, Wire] = {
            "paper": pack.name, "form": pack.pack, "form_version": pack.edition, "sha256": filled.sha256,
            "kept": keep, "fields": list(hidden),
        }  # fmt: skip

        def record_it(unit: UnitOfWork) -> None:
            if keep:
                self._keep(unit, pack, record, filled, file=file)
            unit.record_access("export", register=register, record_id=record_id, detail=detail)

        office.store.write(office.user.id, record_it)
        return filled

    def _made(self, template: bytes, record: Record, *, draft: str) -> tuple[bytes, list[str]]:
        from app.documents.word import template as word
        from app.services import form_fields

        table = form_fields.table(self.office.registry, record.definition.name)
        vocabulary = table.vocabulary
        judged = word.judge(template, vocabulary)
        values = form_fields.values(self.office, record, draft=draft)
        return word.fill(template, values, vocabulary), table.masked(judged.used)

    def _keep(self, unit: UnitOfWork, pack: FormPack, seen: Record, filled: Filled, *, file: str) -> None:
        stored = Reader(self.office.registry, unit.conn).get("dispute", seen.id)
        if not isinstance(stored, Dispute) or stored != seen:
            raise _MovedError
        number = next((one.number for one in reversed(stored.agreements) if one.number), None)
        line = DisputePaper(
            kind=pack.name[: 60 - len(WORD_COPY)] + WORD_COPY,
            number=number,
            sha256=filled.sha256,
            printed_at=clock.now(),
            printed_by=self.office.user.name[:60],
            file=file,
            form_id=pack.pack,
            form_version=pack.edition,
        )
        unit.save(stored.model_copy(update={"papers": (*stored.papers, line)}), reason=f"按模板填写{pack.name}")

    # -- for authors ---------------------------------------------------------------------------------------------

    def field_table(self, register: str) -> bytes:
        """A docx with every field of a register, its meaning and an example; tags can be copied out of it."""
        from app.documents.word.making import FieldGroup, FieldRow, field_table
        from app.services import form_fields

        table, definition = form_fields.table(self.office.registry, register), self.office.registry.get(register)
        groups: dict[str, list[FieldRow]] = {}
        for one in table.texts:
            groups.setdefault(one.group, []).append(FieldRow(f"{{{{ {one.name} }}}}", one.meaning, one.example))
        made = [FieldGroup(title, tuple(rows)) for title, rows in groups.items()]
        if table.each:
            rows = tuple(FieldRow(f"{{%p for 条 in {one.name} %}}", one.meaning, "") for one in table.each)
            note = "各占一段：开头一段写左边的，中间一段写 {{ 条 }}，最后一段写 {%p endfor %}"
            made.append(FieldGroup("一条一条地写", rows, note))
        for name, fields in table.lines.items():
            note = (
                f"表格里逐行：上一行写 {{%tr for 行 in {name} %}}，中间一行写下面的，下一行写 {{%tr endfor %}}；"
                f"只要其中一个的，把“行”换成 {'、'.join(form_fields.named_lines(name))}"
            )
            made.append(
                FieldGroup(
                    f"{name}（可以有多行）",
                    tuple(FieldRow(f"{{{{ 行.{one.name} }}}}", one.meaning, one.example) for one in fields),
                    note,
                )
            )
        return field_table(f"{definition.label}：模板可用的字段", _TOLD, made)

    def sample(self, register: str) -> bytes:
        """A template of the register's own layout, to be changed in Word."""
        from app.documents.word.making import LinesOfSample, sample
        from app.services import form_fields

        registry = self.office.registry
        definition = registry.get(register)
        table = form_fields.table(registry, register)
        sections = [
            (section.title, [form_fields.word_of(definition.field(name).label) for name in section.fields])
            for section in definition.layout
        ]
        lines = []
        for child in definition.children:
            name = form_fields.word_of(child.label)
            is_typed = any(not spec.read_only for spec in child.line.definition.fields)
            if name in table.lines and is_typed:
                line = child.line.definition
                columns = (form_fields.word_of(line.field(one).label) for one in line.columns if one in line.by_name)
                lines.append(LinesOfSample(name, tuple(columns)[:5]))
        return sample(f"{definition.label}登记表", sections, lines)

    # -- inside --------------------------------------------------------------------------------------------------

    def _save(self, pack: FormPack) -> None:
        """Nobody types into this register (:mod:`app.models.policy`); who may install was asked before."""
        self.office.store.write(self.office.user.id, lambda unit: unit.save(pack))

    def _packs(self) -> list[FormPack]:
        return [one for one in self.office.reader.all("form_pack") if isinstance(one, FormPack)]

    def _state(self, pack: FormPack, *, is_offered: bool) -> State:
        if not pack.is_active:
            return State.OFF
        if not is_offered:
            return State.REPLACED
        return State.IN_USE if self.office.store.blobs.has(pack.file) else State.NOT_HERE

    def _template(self, pack: FormPack) -> bytes:
        body = self.office.store.blobs.read(pack.file)
        if hashlib.sha256(body).hexdigest() != pack.sha256:
            sentence = f"“{pack.name}”的模板文件与安装时的校验码不符，没有使用"
            raise StoreError(sentence, "请管理员重新安装这个模板")
        return body

    def _pack(self, said: Manifest, body: bytes, digest: str) -> FormPack:
        identity = hashlib.sha256(f"{said.id}\n{said.version}\n{digest}".encode()).hexdigest()[:32]
        return FormPack(
            id=identity,
            name=said.name,
            edition=said.version,
            for_register=said.register_name,
            issuer=said.issuer or None,
            form_kind=said.form_kind or None,
            pack=said.id,
            note=said.note or None,
            installed_at=clock.now(),
            installed_by=self.office.user.name[:60],
            sha256=digest,
            size=len(body),
            file=self.office.store.blobs.put(body).id,
        )


_TOLD: Final = (
    "在 Word 里把左边一栏的写法抄到表格该填的地方，程序填写时换成记录里的内容；字体、字号按那里的格式。",
    "判断：{% if 延长理由 %}……{% endif %}，中间的话只在那一栏有内容时出现。两个大括号、百分号都用英文半角。",
)


def bare_manifest(*, name: str, version: str, register: str, issuer: str = "", form_id: str = "") -> Manifest:
    """What the program writes down for a bare docx; the id comes from register and name unless it is given.

    Raises ``UserError`` with what is wrong.
    """
    made = form_id or f"local.{register.replace('_', '-')}.{hashlib.sha256(name.strip().encode()).hexdigest()[:8]}"
    return _validated({"id": made, "name": name, "version": version, "register": register, "issuer": issuer})


def built_in_forms() -> tuple[built_in.Form, ...]:
    """The papers the program draws itself."""
    return built_in.BUILT_IN


def _judge(body: bytes, table: form_fields.Table) -> int:
    from app.documents.word import template as word

    return word.judge(body, table.vocabulary).tags


def _mark(office: Office, *, keep: bool) -> str:
    if office.is_practice:
        return "练习"
    return "" if keep else "草稿"


def _offered(packs: list[FormPack]) -> list[FormPack]:
    """Of each form the newest version that is not switched off; of two with one number the one installed first."""
    best: dict[str, FormPack] = {}
    for one in sorted(packs, key=lambda one: one.id):
        held = best.get(one.pack)
        if one.is_active and (held is None or held.number < one.number):
            best[one.pack] = one
    return list(best.values())


def _refuse_same(before: list[FormPack], said: Manifest, digest: str) -> None:
    same = next((one for one in before if one.edition == said.version), None)
    if same is None:
        return
    if same.sha256 == digest:
        step = "已停用的请在列表里启用" if not same.is_active else "不用再装"
        raise UserError(f"“{same.name}”{same.edition} 版已经装着，内容一样", step)
    step = "内容改过的模板要用新的版本号，例如 1.1"
    raise UserError(f"“{same.name}”{same.edition} 版已经装着，内容不一样", step)


def _manifest(body: bytes) -> Manifest:
    try:
        said = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UserError(f"模板包里的 {MANIFEST} 看不懂", _NEW_FILE) from error
    if not isinstance(said, dict):
        raise UserError(f"模板包里的 {MANIFEST} 看不懂", _NEW_FILE)
    return _validated(said)


_LABELS: Final = {
    "id": "模板标识（id，小写字母、数字、点和横线）",
    "name": "文书名称（name，60 字以内）",
    "version": "版本（version，例如 1.0、2026.1）",
    "register": "用于哪种登记（register）",
    "issuer": "发布单位（issuer，60 字以内）",
    "kind": "文书种类（kind，60 字以内）",
    "note": "说明（note，2000 字以内）",
}


def _validated(said: dict[str, object]) -> Manifest:
    try:
        return Manifest.model_validate(said)
    except ValidationError as error:
        names = "、".join(dict.fromkeys(_LABELS.get(str(one["loc"][0]), str(one["loc"][0])) for one in error.errors()))
        raise UserError(f"模板的说明不合要求：{names}", "请改好后再安装") from error
