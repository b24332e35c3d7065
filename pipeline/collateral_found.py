"""From paths to documents to read: files, folders, archives and saved sites, each with what is said beside it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Final

from pipeline.collateral.formats import FORMATS
from pipeline.collateral.metadata import tidy
from pipeline.collateral.read import read_sitemap, unpack_archive
from pipeline.collateral.sitemap import SitePage, is_sitemap, saved_files
from pipeline.errors import BadInput, UnreadableFile
from pipeline.intake import Refused

EXPORT_FIRST: Final = frozenset(".doc .dot .ppt .pps .odt .odp .rtf .pages .key .mht .mhtml .epub".split())
"""Documents of kinds that are not read; in a folder they are named, where pictures and the like are passed over."""
_MAX_SIDECAR_BYTES: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class FoundDocument:
    """A file to read: `defaults` is said of it by the site that it is of, `metadata` by people, beside it."""

    path: Path
    name: str
    defaults: Mapping[str, Any] = field(default_factory=dict)
    metadata: Mapping[str, Any] = field(default_factory=dict)
    archive: str = ""
    """The archive that it came in, if in one."""


@dataclass(frozen=True, slots=True)
class Remark:
    """What a person should know of something that was taken in."""

    source: str
    text: str


Found = FoundDocument | Refused | Remark
Rows = Mapping[str, Mapping[str, str]]


def find_documents(paths: Iterable[Path], rows: Rows | None = None) -> Iterator[Found]:
    """Yield what is to be read; `rows` is metadata by file name, which wins over that of a sidecar.

    A sidecar is a JSON object in `prices.pdf.json` or `prices.json` beside `prices.pdf`. Documents of folders and
    archives are named by their path within. What an archive gives is gone when the next thing is asked for after it.
    """
    given = list(paths)
    for path in given:
        if path.is_dir():
            yield from _in_folder(path, rows or {})
        elif not path.exists():
            yield Refused(str(path), f"{path}: there is no such file or folder.")
        elif path.suffix.lower() == ".zip":
            yield from _in_archive(path, path.name, "", rows or {})
        elif is_sitemap(path.name):
            yield from _of_sitemap(path, rows or {})
        elif not any(path in _sidecars_of(other) for other in given):
            beside = {one.name: one for one in (path, *_sidecars_of(path)) if one.is_file()}
            yield from _documents({path.name: path}, beside, rows or {})


def _sidecars_of(path: Path) -> tuple[Path, ...]:
    if path.suffix.lower() not in FORMATS:
        return ()
    return (path.with_name(f"{path.name}.json"), path.with_suffix(".json"))


def _in_folder(folder: Path, rows: Rows) -> Iterator[Found]:
    files = {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not _is_hidden(path.relative_to(folder).as_posix())
    }
    yield from _documents(_wanted(files), files, rows)
    for name, path in files.items():
        if path.suffix.lower() == ".zip":
            yield from _in_archive(path, name, name.removesuffix(path.suffix) + "/", rows)


def _in_archive(path: Path, name: str, prefix: str, rows: Rows) -> Iterator[Found]:
    with tempfile.TemporaryDirectory(prefix="buyerspeak-") as folder:
        try:
            unpacked = unpack_archive(path, Path(folder), name=name)
        except UnreadableFile as error:
            yield Refused(name, str(error))
            return
        yield from (Refused(f"{prefix}{inner}", f"{name}: {reason}") for inner, reason in unpacked.left)
        files = {f"{prefix}{inner}": Path(file) for inner, file in unpacked.files if not _is_hidden(inner)}
        yield from _documents(_wanted(files), files, rows, archive=name)


def _of_sitemap(path: Path, rows: Rows) -> Iterator[Found]:
    """Yield the pages that a sitemap names and that are saved beside it, and a remark on those that are not."""
    try:
        pages = read_sitemap(path, name=path.name)
    except UnreadableFile as error:
        yield Refused(path.name, str(error))
        return
    files = {one.relative_to(path.parent).as_posix(): one for one in sorted(path.parent.rglob("*")) if one.is_file()}
    files = {name: one for name, one in files.items() if not _is_hidden(name)}
    saved = saved_files(pages, list(_wanted(files)))
    yield from _documents({name: files[name] for name in files if name in saved}, files, rows)
    missing = [page.url for page in pages if page not in saved.values()]
    if missing:
        yield Remark(path.name, f"{len(missing)} of {len(pages)} pages are not saved beside it, such as {missing[0]}.")


def _is_hidden(name: str) -> bool:
    parts = PurePosixPath(name).parts
    # What a browser saves beside a page is no page: its pictures, scripts and frames.
    return any(part.startswith((".", "~$")) for part in parts) or any(part.endswith("_files") for part in parts[:-1])


def _wanted(files: Mapping[str, Path]) -> dict[str, Path]:
    kinds = FORMATS.keys() | EXPORT_FIRST
    return {name: path for name, path in files.items() if PurePosixPath(name).suffix.lower() in kinds}


def _documents(
    wanted: Mapping[str, Path], files: Mapping[str, Path], rows: Rows, *, archive: str = ""
) -> Iterator[Found]:
    """Yield the wanted files with what is said beside them; `files` holds everything that lies there, by its name."""
    saved: dict[str, SitePage] = {}
    for sitemap in (name for name in files if is_sitemap(name)):
        try:
            saved |= _site_pages(sitemap, files)
        except UnreadableFile as error:
            yield Refused(sitemap, str(error))
    for name, path in wanted.items():
        page = saved.get(name)
        said = {"url": page.url, "date": page.date} if page else {}
        try:
            name.encode()
            given = {**_sidecar(name, files), **_row(name, rows)}
            yield FoundDocument(path, name, {k: v for k, v in said.items() if v}, tidy(given, name), archive)
        except UnicodeEncodeError:
            yield Refused(repr(name), f"{name!r} has a name that is no valid text. Rename it.")
        except BadInput as error:
            yield Refused(name, str(error))


def _site_pages(sitemap: str, files: Mapping[str, Path]) -> dict[str, SitePage]:
    """Return which page of a sitemap each file in its folder is."""
    folder = sitemap.removesuffix(PurePosixPath(sitemap).name)
    inside = [name.removeprefix(folder) for name in _wanted(files) if name.startswith(folder)]
    pages = read_sitemap(files[sitemap], name=sitemap)
    return {f"{folder}{name}": page for name, page in saved_files(pages, inside).items()}


def _row(name: str, rows: Rows) -> Mapping[str, str]:
    base = PurePosixPath(name)
    return rows.get(base.name) or rows.get(base.stem) or {}


def _sidecar(name: str, files: Mapping[str, Path]) -> Mapping[str, Any]:
    """Return the fields of the sidecar of a file, if it has one; BadInput if that is no JSON object."""
    stem = name.removesuffix(PurePosixPath(name).suffix)
    sidecar = next((one for one in (f"{name}.json", f"{stem}.json") if one in files), None)
    if sidecar is None:
        return {}
    try:
        if files[sidecar].stat().st_size > _MAX_SIDECAR_BYTES:
            raise BadInput(f"{sidecar}, the metadata of {name}, is larger than a megabyte. Check what it holds.")
        given = json.loads(files[sidecar].read_text(encoding="utf-8-sig"))
    except (ValueError, OSError, RecursionError) as error:
        raise BadInput(f"{sidecar}, the metadata of {name}, cannot be read: {error}") from error
    if not isinstance(given, dict):
        raise BadInput(f"{sidecar}, the metadata of {name}, is not a JSON object.")
    return given
