"""Tells whether a rep's reply speaks to an objection, and how the customer took it: heads on sentence vectors."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from models.linear_head import LinearHead, load_linear_head
from models.protocols import Encoder
from models.weights import file_name

REACTION_HEAD = Path(__file__).parent / "heads" / "replies.safetensors"
ANSWER_HEAD = Path(__file__).parent / "heads" / "spoken_answers.safetensors"
REACTIONS: Final = ("accepted", "resisted", "moved_on")
GIVES_IN: Final = re.compile(
    r"\b(okay|ok|yeah|yes|good|great|perfect|fine|fair|makes sense|works|happy|relief|help|brilliant|all right|then)\b"
)
HOLDS_OUT: Final = re.compile(r"\b(but|still|no|not|don't|never|nobody|won't|can't|though|isn't|doesn't)\b")
_TO_YOU = re.compile(r"\b(you|your|yours)\b")
_OF_US = re.compile(r"\b(we|our|ours)\b")
_PLAIN = re.compile(r"\b(then|can|don't|doesn't|isn't|there's|only|until|it's|keep|no)\b")
_NUMBER = re.compile(r"\b(\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve|percent|half|third|hundred)\b")
_SENTENCE = re.compile(r"[^.!?…]+[.!?…]*")
_SIGN_SCALE = 0.2
"""Brings counts of words to the size of a vector's entries, so that one penalty suits both."""

Vectors = npt.NDArray[np.float32]


class ReplyJudge(Protocol):
    """Tells what became of objections in the turns that followed."""

    def answer_probability(self, objections: Sequence[str], answers: Sequence[str]) -> Vectors:
        """Return shape (n,): how probably each reply of a rep speaks to its objection."""
        ...

    def reaction_probability(
        self, objections: Sequence[str], answers: Sequence[str], replies: Sequence[str]
    ) -> Vectors:
        """Return shape (n, 3): how probably each customer's reply to an answer is each of `REACTIONS`."""
        ...


class HeadReplyJudge:
    """Two linear heads over one encoder's vectors, read at first use."""

    def __init__(
        self, encoder: Encoder, reactions: Path | LinearHead = REACTION_HEAD, answers: Path | LinearHead = ANSWER_HEAD
    ) -> None:
        """Take the encoder that the heads were trained on, and the heads or their files."""
        self._encoder = _Remembering(encoder)
        self._given = reactions, answers

    @cached_property
    def name(self) -> str:
        """The heads' digests and the encoder: a judgement changes with any."""
        heads = ("given" if isinstance(head, LinearHead) else file_name(head) for head in self._given)
        return f"replies/{'/'.join(heads)}/{self._encoder.name}"

    @cached_property
    def _heads(self) -> tuple[LinearHead, LinearHead]:
        first, second = (head if isinstance(head, LinearHead) else load_linear_head(head) for head in self._given)
        return first, second

    def answer_probability(self, objections: Sequence[str], answers: Sequence[str]) -> Vectors:
        """Return shape (n,): how probably each reply of a rep speaks to its objection."""
        if not answers:
            return np.zeros(0, dtype=np.float32)
        return self._heads[1].probabilities(answer_features(self._encoder, objections, answers))[:, 1]

    def reaction_probability(
        self, objections: Sequence[str], answers: Sequence[str], replies: Sequence[str]
    ) -> Vectors:
        """Return shape (n, 3): how probably each customer's reply to an answer is each of `REACTIONS`."""
        if not replies:
            return np.zeros((0, len(REACTIONS)), dtype=np.float32)
        return self._heads[0].probabilities(reaction_features(self._encoder, objections, answers, replies))


class _Remembering:
    """An encoder that encodes each text once: readings ask for the same turns again and again."""

    def __init__(self, encoder: Encoder) -> None:
        self.name = encoder.name
        self._encoder = encoder
        self._known: dict[str, Vectors] = {}

    @property
    def dim(self) -> int:
        return self._encoder.dim

    def encode(self, texts: Sequence[str]) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, self._encoder.encode(new), strict=True))
        return np.stack([self._known[text] for text in texts]) if texts else self._encoder.encode([])


def answer_features(encoder: Encoder, objections: Sequence[str], answers: Sequence[str]) -> Vectors:
    """Return what the head of answers reads, shape (n, dim + 7): what is said, and how near it is to the objection."""
    said = encoder.encode(answers)
    near = (said * encoder.encode(objections)).sum(axis=1, keepdims=True)
    signs = [_answer_signs(answer.lower()) for answer in answers]
    return np.hstack([said, near, np.array(signs, dtype=np.float32) * _SIGN_SCALE]).astype(np.float32)


def _answer_signs(answer: str) -> tuple[float, ...]:
    cues = ((_TO_YOU, 3), (_OF_US, 3), (_NUMBER, 2), (_PLAIN, 2))
    counts = (len(cue.findall(answer)) / scale for cue, scale in cues)
    return (answer.count("?"), len(answer.split()) / 20, *counts)


def reaction_features(
    encoder: Encoder, objections: Sequence[str], answers: Sequence[str], replies: Sequence[str]
) -> Vectors:
    """Return what the head of reactions reads, shape (n, 2 * dim + 8).

    The first sentence says yes or no, the last where it ends up; both by themselves, and by how near they stay to the
    objection and the answer: who changes the subject is far from either.
    """
    sentences = [[found[0].strip() for found in _SENTENCE.finditer(reply)] or [reply] for reply in replies]
    first, last = (encoder.encode([said[place] for said in sentences]) for place in (0, -1))
    near = [
        (said * context).sum(axis=1, keepdims=True)
        for context in (encoder.encode(answers), encoder.encode(objections))
        for said in (first, last)
    ]
    signs = np.array([_reaction_signs(reply.lower()) for reply in replies], dtype=np.float32) * _SIGN_SCALE
    return np.hstack([first, last, *near, signs]).astype(np.float32)


def _reaction_signs(reply: str) -> tuple[float, ...]:
    return len(GIVES_IN.findall(reply)), len(HOLDS_OUT.findall(reply)), reply.count("?"), len(reply.split()) / 20
