"""OpenAI's Whisper behind the Transcriber protocol: packed windows decoded in batches, words timed by attention."""

from __future__ import annotations

import json
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from models.ctranslate_checkpoint import converted
from models.encoded_windows import EncodedWindows
from models.protocols import SAMPLE_RATE_HZ, Samples, TimedWord, WindowText
from models.weights import WEIGHTS, WeightsError, cache_folder, weights_folder
from models.windows import TimedPiece, check_windows, joined_words

if TYPE_CHECKING:
    import torch
    from whisper.decoding import DecodingResult
    from whisper.model import Whisper
    from whisper.tokenizer import Tokenizer

BATCH_SIZE: Final = 8


class WhisperTranscriber:
    """Whisper in float32 on the CPU.

    `model` is "base" or "tiny.en" (installed weights), another name of openai-whisper (which downloads it),
    a checkpoint of OpenAI's, or a folder in CTranslate2's format. Weights are loaded at the first use.
    """

    def __init__(self, model: str = "base", *, batch_size: int = BATCH_SIZE) -> None:
        self.name = f"openai-whisper/{Path(model).name}/float32"
        self._source = model
        self._batch_size = batch_size
        self._loaded: Whisper | None = None
        self._encodings = EncodedWindows(self._encode)

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
        import torch

        options = self._options(language, vocabulary, temperature, beam_size)
        # Whisper repeats the text of a batch for each beam but not the audio, so with beams one window has to go alone.
        batch_size = self._batch_size if beam_size == 1 else 1
        texts: list[WindowText] = []
        # Sampling at a temperature must give the same text tomorrow.
        with torch.inference_mode(), torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            for start in range(0, len(windows), batch_size):
                texts += self._transcribe_batch(windows[start : start + batch_size], options)
        return texts

    def detect_language(self, window: Samples) -> tuple[str, float]:
        """Return the likeliest language code of a window and its probability; an English-only model knows one."""
        check_windows([window])
        if not self._model.is_multilingual:
            return "en", 1.0
        import torch

        with torch.inference_mode():
            _, probabilities = self._model.detect_language(self._encodings.of([window])[0])
        likeliest = max(probabilities, key=probabilities.__getitem__)
        return likeliest, float(probabilities[likeliest])

    def _encode(self, windows: Sequence[Samples]) -> list[torch.Tensor]:
        """Encode windows together; each is copied, or one that is kept would keep the memory of all."""
        if not windows:
            return []
        encoded = self._model.encoder(_spectrograms(windows, self._model.dims.n_mels))
        return [encoding.clone() for encoding in encoded]

    @property
    def _model(self) -> Whisper:
        if self._loaded is None:
            self._loaded = _load(self._source)
            _read_vocabulary(self._loaded)
        return self._loaded

    def _options(self, language: str | None, vocabulary: str, temperature: float, beam_size: int) -> dict[str, Any]:
        several = beam_size if beam_size > 1 else None
        return {
            "language": language if self._model.is_multilingual else "en",
            "prompt": vocabulary or None,
            "temperature": temperature,
            "best_of" if temperature else "beam_size": several,
            "without_timestamps": True,
            "fp16": False,
        }

    def _transcribe_batch(self, windows: Sequence[Samples], options: dict[str, Any]) -> list[WindowText]:
        import torch
        from whisper.decoding import DecodingOptions, decode

        encoded = torch.stack(self._encodings.of(windows))
        decoded: list[DecodingResult] = decode(self._model, encoded, DecodingOptions(**options))
        return [self._window_text(result, samples) for result, samples in zip(decoded, windows, strict=True)]

    def _window_text(self, decoded: DecodingResult, samples: Samples) -> WindowText:
        return WindowText(
            text=decoded.text,
            words=tuple(self._timed_words(decoded, len(samples) / SAMPLE_RATE_HZ)),
            language=decoded.language,
            mean_log_probability=float(decoded.avg_logprob),
            no_speech_probability=float(decoded.no_speech_prob),
            compression_ratio=float(decoded.compression_ratio) if decoded.text else 0.0,
            temperature=decoded.temperature,
        )

    def _timed_words(self, decoded: DecodingResult, duration_s: float) -> list[TimedWord]:
        from whisper.timing import find_alignment
        from whisper.tokenizer import get_tokenizer

        tokenizer: Tokenizer = get_tokenizer(
            self._model.is_multilingual, num_languages=self._model.num_languages, language=decoded.language
        )
        tokens = [token for token in decoded.tokens if token < tokenizer.eot]
        n_frames = max(2, round(duration_s * 100))
        with warnings.catch_warnings():
            # Compiling the alignment says that it found nothing to run in parallel: true, and of no consequence.
            warnings.filterwarnings("ignore", message=".*parallel.*")
            found = find_alignment(_Encoded(self._model), tokenizer, tokens, decoded.audio_features, n_frames)
        pieces = [
            TimedPiece(piece.word, float(piece.start), float(piece.end), float(piece.probability)) for piece in found
        ]
        return joined_words(pieces, language=decoded.language, duration_s=duration_s)


class _Encoded:
    """Whisper as its own alignment sees it, fed with audio that decoding has encoded already, which halves the work."""

    def __init__(self, model: Whisper) -> None:
        self.dims, self.device, self.decoder = model.dims, model.device, model.decoder
        self.alignment_heads = model.alignment_heads

    def __call__(self, audio_features: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.decoder(tokens, audio_features)
        return logits


def _spectrograms(windows: Sequence[Samples], n_mels: int) -> torch.Tensor:
    """Return shape (n_windows, n_mels, 3000); every window is filled up to 30 s with silence."""
    import torch
    from whisper.audio import log_mel_spectrogram, pad_or_trim

    padded = torch.from_numpy(np.stack([pad_or_trim(samples) for samples in windows]))
    return torch.stack([log_mel_spectrogram(samples, n_mels) for samples in padded])


def _read_vocabulary(model: Whisper) -> None:
    """Let whisper read its vocabulary, which it keeps, and forgive it the file that it leaves open."""
    from whisper.tokenizer import get_tokenizer

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        get_tokenizer(model.is_multilingual, num_languages=model.num_languages)


def _load(source: str) -> Whisper:
    if source in WEIGHTS:
        return _load_converted(converted(weights_folder(source)))
    if Path(source).is_dir():
        return _load_converted(converted(Path(source)))
    return _load_with_whisper(source)


def _load_with_whisper(source: str) -> Whisper:
    import whisper

    if not Path(source).is_file() and source not in whisper.available_models():
        known = ", ".join(whisper.available_models())
        raise WeightsError(f"No Whisper model {source!r}: not a file, not a folder, not one of {known}.")
    return whisper.load_model(source, device="cpu", download_root=str(cache_folder() / "openai-whisper"))


def _load_converted(checkpoint: Path) -> Whisper:
    import torch
    from safetensors import safe_open
    from whisper.model import ModelDimensions, Whisper

    with safe_open(str(checkpoint), framework="pt") as file:
        metadata = file.metadata()
        state = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
    model = Whisper(ModelDimensions(**json.loads(metadata["dimensions"])))
    model.load_state_dict(state)
    if heads := json.loads(metadata["alignment_heads"]):
        mask = torch.zeros(model.dims.n_text_layer, model.dims.n_text_head, dtype=torch.bool)
        mask[tuple(zip(*heads, strict=True))] = True
        model.register_buffer("alignment_heads", mask.to_sparse(), persistent=False)
    return model.eval()
