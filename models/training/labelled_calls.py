"""Reads the labelled calls of `corpus/labels`, and refuses what a careful annotator would send back.

A file holds calls, one after another, each with a header and then a turn a line::

    call: orthodontist-01
    trade: orthodontic practices
    seller: Bracelet
    style: ordinary
    R: So what did you think of the trial?
    C: Honestly, {objection/price: it's more than I pay my receptionist}. But {not/settled: the price we can sort out}.

`R` is the rep; `C`, `C2`, `C3` are customers. A mark is `{kind[/category][/factuality]: words}`, or
`{not/reason: words}` for a stretch that looks like a moment and is none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from models.protocols import TurnText

KINDS: Final = ("objection", "pain", "goal", "question", "signal")
CATEGORIES: Final = (
    "price", "timing", "authority", "need", "competitor", "trust",
    "product", "integration", "security", "adoption", "contract", "brushoff",
)  # fmt: skip
FACTUALITIES: Final = ("asserted", "hypothetical", "reported", "solicited")
STYLES: Final = ("ordinary", "hard")
REASONS: Final = (
    "negated", "settled", "hypothetical", "reported", "smalltalk", "fact",
    "acknowledgement", "outside", "aside", "meta", "repeat", "rep",
)  # fmt: skip

_MARK = re.compile(r"\{([a-z]+(?:/[a-z]+)*):\s*([^{}]*?)\s*\}")
_TURN = re.compile(r"(R|C\d?):\s+(.*)")
_HEADER = re.compile(r"(call|trade|seller|style|scene):\s*(.*)")
_WORD = re.compile(r"[a-z0-9']+")
_MIN_TRIGRAMS = 3


class LabelError(ValueError):
    """A labelled call breaks the format or the labelling guide; the message names file and line."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A labelled stretch of a turn, `text[start_char:end_char]`; `kind` is "not" for a hard negative."""

    kind: str
    category: str | None
    factuality: str | None
    start_char: int
    end_char: int


@dataclass(frozen=True, slots=True)
class LabelledTurn:
    """One turn without its mark-up, and the marks as offsets into it."""

    speaker: str
    text: str
    marks: tuple[Mark, ...]

    @property
    def is_rep(self) -> bool:
        """Whether the seller speaks."""
        return self.speaker == "R"


@dataclass(frozen=True, slots=True)
class LabelledCall:
    """A labelled call; calls of one trade always stay on one side of a split."""

    name: str
    trade: str
    style: str
    turns: tuple[LabelledTurn, ...]

    @property
    def is_snippets(self) -> bool:
        """Whether it is a block of unrelated exchanges, and no call."""
        return "-snippets" in self.name or "-plain" in self.name

    def texts(self) -> list[TurnText]:
        """Return the turns as the models see them."""
        return [TurnText(turn.text, "rep" if turn.is_rep else "customer") for turn in self.turns]


def read_labelled_calls(folder: Path) -> list[LabelledCall]:
    """Return every call of the `*.txt` files in `folder`, by file name and then as written."""
    return [call for path in sorted(folder.glob("*.txt")) for call in parse_calls(path)]


def parse_calls(path: Path) -> Iterator[LabelledCall]:
    """Yield the calls of one file.

    Raises:
        LabelError: a line, mark, kind, category or header that the format does not know.
    """
    header: dict[str, str] = {}
    turns: list[LabelledTurn] = []
    for number, written in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = written.strip()
        place = f"{path.name}:{number}"
        if not line or line.startswith("#"):
            continue
        if found := _HEADER.fullmatch(line):
            if found[1] == "call":
                if header:
                    yield _call(header, turns, place)
                header, turns = {}, []
            header[found[1]] = found[2].strip()
        elif found := _TURN.fullmatch(line):
            turns.append(_turn(found[1], found[2], place))
        else:
            raise LabelError(f"{place}: neither a header nor a turn: {line[:60]!r}")
    if header:
        yield _call(header, turns, f"{path.name}: last call")


def _call(header: dict[str, str], turns: list[LabelledTurn], place: str) -> LabelledCall:
    missing = {"call", "trade", "style"} - header.keys()
    if missing or not turns:
        raise LabelError(f"{place}: the call before this line lacks {', '.join(sorted(missing)) or 'turns'}")
    if header["style"] not in STYLES:
        raise LabelError(f"{place}: style {header['style']!r} is none of {', '.join(STYLES)}")
    return LabelledCall(header["call"], header["trade"], header["style"], tuple(turns))


