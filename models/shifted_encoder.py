"""The installed small encoder with all its layers tuned, saved as small differences to its own weights.

Only the encoder's layers are tuned, not its embeddings. What is stored is the difference to the installed weights in
8 bits per value with a scale per row; since differences are small, the rounding is too (cosine above 0.999, tested).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.weights import WeightsError, weights_folder

if TYPE_CHECKING:
    from torch import Tensor

ENCODER = "all-MiniLM-L6-v2"


class ShiftedEncoder:
    """Tokenizer and encoder; `layers` are the parameters that tuning changes."""

    def __init__(self) -> None:
        """Load the encoder as installed."""
        from transformers import AutoModel, AutoTokenizer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        folder = str(weights_folder(ENCODER))
        self.tokenizer: Any = AutoTokenizer.from_pretrained(folder)
        self.model: Any = AutoModel.from_pretrained(folder).eval()
        self.width: int = self.model.config.hidden_size
        self.layers: dict[str, Tensor] = {}
        for name, parameter in self.model.named_parameters():
            parameter.requires_grad_(False)
            if name.startswith("encoder."):
                self.layers[name] = parameter

    def states(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """Return the last hidden states, shape (n, length, width)."""
        import torch

        # bfloat16 halves the time of training and reading; float32 sums keep the heads exact.
        with torch.autocast("cpu", dtype=torch.bfloat16):
            states: Tensor = self.model(input_ids=tokens, attention_mask=mask).last_hidden_state
        return states.float()


def save_shifted(path: Path, layers: Mapping[str, Tensor], facts: Mapping[str, str]) -> None:
    """Write tuned layers as differences, `facts` in the header; equal weights give equal bytes."""
    import torch
    from safetensors.torch import save

    installed = ShiftedEncoder().layers
    tensors = {}
    for name, tuned in layers.items():
        difference = (tuned.detach() - installed[name]).reshape(len(tuned), -1)
        scale = difference.abs().amax(dim=1, keepdim=True).clamp(min=1e-12) / 127
        tensors[f"layers.{name}"] = (difference / scale).round().to(torch.int8).reshape(tuned.shape).contiguous()
        tensors[f"scales.{name}"] = scale[:, 0].contiguous()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(save(dict(sorted(tensors.items())), metadata={"facts": json.dumps(dict(facts), sort_keys=True)}))


def load_shifted(path: Path) -> tuple[ShiftedEncoder, dict[str, str]]:
    """Return the encoder as tuned and the facts of a file that `save_shifted` wrote."""
    import torch
    from safetensors import safe_open

    if not path.is_file():
        raise WeightsError(
            f"The trained head {path.name} is missing. Run `make train` in a checkout with corpus/labels."
        )
    encoder = ShiftedEncoder()
    with safe_open(path, framework="pt") as file, torch.no_grad():
        facts: dict[str, str] = json.loads(file.metadata()["facts"])
        for name, layer in encoder.layers.items():
            rows = file.get_tensor(f"layers.{name}").float().reshape(len(layer), -1)
            layer.add_((rows * file.get_tensor(f"scales.{name}")[:, None]).reshape(layer.shape))
    return encoder, facts
