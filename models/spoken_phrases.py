"""Phrases of a text that can stand by themselves: things, doings, statements, questions, never cut out of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from models.clauses import parser

_LONGEST = 6
_NOUNS = frozenset({"NN", "NNS", "NNP", "NNPS"})
_VERBS = frozenset({"VB", "VBD", "VBG", "VBN", "VBP", "VBZ"})
_OF_A_NOUN = frozenset({"compound", "amod", "nmod", "nummod", "npadvmod", "advmod", "punct", "neg"})
_OF_A_VERB = frozenset(
    {"dobj", "attr", "acomp", "prt", "prep", "advmod", "oprd", "xcomp", "dative", "npadvmod", "agent"}
)
_SUBJECTS = frozenset({"nsubj", "nsubjpass"})
_NOT_FIRST = frozenset({"DT", "PRP", "PRP$", "IN", "CC", "UH", "WDT", "WP", "WRB", "TO", "EX", "PDT", ",", ":", "."})
_NOT_LAST = frozenset({"DT", "PRP", "PRP$", "IN", "CC", "UH", "WDT", "WP", "WRB", "TO", "MD", "PDT", ",", ":", "."})
_DROPPED_FIRST = frozenset({"DT", "PRP$", "PDT"})
_EMPTY_VERBS = frozenset(
    "am are is was were be been being 'm 's 're ve 've do does did done have has had having let lets seem seems".split()
)
"""They begin nothing that stands by itself, but for "doesn't" and its like."""
_LEADING = frozenset(
    "need needs needed want wants wanted like liked love trying try tried going take takes ask".split()
)
"""Before "to" they say nothing of their own: what follows them is the phrase."""
_LONGEST_QUESTION = 8
_ASKING = frozenset({"WP", "WRB", "WDT", "MD", "VBP", "VBZ", "VBD"})
_POINTING = frozenset("it that this they them those these he she him her one ones so there here".split())
"""What they mean stands in another sentence."""
_OPENING = frozenset("so well and but or okay ok right now then like look also sorry just basically".split())
_TRAILING = frozenset("though please yet now today then too also again just earlier already really well so".split())


def spoken_phrases(texts: Sequence[str]) -> list[list[str]]:
    """Return for each English text its phrases of two to six words, as they were said, each once.

    A phrase is a noun with what describes it ("price per seat"), a verb with what it needs ("export to our payroll"),
    a subject with both ("card has not arrived"), or a whole question of up to eight words that says what it is about
    ("do the hours go straight into Sage?"). Articles and possessives before it are left away.
    """
    docs = parser().pipe([text.replace("’", "'") for text in texts], batch_size=64)
    return [list(dict.fromkeys([*_phrases(doc), *_questions(doc)])) for doc in docs]


def _phrases(doc: Any) -> Iterator[str]:
    for token in doc:
        if token.tag_ in _NOUNS and token.dep_ != "compound":
            spans = [(start, end) for start in [_noun_start(token)] for end in _noun_ends(token)]
        elif token.tag_ in _VERBS:
            spans = [(start, end) for start in _verb_starts(token) for end in _verb_ends(token)]
        else:
            continue
        for start, end in spans:
            if phrase := _said(doc, start, end):
                yield phrase


def _questions(doc: Any) -> Iterator[str]:
    for sentence in doc.sents:
        start, end = sentence.start, sentence.end
        if doc[end - 1].text != "?":
            continue
        while start < end and (doc[start].is_punct or doc[start].tag_ == "UH" or doc[start].text.lower() in _OPENING):
            start += 1
        said = doc[start : end - 1]
        if len(said) and _stands_alone(said):
            text = str(doc[start:end].text)
            yield text if text[:2].isupper() else text[0].lower() + text[1:]


def _stands_alone(question: Any) -> bool:
    if question[0].tag_ not in _ASKING or not 3 <= len(question.text.split()) <= _LONGEST_QUESTION:
        return False
    return not any(
        token.text.lower() in _POINTING or token.text in ",;:.!?…–—-" or token.dep_ == "intj" or token.is_space
        for token in question
    )


def _noun_start(noun: Any) -> int:
    start = int(noun.i)
    while start > noun.left_edge.i:
        before = noun.doc[start - 1]
        if before.dep_ not in _OF_A_NOUN or before.tag_ in _NOT_FIRST - {":"}:
            break
        start = int(before.i)
    return start


def _noun_ends(noun: Any) -> Iterator[int]:
    """Yield where the noun ends, alone and with the first words that hang on it: "price", "price per seat"."""
    yield noun.i + 1
    for child in noun.rights:
        if child.dep_ == "prep" and child.i == noun.i + 1 and any(part.dep_ == "pobj" for part in child.children):
            yield child.right_edge.i + 1


def _verb_starts(verb: Any) -> Iterator[int]:
    """Yield where the verb begins, with its "not" if it has one, and where its subject does if that is a thing.

    A question's order of words ("does the card work") leaves neither.
    """
    denied = any(child.dep_ == "neg" for child in verb.lefts)
    helpers = [child.i for child in verb.lefts if child.dep_ in ("aux", "auxpass", "neg")]
    subjects = [child for child in verb.lefts if child.dep_ in _SUBJECTS]
    is_asked = any(helpers and min(helpers) < subject.i for subject in subjects)
    if not denied:
        yield verb.i
    elif not is_asked:
        yield min(helpers)
    for subject in subjects:
        if subject.tag_ in _NOUNS and not is_asked:
            yield subject.left_edge.i


def _verb_ends(verb: Any) -> Iterator[int]:
    """Yield where the verb's words end: after its object, after what follows that, and so on."""
    end = verb.i + 1
    if all(child.is_punct or child.text.lower() in _TRAILING for child in verb.rights):
        yield end
    for child in verb.rights:
        # What hangs on the verb must follow without a gap, or the phrase is no longer a whole.
        if child.dep_ not in _OF_A_VERB or child.left_edge.i != end:
            return
        end = child.right_edge.i + 1
        # "Checking up" without its "on them" is no whole.
        if child.dep_ != "prt" or verb.doc[min(end, len(verb.doc) - 1)].dep_ != "prep":
            yield end


def _said(doc: Any, start: int, end: int) -> str | None:
    while start < end and doc[start].tag_ in _DROPPED_FIRST:
        start += 1
    if end - start < 2 or not _is_whole(doc, start, end):
        return None
    text = str(doc[start:end].text)
    if not 2 <= len(text.split()) <= _LONGEST:
        return None
    return text if doc[start].tag_.startswith("NNP") or text[:2].isupper() else text[0].lower() + text[1:]


def _is_whole(doc: Any, start: int, end: int) -> bool:
    first, last = doc[start], doc[end - 1]
    if first.tag_ in _NOT_FIRST or _dangles(last):
        return False
    if any(token.text in ",;:.!?…" or token.is_space or token.dep_ == "intj" for token in doc[start:end]):
        return False
    # "top-up" and "don't" are several tokens, of which none is left behind.
    if start and not doc[start - 1].whitespace_ and not doc[start - 1].is_quote:
        return False
    if end < len(doc) and not last.whitespace_ and doc[end].text[0] not in ".,;:!?…\"')":
        return False
    following = doc[start + 1]
    if first.text.lower() in _EMPTY_VERBS:
        return bool(following.dep_ == "neg" and end - start > 2)
    return not (first.text.lower() in _LEADING and following.tag_ == "TO")


def _dangles(last: Any) -> bool:
    is_left_open = last.tag_ in _NOT_LAST or last.dep_ == "prep"
    return bool(is_left_open or last.text.lower() in _TRAILING | _EMPTY_VERBS)
