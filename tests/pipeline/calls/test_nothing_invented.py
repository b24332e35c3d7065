"""Both engines, real weights: no text where nobody speaks, names where they are said and nowhere else."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from benchmarks.sounds import WITHOUT_WORDS, leak, line_noise
from models.faster_transcriber import FasterTranscriber
from models.protocols import Samples, Transcriber
from models.voice_detector import SileroVoiceDetector
from models.whisper_transcriber import WhisperTranscriber
from pipeline.calls.decode import decode
from pipeline.calls.transcribe import Transcription, transcribe
from pipeline.records import Waveform

pytestmark = pytest.mark.model

TOLD = "Names: Shiftwise, Rotaline, Xero, Kustomer, Gainsight, Planhat, Harbour Kitchen, Dana Whitlock."
NAMES = ("Shiftwise", "Rotaline", "Xero", "Kustomer", "Gainsight", "Planhat")
SAID = "We moved from Shiftwise to Rotaline in March. Does Rotaline talk to Xero? Gainsight quoted us for Planhat."
UNNAMED = "The team is too small to look after another tool. Our customers complain about the long wait."

Record = Callable[..., Waveform]


@pytest.fixture(scope="module", params=[WhisperTranscriber, FasterTranscriber])
def engine(request: pytest.FixtureRequest) -> Transcriber:
    return request.param("tiny.en")  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def two_sentences() -> Samples:
    return decode(Path(__file__).parents[2] / "data" / "two_sentences.ogg").channel(0)


class Credulous:
    """Takes everything for speech, so that the gates stand alone."""

    name = "credulous"

    def find_speech(self, samples: Samples) -> list[tuple[float, float]]:
        return [(0.0, len(samples) / 16_000)]


@pytest.fixture
def speak(tmp_path: Path) -> Callable[..., Samples]:
    """`speak(text, program="flite", voice="rms")`: what a synthetic voice makes of it, at 16 kHz."""

    def spoken(text: str, *, program: str = "flite", voice: str = "rms") -> Samples:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed: apt-get install {program}")
        path = tmp_path / "spoken.wav"
        options = ["-voice", voice, "-t", text, "-o"] if program == "flite" else ["-v", voice, "-s", "140", "-w"]
        rest = [] if program == "flite" else [text]
        subprocess.run([program, *options, str(path), *rest], check=True)
        return decode(path).channel(0)

    return spoken


def hear(waveform: Waveform, engine: Transcriber, **options: str) -> Transcription:
    return transcribe(waveform, transcriber=engine, detector=SileroVoiceDetector(), **options)  # type: ignore[arg-type]


def text_of(found: Transcription) -> str:
    return " ".join(segment.text for segment in found.segments)


@pytest.mark.parametrize("sound", WITHOUT_WORDS)
def test_no_text_is_kept_where_nobody_speaks(sound: str, engine: Transcriber, record: Record) -> None:
    found = hear(record(np.clip(WITHOUT_WORDS[sound](9.0), -1, 1)), engine, language="en", vocabulary=TOLD)
    assert found.segments == ()


@pytest.mark.parametrize("sound", ["comfort_noise", "line_noise", "ring_back", "busy", "keypad", "hold_music"])
def test_the_gates_alone_refuse_it_and_say_why(sound: str, engine: Transcriber, record: Record) -> None:
    waveform = record(np.clip(WITHOUT_WORDS[sound](9.0), -1, 1))
    found = transcribe(waveform, transcriber=engine, detector=Credulous(), language="en", vocabulary=TOLD)
    assert found.segments == ()
    assert {dropped.reason for dropped in found.dropped} <= {"silence", "invented phrase", "no words", "echo"}
    assert len(found.dropped) == 1


@pytest.mark.parametrize(("below_db", "delay_s"), [(14.0, 0.0), (20.0, 0.15), (30.0, 0.02)])
def test_a_channel_that_only_hears_the_other_s_leak_has_no_text(
    below_db: float, delay_s: float, engine: Transcriber, two_sentences: Samples, record: Record
) -> None:
    found = hear(record(two_sentences, leak(two_sentences, below_db=below_db, delay_s=delay_s)), engine, language="en")
    assert {segment.channel for segment in found.segments} == {0}


def test_names_that_are_told_are_written_and_what_is_said_beside_them_stays(
    engine: Transcriber, speak: Callable[..., Samples], record: Record
) -> None:
    waveform = record(speak(SAID))
    untold, told = (text_of(hear(waveform, engine, language="en", vocabulary=names)) for names in ("", TOLD))
    assert sum(name in untold for name in NAMES) <= 2
    assert sum(name in told for name in NAMES if name != "Kustomer") >= 4
    assert "Kustomer" not in told
    assert "in March" in told
    assert "quoted us" in told


def test_told_names_appear_in_nobody_s_other_words(
    engine: Transcriber, speak: Callable[..., Samples], two_sentences: Samples, record: Record
) -> None:
    silence = np.zeros(16_000, np.float32)
    speech = np.concatenate([speak(UNNAMED), silence, two_sentences, line_noise(4.0)])
    heard = text_of(hear(record(speech), engine, language="en", vocabulary=TOLD))
    assert not any(name in heard for name in NAMES)
    assert "our customers complain about the long wait." in heard.lower()
    assert "We have no budget for this until next year." in heard


def test_numbers_have_times_and_every_word_a_score(
    engine: Transcriber, speak: Callable[..., Samples], record: Record
) -> None:
    found = hear(record(speak("They quoted us twenty five thousand dollars for 2026.")), engine, language="en")
    words = [word for segment in found.segments for word in segment.words]
    numbers = [word for word in words if any(character.isdigit() for character in word.text)]
    assert numbers
    assert all(word.start_s < word.end_s for word in numbers)
    assert all(word.score is not None and 0.0 <= word.score <= 1.0 for word in words)
    assert found.segments[0].text[0].isupper()
    assert found.segments[-1].text.endswith(".")


@pytest.mark.slow
@pytest.mark.parametrize("make", [WhisperTranscriber, FasterTranscriber])
@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "Buenos días, no tenemos presupuesto para este producto. ¿Puede enviarnos el contrato mañana?"),
        (
            "de",
            "Guten Tag, wir haben leider kein Geld für dieses Produkt. "
            "Können Sie uns bitte den Vertrag nächste Woche schicken?",
        ),
        ("fr", "Bonjour, nous n'avons pas de budget pour ce produit. Pouvez-vous nous envoyer le contrat demain?"),
    ],
)
def test_each_side_of_a_call_is_written_in_the_language_it_speaks(
    language: str,
    text: str,
    make: Callable[[str], Transcriber],
    two_sentences: Samples,
    speak: Callable[..., Samples],
    record: Record,
) -> None:
    other = speak(text, program="espeak-ng", voice=f"{language}+m3")
    pause = np.zeros(16_000, np.float32)
    rep = np.concatenate([two_sentences, pause, np.zeros_like(other)])
    customer = np.concatenate([np.zeros_like(two_sentences), pause, other])
    found = hear(record(rep, customer), make("base"))
    assert {(segment.channel, segment.language) for segment in found.segments} == {(0, "en"), (1, language)}
