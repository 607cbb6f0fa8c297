"""Word templates: sound ones are filled, each way to harm is refused with a sentence. Read back by other means."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document

from app.documents.word import template as word
from app.documents.word.package import MOST_OF_XML, cleaned
from app.documents.word.template import fill, judge
from app.documents.word.vocabulary import Vocabulary
from app.errors import UserError

PEOPLE = frozenset({"序号", "姓名", "性别"})
VOCABULARY = Vocabulary(
    texts=frozenset({"事项码", "协议内容", "今天"}),
    objects={"当事人1": PEOPLE},
    lists={"当事人": PEOPLE, "协议内容各条": frozenset()},
)
VALUES = {
    "事项码": "JF-1",
    "协议内容": "一、还钱 <5000> & 道歉\n二、不再争",
    "今天": "2026年11月24日",
    "当事人1": {"序号": "1", "姓名": "张三", "性别": "男"},
    "当事人": [{"序号": "1", "姓名": "张三", "性别": "男"}, {"序号": "2", "姓名": "单𬱖", "性别": "女"}],
    "协议内容各条": ["还钱", "道歉"],
}


def docx(*paragraphs: str, header: str = "", rows: tuple[tuple[str, ...], ...] = ()) -> bytes:
    """A Word file as python-docx writes it."""
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if header:
        document.sections[0].header.paragraphs[0].text = header
    if rows:
        table = document.add_table(rows=len(rows), cols=len(rows[0]))
        for number, texts in enumerate(rows):
            for column, text in enumerate(texts):
                table.cell(number, column).text = text
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def changed(body: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The package with parts added or changed, by zip alone."""
    with zipfile.ZipFile(io.BytesIO(body)) as file:
        parts = {one.filename: file.read(one) for one in file.infolist()}
    change(parts)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, part in parts.items():
            file.writestr(name, part)
    return made.getvalue()


def replaced(name: str, old: str, new: str) -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        assert old.encode() in parts[name]
        parts[name] = parts[name].replace(old.encode(), new.encode(), 1)

    return change


def texts(body: bytes) -> list[str]:
    return [one.text for one in Document(io.BytesIO(body)).paragraphs]


def xml_of(body: bytes, name: str = "word/document.xml") -> str:
    with zipfile.ZipFile(io.BytesIO(body)) as file:
        return file.read(name).decode()


def refused(body: bytes, *words: str) -> UserError:
    with pytest.raises(UserError) as caught:
        judge(cleaned(body).body, VOCABULARY)
    said = " ".join([str(caught.value), *(str(one) for one in caught.value.findings)])
    for one in words:
        assert one in said, said
    return caught.value


def test_fields_loops_and_conditions_are_filled_and_read_back() -> None:
    body = docx(
        "编号：{{ 事项码 }}",
        "{{ 协议内容 }}",
        "{%p for 条 in 协议内容各条 %}",
        "第{{ loop.index }}条 {{ 条 }}",
        "{%p endfor %}",
        "{% if 事项码 == 'JF-1' %}有编号{% else %}无{% endif %}，共 {{ 当事人|length }} 人，头一个{{ 当事人1.姓名 }}",
        header="{{ 今天 }}",
        rows=(("{%tr for 人 in 当事人 %}", ""), ("{{ 人.序号 }}", "{{ 人.姓名 }}"), ("{%tr endfor %}", "")),
    )
    assert judge(body, VOCABULARY).used >= {"事项码", "当事人.姓名", "当事人1.姓名", "协议内容各条"}
    filled = fill(body, VALUES, VOCABULARY)
    assert texts(filled)[:5] == [
        "编号：JF-1",
        "一、还钱 <5000> & 道歉\n二、不再争",
        "第1条 还钱",
        "第2条 道歉",
        "有编号，共 2 人，头一个张三",
    ]
    document = Document(io.BytesIO(filled))
    assert [[cell.text for cell in row.cells] for row in document.tables[0].rows] == [["1", "张三"], ["2", "单𬱖"]]
    assert document.sections[0].header.paragraphs[0].text == "2026年11月24日"
    assert "&lt;5000&gt; &amp; 道歉" in xml_of(filled)
    assert "<w:br/>" in xml_of(filled)


def test_a_tag_word_has_cut_into_pieces_is_still_one() -> None:
    document = Document()
    paragraph = document.add_paragraph()
    for piece in ("{", "{ 事", "项码", " }", "}"):
        paragraph.add_run(piece).bold = True
    made = io.BytesIO()
    document.save(made)
    assert texts(fill(made.getvalue(), VALUES, VOCABULARY)) == ["JF-1"]


