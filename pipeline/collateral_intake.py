"""Documents taken in: read into passages, held, and given the vectors that coverage needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from models.protocols import Encoder
from pipeline.collateral.read import discover, read_document
from pipeline.collateral.records import Document, Passage
from pipeline.records import text_hash
from pipeline.store.session import Store


def take_document(
    path: Path, store: Store, encoder: Encoder, *, name: str | None = None
) -> tuple[Document, list[Passage]]:
    """Read a document and hold it in place of one of the same name; UnreadableFile if it cannot be read."""
    document, passages = read_document(path, name=name)
    texts = list(dict.fromkeys(passage.text for passage in passages))
    vectors = encoder.encode(texts)
    with store.begin() as tx:
        tx.collateral.add(document, passages)
        tx.vectors.put(encoder.name, [text_hash(text) for text in texts], vectors)
    return document, passages


def named_documents(paths: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    """Yield (name, path) of files and of the documents in folders, which are named by their path within the folder."""
    for given in paths:
        for path in discover([given]):
            yield (path.relative_to(given).as_posix() if given.is_dir() else path.name), path
