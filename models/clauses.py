"""Turns cut into sentences, the stretches that make a point. The only import of spacy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from models.weights import WEIGHTS, weights_folder

_PAUSES = frozenset({",", ";", ":", "–", "—", "-", "..."})


class ClauseSplitter:
    """Cuts text with spaCy's parser. Weights are loaded at first use."""

    def __init__(self, model: str = "en_core_web_sm") -> None:
        """Choose the spaCy model: the installed one, or any name or folder that spaCy can load."""
        self.name = model

    def split(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """Return for each text its sentences as (start_char, end_char), in order, together covering every word."""
        docs = parser(self.name).pipe(texts, batch_size=64)
        return [[span for sentence in doc.sents for span in _trimmed(doc, sentence)] for doc in docs]


@cache
def parser(model: str = "en_core_web_sm") -> Any:
    """Return spaCy's parser, loaded once: it gives tags and relations of words, no lemmas and no names."""
    import spacy

    source: Any = weights_folder(model) if model in WEIGHTS else model
    return spacy.load(source, exclude=["ner", "lemmatizer", "attribute_ruler"])


def _trimmed(doc: Any, sentence: Any) -> Iterator[tuple[int, int]]:
    """Drop spaces and punctuation at the edges, but for the closing mark; nothing is yielded for punctuation alone."""
    start, end = sentence.start, sentence.end
    while start < end and (doc[start].is_space or (doc[start].is_punct and doc[start].text not in "\"'“‘(")):
        start += 1
    while end > start and (doc[end - 1].is_space or doc[end - 1].text in _PAUSES):
        end -= 1
    if any(token.is_alpha or token.like_num for token in doc[start:end]):
        yield doc[start].idx, doc[end - 1].idx + len(doc[end - 1])
