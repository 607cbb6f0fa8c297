"""What is asked before numbers leave, are struck out or change hands: one small window per act."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from app.errors import UserError
from app.models.number_books import BLOCK_SIZE, GAP, Key
from app.services.number_books import MOST_GAP, BookLine, Device, NumberBooks
from app.ui.matters.dialogs import ActDialog, Done
from app.ui.widgets import FormRow


class _Reasoned(ActDialog):
    """Asks for a reason, last."""

    def __init__(
        self,
        parent: QWidget,
        books: NumberBooks,
        done: Done,
        *,
        words: tuple[str, str, str],
        example: str,
        said: str = "",
    ) -> None:
        title, sentence, confirm = words
        super().__init__(parent, title, sentence, confirm, done)
        self.books = books
        self.reason = QLineEdit(said)
        self.reason.setMaxLength(200)
        self.reason.setPlaceholderText(example)
        self.put_together([*self.rows(), FormRow("原因", self.reason)])

    def rows(self) -> Sequence[QWidget]:
        """What is asked before the reason."""
        return ()


class BlockDialog(ActDialog):
    """给另一台电脑一段号."""

    def __init__(
        self, parent: QWidget, books: NumberBooks, line: BookLine, devices: Sequence[Device], done: Done
    ) -> None:
        sentence = (
            f"从{line.committee.name}的{line.kind_label}里取下面 {BLOCK_SIZE} 个号给那台电脑，它断网时也能编号；"
            "这些号别的电脑不再使用。同步以后那边就能用。"
        )
        super().__init__(parent, "给另一台电脑一段号", sentence, "给出号段", done)
        self._books, self._line = books, line
        self.device = _choice(devices)
        self.put_together([FormRow("给哪台电脑", self.device, note="括号里是电脑标识，对方“编号”页上写着")])

    def act(self) -> Callable[[], str]:
        device, key = _chosen(self.device), self._line.key

        def run() -> str:
            first, last = self._books.grant(key, device)
            return f"第 {first} 至 {last} 号给了{device.name}，同步后那边可以用"

        return run


class VoidDialog(_Reasoned):
    """作废."""

    def __init__(self, parent: QWidget, books: NumberBooks, last: str, done: Done) -> None:
        self.number = QLineEdit(last)
        sentence = "作废的号留在清单里，写明原因，以后不再使用；那件纠纷重新定稿时另编一个号。"
        words = ("作废编号", sentence, "作废")
        super().__init__(parent, books, done, words=words, example="例如 打印错误，纸张作废")

    def rows(self) -> Sequence[QWidget]:
        return (FormRow("编号", self.number, note="照印出的样子写全"),)

    def act(self) -> Callable[[], str]:
        number, reason = self.number.text().strip(), self.reason.text().strip()

        def run() -> str:
            self.books.void(number, reason=reason)
            return f"{number} 已作废"

        return run


class CloseDialog(_Reasoned):
    """关闭年度."""

    def __init__(self, parent: QWidget, books: NumberBooks, line: BookLine, done: Done) -> None:
        self._key: Key = line.key
        left = sum(one.left for one in line.blocks)
        still = f"还有 {left} 个号在别的电脑的号段里，一并登记为未用；请先让那些电脑同步一次。" if left else ""
        sentence = f"{line.committee.name} {line.year} 年度的{line.kind_label}关闭以后不再编号。{still}"
        words = (f"关闭 {line.year} 年度", sentence, "关闭年度")
        super().__init__(parent, books, done, words=words, example="", said="年度结束，未用的号收回")

    def act(self) -> Callable[[], str]:
        key, reason = self._key, self.reason.text().strip()

        def run() -> str:
            count = self.books.close_year(key, reason=reason)
            return f"{key[2]} 年度已关闭，{count} 个号登记为未用"

        return run


class HandOverDialog(_Reasoned):
    """移交: from the PC that holds the books to another."""

    def __init__(
        self, parent: QWidget, books: NumberBooks, line: BookLine, devices: Sequence[Device], done: Done
    ) -> None:
        self.device = _choice(devices)
        self._committee = line.committee
        sentence = f"{line.committee.name}以后由那台电脑编号，它同步以后就能编；本机从现在起不再编号。"
        words = ("移交编号簿", sentence, "移交")
        super().__init__(parent, books, done, words=words, example="例如 换用新电脑")

    def rows(self) -> Sequence[QWidget]:
        return (FormRow("交给哪台电脑", self.device, note="括号里是电脑标识，对方“编号”页上写着"),)

    def act(self) -> Callable[[], str]:
        device, committee, reason = _chosen(self.device), self._committee, self.reason.text().strip()

        def run() -> str:
            self.books.hand_over(committee.id, device, reason=reason)
            return f"{committee.name}的编号簿交给了{device.name}"

        return run


class TakeOverDialog(_Reasoned):
    """接管 from a PC that is gone; or going on after a restore, for every committee."""

    def __init__(self, parent: QWidget, books: NumberBooks, line: BookLine, done: Done, *, is_resume: bool) -> None:
        self.gap = QLineEdit(str(GAP))
        self._committee, self._is_resume = line.committee, is_resume
        if is_resume:
            title, confirm = "恢复后继续编号", "继续编号"
            sentence = "备份以后编过哪些号，这份数据里看不到。跳过下面这么多号再编，跳过的登记为不明，年终清单里列出。"
        else:
            title, confirm = "接管编号簿", "接管"
            sentence = (
                f"{line.committee.name}的编号簿在{line.holder}上。只有那台电脑坏了、找不到了才接管；"
                "它还能用的，请在那台电脑上移交。那边编过而没有同步的号，跳过下面这么多就不会重。"
            )
        words = (title, sentence, confirm)
        super().__init__(parent, books, done, words=words, example="例如 原电脑硬盘损坏")

    def rows(self) -> Sequence[QWidget]:
        return (FormRow("跳过多少个号", self.gap, note=f"0 到 {MOST_GAP}；跳过的登记为不明"),)

    def act(self) -> Callable[[], str]:
        typed, reason, committee = self.gap.text().strip(), self.reason.text().strip(), self._committee
        if not typed.isdecimal():
            raise UserError(f"跳过的号数要是整数，现在是“{typed}”", f"例如 {GAP}")
        gap = int(typed)

        def run() -> str:
            if self._is_resume:
                self.books.resume(reason=reason, gap=gap)
                return "可以继续编号了"
            self.books.take_over(committee.id, reason=reason, gap=gap)
            return f"{committee.name}以后由本机编号"

        return run


def _choice(devices: Sequence[Device]) -> QComboBox:
    box = QComboBox()
    for one in devices:
        box.addItem(one.name, one)
    return box


def _chosen(box: QComboBox) -> Device:
    device = box.currentData()
    if not isinstance(device, Device):
        sentence = "还没有见过别的电脑"
        raise UserError(sentence, "另一台电脑入网并同步一次、本机也同步一次以后再来")
    return device
