"""The searchable stretches: every moment, and every turn that says anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, RowMapping, bindparam, case, func, select, update

from pipeline.records import NO_THEME, Phrase, PhraseFilter, text_hash
from pipeline.store import tables as t
from pipeline.store.filters import STATE, of_phrases
from pipeline.store.removal import note_phrase_change, remove_phrases
from pipeline.store.rows import chunked, insert_rows, require_call

_INDEXED_AT_ONCE = 5_000

_Place = tuple[int, int, int, str | None, str]
"""What makes a phrase of a call the same phrase: turn, start_char, end_char, moment and the text's hash."""


@dataclass(frozen=True, slots=True)
class IndexedPhrase:
    """What search goes by; the last four are None without a moment."""

    id: int
    call: str
    turn: int
    role: str
    text: str
    kind: str | None
    category: str | None
    score: float | None
    state: str | None


class Phrases:
    """One row per phrase, numbered for the vector index; a number is never given twice."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace_of_call(self, call_id: str) -> int:
        """Bring the phrases of a call in line with its turns and moments, and return how many it has.

        A phrase that has not changed keeps its id; the full text follows.
        """
        require_call(self._connection, call_id)
        wanted = {_place(row): row for row in (*self._from_turns(call_id), *self._from_moments(call_id))}
        held = {
            _place(row): row
            for row in self._connection.execute(select(t.phrases).where(t.phrases.c.call == call_id)).mappings()
        }
        new = [row for place, row in wanted.items() if place not in held]
        insert_rows(self._connection, t.phrases, new)
        if new:
            note_phrase_change(self._connection)
        self._follow_roles([(row, wanted[place]["role"]) for place, row in held.items() if place in wanted])
        for chunk in chunked([row["id"] for place, row in held.items() if place not in wanted]):
            remove_phrases(self._connection, t.phrases.c.id.in_(chunk))
        return len(wanted)

    def ids(self, filter: PhraseFilter) -> npt.NDArray[np.int64]:  # noqa: A002  the word of the domain
        """Return the ids of the phrases that pass, ascending, shape (n,)."""
        query = select(t.phrases.c.id).where(*of_phrases(filter)).order_by(t.phrases.c.id)
        return np.fromiter(self._connection.scalars(query), dtype=np.int64)

    def by_ids(self, ids: Sequence[int] | npt.NDArray[np.int64]) -> dict[int, Phrase]:
        """Return those of the phrases that are held, by id, in the order asked for."""
        asked = [int(phrase) for phrase in ids]
        held = {
            row["id"]: Phrase(**row)
            for chunk in chunked(asked)
            for row in self._connection.execute(select(t.phrases).where(t.phrases.c.id.in_(chunk))).mappings()
        }
        return {phrase: held[phrase] for phrase in asked if phrase in held}

    def for_index(self, ids: Sequence[int] | npt.NDArray[np.int64]) -> Iterator[IndexedPhrase]:
        """Yield what search goes by of those of the phrases that are held, by id."""
        phrases, moments = t.phrases.c, t.moments.c
        joined = t.phrases.outerjoin(t.moments, moments.id == phrases.moment).outerjoin(
            t.verdicts, t.verdicts.c.moment == moments.id
        )
        state = case((phrases.moment.is_not(None), STATE))
        columns = (phrases.id, phrases.call, phrases.turn, phrases.role, phrases.text)
        query = select(*columns, moments.kind, moments.category, moments.score, state).select_from(joined)
        for chunk in chunked((int(phrase) for phrase in ids), _INDEXED_AT_ONCE):
            for row in self._connection.execute(query.where(phrases.id.in_(chunk)).order_by(phrases.id)):
                yield IndexedPhrase(*row)

    def of_themes(self, themes: Sequence[str]) -> npt.NDArray[np.int64]:
        """Return the ids of the phrases whose moments are in any of the themes, or in `NO_THEME`, shape (n,)."""
        if NO_THEME in themes:
            return self.ids(PhraseFilter(themes=tuple(themes)))
        members = t.theme_members.c
        joined = t.phrases.join(t.theme_members, members.moment == t.phrases.c.moment)
        query = select(t.phrases.c.id).select_from(joined).where(members.theme.in_(themes))
        return np.fromiter(self._connection.scalars(query), dtype=np.int64)

    def count(self, filter: PhraseFilter) -> int:  # noqa: A002
        """Return how many phrases pass."""
        query = select(func.count()).select_from(t.phrases).where(*of_phrases(filter))
        return self._connection.execute(query).scalar_one()

    def count_turns(self, filter: PhraseFilter) -> int:  # noqa: A002
        """Return how many turns hold a phrase that passes; a turn without a letter or digit holds none."""
        phrases = t.phrases.c
        turns = select(phrases.call, phrases.turn).where(*of_phrases(filter)).distinct().subquery()
        return self._connection.execute(select(func.count()).select_from(turns)).scalar_one()

    def places(self, filter: PhraseFilter) -> list[tuple[int, str, int, bool]]:  # noqa: A002
        """Return (id, call, turn, is_moment) of the phrases that pass, by id: where they are, without their words."""
        phrases = t.phrases.c
        query = select(phrases.id, phrases.call, phrases.turn, phrases.moment.is_not(None)).where(*of_phrases(filter))
        return [(row[0], row[1], row[2], bool(row[3])) for row in self._connection.execute(query.order_by(phrases.id))]

    def sample(self, filter: PhraseFilter, n: int) -> list[str]:  # noqa: A002
        """Return the hashes of `n` of the distinct texts of phrases that pass; those of the lowest digest.

        That is as good as random, and a call more or less hardly changes it.
        """
        hashes = t.phrases.c.text_hash
        query = select(hashes).where(*of_phrases(filter)).distinct().order_by(hashes).limit(n)
        return list(self._connection.scalars(query))

    def texts_without_vector(self, encoder: str, call_id: str | None = None) -> Iterator[tuple[str, str]]:
        """Yield (text_hash, text) of each distinct text that this encoder has no vector for, by hash.

        Vectors may be put while it runs.
        """
        phrases, vectors = t.phrases.c, t.vectors.c
        known = select(vectors.text_hash).where(vectors.encoder == encoder, vectors.text_hash == phrases.text_hash)
        query = select(phrases.text_hash, func.min(phrases.text)).where(~known.exists())
        if call_id is not None:
            query = query.where(phrases.call == call_id)
        query = query.group_by(phrases.text_hash).order_by(phrases.text_hash).limit(1_000)
        last = ""
        while rows := self._connection.execute(query.where(phrases.text_hash > last)).all():
            yield from ((name, text) for name, text in rows)
            last = rows[-1][0]

    def note_vectors(self) -> None:
        """Count phrases that have got their vectors as a change, for whoever follows `change_number`."""
        note_phrase_change(self._connection)

    def change_number(self) -> int:
        """Return a number that grows with every transaction that adds or removes phrases."""
        return int(self._connection.execute(select(t.phrase_changes.c.number)).scalar_one())

    def _from_turns(self, call_id: str) -> Iterator[dict[str, Any]]:
        turns = t.turns.c
        query = select(turns.turn, turns.role, turns.text).where(turns.call == call_id).order_by(turns.turn)
        for turn, role, text in self._connection.execute(query):
            if any(character.isalnum() for character in text):
                yield _to_row(call_id, turn, (0, len(text)), role=role, text=text, moment=None)

    def _from_moments(self, call_id: str) -> Iterator[dict[str, Any]]:
        moments, turns = t.moments.c, t.turns.c
        query = (
            select(moments.turn, moments.start_char, moments.end_char, turns.role, moments.quote, moments.id)
            .select_from(t.moments.join(t.turns, (turns.call == moments.call) & (turns.turn == moments.turn)))
            .where(moments.call == call_id)
            .order_by(moments.turn, moments.start_char, moments.id)
        )
        for turn, start_char, end_char, role, quote, moment in self._connection.execute(query):
            yield _to_row(call_id, turn, (start_char, end_char), role=role, text=quote, moment=moment)

    def _follow_roles(self, held: list[tuple[RowMapping, str]]) -> None:
        changed = [{"phrase": row["id"], "new": role} for row, role in held if row["role"] != role]
        if changed:
            phrases = t.phrases.c
            role = update(t.phrases).where(phrases.id == bindparam("phrase")).values(role=bindparam("new"))
            self._connection.execute(role, changed)


def _place(row: Mapping[Any, Any]) -> _Place:
    return row["turn"], row["start_char"], row["end_char"], row["moment"], row["text_hash"]


def _to_row(
    call_id: str, turn: int, span: tuple[int, int], *, role: str, text: str, moment: str | None
) -> dict[str, Any]:
    return {
        "call": call_id,
        "turn": turn,
        "start_char": span[0],
        "end_char": span[1],
        "moment": moment,
        "role": role,
        "text": text,
        "text_hash": text_hash(text),
    }
