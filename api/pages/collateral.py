"""Marketing's documents: the list, one document with its passages and fields, and what was held under a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import urls
from api.desk import Desk, DeskDep
from api.pages.page import Page, answer
from api.people.visitor import visitor_now
from api.schemas import DocumentOut
from api.uploads import MetadataFields, TakenDocuments, take_documents
from pipeline.collateral.metadata import FIELDS
from pipeline.collateral.records import Document, Passage
from pipeline.collateral.versions import Version, VersionChange, changes
from pipeline.collateral_intake import edit_document
from pipeline.errors import BadInput
from pipeline.intake import Refused
from pipeline.passages_asked import Asked, asked_of_passages
from pipeline.store.document_history import Edit

router = APIRouter()
_SHADES = 4
_BY: Final = "page"
"""Who is named for what a form says: the page knows nobody by name."""


@dataclass(frozen=True, kw_only=True)
class CollateralPage(Page):
    """The documents that are held, those that were, and what became of the last upload."""

    template: ClassVar[str] = "collateral.html"
    room: ClassVar[str] = "collateral"

    documents: list[DocumentOut]
    removed: list[Version]
    taken: TakenDocuments


def _page(desk: Desk, taken: TakenDocuments) -> CollateralPage:
    with desk.toolkit.store.read() as tx:
        documents = [DocumentOut.of(held, tx.collateral.passages(held.id)) for held in tx.collateral.all()]
        removed = tx.collateral.removed()
    return CollateralPage(documents=documents, removed=removed, taken=taken)


@router.get("/collateral")
def list_documents(desk: DeskDep) -> HTMLResponse:
    """Show the documents."""
    return answer(_page(desk, TakenDocuments((), ())))


@router.post("/collateral")
def add_documents(desk: DeskDep, files: Annotated[list[UploadFile], File()], metadata: MetadataFields) -> Response:
    """Take documents in, and show what each changed; those that cannot be read are named with the reason."""
    try:
        taken = take_documents(desk.toolkit, files, {"who": _BY, **metadata})
    except BadInput as error:
        taken = TakenDocuments((), (Refused("", str(error)),))
    return answer(_page(desk, taken), 422 if taken.refused else 200)


@dataclass(frozen=True, kw_only=True)
class HistoryPage(Page):
    """All that was held under a name, the last version first."""

    template: ClassVar[str] = "document_history.html"
    room: ClassVar[str] = "collateral"

    name: str
    changes: list[VersionChange]


@router.get("/collateral/history")
def show_history(desk: DeskDep, name: str) -> HTMLResponse:
    """Show what was held under a name, also if it was removed."""
    with desk.toolkit.store.read() as tx:
        made = changes(tx.collateral.history(name))
    return answer(HistoryPage(name=made[-1].version.name, changes=made[::-1]))


@router.post("/collateral/history/forget")
def forget_history(desk: DeskDep, name: Annotated[str, Form()]) -> RedirectResponse:
    """Forget a document that was removed, with all that was held under its name."""
    with desk.toolkit.store.begin() as tx:
        tx.collateral.remove(name, with_history=True)
    return RedirectResponse(urls.collateral(), 303)


@dataclass(frozen=True, kw_only=True)
class DocumentPage(Page):
    """One document; `written` is what its form holds, which is not kept while there is a `problem`."""

    template: ClassVar[str] = "document.html"
    room: ClassVar[str] = "collateral"

    document: Document
    passages: list[Passage]
    changes: list[VersionChange]
    edits: list[Edit]
    written: dict[str, str]
    problem: str
    asked: Mapping[str, Asked] | None
    """What each passage answers, by its id; None while that is computed."""
    shades: dict[str, int]
    """How dark each passage is shaded, 1 to 4, by the accounts whose points it answers."""
    is_busy: bool


def _document_page(
    desk: Desk, document: str, *, written: dict[str, str] | None = None, problem: str = ""
) -> DocumentPage:
    with desk.toolkit.store.read() as tx:
        held = tx.collateral.get(document)
        gaps = desk.gaps.soon(tx)
        asked = None if gaps is None else asked_of_passages(gaps, held.id)
        return DocumentPage(
            asked=asked,
            shades=_shades(asked or {}),
            is_busy=asked is None,
            document=held,
            passages=tx.collateral.passages(held.id),
            changes=changes(tx.collateral.versions(held.name))[::-1],
            edits=tx.collateral.edits(held.name),
            written=written or {field: _text(value) for field, value in _fields(held).items()},
            problem=problem,
        )


def _shades(asked: Mapping[str, Asked]) -> dict[str, int]:
    most = max((one.n_accounts for one in asked.values()), default=1)
    return {passage: max(1, round(_SHADES * one.n_accounts / most)) for passage, one in asked.items()}


def _fields(held: Document) -> dict[str, Any]:
    return {**dict.fromkeys(FIELDS, ""), **held.metadata}


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


@router.get("/collateral/{document}")
def show_document(desk: DeskDep, document: str) -> HTMLResponse:
    """Show one document with its passages, versions and fields."""
    return answer(_document_page(desk, document))


async def _form(request: Request) -> dict[str, str]:
    form = await request.form()
    return {name: value.strip() for name, value in form.items() if isinstance(value, str)}


FormDep = Annotated[dict[str, str], Depends(_form)]


@router.post("/collateral/{document}/fields")
def describe_document(desk: DeskDep, document: str, written: FormDep) -> Response:
    """Keep the fields of a document that the form changes; one that cannot be is named beside the form."""
    with desk.toolkit.store.read() as tx:
        held = tx.collateral.get(document)
    known = _fields(held)
    changed = {field: value for field, value in written.items() if value != _text(known.get(field, ""))}
    try:
        if changed:
            edit_document(desk.toolkit.store, held.name, changed, who=visitor_now().says(_BY))
    except BadInput as error:
        return answer(_document_page(desk, document, written=written, problem=str(error)), 422)
    return RedirectResponse(urls.document(held.id), 303)


@router.post("/collateral/{document}/remove")
def remove_document(desk: DeskDep, document: str) -> RedirectResponse:
    """Remove a document and go back to the list."""
    with desk.toolkit.store.begin() as tx:
        tx.collateral.remove(document)
    return RedirectResponse(urls.collateral(), 303)
