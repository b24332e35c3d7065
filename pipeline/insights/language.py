"""They say, you say: customers' wording beside that of collateral and of reps, over all and by theme."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from models.protocols import Encoder
from pipeline.collateral.records import Passage
from pipeline.held_encoder import HeldEncoder
from pipeline.insights.answers_given import exchanges_after
from pipeline.insights.coverage import read_shelf
from pipeline.insights.language_counts import LEAST_UNITS, SIDES, Counts, Piece, Side, count_phrases, units_using
from pipeline.insights.language_odds import FALSE_SHARE, Numbers, Odds, chance_scores, false_shares, log_odds
from pipeline.insights.language_pairs import Pair, find_pairs, vectors_in_context
from pipeline.insights.language_phrases import content_of, names_in
from pipeline.insights.language_records import Contrast, Count, Language, Message, Wording, WordPair
from pipeline.insights.language_uses import Quoting, Uses, contexts_of, message
from pipeline.insights.theme_reading import theme_moments
from pipeline.records import Call, PhraseFilter, Turn
from pipeline.store.session import Transaction

SHOWN: Final = 20
"""Phrases and pairs of each list."""
_OTHERS: Final[tuple[Side, ...]] = ("collateral", "reps")
_RANKED: Final = 400
_AS_MANY: Final = 0.75
_MEANT: Final = 500
"""Phrases that are compared by meaning, those of most accounts and passages first."""
_CONTEXTS: Final = 2
"""Sentences of each side that a phrase's meaning is read from."""
_NEAR_PASSAGES: Final = 12
_LEAST_NEAR: Final = 0.3
"""Passages of a theme: the nearest to what customers say of it, if they are at least this near."""
_LEAST_OF_THEME: Final = 2


@dataclass(frozen=True, slots=True)
class Corpus:
    """All that is said and written, in pieces; turns that hold a withdrawn quote are left out."""

    pieces: tuple[Piece, ...]
    calls: Mapping[str, Call]
    turns: Mapping[tuple[str, int], Turn]
    passages: tuple[Passage, ...]
    names: frozenset[str]
    """Words that are names, and count for nobody."""


def read_corpus(tx: Transaction) -> Corpus:
    """Return what customers and reps said and what collateral says."""
    calls = {call.id: call for call in tx.calls.all()}
    withdrawn = {(one.call, one.turn) for one in tx.moments.select(PhraseFilter(states=("withdrawn",)))}
    turns = {
        (turn.call, turn.turn): turn
        for turn in tx.talk.all_turns()
        if turn.role != "unknown" and (turn.call, turn.turn) not in withdrawn
    }
    passages = tuple(tx.collateral.passages())
    names = names_in([*(turn.text for turn in turns.values()), *(passage.text for passage in passages)])
    pieces = [*_said(turns.values(), calls), *(_written(passage) for passage in passages)]
    return Corpus(tuple(pieces), calls, turns, passages, names)


def _said(turns: Iterable[Turn], calls: Mapping[str, Call]) -> Iterator[Piece]:
    for turn in turns:
        side: Side = "reps" if turn.role == "rep" else "customers"
        unit = str(calls[turn.call].metadata.get("account") or turn.call)
        yield Piece(side, unit, turn.text, call=turn.call, turn=turn.turn)


def _written(passage: Passage) -> Piece:
    return Piece("collateral", passage.id, passage.text, passage=passage.id)


def read_language(tx: Transaction, encoder: Encoder, theme: str | None = None) -> Language:
    """Return the wording of all that is said and written, or of one theme; NotFound for a theme that is not held.

    Of a theme are the turns that hold its moments, what reps replied to these, and the passages nearest in meaning;
    what is said and written of other things then is what either side is expected to say.
    """
    corpus = read_corpus(tx)
    pieces, label = corpus.pieces, "All that is said"
    if theme is not None:
        pieces, label = _of_theme(tx, corpus, theme, encoder), tx.themes.get(theme).label
    counts = count_phrases(pieces, left_out=corpus.names, least=LEAST_UNITS if theme is None else _LEAST_OF_THEME)
    reading = _Reading(corpus, pieces, counts, encoder)
    contrasts = tuple(found for side in _OTHERS if (found := reading.contrast(side)) is not None)
    units = {piece.unit for piece in pieces if piece.side == "customers"}
    written = [passage for passage in corpus.passages if passage.id in {piece.passage for piece in pieces}]
    return Language(
        theme=theme,
        label=label,
        n_calls=len({piece.call for piece in pieces if piece.side == "customers"}),
        n_accounts=len(units),
        n_passages=len(written),
        n_documents=len({passage.document for passage in written}),
        contrasts=contrasts,
        messages=tuple(reading.messages()),
    )


