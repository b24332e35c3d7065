"""What is set, where it comes from and how to change it; what is installed and how much room the data takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.desk import DeskDep
from api.pages.page import Page, answer
from api.routes.settings import settings_out
from api.schemas_settings import SettingsOut

router = APIRouter()
_ORIGIN_WORDS = {"environment": "set in the environment", "start": "set at the start", "default": "as usual"}


@dataclass(frozen=True, kw_only=True)
class SettingsPage(Page):
    """The settings, which are read here and changed in the environment."""

    template: ClassVar[str] = "settings.html"
    room: ClassVar[str] = "settings"

    now: SettingsOut
    origins: dict[str, str]


@router.get("/settings")
def show(desk: DeskDep) -> HTMLResponse:
    """Show the settings."""
    return answer(SettingsPage(now=settings_out(desk), origins=_ORIGIN_WORDS))
