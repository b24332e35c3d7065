"""Whisper through CTranslate2 behind the Transcriber protocol: int8 on the CPU, one worker thread per core."""

from __future__ import annotations

import math
import os
import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from models.audio_encoder import AudioEncoder, load_audio_encoder
from models.encoded_windows import KEPT, EncodedWindows
from models.processor import has_fast_bfloat16, one_core_each
from models.protocols import SAMPLE_RATE_HZ, Samples, WindowText
from models.weights import WEIGHTS, WeightsError, cache_folder, weights_folder
from models.windows import TimedPiece, check_windows, joined_words

if TYPE_CHECKING:
    from faster_whisper import WhisperModel
    from faster_whisper.tokenizer import Tokenizer

Encoding = npt.NDArray[np.float32]
"""A window as the encoder leaves it, shape (n_steps, width): 50 steps a second, 1500 where silence fills it to 30 s."""

BATCH_SIZE: Final = 4
"""Windows decoded together. Each token reads its own window's keys and values, which weigh more than the weights:
larger batches save next to nothing, and leave a worker idle while another ends the longest."""
_BATCHES_A_WORKER: Final = 2
_WINDOW_SAMPLES: Final = 30 * SAMPLE_RATE_HZ
_N_FRAMES: Final = 3000
_FRAMES_PER_S: Final = 100
_MARGIN_S: Final = 2.0
_STEP_S: Final = 2.0
_MIN_CUT_S: Final = 10.0
"""Silence that fills a window to 30 s costs as much as speech. It may be cut to two seconds or more where a window is
long: word errors stay as they are (8.5 to 8.9 % on calls, from 8.7). With one second, or in short windows, decoding
runs in circles. Lengths go by steps, so that windows still make batches."""


