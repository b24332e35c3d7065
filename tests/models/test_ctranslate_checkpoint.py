import json
import struct
from pathlib import Path

import numpy as np
import pytest

from models.ctranslate_checkpoint import Array, converted, dimensions, read_arrays, state_dict
from models.weights import WeightsError, weights_folder

WIDTH, N_MELS, N_VOCAB = 4, 3, 7


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BUYERSPEAK_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def numbered(*shape: int) -> Array:
    return np.arange(np.prod(shape, dtype=int), dtype=np.float16).reshape(shape)


def norm(name: str) -> dict[str, Array]:
    return {f"{name}/gamma": numbered(WIDTH), f"{name}/beta": numbered(WIDTH)}


def linear(name: str, n_stacked: int = 1) -> dict[str, Array]:
    return {f"{name}/weight": numbered(n_stacked * WIDTH, WIDTH), f"{name}/bias": numbered(n_stacked * WIDTH)}


def toy_arrays() -> dict[str, Array]:
    """A Whisper of one layer on each side, as CTranslate2 names it."""
    arrays: dict[str, Array] = {
        "encoder/conv1/weight": numbered(WIDTH, N_MELS, 3),
        "encoder/conv1/bias": numbered(WIDTH),
        "encoder/conv2/weight": numbered(WIDTH, WIDTH, 3),
        "encoder/conv2/bias": numbered(WIDTH),
        "encoder/num_heads": np.array(2, np.int16),
        "decoder/num_heads": np.array(2, np.int16),
        "encoder/position_encodings/encodings": numbered(10, WIDTH),
        "decoder/position_encodings/encodings": numbered(5, WIDTH),
        "decoder/embeddings/weight": numbered(N_VOCAB, WIDTH),
        **norm("encoder/layer_norm"),
        **norm("decoder/layer_norm"),
    }
    for side in ("encoder", "decoder"):
        layer = f"{side}/layer_0"
        arrays |= norm(f"{layer}/self_attention/layer_norm") | norm(f"{layer}/ffn/layer_norm")
        arrays |= linear(f"{layer}/self_attention/linear_0", 3) | linear(f"{layer}/self_attention/linear_1")
        arrays |= linear(f"{layer}/ffn/linear_0") | linear(f"{layer}/ffn/linear_1")
    cross = "decoder/layer_0/attention"
    return (
        arrays
        | norm(f"{cross}/layer_norm")
        | linear(f"{cross}/linear_0")
        | linear(f"{cross}/linear_1", 2)
        | linear(f"{cross}/linear_2")
    )


def string(text: str) -> bytes:
    return struct.pack("<H", len(text) + 1) + text.encode() + b"\0"


def file_bytes(arrays: dict[str, Array], *, version: int = 6, kind: str = "WhisperSpec") -> bytes:
    codes = {"float32": 0, "int8": 1, "int16": 2, "int32": 3, "float16": 4}
    content = struct.pack("<I", version) + string(kind) + struct.pack("<II", 3, len(arrays))
    for name, array in arrays.items():
        content += string(name) + struct.pack(f"<B{array.ndim}I", array.ndim, *array.shape)
        content += struct.pack("<BI", codes[array.dtype.name], array.nbytes) + array.tobytes()
    return content + struct.pack("<I", 1) + string("decoder/projection/weight") + string("decoder/embeddings/weight")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "model.bin").write_bytes(file_bytes(toy_arrays()))
    (tmp_path / "config.json").write_text(json.dumps({"alignment_heads": [[0, 1]]}))
    return tmp_path


def test_what_was_written_is_read(folder: Path) -> None:
    read = read_arrays(folder / "model.bin")
    assert read.keys() == toy_arrays().keys()
    for name, array in toy_arrays().items():
        np.testing.assert_array_equal(read[name], array)


