"""The OpenAPI description as it is given out: with examples, with every problem document, and with who may ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI

_MOMENT = {
    "id": "9f2c41d07a6be853",
    "call": "harbour-1",
    "source": "harbour-1.ogg",
    "account": "Harbour Kitchen",
    "turn": 1,
    "speaker": "S2",
    "role": "customer",
    "start_s": 4.0,
    "end_s": 7.2,
    "kind": "objection",
    "category": "price",
    "quote": "It is too expensive for a small kitchen.",
    "context": "It is too expensive for a small kitchen. We like the app.",
    "score": 0.91,
    "state": "machine",
    "theme": "3d9fc58633",
    "factuality": "asserted",
    "start_char": 0,
    "end_char": 40,
    "recorded_at": "2026-09-08T15:30:00+01:00",
    "band": "sure",
}
_THEME = {
    "id": "3d9fc58633",
    "label": "too expensive for a small kitchen",
    "terms": ["expensive", "small kitchen"],
    "moments": 10,
    "calls": 7,
    "accounts": 6,
    "deals": 6,
    "cohesion": 0.71,
    "broad": None,
    "broad_label": None,
    "stability": 0.9,
    "quote": None,
}
EXAMPLES: Mapping[str, Any] = {
    "MomentOut": _MOMENT,
    "MomentPage": {"items": [_MOMENT], "total": 110, "next": "ZnJvbTo1MDo5ZjJjNDFkMDdhNmJlODUz"},
    "ThemeOut": _THEME,
    "ThemePage": {"items": [_THEME], "total": 12, "next": None},
    "GapOut": {
        "theme": "3d9fc58633",
        "label": "too expensive for a small kitchen",
        "status": "weak",
        "calls": 7,
        "accounts": 6,
        "moments": [_MOMENT],
        "passages": [
            {"document": "pricing.html", "locator": "Plans", "text": "79 pounds a month for each site.", "score": 0.48}
        ],
        "score": 0.7,
        "why": "pricing.html, Plans touches the subject; no passage answers the point (48% sure).",
    },
    "CorrectionIn": {"action": "changed", "who": "Ann Reed", "kind": "pain", "note": "It is about today."},
    "MissedMomentIn": {"turn": 3, "kind": "question", "who": "Ann Reed", "quote": "Does it work with our payroll?"},
    "TrackerIn": {"name": "Payroll", "examples": ["does it work with our payroll"], "who": "Ann Reed"},
    "NewLabel": {"label": "Too dear for small sites"},
    "SampleIn": {"n": 200, "seed": 7},
    "FactsOut": {
        "calls": 312,
        "accounts": 140,
        "hours": 96.5,
        "moments": 4210,
        "themes": 38,
        "documents": 12,
        "uncovered_share": 0.18,
    },
}
"""One per model whose form is not plain from its name; a test holds each against its model."""

_PROBLEM = {
    "type": "object",
    "description": "A problem document (RFC 9457).",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
    "examples": [
        {
            "type": "about:blank",
            "title": "Not Found",
            "status": 404,
            "detail": "No call 'harbour-9'. `buyerspeak calls` lists the calls that are held.",
            "instance": "/api/v1/calls/harbour-9",
        }
    ],
}
_REFUSED = {
    "description": "A problem document that says what is wrong and what to do.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_HAD_ALREADY = {"description": "What `If-None-Match` names is still what is held."}
_ASKS: list[dict[str, list[str]]] = [{}, {"token": []}, {"session": []}]
_WHO = {
    "token": {"type": "http", "scheme": "bearer", "description": "A token of /people, or of `buyerspeak token add`."},
    "session": {"type": "apiKey", "in": "cookie", "name": "buyerspeak_session", "description": "Of who signed in."},
}


def describe(app: FastAPI) -> None:
    """Have the application give out its description completed."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = completed(plain())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to extend a description


def completed(description: dict[str, Any]) -> dict[str, Any]:
    """Return a description with examples, problems and ways to say who asks; the given one is changed."""
    components = description.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name, example in EXAMPLES.items():
        if name in schemas:
            schemas[name]["examples"] = [example]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = _PROBLEM
    components["securitySchemes"] = _WHO
    for methods in description["paths"].values():
        for method, told in methods.items():
            told["security"] = _ASKS
            responses = told["responses"]
            responses.pop("422", None)
            responses["4XX"] = responses["503"] = _REFUSED
            if method == "get":
                responses["304"] = _HAD_ALREADY
    return description
