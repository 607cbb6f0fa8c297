"""A Word template: every tag judged against the fields there are, then filled in bounded time and size.

Of the template language only what a form needs is let through: a field, a loop over lines, a condition. No calls, no
arithmetic, no attributes but the names of fields; so nothing a template says can reach the program or run without end.
"""

from __future__ import annotations

import difflib
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree

from app.documents.word.package import WORDS, parsed, text_parts, unpacked
from app.documents.word.vocabulary import Vocabulary
from app.errors import Finding, UserError

MOST_TAGS: Final = 3_000
MOST_OF_TAG: Final = 300
MOST_FILLED: Final = 40 * 1024 * 1024
"""Characters of one filled part."""

_MOST_NODES: Final = 50_000
_DEEPEST: Final = 2
_TAG: Final = re.compile(r"\{\{.{0,600}?\}\}|\{%.{0,600}?%\}|\{#.{0,600}?#\}")
_BEGIN: Final = re.compile(r"\{[{%#]")
_OPEN: Final = re.compile(r"\{\{|\{%|\{#|\}\}|%\}|#\}")
_RAW: Final = re.compile(r"\{\{\s*[rp]\s|\{\{(tr|tc)\s|\{%-?\s*(cellbg|colspan|vm|hm)\b|\{%r\s")
_LOOP: Final = frozenset({"index", "first", "last", "length"})
_FILTERS: Final = frozenset({"length", "join"})
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")
_NEXT: Final = "写法见“字段表”"


@dataclass(frozen=True, slots=True)
class Judged:
    """What a sound template uses: names as ``协议编号`` and ``当事人.性别``; how many tags it has."""

    used: frozenset[str]
    tags: int


@dataclass
class _Scope:
    """What loop variables stand for; an empty set is a text."""

    vocabulary: Vocabulary
    places: list[tuple[str, str]]
    variables: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    found: list[Finding] = field(default_factory=list)
    depth: int = 0

    def complain(self, node: nodes.Node, sentence: str, step: str = _NEXT) -> None:
        at = min(max(node.lineno - 1, 0), len(self.places) - 1)
        where, text = self.places[at] if self.places else ("", "")
        self.found.append(Finding((), sentence, next_step=step, where=f"{where}“{_short(text)}”"))


def judge(body: bytes, vocabulary: Vocabulary) -> Judged:
    """What a cleaned docx uses. Raises ``UserError`` with a finding for every tag that cannot be filled."""
    parts = unpacked(body)
    found: list[Finding] = []
    used: set[str] = set()
    tags = 0
    for _, called, part in text_parts(parts):
        tags += _judge_tags(called, part, found)
    if tags > MOST_TAGS:
        raise UserError(f"模板里有 {tags} 处要填，太多了", f"一个模板最多 {MOST_TAGS} 处")
    if not found:
        for scope in _scopes(body, vocabulary):
            used |= scope.used
            found += scope.found
    if found:
        sentence = f"模板里有 {len(found)} 处不能填：{found[0]}"
        raise UserError(sentence, "请在 Word 里改好后再安装", found)
    return Judged(frozenset(used), tags)


def fill(body: bytes, values: Mapping[str, Any], vocabulary: Vocabulary) -> bytes:
    """The docx with its fields filled: ``values`` holds texts, objects (text by field) and lists of either.

    Raises ``UserError`` when the template is not one that :func:`judge` lets through, or the paper grows too large.
    """
    judge(body, vocabulary)
    made = DocxTemplate(io.BytesIO(body))
    try:
        made.render(_plain(values), jinja_env=_environment())
        filled = io.BytesIO()
        made.save(filled)
    except _TooLongError as error:
        sentence = "填出来的文书大得不正常，没有生成"
        raise UserError(sentence, "请检查模板里的循环") from error
    except (TemplateError, etree.XMLSyntaxError, KeyError, ValueError) as error:
        sentence = f"模板“填不出来”：{error}"
        raise UserError(sentence, "请换用新版模板，或联系提供模板的单位") from error
    return filled.getvalue()


# -- the text of a part ----------------------------------------------------------------------------------------------


