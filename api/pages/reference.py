"""The description of the HTTP interface, made of the OpenAPI document; nothing is loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.pages.page import Page, answer

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an operation."""

    name: str
    place: str
    form: str
    is_required: bool
    help: str


@dataclass(frozen=True, slots=True)
class Operation:
    """What one method does at one address."""

    method: str
    path: str
    group: str
    help: str
    parameters: tuple[Parameter, ...]
    answer: str


@dataclass(frozen=True, kw_only=True)
class ReferencePage(Page):
    """Every operation under /api/v1."""

    template: ClassVar[str] = "reference.html"
    room: ClassVar[str] = "reference"

    summary: str
    groups: list[tuple[str, list[Operation]]]


@router.get("/docs")
def show(request: Request) -> HTMLResponse:
    """Show the reference."""
    description = request.app.openapi()
    groups: dict[str, list[Operation]] = {}
    for operation in _operations(description["paths"]):
        groups.setdefault(operation.group, []).append(operation)
    return answer(ReferencePage(summary=description["info"]["description"], groups=list(groups.items())))


def _operations(paths: Mapping[str, Any]) -> Iterator[Operation]:
    for path, methods in paths.items():
        for method, told in methods.items():
            yield Operation(
                method=method.upper(),
                path=path,
                group=told["tags"][0],
                help=told.get("description", ""),
                parameters=tuple(_parameter(given) for given in told.get("parameters", ())),
                answer=_answer(told["responses"]),
            )


def _parameter(given: Mapping[str, Any]) -> Parameter:
    return Parameter(
        name=given["name"],
        place=given["in"],
        form=_form(given["schema"]),
        is_required=given.get("required", False),
        help=given.get("description", ""),
    )


def _form(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in schema:
        return " or ".join(_form(part) for part in schema["anyOf"] if part.get("type") != "null")
    if "enum" in schema:
        return ", ".join(str(value) for value in schema["enum"] if value != "")
    if schema.get("type") == "array":
        return f"{_form(schema['items'])}, may be repeated"
    return str(schema.get("const", schema.get("format") or schema.get("type", "")))


def _answer(responses: Mapping[str, Any]) -> str:
    for status, told in responses.items():
        if status.startswith("2"):
            schema = told.get("content", {}).get("application/json", {}).get("schema", {})
            return f"{status} {_form(schema)}".strip()
    return ""
