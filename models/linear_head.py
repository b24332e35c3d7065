"""A linear classifier on vectors: weights in safetensors, trained by logistic regression, the same bytes every time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class LinearHead:
    """Class probabilities of vectors: `weights` has shape (dim, n_classes), `bias` (n_classes,)."""

    weights: Vectors
    bias: Vectors

    def probabilities(self, vectors: Vectors) -> Vectors:
        """Return shape (n, n_classes), rows summing to 1."""
        scores = vectors @ self.weights + self.bias
        scores -= scores.max(axis=1, keepdims=True)
        exponentials = np.exp(scores)
        return np.asarray(exponentials / exponentials.sum(axis=1, keepdims=True), dtype=np.float32)

    def save(self, path: Path) -> None:
        """Write the head as safetensors."""
        from safetensors.numpy import save

        path.parent.mkdir(parents=True, exist_ok=True)
        tensors = {"weights": np.ascontiguousarray(self.weights), "bias": np.ascontiguousarray(self.bias)}
        path.write_bytes(save(tensors))


def load_linear_head(path: Path) -> LinearHead:
    """Read a head that `LinearHead.save` wrote."""
    from safetensors.numpy import load_file

    tensors = load_file(path)
    return LinearHead(tensors["weights"], tensors["bias"])


def train_linear_head(
    vectors: Vectors, labels: Sequence[int], n_classes: int, *, penalty: float = 1e-4, weights: Vectors | None = None
) -> LinearHead:
    """Fit multinomial logistic regression with an L2 `penalty` by full-batch L-BFGS from zero: no randomness at all.

    `weights`, shape (n,), scales the examples.
    """
    import torch

    x, y = torch.from_numpy(np.ascontiguousarray(vectors)), torch.tensor(list(labels))
    importance = torch.ones(len(y)) if weights is None else torch.from_numpy(weights)
    matrix = torch.zeros((x.shape[1], n_classes), requires_grad=True)
    bias = torch.zeros(n_classes, requires_grad=True)
    optimizer = torch.optim.LBFGS([matrix, bias], max_iter=300, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        each = torch.nn.functional.cross_entropy(x @ matrix + bias, y, reduction="none")
        value = (each * importance).sum() / importance.sum() + penalty * matrix.square().sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    return LinearHead(matrix.detach().numpy(), bias.detach().numpy())