def test_what_looks_like_a_tag_in_a_record_stays_text() -> None:
    for hostile in ("{{ 今天 }}", "{% for a in 当事人 %}", "</w:t><w:t>", "\x00\x0b响铃\x07", "&amp;"):
        filled = fill(docx("{{ 事项码 }}"), {**VALUES, "事项码": hostile}, VOCABULARY)
        plain = "".join(one for one in hostile if one >= " ")
        assert texts(filled) == [plain]


def test_a_field_that_does_not_exist_is_named_with_its_place_and_the_nearest_there_is() -> None:
    error = refused(
        docx("标题", "编号：{{ 事项号 }}"), "没有叫“事项号”的字段", "是不是：事项码", "正文第 2 段", "编号："
    )
    assert len(error.findings) == 1
    refused(docx("好", header="{{ 明天 }}"), "页眉", "没有叫“明天”的字段")
    refused(docx("{% for 人 in 当事人 %}{{ 人.民族 }}{% endfor %}"), "“人”里没有“民族”这一栏")
    refused(docx("{{ 当事人1.婚姻 }}"), "“当事人1”里没有“婚姻”这一栏")
    refused(docx("{{ 当事人1 }}"), "要写出是它的哪一栏")


def test_a_broken_tag_is_said_with_the_text_around() -> None:
    refused(docx("甲方：{{ 事项码 }", "以上"), "没有配对", "甲方：")
    refused(docx("{% for 人 in 当事人 %}{{ 人.姓名 }}", "签名"), "没有结束")
    refused(docx("乙方 {{ 事项码 今天 }}"), "这里写错了", "乙方")
    refused(docx("{% endfor %}"), "多了一个结束标记")
    refused(docx("{% 循环 当事人 %}"), "认不得的标记")


@pytest.mark.parametrize(
    "tag",
    [
        "{{ 事项码.__class__ }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ 当事人1['__class__'] }}",
        "{{ 事项码.format() }}",
        "{{ self }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ lipsum }}",
        "{% for i in range(10**9) %}x{% endfor %}",
        "{{ range(9) }}",
        "{{ 'x' * 1000000000 }}",
        "{{ 2 ** 99999999 }}",
        "{{ 事项码|attr('__class__') }}",
        "{{ 事项码|center(999999999) }}",
        "{% set 甲 = 1 %}",
        "{% macro 甲() %}{% endmacro %}",
        "{% include 'x' %}",
        "{% import 'x' as y %}",
        "{% extends 'x' %}",
        "{{ 事项码 ~ 今天 }}",
        "{{ [1,2] }}",
        "{% for 人 in 当事人 recursive %}{{ loop(当事人) }}{% endfor %}",
        "{{r 事项码 }}",
        "{{p 事项码 }}",
        "{% cellbg 事项码 %}",
        "{% raw %}{{ x }}{% endraw %}{{ 没有 }}",
        "{{ " + "事项码 and " * 60 + "今天 }}",
    ],
)
def test_nothing_but_fields_loops_and_conditions_is_let_through(tag: str) -> None:
    refused(docx("前", tag, "后"))


def test_loops_in_loops_end_at_two() -> None:
    open_, close = "{% for 人 in 当事人 %}", "{% endfor %}"
    judge(docx(open_ * 2 + "{{ 人.姓名 }}" + close * 2), VOCABULARY)
    refused(docx(open_ * 3 + "{{ 人.姓名 }}" + close * 3), "最多 2 层")


def test_a_paper_that_grows_beyond_all_sense_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    body = docx("{% for 人 in 当事人 %}{{ 人.姓名 }}{% endfor %}")
    monkeypatch.setattr(word, "MOST_FILLED", 1000)
    with pytest.raises(UserError, match="大得不正常"):
        fill(body, {**VALUES, "当事人": [{"序号": "1", "姓名": "长" * 600, "性别": ""}] * 5}, VOCABULARY)


def test_what_is_no_word_file_is_said_so() -> None:
    for body, words in (
        (b"", "打不开"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "doc"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04" + bytes(40), "打不开"),
        (docx("x")[:900], "打不开"),
    ):
        with pytest.raises(UserError, match=words):
            cleaned(body)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr("a.txt", "x")
    with pytest.raises(UserError, match="压缩包"):
        cleaned(made.getvalue())


def test_a_bomb_is_not_unpacked() -> None:
    bomb = changed(docx("x"), lambda parts: parts.update({"word/media/a.png": bytes(70 * 1024 * 1024)}))
    assert len(bomb) < 1_000_000
    with pytest.raises(UserError, match="大得不正常"):
        cleaned(bomb)
    long = changed(docx("x"), lambda parts: parts.update({"word/x.xml": b"<a>" + b" " * MOST_OF_XML + b"</a>"}))
    with pytest.raises(UserError, match="大得不正常"):
        cleaned(long)
    many = changed(docx("x"), lambda parts: parts.update({f"word/media/{n}.png": b"" for n in range(500)}))
    with pytest.raises(UserError, match="个部分"):
        cleaned(many)


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "word\\..\\x", "C:x", "word/../../x"])
def test_paths_out_of_the_package_are_refused(name: str) -> None:
    with pytest.raises(UserError, match="不该有的路径"):
        cleaned(changed(docx("x"), lambda parts: parts.update({name: b"x"})))


