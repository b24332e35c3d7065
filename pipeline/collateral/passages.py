"""From blocks to passages: stretches of 25 to 120 words that stand alone and say where they stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from pipeline.collateral.blocks import NOTES, Block
from pipeline.collateral.sentences import split_sentences

MIN_WORDS: Final = 25
MAX_WORDS: Final = 120
_GOOD_WORDS: Final = 80
_MAX_UNIT_WORDS: Final = 100
"""A longer paragraph is cut between its sentences; what is left of the 120 words is for the heading."""
_MIN_WORDS_ALONE: Final = 8
_QUESTION_LEVEL: Final = 9
_QUESTION_WORDS: Final = range(3, 31)
_LOCATOR_CHARS: Final = 80


@dataclass(frozen=True, slots=True)
class Cut:
    """A passage before it is given its document: where it stands, and its text."""

    locator: str
    text: str
    place: str = ""
    """The page or slide that it begins on, such as "page 2"."""
    heading: str = ""
    """The heading that it stands under."""
    prose: tuple[str, ...] = ()
    """Its pieces as the document has them, one after another; rows of tables are not among them."""

    @property
    def is_notes(self) -> bool:
        """Whether it is a speaker's notes."""
        return self.place.endswith(NOTES)


@dataclass(frozen=True, slots=True)
class _Unit:
    """What is never cut: a short paragraph, a sentence of a long one, an item, a row, or a heading."""

    number: int
    """The block it comes from; two units of one block stand on one line."""
    text: str
    is_row: bool = False

    @property
    def words(self) -> int:
        return len(self.text.split())


@dataclass(frozen=True, slots=True)
class _Section:
    """What stands under one heading in one place; `path` holds the headings above it and its own.

    `joined` names the headings of sections that were too short and came to it.
    """

    path: tuple[str, ...]
    place: str
    stands_alone: bool
    heading: _Unit | None
    body: tuple[_Unit, ...] = ()
    joined: tuple[str, ...] = ()

    @property
    def units(self) -> tuple[_Unit, ...]:
        return (self.heading, *self.body) if self.heading else self.body

    @property
    def words(self) -> int:
        return sum(unit.words for unit in self.units)

    @property
    def is_short(self) -> bool:
        return self.words < (_MIN_WORDS_ALONE if self.stands_alone else MIN_WORDS)


def cut_passages(blocks: Sequence[Block], *, title: str) -> list[Cut]:
    """Return the passages of a document in order, each with a locator of its own.

    A short section joins its neighbour; a long one is cut between paragraphs or sentences, and each part begins with
    its heading. A question and its answer stay together and apart from others.
    """
    sections = _joined(_without_bare_parents(list(_sections(blocks))))
    cuts = [_made(section, units, title) for section in sections for units in _cut(section)]
    seen: dict[str, int] = {}
    numbered = []
    for cut in cuts:
        seen[cut.locator] = seen.get(cut.locator, 0) + 1
        times = seen[cut.locator]
        numbered.append(cut if times == 1 else replace(cut, locator=f"{cut.locator} ({times})"))
    return numbered


def _made(section: _Section, units: tuple[_Unit, ...], title: str) -> Cut:
    return Cut(
        locator=_locator(section, units[0].number, title),
        text=_text(units),
        place=section.place,
        heading=section.path[-1] if section.path else "",
        prose=tuple(unit.text for unit in units if not unit.is_row and unit != section.heading),
    )


def _sections(blocks: Sequence[Block]) -> Iterator[_Section]:
    path: list[tuple[int, str]] = []
    now = _Section((), "", stands_alone=False, heading=None)
    for number, block in enumerate(_with_questions_as_headings(blocks)):
        if block.kind == "heading":
            yield now
            path = [*((level, text) for level, text in path if level < block.level), (block.level, block.text)]
            is_question = block.text.endswith("?")
            now = _Section(
                tuple(text for _, text in path),
                block.place,
                stands_alone=block.stands_alone or is_question,
                heading=_Unit(number, block.text),
            )
            continue
        if block.place != now.place:
            if now.units:
                yield now
            now = replace(now, place=block.place, body=())
        now = replace(now, body=(*now.body, *_units(number, block)))
    yield now


