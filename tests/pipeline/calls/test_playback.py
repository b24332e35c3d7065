from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pipeline.calls.decode import decode
from pipeline.calls.media import probe
from pipeline.calls.playback import playable, render_playback
from pipeline.errors import UnreadableFile

WriteWav = Callable[..., Path]


def encoded(path: Path, codec: str, rate_hz: int) -> Path:
    import av

    with av.open(str(path), "w") as output:
        stream = output.add_stream(codec, rate=rate_hz, layout="mono")
        resampler = av.AudioResampler(
            format=stream.format.name, layout="mono", rate=rate_hz, frame_size=stream.frame_size or 1024
        )
        noise = np.random.default_rng(0).normal(0, 3_000, (1, rate_hz)).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(noise, format="s16p", layout="mono")
        frame.sample_rate = rate_hz
        for part in [*resampler.resample(frame), *resampler.resample(None), None]:
            output.mux(stream.encode(part))
    return path


@pytest.mark.parametrize(
    ("name", "codec", "rate_hz", "plays"),
    [
        ("a.wav", "pcm_s16le", 8_000, True),
        ("b.mp3", "libmp3lame", 16_000, True),
        ("c.flac", "flac", 16_000, True),
        ("d.ogg", "libopus", 48_000, True),
        ("e.webm", "libopus", 48_000, True),
        ("f.m4a", "aac", 44_100, True),
        ("g.wav", "pcm_alaw", 8_000, False),
        ("h.aiff", "pcm_s16be", 8_000, False),
        ("i.au", "pcm_mulaw", 8_000, False),
        ("j.mkv", "libopus", 48_000, False),
        ("k.m4a", "alac", 44_100, False),
    ],
)
def test_a_browser_plays_some_files_as_they_are(
    tmp_path: Path, name: str, codec: str, rate_hz: int, plays: bool
) -> None:
    assert playable(encoded(tmp_path / name, codec, rate_hz)) is plays


def test_the_others_are_rendered_as_mp3_of_the_same_length(tmp_path: Path) -> None:
    render_playback(encoded(tmp_path / "call.wav", "pcm_alaw", 8_000), tmp_path / "call.mp3")
    assert playable(tmp_path / "call.mp3")
    assert probe(tmp_path / "call.mp3").duration_s == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize("n_channels", [1, 2, 3, 6])
def test_a_rendition_has_two_channels_at_most(tmp_path: Path, write_wav: WriteWav, n_channels: int) -> None:
    levels = np.arange(1, n_channels + 1)[:, None] * 2_000
    tone = np.sin(2 * np.pi * 300 * np.arange(8_000) / 8_000)
    render_playback(write_wav((levels * tone).astype(np.int16)), tmp_path / "call.mp3")
    peaks = np.abs(decode(tmp_path / "call.mp3").samples[:, 4_000:12_000]).max(axis=1)
    expected = {1: [2_000], 2: [2_000, 4_000], 3: [4_000, 4_000], 6: [6_000, 8_000]}[n_channels]
    np.testing.assert_allclose(peaks, expected, rtol=0.1)


def test_a_rendition_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "call.wav").write_bytes(b"RIFF\x00\x00\x00\x00WAVE\x01\x02\x03" * 20)
    with pytest.raises(UnreadableFile):
        render_playback(tmp_path / "call.wav", tmp_path / "call.mp3")
    assert [path.name for path in tmp_path.iterdir()] == ["call.wav"]
