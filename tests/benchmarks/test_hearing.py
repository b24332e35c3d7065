"""What the tables of hearing are made of."""

from pathlib import Path

import pytest

from benchmarks.hearing import share_beside_engine, speed_ratio
from benchmarks.one_engine import Heard
from benchmarks.recordings import Recording


def heard(*seconds: float) -> Heard:
    return Heard(seconds, sum(seconds), (), None)


def test_a_ratio_is_taken_within_a_round_so_that_a_slow_round_slows_both() -> None:
    ours, peer = [heard(1, 1), heard(10, 10), heard(1, 1)], [heard(2, 2), heard(20, 20), heard(3, 3)]
    assert speed_ratio(ours, peer) == 2


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