def _with_questions_as_headings(blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield the blocks; a paragraph that opens with a question is a heading and its answer."""
    for block in blocks:
        opening, *rest = split_sentences(block.text) if block.kind == "paragraph" else [""]
        if opening.endswith("?") and len(opening.split()) in _QUESTION_WORDS:
            yield Block("heading", opening, level=_QUESTION_LEVEL, place=block.place)
            if rest:
                yield replace(block, text=" ".join(rest))
        else:
            yield block


def _units(number: int, block: Block) -> list[_Unit]:
    if block.kind == "row" or len(block.text.split()) <= _MAX_UNIT_WORDS:
        return [_Unit(number, block.text, is_row=block.kind == "row")]
    return [_Unit(number, sentence) for sentence in split_sentences(block.text)]


def _without_bare_parents(sections: Sequence[_Section]) -> list[_Section]:
    """Leave out empty sections, and headings with nothing but further headings under them: the paths name those."""
    following = [*sections[1:], None]
    return [
        section
        for section, after in zip(sections, following, strict=True)
        if section.body or (section.heading and not (after and _is_below(after, section)))
    ]


def _is_below(section: _Section, other: _Section) -> bool:
    return section.path[: len(other.path)] == other.path


def _joined(sections: Sequence[_Section]) -> list[_Section]:
    """Join each short section to the next one of its family, and those that are left to the one before."""
    forward: list[_Section] = []
    for section in sections:
        if forward and forward[-1].is_short and _may_join(forward[-1], section, short=forward[-1]):
            forward[-1] = _join(forward[-1], section)
        else:
            forward.append(section)
    done: list[_Section] = []
    for section in forward:
        if done and section.is_short and _may_join(done[-1], section, short=section):
            done[-1] = _join(done[-1], section)
        else:
            done.append(section)
    return done


def _may_join(first: _Section, second: _Section, *, short: _Section) -> bool:
    if first.words + second.words > MAX_WORDS or first.place.endswith(NOTES) != second.place.endswith(NOTES):
        return False
    if short.words < _MIN_WORDS_ALONE:
        return True
    if first.stands_alone or second.stands_alone:
        return False
    return _is_below(second, first) or second.path[:-1] == first.path[:-1]


def _join(first: _Section, second: _Section) -> _Section:
    repeats = first.heading is not None and first.heading == second.heading
    named = () if repeats or second.heading is None else (second.path[-1],)
    return replace(
        first,
        body=first.body + (second.body if repeats else second.units),
        stands_alone=first.stands_alone or second.stands_alone,
        joined=(*first.joined, *named, *second.joined),
    )


def _cut(section: _Section) -> Iterator[tuple[_Unit, ...]]:
    heading = (section.heading,) if section.heading else ()
    if section.words <= MAX_WORDS:
        yield section.units
        return
    start = 0
    for end in _best_ends([unit.words for unit in section.body], max_words=MAX_WORDS - sum(u.words for u in heading)):
        yield heading + section.body[start:end]
        start = end


def _best_ends(words: Sequence[int], *, max_words: int) -> list[int]:
    """Return the ends of consecutive groups whose sizes come nearest to a good one, none above `max_words`.

    The least sum of squared differences, found over all prefixes; a unit larger than `max_words` is a group.
    """
    costs, starts = [0.0], [0]
    for end in range(1, len(words) + 1):
        best = (float("inf"), end - 1)
        size = 0
        for start in range(end - 1, -1, -1):
            size += words[start]
            if size > max_words and start < end - 1:
                break
            best = min(best, (costs[start] + (size - _GOOD_WORDS) ** 2, start))
        costs.append(best[0])
        starts.append(best[1])
    ends = []
    end = len(words)
    while end:
        ends.append(end)
        end = starts[end]
    return ends[::-1]


def _text(units: Sequence[_Unit]) -> str:
    parts = [units[0].text]
    for before, unit in pairwise(units):
        parts += [" " if unit.number == before.number else "\n", unit.text]
    return "".join(parts)


def _locator(section: _Section, number: int, title: str) -> str:
    path = section.path[1:] if len(section.path) > 1 and section.path[0] == title else section.path
    headings = " › ".join(_shortened(text) for text in (*path[:-1], " / ".join((*path[-1:], *section.joined))) if text)
    return " · ".join(part for part in (section.place, headings) if part) or f"paragraph {number + 1}"


def _shortened(text: str) -> str:
    return text if len(text) <= _LOCATOR_CHARS else text[: _LOCATOR_CHARS - 1].rstrip() + "…"
