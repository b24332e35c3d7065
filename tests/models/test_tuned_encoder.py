"""Adapters beside the frozen layers, and what a saved file gives back."""

import pytest

from models.tuned_encoder import TunedEncoder, fast_dtype, load_tuned, save_tuned
from models.weights import WeightsError

NAME = "all-MiniLM-L6-v2"
SENTENCES = ["It's too expensive.", "Can it read our old files?", "We lose a day every week."]

pytestmark = pytest.mark.model


def states(encoder):
    import torch

    tokens = encoder.tokenizer(SENTENCES, padding=True, return_tensors="pt")
    with torch.inference_mode():
        return encoder.states(tokens["input_ids"], tokens["attention_mask"])


def likeness(one, other):
    import torch

    return float(torch.nn.functional.cosine_similarity(one.flatten(), other.flatten(), dim=0))


def adapted(*, size=0.0):
    import torch

    encoder = TunedEncoder(NAME)
    encoder.adapt(seed=1)
    generator = torch.Generator().manual_seed(2)
    with torch.no_grad():
        for name, adapter in encoder.adapters.items():
            if name.endswith(".B"):
                adapter.add_(size * torch.randn(adapter.shape, generator=generator))
    return encoder


def test_fresh_adapters_change_nothing():
    plain = TunedEncoder(NAME)
    plain.model.to(fast_dtype())
    assert likeness(states(adapted()), states(plain)) > 0.9999


def test_a_saved_encoder_reads_as_it_did_when_it_was_tuned(tmp_path):
    tuned = adapted(size=0.02)
    save_tuned(tmp_path / "head.safetensors", NAME, tuned.adapters, {}, {"slope": "2.0"})
    loaded, heads, facts = load_tuned(tmp_path / "head.safetensors")
    assert facts == {"encoder": NAME, "slope": "2.0"}
    assert heads == {}
    assert likeness(states(tuned), states(adapted())) < 0.999
    assert likeness(states(tuned), states(loaded)) > 0.999


def test_equal_weights_are_written_as_equal_bytes(tmp_path):
    for name in "ab":
        save_tuned(tmp_path / name, NAME, adapted(size=0.02).adapters, {}, {})
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_missing_head_is_named_with_the_command_that_makes_it(tmp_path):
    with pytest.raises(WeightsError, match=r"head\.safetensors is missing.*make train"):
        load_tuned(tmp_path / "head.safetensors")
