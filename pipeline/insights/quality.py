"""How well moments are found in the calls that are held, stated from a sample that a person labelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.errors import BadInput, Conflict
from pipeline.insights.agreement import CallAgreement, Span, compare
from pipeline.insights.quality_estimates import KindQuality, ReadTurn, estimate
from pipeline.insights.quality_sheet import read_sheet, sample_named, view_items
from pipeline.records import KINDS, Moment, PhraseFilter, text_hash
from pipeline.store.quality import LabelledSpan, QualityItem
from pipeline.store.session import Transaction


@dataclass(frozen=True, slots=True)
class StratumReading:
    """A stratum of the sample: how many turns it holds, how many of them were read, and in how many is a moment."""

    stratum: str
    turns: int
    read: int
    with_moment: int


@dataclass(frozen=True, slots=True)
class QualityReport:
    """Quality by kind, as of the moments that are held now, corrections by people included."""

    sample: str
    drawn_at: datetime
    calls: int
    turns: int
    """The turns that the sample speaks for."""
    read: int
    unread: int
    changed: int
    """Turns whose transcript has changed since they were drawn; they are left out."""
    strata: tuple[StratumReading, ...]
    kinds: tuple[KindQuality, ...]


def load_sheet(tx: Transaction, text: str, *, name: str) -> tuple[str, int]:
    """Keep the labels of a sheet; return the sample's id and how many of its turns were read.

    Raises BadInput with every fault by its line, and NotFound for a sample that is not held; nothing is then kept.
    """
    sample = tx.quality.get(sample_named(text, name=name))
    views = view_items(tx, tx.quality.items(sample.id))
    turns = {view.item.position: view.turn.text for view in views if view.turn is not None}
    read = read_sheet(text, name=name, turns=turns)
    for item in read:
        tx.quality.label(sample.id, item.position, item.labels)
    return sample.id, len(read)


def label_item(tx: Transaction, sample_id: str, position: int, labels: Sequence[LabelledSpan]) -> None:
    """Keep what a person marked in one drawn turn; BadInput for a span outside of it, Conflict if its text changed."""
    tx.quality.get(sample_id)
    for view in view_items(tx, [item for item in tx.quality.items(sample_id) if item.position == position]):
        if view.turn is None:
            raise Conflict(f"The transcript of turn {position} has changed since it was drawn; draw a new sample.")
        for span in labels:
            if not 0 <= span.start_char < span.end_char <= len(view.turn.text):
                raise BadInput(f"The span {span.start_char}:{span.end_char} is not within turn {position}.")
    tx.quality.label(sample_id, position, labels)


def report_quality(tx: Transaction, sample_id: str | None = None) -> QualityReport:
    """Return the quality by the sample that was labelled last, or by the one named.

    Raises NotFound if no sample has been labelled, and Conflict if too little of it has been read.
    """
    sample = tx.quality.latest_read() if sample_id is None else tx.quality.get(sample_id)
    sizes = tx.quality.sizes(sample.id)
    calls = tx.quality.calls(sample.id)
    items = tx.quality.items(sample.id)
    changed = _changed(tx, items)
    read = [item for item in items if item.labels is not None and item.position not in changed]
    for stratum, size in sizes.items():
        if size and not any(item.stratum == stratum for item in read):
            raise Conflict(
                f'Of the {size} turns of "{stratum}", none has been read; nothing can be said without them. '
                f"Read on in sample {sample.id}, or draw a new one with `buyerspeak quality sample`."
            )
    moments = tx.moments.select(PhraseFilter(calls=tuple(calls)))
    agreements = _agreements(read, moments)
    turns = [ReadTurn(item.stratum, a.found, a.gold, a.matched) for item, a in zip(read, agreements, strict=True)]
    found = {kind: sum(moment.kind == kind for moment in moments) for kind in KINDS}
    return QualityReport(
        sample=sample.id,
        drawn_at=sample.drawn_at,
        calls=len(calls),
        turns=sum(sizes.values()),
        read=len(read),
        unread=sum(item.labels is None for item in items),
        changed=len(changed),
        strata=tuple(_strata(sizes, turns)),
        kinds=tuple(estimate(kind, sizes, turns, found[kind]) for kind in KINDS),
    )


def _changed(tx: Transaction, items: Sequence[QualityItem]) -> set[int]:
    """Return the positions of the items whose turn no longer says what it said when it was drawn."""
    hashes = {
        (turn.call, turn.turn): text_hash(turn.text) for turn in tx.talk.all_turns(sorted({i.call for i in items}))
    }
    return {item.position for item in items if hashes.get((item.call, item.turn)) != item.text_hash}


def _agreements(read: Sequence[QualityItem], moments: Sequence[Moment]) -> list[CallAgreement]:
    found: dict[tuple[str, int], list[Span]] = {}
    for moment in moments:
        span = Span(moment.turn, moment.start_char, moment.end_char, moment.kind, moment.category, moment.score)
        found.setdefault((moment.call, moment.turn), []).append(span)
    agreements = []
    for item in read:
        gold = [Span(item.turn, span.start_char, span.end_char, span.kind, span.category) for span in item.labels or ()]
        agreements.append(compare(gold, found.get((item.call, item.turn), [])))
    return agreements


def _strata(sizes: Mapping[str, int], turns: Sequence[ReadTurn]) -> list[StratumReading]:
    return [
        StratumReading(
            stratum,
            size,
            sum(turn.stratum == stratum for turn in turns),
            sum(turn.stratum == stratum and any(turn.gold.values()) for turn in turns),
        )
        for stratum, size in sizes.items()
    ]
