"""Marketing's documents."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Query, UploadFile

from api.desk import DeskDep
from api.envelopes import DocumentDetailOut, DocumentPage, DocumentPassageOut, DocumentsTakenOut, RefusedOut
from api.filters import WhereDep
from api.paging import PartDep
from api.people.visitor import visitor_now
from api.schemas import DocumentOut
from api.schemas_collateral import DocumentFieldsIn, HistoryOut, PassageAskedOut, TakenOut, VersionOut
from api.uploads import MetadataFields, take_documents
from pipeline.collateral.metadata import words_of
from pipeline.collateral.records import Document
from pipeline.collateral.versions import changes
from pipeline.collateral_intake import edit_document
from pipeline.errors import BadInput
from pipeline.passages_asked import asked_of_passages

router = APIRouter(prefix="/collateral", tags=["collateral"])
Documents = Annotated[list[UploadFile], File(description="PDF, DOCX, PPTX, HTML, Markdown, text, or a ZIP of them.")]


@router.get("")
def list_documents(desk: DeskDep, where: WhereDep, part: PartDep) -> DocumentPage:
    """List the documents that are held, by name."""
    with desk.toolkit.store.read() as tx:
        held = [document for document in tx.collateral.all() if _matches(document, where)]
        chosen, cursor = part.page(held, lambda document: document.id)
        items = [DocumentOut.of(document, tx.collateral.passages(document.id)) for document in chosen]
    return DocumentPage(items=items, total=len(held), next=cursor)


@router.post("", status_code=201)
def add_documents(desk: DeskDep, files: Documents, metadata: MetadataFields) -> DocumentsTakenOut:
    """Read documents into passages; other content under the name of a document is a new version of it.

    Further text fields of the form (`stage`, `persona`, `product`, `owner`, `date`, `url`, `who`) say of all of the
    files what they are; a JSON file named like a document says it of that one.
    """
    taken = take_documents(desk.toolkit, files, metadata)
    if not taken.documents:
        raise BadInput(" ".join(refused.reason for refused in taken.refused) or "The request holds no document.")
    documents = [DocumentOut.of(one.document, list(one.passages)) for one in taken.documents]
    return DocumentsTakenOut(
        documents=documents,
        changes=[TakenOut.of(one) for one in taken.documents],
        refused=[RefusedOut.model_validate(refused) for refused in taken.refused],
    )


@router.get("/history")
def get_history_by_name(
    desk: DeskDep, name: Annotated[str, Query(description="Of a document, held or not.")]
) -> HistoryOut:
    """Return what was held under a name, also if it was removed, and what each version gained and lost."""
    return _history(desk, name)


@router.get("/{document}")
def get_document(desk: DeskDep, document: str) -> DocumentDetailOut:
    """Return a document, by id or name, with its passages."""
    with desk.toolkit.store.read() as tx:
        held, passages = tx.collateral.get(document), tx.collateral.passages(document)
    return DocumentDetailOut(
        document=DocumentOut.of(held, passages),
        passages=[DocumentPassageOut.model_validate(passage) for passage in passages],
    )


@router.get("/{document}/history")
def get_history(desk: DeskDep, document: str) -> HistoryOut:
    """Return the versions of a document, by id or name, and what each gained and lost."""
    return _history(desk, document)


@router.patch("/{document}")
def set_fields(desk: DeskDep, document: str, said: DocumentFieldsIn) -> DocumentOut:
    """Set fields of a document, by id or name; they win over what the file says, also in later versions."""
    held = edit_document(desk.toolkit.store, document, said.fields, who=visitor_now().says(said.who))
    with desk.toolkit.store.read() as tx:
        return DocumentOut.of(held, tx.collateral.passages(held.id))


@router.get("/{document}/asked")
def list_asked(desk: DeskDep, document: str) -> list[PassageAskedOut]:
    """List what each passage answers: themes, and how many accounts and calls raise them; others answer nothing."""
    with desk.toolkit.store.read() as tx:
        held = tx.collateral.get(document)
        asked = asked_of_passages(desk.gaps.now(tx), held.id)
        passages = tx.collateral.passages(held.id)
    return [PassageAskedOut.of(one.id, asked[one.id]) for one in passages if one.id in asked]


@router.delete("/{document}", status_code=204)
def remove_document(desk: DeskDep, document: str, with_history: bool = False) -> None:
    """Remove a document, by id or name, with its passages; `with_history` forgets its versions too."""
    with desk.toolkit.store.begin() as tx:
        tx.collateral.remove(document, with_history=with_history)


def _history(desk: DeskDep, document: str) -> HistoryOut:
    with desk.toolkit.store.read() as tx:
        versions = tx.collateral.history(document)
    return HistoryOut(versions=[VersionOut.of(change) for change in changes(versions)])


def _matches(document: Document, where: WhereDep) -> bool:
    return all(
        {one.casefold() for one in words_of(document.metadata.get(field))} & {value.casefold() for value in values}
        for field, values in where.items()
    )
