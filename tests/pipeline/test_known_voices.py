"""Reps known by voice: only where it is asked for, and erased at a word or with their call."""

import json
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from models.hashing_encoder import HashingEncoder
from models.keyword_spotter import KeywordSpotter
from models.scripted_transcriber import ScriptedTranscriber, spoken
from pipeline.assemble import Toolkit
from pipeline.erasure import forget_call
from pipeline.settings import Settings

RATE_HZ = 16_000
HIGH_HZ, LOW_HZ = 440, 110


class ToneEars:
    """Hears a tone as speech, tells nobody apart on a channel, and takes the pitch for the voice."""

    name = "tones"

    def find_speech(self, samples):
        loud = np.flatnonzero(np.abs(samples) > 0.01)
        return [(loud[0] / RATE_HZ, loud[-1] / RATE_HZ)] if len(loud) else []

    def split(self, samples):
        return []

    def voice_print(self, samples):
        crossings = np.count_nonzero(np.diff(np.sign(samples))) / (2 * len(samples) / RATE_HZ)
        return np.eye(2, dtype=np.float32)[int(crossings > (HIGH_HZ + LOW_HZ) / 2)]


class NobodyKnows:
    """Cannot tell roles by what is said."""

    name = "nobody-knows"

    def rep_probability(self, texts_by_speaker):
        return dict.fromkeys(texts_by_speaker, 0.5)

    def turn_odds(self, texts):
        return [0.0 for _ in texts]


@pytest.fixture
def kit(tmp_path):
    kits = []

    def made(*, known_voices: bool) -> Toolkit:
        engine = ScriptedTranscriber(lambda *_: spoken("We can talk about that on Monday", 8.0))
        ears = ToneEars()
        settings = Settings(data=tmp_path / "data", language="en", known_voices=known_voices)
        parts = {"encoder": HashingEncoder(), "spotter": KeywordSpotter(), "role_judge": NobodyKnows()}
        kits.append(Toolkit(settings, transcriber=engine, detector=ears, splitter=ears, voice_printer=ears, **parts))
        return kits[-1]

    yield made
    for one in kits:
        one.store.close()


@pytest.fixture
def write_recording(tmp_path):
    """Two channels, first one tone and then the other, with a sidecar of metadata."""

    def written(name: str, first_hz: int, second_hz: int, **metadata: object) -> Path:
        tone = {hz: np.sin(2 * np.pi * hz * np.arange(8 * RATE_HZ) / RATE_HZ) * 6_000 for hz in (first_hz, second_hz)}
        samples = np.zeros((2, 17 * RATE_HZ + len(name)), np.int16)
        samples[0, : 8 * RATE_HZ] = tone[first_hz]
        samples[1, 9 * RATE_HZ : 17 * RATE_HZ] = tone[second_hz]
        path = tmp_path / f"{name}.wav"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(2)
            file.setsampwidth(2)
            file.setframerate(RATE_HZ)
            file.writeframes(np.ascontiguousarray(samples.T).tobytes())
        path.with_suffix(".json").write_text(json.dumps({"id": name, **metadata}))
        return path

    return written


def roles_of(kit: Toolkit, call: str) -> dict[str, str]:
    with kit.store.read() as tx:
        return {role.speaker: role.role for role in tx.talk.speakers(call)}


def test_a_rep_whom_metadata_names_is_known_by_voice_in_a_later_call(kit, write_recording, ingest):
    asked = kit(known_voices=True)
    ingest(write_recording("a", HIGH_HZ, LOW_HZ, rep="Dana", channels=["rep", "customer"]), kit=asked)
    with asked.store.read() as tx:
        assert tx.voices.counts() == {"Dana": 1}
    ingest(write_recording("later", LOW_HZ, HIGH_HZ), kit=asked)
    assert roles_of(asked, "later") == {"S1": "customer", "S2": "rep"}
    forget_call(asked, "a")
    with asked.store.read() as tx:
        assert tx.voices.counts() == {}


def test_without_being_asked_for_no_voice_is_kept(kit, write_recording, ingest):
    usual = kit(known_voices=False)
    ingest(write_recording("a", HIGH_HZ, LOW_HZ, rep="Dana", channels=["rep", "customer"]), kit=usual)
    ingest(write_recording("later", LOW_HZ, HIGH_HZ), kit=usual)
    with usual.store.read() as tx:
        assert tx.voices.counts() == {}
    assert roles_of(usual, "later") == {"S1": "unknown", "S2": "unknown"}


def test_the_voices_held_are_listed_and_erased_by_command(kit, write_recording, ingest, tmp_path):
    def voices(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "api.cli.main", "voices", *words, "--data", str(tmp_path / "data")]
        return subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2], check=False)

    ingest(write_recording("a", HIGH_HZ, LOW_HZ, rep="Dana", channels=["rep", "customer"]), kit=kit(known_voices=True))
    assert json.loads(voices("list", "--json").stdout) == [{"rep": "Dana", "calls": 1}]
    erased = voices("forget", "Dana", "Nobody")
    assert (erased.returncode, erased.stdout) == (1, "1 voice prints erased.\n")
    assert "Nobody" in erased.stderr
    assert voices("list").stdout == ""
