"""The application: routes under /api/v1, pages elsewhere, one answer to every error."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import APIRouter, FastAPI
from starlette.staticfiles import StaticFiles

from api import urls
from api.desk import Desk
from api.guard import Guard
from api.pages import add, calls, collateral, gaps, guide, reference, review, search, themes
from api.problems import answer_errors
from api.routes import answers as answers_api
from api.routes import calls as calls_api
from api.routes import collateral as collateral_api
from api.routes import corrections as corrections_api
from api.routes import facts as facts_api
from api.routes import gaps as gaps_api
from api.routes import phrases as phrases_api
from api.routes import quality as quality_api
from api.routes import readings as readings_api
from api.routes import review as review_api
from api.routes import themes as themes_api
from api.routes import trackers as trackers_api
from api.uploads import MAX_BODY_BYTES
from pipeline.assemble import Toolkit

_DESCRIPTION = (
    "Recorded sales calls as facts: who said what, what customers object to, what they keep saying, and what "
    "collateral does not answer. Lists are paged by `cursor`; `where.<field>=value` keeps to calls whose metadata "
    "say so, and may be repeated. Errors are problem documents (RFC 9457)."
)
_PAGES = (search, calls, themes, gaps, review, guide, collateral, add, reference)
_API = (
    phrases_api,
    calls_api,
    corrections_api,
    readings_api,
    gaps_api,
    review_api,
    themes_api,
    collateral_api,
    facts_api,
    quality_api,
    trackers_api,
    answers_api,
)


def create_app(toolkit: Toolkit, *, hosts: Collection[str] = (), max_body_bytes: int = MAX_BODY_BYTES) -> FastAPI:
    """Return the application over a toolkit. `hosts` are names that it answers to beside those of this machine."""
    desk = Desk(toolkit)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
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
    answer_errors(app)
    app.add_middleware(Guard, hosts=hosts, max_body_bytes=max_body_bytes)
    app.include_router(_joined(_API), prefix=urls.API)
    app.include_router(_joined(_PAGES), include_in_schema=False)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    return app


def _joined(modules: Collection[object]) -> APIRouter:
    joined = APIRouter()
    for module in modules:
        joined.include_router(module.router)  # type: ignore[attr-defined]  # each is a module with a router
    return joined
