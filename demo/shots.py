"""``python -m demo.shots``: lives the day and puts its pictures, made small, into ``docs/screenshots``.

The twelve with numbers are those of ``docs/walkthrough.md``, by its steps. ``--from DIR`` takes a day lived before.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from app.resources import resource_path
from demo import album
from demo.children import ROOT

TARGET = ROOT / "docs" / "screenshots"
MOST_BYTES = 150_000

STEPS: tuple[str, ...] = (
    "recovery-key",
    "workbench",
    "import-preview",
    "search",
    "dispute-party",
    "agreement-final",
    "synced",
    "join-township",
    "patrol-form",
    "offline-center",
    "conflict",
    "history",
)
"""One picture of the album for each step of the walkthrough."""

MORE: dict[str, str] = {
    "workbench.png": "workbench-evening",
    "residences.png": "residence-form",
    "houses.png": "houses",
    "hazard-photo.png": "hazard-photo",
    "backup.png": "backup-done",
    "matter-station.png": "matter-station",
}
"""Further pictures of the album, by the name they have in the documents."""

TRANSCRIPT = "commands.png"
_LINES, _LETTERS = 26, 88
_WIDE, _HIGH, _STEP, _MARGIN = 1100, 640, 23, 24


def target(number: int) -> str:
    """``05-dispute-form.png`` for step 5."""
    return f"{number:02d}-{STEPS[number - 1]}.png"


def shrink(source: Path, path: Path) -> int:
    """Write a picture with 256 colours, the rare ones (a red star) among them; returns its size in bytes."""
    with Image.open(source) as picture:
        small = picture.convert("RGB").quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    small.save(path, optimize=True)
    return path.stat().st_size


def draw_transcript(text: str, path: Path) -> None:
    """The beginning of what the command line said, as a terminal shows it."""
    font = ImageFont.truetype(str(resource_path("fonts/NotoSansSC-Regular.ttf")), 15)
    picture = Image.new("RGB", (_WIDE, _HIGH), "#1F2430")
    draw = ImageDraw.Draw(picture)
    lines = [line.replace("\t", "  ")[:_LETTERS] for line in text.splitlines()][:_LINES]
    for place, line in enumerate(lines):
        colour = "#9CD67D" if line.startswith("$") else "#E8EAF0"
        draw.text((_MARGIN, _MARGIN + place * _STEP), line, font=font, fill=colour)
    picture.quantize(64).save(path, optimize=True)
    print(f"{path.name}  {path.stat().st_size // 1000} kB")


def main() -> int:
    """Live the day unless told where one was lived, then write the pictures; 1 when one is too large."""
    parser = argparse.ArgumentParser(prog="dev.py shots", description="各页截图写入 docs/screenshots/")
    parser.add_argument("--from", dest="lived", type=Path, help="已有的结果文件夹；不填则先演示一遍")
    lived: Path | None = parser.parse_args().lived
    if lived is None:
        lived = ROOT / "demo-output"
        done = subprocess.run([sys.executable, "-m", "demo", "--no-window", "--keep", str(lived)], check=False)
        if done.returncode:
            return done.returncode
    TARGET.mkdir(parents=True, exist_ok=True)
    for old in TARGET.glob("[0-9][0-9]-*.png"):
        old.unlink()
    wanted = {target(number): name for number, name in enumerate(STEPS, start=1)} | MORE
    large = []
    for file, name in wanted.items():
        size = shrink(lived / "screens" / album.file_name(name), TARGET / file)
        print(f"{file}  {size // 1000} kB")
        if size > MOST_BYTES:
            large.append(file)
    draw_transcript((lived / "命令行.txt").read_text("utf-8"), TARGET / TRANSCRIPT)
    if large:
        print(f"大于 {MOST_BYTES // 1000} kB：{'、'.join(large)}")
    return 1 if large else 0


if __name__ == "__main__":
    sys.exit(main())
