"""Reads Whisper weights in CTranslate2's format and maps them to the names of OpenAI's own model, without pickle.

The file is a header, a list of named arrays and a list of aliases. OpenAI's checkpoints are float16 and so is the file:
nothing is lost on the way.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
import numpy.typing as npt

from models.weights import WeightsError, cache_folder, is_remembered, remember, write_atomically

Array = npt.NDArray[Any]

_FORMAT_VERSION: Final = 6
_TYPES: Final = {0: "<f4", 1: "<i1", 2: "<i2", 3: "<i4", 4: "<f2"}
_MAX_ARRAYS: Final = 10_000


@dataclass(frozen=True, slots=True)
class WhisperDimensions:
    """The sizes that whisper.model.ModelDimensions wants, under its names."""

    n_mels: int
    n_audio_ctx: int
    n_audio_state: int
    n_audio_head: int
    n_audio_layer: int
    n_vocab: int
    n_text_ctx: int
    n_text_state: int
    n_text_head: int
    n_text_layer: int


def read_arrays(path: Path, *, under: str = "") -> dict[str, Array]:
    """Return every array of a CTranslate2 Whisper file whose name begins with `under`, by its name.

    Aliases are left out, they name no new data. Raises WeightsError if the file is something else, of another version,
    or cut short.
    """
    with path.open("rb") as file:
        try:
            return _read_arrays(file, under)
        except (struct.error, UnicodeDecodeError, ValueError, KeyError) as error:
            raise WeightsError(
                f"{path} is not a readable CTranslate2 file of version {_FORMAT_VERSION}: {error}"
            ) from error


def _read_arrays(file: BinaryIO, under: str) -> dict[str, Array]:
    version = _number(file, "<I")
    if version != _FORMAT_VERSION:
        raise ValueError(f"format version {version}")
    kind = _string(file)
    if kind != "WhisperSpec":
        raise ValueError(f"it holds a {kind}")
    _number(file, "<I")
    n_arrays = _number(file, "<I")
    if n_arrays > _MAX_ARRAYS:
        raise ValueError(f"{n_arrays} arrays")
    arrays = (_array(file) for _ in range(n_arrays))
    return {name: array for name, array in arrays if name.startswith(under)}


def _array(file: BinaryIO) -> tuple[str, Array]:
    name = _string(file)
    shape = tuple(_number(file, "<I") for _ in range(_number(file, "<B")))
    kind = np.dtype(_TYPES[_number(file, "<B")])
    n_bytes = _number(file, "<I")
    if n_bytes != int(np.prod(shape, dtype=np.int64)) * kind.itemsize:
        raise ValueError(f"{name} has {n_bytes} bytes for the shape {shape}")
    return name, np.frombuffer(_exactly(file, n_bytes), dtype=kind).reshape(shape)


def _number(file: BinaryIO, layout: str) -> int:
    return int(struct.unpack(layout, _exactly(file, struct.calcsize(layout)))[0])


def _string(file: BinaryIO) -> str:
    return _exactly(file, _number(file, "<H")).rstrip(b"\0").decode("utf-8")


def _exactly(file: BinaryIO, n_bytes: int) -> bytes:
    read = file.read(n_bytes)
    if len(read) != n_bytes:
        raise ValueError("the file ends early")
    return read


def dimensions(arrays: dict[str, Array]) -> WhisperDimensions:
    """Return the model's sizes, which follow from the shapes."""
    audio_width, n_mels, _ = arrays["encoder/conv1/weight"].shape
    n_vocab, text_width = arrays["decoder/embeddings/weight"].shape
    return WhisperDimensions(
        n_mels=n_mels,
        n_audio_ctx=arrays["encoder/position_encodings/encodings"].shape[0],
        n_audio_state=audio_width,
        n_audio_head=int(arrays["encoder/num_heads"]),
        n_audio_layer=count_layers(arrays, "encoder"),
        n_vocab=n_vocab,
        n_text_ctx=arrays["decoder/position_encodings/encodings"].shape[0],
        n_text_state=text_width,
        n_text_head=int(arrays["decoder/num_heads"]),
        n_text_layer=count_layers(arrays, "decoder"),
    )


def count_layers(arrays: Mapping[str, Array], side: str) -> int:
    """Return how many blocks "encoder" or "decoder" has."""
    return 1 + max(int(found[1]) for name in arrays if (found := re.match(rf"{side}/layer_(\d+)/", name)))