class FasterTranscriber:
    """Whisper with int8 weights.

    `model` is "base" or "tiny.en" (installed weights), a folder in CTranslate2's format, or a name that
    faster-whisper downloads. Weights are loaded at the first use. Several workers of one thread each beat one
    worker of several threads on packed windows.
    """

    def __init__(self, model: str = "base", *, batch_size: int = BATCH_SIZE, n_workers: int | None = None) -> None:
        self.name = f"faster-whisper/{Path(model).name}/int8"
        self._source = model
        self._batch_size = batch_size
        self._n_workers = n_workers or os.cpu_count() or 1
        self._loaded: WhisperModel | None = None
        self._encodings = EncodedWindows(partial(self._encode, in_full=False))
        self._encodings_in_full = EncodedWindows(partial(self._encode, in_full=True))

    def transcribe(
        self,
        windows: Sequence[Samples],
        *,
        language: str | None,
        vocabulary: str = "",
        temperature: float = 0.0,
        beam_size: int = 1,
    ) -> list[WindowText]:
        """Return one text per window of at most 30 s, in the order given."""
        check_windows(windows)
        if not windows:
            return []
        if language is None:
            return [self._detect_and_transcribe(window, vocabulary, temperature, beam_size) for window in windows]
        import ctranslate2

        # Sampling at a temperature must give the same text tomorrow.
        ctranslate2.set_random_seed(0)
        decoding = _Decoding(self._model, language, vocabulary, temperature, beam_size)
        texts: list[WindowText] = []
        for start in range(0, len(windows), KEPT):
            texts += self._transcribe_group(windows[start : start + KEPT], decoding)
        return texts

    def _transcribe_group(self, windows: Sequence[Samples], decoding: _Decoding) -> list[WindowText]:
        """Transcribe windows in batches of equal length; who tries again hears a window filled to 30 s."""
        is_first_try = decoding.beam_size == 1 and not decoding.temperature
        encoded = (self._encodings if is_first_try else self._encodings_in_full).of(windows)
        # Each text that is weighed holds keys and values of its own: twenty at once would take 700 MB a worker.
        at_once = max(1, self._batch_size // decoding.beam_size)
        size = min(at_once, -(-len(windows) // (_BATCHES_A_WORKER * self._n_workers)))
        batches = batches_of_equals([len(encoding) for encoding in encoded], size=size)
        with ThreadPoolExecutor(self._n_workers) as workers:
            texts = workers.map(
                decoding.decode,
                [[windows[place] for place in batch] for batch in batches],
                [[encoded[place] for place in batch] for batch in batches],
            )
            by_place = dict(zip(chain(*batches), chain.from_iterable(texts), strict=True))
        return [by_place[place] for place in range(len(windows))]

    def _encode(self, windows: Sequence[Samples], *, in_full: bool) -> list[Encoding]:
        """Encode one window at a time, which is faster than several: its attention stays in the processor's cache."""
        model, encoder = self._model, self._encoder

        def encode(window: Samples) -> Encoding:
            n_frames = _N_FRAMES if in_full else count_frames(len(window) / SAMPLE_RATE_HZ)
            spectrogram = np.ascontiguousarray(_spectrogram(model, window)[:, :n_frames])
            encoding: Encoding = encoder.encode(spectrogram) if encoder else np.array(model.encode(spectrogram))[0]
            return encoding

        with one_core_each(), ThreadPoolExecutor(self._n_workers) as workers:
            return list(workers.map(encode, windows))

    def _detect_and_transcribe(
        self, window: Samples, vocabulary: str, temperature: float, beam_size: int
    ) -> WindowText:
        language, _ = self.detect_language(window)
        (text,) = self.transcribe(
            [window], language=language, vocabulary=vocabulary, temperature=temperature, beam_size=beam_size
        )
        return text

    def detect_language(self, window: Samples) -> tuple[str, float]:
        """Return the likeliest language code of a window and its probability; an English-only model knows one."""
        check_windows([window])
        engine = self._model.model
        if not engine.is_multilingual:
            return "en", 1.0
        ((token, probability), *_) = engine.detect_language(_stored(self._encodings.of([window])))[0]
        return token.strip("<|>"), float(probability)

    @property
    def _model(self) -> WhisperModel:
        if self._loaded is None:
            self._loaded = _load(self._folder, self._n_workers)
        return self._loaded

    @cached_property
    def _folder(self) -> Path:
        return _folder(self._source)

    @cached_property
    def _encoder(self) -> AudioEncoder | None:
        """None leaves encoding to the engine."""
        return load_audio_encoder(self._folder) if has_fast_bfloat16() else None


@dataclass(frozen=True, slots=True)
class _Decoding:
    """How every batch of one call is decoded."""

    model: WhisperModel
    language: str
    vocabulary: str
    temperature: float
    beam_size: int

    def decode(self, windows: Sequence[Samples], encodings: Sequence[Encoding]) -> list[WindowText]:
        tokenizer = _tokenizer(self.model, self.language)
        encoded = _stored(encodings)
        prompt = self.model.get_prompt(tokenizer, self._vocabulary_tokens(tokenizer), without_timestamps=True)
        generated = self.model.model.generate(
            encoded, [prompt] * len(windows), return_scores=True, return_no_speech_prob=True, **self._search()
        )
        tokens = [[token for token in one.sequences_ids[0] if token < tokenizer.eot] for one in generated]
        durations_s = [len(samples) / SAMPLE_RATE_HZ for samples in windows]
        return [
            self._window_text(
                one,
                tokenizer.decode(its_tokens).strip(),
                self._timed(tokenizer, its_tokens, encoding, duration_s),
                duration_s,
            )
            for one, its_tokens, encoding, duration_s in zip(generated, tokens, encodings, durations_s, strict=True)
        ]

    def _timed(
        self, tokenizer: Tokenizer, tokens: list[int], encoding: Encoding, duration_s: float
    ) -> list[dict[str, Any]]:
        """Find the words of one window; of several at once each takes up to twice as long."""
        n_frames = max(2, min(_N_FRAMES, round(duration_s * _FRAMES_PER_S)))
        pieces: list[dict[str, Any]]
        (pieces,) = self.model.find_alignment(tokenizer, [tokens], _stored([encoding]), [n_frames])
        return pieces

    def _vocabulary_tokens(self, tokenizer: Tokenizer) -> list[int]:
        tokens: list[int] = tokenizer.encode(f" {self.vocabulary.strip()}") if self.vocabulary else []
        return tokens

    def _search(self) -> dict[str, Any]:
        if not self.temperature:
            return {"beam_size": self.beam_size}
        sampling = {"sampling_temperature": self.temperature, "sampling_topk": 0}
        return {"beam_size": 1, "num_hypotheses": self.beam_size, **sampling}

    def _window_text(self, generated: Any, text: str, pieces: list[dict[str, Any]], duration_s: float) -> WindowText:
        timed = [
            TimedPiece(piece["word"], float(piece["start"]), float(piece["end"]), float(piece["probability"]))
            for piece in pieces
        ]
        n_tokens = len(generated.sequences_ids[0])
        return WindowText(
            text=text,
            words=tuple(joined_words(timed, language=self.language, duration_s=duration_s)),
            language=self.language,
            # The engine's score is the mean over the tokens without the end mark; OpenAI's counts that mark too.
            mean_log_probability=float(generated.scores[0]) * n_tokens / (n_tokens + 1),
            no_speech_probability=float(generated.no_speech_prob),
            compression_ratio=_compression_ratio(text),
            temperature=self.temperature,
        )


def _folder(source: str) -> Path:
    """Return the folder of installed weights, the folder given, or that of a model which is fetched by its name."""
    from faster_whisper import available_models
    from faster_whisper.utils import download_model

    if source in WEIGHTS:
        return weights_folder(source)
    if Path(source).is_dir():
        return Path(source)
    if source not in available_models():
        known = ", ".join(available_models())
        raise WeightsError(f"No Whisper model {source!r} for faster-whisper: not a folder, not one of {known}.")
    return Path(download_model(source, cache_dir=str(cache_folder() / "faster-whisper")))


def _load(folder: Path, n_workers: int) -> WhisperModel:
    from faster_whisper import WhisperModel

    return WhisperModel(
        str(folder), device="cpu", compute_type="int8", cpu_threads=1, num_workers=n_workers, local_files_only=True
    )


def _tokenizer(model: WhisperModel, language: str) -> Tokenizer:
    from faster_whisper.tokenizer import Tokenizer

    multilingual = model.model.is_multilingual
    return Tokenizer(model.hf_tokenizer, multilingual, task="transcribe", language=language if multilingual else "en")


def batches_of_equals(lengths: Sequence[int], *, size: int) -> list[list[int]]:
    """Return the places of equal lengths together, at most `size` of them, the largest batches first.

    >>> batches_of_equals([1500, 1100, 1500, 1500], size=2)
    [[0, 2], [3], [1]]
    """
    places: dict[int, list[int]] = {}
    for place, length in enumerate(lengths):
        places.setdefault(length, []).append(place)
    batches = [equal[start : start + size] for equal in places.values() for start in range(0, len(equal), size)]
    return sorted(batches, key=len, reverse=True)


def count_frames(duration_s: float) -> int:
    """Return how much of a window filled to 30 s is encoded, in frames of 10 ms.

    >>> [count_frames(duration_s) for duration_s in (4.0, 10.0, 20.1, 27.0)]
    [3000, 1200, 2400, 3000]
    """
    if duration_s < _MIN_CUT_S:
        return _N_FRAMES
    return min(_N_FRAMES, round(math.ceil((duration_s + _MARGIN_S) / _STEP_S) * _STEP_S * _FRAMES_PER_S))


def _stored(encodings: Sequence[Encoding]) -> Any:
    """Return encodings as a batch that the engine reads."""
    import ctranslate2

    return ctranslate2.StorageView.from_array(np.stack(encodings))


def _spectrogram(model: WhisperModel, samples: Samples) -> npt.NDArray[np.float32]:
    """Return shape (n_mels, 3000); the window is filled up to 30 s with silence, as OpenAI does."""
    padded = np.zeros(_WINDOW_SAMPLES, dtype=np.float32)
    padded[: len(samples)] = samples
    spectrogram: npt.NDArray[np.float32] = model.feature_extractor(padded)[:, :_N_FRAMES]
    return spectrogram


def _compression_ratio(text: str) -> float:
    encoded = text.encode("utf-8")
    return len(encoded) / len(zlib.compress(encoded)) if encoded else 0.0
