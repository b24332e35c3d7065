"""The installed Whisper weights as a ggml file, which whisper.cpp reads: the same numbers, float16 as OpenAI's."""

from __future__ import annotations

import base64
import struct
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
import numpy.typing as npt

from models.ctranslate_checkpoint import WhisperDimensions, dimensions, read_arrays, state_dict
from models.weights import cache_folder, weights_folder, write_atomically

_MAGIC: Final = 0x67676D6C
_FLOAT32, _FLOAT16 = 0, 1


def ggml_file(model: str) -> Path:
    """Return the model as a ggml file, written once and then kept in the cache."""
    path = cache_folder() / "whisper" / f"ggml-{model}.bin"
    if not path.is_file():
        write_atomically(path, lambda temporary: _write(model, temporary))
    return path


def _write(model: str, path: Path) -> None:
    arrays = read_arrays(weights_folder(model) / "model.bin")
    sizes = dimensions(arrays)
    with path.open("wb") as file:
        _write_sizes(file, sizes)
        _write_filters(file, sizes.n_mels)
        _write_vocabulary(file, multilingual=sizes.n_vocab >= 51865)
        for name, array in state_dict(arrays).items():
            _write_tensor(file, name, array)


def _write_sizes(file: BinaryIO, sizes: WhisperDimensions) -> None:
    audio = (sizes.n_audio_ctx, sizes.n_audio_state, sizes.n_audio_head, sizes.n_audio_layer)
    text = (sizes.n_text_ctx, sizes.n_text_state, sizes.n_text_head, sizes.n_text_layer)
    file.write(struct.pack("<12i", _MAGIC, sizes.n_vocab, *audio, *text, sizes.n_mels, _FLOAT16))


def _write_filters(file: BinaryIO, n_mels: int) -> None:
    from whisper.audio import mel_filters

    filters: npt.NDArray[np.float32] = mel_filters("cpu", n_mels).numpy()
    file.write(struct.pack("<2i", *filters.shape) + np.ascontiguousarray(filters, "<f4").tobytes())


def _write_vocabulary(file: BinaryIO, *, multilingual: bool) -> None:
    import whisper

    source = Path(whisper.__file__).parent / "assets" / ("multilingual.tiktoken" if multilingual else "gpt2.tiktoken")
    ranked = [line.split() for line in source.read_text().splitlines() if line]
    tokens = [base64.b64decode(token) for token, _ in sorted(ranked, key=lambda pair: int(pair[1]))]
    file.write(struct.pack("<i", len(tokens)))
    for token in tokens:
        file.write(struct.pack("<i", len(token)) + token)


def _write_tensor(file: BinaryIO, name: str, array: npt.NDArray[Any]) -> None:
    """Write one tensor: matrices in float16, all else in float32, as whisper.cpp expects them; biases of convolutions
    are columns."""
    values = array[:, None] if name in ("encoder.conv1.bias", "encoder.conv2.bias") else array
    is_half = values.ndim > 1 and not name.endswith(("conv1.bias", "conv2.bias", "positional_embedding"))
    file.write(struct.pack("<3i", values.ndim, len(name), _FLOAT16 if is_half else _FLOAT32))
    file.write(struct.pack(f"<{values.ndim}i", *reversed(values.shape)) + name.encode())
    file.write(np.ascontiguousarray(values, "<f2" if is_half else "<f4").tobytes())
