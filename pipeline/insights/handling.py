"""What became of each objection in its call: explored, answered, accepted, and whether it came back."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from models.protocols import Encoder
from models.reply_judge import REACTIONS, ReplyJudge
from pipeline.held_encoder import HeldEncoder
from pipeline.insights.answers_given import Exchange, Utterance, exchanges_after
from pipeline.records import Moment, PhraseFilter
from pipeline.store.session import Transaction

Reaction = Literal["accepted", "resisted", "unclear"]
_MIN_ANSWER: Final = 0.5
_MIN_REACTION: Final = 0.5
"""Less surely told reactions are unclear, and so is whoever speaks of something else."""
_NEAR: Final = 0.4
_NEAR_IN_THEME: Final = 0.3
"""Cosines from which two objections of one call, of one category or of one theme, are taken for the same matter."""
_MIN_QUESTION_WORDS: Final = 4
_MIN_STATEMENT_WORDS: Final = 5
_SENTENCE = re.compile(r"[^.!?…]+[.!?…]*")
_OPEN = re.compile(
    r"^\W*(?:(?:and|so|but|okay|well|right|sure|fair|then|just|out of interest|may i ask|can i ask)\W+)*"
    r"(?:what|how|why|which|in what|tell me|walk me|help me understand|say more)\b",
    re.IGNORECASE,
)
_NEXT_STEP = re.compile(
    r"\b(e-?mail|calendar|call you|next week|tomorrow|mon|tues|wednes|thurs|fri)(day)?\b|\bsound(s)?\b.*\?",
    re.IGNORECASE,
)
_ASKS_IN_WORDS = re.compile(r"\b(tell me|walk me|help me understand|say more)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Handling:
    """An objection and what followed; without an exchange, no rep replied."""

    objection: Moment
    exchange: Exchange | None
    explored: Utterance | None
    """The open question that the rep asked back."""
    answered_score: float | None
    """How probably the reply speaks to the objection; None without a reply."""
    reaction: Reaction | None
    """How the customer took the reply by the next words; None where there are none."""
    came_back: str | None
    """The id of the next moment of the call, after the reply, that raises the same matter."""

    @property
    def is_answered(self) -> bool:
        """Whether the reply speaks to the objection rather than past it."""
        return self.answered_score is not None and self.answered_score >= _MIN_ANSWER


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quote behind a number, and where it stands."""

    moment: str
    call: str
    turn: int
    quote: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """So many of so many objections, with those that are counted."""

    n: int
    of: int
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """How some objections were handled."""

    explored: Outcome
    """Of those that a rep replied to."""
    answered: Outcome
    """Of all."""
    accepted: Outcome
    resisted: Outcome
    """Of those answered."""
    came_back: Outcome
    """Of all."""


def handle_objections(
    tx: Transaction, moments: Sequence[Moment], judge: ReplyJudge, encoder: Encoder
) -> dict[str, Handling]:
    """Return what became of each objection, by its id, in the order given."""
    exchanges = exchanges_after(tx, moments)
    scores = _answer_scores(exchanges, judge)
    reactions = _reactions(exchanges, judge)
    returns = _returns(tx, moments, exchanges, encoder)
    return {
        moment.id: Handling(
            objection=moment,
            exchange=exchanges.get(moment.id),
            explored=open_question(exchanges[moment.id].answers) if moment.id in exchanges else None,
            answered_score=scores.get(moment.id),
            reaction=reactions.get(moment.id),
            came_back=returns.get(moment.id),
        )
        for moment in moments
    }


def _answer_scores(exchanges: Mapping[str, Exchange], judge: ReplyJudge) -> dict[str, float]:
    """Return how probably each reply answers: its best turn; a reply that only asks back answers nothing, 0."""
    turns = [
        (name, exchange.objection, said.text)
        for name, exchange in exchanges.items()
        for said in exchange.answers
        if _states(said.text)
    ]
    found = judge.answer_probability([objection for _, objection, _ in turns], [text for _, _, text in turns])
    scores = dict.fromkeys(exchanges, 0.0)
    for (name, _, _), score in zip(turns, found.tolist(), strict=True):
        scores[name] = max(score, scores[name])
    return scores


def _states(text: str) -> bool:
    sentences = [found[0].strip() for found in _SENTENCE.finditer(text)]
    return any(not said.endswith("?") and len(said.split()) >= _MIN_STATEMENT_WORDS for said in sentences)


