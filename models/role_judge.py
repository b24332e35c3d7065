"""Tells reps from customers by what they say: a linear head over the sentence vectors of their turns, and greetings."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from statistics import fmean
from typing import Final, NamedTuple

from models.linear_head import LinearHead, load_linear_head
from models.protocols import Encoder
from models.weights import file_name

HEAD = Path(__file__).parent / "heads" / "roles.safetensors"
_MIN_WORDS = 3
_CLIP = 1e-3

_GAP: Final = 1.28
_GAP_VARIANCE: Final = 0.04
_TURN_VARIANCE: Final = 1.0
"""How far the mean log-odds of rep and customer lie apart in sales calls of trades that the head has not seen: the
mean, the variance from call to call, and that of a turn within a call."""
_STRANGE: Final = 0.6
_STRANGE_VARIANCE: Final = 0.15
"""Prior and spread of talk that the head knows nothing about, where the gap lies about zero and says nothing: without
it, fund-raising chats were judged wrongly with the same confidence with which sales calls are judged rightly."""

_GREETING: Final = re.compile(
    r"\b(?:this is|my name is|my name's|you(?:'re| are) (?:speaking|talking|through) (?:with|to)) "
    r"(?:[\w'.-]+ ){1,3}?(?:here |calling |ringing |over )?(?:from|with|at) (?!the\b|a\b|my\b|our\b|home\b|work\b)"
    r"|\bi(?:'m| am) (?:calling|ringing|phoning) (?:from|on behalf)\b"
    r"|\bhow (?:can|may) (?:i|we) (?:help|assist) you\b|\bhow (?:can|may) i help\?",
    re.IGNORECASE,
)
_GREETING_TURNS: Final = 3
_GREETING_ODDS: Final = 2.0
"""Twenty reps greet like this for every customer who does; but who only answers the telephone does too."""


class _Said(NamedTuple):
    """What the turns of a speaker say: their mean log-odds of being a rep's, and how many there are."""

    odds: float
    n_turns: int


class TurnRoleJudge:
    """Compares the speakers of a call: who sounds more like a rep than the others, by how far, over how many turns."""

    def __init__(self, encoder: Encoder, head: Path | LinearHead = HEAD) -> None:
        """Take the encoder that the head was trained on, and the head or its file, which is read at first use."""
        self._encoder = encoder
        self._given = head

    def rep_probability(self, texts_by_speaker: Mapping[str, Sequence[str]]) -> dict[str, float]:
        """Return for each speaker of a call the probability of being a rep; a speaker without words gives 0.5.

        Of several speakers the least likely is taken for a customer; the probabilities of two add up to 1.
        """
        said = {speaker: found for speaker, texts in texts_by_speaker.items() if (found := self._said(texts))}
        greeters = {speaker for speaker in said if any(map(is_greeting, texts_by_speaker[speaker][:_GREETING_TURNS]))}
        if len(greeters) == len(said) > 1:
            greeters = set()
        return {
            speaker: _probability(_text_odds(speaker, said) + _greeting_odds(speaker, greeters, n_speakers=len(said)))
            if speaker in said
            else 0.5
            for speaker in texts_by_speaker
        }

    def turn_odds(self, texts: Sequence[str]) -> list[float]:
        """Return the log-odds of each turn, by itself, of being a rep's; what is too short to tell gives 0."""
        telling = [place for place, text in enumerate(texts) if len(text.split()) >= _MIN_WORDS]
        odds = [0.0] * len(texts)
        if telling:
            vectors = self._encoder.encode([texts[place] for place in telling])
            for place, rep in zip(telling, self._head.probabilities(vectors)[:, 1].tolist(), strict=True):
                inside = min(max(rep, _CLIP), 1 - _CLIP)
                odds[place] = math.log(inside / (1 - inside))
        return odds

    @cached_property
    def name(self) -> str:
        """The head's digest and the encoder: a judgement changes with either."""
        head = "given" if isinstance(self._given, LinearHead) else file_name(self._given)
        return f"roles-2/{head}/{self._encoder.name}"

    @cached_property
    def _head(self) -> LinearHead:
        return self._given if isinstance(self._given, LinearHead) else load_linear_head(self._given)

    def _said(self, texts: Sequence[str]) -> _Said | None:
        telling = [text for text in texts if len(text.split()) >= _MIN_WORDS]
        return _Said(fmean(self.turn_odds(telling)), len(telling)) if telling else None


def is_greeting(text: str) -> bool:
    """Tell whether a turn introduces its speaker as a firm's ("this is Dana from Acme") or offers help."""
    return bool(_GREETING.search(text.replace("’", "'")))


def _text_odds(speaker: str, said: Mapping[str, _Said]) -> float:
    """Return the log-odds of being a rep of one speaker beside the others; one alone is compared with no difference."""
    own = said[speaker]
    if len(said) == 1:
        return _gap_odds(2 * own.odds, own.n_turns / 4)
    middle = sum(other.odds * other.n_turns for other in said.values()) / sum(other.n_turns for other in said.values())
    # A stray remark of somebody who hardly speaks is far from the middle, and still no end of the scale.
    low, *_, high = sorted(said, key=lambda name: (said[name].odds - middle) * math.sqrt(said[name].n_turns))
    beside = said[low] if speaker == high or own.odds > (said[low].odds + said[high].odds) / 2 else said[high]
    gap = 2 * own.odds - said[low].odds - said[high].odds
    return _gap_odds(gap, 1 / (1 / own.n_turns + 1 / beside.n_turns))


def _gap_odds(gap: float, n_turns: float) -> float:
    """Return the log-odds that a gap in mean log-odds means rep against customer, and not the reverse or nothing.

    Bayes' rule over three normal distributions: the gap is about `_GAP`, about its negative, or about zero.
    """
    within = _TURN_VARIANCE / n_turns
    as_rep = (1 - _STRANGE) / 2 * _density(gap - _GAP, _GAP_VARIANCE + within)
    as_customer = (1 - _STRANGE) / 2 * _density(gap + _GAP, _GAP_VARIANCE + within)
    strange = _STRANGE / 2 * _density(gap, _STRANGE_VARIANCE + within)
    return math.log((as_rep + strange) / (as_customer + strange))


def _density(distance: float, variance: float) -> float:
    return math.exp(-(distance**2) / (2 * variance)) / math.sqrt(variance) + 1e-12


def _greeting_odds(speaker: str, greeters: set[str], *, n_speakers: int) -> float:
    if speaker in greeters:
        return _GREETING_ODDS
    return -_GREETING_ODDS if greeters and n_speakers == 2 else 0.0


def _probability(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))
