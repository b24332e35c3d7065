"""Held calls beside what people wrote down of them: words, speakers, roles, and moments where they are labelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import BadInput, BuyerspeakError, NotFound
from pipeline.insights.agreement import Agreement, CallAgreement, Span, compare, summarise
from pipeline.insights.alignment import align, placed_words
from pipeline.insights.call_measures import MEASURES, ReferencedCall, Scoring, measure_call
from pipeline.insights.rates import Rate, rate
from pipeline.insights.reference import Reference
from pipeline.records import Call, Moment, PhraseFilter, Turn
from pipeline.store.session import Store, Transaction


@dataclass(frozen=True, slots=True)
class CallEvaluation:
    """How one call is held."""

    call: str
    source: str
    references: tuple[str, ...]
    """The names of the files."""
    measures: Mapping[str, Rate]
    moments: Mapping[str, int] | None
    """How many are labelled, found, and both."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How all the calls are held; a measure without a value tells its reason."""

    measures: Mapping[str, Rate]
    moments: Agreement | None
    """None where no reference has labelled moments."""
    calls: tuple[CallEvaluation, ...]


def match_references(
    store: Store, references: Sequence[Reference]
) -> tuple[list[ReferencedCall], list[BuyerspeakError]]:
    """Return the held calls that references name, with what each tells of them, and what had to be refused.

    A call may have one reference with words and one RTTM; a reference that names no held call is refused.
    """
    found: dict[str, tuple[Call, list[Reference]]] = {}
    refused: list[BuyerspeakError] = []
    with store.read() as tx:
        calls = tx.calls.all()
    for reference in references:
        try:
            call = _held_call(calls, reference)
            given = found.setdefault(call.id, (call, []))[1]
            _refuse_second(given, reference, call)
            given.append(reference)
        except BuyerspeakError as error:
            refused.append(error)
    return [_pair(call, given) for call, given in found.values()], refused


def _held_call(calls: Sequence[Call], reference: Reference) -> Call:
    """Return the held call that is named by its id, or by the base name of its file."""
    named = [call for name in reference.names for call in calls if call.id == name]
    alike = named[:1] or [call for call in calls if Path(call.source).stem in reference.names]
    if len(alike) == 1:
        return alike[0]
    names = " or ".join(repr(name) for name in reference.names)
    if not alike:
        raise NotFound(f"{reference.file}: no held call is named {names}. Run `buyerspeak ingest` on it first.")
    ids = ", ".join(call.id for call in alike)
    raise NotFound(f"{reference.file}: several held calls are named {names}: {ids}. Name it by one of these ids.")


def _refuse_second(given: Sequence[Reference], reference: Reference, call: Call) -> None:
    for other in given:
        if other.has_words == reference.has_words:
            what = "words" if reference.has_words else "turns"
            raise BadInput(f"{reference.file}: {other.file} gives the {what} of call {call.id} already. Give one.")


def _pair(call: Call, given: Sequence[Reference]) -> ReferencedCall:
    words = next((reference for reference in given if reference.has_words), None)
    times = next((reference for reference in given if not reference.has_words), None)
    return ReferencedCall(call, words, times or given[0])


def evaluate(store: Store, pairs: Sequence[ReferencedCall], scoring: Scoring) -> Evaluation:
    """Measure held calls beside their references, each by itself and all together."""
    measured, agreements, rows = [], [], []
    with store.read() as tx:
        for pair in pairs:
            turns = tx.talk.turns(pair.call.id)
            measures = measure_call(pair, turns, scoring)
            agreement = _agreement(tx, pair, turns)
            measured.append(measures)
            rows.append(_row(pair, {name: rate([measures[name]]) for name in MEASURES}, agreement))
            if agreement:
                agreements.append(agreement)
    totals = {name: rate([measures[name] for measures in measured]) for name in MEASURES}
    return Evaluation(totals, summarise(agreements) if agreements else None, tuple(rows))


def _row(pair: ReferencedCall, measures: Mapping[str, Rate], agreement: CallAgreement | None) -> CallEvaluation:
    files = dict.fromkeys(reference.file for reference in (pair.words, pair.times) if reference)
    counts = None
    if agreement:
        sides = {"gold": agreement.gold, "found": agreement.found, "matched": agreement.matched}
        counts = {name: kinds.total() for name, kinds in sides.items()}
    return CallEvaluation(pair.call.id, pair.call.source, tuple(files), measures, counts)


def _agreement(tx: Transaction, pair: ReferencedCall, turns: Sequence[Turn]) -> CallAgreement | None:
    if pair.words is None or pair.words.moments is None:
        return None
    moments = tx.moments.select(PhraseFilter(calls=(pair.call.id,)))
    return compare(pair.words.moments, _placed(moments, turns, [turn.text for turn in pair.words.turns]))


def _placed(moments: Sequence[Moment], turns: Sequence[Turn], texts: Sequence[str]) -> list[Span]:
    """Return held moments as spans of the labelled text; the same text needs no alignment."""
    if [turn.text for turn in turns] == list(texts):
        return [Span(m.turn, m.start_char, m.end_char, m.kind, m.category, m.score) for m in moments]
    heard, said = placed_words([turn.text for turn in turns]), placed_words(texts)
    pairs = align(heard, said)
    spans = []
    for moment in moments:
        places = [
            pairs[place]
            for place, word in enumerate(heard)
            if place in pairs
            and word.turn == moment.turn
            and word.start_char < moment.end_char
            and word.end_char > moment.start_char
        ]
        if places:
            turn = max({said[p].turn for p in places}, key=lambda t: sum(said[p].turn == t for p in places))
            inside = [said[p] for p in places if said[p].turn == turn]
            start, end = min(w.start_char for w in inside), max(w.end_char for w in inside)
            spans.append(Span(turn, start, end, moment.kind, moment.category, moment.score))
    return spans
