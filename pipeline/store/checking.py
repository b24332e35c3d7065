"""Moments that nobody has judged yet, one after another: the least sure first, or in an order that says nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from sqlalchemy import Connection, and_, func, or_, select

from pipeline.store import tables as t
from pipeline.store.corrections import corrections, placements

Stream = Literal["unsure", "random"]
"""`unsure` goes by the score, the lowest first; `random` by the id, which is a digest of the place and the kind."""
STREAMS: Final[tuple[Stream, ...]] = get_args(Stream)


@dataclass(frozen=True, slots=True)
class Checked:
    """How many moments people have judged, by what they said; undone words are not counted."""

    confirmed: int
    rejected: int
    changed: int

    @property
    def n(self) -> int:
        """All of them."""
        return self.confirmed + self.rejected + self.changed


class Checking:
    """The queue is no list that is kept: what is judged leaves it by itself."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ids(self, stream: Stream, *, limit: int, after: str = "", kinds: Sequence[str] = ()) -> list[str]:
        """Return the moments that come next behind the moment `after`, or first where that is not held."""
        moments = t.moments.c
        judged = select(placements.c.moment).where(placements.c.moment == moments.id).correlate(t.moments)
        verdict = select(t.verdicts.c.moment).where(t.verdicts.c.moment == moments.id).correlate(t.moments)
        query = select(moments.id).where(~judged.exists(), ~verdict.exists())
        if kinds:
            query = query.where(moments.kind.in_(kinds))
        if after and stream == "random":
            query = query.where(moments.id > after)
        elif after:
            score = self._connection.scalar(select(moments.score).where(moments.id == after))
            if score is not None:
                query = query.where(or_(moments.score > score, and_(moments.score == score, moments.id > after)))
        order = (moments.score, moments.id) if stream == "unsure" else (moments.id,)
        return list(self._connection.scalars(query.order_by(*order).limit(limit)))

    def checked(self) -> Checked:
        """Return what people said so far."""
        held = corrections.join(placements, placements.c.correction == corrections.c.id)
        query = select(corrections.c.action, func.count()).select_from(held).group_by(corrections.c.action)
        said = {action: int(n) for action, n in self._connection.execute(query)}
        return Checked(said.get("confirmed", 0), said.get("rejected", 0), said.get("changed", 0))