def state_dict(arrays: dict[str, Array]) -> dict[str, Array]:
    """Return the arrays under the names of whisper.model.Whisper's state dict, stacked projections taken apart."""
    state = {
        "encoder.positional_embedding": arrays["encoder/position_encodings/encodings"],
        "decoder.positional_embedding": arrays["decoder/position_encodings/encodings"],
        "decoder.token_embedding.weight": arrays["decoder/embeddings/weight"],
        **{
            f"encoder.{c}.{part}": arrays[f"encoder/{c}/{part}"]
            for c in ("conv1", "conv2")
            for part in ("weight", "bias")
        },
        **_norm(arrays, "encoder/layer_norm", "encoder.ln_post"),
        **_norm(arrays, "decoder/layer_norm", "decoder.ln"),
    }
    for side in ("encoder", "decoder"):
        for layer in range(count_layers(arrays, side)):
            state |= _layer(arrays, f"{side}/layer_{layer}", f"{side}.blocks.{layer}")
    return state


def _layer(arrays: dict[str, Array], source: str, target: str) -> dict[str, Array]:
    layer = {
        **_norm(arrays, f"{source}/self_attention/layer_norm", f"{target}.attn_ln"),
        **_projections(arrays, f"{source}/self_attention/linear_0", target, "attn.query", "attn.key", "attn.value"),
        **_projections(arrays, f"{source}/self_attention/linear_1", target, "attn.out"),
        **_norm(arrays, f"{source}/ffn/layer_norm", f"{target}.mlp_ln"),
        **_projections(arrays, f"{source}/ffn/linear_0", target, "mlp.0"),
        **_projections(arrays, f"{source}/ffn/linear_1", target, "mlp.2"),
    }
    if f"{source}/attention/linear_0/weight" in arrays:
        layer |= {
            **_norm(arrays, f"{source}/attention/layer_norm", f"{target}.cross_attn_ln"),
            **_projections(arrays, f"{source}/attention/linear_0", target, "cross_attn.query"),
            **_projections(arrays, f"{source}/attention/linear_1", target, "cross_attn.key", "cross_attn.value"),
            **_projections(arrays, f"{source}/attention/linear_2", target, "cross_attn.out"),
        }
    return layer


def _norm(arrays: dict[str, Array], source: str, target: str) -> dict[str, Array]:
    return {f"{target}.weight": arrays[f"{source}/gamma"], f"{target}.bias": arrays[f"{source}/beta"]}


def _projections(arrays: dict[str, Array], source: str, block: str, *targets: str) -> dict[str, Array]:
    """Take apart what CTranslate2 stacked along the output axis; Whisper's keys have no bias."""
    state: dict[str, Array] = {}
    weights = np.split(arrays[f"{source}/weight"], len(targets))
    biases = np.split(arrays[f"{source}/bias"], len(targets))
    for target, weight, bias in zip(targets, weights, biases, strict=True):
        state[f"{block}.{target}.weight"] = weight
        if not target.endswith(".key"):
            state[f"{block}.{target}.bias"] = bias
    return state


def converted(folder: Path) -> Path:
    """Return a safetensors file with the weights of a CTranslate2 folder, made once and then kept in the cache.

    Its metadata holds `dimensions` and `alignment_heads` (the (layer, head) pairs that follow the audio) as JSON.
    """
    source = (folder / "model.bin").resolve()
    if not source.is_file():
        raise WeightsError(f"{folder} holds no model.bin. Give a folder that ct2-transformers-converter wrote.")
    stat = source.stat()
    origin = f"{source} {stat.st_size} {stat.st_mtime_ns}"
    target = cache_folder() / "whisper" / f"{sha256(origin.encode()).hexdigest()}.safetensors"
    if not is_remembered(target, origin):
        write_atomically(target, lambda temporary: _convert(folder, temporary))
        remember(target, origin)
    return target


def _convert(folder: Path, target: Path) -> None:
    from safetensors.numpy import save_file

    arrays = read_arrays(folder / "model.bin")
    metadata = {
        "dimensions": json.dumps(asdict(dimensions(arrays))),
        "alignment_heads": json.dumps(_alignment_heads(folder / "config.json")),
    }
    save_file({name: np.ascontiguousarray(array) for name, array in state_dict(arrays).items()}, target, metadata)


def _alignment_heads(config: Path) -> list[list[int]]:
    """Return the heads a folder names; without them Whisper takes the upper half of its layers."""
    if not config.is_file():
        return []
    heads: list[list[int]] = json.loads(config.read_text("utf-8")).get("alignment_heads", [])
    return heads
