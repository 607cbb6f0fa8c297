"""From nothing to a township by keys alone; and back in with a password."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.errors import StoreError, UserError
from app.models.passwords import advise
from app.ui import work
from app.ui.entry.answers import AccountChoice, FirstStart, JoinExisting
from app.ui.entry.first_start import FirstStartWizard
from app.ui.entry.login import LoginWindow
from app.ui.entry.passwords import wait_after
from tests.ui import gallery
from tests.ui.cut import cut_words
from tests.ui.keys import show_active, type_text

KEY = "K7QF-9WPM-2XDA-HT4E-VB83-CN6R-YJ5S-ZG2U"
ACCOUNTS = [AccountChoice(key="a", name="李秀英", role="办事员"), AccountChoice(key="b", name="周明远", role="管理员")]


@pytest.fixture
def wizard(qtbot: QtBot) -> FirstStartWizard:
    made = FirstStartWizard(lambda: KEY, ask_group=lambda count: count - 1)
    made.resize(911, 512)
    show_active(qtbot, made)
    return made


def _focus() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def _type(qtbot: QtBot, words: str) -> None:
    """Type into whatever has the focus and press Enter."""
    type_text(_focus(), words)
    qtbot.keyClick(_focus(), Qt.Key.Key_Return)


def test_three_steps_by_keys_make_a_township(wizard: FirstStartWizard, qtbot: QtBot) -> None:
    _type(qtbot, "青石镇")
    _type(qtbot, "临江县")
    assert wizard.township.committee.text() == "青石镇人民调解委员会"
    _type(qtbot, "")
    assert wizard.step() is wizard.accounts
    _type(qtbot, "周明远")
    _type(qtbot, "qingshi-2026")
    qtbot.keyClick(_focus(), Qt.Key.Key_Return)
    assert wizard.step() is wizard.recovery
    with qtbot.waitSignal(wizard.finished) as told:
        _type(qtbot, "zg2u")
    answer = told.args[0]
    assert isinstance(answer, FirstStart)
    assert (answer.township, answer.county, answer.committee) == ("青石镇", "临江县", "青石镇人民调解委员会")
    assert (answer.administrator.name, answer.administrator.password) == ("周明远", "qingshi-2026")
    assert answer.clerk is None
    assert answer.recovery_key == KEY
    assert "qingshi" not in repr(answer)
    assert KEY not in repr(answer)


def test_a_committee_name_of_ones_own_is_kept(wizard: FirstStartWizard) -> None:
    wizard.township.township.setText("青石镇")
    wizard.township.committee.setText("青石镇联合人民调解委员会")
    wizard.township.township.setText("青石街道")
    assert wizard.township.committee.text() == "青石镇联合人民调解委员会"


def test_a_clerk_of_the_same_name_as_the_administrator_is_asked_about(wizard: FirstStartWizard) -> None:
    step = wizard.accounts
    step.administrator.name.setText("周明远")
    step.administrator.password.setText("qingshi-2026")
    assert step.is_ready()
    step.other_person.setChecked(True)
    step.clerk.name.setText("周明远")
    step.clerk.password.setText("another-2026")
    assert not step.is_ready()
    assert "同名" in step.clerk.name_row.finding.text()
    step.clerk.name.setText("李秀英")
    assert step.is_ready()
    assert step.accounts()[1] is not None


def test_the_key_must_be_copied_before_work_begins_and_a_wrong_copy_gets_a_sentence(wizard: FirstStartWizard) -> None:
    step = wizard.recovery
    assert not step.is_ready()
    step.typed.setText("ZG2X")
    assert not step.is_ready()
    assert "不一样" in step.typed_row.finding.text()
    step.typed.setText(" zg 2u ")
    assert step.is_ready()


def test_the_key_can_be_printed_and_saved(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    printed: list[str] = []
    saved: list[tuple[str, Path]] = []
    target = tmp_path / "恢复密钥.pdf"
    monkeypatch.setattr("app.ui.saving.QFileDialog.getSaveFileName", lambda *_: (str(target), ""))
    made = FirstStartWizard(
        lambda: KEY, print_sheet=printed.append, save_sheet=lambda key, path: saved.append((key, path))
    )
    qtbot.addWidget(made)
    made.recovery.print_button.click()
    made.recovery.save_button.click()
    assert printed == [KEY]
    assert saved == [(KEY, target)]


def test_going_back_loses_nothing(wizard: FirstStartWizard, qtbot: QtBot) -> None:
    _type(qtbot, "青石镇")
    _type(qtbot, "临江县")
    _type(qtbot, "")
    wizard.accounts.administrator.name.setText("周明远")
    qtbot.keyClick(wizard, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert wizard.step() is wizard.township
    assert wizard.township.county.text() == "临江县"
    wizard.go_on()
    assert wizard.accounts.administrator.name.text() == "周明远"


def test_a_second_pc_joins_with_its_two_codes(wizard: FirstStartWizard, qtbot: QtBot) -> None:
    qtbot.keyClick(wizard.join_button, Qt.Key.Key_Return)
    assert wizard.step() is wizard.join_step
    _type(qtbot, "ABCD 1234")
    _type(qtbot, "https-code-xyz")
    _type(qtbot, "王所")
    with qtbot.waitSignal(wizard.join_asked) as told:
        _type(qtbot, "paichusuo-1")
    answer = told.args[0]
    assert isinstance(answer, JoinExisting)
    assert (answer.pairing_code, answer.server_code, answer.account.name) == ("ABCD1234", "https-code-xyz", "王所")


def test_a_refusal_of_the_setting_up_is_said_and_what_was_typed_stays(wizard: FirstStartWizard) -> None:
    wizard.township.township.setText("青石镇")
    wizard.show_problem(StoreError("磁盘满了", "腾出至少 200 MB 再试"))
    assert [one.sentence.text() for one in wizard.problems.banners()] == ["磁盘满了"]
    assert wizard.township.township.text() == "青石镇"


@pytest.mark.parametrize("name", sorted(gallery.entry_windows()))
def test_every_word_is_whole_at_150_percent(name: str, qtbot: QtBot) -> None:
    made = gallery.entry_windows()[name]()
    qtbot.addWidget(made)
    made.resize(911, 512)
    made.show()
    gallery.settle()
    assert (made.width(), made.height()) == (911, 512)
    assert cut_words(made) == []


# ---- passwords


@pytest.mark.parametrize(
    ("password", "is_enough", "word"),
    [
        ("", False, "至少 8"),
        ("abc", False, "还差 5"),
        ("12345678", False, "容易猜到"),
        ("aaaaaaaa", False, "容易猜到"),
        ("qwertyui", False, "容易猜到"),
        ("19680812", False, "生日"),
        ("周明远周明远周明", True, "可以"),
        ("qingshi-2026", True, "很好"),
    ],
)
def test_passwords_are_judged_kindly(password: str, is_enough: bool, word: str) -> None:
    advice = advise(password)
    assert advice.is_enough is is_enough
    assert word in advice.sentence


def test_wrong_passwords_make_the_next_try_wait_longer_up_to_a_minute() -> None:
    waits = [wait_after(failures) for failures in range(12)]
    assert waits[:5] == [0, 0, 0, 2, 4]
    assert waits == sorted(waits)
    assert waits[-1] == 60


# ---- login


def _login(qtbot: QtBot, **more: object) -> LoginWindow:
    def sign_in(account: str, password: str) -> str:
        if password != "right-one":
            raise UserError("密码不对", "看看大写锁定，再试一次")
        return f"session of {account}"

    made = LoginWindow("青石镇", ACCOUNTS, sign_in, **more)  # type: ignore[arg-type]
    show_active(qtbot, made)
    return made


def test_the_last_account_is_chosen_and_the_password_and_enter_are_enough(qtbot: QtBot) -> None:
    made = _login(qtbot, last_key="b")
    qtbot.waitUntil(made.password.hasFocus)
    qtbot.keyClicks(made.password, "right-one")
    with qtbot.waitSignal(made.signed_in) as told:
        qtbot.keyClick(made.password, Qt.Key.Key_Return)
    assert told.args == ["session of b"]


def test_another_account_is_chosen_by_the_arrows(qtbot: QtBot) -> None:
    made = _login(qtbot)
    made.accounts.setFocus()
    qtbot.keyClick(made.accounts, Qt.Key.Key_Down)
    qtbot.keyClick(made.accounts, Qt.Key.Key_Return)
    assert made.password.hasFocus()
    qtbot.keyClicks(made.password, "right-one")
    with qtbot.waitSignal(made.signed_in) as told:
        qtbot.keyClick(made.password, Qt.Key.Key_Return)
    assert told.args == ["session of b"]


def test_a_wrong_password_gets_its_sentence_and_then_a_wait(qtbot: QtBot) -> None:
    made = _login(qtbot, wait_for=lambda failures: failures, second_ms=1)
    qtbot.keyClicks(made.password, "wrong")
    qtbot.keyClick(made.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "密码不对" in made.message.text())
    qtbot.waitUntil(lambda: made.open_button.isEnabled() and "请等" not in made.message.text())
    assert made.password.selectedText()
    qtbot.keyClicks(made.password, "right-one")
    with qtbot.waitSignal(made.signed_in):
        qtbot.keyClick(made.password, Qt.Key.Key_Return)


def test_while_waiting_no_try_is_made(qtbot: QtBot) -> None:
    tries: list[str] = []

    def sign_in(_account: str, password: str) -> None:
        tries.append(password)
        raise UserError("密码不对")

    made = LoginWindow("青石镇", ACCOUNTS, sign_in, wait_for=lambda _failures: 60)
    show_active(qtbot, made)
    qtbot.keyClicks(made.password, "first")
    qtbot.keyClick(made.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "请等 60 秒" in made.message.text())
    qtbot.keyClick(made.password, Qt.Key.Key_Return)
    made.try_sign_in()
    qtbot.waitUntil(work.is_idle)
    assert tries == ["first"]


def test_a_damaged_or_newer_file_is_said_and_is_no_wrong_password(qtbot: QtBot) -> None:
    def sign_in(_account: str, _password: str) -> None:
        raise StoreError("数据文件损坏", "用最近的备份恢复")

    made = LoginWindow("青石镇", ACCOUNTS, sign_in)
    show_active(qtbot, made)
    qtbot.keyClicks(made.password, "anything")
    qtbot.keyClick(made.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(made.problems.banners()))
    assert made._failures == 0
    assert made.open_button.isEnabled()


def test_an_obstacle_known_beforehand_takes_the_fields_away(qtbot: QtBot) -> None:
    left: list[str] = []
    made = _login(qtbot)
    made.show_obstacle(StoreError("这份数据是新版本程序写的", "请升级"), action=("退出", lambda: left.append("x")))
    assert not made.password.isEnabled()
    assert made.problems.banners()[0].sentence.text() == "这份数据是新版本程序写的"


def test_caps_lock_is_hinted_at(qtbot: QtBot) -> None:
    made = _login(qtbot)
    qtbot.keyClick(made.password, "A")
    assert "大写锁定" in made.message.text()
    qtbot.keyClick(made.password, "a")
    assert made.message.text() == ""


def test_the_recovery_key_leads_back_in(qtbot: QtBot) -> None:
    used: list[tuple[str, str, str]] = []

    def recover(account: str, key: str, password: str) -> str:
        used.append((account, key, password))
        return "session"

    made = _login(qtbot, recover=recover)
    qtbot.keyClick(made.recover_button, Qt.Key.Key_Return)
    qtbot.waitUntil(made.recovery.key.hasFocus)
    _type(qtbot, KEY)
    with qtbot.waitSignal(made.signed_in):
        _type(qtbot, "qingshi-2027")
    assert used == [("a", KEY, "qingshi-2027")]


def test_a_wrong_recovery_key_gets_its_sentence(qtbot: QtBot) -> None:
    def recover(_account: str, _key: str, _password: str) -> None:
        raise UserError("恢复密钥不对", "对照纸上再抄一遍")

    made = _login(qtbot, recover=recover)
    made.open_recovery()
    made.recovery.key.setText(KEY)
    made.recovery.password.setText("qingshi-2027")
    made.recovery.go_button.click()
    qtbot.waitUntil(lambda: bool(made.problems.banners()))
    assert made.recovery.key.text() == KEY
    qtbot.waitUntil(lambda: not made.veil.isVisible())
