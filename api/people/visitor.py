"""Who asks, for the length of one request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal

from pipeline.errors import Forbidden
from pipeline.store.people import AccountRole, Scope

_SCOPE_OF: dict[AccountRole, Scope] = {"viewer": "read", "editor": "write", "admin": "admin"}
_REACH: dict[Scope, int] = {"read": 0, "write": 1, "admin": 2}
_WHO_MAY: dict[Scope, str] = {"read": "people with an account", "write": "editors and admins", "admin": "admins"}


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person or their program. `name` is None where there is no account, and nobody signs in."""

    name: str | None
    role: AccountRole
    scope: Scope
    """What this visit may do at most."""
    by: Literal["nothing", "session", "token"]
    session: str | None = None
    """The digest of the session."""

    def may(self, needed: Scope) -> bool:
        """Tell whether both the role and the scope reach so far."""
        return min(_REACH[_SCOPE_OF[self.role]], _REACH[self.scope]) >= _REACH[needed]

    def require(self, needed: Scope) -> None:
        """Raise Forbidden unless this visit may do so much."""
        if not self.may(needed):
            who = f"a token of scope {self.scope}" if self.by == "token" else f"the role {self.role}"
            raise Forbidden(f"That is for {_WHO_MAY[needed]}; you ask with {who}.")

    @property
    def sees_all(self) -> bool:
        """Whether calls without consent are shown too."""
        return self.role != "viewer"

    def says(self, given: str) -> str:
        """Return whose word something is: the person's who is signed in, else the name given."""
        return self.name if self.name is not None else given


EVERYBODY = Visitor(None, "admin", "admin", "nothing")
"""Whoever uses the machine, where there is no account."""
STRANGER = Visitor(None, "viewer", "read", "nothing")
"""Somebody who has not said who they are, on the pages that ask for it."""

_now: ContextVar[Visitor] = ContextVar("visitor", default=EVERYBODY)


def visitor_now() -> Visitor:
    """Return who asks in the request that is answered."""
    return _now.get()


@contextmanager
def visited_by(visitor: Visitor) -> Iterator[None]:
    """Let `visitor_now` say who asks within the block."""
    mark = _now.set(visitor)
    try:
        yield
    finally:
        _now.reset(mark)
