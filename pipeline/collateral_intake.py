"""Documents taken in: read into passages, held, and given the vectors that coverage needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from models.protocols import Encoder
from pipeline.child_process import BeyondLimits
from pipeline.collateral.metadata import tidy
from pipeline.collateral.read import read_document
from pipeline.collateral.records import Document, Passage
from pipeline.collateral.versions import VersionChange, changes
from pipeline.collateral_found import Found, FoundDocument, Remark
from pipeline.errors import BadInput, BuyerspeakError
from pipeline.intake import Refused
from pipeline.records import text_hash
from pipeline.store.session import Store

_MAX_BEYOND: Final = 2
"""An archive in which so many documents went beyond the limits was made to; the rest of it is not read."""


@dataclass(frozen=True, slots=True)
class TakenDocument:
    """A document as it is now held, what its content changed, and whether that was held just so before."""

    document: Document
    passages: tuple[Passage, ...]
    change: VersionChange
    is_unchanged: bool


def take_documents(
    found: Iterable[Found], store: Store, encoder: Encoder, *, by_hand: Mapping[str, Any] | None = None, who: str = ""
) -> Iterator[TakenDocument | Refused | Remark]:
    """Read and hold what was found, one by one, and yield what became of each; one that cannot be read stops none.

    `by_hand` are fields that somebody says of all of them now. They win over whatever is said elsewhere, for good.
    """
    taken: dict[str, Path] = {}
    beyond: Counter[str] = Counter()
    for one in found:
        if not isinstance(one, FoundDocument):
            yield one
        elif one.name in taken:
            reason = f"{one.path} has the name of {taken[one.name]}. Add their common folder, or rename one."
            yield Refused(one.name, reason)
        elif one.archive and beyond[one.archive] >= _MAX_BEYOND:
            yield Refused(
                one.name, f"{one.name} was not read: too many others of {one.archive} went beyond the limits."
            )
        else:
            taken[one.name] = one.path
            try:
                yield take_found(one, store, encoder, by_hand=by_hand, who=who)
            except (BuyerspeakError, OSError) as error:
                beyond[one.archive] += isinstance(error, BeyondLimits)
                yield Refused(one.name, str(error))


def take_document(
    path: Path, store: Store, encoder: Encoder, *, name: str | None = None
) -> tuple[Document, list[Passage]]:
    """Read and hold one file, and return it with its passages. Raises what `take_found` raises."""
    taken = take_found(FoundDocument(path, name or path.name), store, encoder)
    return taken.document, list(taken.passages)


def take_found(
    found: FoundDocument, store: Store, encoder: Encoder, *, by_hand: Mapping[str, Any] | None = None, who: str = ""
) -> TakenDocument:
    """Read a document and hold it, as a new version if one of its name has other content.

    Raises UnreadableFile if it cannot be read, BadInput for metadata that cannot be.
    """
    fields = tidy(by_hand or {}, found.name)
    document, passages = read_document(found.path, name=found.name)
    document = replace(document, metadata={**found.defaults, **document.metadata, **found.metadata})
    texts = list(dict.fromkeys(passage.text for passage in passages))
    vectors = encoder.encode(texts)
    with store.begin() as tx:
        before = tx.collateral.versions(document.name)[-1:]
        is_held = tx.collateral.holds(document, passages)
        held = tx.collateral.get(document.id) if is_held else tx.collateral.add(document, passages)
        if fields:
            held = tx.collateral.edit(held.id, fields, who=who)
        tx.vectors.put(encoder.name, [text_hash(text) for text in texts], vectors)
        change = changes(tx.collateral.versions(held.name))[-1]
    is_unchanged = [(one.sha256, one.ended_at) for one in before] == [(document.sha256, None)]
    return TakenDocument(held, tuple(passages), change, is_unchanged)


def edit_document(store: Store, document: str, fields: Mapping[str, Any], *, who: str) -> Document:
    """Set fields of a document by hand, and return it; an empty value empties a field.

    Raises NotFound if the document is not held, BadInput for a value that cannot be.
    """
    unnamed = [field for field in fields if not field.strip() or len(field) > 100]
    if unnamed or not fields:
        raise BadInput("Name at least one field, such as stage, persona, product, owner, date or url.")
    given = {field: value for field, value in fields.items() if value not in (None, "", [])}
    tidied = tidy(given, "The change")
    with store.begin() as tx:
        return tx.collateral.edit(document, {**dict.fromkeys(fields), **tidied}, who=who)
