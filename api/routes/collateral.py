"""Marketing's documents."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, UploadFile

from api.desk import DeskDep
from api.envelopes import DocumentDetailOut, DocumentPage, DocumentPassageOut, DocumentsTakenOut, RefusedOut
from api.filters import WhereDep
from api.paging import PartDep
from api.schemas import DocumentOut
from api.uploads import take_documents
from pipeline.collateral.records import Document
from pipeline.errors import BadInput

router = APIRouter(prefix="/collateral", tags=["collateral"])
Documents = Annotated[list[UploadFile], File(description="PDF, DOCX, PPTX, HTML, Markdown or text.")]


@router.get("")
def list_documents(desk: DeskDep, where: WhereDep, part: PartDep) -> DocumentPage:
    """List the documents that are held, by name."""
    with desk.toolkit.store.read() as tx:
        held = [document for document in tx.collateral.all() if _matches(document, where)]
        chosen, cursor = part.page(held, lambda document: document.id)
        items = [DocumentOut.of(document, tx.collateral.passages(document.id)) for document in chosen]
    return DocumentPage(items=items, total=len(held), next=cursor)


@router.post("", status_code=201)
def add_documents(desk: DeskDep, files: Documents) -> DocumentsTakenOut:
    """Read documents into passages; a document of the same name is replaced."""
    taken = take_documents(desk.toolkit, files)
    if not taken.documents:
        raise BadInput(" ".join(refused.reason for refused in taken.refused) or "The request holds no file.")
    with desk.toolkit.store.read() as tx:
        documents = [DocumentOut.of(document, tx.collateral.passages(document.id)) for document in taken.documents]
    return DocumentsTakenOut(
        documents=documents, refused=[RefusedOut.model_validate(refused) for refused in taken.refused]
    )


@router.get("/{document}")
def get_document(desk: DeskDep, document: str) -> DocumentDetailOut:
    """Return a document, by id or name, with its passages."""
    with desk.toolkit.store.read() as tx:
        held, passages = tx.collateral.get(document), tx.collateral.passages(document)
    return DocumentDetailOut(
        document=DocumentOut.of(held, passages),
        passages=[DocumentPassageOut.model_validate(passage) for passage in passages],
    )


@router.delete("/{document}", status_code=204)
def remove_document(desk: DeskDep, document: str) -> None:
    """Remove a document, by id or name, with its passages."""
    with desk.toolkit.store.begin() as tx:
        tx.collateral.remove(document)


def _matches(document: Document, where: WhereDep) -> bool:
    return all(
        str(document.metadata.get(field, "")).casefold() in {value.casefold() for value in values}
        for field, values in where.items()
    )
