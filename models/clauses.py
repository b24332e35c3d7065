"""Turns cut into clauses, the smallest stretches that can make a point alone. The only import of spacy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from models.weights import WEIGHTS, weights_folder

_SPLITTING = frozenset({"conj", "ccomp", "advcl", "parataxis", "relcl"})
"""Relations whose verb may open a clause of its own."""
_JOINED = frozenset({"advcl", "relcl", "ccomp"})
"""Of these, only those set off by a comma, dash or semicolon are cut: "because we pay twice" keeps its reason."""
_MIN_WORDS = 3
_PAUSES = frozenset({",", ";", ":", "–", "—", "-", "..."})


class ClauseSplitter:
    """Cuts text with spaCy's parser. Weights are loaded at first use."""

    def __init__(self, model: str = "en_core_web_sm") -> None:
        """Choose the spaCy model: the installed one, or any name or folder that spaCy can load."""
        self.name = model

    def split(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """Return for each text its clauses as (start_char, end_char), in order, together covering every word."""
        docs = parser(self.name).pipe(texts, batch_size=64)
        return [list(_clauses(doc)) for doc in docs]


@cache
def parser(model: str = "en_core_web_sm") -> Any:
    """Return spaCy's parser, loaded once: it gives tags and relations of words, no lemmas and no names."""
    import spacy

    source: Any = weights_folder(model) if model in WEIGHTS else model
    return spacy.load(source, exclude=["ner", "lemmatizer", "attribute_ruler"])


def _clauses(doc: Any) -> Iterator[tuple[int, int]]:
    for sentence in doc.sents:
        starts = [sentence.start, *_cuts(sentence), sentence.end]
        for start, end in pairwise(starts):
            yield from _trimmed(doc, start, end)


def _cuts(sentence: Any) -> list[int]:
    """Return the token positions inside a sentence at which a new clause begins."""
    cuts: list[int] = []
    last = sentence.start
    for token in sentence:
        if token.dep_ not in _SPLITTING or token.pos_ not in ("VERB", "AUX"):
            continue
        start = _opening(token)
        if not _may_cut(token, start, sentence):
            continue
        if start - last >= _MIN_WORDS and sentence.end - start >= _MIN_WORDS:
            cuts.append(start)
            last = start
    return sorted(set(cuts))


def _opening(verb: Any) -> int:
    """Return where the clause of a verb begins: at its leftmost word, or at the "and" or "but" before it."""
    start = int(verb.left_edge.i)
    doc = verb.doc
    while start > 0 and doc[start - 1].dep_ in ("cc", "mark") and doc[start - 1].sent == verb.sent:
        start -= 1
    return start


def _may_cut(verb: Any, start: int, sentence: Any) -> bool:
    if start <= sentence.start:
        return False
    before = verb.doc[start - 1]
    has_subject = any(child.dep_ in ("nsubj", "nsubjpass", "expl") for child in verb.children)
    if verb.dep_ in _JOINED:
        return before.text in _PAUSES
    return has_subject or before.text in _PAUSES


def _trimmed(doc: Any, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Drop spaces and punctuation at the edges, but for the closing mark; nothing is yielded for punctuation alone."""
    while start < end and (doc[start].is_space or (doc[start].is_punct and doc[start].text not in "\"'“‘(")):
        start += 1
    while end > start and (doc[end - 1].is_space or doc[end - 1].text in _PAUSES):
        end -= 1
    if any(token.is_alpha or token.like_num for token in doc[start:end]):
        yield doc[start].idx, doc[end - 1].idx + len(doc[end - 1])