def _judge_tags(called: str, part: bytes, found: list[Finding]) -> int:
    """Tags of a part; none may be open or hidden, or putting the pieces together would take without end."""
    tree = parsed(part)
    whole = "".join(str(one) for one in tree.itertext())
    if sum(1 for _ in tree.iter()) > _MOST_NODES:
        raise UserError(f"{called}长得不像一个模板", "请把不相干的内容删去再安装")
    if len(_BEGIN.findall(whole)) > MOST_TAGS or whole.count("{") > 4 * MOST_TAGS:
        raise UserError(f"{called}里要填的地方太多了", f"一个模板最多 {MOST_TAGS} 处")
    is_hidden = any(_BEGIN.search(str(value)) for node in tree.iter() for value in node.attrib.values())
    if is_hidden or _OPEN.search(_TAG.sub("", whole)):
        found.append(_finding(called, "", "有没写完整的大括号"))
    count = 0
    for place, text in _paragraphs(called, part):
        tags = _TAG.findall(text)
        count += len(tags)
        for tag in tags:
            if len(tag) > MOST_OF_TAG:
                found.append(_finding(place, text, f"一处写得太长（{len(tag)} 字）"))
            elif _RAW.match(tag):
                found.append(_finding(place, text, f"“{_short(tag)}”这种写法不支持"))
        rest = _OPEN.search(_TAG.sub("", text))
        if rest:
            step = "每处要在同一段里写全，像 {{ 事项码 }} 或 {% for 人 in 当事人 %}"
            found.append(_finding(place, text, f"“{rest[0]}”没有配对", step))
    if len(found) > 1 and found[0].where == f"{called}“”":
        del found[0]  # said with its place below
    return count


def _paragraphs(called: str, part: bytes) -> Iterator[tuple[str, str]]:
    paragraph = f"{{{WORDS}}}p"
    for number, one in enumerate(parsed(part).iter(paragraph), start=1):
        texts = [
            node.text or "" for node in one.iter(f"{{{WORDS}}}t") if next(node.iterancestors(paragraph), None) is one
        ]
        yield f"{called}第 {number} 段", "".join(texts)


def _finding(place: str, text: str, sentence: str, step: str = _NEXT) -> Finding:
    return Finding((), sentence, next_step=step, where=f"{place}“{_short(text)}”")


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 40 else text[:40] + "…"


# -- what the tags say -----------------------------------------------------------------------------------------------


class _Listening(ImmutableSandboxedEnvironment):
    """Judges every source docxtpl would render, instead of rendering it."""

    scopes: list[_Scope]
    vocabulary: Vocabulary
    called: str

    def from_string(self, source: Any, *_: Any, **__: Any) -> Template:
        lines = str(source).split("\n")
        places = [(f"{self.called}第 {number} 段附近", _bare(line)) for number, line in enumerate(lines)]
        scope = _Scope(self.vocabulary, places)
        self.scopes.append(scope)
        try:
            tree = self.parse(str(source))
        except TemplateSyntaxError as error:
            where = nodes.Const(None)
            where.lineno = error.lineno
            scope.complain(where, _spoken(error))
        else:
            for node in tree.body:
                _judge_node(node, scope)
        return _NOTHING


def _scopes(body: bytes, vocabulary: Vocabulary) -> list[_Scope]:
    environment = _Listening(autoescape=True)
    environment.scopes, environment.vocabulary, environment.called = [], vocabulary, "正文"
    made = DocxTemplate(io.BytesIO(body))
    made.render_init()
    made.build_xml({}, environment)
    for called, uri in (("页眉", made.HEADER_URI), ("页脚", made.FOOTER_URI)):
        environment.called = called
        list(made.build_headers_footers_xml({}, uri, environment))
    environment.called = "文档属性"
    made.render_properties({}, environment)
    environment.called = "脚注"
    made.render_footnotes({}, environment)
    return environment.scopes


_NOTHING: Final = ImmutableSandboxedEnvironment().from_string("")


def _bare(line: str) -> str:
    return re.sub(r"<[^>]+>", "", line)


def _judge_node(node: nodes.Node, scope: _Scope) -> None:
    if isinstance(node, nodes.For):
        _judge_loop(node, scope)
    elif isinstance(node, nodes.Getattr):
        _judge_attribute(node, scope)
    elif isinstance(node, nodes.Name):
        _judge_name(node, scope)
    elif isinstance(node, nodes.Filter) and node.name not in _FILTERS:
        scope.complain(node, f"“|{node.name}”不支持", "只能用 |length（个数）和 |join（连起来）")
    elif isinstance(node, _ALLOWED):
        for child in node.iter_child_nodes():
            _judge_node(child, scope)
    else:
        scope.complain(node, "只能写字段、循环和判断，不能计算或调用")


_ALLOWED: Final = (
    nodes.Output, nodes.TemplateData, nodes.If, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not,
    nodes.Const, nodes.Filter, nodes.CondExpr,
)  # fmt: skip


