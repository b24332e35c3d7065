"""The network behind the moments: a sentence encoder read clause by clause, with four small heads.

A turn is read together with what was said just before it. Each of its clauses is the mean and the maximum of its
tokens' vectors beside the mean of the whole turn, as in span classification (Lee et al. 2017, "End-to-end neural
coreference resolution", without the attention); the heads tell its kind, its category, how the point is held
(factuality), and whether a moment begins.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from models.processor import on_a_core_each
from models.tuned_encoder import TunedEncoder, fresh_heads, load_tuned

if TYPE_CHECKING:
    from torch import Tensor

CLASSES = ("none", "objection", "pain", "goal", "question", "signal")
CATEGORIES = (
    "price", "timing", "authority", "need", "competitor", "trust",
    "product", "integration", "security", "adoption", "contract", "brushoff",
)  # fmt: skip
HELD = ("asserted", "hypothetical", "reported", "solicited")
"""How a moment is held."""
FACTUALITIES = (*HELD, "negated", "settled")
"""What is denied or settled is no moment, and learned beside the others so as to be told from them."""
ENCODER = "all-mpnet-base-v2"
_HIDDEN = 256
_CONTEXT_TOKENS = 40
_TURN_TOKENS = 220
_TURNS_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class ClauseTurn:
    """A turn with what was said just before it and its clauses as (start_char, end_char)."""

    before: str
    text: str
    clauses: tuple[tuple[int, int], ...]


class ClauseScores(NamedTuple):
    """Probabilities of every clause of one turn: class (n, 6), category (n, 12), factuality (n, 6), begins (n,)."""

    kinds: npt.NDArray[np.float32]
    categories: npt.NDArray[np.float32]
    factualities: npt.NDArray[np.float32]
    begins: npt.NDArray[np.float32]


class Logits(NamedTuple):
    """Raw outputs of the heads for the clauses of a batch, in order of turns and clauses."""

    kinds: Tensor
    categories: Tensor
    factualities: Tensor
    begins: Tensor


class _Row(NamedTuple):
    """What the encoder reads of a turn: its tokens, the first that was said in it, its clauses from there on."""

    tokens: list[int]
    first: int
    clauses: list[tuple[int, int]]


class MomentNetwork:
    """A tuned encoder with the heads."""

    def __init__(self, encoder: TunedEncoder, heads: dict[str, Tensor]) -> None:
        """Take the parts; `fresh_network` and `load_network` make them."""
        self.encoder = encoder
        self.heads = heads

    def score(self, turns: Sequence[ClauseTurn]) -> list[ClauseScores]:
        """Return the scores of every turn's clauses, in the order given; a turn must have at least one clause."""
        by_length = sorted(range(len(turns)), key=lambda place: len(turns[place].before) + len(turns[place].text))
        places = [by_length[start : start + _TURNS_AT_ONCE] for start in range(0, len(by_length), _TURNS_AT_ONCE)]
        batches = [[turns[place] for place in some] for some in places]
        # Tokens first: threads may not share the tokenizer while it goes to and fro between two settings.
        logits = on_a_core_each(self._heard, [self._rows(batch) for batch in batches])
        scores = chain.from_iterable(map(self._split, batches, logits))
        by_place = dict(zip(by_length, scores, strict=True))
        return [by_place[place] for place in range(len(turns))]

    def _heard(self, rows: Sequence[_Row]) -> Logits:
        import torch

        with torch.inference_mode():
            return self._logits(rows, dropout=0.0)

    def _split(self, turns: Sequence[ClauseTurn], logits: Logits) -> Iterator[ClauseScores]:
        kinds = logits.kinds.softmax(dim=1).numpy()
        categories = logits.categories.softmax(dim=1).numpy()
        factualities = logits.factualities.softmax(dim=1).numpy()
        begins = logits.begins.sigmoid().numpy()
        start = 0
        for turn in turns:
            here = slice(start, start + len(turn.clauses))
            yield ClauseScores(kinds[here], categories[here], factualities[here], begins[here])
            start = here.stop

    def logits(self, turns: Sequence[ClauseTurn], *, dropout: float = 0.0) -> Logits:
        """Run encoder and heads over a batch."""
        return self._logits(self._rows(turns), dropout=dropout)

    def _logits(self, rows: Sequence[_Row], *, dropout: float) -> Logits:
        from torch.nn import functional

        clauses = functional.dropout(self._clause_vectors(rows), dropout, training=dropout > 0)
        hidden = functional.gelu(self._linear("hidden", clauses))
        hidden = functional.dropout(hidden, dropout, training=dropout > 0)
        return Logits(
            self._linear("kinds", hidden),
            self._linear("categories", hidden),
            self._linear("factualities", hidden),
            self._linear("begins", hidden)[:, 0],
        )

    def _clause_vectors(self, rows: Sequence[_Row]) -> Tensor:
        """Return mean, mean of the turn and maximum of every clause, shape (n_clauses, 3 * width)."""
        import torch

        vectors = []
        for row, states in zip(rows, self._states([row.tokens for row in rows]), strict=True):
            said = states[row.first : len(row.tokens) - 1]
            whole = said.mean(0)
            vectors += [torch.cat([said[a:b].mean(0), whole, said[a:b].amax(0)]) for a, b in row.clauses]
        return torch.stack(vectors)

    def _states(self, rows: Sequence[list[int]]) -> Tensor:
        import torch

        length = max(map(len, rows))
        padding = self.encoder.tokenizer.pad_token_id
        tokens = torch.tensor([row + [padding] * (length - len(row)) for row in rows])
        mask = torch.tensor([[1] * len(row) + [0] * (length - len(row)) for row in rows])
        return self.encoder.states(tokens, mask)

    def _linear(self, name: str, values: Tensor) -> Tensor:
        from torch.nn import functional

        return functional.linear(values, self.heads[f"{name}.weight"], self.heads[f"{name}.bias"])

    def _rows(self, turns: Sequence[ClauseTurn]) -> list[_Row]:
        before = self.encoder.tokenizer([turn.before for turn in turns], add_special_tokens=False)["input_ids"]
        said = self.encoder.tokenizer(
            [turn.text for turn in turns],
            add_special_tokens=False,
            return_offsets_mapping=True,
            truncation=True,
            max_length=_TURN_TOKENS,
        )
        cls, sep = self.encoder.tokenizer.cls_token_id, self.encoder.tokenizer.sep_token_id
        rows = []
        for turn, context, text, offsets in zip(turns, before, said["input_ids"], said["offset_mapping"], strict=True):
            opening = [cls, *context[-_CONTEXT_TOKENS:], sep]
            clauses = _token_ranges(turn, np.array(offsets).reshape(-1, 2))
            rows.append(_Row([*opening, *text, sep], len(opening), clauses))
        return rows


