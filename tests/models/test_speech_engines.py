"""What the two real engines owe each other and their users beyond the contract."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from models.faster_transcriber import FasterTranscriber
from models.protocols import Samples, Transcriber
from models.weights import WeightsError, weights_folder
from models.whisper_transcriber import WhisperTranscriber

SCRIPT = (Path(__file__).parents[1] / "data" / "two_sentences.txt").read_text("utf-8").split()

Engine = Callable[[str], Transcriber]
ENGINES = pytest.mark.parametrize("engine", [WhisperTranscriber, FasterTranscriber])


@ENGINES
def test_a_model_that_is_nowhere_is_refused_with_the_known_names(engine: Engine) -> None:
    with pytest.raises(WeightsError, match=r"'enormous'.*large-v3"):
        engine("enormous").transcribe([np.zeros(16_000, np.float32)], language="en")


def test_the_name_tells_engine_model_and_precision() -> None:
    assert WhisperTranscriber("base").name == "openai-whisper/base/float32"
    assert FasterTranscriber("tiny.en").name == "faster-whisper/tiny.en/int8"


@pytest.mark.model
@ENGINES
def test_what_was_said_is_heard_word_for_word_at_its_time(engine: Engine, two_sentences: Samples) -> None:
    (heard,) = engine("tiny.en").transcribe([two_sentences], language="en")
    assert heard.text.split() == SCRIPT
    assert [word.text for word in heard.words] == SCRIPT
    could = heard.words[SCRIPT.index("Could")]
    assert could.start_s == pytest.approx(3.35, abs=0.3)
    assert heard.words[-1].end_s == pytest.approx(6.3, abs=0.3)
    assert heard.mean_log_probability > -0.5
    assert heard.no_speech_probability < 0.3


@pytest.mark.model
@ENGINES
def test_a_folder_serves_as_well_as_a_name(engine: Engine, two_sentences: Samples) -> None:
    (heard,) = engine(str(weights_folder("tiny.en"))).transcribe([two_sentences], language="en")
    assert heard.text.split() == SCRIPT


@pytest.mark.model
@ENGINES
def test_vocabulary_changes_how_a_name_is_written(engine: Engine, two_sentences: Samples) -> None:
    (heard,) = engine("tiny.en").transcribe([two_sentences], language="en", vocabulary="Gainsight, Kustomer")
    assert "contract" in heard.text


@pytest.mark.model
@ENGINES
def test_sampling_gives_the_same_text_again(engine: Engine, two_sentences: Samples) -> None:
    transcriber = engine("tiny.en")
    (first,) = transcriber.transcribe([two_sentences], language="en", temperature=0.8, beam_size=2)
    (second,) = transcriber.transcribe([two_sentences], language="en", temperature=0.8, beam_size=2)
    assert first.text == second.text
    assert first.temperature == 0.8


@pytest.mark.model
@pytest.mark.slow
@ENGINES
def test_the_multilingual_model_detects_english(engine: Engine, two_sentences: Samples) -> None:
    transcriber = engine("base")
    language, probability = transcriber.detect_language(two_sentences)
    assert language == "en"
    assert probability > 0.9
    (heard,) = transcriber.transcribe([two_sentences], language=None)
    assert heard.language == "en"
