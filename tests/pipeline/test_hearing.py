"""A recording beyond the operator's limits is named and given up, and the next one is heard."""

import wave

import numpy as np
import pytest

from models.protocols import Samples
from models.scripted_transcriber import always
from pipeline.assemble import Toolkit
from pipeline.errors import StageFailed
from pipeline.hearing import hear, read_recording
from pipeline.intake import Refused, find_files, take_in
from pipeline.records import Call
from pipeline.run import process_call
from pipeline.settings import Settings


class HearsAll:
    name = "all"

    def find_speech(self, samples: Samples) -> list[tuple[float, float]]:
        return [(0.0, len(samples) / 16_000)]


def write_noise(path, *, seed):
    samples = np.random.default_rng(seed).normal(0, 3_000, 32_000).astype(np.int16)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(samples.tobytes())
    return path


@pytest.fixture
def heard_with(tmp_path):
    """`heard_with(limit=…)`: a toolkit with these settings whose engine always says the same."""
    kits = []

    def made(**settings) -> Toolkit:
        kit = Toolkit(Settings(data=tmp_path / "data", **settings), transcriber=always("Hello."), detector=HearsAll())
        kits.append(kit)
        return kit

    yield made
    for kit in kits:
        kit.store.close()


def taken_in(kit: Toolkit, *paths) -> list[Call | Refused]:
    return [call for _, call in take_in(find_files(list(paths), {}), kit.store, kit.media)]


def test_a_recording_beyond_a_limit_is_named_as_it_came_and_so_is_the_setting(heard_with, tmp_path):
    kit = heard_with(decode_limit_s=0.01)
    (call,) = taken_in(kit, write_noise(tmp_path / "acme first.wav", seed=1))
    *_, last = process_call(kit, call)
    assert (last.stage, last.state) == ("transcribe", "failed")
    assert "acme first.wav was given up after 0.01 s, the limit." in last.error
    assert "BUYERSPEAK_DECODE_LIMIT_S" in last.error


def test_a_call_that_takes_too_long_to_transcribe_says_which_and_what_to_raise(heard_with, tmp_path):
    kit = heard_with(call_limit_s=1e-6)
    (call,) = taken_in(kit, write_noise(tmp_path / "call.wav", seed=1))
    with kit.media.local_file(call.media_key) as path:
        waveform = read_recording(path, call, kit.settings)
    with pytest.raises(StageFailed, match=r"call\.wav was given up after 1e-06 s.*0 of 1 windows.*BUYERSPEAK_CALL_LIM"):
        hear(waveform, call, kit, language="en", vocabulary="")


def test_after_a_file_that_cannot_be_read_the_next_ones_are_heard(heard_with, tmp_path):
    kit = heard_with()
    bad = tmp_path / "a.wav"
    bad.write_bytes(b"RIFF" + bytes(range(256)) * 8)
    first, second = taken_in(kit, bad, write_noise(tmp_path / "b.wav", seed=2))
    assert isinstance(first, Refused)
    assert "a.wav" in first.reason
    with kit.media.local_file(second.media_key) as path:
        waveform = read_recording(path, second, kit.settings)
    heard = hear(waveform, second, kit, language="en", vocabulary="")
    assert [segment.text for segment in heard.segments] == ["Hello."]
