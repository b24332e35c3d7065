"""Where a sentence ends: enough to cut prose between sentences and never within one."""

from __future__ import annotations

import re

_END = re.compile(r"[.!?…][\"'”’)\]*]*\s+(?=[\"'“‘(\[]?[^\W_a-z])|(?<=[。！？])")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"'“])(?:e\.g|i\.e|etc|vs|cf|approx|incl|no|nos|fig|mr|mrs|ms|dr|prof|st|inc|ltd|co|corp|jr|sr|[a-z])\.$",
    re.IGNORECASE,
)


def split_sentences(text: str) -> list[str]:
    """Return the sentences of a text in one line; joined by single spaces they are the text again."""
    sentences: list[str] = []
    start = 0
    for end in _END.finditer(text):
        sentence = text[start : end.end()].rstrip()
        if sentence and not _ABBREVIATION.search(sentence):
            sentences.append(sentence)
            start = end.end()
    rest = text[start:].strip()
    return [*sentences, rest] if rest else sentences
