"""Every screenshot of the day by number and name, in the order of the story; the documents refer to these."""

from __future__ import annotations

NAMES: tuple[str, ...] = (
    "first-start",
    "accounts",
    "recovery-key",
    "workbench-new",
    "login",
    "workbench",
    "people",
    "import-preview",
    "import-done",
    "search",
    "person",
    "household",
    "dispute-form",
    "dispute-party",
    "dispute-agreement",
    "agreement-preview",
    "agreement-final",
    "dispute-record",
    "settings",
    "join-county",
    "synced",
    "pairing-code",
    "join-township",
    "station-workbench",
    "station-people",
    "patrol-form",
    "patrols",
    "edit-center",
    "edit-station",
    "offline-center",
    "offline-station",
    "sync-page",
    "offline-agreement",
    "online-again",
    "conflict",
    "conflict-decided",
    "history",
    "workbench-evening",
    "shortcuts",
    "locked",
    "large-login",
    "large-workbench",
    "large-person",
    "large-dispute",
)

_FILES = {name: f"{number:02d}-{name}.png" for number, name in enumerate(NAMES, start=1)}


def file_name(name: str) -> str:
    """``05-login.png`` for ``login``; KeyError for a picture the story does not have."""
    return _FILES[name]
