"""Archives of documents: unpacked into plain files under names of ours, so that no entry says where it goes."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from stat import S_ISLNK
from typing import Final
from zipfile import BadZipFile, ZipFile, ZipInfo

from pipeline.collateral.office_zip import check_sizes
from pipeline.errors import UnreadableFile

MAX_ENTRIES: Final = 5_000
MAX_ARCHIVE_BYTES: Final = 500 * 1024 * 1024
ARCHIVE_SUFFIXES: Final = frozenset({".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".jar"})
_PIECE_BYTES: Final = 1 << 20
_DRIVE = re.compile(r"^[A-Za-z]:")
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,10}$")
_ENCRYPTED: Final = 1
_JUNK: Final = ("__MACOSX",)


@dataclass(frozen=True, slots=True)
class Unpacked:
    """The documents of an archive by their names in it, and the entries that were left, with the reason."""

    files: tuple[tuple[str, str], ...]
    """Name in the archive, and the path on disk."""
    left: tuple[tuple[str, str], ...]


def unpack(path: Path, *, name: str, folder: Path) -> Unpacked:
    """Unpack a ZIP archive into `folder`; the folder that all of it lies in is no part of the names.

    Raises UnreadableFile if the archive is damaged, holds too many entries, or unpacks to more than it should.
    """
    if path.stat().st_size > MAX_ARCHIVE_BYTES:
        raise UnreadableFile(f"{name} is larger than {MAX_ARCHIVE_BYTES // 1024**2} MB, the limit. Part it.")
    try:
        with ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _is_junk(entry.filename)]
            if len(entries) > MAX_ENTRIES:
                raise UnreadableFile(f"{name} holds {len(entries)} files; up to {MAX_ENTRIES} are read. Part it.")
            check_sizes(entries, name, max_unpacked_bytes=MAX_ARCHIVE_BYTES)
            return _unpacked(archive, entries, folder)
    except (BadZipFile, zlib.error, OSError, ValueError) as error:
        raise UnreadableFile(f"{name} is damaged or no ZIP archive: {error}. Pack it again.") from error


def _unpacked(archive: ZipFile, entries: list[ZipInfo], folder: Path) -> Unpacked:
    files: list[tuple[str, str]] = []
    left: list[tuple[str, str]] = []
    top = _common_folder([entry.filename for entry in entries])
    seen: set[str] = set()
    for number, entry in enumerate(entries):
        inner = entry.filename.replace("\\", "/")
        reason = _refusal(entry) or ("stands in the archive twice" if inner in seen else "")
        seen.add(inner)
        if not reason:
            suffix = _SUFFIX.search(inner)
            target = folder / f"{number:05}{suffix[0] if suffix else ''}"
            reason = _write(archive, entry, target)
        shown = inner.removeprefix(top)
        if reason:
            left.append((shown, f"{shown} {reason}."))
        else:
            files.append((shown, str(target)))
    return Unpacked(tuple(files), tuple(left))


def _is_junk(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return any(part in _JUNK or (part.startswith((".", "~$")) and part != "..") for part in parts)


def _refusal(entry: ZipInfo) -> str:
    """Return why an entry is left out, as the end of a sentence; an empty text if it is not."""
    inner = PurePosixPath(entry.filename.replace("\\", "/"))
    if inner.is_absolute() or ".." in inner.parts or _DRIVE.match(entry.filename):
        return "would lead out of the archive, and is left out"
    if inner.suffix.lower() in ARCHIVE_SUFFIXES:
        return "is an archive within an archive, and is left out. Unpack it first"
    if S_ISLNK(entry.external_attr >> 16):
        return "is a link to another file, and is left out"
    if entry.flag_bits & _ENCRYPTED:
        return "is encrypted. Pack the archive without a password"
    return ""


def _write(archive: ZipFile, entry: ZipInfo, target: Path) -> str:
    """Write an entry to a file of ours, and return why it cannot be, if it cannot."""
    try:
        with archive.open(entry) as source, target.open("xb") as file:
            for piece in iter(lambda: source.read(_PIECE_BYTES), b""):
                file.write(piece)
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        target.unlink(missing_ok=True)
        return f"is damaged in the archive ({error})"
    return ""


def _common_folder(names: list[str]) -> str:
    """Return the folder, with its slash, that all entries lie in; an empty text if there is none."""
    tops = {top for name in names for top in _tops(name)}
    return f"{tops.pop()}/" if len(tops) == 1 else ""


def _tops(name: str) -> Iterator[str]:
    top, slash, _ = name.replace("\\", "/").partition("/")
    yield top if slash and top != ".." else ""
