"""The application: routes under /api/v1, pages elsewhere, one answer to every error."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import APIRouter, FastAPI
from starlette.staticfiles import StaticFiles

from api import urls
from api.description import describe
from api.desk import Desk
from api.etags import ETags
from api.guard import Guard
from api.pages import (
    add,
    call_list,
    calls,
    check,
    collateral,
    correcting,
    gaps,
    guide,
    language,
    listen,
    outcomes,
    overview,
    people,
    quality,
    reference,
    review,
    search,
    settings,
    sign_in,
    sign_in_elsewhere,
    themes,
    trackers,
    webhooks,
)
from api.people.door import Door
from api.people.gate import Gate
from api.people.provider import provider_of
from api.problems import answer_errors
from api.routes import answers as answers_api
from api.routes import calls as calls_api
from api.routes import collateral as collateral_api
from api.routes import corrections as corrections_api
from api.routes import facts as facts_api
from api.routes import gaps as gaps_api
from api.routes import guides as guides_api
from api.routes import ingest as ingest_api
from api.routes import language as language_api
from api.routes import listening as listening_api
from api.routes import mends as mends_api
from api.routes import outcomes as outcomes_api
from api.routes import overview as overview_api
from api.routes import people as people_api
from api.routes import phrases as phrases_api
from api.routes import quality as quality_api
from api.routes import readings as readings_api
from api.routes import review as review_api
from api.routes import settings as settings_api
from api.routes import themes as themes_api
from api.routes import trackers as trackers_api
from api.routes import webhooks as webhooks_api
from api.uploads import MAX_BODY_BYTES
from api.webhooks.worker import WebhookWorker
from pipeline.assemble import Toolkit

_DESCRIPTION = (
    "Recorded sales calls as facts: who said what, what customers object to, what they keep saying, and what "
    "collateral does not answer. Lists are paged by `cursor`; `where.<field>=value` keeps to calls whose metadata "
    "say so, and may be repeated. Lists and documents carry an ETag. Errors are problem documents (RFC 9457). "
    "Where there are accounts, say who asks with `Authorization: Bearer TOKEN`; viewers get what consent allows."
)
_PAGES = (
    overview, search, call_list, calls, themes, gaps, review, language, outcomes, guide, collateral, add, reference,
    sign_in, sign_in_elsewhere, people, trackers, check, quality, settings, webhooks, correcting, listen,
)  # fmt: skip
_API = (
    phrases_api,
    calls_api,
    corrections_api,
    readings_api,
    overview_api,
    gaps_api,
    review_api,
    themes_api,
    collateral_api,
    facts_api,
    quality_api,
    trackers_api,
    language_api,
    guides_api,
    outcomes_api,
    answers_api,
    people_api,
    ingest_api,
    webhooks_api,
    settings_api,
    listening_api,
    mends_api,
)


def create_app(
    toolkit: Toolkit,
    *,
    hosts: Collection[str] = (),
    any_address: bool = False,
    needs_account: bool = False,
    door: Door | None = None,
    max_body_bytes: int = MAX_BODY_BYTES,
) -> FastAPI:
    """Return the application over a toolkit. `hosts` are names that it answers to beside those of this machine.

    `any_address` lets it answer to numeric addresses too; with `needs_account` nothing is served without an account.
    """
    desk = Desk(toolkit)
    webhooks = WebhookWorker(desk)
    at_door = door or Door(toolkit.store)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        webhooks.start()
        yield
        webhooks.close()
        desk.queue.close()

    app = FastAPI(
        title="Buyerspeak",
        version="1",
        description=_DESCRIPTION,
        openapi_url=urls.description(),
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.desk = desk
    app.state.door = at_door
    app.state.provider = provider_of(toolkit.settings)
    describe(app)
    answer_errors(app)
    app.add_middleware(ETags, under=urls.API)
    app.add_middleware(Gate, door=at_door, needs_account=needs_account)
    app.add_middleware(Guard, hosts=hosts, any_address=any_address, max_body_bytes=max_body_bytes)
    app.include_router(_joined(_API), prefix=urls.API)
    app.include_router(_joined(_PAGES), include_in_schema=False)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    return app


def _joined(modules: Collection[object]) -> APIRouter:
    joined = APIRouter()
    for module in modules:
        joined.include_router(module.router)  # type: ignore[attr-defined]  # each is a module with a router
    return joined
