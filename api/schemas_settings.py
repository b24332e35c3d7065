"""Settings, models and room on the wire."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict


class _Read(BaseModel):
    model_config = ConfigDict(from_attributes=True, frozen=True)


class SettingOut(_Read):
    """A setting as it is in the server; `origin` is environment, start (an option of the command) or default."""

    name: str
    variable: str
    value: str
    default: str
    origin: str
    description: str


class InstalledOut(_Read):
    """A model or library with the versions of its packages; an empty version is not installed."""

    name: str
    packages: list[tuple[str, str]]


class RoomOut(_Read):
    """What a part of the data folder takes."""

    part: str
    n_bytes: int
    n_files: int
    changed_at: datetime | None


class SettingsOut(BaseModel):
    """What is set, what is installed, and what the data takes. Settings change in the environment, never here."""

    settings: list[SettingOut]
    installed: list[InstalledOut]
    data: str
    database: str
    rooms: list[RoomOut]
    own_head: datetime | None
    """When the network that finds moments last learnt from corrections; null if it never did."""
