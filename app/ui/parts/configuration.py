"""Codes and settings from the county on the desk: what it set, and what follows from it on the screens."""

from __future__ import annotations

from collections.abc import Sequence

from app.models.policy import Act
from app.ui.pages.configuration import ConfigurationPage
from app.ui.pages.settings import Choice
from app.ui.part import Part
from app.ui.shell.page import UNLISTED, LazyPage, Page

PAGE = "county_configuration"
_CODES = "local_code"


class ConfigurationPart(Part):
    """A page to look at; the township's own codes are a register beside it."""

    live = frozenset({PAGE})

    def pages(self) -> Sequence[Page]:
        def refreshed(page: object) -> None:
            if isinstance(page, ConfigurationPage):
                page.refresh()

        return (LazyPage(PAGE, "县配置", "sliders-horizontal", UNLISTED, self._page, refreshed),)

    def choices(self) -> Sequence[Choice]:
        sentence = "县里规定的代码、期限、放假安排和设置，以及各项依据；本镇还可以增加自己的代码，统计时算作标准代码。"
        return (Choice(title="代码与县配置", sentence=sentence, words="查看…", run=lambda: self.port.go(PAGE)),)

    def _page(self) -> ConfigurationPage:
        may_read = self.office.may(Act.READ, _CODES)
        return ConfigurationPage(self.office.configuration, (lambda: self.port.go(_CODES)) if may_read else None)
