"""The moments: exact spans of turns, with their trust state, their times and the way back to the call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, delete, func, or_, select, tuple_

from pipeline.errors import NotFound
from pipeline.moment_ids import moment_id
from pipeline.records import Moment, PhraseFilter, SpottedMoment, TrustState, Turn, text_hash
from pipeline.store import tables as t
from pipeline.store.filters import STATE, of_moments
from pipeline.store.removal import remove_moments
from pipeline.store.rows import chunked, require_call, upsert_rows
from pipeline.store.talk import Talk

_JOINED = (
    t.moments.join(t.turns, (t.turns.c.call == t.moments.c.call) & (t.turns.c.turn == t.moments.c.turn))
    .join(t.calls, t.calls.c.id == t.moments.c.call)
    .outerjoin(t.verdicts, t.verdicts.c.moment == t.moments.c.id)
    .outerjoin(t.theme_members, t.theme_members.c.moment == t.moments.c.id)
)
_MOMENT: tuple[ColumnElement[Any], ...] = (
    t.moments.c.id,
    t.moments.c.call,
    t.calls.c.source,
    t.calls.c.account,
    t.moments.c.turn,
    t.turns.c.speaker,
    t.turns.c.role,
    t.moments.c.start_s,
    t.moments.c.end_s,
    t.moments.c.kind,
    t.moments.c.category,
    t.moments.c.quote,
    t.turns.c.text.label("context"),
    t.moments.c.score,
    STATE.label("state"),
    t.theme_members.c.theme,
    t.moments.c.factuality,
    t.moments.c.start_char,
    t.moments.c.end_char,
    t.calls.c.recorded_at,
)
_SELECT = select(*_MOMENT).select_from(_JOINED)
_BY_PLACE = (t.moments.c.call, t.moments.c.turn, t.moments.c.start_char, t.moments.c.id)
_ORDERED_BY = (*_BY_PLACE, t.moments.c.score)
_ORDERS: dict[str, tuple[ColumnElement[Any], ...]] = {
    "call": _BY_PLACE,
    "score": (t.moments.c.score.desc(), *_BY_PLACE),
}
# How far from the last word the next may stand in the text; a word that the text lacks is then not found pages later.
_WORD_GAP_CHARS = 40


class Moments:
    """One row per moment; its id is made of its place and kind, so that the same find is the same moment."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace(self, call_id: str, spotted: Sequence[SpottedMoment]) -> list[str]:
        """Hold these moments in place of all that the call had, and return their ids in the order given.

        A moment that is found again stays as it was judged, even if it was lost in between. Raises ValueError for
        a span that is not within its turn.
        """
        require_call(self._connection, call_id)
        turns = {turn.turn: turn for turn in Talk(self._connection).turns(call_id)}
        rows = [_to_row(call_id, turns.get(moment.turn), moment) for moment in spotted]
        found = {row["id"]: row for row in rows}
        held = set(self._connection.scalars(select(t.moments.c.id).where(t.moments.c.call == call_id)))
        for chunk in chunked(sorted(held - found.keys())):
            remove_moments(self._connection, t.moments.c.id.in_(chunk))
        upsert_rows(self._connection, t.moments, list(found.values()))
        return [row["id"] for row in rows]

    def get(self, moment_id: str) -> Moment:
        """Return the moment; NotFound if it is not held."""
        held = self.by_ids([moment_id])
        if moment_id not in held:
            raise NotFound(f"No moment {moment_id!r}. `buyerspeak export moments` lists the moments that are held.")
        return held[moment_id]

    def by_ids(self, ids: Sequence[str]) -> dict[str, Moment]:
        """Return those of the moments that are held, by id, in the order asked for."""
        held = {
            row["id"]: Moment(**row)
            for chunk in chunked(ids)
            for row in self._connection.execute(_SELECT.where(t.moments.c.id.in_(chunk))).mappings()
        }
        return {moment: held[moment] for moment in ids if moment in held}

    def select(
        self,
        filter: PhraseFilter,  # noqa: A002  the word of the domain
        *,
        limit: int | None = None,
        offset: int = 0,
        order: Literal["call", "score"] = "call",
        after: str | None = None,
    ) -> list[Moment]:
        """Return the moments that pass, by their place in the calls or the surest first.

        They start behind the moment `after`, or at `offset` if that is not held.
        """
        query = _SELECT.where(*of_moments(filter)).order_by(*_ORDERS[order]).limit(limit)
        behind = self._behind(after, order) if after is not None else None
        query = query.offset(offset) if behind is None else query.where(behind)
        return [Moment(**row) for row in self._connection.execute(query).mappings()]

    def _behind(self, moment: str, order: str) -> ColumnElement[bool] | None:
        """Return the condition that a moment comes after this one, which the index on its order answers."""
        last = self._connection.execute(select(*_ORDERED_BY).where(t.moments.c.id == moment)).first()
        if last is None:
            return None
        later = tuple_(*_BY_PLACE) > tuple_(*last[:-1])
        if order == "call":
            return later
        return or_(t.moments.c.score < last.score, (t.moments.c.score == last.score) & later)

    def count(self, filter: PhraseFilter) -> int:  # noqa: A002
        """Return how many moments pass."""
        # A join of two hundred thousand rows takes half a second: only what the filter asks is joined.
        asks_beside = filter.roles or filter.states or filter.themes
        query = select(func.count()).select_from(_JOINED if asks_beside else t.moments).where(*of_moments(filter))
        return self._connection.execute(query).scalar_one()

    def count_by_call(self, calls: Sequence[str]) -> dict[str, int]:
        """Return how many moments each of these calls has; those without any are left out."""
        counted: dict[str, int] = {}
        for chunk in chunked(calls):
            query = select(t.moments.c.call, func.count()).where(t.moments.c.call.in_(chunk)).group_by(t.moments.c.call)
            counted |= {call: int(n) for call, n in self._connection.execute(query)}
        return counted

    def set_state(self, moment_id: str, state: TrustState) -> None:
        """Keep a person's judgement of a quote; it outlives runs that do not find the moment. NotFound if not held."""
        moment = self.get(moment_id)
        if state == "machine":
            self._connection.execute(delete(t.verdicts).where(t.verdicts.c.moment == moment_id))
        else:
            upsert_rows(self._connection, t.verdicts, [{"moment": moment_id, "call": moment.call, "state": state}])


