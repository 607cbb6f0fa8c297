"""What a person hands over (chosen files, the clipboard, a drop) as things to take in. Reads no file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage

from app.errors import UserError
from app.ui.png import png_of
from app.ui.spoken import BEIJING


@dataclass(frozen=True, slots=True)
class Source:
    """One thing to take in: a file on this PC, or a picture that was copied; called ``name``."""

    name: str
    path: Path | None = None
    picture: QImage | None = None

    def body(self) -> bytes:
        """The picture as a PNG file; off the screen's thread, it takes a moment."""
        body = png_of(self.picture) if self.picture is not None else b""
        if not body:
            sentence = "复制来的图片取不出来"
            raise UserError(sentence, "请先存成文件再添加")
        return body


def of_paths(paths: Iterable[Path]) -> list[Source]:
    """Files chosen or dropped."""
    return [Source(path.name, path=path) for path in paths]


def of_mime(data: QMimeData, now: datetime) -> list[Source]:
    """What was copied or is dropped: files first, else a picture; nothing for anything else."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    if paths:
        return of_paths(paths)
    picture = data.imageData() if data.hasImage() else None
    if isinstance(picture, QImage) and not picture.isNull():
        here = now.astimezone(BEIJING)
        return [Source(f"粘贴的图片 {here:%Y-%m-%d %H.%M.%S}.png", picture=picture)]
    return []


def has_any(data: QMimeData) -> bool:
    """True when a drop brings something that may be taken in."""
    return data.hasImage() or any(url.isLocalFile() for url in data.urls())


def together(names: Sequence[str], most: int = 3) -> str:
    """``一.jpg、二.jpg 等 5 个``."""
    shown = "、".join(names[:most])
    return shown if len(names) <= most else f"{shown} 等 {len(names)} 个"
