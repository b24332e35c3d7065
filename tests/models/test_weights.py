from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest

from models import weights
from models.weights import WEIGHTS, WeightFile, Weights, WeightsError, is_remembered, remember, weights_folder


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("BUYERSPEAK_CACHE", str(folder))
    return folder


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site folder with a distribution `toy-weights` that carries two halves and a config."""
    folder = tmp_path / "site"
    (folder / "toy").mkdir(parents=True)
    (folder / "toy" / "model.part1").write_bytes(b"first ")
    (folder / "toy" / "model.part2").write_bytes(b"second")
    (folder / "toy" / "config.json").write_text("{}")
    info = folder / "toy_weights-1.0.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: toy-weights\nVersion: 1.0.0\n")
    monkeypatch.syspath_prepend(str(folder))
    return folder


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()


def toy(*files: tuple[str, bytes, tuple[str, ...]]) -> Weights:
    return Weights(
        ("toy-weights==1.0.0",),
        {
            name: WeightFile(digest(content), parts=tuple(("toy-weights", part) for part in parts))
            for name, content, parts in files
        },
    )


CONFIG = ("config.json", b"{}", ("toy/config.json",))
JOINED = ("model.bin", b"first second", ("toy/model.part1", "toy/model.part2"))


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> dict[str, Weights]:
    table: dict[str, Weights] = {}
    monkeypatch.setattr(weights, "WEIGHTS", table)
    return table


def test_every_pinned_digest_is_a_sha256_and_every_requirement_exact() -> None:
    for entry in WEIGHTS.values():
        assert all("==" in requirement for requirement in entry.requirements)
        assert all(len(file.sha256) == 64 and int(file.sha256, 16) for file in entry.files.values())


@pytest.mark.model
@pytest.mark.parametrize("name", sorted(set(WEIGHTS) - {"base"}))
def test_the_installed_weights_are_the_pinned_ones(name: str) -> None:
    folder = weights_folder(name)
    assert all((folder / file).is_file() for file in WEIGHTS[name].files)


@pytest.mark.model
def test_the_two_halves_of_base_are_joined_in_the_cache(cache: Path) -> None:
    folder = weights_folder("base")
    assert folder.is_relative_to(cache)
    assert (folder / "model.bin").stat().st_size == 2 * 72_608_766


def test_files_in_one_package_are_used_where_they_lie(site: Path, known: dict[str, Weights]) -> None:
    known["toy"] = toy(CONFIG)
    assert weights_folder("toy") == site / "toy"


def zipped(site: Path, name: str, content: str) -> None:
    """Write a zip of one file in a folder, cut in two, into the toy distribution."""
    whole = site / "whole.zip"
    with ZipFile(whole, "w") as archive:
        archive.writestr(name, content)
    data = whole.read_bytes()
    (site / "toy" / "zip.001").write_bytes(data[:40])
    (site / "toy" / "zip.002").write_bytes(data[40:])


def test_files_of_a_zip_in_parts_are_unpacked_and_the_zip_is_not_kept(
    cache: Path, site: Path, known: dict[str, Weights]
) -> None:
    zipped(site, "toy/config.json", "{}")
    archive = WeightFile(
        digest((site / "whole.zip").read_bytes()), (("toy-weights", "toy/zip.001"), ("toy-weights", "toy/zip.002"))
    )
    known["toy"] = Weights(("toy-weights==1.0.0",), {"config.json": WeightFile(digest(b"{}"), ())}, archive)
    folder = weights_folder("toy")
    assert (folder / "config.json").read_text() == "{}"
    assert [path.name for path in folder.iterdir()] == ["config.json"]


def test_a_zip_that_is_not_the_pinned_one_is_refused_and_nothing_of_it_is_unpacked(
    cache: Path, site: Path, known: dict[str, Weights]
) -> None:
    zipped(site, "toy/config.json", "{}")
    archive = WeightFile(digest(b"other"), (("toy-weights", "toy/zip.001"), ("toy-weights", "toy/zip.002")))
    known["toy"] = Weights(("toy-weights==1.0.0",), {"config.json": WeightFile(digest(b"{}"), ())}, archive)
    with pytest.raises(WeightsError, match="not the pinned file"):
        weights_folder("toy")
    assert not (cache / "weights" / "toy" / "config.json").exists()


def test_files_in_parts_are_joined_in_order(cache: Path, site: Path, known: dict[str, Weights]) -> None:
    known["toy"] = toy(JOINED, CONFIG)
    folder = weights_folder("toy")
    assert folder == cache / "weights" / "toy"
    assert (folder / "model.bin").read_bytes() == b"first second"
    assert (folder / "config.json").read_text() == "{}"


def test_an_altered_file_is_refused_with_the_command_that_repairs_it(site: Path, known: dict[str, Weights]) -> None:
    known["toy"] = toy(CONFIG)
    (site / "toy" / "config.json").write_text("[]")
    with pytest.raises(WeightsError, match=r"not the pinned file.*pip install .*toy-weights==1\.0\.0"):
        weights_folder("toy")


def test_a_file_altered_after_it_was_verified_is_refused(site: Path, known: dict[str, Weights]) -> None:
    known["toy"] = toy(CONFIG)
    weights_folder("toy")
    (site / "toy" / "config.json").write_text("[1]")
    with pytest.raises(WeightsError, match="not the pinned file"):
        weights_folder("toy")


def test_a_joined_file_that_was_damaged_in_the_cache_is_made_again(site: Path, known: dict[str, Weights]) -> None:
    known["toy"] = toy(JOINED)
    joined = weights_folder("toy") / "model.bin"
    joined.write_bytes(b"rubbish")
    assert (weights_folder("toy") / "model.bin").read_bytes() == b"first second"


def test_a_verified_file_is_not_read_again(
    site: Path, known: dict[str, Weights], monkeypatch: pytest.MonkeyPatch
) -> None:
    known["toy"] = toy(CONFIG)
    weights_folder("toy")
    reads: list[object] = []
    monkeypatch.setattr(weights, "file_digest", lambda *arguments: reads.append(arguments))
    weights_folder("toy")
    assert reads == []


def test_a_missing_package_is_named_with_the_command_that_installs_it(known: dict[str, Weights]) -> None:
    known["toy"] = Weights(("no-such-weights==2.0",), {"a": WeightFile("0" * 64, (("no-such-weights", "a"),))})
    with pytest.raises(WeightsError, match=r"no-such-weights is not installed.*pip install .*no-such-weights==2\.0"):
        weights_folder("toy")


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(WeightsError, match=r"'huge'.*tiny\.en"):
        weights_folder("huge")


def test_a_changed_file_is_no_longer_remembered(tmp_path: Path) -> None:
    path = tmp_path / "weights.bin"
    path.write_bytes(b"one")
    remember(path, "digest")
    assert is_remembered(path, "digest")
    assert not is_remembered(path, "another digest")
    path.write_bytes(b"three")
    assert not is_remembered(path, "digest")


def test_a_cache_that_cannot_be_written_says_which_setting_moves_it(
    tmp_path: Path, site: Path, known: dict[str, Weights], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a file").write_text("")
    monkeypatch.setenv("BUYERSPEAK_CACHE", str(tmp_path / "a file" / "below"))
    known["toy"] = toy(CONFIG)
    with pytest.raises(WeightsError, match="Set BUYERSPEAK_CACHE"):
        weights_folder("toy")


def test_the_cache_follows_the_user_s_own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("BUYERSPEAK_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert weights.cache_folder() == tmp_path / "buyerspeak"


def test_a_write_that_fails_leaves_no_file(tmp_path: Path) -> None:
    def write(path: Path) -> None:
        path.write_text("half")
        raise ValueError("power cut")

    with pytest.raises(ValueError, match="power cut"):
        weights.write_atomically(tmp_path / "out" / "file", write)
    assert list((tmp_path / "out").iterdir()) == []


def test_every_requirement_is_pinned_alike_in_the_project() -> None:
    root = Path(__file__).parents[2]
    project = (root / "pyproject.toml").read_text("utf-8")
    alone = (root / "models" / "weights.txt").read_text("utf-8").splitlines()
    for entry in WEIGHTS.values():
        assert all(f'"{requirement}"' in project or requirement in alone for requirement in entry.requirements)