def test_the_sizes_follow_from_the_shapes() -> None:
    sizes = dimensions(toy_arrays())
    assert (sizes.n_mels, sizes.n_vocab, sizes.n_audio_ctx, sizes.n_text_ctx) == (N_MELS, N_VOCAB, 10, 5)
    assert (sizes.n_audio_state, sizes.n_audio_head, sizes.n_audio_layer, sizes.n_text_layer) == (WIDTH, 2, 1, 1)


def test_stacked_projections_are_taken_apart_in_the_order_query_key_value() -> None:
    state = state_dict(toy_arrays())
    stacked = numbered(3 * WIDTH, WIDTH)
    np.testing.assert_array_equal(state["encoder.blocks.0.attn.query.weight"], stacked[:WIDTH])
    np.testing.assert_array_equal(state["encoder.blocks.0.attn.key.weight"], stacked[WIDTH : 2 * WIDTH])
    np.testing.assert_array_equal(state["encoder.blocks.0.attn.value.weight"], stacked[2 * WIDTH :])
    np.testing.assert_array_equal(state["decoder.blocks.0.cross_attn.value.bias"], numbered(2 * WIDTH)[WIDTH:])


def test_keys_have_no_bias_and_only_the_decoder_looks_across() -> None:
    names = state_dict(toy_arrays())
    assert not [name for name in names if name.endswith("key.bias")]
    assert not [name for name in names if name.startswith("encoder") and "cross" in name]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        file_bytes(toy_arrays())[:-1000],
        file_bytes(toy_arrays(), version=7),
        file_bytes(toy_arrays(), kind="TransformerSpec"),
        struct.pack("<I", 6) + string("WhisperSpec") + struct.pack("<II", 3, 2**31),
        b"PK\x03\x04 a zip with a pickle in it" * 10,
    ],
    ids=["empty", "cut short", "another version", "another model", "absurd count", "another format"],
)
def test_anything_else_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(content)
    with pytest.raises(WeightsError, match=r"model\.bin is not a readable CTranslate2 file"):
        read_arrays(path)


def test_an_array_whose_bytes_do_not_fit_its_shape_is_refused(tmp_path: Path) -> None:
    content = struct.pack("<I", 6) + string("WhisperSpec") + struct.pack("<II", 3, 1)
    content += string("a") + struct.pack("<B2I", 2, 1000, 1000) + struct.pack("<BI", 4, 8) + b"\0" * 8
    (tmp_path / "model.bin").write_bytes(content)
    with pytest.raises(WeightsError, match="8 bytes for the shape"):
        read_arrays(tmp_path / "model.bin")


def test_a_folder_is_converted_once_and_kept_in_float16(folder: Path) -> None:
    from safetensors import safe_open

    path = converted(folder)
    written = path.stat().st_mtime_ns
    assert converted(folder) == path
    assert path.stat().st_mtime_ns == written
    with safe_open(str(path), framework="np") as file:
        assert json.loads(file.metadata()["alignment_heads"]) == [[0, 1]]
        assert file.get_tensor("decoder.token_embedding.weight").dtype == np.float16


def test_a_damaged_conversion_is_made_again(folder: Path) -> None:
    path = converted(folder)
    whole = path.stat().st_size
    path.write_bytes(b"half")
    assert converted(folder).stat().st_size == whole


def test_a_folder_without_weights_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"holds no model\.bin"):
        converted(tmp_path)


@pytest.mark.model
def test_tiny_fills_openai_s_model_to_the_last_key() -> None:
    from whisper.model import ModelDimensions, Whisper

    arrays = read_arrays(weights_folder("tiny.en") / "model.bin")
    sizes = dimensions(arrays)
    assert (sizes.n_mels, sizes.n_audio_state, sizes.n_text_layer, sizes.n_vocab) == (80, 384, 4, 51864)
    expected = Whisper(ModelDimensions(**{name: getattr(sizes, name) for name in sizes.__slots__})).state_dict()
    assert {name: tuple(tensor.shape) for name, tensor in expected.items()} == {
        name: array.shape for name, array in state_dict(arrays).items()
    }
