"""Keys that work while another program has the keyboard: the browser with the platform's form in it.

Windows alone offers them to us (``RegisterHotKey``). Elsewhere, or when another program holds the key, nothing is
bound and the caller falls back to keys of its own window. Only the call into the system stands behind a port.
"""

from __future__ import annotations

import ctypes
import ctypes.wintypes
import sys
from collections.abc import Mapping
from typing import Final, Protocol

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QCoreApplication, QObject, Signal

NEXT, BACK = 0x4A51, 0x4A52
"""Our numbers of the two keys; any up to 0xBFFF that nobody else of this process uses."""

_WM_HOTKEY: Final = 0x0312
_SHIFT, _NO_REPEAT = 0x0004, 0x4000
_F8: Final = 0x77
_KEYS: Final[Mapping[int, int]] = {NEXT: _NO_REPEAT, BACK: _NO_REPEAT | _SHIFT}
WORDS: Final = ("F8", "Shift+F8")


class SystemKeys(Protocol):
    """The two calls of the system."""

    def register(self, number: int, modifiers: int, key: int) -> bool:
        """Bind a key for the whole desk; False when it is taken."""
        ...

    def unregister(self, number: int) -> None:
        """Give it back."""
        ...


class WindowsKeys:
    """user32, for the thread that calls: its messages carry the key."""

    def register(self, number: int, modifiers: int, key: int) -> bool:
        if sys.platform == "win32":
            return bool(ctypes.windll.user32.RegisterHotKey(None, number, modifiers, key))
        return False

    def unregister(self, number: int) -> None:
        if sys.platform == "win32":
            ctypes.windll.user32.UnregisterHotKey(None, number)


class Hotkeys(QObject):
    """``pressed`` carries ``NEXT`` or ``BACK``; bound only between :meth:`bind` and :meth:`release`."""

    pressed = Signal(int)

    def __init__(self, system: SystemKeys | None = None) -> None:
        super().__init__()
        self._system: SystemKeys = system or WindowsKeys()
        self._bound: list[int] = []
        self._filter = _Filter(self)

    @property
    def is_bound(self) -> bool:
        """True when the key for going on works from anywhere."""
        return NEXT in self._bound

    def bind(self) -> bool:
        """Take the keys; False when the one for going on cannot be had."""
        app = QCoreApplication.instance()
        if self._bound or app is None:
            return self.is_bound
        self._bound = [number for number, how in _KEYS.items() if self._system.register(number, how, _F8)]
        if self._bound:
            app.installNativeEventFilter(self._filter)
        return self.is_bound

    def release(self) -> None:
        """Give the keys back to the other programs."""
        app = QCoreApplication.instance()
        if self._bound and app is not None:
            app.removeNativeEventFilter(self._filter)
        for number in self._bound:
            self._system.unregister(number)
        self._bound = []

    def on_key(self, number: int) -> bool:
        """A key of the system arrived; True when it is one of ours."""
        if number not in self._bound:
            return False
        self.pressed.emit(number)
        return True


class _Filter(QAbstractNativeEventFilter):
    """Looks at the messages of Windows for our keys."""

    def __init__(self, keys: Hotkeys) -> None:
        super().__init__()
        self._keys = keys

    def nativeEventFilter(self, kind: QByteArray | bytes | bytearray | memoryview, message: int) -> tuple[bool, int]:
        told_as = kind.data() if isinstance(kind, QByteArray) else bytes(kind)
        if told_as in {b"windows_generic_MSG", b"windows_dispatcher_MSG"}:
            told = ctypes.wintypes.MSG.from_address(int(message))
            if told.message == _WM_HOTKEY and self._keys.on_key(int(told.wParam)):
                return True, 0
        return False, 0
