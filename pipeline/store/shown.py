"""What a page of phrases shows of each, in one statement that is put together once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select

from pipeline.store import tables as t
from pipeline.store.filters import STATE
from pipeline.store.rows import chunked

_BEFORE, _AFTER = t.turns.alias("before_it"), t.turns.alias("after_it")
_P, _C, _T, _M = t.phrases.c, t.calls.c, t.turns.c, t.moments.c
_IDS = _P.id.in_(bindparam("ids", expanding=True))
_AT = t.phrases.join(t.calls, _C.id == _P.call).join(t.turns, (_T.call == _P.call) & (_T.turn == _P.turn))
_AROUND = (
    _AT.outerjoin(_BEFORE, (_BEFORE.c.call == _P.call) & (_BEFORE.c.turn == _P.turn - 1))
    .outerjoin(_AFTER, (_AFTER.c.call == _P.call) & (_AFTER.c.turn == _P.turn + 1))
    .outerjoin(t.moments, _M.id == _P.moment)
    .outerjoin(t.verdicts, t.verdicts.c.moment == _M.id)
    .outerjoin(t.theme_members, t.theme_members.c.moment == _M.id)
)
_PLACE = (_P.id, _P.call, _C.source, _C.account, _P.turn)
_SHOWN = (
    select(
        *_PLACE, _C.recorded_at, _T.speaker, _T.role, _T.start_s, _T.end_s, _T.text,
        _BEFORE.c.role, _BEFORE.c.text, _AFTER.c.role, _AFTER.c.text,
        _M.id, _M.start_s, _M.end_s, _M.kind, _M.category, _M.quote, _M.start_char, _M.end_char, _M.score,
        STATE, t.theme_members.c.theme,
    ).select_from(_AROUND).where(_IDS)
)  # fmt: skip
_COPIES = select(*_PLACE, _T.start_s, _P.text).select_from(_AT).where(_IDS)
_TEXTS = select(_P.id, _P.text).where(_IDS)
_ENDS_WITH_TURN = 15
"""Where the columns of a moment begin in `_SHOWN`."""


@dataclass(frozen=True, slots=True)
class Around:
    """The turn before or after."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class ShownMoment:
    """A moment as it is shown."""

    id: str
    start_s: float | None
    end_s: float | None
    kind: str
    category: str | None
    quote: str
    start_char: int
    end_char: int
    score: float
    state: str
    theme: str | None


@dataclass(frozen=True, slots=True)
class ShownPhrase:
    """A phrase in its turn between the turns around it; `moment` is None where the phrase is the turn."""

    id: int
    call: str
    source: str
    account: str | None
    turn: int
    recorded_at: str | None
    speaker: str
    role: str
    start_s: float | None
    end_s: float | None
    context: str
    before: Around | None
    after: Around | None
    moment: ShownMoment | None


@dataclass(frozen=True, slots=True)
class ShownCopy:
    """Where the words of a phrase are said."""

    id: int
    call: str
    source: str
    account: str | None
    turn: int
    start_s: float | None
    text: str


class Shown:
    """Phrases as pages show them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def phrases(self, ids: Iterable[int]) -> dict[int, ShownPhrase]:
        """Return those of the phrases that are held, by id."""
        held = {}
        for chunk in chunked(ids):
            for row in self._connection.execute(_SHOWN, {"ids": chunk}):
                *turn, role_before, before, role_after, after = row[:_ENDS_WITH_TURN]
                moment = row[_ENDS_WITH_TURN:]
                fields: list[Any] = [
                    *turn,
                    None if before is None else Around(role_before, before),
                    None if after is None else Around(role_after, after),
                    None if moment[0] is None else ShownMoment(*moment),
                ]
                held[row[0]] = ShownPhrase(*fields)
        return held

    def copies(self, ids: Iterable[int]) -> dict[int, ShownCopy]:
        """Return the places of those of the phrases that are held, by id."""
        return {
            row[0]: ShownCopy(*row)
            for chunk in chunked(ids)
            for row in self._connection.execute(_COPIES, {"ids": chunk})
        }

    def texts(self, ids: Iterable[int]) -> dict[int, str]:
        """Return the words of those of the phrases that are held, by id."""
        return {row[0]: row[1] for chunk in chunked(ids) for row in self._connection.execute(_TEXTS, {"ids": chunk})}
