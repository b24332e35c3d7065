"""Words of a transcript that people put right: one edit after another, never changed afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipeline.records import Role


@dataclass(frozen=True, slots=True)
class Mend:
    """A person's edit of a turn: `before`, at `start_char` of the text as it then was, became `after`."""

    id: str
    call: str
    turn: int
    start_char: int
    before: str
    after: str
    who: str
    at: datetime
    undoes: str | None = None
    """The id of the mend that this one takes back."""
    note: str | None = None

    @property
    def end_char(self) -> int:
        """Where the replaced words ended."""
        return self.start_char + len(self.before)


@dataclass(frozen=True, slots=True)
class RoleChange:
    """A person's word on who is who in a call: the roles of its speakers from then on."""

    number: int
    call: str
    roles: dict[str, Role]
    who: str
    at: datetime
