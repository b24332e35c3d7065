"""Full text over the phrases: the same words find the same phrases in SQLite (FTS5) and PostgreSQL (tsvector).

Both stem English and keep every word; what users type is cut into plain words here, so that no query syntax passes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import islice
from operator import add
from typing import Any, Literal, Protocol

from sqlalchemy import (
    REAL,
    Boolean,
    ColumnElement,
    Connection,
    Double,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    column,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import REGCONFIG, TSQUERY, TSVECTOR

from pipeline.errors import BadInput
from pipeline.records import PhraseFilter
from pipeline.store import tables as t
from pipeline.store.filters import Condition, of_phrases

Mode = Literal["any", "all", "phrase"]

# Words that say nothing about what is meant. "Not", "no" and "without" are missing on purpose.
STOP_WORDS = frozenset(
    (
        "a about am an and are as at be been being but by did do does for from had has have he her him his i if in into"
        " is it its me my of on or our she so than that the their them then there these they this those to us was we"
        " were what when which who will with would you your"
    ).split()
)

# PostgreSQL plans a query of this many terms in half a second, and of ten times as many in ten.
_MAX_UNITS = 256
_K1 = 1.2
_B = 0.75
_ENGLISH = cast("buyerspeak_english", REGCONFIG)
_SAID = (t.phrases.c.id, t.phrases.c.call, t.phrases.c.turn, t.phrases.c.moment, t.phrases.c.text)
_MOST_RANKED = 20_000
"""Phrases that one question ranks by words at most (SQLite, 15 ms); beyond them stand words that tell little."""
_NEWEST = 100_000
"""Phrases whose words PostgreSQL offers for a misspelt one; it keeps no list of words as they are spelt."""


@dataclass(frozen=True, slots=True)
class Said:
    """A phrase that holds what was asked for word for word; `words` are all of its words with a space between them."""

    phrase: int
    call: str
    turn: int
    is_moment: bool
    score: float
    words: str


class FullText(Protocol):
    """What a database must offer."""

    def ranked(self, units: Sequence[str], *, needs_all: bool, conditions: Sequence[Condition]) -> Select[Any]:
        """Return a query for (id, call, turn, moment, score, text) of the phrases that hold the units, best first.

        A unit is a word, or words in a row with a space between them; scores are above 0.
        """
        ...

    def holding(self, unit: str) -> ColumnElement[bool]:
        """Return the condition that any phrase holds the unit, its words in whatever form."""
        ...

    def telling(self, connection: Connection, units: Sequence[str]) -> Sequence[str]:
        """Return those of the units, at least one, that can be ranked in time: the rarest."""
        ...

    def vocabulary(self, connection: Connection) -> list[tuple[str, int]]:
        """Return words as they are spelt, lower case, and how many phrases hold each."""
        ...

    def purge(self, connection: Connection) -> None:
        """Overwrite what removed phrases left in the index."""
        ...


def purge_words(connection: Connection) -> None:
    """Leave no trace of removed phrases in the full text, as far as the database lets a transaction do that."""
    _FULL_TEXTS[connection.dialect.name].purge(connection)


class Words:
    """Finds phrases by their words."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def match(
        self,
        terms: Sequence[str],
        *,
        mode: Mode,
        filter: PhraseFilter,  # noqa: A002  the word of the domain
        limit: int,
    ) -> list[tuple[int, float]]:
        """Return (phrase id, score) of at most `limit` phrases that pass, best first; the score is above 0.

        "any" and "all" stem the terms and pass over words such as "the" unless there are no others. "phrase" wants the
        terms' very words in a row. Terms without a letter or digit find nothing, nor do no terms. Raises BadInput for
        more than 256 different terms.
        """
        words = [words_of(term) for term in terms]
        units: Sequence[str] = (
            [" ".join(word for term in words for word in term)] if mode == "phrase" else _telling(words)
        )
        if not any(units):
            return []
        if len(units) > _MAX_UNITS:
            raise BadInput(f"A question of {len(units)} different words is too long; ask with {_MAX_UNITS} at most.")
        if mode == "phrase":
            return [(said.phrase, said.score) for said in islice(self._said(units, filter), limit)]
        if mode == "any":
            units = self._full_text.telling(self._connection, units)
        ranked = self._full_text.ranked(units, needs_all=mode == "all", conditions=of_phrases(filter))
        return [(row.id, row.score) for row in self._connection.execute(ranked.limit(limit))]

    def verbatim(self, wanted: Sequence[str], *, filter: PhraseFilter) -> list[Said]:  # noqa: A002
        """Return every phrase that passes and holds each of the wanted stretches word for word, best first.

        Case and punctuation do not matter. Stretches without a letter or digit are passed over; no others find nothing.
        """
        units = list(dict.fromkeys(unit for stretch in wanted if (unit := " ".join(words_of(stretch)))))
        return list(self._said(units, filter)) if units else []

    def unknown(self, words: Sequence[str]) -> list[str]:
        """Return those of the words that no phrase holds in any form; each is one word of letters and digits."""
        if not words:
            return []
        held = self._connection.execute(select(*(self._full_text.holding(word) for word in words))).one()
        return [word for word, is_held in zip(words, held, strict=True) if not is_held]

    def vocabulary(self) -> list[tuple[str, int]]:
        """Return words as they are spelt, lower case, and how many phrases hold each; on PostgreSQL the newest."""
        return self._full_text.vocabulary(self._connection)

    @property
    def _full_text(self) -> FullText:
        return _FULL_TEXTS[self._connection.dialect.name]

    def _said(self, units: Sequence[str], filter: PhraseFilter) -> Iterator[Said]:  # noqa: A002
        ranked = self._full_text.ranked(units, needs_all=True, conditions=of_phrases(filter))
        with self._connection.execute(ranked.execution_options(yield_per=500)) as rows:
            for row in rows:
                words = " ".join(words_of(row.text))
                if all(f" {unit} " in f" {words} " for unit in units):
                    yield Said(row.id, row.call, row.turn, row.moment is not None, row.score, words)


