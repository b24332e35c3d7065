"""What is listened to: the sample calls, a folder of recordings, or an hour made of sample calls; with gold words."""

from __future__ import annotations

import csv
import wave
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipeline.calls.decode import SAMPLE_RATE_HZ, decode
from pipeline.insights.spoken_words import spoken_words
from pipeline.insights.word_errors import speaker_word_errors
from pipeline.intake import Found, find_files
from pipeline.references.read import read_references

SAMPLE: Final = Path(__file__).parents[1] / "corpus" / "sample"
SHORT_SAMPLE: Final = (
    "harbour-kitchen-first.ogg",
    "fenwick-gardens-cold-call.wav",
    "brook-street-dental-follow-up.m4a",
)
_GOLD: Final = (".json", ".stm", ".lab", ".txt")
_HOUR_S: Final = 3600


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording and its turns, (who, what was said) in order; none where nobody wrote them down."""

    path: Path
    duration_s: float
    n_channels: int
    turns: tuple[tuple[str, str], ...] = ()

    def word_errors(self, heard: Sequence[str]) -> tuple[float, float]:
        """Return (wrong words, words said) for the text of each channel; without turns nothing was said or is wrong.

        Of several channels each is taken for the speaker whom it fits best; a single one must hold all turns in order.
        """
        if not self.turns:
            return 0.0, 0.0
        said: dict[str, list[str]] = {}
        for who, text in self.turns:
            said.setdefault(who if self.n_channels > 1 else "", []).append(text)
        tally = speaker_word_errors(
            {who: spoken_words(" ".join(texts)) for who, texts in said.items()},
            {str(place): spoken_words(text) for place, text in enumerate(heard)},
        )
        return sum(wrong for wrong, _ in tally.stretches), sum(words for _, words in tally.stretches)


def sample_recordings(names: Sequence[str] | None = None) -> list[Recording]:
    """Return these sample calls, or all that are recordings."""
    paths = [found.path for found in _recordings_in(SAMPLE / "calls")]
    return [_recording(path, SAMPLE / "gold") for path in paths if names is None or path.name in names]


def recordings_of(folder: Path) -> list[Recording]:
    """Return the recordings of a folder and the folders in it.

    Gold is a file of the same name that ends in .json, .stm, .lab or .txt, or a line of a `manifest.tsv` beside it
    with the columns file and text.
    """
    return [_recording(found.path, found.path.parent) for found in _recordings_in(folder)]


def made_hour(folder: Path) -> Recording:
    """Write sample calls of two channels end to end, again and again, for an hour, and return that."""
    calls = [call for call in sample_recordings() if call.n_channels == 2]
    path = folder / "an-hour.wav"
    turns: list[tuple[str, str]] = []
    duration_s = 0.0
    with wave.open(str(path), "wb") as file:
        _describe(file, n_channels=2)
        while duration_s < _HOUR_S:
            for call in calls:
                file.writeframes(decode(call.path).samples.T.tobytes())
                duration_s += call.duration_s
                turns += call.turns
    return Recording(path, duration_s, 2, tuple(turns))


def opening(recording: Recording, folder: Path, *, duration_s: float = 20.0) -> Path:
    """Write the beginning of a recording, which warms an engine up, and return its path."""
    path = folder / f"{recording.path.stem}-first-{duration_s:.0f}-s.wav"
    samples = decode(recording.path).samples[:, : round(duration_s * SAMPLE_RATE_HZ)]
    with wave.open(str(path), "wb") as file:
        _describe(file, n_channels=len(samples))
        file.writeframes(samples.T.tobytes())
    return path


def beginning(recordings: Sequence[Recording], folder: Path, *, most_s: float) -> list[Recording]:
    """Return the first recordings, as many as last that long together; of a longer one a part, without its turns."""
    taken: list[Recording] = []
    left_s = most_s
    for recording in recordings:
        if recording.duration_s > left_s:
            break
        taken.append(recording)
        left_s -= recording.duration_s
    if taken or not recordings:
        return taken
    part_s = min(most_s, recordings[0].duration_s)
    return [Recording(opening(recordings[0], folder, duration_s=part_s), part_s, recordings[0].n_channels)]


def _describe(file: wave.Wave_write, *, n_channels: int) -> None:
    file.setnchannels(n_channels)
    file.setsampwidth(2)
    file.setframerate(SAMPLE_RATE_HZ)


def _recordings_in(folder: Path) -> Iterable[Found]:
    return (found for found in find_files([folder], {}) if isinstance(found, Found) and found.is_audio)


def _recording(path: Path, gold: Path) -> Recording:
    waveform = decode(path)
    return Recording(path, waveform.duration_s, waveform.n_channels, tuple(_turns(path, gold)))


def _turns(path: Path, folder: Path) -> list[tuple[str, str]]:
    for suffix in _GOLD:
        gold = folder / f"{path.stem}{suffix}"
        if gold.is_file():
            (reference,) = read_references(gold)
            return [(turn.speaker or "", turn.text) for turn in reference.turns]
    manifest = path.parent / "manifest.tsv"
    if manifest.is_file():
        with manifest.open(encoding="utf-8", newline="") as file:
            return [("", row["text"]) for row in csv.DictReader(file, delimiter="\t") if row["file"] == path.name]
    return []
