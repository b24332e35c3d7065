"""The head that tells reps from customers, from the labelled calls: every turn of three words is an example."""

from __future__ import annotations

from collections.abc import Sequence

from models.linear_head import LinearHead, train_linear_head
from models.protocols import Encoder
from models.training.labelled_calls import LabelledCall

_MIN_WORDS = 3


def train_role_head(calls: Sequence[LabelledCall], encoder: Encoder) -> LinearHead:
    """Return a head of two classes: customer, rep."""
    turns = [turn for call in calls for turn in call.turns if len(turn.text.split()) >= _MIN_WORDS]
    vectors = encoder.encode([turn.text for turn in turns])
    return train_linear_head(vectors, [int(turn.is_rep) for turn in turns], n_classes=2, penalty=1e-4)
