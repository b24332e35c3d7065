"""Marketing's documents: the list, and one document with its passages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, File, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import urls
from api.desk import Desk, DeskDep
from api.pages.page import Page, answer
from api.schemas import DocumentOut
from api.uploads import take_documents
from pipeline.collateral.records import Document, Passage
from pipeline.intake import Refused

router = APIRouter()


@dataclass(frozen=True, kw_only=True)
class CollateralPage(Page):
    """The documents that are held."""

    template: ClassVar[str] = "collateral.html"
    room: ClassVar[str] = "collateral"

    documents: list[DocumentOut]
    refused: list[Refused]


def _page(desk: Desk, refused: list[Refused]) -> CollateralPage:
    with desk.toolkit.store.read() as tx:
        documents = [DocumentOut.of(held, tx.collateral.passages(held.id)) for held in tx.collateral.all()]
    return CollateralPage(documents=documents, refused=refused)


@router.get("/collateral")
def list_documents(desk: DeskDep) -> HTMLResponse:
    """Show the documents."""
    return answer(_page(desk, []))


@router.post("/collateral")
def add_documents(desk: DeskDep, files: Annotated[list[UploadFile], File()]) -> Response:
    """Take documents in; those that cannot be read are named with the reason."""
    refused = list(take_documents(desk.toolkit, files).refused)
    return answer(_page(desk, refused), 422) if refused else RedirectResponse(urls.collateral(), 303)


@dataclass(frozen=True, kw_only=True)
class DocumentPage(Page):
    """One document."""

    template: ClassVar[str] = "document.html"
    room: ClassVar[str] = "collateral"

    document: Document
    passages: list[Passage]


@router.get("/collateral/{document}")
def show_document(desk: DeskDep, document: str) -> HTMLResponse:
    """Show one document with its passages."""
    with desk.toolkit.store.read() as tx:
        return answer(DocumentPage(document=tx.collateral.get(document), passages=tx.collateral.passages(document)))


@router.post("/collateral/{document}/remove")
def remove_document(desk: DeskDep, document: str) -> RedirectResponse:
    """Remove a document and go back to the list."""
    with desk.toolkit.store.begin() as tx:
        tx.collateral.remove(document)
    return RedirectResponse(urls.collateral(), 303)
