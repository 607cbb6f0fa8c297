"""Between a form's lines and attachments: the line behind what stands in a form, and the tile it is shown as."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from app.models.files import FileLine
from app.models.register import Definition
from app.ui.editors.raw import shown, value_of_raw
from app.ui.files.looks import Look
from app.ui.files.tile import Tile
from app.ui.files.words import PICTURE, icon_of, size_words
from app.ui.registers.state import LineState

NAMELESS = "未命名"


def line_of(definition: Definition, line: LineState) -> FileLine:
    """The attachment a form's line stands for, also while its words are half typed or another program wrote them."""
    values: dict[str, Any] = {
        "id": line.id,
        "name": str(line.values.get("name") or NAMELESS),
        "file": value_of_raw(line.values.get("file")),
        "media_type": str(line.values.get("media_type") or ""),
        "size": size_of(definition, line),
    }
    return cast("FileLine", definition.cls.model_construct(**values))


def tile_of(definition: Definition, line: LineState, look: Look) -> Tile:
    """How it is shown."""
    words = {
        name: shown(definition.by_name[name].kind, line.values.get(name)) for name in ("kind", "taken_on", "pages")
    }
    media_type = str(line.values.get("media_type") or "")
    pages = f"{words['pages']} 页" if words["pages"] else ""
    facts = (words["kind"], pages, size_words(size_of(definition, line)), words["taken_on"])
    return Tile(
        key=line.id,
        name=str(line.values.get("name") or NAMELESS),
        facts=" · ".join(part for part in facts if part),
        icon=icon_of(media_type),
        is_picture=media_type.startswith(PICTURE),
        picture=look.picture,
        remark=str(line.values.get("remark") or ""),
        trouble=look.trouble,
    )


def size_of(definition: Definition, line: LineState) -> int:
    """Bytes of the file; 0 when it cannot be told."""
    try:
        checked = definition.by_name["size"].kind.check(value_of_raw(line.values.get("size")))
    except ValueError:
        return 0
    return checked if isinstance(checked, int) else 0


def whole_size(definition: Definition, lines: Iterable[LineState]) -> int:
    """Bytes of all files together."""
    return sum(size_of(definition, line) for line in lines)
