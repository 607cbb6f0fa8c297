"""The settings page on the desk: every part's facts and acts; the recovery sheet and the check-up are its own."""

from __future__ import annotations

from collections.abc import Sequence

from app import __version__
from app.models import configuration, settings
from app.models.policy import Act
from app.models.settings import Setting
from app.models.store import Changes
from app.services import parameters, setup
from app.ui import work
from app.ui.pages.settings import Choice, Fact, SettingsPage
from app.ui.papers import PaperWindow
from app.ui.parameters import ParametersCard
from app.ui.part import Part
from app.ui.shell.page import LazyPage, Page
from app.ui.widgets.parts import label

PAGE = "settings"


class SettingsPart(Part):
    """What this PC is and what can be set on it."""

    card: ParametersCard | None = None

    def pages(self) -> Sequence[Page]:
        def refreshed(page: object) -> None:
            if isinstance(page, SettingsPage):
                page.refresh()

        return (LazyPage(PAGE, "设置", "settings", "系统", self._page, refreshed),)

    def facts(self) -> Sequence[Fact]:
        office = self.office
        return (
            Fact(name="乡镇", value=office.township_name),
            Fact(name="程序版本", value=__version__),
            Fact(name="数据文件夹", value=str(office.store.folder), can_copy=True),
            Fact(name="本机编号", value=office.store.identity.device[-12:], can_copy=True),
            Fact(name="人口", value=f"{office.reader.count('person')} 人"),
        )

    def choices(self) -> Sequence[Choice]:
        admin = self.office.may(Act.SETTINGS)
        return (
            Choice(
                title="恢复密钥单",
                sentence="所有人都忘了密码时，只有它能打开数据。请打印一份封存在保险柜。",
                words="再打印一份…",
                run=self._recovery_sheet if admin else None,
            ),
            Choice(
                title="体检",
                sentence="把操作日志从头核对一遍，看与现有数据是否完全一致。",
                words="开始体检",
                run=self._examine,
            ),
        )

    def _page(self) -> SettingsPage:
        parts = self.port.parts
        choices = [one for part in parts for one in part.choices()]
        return SettingsPage(
            lambda: [one for part in self._facts_first() for one in part.facts()], choices, self._card()
        )

    def _facts_first(self) -> list[Part]:
        return [self, *(part for part in self.port.parts if part is not self)]

    def _card(self) -> ParametersCard:
        may_change = self.office.may(Act.SETTINGS)
        keep = self._keep if may_change else None
        office = self.office
        self.card = ParametersCard(settings.SETTINGS, parameters.values(office), keep, parameters.locks(office))
        if not may_change:
            self.card.body.addWidget(label("这些由管理员设置，您的账号只能查看。", "faint"))
        return self.card

    def records_changed(self, changes: Changes) -> None:
        """What the county sets is set here, without opening the page again."""
        if self.card is not None and configuration.concerns(changes):
            self.card.show_values(parameters.values(self.office), parameters.locks(self.office))

    def _keep(self, setting: Setting, text: str) -> None:
        self.port.keeper.keep(setting, text)

    def _examine(self) -> None:
        def said(health: object) -> str:
            sound = getattr(health, "is_sound", False)
            count = getattr(health, "operations", 0)
            return f"体检完成：{count} 条操作日志与数据{'一致' if sound else '不一致，请联系县管理员，不要删除数据'}"

        self.port.long("正在体检…", self.office.doctor, said)

    def _recovery_sheet(self) -> None:
        def show(body: bytes) -> None:
            PaperWindow(self.port.window, body, title="恢复密钥单", file_name="恢复密钥单.pdf").open()

        work.run(self._sheet, then=show, owner=self.port.window)

    def _sheet(self) -> bytes:
        from app.services.papers import recovery_sheet

        return recovery_sheet(self.office.township_name, setup.recovery_key_of(self.office))
