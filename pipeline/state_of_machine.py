"""What is set and where it comes from, which models are installed, and how much room the data takes."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Final, Literal

from pydantic import SecretStr

from models.weights import WEIGHTS
from pipeline.settings import Settings

Origin = Literal["environment", "start", "default"]
"""`start` is an option of the command that began this process, such as --data."""
_PREFIX: Final = "BUYERSPEAK_"
_PASSWORD: Final = re.compile(r"(?<=://)([^:/@]*):[^@]*@")
_LIBRARIES: Final = (
    "buyerspeak",
    "torch",
    "faster-whisper",
    "openai-whisper",
    "spacy",
    "sentence-transformers",
    "faiss-cpu",
)


@dataclass(frozen=True, slots=True)
class SettingNow:
    """A setting as it is in this process; a password within it is blanked."""

    name: str
    variable: str
    value: str
    default: str
    origin: Origin
    description: str


@dataclass(frozen=True, slots=True)
class Installed:
    """A model or library, and the versions of the packages that bring it; "" where one is not installed."""

    name: str
    packages: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Room:
    """What a part of the data folder takes, in bytes; `changed_at` is when it was last written, None if it is empty."""

    part: str
    n_bytes: int
    n_files: int
    changed_at: datetime | None


def settings_now(settings: Settings, environment: Mapping[str, str] | None = None) -> list[SettingNow]:
    """Return every setting with where its value comes from."""
    given = {name.upper() for name in (os.environ if environment is None else environment)}
    return [
        SettingNow(
            name=name,
            variable=f"{_PREFIX}{name.upper()}",
            value=_shown(getattr(settings, name)),
            default=_shown(field.default),
            origin=_origin(settings, name, given),
            description=field.description or "",
        )
        for name, field in type(settings).model_fields.items()
    ]


def _origin(settings: Settings, name: str, given: set[str]) -> Origin:
    if name not in settings.model_fields_set:
        return "default"
    return "environment" if f"{_PREFIX}{name.upper()}" in given else "start"


def _shown(value: object) -> str:
    if value is None or value == "" or value == SecretStr(""):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return _PASSWORD.sub(r"\1:•••@", str(value))


def installed() -> list[Installed]:
    """Return the models as they are pinned, and the libraries that run them."""
    models = [
        Installed(
            name, tuple((one.partition("==")[0], _version(one.partition("==")[0])) for one in weights.requirements)
        )
        for name, weights in WEIGHTS.items()
    ]
    return [*models, *(Installed(name, ((name, _version(name)),)) for name in _LIBRARIES)]


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return ""


def rooms(data: Path) -> list[Room]:
    """Return what each part of the data folder takes: the database, recordings, the index of search, and the rest."""
    parts: dict[str, list[os.stat_result]] = {"database": [], "recordings": [], "search index": [], "other": []}
    for path, stat in _files(data):
        parts[_part_of(path.relative_to(data))].append(stat)
    return [
        Room(
            part,
            sum(stat.st_size for stat in stats),
            len(stats),
            max((datetime.fromtimestamp(stat.st_mtime, UTC) for stat in stats), default=None),
        )
        for part, stats in parts.items()
    ]


def _part_of(path: Path) -> str:
    named = {"media": "recordings", "index": "search index"}
    return "database" if path.name.startswith("buyerspeak.db") else named.get(path.parts[0], "other")


def _files(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    for root, _, names in os.walk(folder):
        for name in names:
            path = Path(root, name)
            try:
                yield path, path.stat()
            except FileNotFoundError:
                # Removed since it was listed, as files of the index are when they are written anew.
                continue
