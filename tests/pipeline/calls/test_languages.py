from dataclasses import replace

import numpy as np
import pytest

from models.protocols import Samples
from models.scripted_transcriber import ScriptedTranscriber, spoken
from pipeline.calls.languages import find_languages, is_read, language_code, most_spoken
from pipeline.calls.packing import PackedWindow, Piece
from pipeline.records import Waveform


class Hearer(ScriptedTranscriber):
    """Takes the first sample of a window for its language and the second for its probability."""

    def detect_language(self, window: Samples) -> tuple[str, float]:
        language = {1: "de", 2: "en", 3: "th"}[round(float(window[0]) * 10)]
        return language, round(float(window[1]), 2)


def hear(*channels: tuple[int, float, float]) -> dict[int, str]:
    """Each channel: its language, its probability, and how many seconds it speaks."""
    samples = np.zeros((len(channels), 16_000 * 30), np.int16)
    windows = []
    for place, (language, probability, speech_s) in enumerate(channels):
        samples[place, :2] = (round(language * 3276.8), round(probability * 32768))
        windows.append(PackedWindow(place, (Piece(0.0, 0.0, speech_s),)))
    engine = Hearer(lambda *_: replace(spoken("", 1.0)))
    return find_languages(windows, Waveform(samples, 16_000, source_rate_hz=16_000), engine)


def test_a_channel_that_surely_speaks_another_language_has_its_own() -> None:
    assert hear((2, 0.9, 20.0), (1, 0.9, 6.0)) == {0: "en", 1: "de"}


def test_a_channel_that_says_little_or_is_unsure_speaks_that_of_the_call() -> None:
    assert hear((2, 0.9, 20.0), (1, 0.9, 3.0)) == {0: "en", 1: "en"}
    assert hear((2, 0.9, 20.0), (3, 0.5, 20.0)) == {0: "en", 1: "en"}


def test_the_language_spoken_most_is_by_seconds() -> None:
    windows = [PackedWindow(0, (Piece(0.0, 0.0, 5.0),)), PackedWindow(1, (Piece(0.0, 0.0, 6.0),))]
    assert most_spoken(windows, {0: "en", 1: "de"}) == "de"


@pytest.mark.parametrize(("given", "code"), [("en-GB", "en"), (" EN_us", "en"), ("de", "de"), ("", None), (None, None)])
def test_a_region_does_not_make_a_language(given: str | None, code: str | None) -> None:
    assert language_code(given) == code


def test_extraction_reads_english_and_what_nobody_named() -> None:
    assert [is_read(language) for language in ("en", "en-US", None, "de")] == [True, True, True, False]