def _reactions(exchanges: Mapping[str, Exchange], judge: ReplyJudge) -> dict[str, Reaction]:
    taken = {name: exchange for name, exchange in exchanges.items() if exchange.replies}
    rows = judge.reaction_probability(
        [exchange.objection for exchange in taken.values()],
        [said_by(exchange.answers) for exchange in taken.values()],
        [exchange.replies[0].text for exchange in taken.values()],
    )
    reactions: dict[str, Reaction] = {}
    for name, row in zip(taken, rows, strict=True):
        best = REACTIONS[int(row.argmax())]
        sure = float(row.max()) >= _MIN_REACTION
        reactions[name] = (
            "unclear" if not sure or best == "moved_on" else "accepted" if best == "accepted" else "resisted"
        )
    return reactions


def said_by(utterances: Sequence[Utterance]) -> str:
    """Return the words of some turns, a line a turn."""
    return "\n".join(said.text for said in utterances)


def open_question(answers: Sequence[Utterance]) -> Utterance | None:
    """Return the first open question among a rep's turns: one that yes, no or "right" cannot answer, on the matter.

    Questions about the next step explore nothing.
    """
    for answer in answers:
        for found in _SENTENCE.finditer(answer.text):
            sentence = found[0].strip()
            asks = sentence.endswith("?") or _ASKS_IN_WORDS.search(sentence)
            long_enough = len(sentence.split()) >= _MIN_QUESTION_WORDS
            if asks and long_enough and _OPEN.match(sentence) and not _NEXT_STEP.search(sentence):
                start = found.start() + len(found[0]) - len(found[0].lstrip())
                return replace(answer, start_char=start, end_char=start + len(sentence), text=sentence)
    return None


def _returns(
    tx: Transaction, moments: Sequence[Moment], exchanges: Mapping[str, Exchange], encoder: Encoder
) -> dict[str, str]:
    """Return the objection in which each comes back: later than the customer's reply, on the same matter."""
    calls = tuple(sorted({moment.call for moment in moments}))
    raised: dict[str, list[Moment]] = defaultdict(list)
    if calls:
        for later in tx.moments.select(PhraseFilter(kinds=("objection",), calls=calls)):
            if later.state != "withdrawn":
                raised[later.call].append(later)
    pairs = [(moment, later) for moment in moments for later in _later(moment, raised[moment.call], exchanges)]
    held = HeldEncoder(tx, encoder)
    first, second = (held.encode([pair[side].quote for pair in pairs]) for side in (0, 1))
    found: dict[str, str] = {}
    for (moment, later), cosine in zip(pairs, (first * second).sum(axis=1).tolist(), strict=True):
        same_theme = moment.theme is not None and moment.theme == later.theme
        if (same_theme and cosine >= _NEAR_IN_THEME) or (moment.category == later.category and cosine >= _NEAR):
            found.setdefault(moment.id, later.id)
    return found


def _later(moment: Moment, raised: Sequence[Moment], exchanges: Mapping[str, Exchange]) -> Iterator[Moment]:
    exchange = exchanges.get(moment.id)
    heard = max((said.turn for said in (*exchange.answers, *exchange.replies)), default=0) if exchange else moment.turn
    return (later for later in raised if later.turn > max(heard, moment.turn))


def count_outcomes(handlings: Sequence[Handling]) -> Outcomes:
    """Return how these objections were handled, each number with what it counts."""
    replied = [handling for handling in handlings if handling.exchange is not None]
    answered = [handling for handling in handlings if handling.is_answered]
    return Outcomes(
        explored=_outcome([one for one in replied if one.explored is not None], len(replied)),
        answered=_outcome(answered, len(handlings)),
        accepted=_outcome([one for one in answered if one.reaction == "accepted"], len(answered)),
        resisted=_outcome([one for one in answered if one.reaction == "resisted"], len(answered)),
        came_back=_outcome([one for one in handlings if one.came_back is not None], len(handlings)),
    )


def _outcome(counted: Sequence[Handling], of: int) -> Outcome:
    raised = (handling.objection for handling in counted)
    evidence = tuple(Evidence(moment.id, moment.call, moment.turn, moment.quote) for moment in raised)
    return Outcome(len(evidence), of, evidence)


def best_first(handlings: Sequence[Handling]) -> list[Handling]:
    """Return them in their order, but first what was answered and accepted, and last what was resisted or came back."""
    return sorted(handlings, key=_rank)


def _rank(handling: Handling) -> int:
    if handling.came_back is not None or handling.reaction == "resisted":
        return 3
    if not handling.is_answered:
        return 2
    return 0 if handling.reaction == "accepted" else 1
