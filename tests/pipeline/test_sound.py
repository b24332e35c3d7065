"""Peaks are found once and go with the recording; clips hold just what is said, and a little on either side."""

import io
import wave
from datetime import UTC, datetime

import numpy as np
import pytest

from pipeline.calls.peaks import MAX_PEAKS
from pipeline.errors import BadInput, NotFound
from pipeline.media_store import MediaStore
from pipeline.records import Call
from pipeline.sound import clip_of, held_peaks, peaks_of

RATE_HZ = 8_000


def write_wav(path, *channels):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(np.stack(channels, axis=1).astype("<i2").tobytes())


@pytest.fixture
def media(tmp_path):
    """A minute, loud from second 20 to 30 on the left, half as loud from 40 to 50 on the right."""
    left, right = np.zeros(60 * RATE_HZ), np.zeros(60 * RATE_HZ)
    tone = np.sin(np.arange(10 * RATE_HZ) * 2 * np.pi * 300 / RATE_HZ)
    left[20 * RATE_HZ : 30 * RATE_HZ] = 20_000 * tone
    right[40 * RATE_HZ : 50 * RATE_HZ] = 10_000 * tone
    write_wav(tmp_path / "a.wav", left, right)
    store = MediaStore(str(tmp_path / "media"))
    store.put(tmp_path / "a.wav", "k.wav")
    return store


def call(**more):
    given = {"form": "audio", "media_key": "k.wav"} | more
    return Call("c", "a.wav", "0" * 64, duration_s=60.0, n_channels=2, metadata={}, added_at=datetime.now(UTC), **given)


def test_peaks_are_where_it_is_loud_by_channel(media):
    peaks = peaks_of(media, call())
    assert (peaks.duration_s, len(peaks.channels)) == (60.0, 2)
    left, right = (np.array(channel) for channel in peaks.channels)
    assert len(left) == MAX_PEAKS
    assert left[205:295].min() >= 98
    assert left[:195].max() == left[305:].max() == 0
    assert 45 <= right[405:495].min() <= right[405:495].max() <= 52


def test_peaks_are_found_once_and_erased_with_the_recording(media, tmp_path):
    assert held_peaks(media, call()) is None
    found = peaks_of(media, call())
    (tmp_path / "media" / "k.wav").write_bytes(b"")
    assert peaks_of(media, call()) == held_peaks(media, call()) == found
    media.remove("k.wav")
    assert list((tmp_path / "media").iterdir()) == []


def test_a_clip_holds_its_stretch_and_half_a_second_on_either_side(media):
    with wave.open(io.BytesIO(clip_of(media, call(), 20.5, 22.0))) as clip:
        assert (clip.getnchannels(), clip.getframerate(), clip.getsampwidth()) == (2, 16_000, 2)
        assert clip.getnframes() == 2.5 * 16_000
        samples = np.frombuffer(clip.readframes(clip.getnframes()), "<i2").reshape(-1, 2)
    assert np.abs(samples[:, 0]).max() > 15_000
    assert np.abs(samples[:, 1]).max() < 100
    with wave.open(io.BytesIO(clip_of(media, call(), 59.0, 70.0))) as clip:
        assert clip.getnframes() == pytest.approx(1.5 * 16_000, abs=100)


def test_what_cannot_be_heard_is_said(media):
    for silent in (call(form="transcript"), call(media_key=None)):
        with pytest.raises(NotFound):
            clip_of(media, silent, 1.0, 2.0)
        with pytest.raises(NotFound):
            peaks_of(media, silent)
    with pytest.raises(NotFound, match="not known when"):
        clip_of(media, call(), None, None)
    with pytest.raises(BadInput, match="ends before"):
        clip_of(media, call(), 90.0, 95.0)
