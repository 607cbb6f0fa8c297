"""Attachments by command: in, shown, out again, in backups and among everything taken out."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from app.models.registers import Hazard
from app.services import setup
from app.services.setup import NewAccount, NewTownship
from tests.cli.test_commands import Desk
from tests.conftest import PASSWORD


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    folder = tmp_path / "data"
    office, _ = setup.create_township(folder, NewTownship("青溪镇", NewAccount("王主任", PASSWORD), "青山县"))
    record = Hazard.model_validate({"name": "东门消防通道堵塞", "found_on": "2026-05-01"})
    office.save(record)
    office.store.close()
    return Desk(folder)


def photo() -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    Image.effect_noise((640, 480), 30).save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_a_file_goes_in_is_shown_comes_out_and_is_among_everything(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "现场.JPG").write_bytes(photo())
    (found,) = desk.json("search", "东门消防通道")
    code = found["facts"].split("　")[0]
    told = desk.json("attach", "隐患", code, tmp_path / "现场.JPG", "--kind", "证据材料", "--remark", "整改前")
    assert told["media_type"] == "image/jpeg"
    assert "照片里的拍摄位置已去掉" in told["notes"]
    (shown,) = desk.json("show", "hazard", found["id"])["附件"]
    assert (shown["文件名"], shown["附件种类"], shown["说明"], shown["在本机"]) == (
        "现场.jpg",
        "证据材料",
        "整改前",
        "是",
    )
    desk("open-file", "hazard", code, "现场.jpg", "--out", tmp_path / "again.jpg")
    assert (tmp_path / "again.jpg").stat().st_size == told["size"]
    assert desk.json("takeout", tmp_path / "all")["attachments"] == 1
    assert [path.name for path in (tmp_path / "all").rglob("*.jpg")] == ["现场.jpg"]
    assert desk.json("backup", tmp_path / "disk")["attachments"] == 1
    assert desk.json("doctor")["complaints"] == []


def test_what_cannot_be_attached_is_said_with_exit_code_2(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "装.jpg").write_bytes(b"MZ" + bytes(100))
    (found,) = desk.json("search", "东门消防通道")
    assert "程序" in desk("attach", "hazard", found["id"], tmp_path / "装.jpg", code=2)
    assert "找不到" in desk("attach", "hazard", found["id"], tmp_path / "没有.jpg", code=2)
    assert "没有“自拍”这种附件" in desk("attach", "hazard", found["id"], tmp_path / "装.jpg", "--kind", "自拍", code=2)
    assert "没有叫" in desk("open-file", "hazard", found["id"], "x.jpg", "--out", tmp_path / "x.jpg", code=2)


def test_a_damaged_file_is_a_finding_of_the_doctor_and_shown_as_not_here_only_when_it_is_gone(
    desk: Desk, tmp_path: Path
) -> None:
    (tmp_path / "现场.jpg").write_bytes(photo())
    (found,) = desk.json("search", "东门消防通道")
    desk("attach", "hazard", found["id"], tmp_path / "现场.jpg")
    (blob,) = [path for path in (desk.folder / "blobs").rglob("*") if path.is_file()]
    blob.write_bytes(b"rust")
    told = desk.json("doctor", code=1)
    assert [one["grave"] for one in told["complaints"]] == [True]
    assert desk.json("backup", tmp_path / "disk")["damaged"] == 1
    blob.unlink()
    assert desk.json("show", "hazard", found["id"])["附件"][0]["在本机"] == "附件未到"
