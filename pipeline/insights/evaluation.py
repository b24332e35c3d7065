"""Held calls beside a person's labels: moments, roles and words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import BadInput, NotFound
from pipeline.insights.agreement import Agreement, CallAgreement, Span, compare, summarise
from pipeline.insights.alignment import PlacedWord, align, placed_words, word_error_rate
from pipeline.records import Call, PhraseFilter, Turn
from pipeline.store.session import Store, Transaction


@dataclass(frozen=True, slots=True)
class LabelledFile:
    """A call as a person labelled it."""

    name: str
    texts: tuple[str, ...]
    roles: tuple[str, ...]
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How held calls agree with labelled ones; word error rate is None where no call was transcribed here."""

    moments: Agreement
    role_accuracy: float
    """The share of words whose speaker's role is right."""
    word_error_rate: float | None
    n_words: int


def read_labelled_file(path: Path) -> LabelledFile:
    """Read a labelled call: the transcript format with `moments` on its turns.

    Raises BadInput naming file and turn if a quote is not in its turn or something is missing.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
        turns: Sequence[Mapping[str, Any]] = content["turns"]
        texts = tuple(str(turn["text"]) for turn in turns)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(f"{path.name} is not a labelled call in the transcript format: {error!r}") from error
    spans: list[Span] = []
    for place, turn in enumerate(turns):
        for label in turn.get("moments", []):
            spans.append(_span(path, place, turn["text"], label, spans))
    roles = tuple(str(turn.get("role", "unknown")) for turn in turns)
    return LabelledFile(str(content.get("id") or path.stem), texts, roles, tuple(spans))


def _span(path: Path, turn: int, text: str, label: Mapping[str, Any], before: Sequence[Span]) -> Span:
    """Return where a labelled quote stands; one that is labelled twice stands after where it stood before."""
    quote = label.get("quote", "")
    taken = {(span.turn, span.start_char, span.end_char) for span in before}
    start = text.find(quote) if quote else -1
    while start >= 0 and (turn, start, start + len(quote)) in taken:
        start = text.find(quote, start + 1)
    if start < 0:
        raise BadInput(f"{path.name}: turn {turn} does not hold the labelled quote {quote!r}.")
    return Span(turn, start, start + len(quote), str(label.get("kind")), label.get("category"))


def evaluate(store: Store, files: Sequence[tuple[Path, LabelledFile]]) -> Evaluation:
    """Score the held calls that the labelled ones name by id, or by the file's base name.

    Raises NotFound naming the first that is not held.
    """
    agreements: list[CallAgreement] = []
    right = total = 0
    rates: list[tuple[float, int]] = []
    with store.read() as tx:
        for path, labelled in files:
            call = held_call(tx, path, labelled)
            turns = tx.talk.turns(call.id)
            heard = placed_words([turn.text for turn in turns])
            said = placed_words(labelled.texts)
            pairs = align(heard, said)
            agreements.append(compare(labelled.spans, _found(tx, call, labelled, heard, said, pairs)))
            known = [(h, s) for h, s in pairs.items() if labelled.roles[said[s].turn] != "unknown"]
            right += sum(turns[heard[h].turn].role == labelled.roles[said[s].turn] for h, s in known)
            total += len(known)
            if call.form == "audio":
                rate = word_error_rate([word.text for word in heard], [word.text for word in said])
                rates.append((rate, len(said)))
    n_words = sum(n for _, n in rates)
    rate_all = sum(rate * n for rate, n in rates) / n_words if n_words else None
    return Evaluation(summarise(agreements), right / total if total else 0.0, rate_all, total)


def held_call(tx: Transaction, path: Path, labelled: LabelledFile) -> Call:
    """Return the held call that a labelled one names by its id, or by the base name of its file; NotFound if none."""
    calls = tx.calls.all()
    named = [call for call in calls if call.id == labelled.name]
    alike = [call for call in calls if Path(call.source).stem == path.stem]
    if named or len(alike) == 1:
        return (named or alike)[0]
    raise NotFound(f"{path.name}: no held call is named {labelled.name!r}. Run `buyerspeak ingest` on it first.")


def _found(
    tx: Transaction,
    call: Call,
    labelled: LabelledFile,
    heard: Sequence[PlacedWord],
    said: Sequence[PlacedWord],
    pairs: Mapping[int, int],
) -> list[Span]:
    """Return the held moments of a call as spans of the labelled text; the same text needs no alignment."""
    moments = tx.moments.select(PhraseFilter(calls=(call.id,)))
    turns: list[Turn] = tx.talk.turns(call.id)
    if tuple(turn.text for turn in turns) == labelled.texts:
        return [Span(m.turn, m.start_char, m.end_char, m.kind, m.category, m.score) for m in moments]
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
