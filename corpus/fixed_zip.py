"""Takes the date of the build out of an office file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

PUBLISHED: Final = datetime(2026, 8, 3, 9, 0)


def fix_zip_dates(path: Path) -> None:
    """Write the archive again with every member dated to the day of publication."""
    with ZipFile(path) as archive:
        members = [(member.filename, archive.read(member)) for member in archive.infolist()]
    with ZipFile(path, "w") as archive:
        for name, content in members:
            member = ZipInfo(name, date_time=PUBLISHED.timetuple()[:6])
            member.compress_type = ZIP_DEFLATED
            archive.writestr(member, content)
