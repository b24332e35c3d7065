"""What every transcriber promises. Add the next engine to `ENGINES`; write no new tests."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from models.faster_transcriber import FasterTranscriber
from models.protocols import Samples, Transcriber
from models.scripted_transcriber import always
from models.whisper_transcriber import WhisperTranscriber

ENGINES = [
    pytest.param(lambda: always("we have no budget until next year"), id="scripted"),
    pytest.param(lambda: WhisperTranscriber("tiny.en", batch_size=2), id="whisper", marks=pytest.mark.model),
    pytest.param(lambda: FasterTranscriber("tiny.en", batch_size=2), id="faster", marks=pytest.mark.model),
]


@pytest.fixture(scope="module", params=ENGINES)
def transcriber(request: pytest.FixtureRequest) -> Transcriber:
    make: Callable[[], Transcriber] = request.param
    return make()


@pytest.fixture(scope="module")
def speech() -> Samples:
    import av

    resampler = av.AudioResampler(format="flt", layout="mono", rate=16_000)
    with av.open(str(Path(__file__).parents[1] / "data" / "two_sentences.ogg")) as container:
        parts = [part.to_ndarray()[0] for frame in container.decode(audio=0) for part in resampler.resample(frame)]
    return np.concatenate(parts).astype(np.float32)


def test_it_has_a_name(transcriber: Transcriber) -> None:
    assert transcriber.name


def test_no_windows_give_no_texts(transcriber: Transcriber) -> None:
    assert transcriber.transcribe([], language="en") == []
    assert transcriber.transcribe([], language=None) == []


def test_there_is_one_text_per_window_in_the_order_given(transcriber: Transcriber, speech: Samples) -> None:
    windows = [speech, speech[: round(2.9 * 16_000)], speech]
    heard = transcriber.transcribe(windows, language="en")
    assert len(heard) == 3
    assert heard[0].text == heard[2].text
    assert all(text.words[-1].end_s <= len(window) / 16_000 for text, window in zip(heard, windows, strict=True))


def test_the_others_in_a_batch_do_not_change_a_text(transcriber: Transcriber, speech: Samples) -> None:
    short = speech[: round(2.9 * 16_000)]
    (alone,) = transcriber.transcribe([short], language="en")
    assert transcriber.transcribe([speech, short], language="en")[1].text == alone.text


def test_words_ascend_inside_the_window_and_spell_the_text(transcriber: Transcriber, speech: Samples) -> None:
    (heard,) = transcriber.transcribe([speech], language="en")
    assert " ".join(word.text for word in heard.words) == heard.text
    starts = [word.start_s for word in heard.words]
    assert starts == sorted(starts)
    for word in heard.words:
        assert 0.0 <= word.start_s <= word.end_s <= len(speech) / 16_000 + 1e-6
        assert 0.0 <= word.score <= 1.0
        assert word.text == word.text.strip() != ""


def test_the_figures_for_the_gates_are_in_range(transcriber: Transcriber, speech: Samples) -> None:
    (heard,) = transcriber.transcribe([speech], language="en")
    assert heard.mean_log_probability <= 0.0
    assert 0.0 <= heard.no_speech_probability <= 1.0
    assert 0.0 <= heard.compression_ratio < 2.4
    assert heard.temperature == 0.0
    assert heard.language == "en"


@pytest.mark.parametrize("temperature", [0.0, 0.4])
def test_beams_and_a_vocabulary_serve_several_windows(
    transcriber: Transcriber, speech: Samples, temperature: float
) -> None:
    heard = transcriber.transcribe(
        [speech, speech], language="en", vocabulary="Gainsight, Kustomer", temperature=temperature, beam_size=3
    )
    assert len(heard) == 2
    assert all("budget" in text.text for text in heard)


def test_a_window_of_a_few_samples_is_no_error(transcriber: Transcriber) -> None:
    (heard,) = transcriber.transcribe([np.zeros(160, np.float32)], language="en")
    assert all(word.end_s <= 0.01 for word in heard.words)


def test_a_window_longer_than_thirty_seconds_is_refused(transcriber: Transcriber) -> None:
    with pytest.raises(ValueError, match=r"31\.0 s"):
        transcriber.transcribe([np.zeros(31 * 16_000, np.float32)], language="en")


def test_a_language_is_detected_with_its_probability(transcriber: Transcriber, speech: Samples) -> None:
    language, probability = transcriber.detect_language(speech)
    assert language == "en"
    assert 0.0 < probability <= 1.0