def _judge_name(node: nodes.Name, scope: _Scope) -> None:
    name, vocabulary = node.name, scope.vocabulary
    if name in scope.variables:
        source, fields = scope.variables[name]
        if fields:
            scope.complain(node, f"“{name}”是一行，要写出是它的哪一栏", f"例如 {{{{ {name}.{min(fields)} }}}}")
        scope.used.add(source)
    elif name in vocabulary.texts or name in vocabulary.lists:
        scope.used.add(name)
    elif name in vocabulary.objects:
        scope.complain(node, f"“{name}”要写出是它的哪一栏", f"例如 {{{{ {name}.{min(vocabulary.objects[name])} }}}}")
    else:
        scope.complain(node, f"没有叫“{_short(name)}”的字段", _near(name, vocabulary.known()))


def _judge_attribute(node: nodes.Getattr, scope: _Scope) -> None:
    owner = node.node
    if not isinstance(owner, nodes.Name):
        scope.complain(node, f"“.{_short(node.attr)}”前面只能是一个名字")
        return
    if owner.name == "loop" and scope.depth:
        if node.attr not in _LOOP:
            scope.complain(
                node, f"“loop.{_short(node.attr)}”不支持", "可用：loop.index（第几个）、loop.first、loop.last"
            )
        return
    fields = _fields_of(owner.name, scope)
    if fields is None:
        scope.complain(node, f"没有叫“{_short(owner.name)}”的字段", _near(owner.name, scope.vocabulary.known()))
    elif node.attr not in fields:
        scope.complain(node, f"“{_short(owner.name)}”里没有“{_short(node.attr)}”这一栏", _near(node.attr, fields))
    else:
        source = scope.variables[owner.name][0] if owner.name in scope.variables else owner.name
        scope.used.add(f"{source}.{node.attr}")


def _fields_of(name: str, scope: _Scope) -> frozenset[str] | None:
    if name in scope.variables:
        return scope.variables[name][1]
    found = scope.vocabulary.objects.get(name)
    return frozenset() if found is None and name in scope.vocabulary.known() else found


def _judge_loop(node: nodes.For, scope: _Scope) -> None:
    target, source = node.target, node.iter
    if not isinstance(target, nodes.Name) or node.recursive:
        scope.complain(node, "循环要写成 {% for 人 in 当事人 %}")
        return
    if not isinstance(source, nodes.Name) or source.name not in scope.vocabulary.lists:
        name = source.name if isinstance(source, nodes.Name) else ""
        said = f"“{_short(name)}”不能循环" if name else "循环只能用字段表里的各行，不能另外计算"
        scope.complain(node, said, _near(name, scope.vocabulary.lists))
        return
    if scope.depth == _DEEPEST:
        scope.complain(node, f"循环套循环最多 {_DEEPEST} 层")
        return
    scope.used.add(source.name)
    before = dict(scope.variables)
    scope.variables[target.name] = (source.name, scope.vocabulary.lists[source.name])
    scope.depth += 1
    for one in (*node.body, *([node.test] if node.test else [])):
        _judge_node(one, scope)
    scope.depth -= 1
    scope.variables = before
    for one in node.else_:
        _judge_node(one, scope)


def _near(name: str, known: Iterable[str]) -> str:
    found = difflib.get_close_matches(name, sorted(known), n=3, cutoff=0.4)
    return f"是不是：{'、'.join(found)}；全部字段见“字段表”" if found else "全部字段见“字段表”"


_SYNTAX: Final = (
    ("unknown tag 'end", "多了一个结束标记"),
    ("Unexpected end of template", "循环或判断没有结束：缺 {% endfor %} 或 {% endif %}"),
    ("Encountered unknown tag", "认不得的标记"),
    ("expected token", "这里写错了"),
    ("unexpected char", "这里有认不得的符号"),
)


def _spoken(error: TemplateSyntaxError) -> str:
    said = str(error.message)
    words = next((words for start, words in _SYNTAX if start in said), "这里写错了")
    quoted = re.findall(r"'([^']{1,20})'", said)
    return f"{words}（{quoted[0]}）" if quoted and "结束" not in words else words


# -- filling ---------------------------------------------------------------------------------------------------------


class _TooLongError(Exception):
    """The filled part grew beyond all sense."""


class _Bounded(Template):
    """Gives up when what it writes grows too long."""

    def render(self, *values: Any, **named: Any) -> str:
        made: list[str] = []
        length = 0
        for piece in self.generate(*values, **named):
            length += len(piece)
            if length > MOST_FILLED:
                raise _TooLongError
            made.append(piece)
        return "".join(made)


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    environment.template_class = _Bounded
    environment.globals.clear()
    return environment


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values without characters XML cannot hold; what looks like a tag stays text."""
    return {name: _plain_value(value) for name, value in values.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _plain(value)
    if isinstance(value, (list, tuple)):
        return [_plain_value(one) for one in value]
    text = str(value).replace("\r\n", "\n").replace("\r", "\n")
    return _FORBIDDEN.sub("", text)
