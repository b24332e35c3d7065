"""Any document that marketing made, read in a process of its own within limits of time and memory."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from pipeline.child_process import Child, Limits, ask_child, module_command
from pipeline.collateral.archive import Unpacked
from pipeline.collateral.metadata import tidy
from pipeline.collateral.records import Document, Passage
from pipeline.collateral.sitemap import SitePage
from pipeline.errors import BadInput

LIMITS: Final = Limits(time_s=30.0, memory_mb=384)
"""With the empty process, less than half a gigabyte."""
READER: Final = Child(
    module_command("pipeline.collateral.read_child"),
    "reader",
    {"S": "Part it, or save it as text.", "MB": "Take its pictures out, part it, or save it as text."},
)


def read_document(
    path: Path, *, name: str | None = None, limits: Limits = LIMITS, child: Child = READER
) -> tuple[Document, list[Passage]]:
    """Return a document, named after its file unless `name` is given, and its passages in order.

    Raises UnreadableFile, with the name and the reason, for whatever gives no text: an unknown format, a file that is
    empty, too large, encrypted, damaged or a scan, one that unpacks to more than it should, or goes beyond the limits.
    """
    name = name or path.name
    made = ask_child(child, "read", path, shown=name, limits=limits, asked={"name": name})
    properties, remarks = _believed(made["properties"], name)
    document = Document(
        id=made["sha256"][:12],
        name=name,
        title=made["title"],
        format=made["format"],
        sha256=made["sha256"],
        added_at=datetime.now(UTC),
        metadata=properties,
        remarks=(*made["remarks"], *remarks),
    )
    passages = [
        Passage(
            id=f"{document.id}-{position}",
            document=document.id,
            document_name=name,
            position=position,
            document_url=document.url,
            **one,
        )
        for position, one in enumerate(made["passages"])
    ]
    return document, passages


def _believed(properties: dict[str, Any], name: str) -> tuple[dict[str, Any], list[str]]:
    """Return what a file says of itself, field by field as far as it can be, and what was left out of it."""
    believed: dict[str, Any] = {}
    remarks = []
    for field, value in properties.items():
        try:
            believed |= tidy({field: value}, name)
        except BadInput as error:
            remarks.append(f"{str(error).removeprefix(f'{name}: ')} It is left out.")
    return believed, remarks


def unpack_archive(path: Path, folder: Path, *, name: str, limits: Limits = LIMITS) -> Unpacked:
    """Unpack an archive of documents into a folder; raises UnreadableFile as `archive.unpack` does."""
    told = ask_child(READER, "unpack", path, shown=name, limits=limits, asked={"name": name, "folder": str(folder)})
    return Unpacked(tuple(map(tuple, told["files"])), tuple(map(tuple, told["left"])))


def read_sitemap(path: Path, *, name: str, limits: Limits = LIMITS) -> list[SitePage]:
    """Return the pages that a sitemap names; raises UnreadableFile as `sitemap.pages_named` does."""
    told = ask_child(READER, "sitemap", path, shown=name, limits=limits, asked={"name": name})
    return [SitePage(**page) for page in told["pages"]]
