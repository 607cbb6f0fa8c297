"""本地文书: which Word templates are installed, in which version, and what the program draws itself.

Shows what it is given and asks for acts; installing and filling are the part's and the service's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtWidgets import QComboBox, QWidget

from app.models import days
from app.models.codes import code_list
from app.models.registers import FormPack
from app.services.forms import Forms, State, built_in_forms
from app.ui import work
from app.ui.look import tokens
from app.ui.widgets import ActionRow, BannerArea, Column, PageHeader, SimpleTable, button, column, hide_if, label, row

_TOLD = (
    "县里、省里发的 Word 表格做成模板装在这里，各台电脑同步后都能用；在记录里按“按模板填写”就填好。"
    "表格改版时装新版即可，旧版留着备查。"
)
_SHIPPED = "自带"


@dataclass(frozen=True, slots=True)
class FormLine:
    """A line of the table: an installed pack, or a paper of the program (without ``pack``)."""

    name: str
    version: str
    register: str
    issuer: str
    state: str
    installed: str
    pack: FormPack | None = None


@dataclass(frozen=True, slots=True)
class FormActs:
    """What the page asks for; None where the account may not."""

    install: Callable[[], object] | None
    switch: Callable[[FormPack], object] | None
    hand_on: Callable[[FormPack], object]
    field_table: Callable[[str], object]
    sample: Callable[[str], object]


def lines_of(forms: Forms) -> list[FormLine]:
    """Installed packs, then the program's own papers; to be asked off the screen's thread."""
    found = [_line(one.pack, one.state) for one in forms.listed()]
    return [*found, *(FormLine(one.name, one.version, "", one.source, _SHIPPED, "") for one in built_in_forms())]


def _line(pack: FormPack, state: State) -> FormLine:
    label_of = code_list("form_register").label(pack.for_register)
    at: object = pack.installed_at
    installed = days.show_day(days.beijing_day(at)) if isinstance(at, datetime) else ""
    return FormLine(pack.name, pack.edition, label_of, pack.issuer or "", str(state), installed, pack)


class FormsPage(QWidget):
    """The table, and below it what can be done with the marked line; for authors the fields of a register."""

    def __init__(self, ask: Callable[[], Sequence[FormLine]], registers: Sequence[str], acts: FormActs) -> None:
        super().__init__()
        self.setAccessibleName("本地文书")
        self._ask, self._acts = ask, acts
        self.header = PageHeader("本地文书")
        self.banners = BannerArea()
        self.table: SimpleTable[FormLine] = SimpleTable("文书模板", _columns())
        self.install_button = button("安装模板…", "primary", icon_name="plus", on_click=acts.install)
        self.switch_button = button("停用", on_click=self._switch)
        self.hand_on_button = button("另存模板包…", icon_name="download", on_click=self._hand_on)
        self.register = QComboBox()
        self.register.setAccessibleName("哪种登记的字段")
        for name in registers:
            self.register.addItem(code_list("form_register").label(name), name)
        self.fields_button = button("字段表…", on_click=lambda: acts.field_table(self._register()))
        self.sample_button = button("示例模板…", on_click=lambda: acts.sample(self._register()))
        self._build()
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._follow())

    def refresh(self) -> None:
        """Ask again."""
        work.run(self._ask, then=self.show_lines, owner=self)

    def show_lines(self, lines: Sequence[FormLine]) -> None:
        """Put the lines up; the marked one stays marked."""
        before = self.table.current_line()
        self.table.show_lines(lines)
        packs = [one.pack.id if one.pack else "" for one in lines]
        if before is not None and before.pack is not None and before.pack.id in packs:
            self.table.selectRow(packs.index(before.pack.id))
        count = sum(one.pack is not None for one in lines)
        self.header.set_subtitle(f"已安装 {count} 个模板" if count else "还没有安装模板")
        self._follow()

    def _build(self) -> None:
        sizes = tokens().sizes
        allowed = [self.install_button] if self._acts.install else []
        allowed += [self.switch_button] if self._acts.switch else []
        hide_if(not self._acts.install, self.install_button)
        hide_if(not self._acts.switch, self.switch_button)
        acts = ActionRow(*allowed, self.hand_on_button)
        authors = row(
            label("制作模板：", "soft"), self.register, self.fields_button, self.sample_button, gap=sizes.space_s
        )
        bottom = row(acts, authors, gap=sizes.space_l)
        bottom.setStretch(0, 1)
        self.setLayout(
            column(
                self.header, self.banners, label(_TOLD, "soft", wrap=True), self.table, bottom,
                gap=sizes.space_m, margin=sizes.space_xl,
            )
        )  # fmt: skip

    def _follow(self) -> None:
        line = self.table.current_line()
        pack = line.pack if line else None
        self.switch_button.setEnabled(pack is not None)
        self.hand_on_button.setEnabled(pack is not None and line is not None and line.state != State.NOT_HERE)
        self.switch_button.setText("停用" if pack is None or pack.is_active else "启用")

    def _register(self) -> str:
        return str(self.register.currentData())

    def _switch(self) -> None:
        line = self.table.current_line()
        if line is not None and line.pack is not None and self._acts.switch is not None:
            self._acts.switch(line.pack)

    def _hand_on(self) -> None:
        line = self.table.current_line()
        if line is not None and line.pack is not None:
            self._acts.hand_on(line.pack)


def _columns() -> list[Column[FormLine]]:
    return [
        Column(title="文书名称", text=lambda one: one.name),
        Column(title="版本", text=lambda one: one.version, em=4.5),
        Column(title="用于", text=lambda one: one.register, em=4.5),
        Column(title="发布单位", text=lambda one: one.issuer, em=11),
        Column(title="状态", text=lambda one: one.state, em=4.5),
        Column(title="安装日期", text=lambda one: one.installed, em=6),
    ]
