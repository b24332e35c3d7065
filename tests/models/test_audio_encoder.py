"""The encoder in bfloat16: as near to float32 as three digits, and honest about weights that it cannot read."""

import struct
from pathlib import Path

import numpy as np
import pytest

from models.audio_encoder import load_audio_encoder
from models.protocols import Samples
from models.weights import weights_folder
from models.whisper_transcriber import WhisperTranscriber


def string(text: str) -> bytes:
    return struct.pack("<H", len(text) + 1) + text.encode() + b"\0"


def test_integer_weights_are_left_to_the_engine(tmp_path: Path) -> None:
    weight = string("encoder/conv1/weight") + struct.pack("<B3IBI", 3, 1, 1, 1, 1, 1) + b"\x05"
    header = struct.pack("<I", 6) + string("WhisperSpec") + struct.pack("<II", 3, 1)
    (tmp_path / "model.bin").write_bytes(header + weight + struct.pack("<I", 0))
    assert load_audio_encoder(tmp_path) is None


@pytest.mark.model
@pytest.mark.parametrize("n_frames", [3000, 1200])
def test_it_hears_what_openai_s_own_encoder_hears(two_sentences: Samples, n_frames: int) -> None:
    import torch
    from whisper.audio import log_mel_spectrogram, pad_or_trim

    encoder = load_audio_encoder(weights_folder("tiny.en"))
    assert encoder is not None
    spectrogram = log_mel_spectrogram(pad_or_trim(two_sentences)).numpy()
    encoded = encoder.encode(np.ascontiguousarray(spectrogram[:, :n_frames]))
    assert (encoded.shape, encoded.dtype) == ((n_frames // 2, 384), np.float32)
    if n_frames == 3000:
        with torch.inference_mode():
            expected = WhisperTranscriber("tiny.en")._model.encoder(torch.from_numpy(spectrogram)[None])[0].numpy()
        assert np.linalg.norm(encoded - expected) < 0.03 * np.linalg.norm(expected)
