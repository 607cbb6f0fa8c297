"""Migrations change shape only, never values; each is frozen code with literals.

Listed by hand. A database that knows a migration this program does not was written by a newer program and is refused
politely; an older one is copied aside before it is changed.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlite_utils import Database, Migrations

from app.errors import StoreError
from app.models.migrations import (
    m0001_spine,
    m0002_sync,
    m0003_residence_house_hazard,
    m0004_attachments,
    m0005_travel,
    m0006_matters,
    m0007_platforms,
    m0008_local_codes,
    m0009_numbers,
    m0010_waiting,
    m0011_forms,
)

SET = Migrations("township")


@SET(name="m0001_spine")
def _spine(db: Database) -> None:
    for statement in m0001_spine.STATEMENTS:
        db.execute(statement)


@SET(name="m0002_sync")
def _sync(db: Database) -> None:
    for statement in m0002_sync.STATEMENTS:
        db.execute(statement)


@SET(name="m0003_residence_house_hazard")
def _residence_house_hazard(db: Database) -> None:
    for statement in m0003_residence_house_hazard.STATEMENTS:
        db.execute(statement)


@SET(name="m0004_attachments")
def _attachments(db: Database) -> None:
    for statement in m0004_attachments.STATEMENTS:
        db.execute(statement)


@SET(name="m0005_travel")
def _travel(db: Database) -> None:
    for statement in m0005_travel.STATEMENTS:
        db.execute(statement)


@SET(name="m0006_matters")
def _matters(db: Database) -> None:
    for statement in m0006_matters.STATEMENTS:
        db.execute(statement)


@SET(name="m0007_platforms")
def _platforms(db: Database) -> None:
    for statement in m0007_platforms.STATEMENTS:
        db.execute(statement)


@SET(name="m0008_local_codes")
def _local_codes(db: Database) -> None:
    for statement in m0008_local_codes.STATEMENTS:
        db.execute(statement)


@SET(name="m0009_numbers")
def _numbers(db: Database) -> None:
    for statement in m0009_numbers.STATEMENTS:
        db.execute(statement)


@SET(name="m0010_waiting")
def _waiting(db: Database) -> None:
    for statement in m0010_waiting.STATEMENTS:
        db.execute(statement)


@SET(name="m0011_forms")
def _forms(db: Database) -> None:
    for statement in m0011_forms.STATEMENTS:
        db.execute(statement)


def apply(db: Database, path: Path, migrations: Migrations = SET) -> bool:
    """Bring the file to this program's shape; True when an older file was changed. Raises ``StoreError`` when newer."""
    applied = {migration.name for migration in migrations.applied(db)}
    pending = {migration.name for migration in migrations.pending(db)}
    newer = applied - {migration.name for migration in migrations.pending(Database(memory=True))}
    if newer:
        sentence = "这份数据由更新版本的程序写过，本程序不能打开，以免损坏"
        raise StoreError(sentence, f"请安装新版本程序后再打开（数据版本：{max(newer)}）")
    if applied and pending:
        _copy_aside(db, path, last=max(applied))
    if pending:
        with db.atomic():
            migrations.apply(db)
    return bool(applied and pending)


def _copy_aside(db: Database, path: Path, *, last: str) -> None:
    """The encrypted file as it was, beside it; one copy per version."""
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    aside = path.with_name(f"{path.stem}.before-{last}{path.suffix}")
    if not aside.exists():
        shutil.copy2(path, aside)