def test_macros_and_embedded_objects_are_refused() -> None:
    macro = "application/vnd.ms-word.document.macroEnabled.main+xml"
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    for body, words in (
        (changed(docx("x"), replaced("[Content_Types].xml", main, macro)), "宏"),
        (changed(docx("x"), lambda parts: parts.update({"word/vbaProject.bin": b"x"})), "宏"),
        (changed(docx("x"), lambda parts: parts.update({"word/embeddings/oleObject1.bin": b"x"})), "OLE"),
        (changed(docx("x"), replaced("word/document.xml", "<w:sectPr", "<w:altChunk/><w:sectPr")), "嵌入"),
    ):
        with pytest.raises(UserError, match=words):
            cleaned(body)


def test_entities_and_strange_encodings_are_refused() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>'
    for part in (bomb, bomb.decode().encode("utf-16"), b'<?xml version="1.0" encoding="utf-7"?><a/>', b"<a>" * 3000):
        with pytest.raises(UserError):
            cleaned(changed(docx("x"), lambda parts, part=part: parts.update({"word/document.xml": part})))  # type: ignore[misc]  # bound now


def relation(kind: str, target: str) -> Callable[[dict[str, bytes]], None]:
    said = (
        f'<Relationship Id="rId900" TargetMode="External" Target="{target}"'
        f' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"/>'
    )
    return replaced("word/_rels/document.xml.rels", "</Relationships>", said + "</Relationships>")


@pytest.mark.parametrize("kind", ["image", "oleObject", "frame", "subDocument", "header", "mailMergeSource"])
def test_links_to_other_computers_are_refused(kind: str) -> None:
    with pytest.raises(UserError, match="连着外面"):
        cleaned(changed(docx("x"), relation(kind, "http://example.invalid/a.png")))


def test_the_authors_own_template_is_taken_out_and_said() -> None:
    clean = cleaned(changed(docx("{{ 事项码 }}"), relation("attachedTemplate", "file:///C:/Users/a/Normal.dotm")))
    assert clean.notes == ("模板里记着作者电脑上的模板文件，已去掉",)
    assert "Normal.dotm" not in xml_of(clean.body, "word/_rels/document.xml.rels")
    assert texts(fill(clean.body, VALUES, VOCABULARY)) == ["JF-1"]
    assert cleaned(changed(docx("x"), relation("hyperlink", "https://example.invalid/"))).notes == ()


@pytest.mark.parametrize("code", ["INCLUDEPICTURE http://x/a.png", "DDEAUTO c:\\\\cmd.exe", ' INCLUDETEXT "x"'])
def test_fields_that_fetch_from_outside_are_refused_however_they_are_cut(code: str) -> None:
    half = len(code) // 2
    plain, begin, end = (
        code.replace('"', ""),
        *(f'<w:r><w:fldChar w:fldCharType="{one}"/></w:r>' for one in ("begin", "end")),
    )
    cut = "".join(f"<w:r><w:instrText>{one}</w:instrText></w:r>" for one in (code[:half], code[half:]))
    simple = f'<w:p><w:fldSimple w:instr="{plain}"/></w:p><w:sectPr'
    for field in (simple, f"<w:p>{begin}{cut}{end}</w:p><w:sectPr"):
        with pytest.raises(UserError, match="域"):
            cleaned(changed(docx("x"), replaced("word/document.xml", "<w:sectPr", field)))
    page = '<w:p><w:fldSimple w:instr=" PAGE "/><w:fldSimple w:instr=" HYPERLINK x "/></w:p><w:sectPr'
    cleaned(changed(docx("x"), replaced("word/document.xml", "<w:sectPr", page)))


def test_only_this_package_of_documents_knows_word() -> None:
    root = Path(__file__).resolve().parents[2] / "app"
    users = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if any(
            f"{start} {name}" in path.read_text("utf-8") for start in ("import", "from") for name in ("docx", "jinja2")
        )
    }
    assert users == {"documents/word/making.py", "documents/word/template.py"}


@pytest.mark.parametrize("piece", ["{<w:p/>", "{%tr ", "字{", "<w:p/>", '<w:p w:x="{{"/>'])
def test_what_would_keep_the_program_busy_without_end_is_refused(piece: str) -> None:
    many = "<w:p><w:r><w:t>" + piece + "</w:t></w:r></w:p>" if "<" not in piece else piece
    body = changed(docx("x"), replaced("word/document.xml", "<w:sectPr", many * 60_000 + "<w:sectPr"))
    refused(body)
