"""The papers the program itself draws: each is a form with an id and a version, recorded with what is printed.

The version changes whenever the layout or the fixed wording of a paper changes, and never otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Form:
    """A paper of the program; ``source`` says whose layout it follows."""

    id: str
    name: str
    version: str
    source: str


AGREEMENT: Final = Form("builtin.agreement", "人民调解协议书", "1.0", "司法部人民调解文书格式")
HANDOVER_SLIP: Final = Form("builtin.handover-slip", "事项交办单", "1.0", "本程序")
LIST: Final = Form("builtin.list", "列表", "1.0", "本程序")
RECOVERY_SHEET: Final = Form("builtin.recovery-sheet", "恢复密钥单", "1.0", "本程序")

BUILT_IN: Final = (AGREEMENT, HANDOVER_SLIP, LIST, RECOVERY_SHEET)
