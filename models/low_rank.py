"""Low-rank adapters beside frozen linear layers, with a backward step that adds nothing twice.

Hu et al. 2021, "LoRA: Low-Rank Adaptation of Large Language Models". Left to the graph of operations, the adapters cost
a third of a training step in sums of whole layers; written out, they are added where the layer's own result lies.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor


def adapt_linear(layer: Any, low: Tensor, high: Tensor, *, scale: float) -> None:
    """Make a layer compute x W' + b + scale (x low') high', in its own precision; `low` and `high` can be trained."""

    def forward(values: Tensor) -> Tensor:
        out: Tensor = _operation().apply(
            values, layer.weight, layer.bias, low.to(values.dtype), (scale * high).to(values.dtype)
        )
        return out

    layer.forward = forward


@cache
def _operation() -> Any:
    from torch.autograd import Function
    from torch.nn import functional

    class AdaptedLinear(Function):
        @staticmethod
        def forward(ctx: Any, values: Tensor, weight: Tensor, bias: Tensor, low: Tensor, high: Tensor) -> Tensor:
            inner = functional.linear(values, low)
            ctx.save_for_backward(values, weight, low, high, inner)
            out = functional.linear(values, weight, bias)
            out.flatten(0, -2).addmm_(inner.flatten(0, -2), high.T)
            return out

        @staticmethod
        def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
            values, weight, low, high, inner = ctx.saved_tensors
            gradient = gradients[0].reshape(-1, gradients[0].shape[-1])
            of_inner = gradient @ high
            of_values = None
            if ctx.needs_input_grad[0]:
                of_values = (gradient @ weight).addmm_(of_inner, low).view_as(values)
            of_low = of_inner.T @ values.flatten(0, -2)
            of_high = gradient.T @ inner.flatten(0, -2)
            return of_values, None, None, of_low, of_high

    return AdaptedLinear
