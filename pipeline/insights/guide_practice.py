"""What reps do with an objection and how that went: listen, acknowledge, explore, respond, and what not to say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from pipeline.insights.answers_given import Exchange, Utterance
from pipeline.insights.handling import Handling, open_question
from pipeline.insights.spoken_numbers import joined_numbers, written_out
from pipeline.records import Moment

Taken = Literal["accepted", "resisted", "came_back", "unclear"]
MAX_LINES: Final = 4
_GIST_WORDS: Final = 40
_SENTENCE = re.compile(r"[^.!?…]+[.!?…]*")
_SHORTEST_THANKS: Final = 4
_LONGEST_THANKS: Final = 24
_ACKNOWLEDGES = re.compile(
    r"\b(i hear (you|that)|i understand|understood|understandable|makes (total |perfect |complete |a lot of )?sense|"
    r"fair (enough|point|question|challenge|worry|concern)|i appreciate|"
    r"thank(s| you) for (saying|telling|being|raising)|"
    r"(that's|that is|it's) (a )?(very |completely |totally )?(fair|valid|good point|good question|reasonable)|"
    r"(totally|completely) get|i get (it|that|why)|sorry (to hear|that|about)|you're (quite |absolutely )?right)\b",
    re.IGNORECASE,
)
_CLAIM = re.compile(
    r"\b(guarantee[ds]?|always|never fails?|nobody else|no one else|only one that|best in|fastest)\b", re.I
)
_UNIT = re.compile(
    r"%|\bper ?cent\b|\b(days?|weeks?|months?|hours?|minutes?|times|percent|pounds?|dollars?|euros?)\b", re.I
)
_WORD = re.compile(r"[^\W_]+(?:[.][0-9]+)?")


@dataclass(frozen=True, slots=True)
class Avoided:
    """Words of a rep that did not help, and why; `moment` is the id of the objection that they answered."""

    said: Utterance
    moment: str
    objection: str
    why: Literal["came_back", "resisted", "unproven"]


@dataclass(frozen=True, slots=True)
class Practice:
    """Lines of a rep's side, each the exact words of a call."""

    acknowledged: tuple[Utterance, ...]
    explored: tuple[Utterance, ...]
    """Open questions that reps asked back."""
    taken: Mapping[str, Taken]
    """How each answer was taken, by the objection's id; empty if that was not judged."""
    avoided: tuple[Avoided, ...]
    thirds: tuple[int, int, int]
    """The objections raised in the first, middle and last third of their calls."""


def read_practice(
    moments: Sequence[Moment],
    exchanges: Sequence[Exchange],
    handlings: Mapping[str, Handling] | None,
    passages: Sequence[str],
    n_turns: Mapping[str, int],
) -> Practice:
    """Return what reps did with some objections; `exchanges` come best first, `passages` are all of collateral's."""
    taken = {name: _taken(handlings[name]) for name in (one.moment for one in exchanges)} if handlings else {}
    bad = [one for one in exchanges if taken.get(one.moment) in ("came_back", "resisted")]
    avoided = [Avoided(gist(one.answers), one.moment, one.objection, taken[one.moment]) for one in bad]  # type: ignore[arg-type]
    avoided += list(_unproven(exchanges, passages)) if passages else []
    thirds = [0, 0, 0]
    for moment in moments:
        thirds[min(2, 3 * moment.turn // max(1, n_turns.get(moment.call, 1)))] += 1
    return Practice(
        acknowledged=_once(said for one in exchanges for said in _acknowledging(one.answers)),
        explored=_once(said for one in exchanges if (said := open_question(one.answers)) is not None),
        taken=taken,
        avoided=tuple({(one.said.call, one.said.turn): one for one in reversed(avoided)}.values())[::-1],
        thirds=(thirds[0], thirds[1], thirds[2]),
    )


def _taken(handling: Handling) -> Taken:
    if handling.came_back is not None:
        return "came_back"
    if handling.is_answered and handling.reaction == "accepted":
        return "accepted"
    return "resisted" if handling.reaction == "resisted" else "unclear"


def gist(answers: Sequence[Utterance]) -> Utterance:
    """Return the start of what a rep answered: whole sentences of the turn that says most, up to 40 words."""
    longest = max(answers, key=lambda said: (len(said.text.split()), -said.turn))
    end = words = 0
    for found in _SENTENCE.finditer(longest.text):
        words += len(found[0].split())
        if end and words > _GIST_WORDS:
            break
        end = found.end()
    return _slice(longest, 0, end or len(longest.text))


def _slice(said: Utterance, start: int, end: int) -> Utterance:
    text = said.text[start:end]
    start += len(text) - len(text.lstrip())
    text = text.strip()
    return replace(said, start_char=said.start_char + start, end_char=said.start_char + start + len(text), text=text)


def _sentences(said: Utterance) -> Iterator[Utterance]:
    for found in _SENTENCE.finditer(said.text):
        if found[0].strip():
            yield _slice(said, found.start(), found.end())


def _acknowledging(answers: Sequence[Utterance]) -> Iterator[Utterance]:
    for said in _sentences(answers[0]):
        n_words = len(said.text.split())
        if (
            not said.text.endswith("?")
            and _SHORTEST_THANKS <= n_words <= _LONGEST_THANKS
            and _ACKNOWLEDGES.search(said.text)
        ):
            yield said
            return


def _unproven(exchanges: Sequence[Exchange], passages: Sequence[str]) -> Iterator[Avoided]:
    """Yield claims with a figure, or of never and always, whose figure or word no passage of collateral holds."""
    held = [set(_figures(text)) for text in passages]
    written = " ".join(passages).lower()
    for one in exchanges:
        for said in (sentence for answer in one.answers for sentence in _sentences(answer)):
            figures = set(_figures(said.text)) if _UNIT.search(said.text) else set()
            claim = _CLAIM.search(said.text)
            lacks_figure = bool(figures) and not any(figures <= some for some in held)
            if not said.text.endswith("?") and (lacks_figure or (claim and claim[0].lower() not in written)):
                yield Avoided(said, one.moment, one.objection, "unproven")


def _figures(text: str) -> list[str]:
    words = joined_numbers(_WORD.findall(written_out(text.lower())))
    return [word for word in words if word[0].isdigit() and word != "1"]


def _once(utterances: Iterable[Utterance]) -> tuple[Utterance, ...]:
    """Return the utterances, each wording once."""
    return tuple({said.text.casefold(): said for said in reversed(list(utterances))}.values())[::-1]
