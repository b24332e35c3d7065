"""Who said what when: segments as heard, turns as told apart, and the roles of the speakers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, func, select, text, update

from pipeline.errors import NotFound
from pipeline.records import Role, Segment, SpeakerRole, Turn, Word
from pipeline.store import tables as t
from pipeline.store.removal import remove_moments, remove_phrases
from pipeline.store.rows import chunked, insert_rows, require_call, upsert_rows

_SEGMENT = [column for column in t.segments.columns if column.name not in ("call", "position")]
_SPEAKER = [column for column in t.speakers.columns if column.name != "call"]
_TURNS_AT_ONCE = 1_000
_PLACES_AT_ONCE = 200
_PLACE = ("call", "turn")


class Talk:
    """The segments, turns and speakers of the calls."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace_segments(self, call_id: str, segments: Sequence[Segment]) -> None:
        """Hold these segments, in this order, in place of all that the call had."""
        require_call(self._connection, call_id)
        self._connection.execute(delete(t.segments).where(t.segments.c.call == call_id))
        rows = [
            {"call": call_id, "position": position} | _to_row(segment, [column.name for column in _SEGMENT])
            for position, segment in enumerate(segments)
        ]
        insert_rows(self._connection, t.segments, rows)

    def segments(self, call_id: str) -> list[Segment]:
        """Return the segments of a call in their order."""
        held = select(*_SEGMENT).where(t.segments.c.call == call_id).order_by(t.segments.c.position)
        return [Segment(**_to_fields(row)) for row in self._connection.execute(held).mappings()]

    def replace_turns(self, call_id: str, turns: Sequence[Turn]) -> None:
        """Hold these turns in place of all that the call had.

        Moments and phrases stay where the new text has their very words at their place; the others go. Roles that
        a person corrected are kept. Raises ValueError unless the turns are the call's own and numbered 0, 1, 2…
        """
        require_call(self._connection, call_id)
        if sorted((turn.call, turn.turn) for turn in turns) != [(call_id, place) for place in range(len(turns))]:
            raise ValueError(f"The turns of call {call_id!r} are not its own, or not numbered from 0 without a gap.")
        names = [column.name for column in t.turns.columns]
        upsert_rows(self._connection, t.turns, [_to_row(turn, names) for turn in turns])
        self._drop_after(call_id, len(turns))
        self._apply_roles(call_id, t.speakers.c.source == "corrected")

    def mend_turn(self, turn: Turn) -> None:
        """Hold other words for a turn; moments and phrases are the caller's to bring in line, in this transaction."""
        row, at = _to_row(turn, ["text", "words"]), t.turns.c
        self._connection.execute(update(t.turns).where(at.call == turn.call, at.turn == turn.turn).values(**row))

    def turns(self, call_id: str) -> list[Turn]:
        """Return the turns of a call in their order."""
        held = select(t.turns).where(t.turns.c.call == call_id).order_by(t.turns.c.turn)
        return [Turn(**_to_fields(row)) for row in self._connection.execute(held).mappings()]

    def turns_at(self, places: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Turn]:
        """Return those of the turns that are held, by call and turn, without the times of their words."""
        columns = [column for column in t.turns.columns if column.name != "words"]
        names = ", ".join(f"turns.{column.name}" for column in columns)
        held = {}
        for chunk in chunked(sorted(set(places)), _PLACES_AT_ONCE):
            # As text: SQLite looks no pair of columns up in its index, and a condition per pair takes SQLAlchemy longer
            # to put together than the database to answer.
            asked = ", ".join(f"(:call{number}, :turn{number})" for number in range(len(chunk)))
            query = text(
                f"with asked(call, turn) as (values {asked}) select {names} from asked "
                "join turns on turns.call = asked.call and turns.turn = asked.turn"
            ).columns(*columns)
            values = {
                f"{name}{n}": value for n, place in enumerate(chunk) for name, value in zip(_PLACE, place, strict=True)
            }
            for row in self._connection.execute(query, values).mappings():
                held[row["call"], row["turn"]] = Turn(**(dict(row) | {"marks": tuple(row["marks"])}))
        return held

    def all_turns(self, call_ids: Sequence[str] | None = None) -> Iterator[Turn]:
        """Yield the turns of these calls, or of all, by call and turn, reading a few at a time."""
        order = (t.turns.c.call, t.turns.c.turn)
        everything = select(t.turns).order_by(*order).execution_options(yield_per=_TURNS_AT_ONCE)
        if call_ids is None:
            queries = [everything]
        else:
            queries = [everything.where(t.turns.c.call.in_(chunk)) for chunk in chunked(sorted(set(call_ids)))]
        for query in queries:
            with self._connection.execute(query) as rows:
                for row in rows.mappings():
                    yield Turn(**_to_fields(row))

    def turn_counts(self) -> dict[str, int]:
        """Return how many turns each call has."""
        turns = t.turns.c
        query = select(turns.call, func.count()).group_by(turns.call)
        return {str(call): int(n) for call, n in self._connection.execute(query)}

    def replace_speakers(self, call_id: str, roles: Sequence[SpeakerRole]) -> None:
        """Hold these roles in place of the call's others, save what a person corrected; turns and phrases follow."""
        require_call(self._connection, call_id)
        speakers = t.speakers.c
        corrected = (speakers.call == call_id) & (speakers.source == "corrected")
        kept = set(self._connection.scalars(select(speakers.speaker).where(corrected)))
        self._connection.execute(delete(t.speakers).where(speakers.call == call_id, speakers.source != "corrected"))
        names = [column.name for column in _SPEAKER]
        rows = [{"call": call_id} | _to_row(role, names) for role in roles if role.speaker not in kept]
        insert_rows(self._connection, t.speakers, rows)
        self._apply_roles(call_id, t.speakers.c.call == call_id)

    def speakers(self, call_id: str) -> list[SpeakerRole]:
        """Return the roles of a call's speakers, by name."""
        held = select(*_SPEAKER).where(t.speakers.c.call == call_id).order_by(t.speakers.c.speaker)
        return [SpeakerRole(**row) for row in self._connection.execute(held).mappings()]

    def correct_role(self, call_id: str, speaker: str, role: Role) -> None:
        """Take a person's word for the role of a speaker; turns and phrases follow. NotFound if nobody is so called."""
        require_call(self._connection, call_id)
        turns = t.turns.c
        named = set(self._connection.scalars(select(turns.speaker).where(turns.call == call_id).distinct()))
        named |= {held.speaker for held in self.speakers(call_id)}
        if speaker not in named:
            raise NotFound(
                f"No speaker {speaker!r} in call {call_id!r}; there are: {', '.join(sorted(named)) or 'none'}."
            )
        row = {"call": call_id, "speaker": speaker, "role": role, "score": 1.0, "source": "corrected"}
        upsert_rows(self._connection, t.speakers, [row])
        self._apply_roles(call_id, t.speakers.c.speaker == speaker)

    def _apply_roles(self, call_id: str, which: ColumnElement[bool]) -> None:
        """Copy the roles of these speakers to their turns, and those of all the call's turns to their phrases."""
        turns, speakers, phrases = t.turns.c, t.speakers.c, t.phrases.c
        own = (speakers.call == turns.call) & (speakers.speaker == turns.speaker)
        self._connection.execute(
            update(t.turns)
            .where(turns.call == call_id, select(speakers.speaker).where(own, which).exists())
            .values(
                role=select(speakers.role).where(own).scalar_subquery(),
                role_score=select(speakers.score).where(own).scalar_subquery(),
            )
        )
        spoken = select(turns.role).where(turns.call == phrases.call, turns.turn == phrases.turn).scalar_subquery()
        self._connection.execute(
            update(t.phrases).where(phrases.call == call_id, phrases.role != spoken).values(role=spoken)
        )

    def _drop_after(self, call_id: str, n_turns: int) -> None:
        """Delete the turns from this place on, and every moment and phrase that is no slice of a turn before it."""
        turns = t.turns.c
        for table, words, remove in (
            (t.moments, t.moments.c.quote, remove_moments),
            (t.phrases, t.phrases.c.text, remove_phrases),
        ):
            place = table.c
            slice_now = func.substr(turns.text, place.start_char + 1, place.end_char - place.start_char)
            said = (
                (turns.call == place.call) & (turns.turn == place.turn) & (turns.turn < n_turns) & (slice_now == words)
            )
            remove(self._connection, (place.call == call_id) & ~select(turns.turn).where(said).exists())
        self._connection.execute(delete(t.turns).where(turns.call == call_id, turns.turn >= n_turns))


def _to_row(record: Segment | Turn | SpeakerRole, names: Sequence[str]) -> dict[str, Any]:
    """Return the named fields, with words as arrays: a long call has tens of thousands of them."""
    row = {name: getattr(record, name) for name in names}
    if "words" in row:
        row["words"] = [(word.text, word.start_s, word.end_s, word.score) for word in row["words"]]
    return row


def _to_fields(row: RowMapping) -> dict[str, Any]:
    fields: dict[str, Any] = {**row}
    fields["words"] = tuple(Word(*word) for word in fields["words"])
    fields["marks"] = tuple(fields["marks"])
    return fields