def time_span(turn: Turn, start_char: int, end_char: int) -> tuple[float | None, float | None]:
    """Return when a span of a turn is said: by the words it touches, else by the turn."""
    touched = []
    at = 0
    for word in turn.words:
        text = word.text.strip()
        place = turn.text.find(text, at, at + len(text) + _WORD_GAP_CHARS)
        if not text or place < 0:
            continue
        at = place + len(text)
        if place < end_char and at > start_char:
            touched.append(word)
    if not touched:
        return turn.start_s, turn.end_s
    return touched[0].start_s, touched[-1].end_s


def _to_row(call_id: str, turn: Turn | None, moment: SpottedMoment) -> dict[str, Any]:
    if turn is None or not 0 <= moment.start_char < moment.end_char <= len(turn.text):
        held = "is not held" if turn is None else f"has {len(turn.text)} characters"
        raise ValueError(
            f"The span {moment.start_char}:{moment.end_char} is not within turn {moment.turn} "
            f"of call {call_id!r}, which {held}."
        )
    quote = turn.text[moment.start_char : moment.end_char]
    start_s, end_s = time_span(turn, moment.start_char, moment.end_char)
    return {
        "id": moment_id(call_id, moment.turn, moment.start_char, moment.end_char, moment.kind),
        "call": call_id,
        "turn": moment.turn,
        "start_char": moment.start_char,
        "end_char": moment.end_char,
        "start_s": start_s,
        "end_s": end_s,
        "kind": moment.kind,
        "category": moment.category,
        "factuality": moment.factuality,
        "score": moment.score,
        "quote": quote,
        "text_hash": text_hash(quote),
    }
