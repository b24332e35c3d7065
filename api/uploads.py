"""Files that come in by HTTP: under safe names on disk, then held as calls or documents."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, Request, UploadFile

from pipeline import collateral_intake as intake
from pipeline.assemble import Toolkit
from pipeline.collateral_found import find_documents
from pipeline.collateral_intake import TakenDocument
from pipeline.errors import BadInput
from pipeline.intake import AUDIO_SUFFIXES, Found, Refused, find_files, take_in
from pipeline.records import Call

MAX_BODY_BYTES = 2 * 1024**3
_MAX_NAME_BYTES = 200
_UNSAFE = re.compile(r'[\\/:*?"<>|]')


@dataclass(frozen=True, slots=True)
class TakenCalls:
    """What became of the files of one request."""

    calls: tuple[Call, ...]
    refused: tuple[Refused, ...]


@dataclass(frozen=True, slots=True)
class TakenDocuments:
    """What became of the documents of one request."""

    documents: tuple[TakenDocument, ...]
    refused: tuple[Refused, ...]


def safe_name(given: str | None) -> str:
    """Return a base name that is safe on disk: no folder, no control or direction character, not hidden, not long."""
    base = re.split(r"[\\/]", given or "")[-1]
    visible = "".join(char for char in base if unicodedata.category(char)[0] != "C")
    name = _UNSAFE.sub("-", visible).strip(" .")
    stem, suffix = Path(name).stem, Path(name).suffix[:20]
    while len(f"{stem}{suffix}".encode()) > _MAX_NAME_BYTES:
        stem = stem[:-1]
    return f"{stem}{suffix}" or "unnamed"


async def _metadata_fields(request: Request) -> dict[str, Any]:
    """Return the text fields of the form; `metadata` may hold further ones as a JSON object."""
    form = await request.form()
    fields: dict[str, Any] = {
        name: value.strip() for name, value in form.items() if isinstance(value, str) and value.strip()
    }
    given = fields.pop("metadata", "{}")
    try:
        more = json.loads(given)
    except ValueError as error:
        raise BadInput(f"The field metadata is no JSON: {error}") from error
    if not isinstance(more, dict):
        raise BadInput('The field metadata is not a JSON object, such as {"account": "Harbour Kitchen"}.')
    return {**more, **fields}


MetadataFields = Annotated[dict[str, Any], Depends(_metadata_fields)]


def take_calls(toolkit: Toolkit, files: Sequence[UploadFile], metadata: Mapping[str, Any]) -> TakenCalls:
    """Hold uploaded recordings and transcripts as calls with this metadata; their stages are not run.

    A JSON file named like a recording is the recording's own metadata, and wins over what is given for all.
    """
    calls, refused = [], []
    with _on_disk(files) as paths:
        for _, result in take_in(_found(paths, metadata), toolkit.store, toolkit.media):
            if isinstance(result, Refused):
                refused.append(_by_name(result))
            else:
                calls.append(result)
    return TakenCalls(tuple(calls), tuple(refused))


def _found(paths: Sequence[Path], metadata: Mapping[str, Any]) -> Iterator[Found | Refused]:
    recordings = {path.stem for path in paths if path.suffix.lower() in AUDIO_SUFFIXES}
    calls = [path for path in paths if path.suffix.lower() != ".json" or path.stem not in recordings]
    for found in find_files(calls, {}):
        yield Found(found.path, {**metadata, **found.metadata}) if isinstance(found, Found) else found


def take_documents(toolkit: Toolkit, files: Sequence[UploadFile], metadata: Mapping[str, Any]) -> TakenDocuments:
    """Hold uploaded documents and those of archives, with this metadata said by `who` is named in it.

    A JSON file named like a document is the document's own metadata.
    """
    fields = dict(metadata)
    who = str(fields.pop("who", "")) or "upload"
    documents: list[TakenDocument] = []
    refused: list[Refused] = []
    with _on_disk(files) as paths:
        found = find_documents(paths)
        for one in intake.take_documents(found, toolkit.store, toolkit.encoder, by_hand=fields, who=who):
            if isinstance(one, TakenDocument):
                documents.append(one)
            elif isinstance(one, Refused):
                refused.append(_by_name(one))
    return TakenDocuments(tuple(documents), tuple(refused))


@contextmanager
def _on_disk(files: Sequence[UploadFile]) -> Iterator[list[Path]]:
    """Give the files under safe names in a folder that goes with the block; files left blank in a form give none."""
    with tempfile.TemporaryDirectory(prefix="buyerspeak-") as folder:
        paths: list[Path] = []
        for file in files:
            if not file.filename and not file.size:
                continue
            path = Path(folder) / safe_name(file.filename)
            if path.exists():
                path = path.with_name(f"{path.stem} ({len(paths) + 1}){path.suffix}")
            with path.open("xb") as target:
                shutil.copyfileobj(file.file, target, 1024 * 1024)
            paths.append(path)
        yield paths


def _by_name(refused: Refused) -> Refused:
    """Name the file as its sender does, without the folder that it lay in for a moment."""
    path = Path(refused.source)
    return Refused(path.name, refused.reason.replace(str(path), path.name))
