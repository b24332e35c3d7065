"""Office files are ZIP archives: what must be true of one before a library unpacks it."""

from __future__ import annotations

from io import BytesIO
from typing import Final
from zipfile import BadZipFile, ZipFile

from pipeline.errors import UnreadableFile

MAX_UNPACKED_BYTES: Final = 200 * 1024 * 1024
MAX_RATIO: Final = 200
_COMPOUND_FILE = bytes.fromhex("d0cf11e0a1b11ae1")
"""How a file of the Office before 2007 begins, and one that is encrypted."""


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
    n_unpacked = sum(member.file_size for member in members)
    n_packed = max(1, sum(member.compress_size for member in members))
    if n_unpacked > MAX_UNPACKED_BYTES or n_unpacked / n_packed > MAX_RATIO:
        raise UnreadableFile(
            f"{name} would unpack to {n_unpacked / 1024**2:.0f} MB, {n_unpacked / n_packed:.0f} times its size, "
            f"and is not opened: the limits are {MAX_UNPACKED_BYTES // 1024**2} MB and {MAX_RATIO} times."
        )