def _turn(speaker: str, marked: str, place: str) -> LabelledTurn:
    text, marks, last = "", [], 0
    for found in _MARK.finditer(marked):
        text += marked[last : found.start()]
        start = len(text)
        text += found[2]
        marks.append(_mark(found[1].split("/"), start, len(text), place))
        last = found.end()
    text += marked[last:]
    if "{" in text or "}" in text:
        raise LabelError(f"{place}: a mark is not closed, or nested: {marked[:80]!r}")
    if speaker == "R" and any(mark.kind != "not" for mark in marks):
        raise LabelError(f"{place}: a rep's speech is never a moment")
    return LabelledTurn(speaker, text, tuple(marks))


def _mark(parts: list[str], start_char: int, end_char: int, place: str) -> Mark:
    kind, rest = parts[0], parts[1:]
    if start_char == end_char:
        raise LabelError(f"{place}: an empty mark")
    if kind == "not":
        if len(rest) != 1 or rest[0] not in REASONS:
            raise LabelError(f"{place}: not/{'/'.join(rest)}: the reasons are {', '.join(REASONS)}")
        return Mark("not", rest[0], None, start_char, end_char)
    if kind not in KINDS:
        raise LabelError(f"{place}: kind {kind!r} is none of {', '.join(KINDS)}, not")
    category = None
    if kind == "objection":
        if not rest or rest[0] not in CATEGORIES:
            raise LabelError(f"{place}: an objection needs a category: {', '.join(CATEGORIES)}")
        category, rest = rest[0], rest[1:]
    if len(rest) > 1 or (rest and rest[0] not in FACTUALITIES):
        raise LabelError(f"{place}: {'/'.join(parts)}: factualities are {', '.join(FACTUALITIES)}")
    return Mark(kind, category, rest[0] if rest else "asserted", start_char, end_char)


def near_duplicates(calls: Iterable[LabelledCall], *, min_overlap: float = 0.6) -> list[tuple[str, str]]:
    """Return pairs of marked stretches of which one is nearly the other; see `near_duplicate_texts`."""
    marked = (
        (call.name, turn.text[mark.start_char : mark.end_char])
        for call in calls
        for turn in call.turns
        for mark in turn.marks
    )
    return near_duplicate_texts(marked, min_overlap=min_overlap)


def near_duplicate_texts(named: Iterable[tuple[str, str]], *, min_overlap: float = 0.6) -> list[tuple[str, str]]:
    """Return pairs of texts that share at least `min_overlap` of their word trigrams (Jaccard), each as "name: text".

    Texts of fewer than five words are passed over: there are only so many ways to say "right you are".
    """
    seen: dict[str, list[int]] = {}
    stretches: list[tuple[str, set[str]]] = []
    pairs = []
    for name, words in named:
        grams = _trigrams(words)
        if len(grams) < _MIN_TRIGRAMS:
            continue
        candidates = Counter(other for gram in grams for other in seen.get(gram, ()))
        for other, shared in candidates.items():
            union = len(grams) + len(stretches[other][1]) - shared
            if shared >= min_overlap * union:
                pairs.append((stretches[other][0], f"{name}: {words}"))
        for gram in grams:
            seen.setdefault(gram, []).append(len(stretches))
        stretches.append((f"{name}: {words}", grams))
    return pairs


def _trigrams(text: str) -> set[str]:
    words = _WORD.findall(text.lower())
    return {" ".join(words[i : i + 3]) for i in range(len(words) - 2)}


def describe(calls: list[LabelledCall]) -> str:
    """Return the counts that a datasheet needs: calls, turns, marks by kind, category and reason."""
    turns = [turn for call in calls for turn in call.turns]
    marks = [mark for turn in turns for mark in turn.marks]
    lines = [
        f"{len(calls)} calls, {len({call.trade for call in calls})} trades, {len(turns)} turns "
        f"({sum(not turn.is_rep for turn in turns)} of customers)",
        f"styles: {_tally(call.style for call in calls)}",
        f"kinds: {_tally(mark.kind for mark in marks)}",
        f"categories: {_tally(mark.category or '' for mark in marks if mark.kind == 'objection')}",
        f"hard negatives: {_tally(mark.category or '' for mark in marks if mark.kind == 'not')}",
    ]
    return "\n".join(lines)


def _tally(names: Iterable[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in Counter(names).most_common())
