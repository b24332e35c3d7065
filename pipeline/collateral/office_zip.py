"""Office files are ZIP archives: what must be true of one before a library unpacks it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any, Final
from zipfile import BadZipFile, ZipFile, ZipInfo

from pipeline.collateral.blocks import one_line
from pipeline.errors import UnreadableFile

MAX_UNPACKED_BYTES: Final = 200 * 1024 * 1024
MAX_RATIO: Final = 200
_FREE_BYTES: Final = 10 * 1024 * 1024
"""A small archive may be packed as tightly as it likes."""
_COMPOUND_FILE = bytes.fromhex("d0cf11e0a1b11ae1")
"""How a file of the Office before 2007 begins, and one that is encrypted."""

_TEMPLATE_DAYS: Final = frozenset({"2013-01-27", "2013-12-23"})
"""Files that programs fill in carry the day of the program's template, which says nothing of theirs."""


def said_of_itself(core: Any) -> tuple[str, dict[str, str]]:
    """Return what an Office file says in its core properties: its title, and its `date` if it has one."""
    when = _when(core, "modified") or _when(core, "created")
    day = when.date().isoformat() if when else ""
    return one_line(core.title or ""), {"date": day} if day and day not in _TEMPLATE_DAYS else {}


def _when(core: Any, name: str) -> datetime | None:
    try:
        found = getattr(core, name)
    except ValueError:  # a day such as 0000-00-00
        return None
    return found if isinstance(found, datetime) else None


def check_office_zip(data: bytes, name: str) -> None:
    """Raise UnreadableFile unless the archive opens and unpacks to a sane size."""
    if data.startswith(_COMPOUND_FILE):
        raise UnreadableFile(
            f"{name} is protected by a password or in the format of an Office before 2007. "
            "Save it without a password, as .docx, .pptx or PDF."
        )
    try:
        with ZipFile(BytesIO(data)) as archive:
            members = archive.infolist()
    except BadZipFile as error:
        raise UnreadableFile(
            f"{name} is damaged or not an Office file: {error}. Save it again or export it as PDF."
        ) from error
    check_sizes(members, name, max_unpacked_bytes=MAX_UNPACKED_BYTES)


def check_sizes(members: Sequence[ZipInfo], name: str, *, max_unpacked_bytes: int) -> None:
    """Raise UnreadableFile if an archive says that it unpacks to more than it should."""
    n_unpacked = sum(member.file_size for member in members)
    n_packed = max(1, sum(member.compress_size for member in members))
    if n_unpacked > max_unpacked_bytes or (n_unpacked > _FREE_BYTES and n_unpacked / n_packed > MAX_RATIO):
        raise UnreadableFile(
            f"{name} would unpack to {n_unpacked / 1024**2:.0f} MB, {n_unpacked / n_packed:.0f} times its size, "
            f"and is not opened: the limits are {max_unpacked_bytes // 1024**2} MB and {MAX_RATIO} times."
        )
