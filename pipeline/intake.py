"""From paths to held calls: files are found, matched with their metadata, copied and registered once."""

from __future__ import annotations

import csv
import glob
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any

from pipeline.calls.media_apart import probe_apart
from pipeline.calls.transcripts.read import SUFFIXES as TRANSCRIPT_SUFFIXES
from pipeline.calls.transcripts.read import read_transcript
from pipeline.errors import BadInput, BuyerspeakError, Conflict, UnreadableFile
from pipeline.media_store import MediaStore
from pipeline.records import OUTCOMES, Call
from pipeline.store.session import Store

AUDIO_SUFFIXES = frozenset(
    ".wav .mp3 .m4a .aac .flac .ogg .opus .oga .webm .mp4 .mov .amr .3gp .aiff .aif .au .caf .w64 .wma".split()
)
_ID = re.compile(r"[\w.@+-]{1,200}")
_AMOUNT = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")
_NOT_ID = re.compile(r"[^\w.@+-]+")


@dataclass(frozen=True, slots=True)
class Found:
    """A file to take in, with the metadata given for it."""

    path: Path
    metadata: Mapping[str, Any]

    @property
    def is_audio(self) -> bool:
        """Whether it is a recording, by its suffix."""
        return self.path.suffix.lower() in AUDIO_SUFFIXES


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that was not taken in, and why."""

    source: str
    reason: str


def find_files(paths: Sequence[Path], rows: Mapping[str, Mapping[str, str]]) -> Iterator[Found | Refused]:
    """Yield the recordings and transcripts of files and folders, in order; `rows` is metadata by file name.

    In a folder, hidden files, other kinds of files and sidecars (`call.json` beside `call.wav`) are passed over.
    """
    for path in paths:
        if path.is_dir():
            for inner in sorted(p for p in path.rglob("*") if p.is_file()):
                if _is_visible(inner, path) and _is_wanted(inner) and not _is_sidecar(inner):
                    yield _found(inner, rows)
        elif not path.exists():
            yield Refused(str(path), f"{path} does not exist. Check the path.")
        elif _is_sidecar(path):
            continue
        elif _is_wanted(path) or path.suffix.lower() == ".txt":
            yield _found(path, rows)
        else:
            known = " ".join(sorted(AUDIO_SUFFIXES | TRANSCRIPT_SUFFIXES))
            yield Refused(
                str(path), f"{path.name}: {path.suffix or 'no suffix'} is no kind that is read. Known: {known}"
            )


def _is_visible(path: Path, folder: Path) -> bool:
    return not any(part.startswith(".") for part in path.relative_to(folder).parts)


def _is_wanted(path: Path) -> bool:
    return path.suffix.lower() in AUDIO_SUFFIXES | TRANSCRIPT_SUFFIXES


def _is_sidecar(path: Path) -> bool:
    """Say whether a JSON file is metadata of a recording beside it; with turns of its own it is a transcript."""
    if path.suffix.lower() != ".json":
        return False
    beside = (other.suffix.lower() for other in path.parent.glob(f"{glob.escape(path.stem)}.*"))
    if not AUDIO_SUFFIXES.intersection(beside):
        return False
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, OSError):
        return True
    return not (isinstance(content, dict) and "turns" in content)


def _found(path: Path, rows: Mapping[str, Mapping[str, str]]) -> Found | Refused:
    try:
        path.name.encode()
    except UnicodeEncodeError:
        return Refused(repr(str(path)), f"{str(path)!r} has a name that is no valid text. Rename it.")
    row = rows.get(path.name) or rows.get(path.stem) or {}
    sidecar = path.with_suffix(".json")
    given: Mapping[str, Any] = {}
    if path.suffix.lower() in AUDIO_SUFFIXES and sidecar.exists() and _is_sidecar(sidecar):
        try:
            given = json.loads(sidecar.read_text(encoding="utf-8-sig"))
        except (ValueError, OSError) as error:
            return Refused(str(path), f"{sidecar.name}, the metadata of {path.name}, cannot be read: {error}")
        if not isinstance(given, dict):
            return Refused(str(path), f"{sidecar.name}, the metadata of {path.name}, is not a JSON object.")
    return Found(path, {**given, **row})


def read_metadata_table(path: Path) -> dict[str, dict[str, str]]:
    """Return the rows of a CSV of metadata by the file name in their first column `file` (or `source`).

    Raises BadInput if the file cannot be read or has no such column.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            name = next((field for field in reader.fieldnames or () if field in ("file", "source", "filename")), None)
            if name is None:
                raise BadInput(f"{path}: the first line names no column `file`. Name the column of file names `file`.")
            return {Path(row[name].strip()).name: _filled(row, name) for row in reader if (row[name] or "").strip()}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput(f"{path} cannot be read as CSV: {error}") from error


def _filled(row: Mapping[str | None, Any], name: str) -> dict[str, str]:
    return {
        field: value.strip() for field, value in row.items() if field not in (name, None) and value and value.strip()
    }