def fresh_network(*, seed: int) -> MomentNetwork:
    """Return the encoder as installed with heads that know nothing yet."""
    encoder = TunedEncoder(ENCODER)
    encoder.adapt(seed=seed)
    shapes = {
        "hidden": (_HIDDEN, 3 * encoder.width),
        "kinds": (len(CLASSES), _HIDDEN),
        "categories": (len(CATEGORIES), _HIDDEN),
        "factualities": (len(FACTUALITIES), _HIDDEN),
        "begins": (1, _HIDDEN),
    }
    return MomentNetwork(encoder, fresh_heads(shapes, seed=seed))


def load_network(path: Path, *, tunable: bool = False) -> tuple[MomentNetwork, dict[str, str]]:
    """Return a saved network, ready to score or to be trained further, and the facts in its header."""
    encoder, heads, facts = load_tuned(path, tunable=tunable)
    return MomentNetwork(encoder, heads), facts


def _token_ranges(turn: ClauseTurn, offsets: npt.NDArray[np.int64]) -> list[tuple[int, int]]:
    """Return each clause as a range of the turn's tokens; a clause beyond the last token sees the whole turn."""
    ranges = []
    for start, end in turn.clauses:
        inside = np.flatnonzero((offsets[:, 0] < end) & (offsets[:, 1] > start))
        ranges.append((int(inside[0]), int(inside[-1]) + 1) if len(inside) else (0, len(offsets)))
    return ranges
