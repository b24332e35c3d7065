"""What an engine's encoder made of the latest windows, so that none is encoded twice.

The encoder is half of an engine's work, and a window is heard several times: to tell its language, to be transcribed,
and again where its text is in doubt.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import blake2b
from itertools import islice
from typing import Final, Generic, TypeVar

from models.protocols import Samples

KEPT: Final = 32
"""Windows remembered: 3 MB each with `base`, 8 MB with the largest model."""

Encoded = TypeVar("Encoded")


class EncodedWindows(Generic[Encoded]):
    """The encoder with a memory for the latest KEPT windows."""

    def __init__(self, encode: Callable[[Sequence[Samples]], Sequence[Encoded]]) -> None:
        self._encode = encode
        self._kept: dict[bytes, Encoded] = {}

    def of(self, windows: Sequence[Samples]) -> list[Encoded]:
        """Return what the encoder makes of each window, in the order given."""
        keys = [blake2b(window.tobytes(), digest_size=16).digest() for window in windows]
        known = {key: self._kept.pop(key) for key in {*keys} & self._kept.keys()}
        unknown = {key: window for key, window in zip(keys, windows, strict=True) if key not in known}
        known |= zip(unknown, self._encode(list(unknown.values())), strict=True)
        self._kept |= known
        for oldest in list(islice(self._kept, max(0, len(self._kept) - KEPT))):
            del self._kept[oldest]
        return [known[key] for key in keys]