def tidy_metadata(given: Mapping[str, Any], source: str) -> dict[str, Any]:
    """Return metadata with its known fields in their form: amount a number, outcome a known word, channels a list.

    Raises BadInput naming file, field and the accepted values. Unknown fields stay as they are.
    """
    tidy = {field: value for field, value in given.items() if value is not None and value != ""}
    if "amount" in tidy:
        written = str(tidy["amount"]).strip().lstrip("$£€ ")
        if not _AMOUNT.fullmatch(written):
            raise BadInput(f"{source}: amount {given['amount']!r} is not a number such as 48000 or 1,234.50.")
        amount = float(written.replace(",", ""))
        tidy["amount"] = int(amount) if amount.is_integer() else amount
    if "language" in tidy:
        code = re.split(r"[-_]", str(tidy["language"]).strip().lower())[0]
        if not re.fullmatch(r"[a-z]{2,3}", code):
            raise BadInput(f"{source}: language {given['language']!r} is no language code such as en or pt-BR.")
        tidy["language"] = code
    if "outcome" in tidy:
        tidy["outcome"] = str(tidy["outcome"]).strip().lower().replace(" ", "_").replace("-", "_")
        if tidy["outcome"] not in OUTCOMES:
            raise BadInput(f"{source}: outcome {given['outcome']!r} is none of {', '.join(OUTCOMES)}.")
    if isinstance(tidy.get("channels"), str):
        tidy["channels"] = [name.strip() for name in re.split(r"[;,|]", tidy["channels"]) if name.strip()]
    if "channels" in tidy and not (
        isinstance(tidy["channels"], list) and all(isinstance(name, str) for name in tidy["channels"])
    ):
        raise BadInput(f'{source}: channels {given["channels"]!r} is no list of names such as ["rep", "customer"].')
    return tidy


def register(found: Found, store: Store, media: MediaStore) -> Call:
    """Hold a file as a call and return it; bytes that are held already give the call that holds them.

    The file is copied before its row is written, so that an interruption leaves at most a copy that is used next time.

    Raises:
        UnreadableFile: the file is empty, damaged or not what its name says.
        Conflict: its id is held by a call with other content.
        BadInput: metadata that cannot be.
    """
    digest = _digest(found.path)
    with store.read() as tx:
        held = tx.calls.find_sha256(digest)
    if held is not None:
        return _with_new_metadata(held, found, store)
    call = _described(found, digest)
    media.put(found.path, str(call.media_key))
    try:
        with store.begin() as tx:
            tx.calls.add(call)
    except Conflict as error:
        with store.read() as tx:
            held = tx.calls.find_sha256(digest)
        if held is not None:
            return held
        media.remove(str(call.media_key))
        raise Conflict(
            f"{found.path.name}: the id {call.id!r} is held by a call with other content. "
            f"Give the file another id, or run `buyerspeak forget {call.id}` first."
        ) from error
    return call


def _with_new_metadata(held: Call, found: Found, store: Store) -> Call:
    """Return a held call with metadata that is given now and was not, or not so, before; nothing given is lost."""
    given = {name: value for name, value in found.metadata.items() if name != "id"}
    merged = {**held.metadata, **tidy_metadata(given, found.path.name)}
    if merged == dict(held.metadata):
        return held
    with store.begin() as tx:
        tx.calls.set_metadata(held.id, merged)
        return tx.calls.get(held.id)


def _described(found: Found, digest: str) -> Call:
    key = f"{digest}{found.path.suffix.lower()}"
    if found.is_audio:
        facts = probe_apart(found.path)
        call_id, metadata = found.metadata.get("id"), dict(found.metadata)
        duration_s, n_channels = facts.duration_s, facts.n_channels
    else:
        transcript = read_transcript(found.path)
        call_id, metadata = transcript.id, {**transcript.metadata, **found.metadata}
        times = [turn.end_s for turn in transcript.turns if turn.end_s is not None]
        duration_s, n_channels = max(times, default=None), None
    metadata.pop("id", None)
    return Call(
        id=_call_id(call_id, digest),
        source=found.path.name,
        sha256=digest,
        form="audio" if found.is_audio else "transcript",
        media_key=key,
        duration_s=duration_s,
        n_channels=n_channels,
        metadata=tidy_metadata(metadata, found.path.name),
        added_at=datetime.now(UTC),
    )


def _call_id(given: Any, digest: str) -> str:
    """Return the id given, as far as it can stand in an address; files without one are named by their content."""
    if given is None or str(given).strip() == "":
        return digest[:12]
    text = str(given).strip()
    if _ID.fullmatch(text):
        return text
    return f"{_NOT_ID.sub('-', text)[:180].strip('-')}-{digest[:6]}"


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror}.") from error


def take_in(
    found_files: Iterable[Found | Refused], store: Store, media: MediaStore
) -> Iterator[tuple[str, Call | Refused]]:
    """Register files one by one; yield for each its name and the call that now holds it, or why it was refused."""
    for found in found_files:
        if isinstance(found, Refused):
            yield found.source, found
            continue
        try:
            yield found.path.name, register(found, store, media)
        except (BuyerspeakError, OSError) as error:
            yield found.path.name, Refused(str(found.path), str(error))
