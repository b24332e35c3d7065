"""Calls laid out from four synthetic voices, heard by the real splitter; what was said when is known."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from models.protocols import Samples
from models.voice_detector import SileroVoiceDetector
from models.voice_splitter import SenkoVoiceSplitter
from pipeline.calls.decode import decode
from pipeline.calls.listening import find_channels, find_speech, frame_levels
from pipeline.calls.rep_voices import known_reps, speaker_prints
from pipeline.calls.speakers import assign_speakers
from pipeline.records import Segment, Turn, Waveform, Word

pytestmark = [pytest.mark.model, pytest.mark.slow]

VOICES = Path(__file__).parents[2] / "data" / "voices"
RATE_HZ = 16_000
SENTENCE_S = 3.6


@pytest.fixture(scope="module")
def splitter() -> SenkoVoiceSplitter:
    return SenkoVoiceSplitter()


def lay_out(order: Sequence[str]) -> dict[str, Samples]:
    """Each voice on a track of its own: its four sentences in turn, where its name stands in the order."""
    n_samples = round(SENTENCE_S * RATE_HZ)
    tracks = {name: np.zeros(len(order) * n_samples, np.float32) for name in dict.fromkeys(order)}
    said = dict.fromkeys(tracks, 0)
    clips = {name: decode(VOICES / f"{name}.ogg").channel(0) for name in tracks}
    for place, name in enumerate(order):
        clip = clips[name][said[name] % 4 * n_samples :][:n_samples]
        tracks[name][place * n_samples :][: len(clip)] = clip
        said[name] += 1
    return tracks


def record(*channels: Samples) -> Waveform:
    noise = np.random.default_rng(7).normal(0, 0.001, (len(channels), len(channels[0])))
    mixed = np.stack(channels) + noise * [[np.any(channel)] for channel in channels]
    return Waveform(np.clip(mixed * 32767, -32768, 32767).astype(np.int16), RATE_HZ, source_rate_hz=8_000)


def segments(order: Sequence[str], channel_of: dict[str, int]) -> list[Segment]:
    heard = []
    for place, name in enumerate(order):
        start_s, end_s = place * SENTENCE_S + 0.1, (place + 1) * SENTENCE_S - 0.4
        words = tuple(Word(name, start_s + n / 2, start_s + n / 2 + 0.4, 0.9) for n in range(6))
        heard.append(Segment(channel_of[name], start_s, end_s, " ".join([name] * 6), words, 0.9, "en"))
    return heard


def who_is_who(turns: Sequence) -> set[tuple[str, str]]:
    return {(turn.speaker, word) for turn in turns for word in turn.text.split()}


def test_a_conference_on_two_channels_has_a_speaker_a_voice(splitter: SenkoVoiceSplitter) -> None:
    order = ["slt", "rms", "slt", "awb"] * 4
    tracks = lay_out(order)
    waveform = record(tracks["slt"], tracks["rms"] + tracks["awb"])
    heard = segments(order, {"slt": 0, "rms": 1, "awb": 1})
    found = who_is_who(assign_speakers(heard, waveform, splitter=splitter))
    # Which of two who speak as long is the channel's main voice is a matter of milliseconds.
    assert found in (
        {("S1", "slt"), ("S2", "rms"), ("S3", "awb")},
        {("S1", "slt"), ("S2", "awb"), ("S3", "rms")},
    )


class Listened:
    """The real splitter, with a note of how many seconds it was given each time."""

    def __init__(self, splitter: SenkoVoiceSplitter) -> None:
        self.name, self._splitter, self.given_s = splitter.name, splitter, []

    def split(self, samples: Samples):
        self.given_s.append(round(len(samples) / RATE_HZ))
        return self._splitter.split(samples)


@pytest.mark.parametrize(("second", "heard"), [("rms", ["slt", "rms"]), ("awb", ["slt", "rms", "awb"])])
def test_long_channels_are_not_all_heard_whole_and_a_second_voice_is_found_all_the_same(
    splitter: SenkoVoiceSplitter, second: str, heard: list[str]
) -> None:
    order = ["slt", "rms", "slt", second] * 7
    tracks = lay_out(order)
    quiet = np.zeros_like(tracks["slt"])
    waveform = record(tracks["slt"], tracks["rms"] + (tracks[second] if second != "rms" else quiet))
    listened = Listened(splitter)
    turns = assign_speakers(segments(order, {"slt": 0, "rms": 1, "awb": 1}), waveform, splitter=listened)
    assert {word for _, word in who_is_who(turns)} == set(heard)
    assert len({turn.speaker for turn in turns}) == len(heard)
    whole_s = round(len(order) * SENTENCE_S)
    assert listened.given_s.count(whole_s) < 2


def test_cross_talk_is_nobody_s_second_voice(splitter: SenkoVoiceSplitter) -> None:
    order = ["slt", "rms"] * 4
    tracks = lay_out(order)
    waveform = record(tracks["rms"] + 0.2 * tracks["slt"], tracks["slt"] + 0.2 * tracks["rms"])
    turns = assign_speakers(segments(order, {"rms": 0, "slt": 1}), waveform, splitter=splitter)
    assert who_is_who(turns) == {("S1", "rms"), ("S2", "slt")}


def test_cross_talk_of_real_speech_is_not_listened_to() -> None:
    order = ["slt", "rms"] * 2
    tracks = lay_out(order)
    waveform = record(tracks["slt"] + 0.2 * tracks["rms"], tracks["rms"] + 0.2 * tracks["slt"])
    levels = [frame_levels(waveform.channel(place), sample_rate_hz=RATE_HZ) for place in (0, 1)]
    for place, name in ((0, "slt"), (1, "rms")):
        found = find_speech(waveform, place, levels, SileroVoiceDetector(), others=[1 - place])
        middles = [(stretch.start_s + stretch.end_s) / 2 for stretch in found.speech]
        assert {order[int(middle // SENTENCE_S)] for middle in middles} == {name}


def test_both_parties_on_one_channel_of_two_are_told_apart_whatever_the_channels_are_called(
    splitter: SenkoVoiceSplitter,
) -> None:
    order = ["slt", "rms"] * 4
    tracks = lay_out(order)
    mixed = tracks["slt"] + tracks["rms"]
    waveform = record(mixed, np.zeros_like(mixed))
    levels = [frame_levels(waveform.channel(place), sample_rate_hz=RATE_HZ) for place in (0, 1)]
    assert [channel.left_out for channel in find_channels(waveform, levels)] == ["", "silent"]
    heard = segments(order, {"slt": 0, "rms": 0})
    for channels in (None, ["rep", "customer"]):
        turns = assign_speakers(heard, waveform, splitter=splitter, channels=channels)
        assert who_is_who(turns) == {("S1", "slt"), ("S2", "rms")}


@pytest.mark.parametrize("names", [("slt", "rms"), ("slt", "rms", "kal"), ("slt", "rms", "awb", "kal")], ids=len)
def test_two_to_four_voices_on_one_channel_are_told_apart(splitter: SenkoVoiceSplitter, names: tuple[str, ...]) -> None:
    order = list(names) * 4
    waveform = record(sum(lay_out(order).values(), np.zeros(1, np.float32)))
    turns = assign_speakers(segments(order, dict.fromkeys(names, 0)), waveform, splitter=splitter)
    assert who_is_who(turns) == {(f"S{place}", name) for place, name in enumerate(names, start=1)}


def test_a_rep_is_known_again_by_voice(splitter: SenkoVoiceSplitter) -> None:
    def prints(order: Sequence[str]) -> dict[str, np.ndarray]:
        waveform = record(sum(lay_out(order).values(), np.zeros(1, np.float32)))
        turns = [
            Turn("a", n, s.text.split()[0], "unknown", 0.5, s.start_s, s.end_s, s.text)
            for n, s in enumerate(segments(order, dict.fromkeys(order, 0)))
        ]
        return speaker_prints(turns, waveform, splitter)

    before = prints(["slt", "rms"] * 2)
    later = prints(["kal", "kal", "slt", "slt", "kal", "slt"])
    assert known_reps(later, {"Dana": before["slt"]}) == {"slt"}
    assert known_reps(later, {"Marcus": before["rms"]}) == set()