def _of_theme(tx: Transaction, corpus: Corpus, theme: str, encoder: Encoder) -> tuple[Piece, ...]:
    moments = [moment for moment in theme_moments(tx, theme) if moment.state != "withdrawn"]
    places = {(moment.call, moment.turn) for moment in moments}
    for exchange in exchanges_after(tx, moments).values():
        places |= {(said.call, said.turn) for said in exchange.answers}
    shelf = read_shelf(tx, encoder)
    near: set[str] = set()
    if shelf.passages and moments:
        centre = HeldEncoder(tx, encoder).encode([moment.quote for moment in moments]).mean(axis=0)
        cosines = shelf.vectors @ (centre / max(float(np.linalg.norm(centre)), 1e-12))
        best = np.argsort(-cosines, kind="stable")[:_NEAR_PASSAGES]
        near = {shelf.passages[place].id for place in best if cosines[place] >= _LEAST_NEAR}
    return tuple(piece for piece in corpus.pieces if (piece.call, piece.turn) in places or piece.passage in near)


class _Reading:
    """The counts of some pieces, the meanings of their phrases, and where they are used."""

    def __init__(self, corpus: Corpus, pieces: tuple[Piece, ...], counts: Counts, encoder: Encoder) -> None:
        self._corpus, self._pieces, self._counts = corpus, pieces, counts
        dates = {name: str(call.metadata.get("recorded_at") or "") for name, call in corpus.calls.items()}
        wanted = frozenset(counts.phrases)
        self._uses = Uses(pieces, wanted, dates)
        self._all_uses = self._uses if pieces is corpus.pieces else Uses(corpus.pieces, wanted, dates)
        self._you: list[int] = []
        self._instead: dict[int, tuple[str, str]] = {}
        self._quoting = Quoting(corpus.calls, corpus.turns, corpus.passages)
        self._background = background(counts, corpus, wanted if pieces is not corpus.pieces else frozenset())
        meant = counts.phrases[:_MEANT]
        contexts = [list(contexts_of(self._uses, phrase, SIDES, _CONTEXTS)) for phrase in meant]
        self._vectors = vectors_in_context(meant, contexts, encoder)

    def contrast(self, other: Side) -> Contrast | None:
        """Return customers beside one side; None where that says nothing."""
        ours, theirs = self._counts.of_side("customers"), self._counts.of_side(other)
        if not ours.any() or not theirs.any():
            return None
        both = ours | theirs
        uses, sizes, is_first = self._counts.uses[both], self._counts.sizes[both], ours[both]
        told = _Told(other, uses, sizes, is_first, self._background)
        sub = Counts(self._counts.phrases, self._counts.sides[both], uses, sizes, self._counts.spelled)
        enough = uses.sum(axis=0) >= _LEAST_OF_THEME
        chosen = [place for place in range(len(self._vectors)) if enough[place]]
        pairs = find_pairs(sub, is_first, chosen, self._vectors[chosen])
        you = self._best(told, is_they=False)
        if other == "collateral":
            self._you = you
            self._instead = {pair.theirs: self._phrase(pair.ours) for pair in pairs if _is_told_apart(pair)}
        return Contrast(
            other=other,
            n_customers=int(is_first.sum()),
            n_others=int((~is_first).sum()),
            pairs=tuple(self._pair(pair, told) for pair in pairs[:SHOWN]),
            they=tuple(self._wording(place, told, True) for place in self._best(told, is_they=True)),
            you=tuple(self._wording(place, told, False) for place in you),
        )

    def _best(self, told: _Told, *, is_they: bool, most: int = SHOWN, least_words: int = 1) -> list[int]:
        """Return the most distinctive phrases; of those that share their words one, the longer if as many use it."""
        z, count = (told.odds.z, told.first) if is_they else (-told.odds.z, told.second)
        words = [content_of(phrase) for phrase in self._counts.phrases]
        order = [place for place in np.argsort(-z, kind="stable").tolist() if z[place] > 0]
        order = [p for p in order if count[p] >= _LEAST_OF_THEME and len(words[p]) >= least_words][:_RANKED]
        best: list[int] = []
        for place in order:
            longer = [p for p in order if words[p] > words[place] and count[p] >= _AS_MANY * count[place]]
            said = any(words[place] <= words[other] or words[other] <= words[place] for other in best)
            if not longer and not said:
                best.append(place)
            if len(best) == most:
                break
        return best

    def _pair(self, pair: Pair, told: _Told) -> WordPair:
        return WordPair(
            they=self._wording(pair.ours, told, True),
            you=self._wording(pair.theirs, told, False),
            cosine=pair.cosine,
            p_value=pair.p_value,
            false_share=pair.false_share,
            is_told_apart=_is_told_apart(pair),
        )

    def _phrase(self, place: int) -> tuple[str, str]:
        return self._counts.phrases[place], self._counts.spelled[self._counts.phrases[place]]

    def _wording(self, place: int, told: _Told, is_they: bool) -> Wording:
        key, spelled = self._phrase(place)
        sign, error = (1 if is_they else -1), float(told.odds.error[place])
        odds = sign * float(told.odds.log_odds[place])
        sides = (Count(int(told.first[place]), told.n_first), Count(int(told.second[place]), told.n_second))
        side: Side = "customers" if is_they else told.other
        first = self._uses.told_of_units(key, side)
        return Wording(
            phrase=spelled,
            log_odds=odds,
            low=odds - 1.96 * error,
            high=odds + 1.96 * error,
            z=odds / error,
            false_share=float(told.false_share[place]),
            is_told_apart=bool(told.false_share[place] <= FALSE_SHARE),
            ours=sides[0 if is_they else 1],
            theirs=sides[1 if is_they else 0],
            unprompted=self._all_uses.unprompted(key, {use.piece.unit for use in first}) if is_they else None,
            uses=self._quoting.of(first),
        )

    def messages(self) -> list[Message]:
        """Return what became of collateral's wording: its distinctive phrases and those that reps took over."""
        n_calls = len({piece.call for piece in self._corpus.pieces if piece.call})
        told = [
            message(
                *self._phrase(place),
                self._instead.get(place),
                self._all_uses,
                self._quoting,
                n_calls=n_calls,
                n_passages=len(self._corpus.passages),
            )
            for place in dict.fromkeys([*self._instead, *self._taken_over(), *self._you])
        ]
        return sorted(told, key=lambda one: (-one.said.n, -one.written.n, one.phrase))

    def _taken_over(self) -> list[int]:
        """Return the longer phrases that collateral and reps share, those of most accounts first."""
        written, said = (self._counts.uses[self._counts.of_side(side)].sum(axis=0) for side in ("collateral", "reps"))
        shared = [
            place
            for place in np.argsort(-said, kind="stable").tolist()
            if written[place] and said[place] and len(content_of(self._counts.phrases[place])) > 1
        ]
        return shared[:SHOWN]


