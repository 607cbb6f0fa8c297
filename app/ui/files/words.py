"""Files in the words of the office: how large, what sort, which icon. Knows no widget."""

from __future__ import annotations

_ICONS = (
    ("image/", "image"),
    ("application/pdf", "file-text"),
    ("text/", "notebook-pen"),
    ("spreadsheet", "file-spreadsheet"),
    ("excel", "file-spreadsheet"),
    ("csv", "file-spreadsheet"),
    ("word", "file-pen"),
    ("zip", "archive"),
    ("audio/", "mic"),
)
PICTURE = "image/"
PDF = "application/pdf"
TEXT = "text/plain"


def icon_of(media_type: str) -> str:
    """The icon of a kind of file."""
    return next((name for mark, name in _ICONS if mark in media_type), "paperclip")


def size_words(count: object) -> str:
    """``356 KB``, ``1.2 MB``: three figures at most; empty for a size nobody knows."""
    if not isinstance(count, int) or count <= 0:
        return ""
    if count < 1024 * 1000:
        return f"{max(1, round(count / 1024))} KB"
    large = count / 1024 / 1024
    return f"{large:.1f} MB" if large < 100 else f"{large:.0f} MB"
