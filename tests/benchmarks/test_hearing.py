"""What the tables of hearing are made of."""

import struct
from pathlib import Path

import pytest

from benchmarks.hearing import share_beside_engine, speed_ratio
from benchmarks.one_engine import Heard, missing_package
from benchmarks.recordings import Recording, beginning, sample_recordings
from benchmarks.whisper_cpp import ggml_file
from pipeline.calls.decode import decode


def heard(*seconds: float) -> Heard:
    return Heard(seconds, sum(seconds), (), None)


def test_a_ratio_is_taken_within_a_round_so_that_a_slow_round_slows_both() -> None:
    ours, peer = [heard(1, 1), heard(10, 10), heard(1, 1)], [heard(2, 2), heard(20, 20), heard(3, 3)]
    assert speed_ratio(ours, peer) == 2


def test_a_peer_that_hears_a_quarter_is_reckoned_as_if_it_heard_all() -> None:
    assert speed_ratio([heard(4, 4)], [heard(6)], share=0.25) == 3


def test_slow_engines_hear_the_first_recordings_that_fit(tmp_path: Path) -> None:
    calls = [Recording(Path(f"{number}.wav"), 100.0, 1) for number in range(4)]
    assert beginning(calls, tmp_path, most_s=250.0) == calls[:2]


def test_of_a_recording_that_is_too_long_they_hear_the_first_part(tmp_path: Path) -> None:
    (call,) = sample_recordings(["fenwick-gardens-cold-call.wav"])
    (part,) = beginning([call], tmp_path, most_s=2.5)
    assert (part.duration_s, part.n_channels, part.turns) == (2.5, call.n_channels, ())
    assert decode(part.path).duration_s == pytest.approx(2.5, abs=0.01)


def test_all_parts_beside_the_engine_count() -> None:
    assert share_beside_engine({"engine": 4.0, "voice activity": 0.5, "vectors": 0.5}) == 0.25


def two_speakers(n_channels: int) -> Recording:
    turns = (("rep", "good morning"), ("customer", "hello there"), ("rep", "how are you"))
    return Recording(Path("call.wav"), 5.0, n_channels, turns)


def test_channels_are_matched_with_the_speakers_they_fit() -> None:
    assert two_speakers(2).word_errors(["Hello, there.", "Good morning! How were you?"]) == (1, 7)


def test_one_channel_holds_all_turns_in_their_order() -> None:
    assert two_speakers(1).word_errors(["Good morning. Hello there. How are you?"]) == (0, 7)


@pytest.mark.parametrize("n_channels", [1, 2])
def test_without_gold_nothing_is_counted(n_channels: int) -> None:
    assert Recording(Path("call.wav"), 5.0, n_channels).word_errors(["hello"] * n_channels) == (0, 0)


def test_only_a_peer_of_another_package_can_be_missing() -> None:
    assert missing_package("ours, faster-whisper") is None
    assert missing_package("whisper.cpp") in (None, "pywhispercpp")


@pytest.mark.model
def test_the_ggml_file_holds_the_sizes_and_every_tensor_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BUYERSPEAK_CACHE", str(tmp_path))
    content = ggml_file("tiny.en").read_bytes()
    assert struct.unpack("<12i", content[:48]) == (0x67676D6C, 51864, 1500, 384, 6, 4, 448, 384, 6, 4, 80, 1)
    assert content.count(b"decoder.blocks.3.cross_attn.key.weight") == 1
    assert content.count(b"decoder.blocks.3.cross_attn.key.bias") == 0