def _is_told_apart(pair: Pair) -> bool:
    return max(pair.false_share, pair.p_value) <= FALSE_SHARE


class _Told:
    """The log-odds of all phrases between customers and another side, and what chance gives."""

    def __init__(
        self,
        other: Side,
        uses: npt.NDArray[np.float32],
        sizes: Numbers,
        is_first: npt.NDArray[np.bool_],
        background: Numbers,
    ) -> None:
        self.other = other
        self.first, self.second = uses[is_first].sum(axis=0), uses[~is_first].sum(axis=0)
        self.n_first, self.n_second = int(is_first.sum()), int((~is_first).sum())

        def odds(labels: npt.NDArray[np.bool_]) -> Odds:
            first, second = uses[labels].sum(axis=0), uses[~labels].sum(axis=0)
            sums = (float(sizes[labels].sum()), float(sizes[~labels].sum()))
            return log_odds(first.astype(np.float64), second.astype(np.float64), *sums, background)

        self.odds = odds(is_first)
        chance = chance_scores(is_first, lambda labels: np.abs(odds(labels).z))
        self.false_share = false_shares(np.abs(self.odds.z), chance)


def background(counts: Counts, corpus: Corpus, wanted: frozenset[str]) -> Numbers:
    """Return the share of each phrase in all that is held; with no `wanted`, the counts are of all that is held."""
    if not wanted:
        total = max(float(counts.sizes.sum()), 1.0)
        shares: Numbers = counts.uses.sum(axis=0).astype(np.float64) / total
        return shares
    users, total = units_using(corpus.pieces, wanted, left_out=corpus.names)
    return np.array([users.get(phrase, 0) for phrase in counts.phrases], np.float64) / max(total, 1)
