"""What a PC says of itself: the status bar, counts and hashes by stream, its health, and a picture of every page."""

from __future__ import annotations

from typing import Any

from app.models.replica import StoreReplica
from demo.eyes import until_quiet
from demo.stage import Stage


def status(stage: Stage, *, words: list[str], picture: str = "", limit: float = 60.0) -> dict[str, Any]:
    """Wait until the status bar holds all the words."""
    said = stage.status_says(*words, limit=limit)
    stage.window.refresh_current()
    if picture:
        stage.take(picture)
    return {"status": said, "waiting": StoreReplica(stage.office.store).backlog().waiting}


def sync_now(stage: Stage, *, picture: str = "") -> dict[str, Any]:
    """Ctrl+K, 立即同步, and wait until the county has confirmed everything."""
    stage.command("ljtb", "立即同步")
    return status(stage, words=["已同步"], picture=picture)


def facts(stage: Stage) -> dict[str, Any]:
    """Counts and content hashes by stream as the county has confirmed them; what waits; is the journal sound."""
    until_quiet()
    replica, health = StoreReplica(stage.office.store), stage.office.doctor()
    return {
        "digests": replica.digests(),
        "waiting": replica.backlog().waiting,
        "conflicts": len(stage.office.conflicts()),
        "sound": health.is_sound,
        "operations": health.operations,
        "records": health.records,
        "complaints": [one.sentence for one in health.complaints],
        "status": stage.status(),
        "strokes": stage.hands.strokes,
    }


def pages(stage: Stage, *, pictures: dict[str, str]) -> dict[str, Any]:
    """Photograph pages: title of the page → name in the album."""
    for title, picture in pictures.items():
        stage.open_page(title)
        stage.take(picture)
    return {}
