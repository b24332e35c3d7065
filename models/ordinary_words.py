"""The words that everybody's English has, to tell a seller's own names from them."""

from __future__ import annotations

import json
from functools import cache

from models.weights import weights_folder


@cache
def ordinary_words() -> frozenset[str]:
    """Return about 24,000 frequent words in lower case: those that the encoder's vocabulary holds in one piece."""
    tokenizer = json.loads((weights_folder("all-MiniLM-L6-v2") / "tokenizer.json").read_text(encoding="utf-8"))
    return frozenset(word for word in tokenizer["model"]["vocab"] if word.isalpha())
