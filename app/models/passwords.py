"""What a good enough password is, said kindly while it is typed; the same rule when it is stored."""

from __future__ import annotations

from dataclasses import dataclass

SHORTEST = 8
DIGITS_ONLY_SHORTEST = 12
EASY = frozenset({"password", "passw0rd", "qwertyuiop", "1qaz2wsx", "admin123", "a1234567", "aa123456"})
RUNS = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")


@dataclass(frozen=True, slots=True)
class Advice:
    """Whether the password will do, and the sentence under its field."""

    is_enough: bool
    sentence: str


def advise(password: str, *, name: str = "") -> Advice:
    """Judge a password: at least eight characters, no run, no repetition, not the name, not only a few digits."""
    if not password:
        return Advice(is_enough=False, sentence="至少 8 个字符，可以用一句自己好记的话，字母、数字都行")
    if len(password) < SHORTEST:
        return Advice(is_enough=False, sentence=f"还差 {SHORTEST - len(password)} 个字符")
    plain = password.lower()
    if len(set(plain)) <= 2 or plain in EASY or _is_run(plain):
        return Advice(is_enough=False, sentence="这个太容易猜到，换一个没有规律的")
    if name and password == name:
        return Advice(is_enough=False, sentence="不要直接用姓名")
    if password.isdigit() and len(password) < DIGITS_ONLY_SHORTEST:
        return Advice(is_enough=False, sentence="全是数字容易猜到（像生日、电话），加几个字母就好")
    return Advice(is_enough=True, sentence="很好" if len(password) >= DIGITS_ONLY_SHORTEST else "可以")


def _is_run(plain: str) -> bool:
    return any(plain in run or plain in run[::-1] for run in RUNS)