def words_of(written: str) -> list[str]:
    """Return the words, lower case, without anything that is neither letter nor digit."""
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFC", written).lower())


def _telling(terms: Sequence[Sequence[str]]) -> list[str]:
    """Return each term once, leaving out stop words if anything else is left."""
    units = list(dict.fromkeys(" ".join(words) for words in terms if words))
    return [unit for unit in units if unit not in STOP_WORDS] or units


class Fts5:
    """SQLite's index, which `phrases` keeps in step by triggers."""

    def ranked(self, units: Sequence[str], *, needs_all: bool, conditions: Sequence[Condition]) -> Select[Any]:
        """Rank by FTS5's own BM25, which is negative: the better, the lower."""
        phrases_words = table("phrases_words", column("rowid"))
        query = (" AND " if needs_all else " OR ").join(f'"{unit}"' for unit in units)
        found = (
            select(phrases_words.c.rowid.label("id"), (-literal_column("bm25(phrases_words)", REAL)).label("score"))
            .where(text("phrases_words MATCH :query").bindparams(query=query))
            .cte("found")
            # Otherwise SQLite may look every filtered phrase up in the index, one by one.
            .prefix_with("MATERIALIZED")
        )
        joined = t.phrases.join(found, found.c.id == t.phrases.c.id)
        ranked = select(*_SAID, found.c.score).select_from(joined).where(*conditions)
        return ranked.order_by(found.c.score.desc(), t.phrases.c.id)

    def holding(self, unit: str) -> ColumnElement[bool]:
        """Ask the index for one match."""
        phrases_words = table("phrases_words", column("rowid"))
        matches = text("phrases_words MATCH :unit").bindparams(bindparam("unit", f'"{unit}"', unique=True))
        # Joined to the phrases, which viewers do not see all of.
        joined = t.phrases.join(phrases_words, phrases_words.c.rowid == t.phrases.c.id)
        return select(t.phrases.c.id).select_from(joined).where(matches).exists()

    def telling(self, connection: Connection, units: Sequence[str]) -> Sequence[str]:
        """Go by how many phrases spell a unit's first word that way."""
        spelt = {unit: unit.split()[0] for unit in units}
        vocabulary = table("phrases_vocabulary", column("term"), column("doc"))
        query = select(vocabulary.c.term, vocabulary.c.doc).where(vocabulary.c.term.in_(set(spelt.values())))
        n_holding: dict[str, int] = {row.term: row.doc for row in connection.execute(query)}
        rarest = sorted(units, key=lambda unit: n_holding.get(spelt[unit], 0))
        total = 0
        for place, unit in enumerate(rarest):
            total += n_holding.get(spelt[unit], 0)
            if total > _MOST_RANKED:
                return rarest[: max(1, place)]
        return units

    def vocabulary(self, connection: Connection) -> list[tuple[str, int]]:
        """Read the index's own list of words."""
        vocabulary = table("phrases_vocabulary", column("term"), column("doc"))
        return [(row.term, row.doc) for row in connection.execute(select(vocabulary.c.term, vocabulary.c.doc))]

    def purge(self, connection: Connection) -> None:
        """Merge each index into one piece: FTS5 only marks words as removed until then (0.2 s for 120,000 phrases)."""
        for name in ("phrases_words", "phrases_spelling"):
            connection.execute(text(f"insert into {name}({name}) values ('optimize')"))


