"""Errors as answers: a problem document (RFC 9457) under /api, a page elsewhere."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.exceptions import HTTPException

from api.browser_rules import BROWSER_RULES
from api.pages.error import ErrorPage
from api.pages.page import html_of
from pipeline.errors import (
    SAID_IN_WORDS,
    BadInput,
    BuyerspeakError,
    Conflict,
    Forbidden,
    MissingPart,
    MissingWeights,
    NotFound,
    StageFailed,
)

log = logging.getLogger(__name__)

STATUS: Mapping[type[Exception], int] = {
    NotFound: 404,
    Forbidden: 403,
    Conflict: 409,
    StageFailed: 409,
    BadInput: 422,
    MissingPart: 503,
    MissingWeights: 503,
    BuyerspeakError: 500,
}
"""The status of an error is that of its nearest class here."""


def status_of(error: Exception) -> int:
    """Return the HTTP status of an error."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def problem(path: str, status: int, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> Response:
    """Return an error in the form that suits the path; `more` are further members of the problem document."""
    title = HTTPStatus(status).phrase
    if path.startswith("/api"):
        body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "instance": path, **more}
        return JSONResponse(body, status, headers, media_type="application/problem+json")
    page = ErrorPage(status=status, heading=title, detail=detail)
    return HTMLResponse(html_of(page), status, headers)


def answer_errors(app: FastAPI) -> None:
    """Give the app its answers to every kind of error."""

    def ours(request: Request, error: Exception) -> Response:
        return problem(request.url.path, status_of(error), str(error))

    for kind in SAID_IN_WORDS:
        app.add_exception_handler(kind, ours)

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        wrong = [
            {"field": ".".join(str(part) for part in found["loc"][1:]), "reason": found["msg"]}
            for found in error.errors()
        ]
        detail = "; ".join(f"{found['field']}: {found['reason']}" for found in wrong)
        return problem(request.url.path, 422, detail, errors=jsonable_encoder(wrong))

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> Response:
        detail = error.detail
        if error.status_code == 404 and detail == HTTPStatus.NOT_FOUND.phrase:
            detail = f"There is nothing at {request.url.path}."
        return problem(request.url.path, error.status_code, detail, headers=error.headers)

    @app.exception_handler(Exception)
    def unforeseen(request: Request, error: Exception) -> Response:
        log.error("%s %s failed", request.method, request.url.path, exc_info=error)
        # This answer is given outside of the guard, which sets these headers elsewhere.
        detail = "Something went wrong on our side; the log of the server says what."
        return problem(request.url.path, 500, detail, headers=BROWSER_RULES)
