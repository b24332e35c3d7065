"""What followed an objection in its call: the rep's answer, the customer's reply to it, and what the rep asked."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from pipeline.records import Moment, Role, Turn
from pipeline.store.session import Transaction

_NEAR_TURNS: Final = 6
"""An answer that comes later answers something else."""
_MAX_REPLY_TURNS: Final = 2
_BACKCHANNEL_WORDS: Final = 3
"""A turn of so few words, such as "Right, okay.", is no answer and no reply."""
_VERDICT = re.compile(r"\b(fair enough|makes sense|perfect|great|good|fine|deal|brilliant|no|never)\b", re.IGNORECASE)
"""What makes even a few words of a customer a reply to an answer."""
_MIN_QUESTION_WORDS: Final = 4
_SENTENCE = re.compile(r"[^.!?…]+[.!?…]*")


@dataclass(frozen=True, slots=True)
class Utterance:
    """Exact words of one turn, `start_char` to `end_char` of it; `start_s` is when the turn begins."""

    call: str
    source: str
    account: str | None
    turn: int
    speaker: str
    role: Role
    start_s: float | None
    start_char: int
    end_char: int
    text: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """An objection, the rep's whole turns that followed, and the customer's after those; `moment` is an id."""

    moment: str
    objection: str
    answers: tuple[Utterance, ...]
    replies: tuple[Utterance, ...]


def exchanges_after(tx: Transaction, moments: Sequence[Moment]) -> dict[str, Exchange]:
    """Return what followed each moment, by its id; moments that no rep answered are left out."""
    of_call: dict[str, list[Moment]] = defaultdict(list)
    for moment in moments:
        of_call[moment.call].append(moment)
    found = {}
    for call, raised in sorted(of_call.items()):
        turns = tx.talk.turns(call)
        for moment in raised:
            exchange = _exchange(moment, turns)
            if exchange is not None:
                found[moment.id] = exchange
    return found


def _exchange(moment: Moment, turns: Sequence[Turn]) -> Exchange | None:
    answers: list[Turn] = []
    replies: list[Turn] = []
    for turn in turns[moment.turn + 1 :]:
        if not answers and turn.turn > moment.turn + _NEAR_TURNS:
            break
        if turn.role == "rep" and replies:
            break
        if _is_backchannel(turn) and not (answers and turn.role != "rep" and _VERDICT.search(turn.text)):
            continue
        if turn.role == "rep":
            answers.append(turn)
        elif answers:
            replies.append(turn)
        if len(replies) == _MAX_REPLY_TURNS:
            break
    if not answers:
        return None
    return Exchange(
        moment.id,
        moment.quote,
        tuple(_whole(turn, moment) for turn in answers),
        tuple(_whole(turn, moment) for turn in replies),
    )


def _is_backchannel(turn: Turn) -> bool:
    return len(turn.text.split()) <= _BACKCHANNEL_WORDS


def _whole(turn: Turn, moment: Moment) -> Utterance:
    return Utterance(
        call=turn.call,
        source=moment.source,
        account=moment.account,
        turn=turn.turn,
        speaker=turn.speaker,
        role=turn.role,
        start_s=turn.start_s,
        start_char=0,
        end_char=len(turn.text),
        text=turn.text,
    )


def questions_asked(exchanges: Sequence[Exchange]) -> list[Utterance]:
    """Return the questions in the reps' answers, each wording once; "Right?" and the like are none."""
    questions: dict[str, Utterance] = {}
    for answer in (answer for exchange in exchanges for answer in exchange.answers):
        for found in _SENTENCE.finditer(answer.text):
            sentence = found[0].strip()
            if sentence.endswith("?") and len(sentence.split()) >= _MIN_QUESTION_WORDS:
                start = found.start() + len(found[0]) - len(found[0].lstrip())
                question = replace(answer, start_char=start, end_char=start + len(sentence), text=sentence)
                questions.setdefault(sentence.casefold(), question)
    return list(questions.values())
