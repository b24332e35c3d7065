"""A spotter without weights: whole sentences that hold a usual word; the floor that the trained one must beat."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from models.protocols import Spotted, TurnText

_SENTENCE = re.compile(r"[^.!?]+[.!?]*")
OBJECTION_CUES: Mapping[str, str] = {
    "price": r"expensive|too much money|budget|afford|cheaper|discount|the price|cost(s|ly) too|over what",
    "timing": r"next (quarter|year|month)|not (right )?now|too busy|bad time|later in the year|call me (back )?in",
    "authority": r"my (boss|manager|director|partner|wife)|the board|procurement|sign(ed)? off|run it (by|past)",
    "need": r"don't (really )?need|happy (with|as)|works fine|no problem to solve|too small for",
    "competitor": r"already (use|using|with)|another (vendor|supplier|provider)|competitor|in-house|switch(ing)? from",
    "trust": r"never heard of|references|case stud|proof|burn(t|ed) before|not convinced|sounds too good",
    "product": r"doesn't (do|have|support)|missing|too slow|too limited|can't do",
    "integration": r"integrat|migrat|import (our|the) data|connect (to|with) our|talk to our",
    "security": r"security|gdpr|privacy|compliance|data protection|legal (team|review)",
    "adoption": r"training|learn(ing)? (a|another)|won't use it|too complicated|my team hates|change fatigue",
    "contract": r"contract|auto-?renew|lock(ed)?[ -]in|minimum (term|seats)|payment terms|cancel(lation)?",
    "brushoff": r"not interested|just email me|send me (an email|something)|take (me|us) off|don't call",
}  # fmt: skip
OTHER_CUES: Mapping[str, str] = {
    "signal": r"i love|sign (today|this week)|let's do it|looks great|where do i sign|send (me )?the paperwork",
    "pain": r"waste|takes (hours|days|forever)|nightmare|frustrat|by hand|lose (time|hours|money)|drives me",
    "goal": r"we (need|want) to|i want to|we'd like to|our goal|the aim",
}


class KeywordSpotter:
    """Marks sentences by their words; the scores are constants and mean nothing."""

    name = "keywords-1"

    def spot(self, turns: Sequence[TurnText]) -> list[list[Spotted]]:
        """Return the moments of each turn of one call, in order; turns that are not a customer's give none."""
        return [list(_spotted(turn.text)) if turn.role == "customer" else [] for turn in turns]


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Return the sentences of a text as (start_char, end_char), in order."""
    spans = []
    for found in _SENTENCE.finditer(text):
        start = found.start() + len(found[0]) - len(found[0].lstrip())
        end = start + len(found[0].strip())
        if end > start:
            spans.append((start, end))
    return spans


def _spotted(text: str) -> Iterator[Spotted]:
    for start, end in sentence_spans(text):
        kind, category = _judged(text[start:end].lower())
        if kind is not None:
            yield Spotted(start, end, kind, category, "asserted", 0.9)


def _judged(sentence: str) -> tuple[str | None, str | None]:
    for category, cues in OBJECTION_CUES.items():
        if re.search(cues, sentence):
            return "objection", category
    for kind, cues in OTHER_CUES.items():
        if re.search(cues, sentence):
            return kind, None
    return ("question", None) if sentence.endswith("?") else (None, None)
