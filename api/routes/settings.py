"""What is set and where it comes from. For admins."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter

from api.desk import Desk, DeskDep
from api.schemas_settings import InstalledOut, RoomOut, SettingOut, SettingsOut
from pipeline.state_of_machine import installed, rooms, settings_now

router = APIRouter(prefix="/settings", tags=["facts"])


@router.get("")
def get_settings(desk: DeskDep) -> SettingsOut:
    """Return every setting with its origin, installed models, and what the data takes. For admins."""
    return settings_out(desk)


def settings_out(desk: Desk) -> SettingsOut:
    """Return how this machine is set up."""
    kit = desk.toolkit
    head = kit.own_head
    return SettingsOut(
        settings=[SettingOut.model_validate(one) for one in settings_now(kit.settings)],
        installed=[InstalledOut.model_validate(one) for one in installed()],
        data=str(kit.settings.data.resolve()),
        database="PostgreSQL" if kit.settings.database_url else "SQLite",
        rooms=[RoomOut.model_validate(room) for room in rooms(kit.settings.data)],
        own_head=datetime.fromtimestamp(head.stat().st_mtime, UTC) if head.is_file() else None,
    )
