"""The moments that a person labelled in the transcript format."""

from __future__ import annotations

from pipeline.calls.transcripts.node import Node
from pipeline.insights.agreement import Span
from pipeline.records import CATEGORIES, KINDS


def labelled_moments(root: Node) -> tuple[Span, ...] | None:
    """Return the moments of all turns; None if no turn has the field, which means that nobody labelled the call.

    Raises UnreadableFile with the place if a quote is not in its turn, or a kind or category is none of the guide's.
    """
    turns = list(root.at("turns").each())
    if not any(turn.has("moments") for turn in turns):
        return None
    spans: list[Span] = []
    for place, turn in enumerate(turns):
        for label in turn.at("moments").each():
            spans.append(_span(place, turn.at("text").text(), label, spans))
    return tuple(spans)


def _span(turn: int, text: str, label: Node, before: list[Span]) -> Span:
    """Return where a labelled quote stands; one that is labelled twice stands after where it stood before."""
    quote, kind, category = label.at("quote").text(), label.at("kind"), label.at("category")
    if kind.value not in KINDS:
        raise kind.refused(f"must be one of {', '.join(KINDS)}")
    if category.value is not None and category.value not in CATEGORIES:
        raise category.refused(f"must be one of {', '.join(CATEGORIES)}")
    taken = {(span.turn, span.start_char, span.end_char) for span in before}
    start = text.find(quote) if quote else -1
    while start >= 0 and (turn, start, start + len(quote)) in taken:
        start = text.find(quote, start + 1)
    if start < 0:
        raise label.at("quote").refused(f"must be a part of the text of turn {turn}, to the letter")
    return Span(turn, start, start + len(quote), str(kind.value), category.value)
