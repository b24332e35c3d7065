import numpy as np
import pytest

from models.protocols import Samples
from models.voice_splitter import SenkoVoiceSplitter

pytestmark = [pytest.mark.model, pytest.mark.slow]


@pytest.fixture(scope="module")
def splitter() -> SenkoVoiceSplitter:
    return SenkoVoiceSplitter()


def test_two_voices_that_take_turns_are_told_apart(splitter: SenkoVoiceSplitter, two_sentences: Samples) -> None:
    spans = splitter.split(np.tile(two_sentences, 3))
    assert [span.speaker for span in spans] == ["S1", "S2"] * 3
    assert all(span.start_s < span.end_s <= 3 * len(two_sentences) / 16_000 for span in spans)
    assert spans[0].start_s == pytest.approx(0.2, abs=0.2)
    assert spans[1].start_s == pytest.approx(3.3, abs=0.3)


def test_one_voice_is_one_speaker(splitter: SenkoVoiceSplitter, two_sentences: Samples) -> None:
    one_voice = np.tile(two_sentences[: round(2.9 * 16_000)], 5)
    assert {span.speaker for span in splitter.split(one_voice)} == {"S1"}


@pytest.mark.parametrize("duration_s", [0.0, 0.01, 0.5, 1.0])
def test_a_moment_of_speech_is_one_speaker_or_none(
    splitter: SenkoVoiceSplitter, two_sentences: Samples, duration_s: float
) -> None:
    spans = splitter.split(two_sentences[: round(duration_s * 16_000)])
    assert {span.speaker for span in spans} <= {"S1"}
    assert all(0.0 <= span.start_s < span.end_s <= duration_s for span in spans)


def test_silence_holds_no_voice(splitter: SenkoVoiceSplitter) -> None:
    assert splitter.split(np.zeros(16_000, np.float32)) == []


def test_torch_keeps_its_threads(splitter: SenkoVoiceSplitter, two_sentences: Samples) -> None:
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        splitter.split(two_sentences)
        assert torch.get_num_threads() == 1
    finally:
        torch.set_num_threads(before)
