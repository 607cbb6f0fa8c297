"""Everything that is done at a PC on that day, by name; each scene is a function of the stage and what it is given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from demo.scenes import (
    beginning,
    deciding,
    dwelling,
    importing,
    joining,
    keeping,
    matters,
    mediating,
    patrolling,
    people,
    platforms,
    status,
)

SCENES: dict[str, Callable[..., dict[str, Any]]] = {
    "first_start": beginning.first_start,
    "sign_in": beginning.sign_in,
    "settle": people.settle,
    "find": people.find,
    "edit": people.edit,
    "person": people.person,
    "history": people.history,
    "household": people.household,
    "import_ledger": importing.import_ledger,
    "mediate": mediating.mediate,
    "mediate_in_haste": mediating.mediate_in_haste,
    "mediate_strangers": mediating.mediate_strangers,
    "patrol": patrolling.patrol,
    "lodge": dwelling.lodge,
    "hand_over": matters.hand_over,
    "accept": matters.accept,
    "village_takes": matters.village_takes,
    "register_platform": platforms.register_platform,
    "transcribe": platforms.transcribe,
    "compare_platform": platforms.compare,
    "photograph": keeping.photograph,
    "back_up": keeping.back_up,
    "configured": keeping.configured,
    "files": keeping.files,
    "see_conflict": deciding.see_conflict,
    "decide": deciding.decide,
    "join_county": joining.join_county,
    "pairing_code": joining.pairing_code,
    "join_township": joining.join_township,
    "sync_now": status.sync_now,
    "status": status.status,
    "offline": status.offline,
    "waiting_items": status.waiting_items,
    "look_large": status.look_large,
    "keys_and_lock": status.keys_and_lock,
    "facts": status.facts,
    "evening": status.evening,
    "every_page": status.every_page,
}

__all__ = ["SCENES"]