class TsVector:
    """PostgreSQL's index on the generated column `phrases.words`."""

    def ranked(self, units: Sequence[str], *, needs_all: bool, conditions: Sequence[Condition]) -> Select[Any]:
        """Rank by BM25 with each unit counted once per phrase: PostgreSQL's own ranks know no rarity of words."""
        words: ColumnElement[Any] = literal_column("phrases.words", TSVECTOR)
        queries = [func.phraseto_tsquery(_ENGLISH, unit, type_=TSQUERY) for unit in units]
        holds = [words.op("@@", return_type=Boolean())(query) for query in queries]
        rarity = reduce(add, (case((held, _idf(held)), else_=literal(0.0, Double)) for held in holds))
        length = cast(func.length(words), Double)
        saturation = (_K1 + 1) / (1 + _K1 * (1 - _B + _B * length / func.avg(length, type_=Double).over()))
        score = (rarity * saturation).label("score")
        wanted = (and_ if needs_all else or_)(*holds)
        ranked = select(*_SAID, score).where(wanted, *conditions)
        return ranked.order_by(score.desc(), t.phrases.c.id)

    def holding(self, unit: str) -> ColumnElement[bool]:
        """Ask the index for one match."""
        words: ColumnElement[Any] = literal_column("phrases.words", TSVECTOR)
        query = func.phraseto_tsquery(_ENGLISH, unit, type_=TSQUERY)
        return select(t.phrases.c.id).where(words.op("@@", return_type=Boolean())(query)).exists()

    def telling(self, connection: Connection, units: Sequence[str]) -> Sequence[str]:  # noqa: ARG002
        """Rank by all."""
        return units

    def vocabulary(self, connection: Connection) -> list[tuple[str, int]]:
        """Cut the newest phrases into words."""
        newest = select(t.phrases.c.text).order_by(t.phrases.c.id.desc()).limit(_NEWEST).subquery()
        word = func.regexp_split_to_table(func.lower(newest.c.text), "[^[:alnum:]]+", type_=Text()).label("word")
        words = select(word).subquery()
        query = select(words.c.word, func.count()).where(words.c.word != "").group_by(words.c.word)
        return [(found, n) for found, n in connection.execute(query)]

    def purge(self, connection: Connection) -> None:
        """Do nothing: dead rows go when PostgreSQL vacuums, which no transaction may ask for."""


def _idf(held: ColumnElement[bool]) -> ColumnElement[float]:
    """Return how telling it is that a phrase holds a unit, by the share of all phrases that do."""
    everything = select(func.count()).select_from(t.phrases)
    n_phrases = cast(everything.scalar_subquery(), Double)
    n_holding = cast(everything.where(held).correlate(None).scalar_subquery(), Double)
    return func.ln(1 + (n_phrases - n_holding + 0.5) / (n_holding + 0.5), type_=Double)


_FULL_TEXTS: dict[str, FullText] = {"sqlite": Fts5(), "postgresql": TsVector()}
