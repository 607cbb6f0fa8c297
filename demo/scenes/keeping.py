"""What is kept: a photo without its place, a verified backup, what the county changed; and the files on their way."""

from __future__ import annotations

from datetime import datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from app.models import clock
from app.models.days import BEIJING
from app.models.policy import Act
from app.models.registers import Hazard
from app.services.attachments import Attachments, State
from app.ui.files.panel import FilesPanel
from demo.drawing import fire_lane
from demo.eyes import until, until_quiet
from demo.promises import promised
from demo.scenes.matters import opened
from demo.stage import Stage

_GPS = 0x8825
PHOTO = "楼道充电.jpg"
COUNTED = ("person", "household", "residence", "house", "hazard", "patrol", "dispute", "organisation", "place")


def photograph(stage: Stage, *, title: str) -> dict[str, Any]:
    """A photo from a telephone, chosen by keys: kept smaller, without the place where it was taken."""
    hands = stage.hands
    photo = fire_lane(
        stage.output / PHOTO, is_blocked=True, taken_at=datetime.combine(clock.today(), time(9, 12), BEIJING)
    )
    form = opened(stage, "hazard", title)
    panel = form.lines["files"]
    assert isinstance(panel, FilesPanel)
    held = len(panel.lines())
    hands.tab_to(panel.add_button, most=200)
    hands.press_and_choose("Space", photo)
    until(lambda: len(panel.lines()) == held + 1 and not panel.is_busy, "照片加进来")
    hands.press("Ctrl+S")
    until(lambda: not form.is_dirty, "附件已保存")
    form.area.ensureWidgetVisible(panel.frame)
    until_quiet()
    stage.take("hazard-photo")
    record = stage.office.reader.get("hazard", form.record_id)
    assert isinstance(record, Hazard)
    line = next(one for one in record.files if one.name == PHOTO)
    body = Attachments(stage.office).open(line)
    promised(_has_place(photo.read_bytes()) and not _has_place(body), "照片里的拍摄位置应已去掉")
    sealed = list((stage.office.store.folder / "blobs").rglob("*"))
    promised(
        sealed and all(body[:64] not in one.read_bytes() for one in sealed if one.is_file()), "磁盘上不应有明文照片"
    )
    host = stage.desk.registers.host("hazard")
    hands.press("Esc")
    until(lambda: host.form is None, "隐患表单关闭")
    return {"before": photo.stat().st_size, "size": line.size, "taken_on": str(line.taken_on)}


def _has_place(body: bytes) -> bool:
    """True when a JPEG says where it was taken."""
    with Image.open(BytesIO(body)) as image:
        return bool(image.getexif().get_ifd(_GPS))


def back_up(stage: Stage, *, folder: str) -> dict[str, Any]:
    """Ctrl+K, 立即备份, the folder: copied, opened again and counted."""
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    hands = stage.hands
    hands.press("Ctrl+K")
    box = stage.window.palette_box
    until(box.isVisible, "搜索框")
    hands.type("ljbf")
    until(lambda: box.titles() and "立即备份" in box.titles()[0], "搜索框里的“立即备份”")
    until_quiet()
    hands.press_and_choose("Enter", place)
    until(lambda: any(place.iterdir()), "备份出现", limit=60)
    status = stage.status_says("最近备份")
    stage.open_page("工作台")
    stage.take("backup-done")
    kept = sorted(one for one in place.rglob("*") if one.is_file())
    return {"files": len(kept), "bytes": sum(one.stat().st_size for one in kept), "status": status}


def configured(stage: Stage, *, picture: str) -> dict[str, Any]:
    """县配置: what the county said, since when and why."""
    stage.open_page("县配置")
    until_quiet()
    stage.take(picture)
    return {}


def files(stage: Stage) -> dict[str, Any]:
    """Attachments this PC's records name, how many of them lie here, and counts of records by register."""
    office = stage.office
    attachments = Attachments(office)
    states = [attachments.check(line) for _, line in attachments.everything()]
    read = [one for one in office.registry if office.may(Act.READ, one.name)]
    counts = {one.label: office.reader.count(one.name) for one in read if one.name in COUNTED}
    return {"named": len(states), "here": sum(state is State.HERE for state in states), "counts": counts}
