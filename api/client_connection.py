"""How the client asks: addresses, answers as models, problem documents as errors, lists page by page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, TypeAdapter

from api.filters import WHERE
from api.urls import API

T = TypeVar("T")
Item_co = TypeVar("Item_co", covariant=True)
Where = Mapping[str, str | Sequence[str]]
"""Metadata fields and the values that they may have."""
_TIMEOUT_S = 120.0
"""Gaps and answers are judged by models when something has changed; that takes a while."""


class ApiError(Exception):
    """An answer that is a problem document; `status` and `detail` say which."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(f"{status}: {detail}")
        self.status = status
        self.detail = detail


class Listed(Protocol[Item_co]):
    """A page of a list."""

    @property
    def items(self) -> Sequence[Item_co]:
        """What is on it."""
        ...

    @property
    def next(self) -> str | None:
        """The cursor of the page after it."""
        ...


def every(page_at: Callable[[str], Listed[Item_co]]) -> Iterator[Item_co]:
    """Yield all items of a list: `every(lambda cursor: client.calls(cursor=cursor))`."""
    cursor: str | None = ""
    while cursor is not None:
        page = page_at(cursor)
        yield from page.items
        cursor = page.next


class Connection:
    """A connection to a server, which the parts of the client share."""

    def __init__(self, address: str, *, token: str | None, http: httpx.Client | None) -> None:
        self.http = http or httpx.Client(base_url=address, timeout=_TIMEOUT_S)
        if token is not None:
            self.http.headers["Authorization"] = f"Bearer {token}"

    def ask(self, method: str, path: str, **given: Any) -> httpx.Response:
        """Return the answer; ApiError unless it is 2xx."""
        answer = self.http.request(method, f"{API}{path}", **given)
        if not answer.is_success:
            raise problem_of(answer)
        return answer

    def read(self, method: str, path: str, model: type[T], **given: Any) -> T:
        """Return the answer as a model."""
        return TypeAdapter(model).validate_json(self.ask(method, path, **given).content)

    def get(self, path: str, model: type[T], where: Where | None = None, **words: Any) -> T:
        """Return the answer to a question as a model; words that are None or empty are left out."""
        return self.read("GET", path, model, params=list(_words(where, words)))

    def send(self, path: str, model: type[T], files: Sequence[Path], form: Mapping[str, str]) -> T:
        """Send files, and return the answer as a model."""
        with ExitStack() as stack:
            opened = [("files", (path.name, stack.enter_context(path.open("rb")))) for path in files]
            return self.read("POST", path, model, files=opened, data=dict(form))

    def events(self, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the server-sent events of an address, each with its name and its data."""
        with self.http.stream("GET", f"{API}{path}", timeout=None) as answer:
            if not answer.is_success:
                answer.read()
                raise problem_of(answer)
            name = ""
            for line in answer.iter_lines():
                field, _, value = line.partition(": ")
                if field == "event":
                    name = value
                elif field == "data":
                    yield name, json.loads(value)


def part(name: str) -> str:
    """Return a name as part of an address."""
    return quote(name, safe="")


def body_of(said: BaseModel) -> dict[str, Any]:
    """Return a model as what is sent."""
    return said.model_dump(mode="json", exclude_none=True)


def problem_of(answer: httpx.Response) -> ApiError:
    """Return the problem that an answer tells."""
    try:
        detail = answer.json()["detail"]
    except (ValueError, KeyError, TypeError):
        detail = answer.text[:300] or answer.reason_phrase
    return ApiError(answer.status_code, str(detail))


def _words(where: Where | None, words: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, given in [*((WHERE + field, value) for field, value in (where or {}).items()), *words.items()]:
        for value in given if isinstance(given, list | tuple) else [given]:
            if value not in (None, ""):
                yield name, str(value).lower() if isinstance(value, bool) else str(value)
