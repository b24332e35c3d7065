"""An installed sentence encoder, tuned by low-rank adapters: read token by token, saved as a few small matrices.

Each linear layer W of the upper blocks becomes W + B A with A (rank, inputs) and B (outputs, rank), after Hu et al.
2021, "LoRA: Low-Rank Adaptation of Large Language Models". Training fits A and B beside the frozen encoder; a loaded
encoder has them added to its weights and runs as fast as the installed one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.low_rank import adapt_linear
from models.processor import has_fast_bfloat16
from models.weights import WeightsError, weights_folder

if TYPE_CHECKING:
    from torch import Tensor

_RANK = 16
_SCALE = 2.0
_FIRST_BLOCK = 4
"""The lowest blocks read letters and word forms; leaving them as they are spares a fifth of the training."""


class TunedEncoder:
    """Tokenizer and encoder by the name of its weights; `adapters` are the parameters that tuning changes."""

    def __init__(self, name: str) -> None:
        """Load the encoder as installed."""
        from transformers import AutoModel, AutoTokenizer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        folder = str(weights_folder(name))
        self.name = name
        self.tokenizer: Any = AutoTokenizer.from_pretrained(folder)
        self.model: Any = AutoModel.from_pretrained(folder).eval().requires_grad_(False)
        self.width: int = self.model.config.hidden_size
        self.adapters: dict[str, Tensor] = {}

    def states(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """Return the last hidden states, shape (n, length, width), float32."""
        states: Tensor = self.model(input_ids=tokens, attention_mask=mask).last_hidden_state
        return states.float()

    def adapt(self, *, seed: int, trained: Mapping[str, Tensor] | None = None) -> None:
        """Put adapters beside the linear layers: trained ones, or fresh ones, which change nothing as they are."""
        import torch

        generator = torch.Generator().manual_seed(seed)
        for name, layer in self._linear_layers(_FIRST_BLOCK if trained is None else 0).items():
            if trained is not None and f"{name}.A" not in trained:
                continue
            outputs, inputs = layer.weight.shape
            bound = inputs**-0.5
            low = (torch.rand(_RANK, inputs, generator=generator) * 2 * bound - bound).requires_grad_()
            high = torch.zeros(outputs, _RANK).requires_grad_()
            if trained is not None:
                low = trained[f"{name}.A"].clone().requires_grad_()
                high = trained[f"{name}.B"].clone().requires_grad_()
            self.adapters[f"{name}.A"], self.adapters[f"{name}.B"] = low, high
            adapt_linear(layer, low, high, scale=_SCALE)
        self.model.to(fast_dtype())

    def merge(self, adapters: Mapping[str, Tensor]) -> None:
        """Add trained adapters to the weights, once and for all."""
        import torch

        with torch.no_grad():
            for name, layer in self._linear_layers(0).items():
                if f"{name}.A" in adapters:
                    layer.weight.add_(_SCALE * adapters[f"{name}.B"] @ adapters[f"{name}.A"])
        self.model.to(fast_dtype())

    def _linear_layers(self, first_block: int) -> dict[str, Any]:
        """Return the linear layers of the blocks from one on, by name."""
        from torch import nn

        blocks = self.model.encoder.layer
        return {
            f"{block}.{name}": module
            for block in range(first_block, len(blocks))
            for name, module in blocks[block].named_modules()
            if isinstance(module, nn.Linear)
        }


def fast_dtype() -> Any:
    """Return bfloat16 where the processor multiplies it in hardware, half the time of float32; else float32."""
    import torch

    return torch.bfloat16 if has_fast_bfloat16() else torch.float32


def fresh_heads(shapes: Mapping[str, tuple[int, int]], *, seed: int) -> dict[str, Tensor]:
    """Return weights and zero biases of linear layers, `shapes` being (outputs, inputs) by name."""
    import torch

    generator = torch.Generator().manual_seed(seed)
    heads: dict[str, Tensor] = {}
    for name, (outputs, inputs) in shapes.items():
        bound = inputs**-0.5
        heads[f"{name}.weight"] = (
            torch.rand(outputs, inputs, generator=generator) * 2 * bound - bound
        ).requires_grad_()
        heads[f"{name}.bias"] = torch.zeros(outputs).requires_grad_()
    return heads


def save_tuned(
    path: Path, encoder: str, adapters: Mapping[str, Tensor], heads: Mapping[str, Tensor], facts: Mapping[str, str]
) -> None:
    """Write adapters and heads in float16, the encoder's name and `facts` in the header; equal in, equal bytes out."""
    import torch
    from safetensors.torch import save

    named = {f"adapters.{name}": value for name, value in adapters.items()}
    named |= {f"heads.{name}": value for name, value in heads.items()}
    tensors = {name: named[name].detach().to(torch.float16).contiguous() for name in sorted(named)}
    header = {"facts": json.dumps({"encoder": encoder, **facts}, sort_keys=True)}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(save(tensors, metadata=header))


def write_facts(path: Path, facts: Mapping[str, str]) -> None:
    """Put facts into the header of a file that `save_tuned` wrote, beside those that it has; its weights stay."""
    from safetensors.torch import load, save

    header = {"facts": json.dumps({**read_facts(path), **facts}, sort_keys=True)}
    tensors = load(path.read_bytes())
    path.write_bytes(save({name: tensors[name] for name in sorted(tensors)}, metadata=header))


def read_facts(path: Path) -> dict[str, str]:
    """Return the facts of a file that `save_tuned` wrote; no weights are loaded. WeightsError where there is none."""
    from safetensors import safe_open

    _require(path)
    with safe_open(path, framework="pt") as file:
        facts: dict[str, str] = json.loads(file.metadata()["facts"])
    return facts


def load_tuned(path: Path, *, tunable: bool = False) -> tuple[TunedEncoder, dict[str, Tensor], dict[str, str]]:
    """Return the encoder as tuned, the heads and the facts of a file that `save_tuned` wrote.

    A `tunable` encoder keeps its adapters apart, so that training can go on; merged ones are faster.
    """
    from safetensors import safe_open

    _require(path)
    with safe_open(path, framework="pt") as file:
        facts: dict[str, str] = json.loads(file.metadata()["facts"])
        tensors = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
    encoder = TunedEncoder(facts["encoder"])
    adapters = {name.removeprefix("adapters."): v for name, v in tensors.items() if name.startswith("adapters.")}
    heads = {name.removeprefix("heads."): v for name, v in tensors.items() if name.startswith("heads.")}
    if tunable:
        encoder.adapt(seed=0, trained=adapters)
        heads = {name: head.requires_grad_() for name, head in heads.items()}
    else:
        encoder.merge(adapters)
    return encoder, heads, facts


def _require(path: Path) -> None:
    if not path.is_file():
        raise WeightsError(
            f"The trained head {path.name} is missing. Run `make train` in a checkout with corpus/labels."
        )
