import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pipeline.calls.decode import SAMPLE_RATE_HZ, decode
from pipeline.calls.media_apart import Limits
from pipeline.errors import UnreadableFile

WriteWav = Callable[..., Path]


def tone(hz: float, duration_s: float, *, rate_hz: int = 8_000, level: float = 0.3) -> np.ndarray:
    return (32767 * level * np.sin(2 * np.pi * hz * np.arange(round(duration_s * rate_hz)) / rate_hz)).astype(np.int16)


def loudest_hz(samples: np.ndarray) -> float:
    return float(np.argmax(np.abs(np.fft.rfft(samples)))) * SAMPLE_RATE_HZ / len(samples)


def encoded(
    path: Path, codec: str, *, rate_hz: int, n_channels: int = 1, duration_s: float = 2.0, level: float = 0.3
) -> Path:
    """Write a tone of 300 Hz on the left and, if there is a right, 900 Hz there."""
    import av

    layout = "mono" if n_channels == 1 else "stereo"
    tones = np.stack(
        [tone(300 * (1 + 2 * place), duration_s, rate_hz=rate_hz, level=level) for place in range(n_channels)]
    )
    with av.open(str(path), "w") as output:
        stream = output.add_stream(codec, rate=rate_hz, layout=layout)
        resampler = av.AudioResampler(
            format=stream.format.name, layout=layout, rate=rate_hz, frame_size=stream.frame_size or 1024
        )
        frame = av.AudioFrame.from_ndarray(tones, format="s16p", layout=layout)
        frame.sample_rate = rate_hz
        for part in [*resampler.resample(frame), *resampler.resample(None), None]:
            output.mux(stream.encode(part))
    return path


CODECS = [
    ("a.wav", "pcm_s16le", 8_000),
    ("b.wav", "pcm_u8", 8_000),
    ("c.wav", "pcm_alaw", 8_000),
    ("d.wav", "pcm_mulaw", 8_000),
    ("e.wav", "pcm_s24le", 44_100),
    ("f.mp3", "libmp3lame", 16_000),
    ("g.m4a", "aac", 44_100),
    ("h.aac", "aac", 44_100),
    ("i.flac", "flac", 22_050),
    ("j.ogg", "libopus", 48_000),
    ("l.webm", "libopus", 48_000),
    ("m.mp4", "aac", 48_000),
    ("n.aiff", "pcm_s16be", 11_025),
    ("o.caf", "pcm_s16le", 16_000),
    ("p.au", "pcm_mulaw", 8_000),
    ("q.mkv", "libopus", 48_000),
    ("r.w64", "pcm_s16le", 8_000),
]


@pytest.mark.parametrize(("name", "codec", "rate_hz"), CODECS, ids=[name for name, *_ in CODECS])
def test_every_common_container_and_codec_is_read(tmp_path: Path, name: str, codec: str, rate_hz: int) -> None:
    waveform = decode(encoded(tmp_path / name, codec, rate_hz=rate_hz))
    assert (waveform.n_channels, waveform.sample_rate_hz, waveform.source_rate_hz) == (1, 16_000, rate_hz)
    assert waveform.duration_s == pytest.approx(2.0, abs=0.1)
    assert loudest_hz(waveform.samples[0]) == pytest.approx(300, abs=2)
    assert waveform.notes == ()


def test_amr_from_a_mobile_telephone_is_read(tmp_path: Path) -> None:
    waveform = decode(encoded(tmp_path / "call.amr", "libopencore_amrnb", rate_hz=8_000))
    assert waveform.duration_s == pytest.approx(2.0, abs=0.1)


def test_the_name_of_the_file_does_not_matter(tmp_path: Path) -> None:
    path = encoded(tmp_path / "call.mp3", "libmp3lame", rate_hz=16_000).rename(tmp_path / "call.wav")
    assert decode(path).duration_s == pytest.approx(2.0, abs=0.1)


def test_channels_stay_apart(tmp_path: Path) -> None:
    waveform = decode(encoded(tmp_path / "call.flac", "flac", rate_hz=8_000, n_channels=2))
    assert [loudest_hz(channel) for channel in waveform.samples] == [
        pytest.approx(300, abs=2),
        pytest.approx(900, abs=2),
    ]


def test_up_to_twelve_channels_are_kept_and_more_are_refused(write_wav: WriteWav) -> None:
    twelve = np.stack([tone(200 + 50 * place, 1.0) for place in range(12)])
    waveform = decode(write_wav(twelve))
    assert waveform.n_channels == 12
    assert loudest_hz(waveform.samples[11]) == pytest.approx(750, abs=2)
    with pytest.raises(UnreadableFile, match=r"wide\.wav has 13 channels; at most 12"):
        decode(write_wav(np.vstack([twelve, twelve[:1]]), name="wide.wav"))


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 16_000, 22_050, 44_100, 48_000])
def test_every_rate_comes_out_at_sixteen_kilohertz(write_wav: WriteWav, rate_hz: int) -> None:
    waveform = decode(write_wav(tone(440, 1.0, rate_hz=rate_hz)[None], rate_hz=rate_hz))
    assert waveform.duration_s == pytest.approx(1.0, abs=0.01)
    assert loudest_hz(waveform.samples[0]) == pytest.approx(440, abs=2)


def test_the_lowest_rate_that_carries_speech_is_read(write_wav: WriteWav) -> None:
    waveform = decode(write_wav(tone(440, 1.0, rate_hz=4_000)[None], rate_hz=4_000))
    assert (waveform.source_rate_hz, waveform.duration_s) == (4_000, pytest.approx(1.0, abs=0.01))
    assert loudest_hz(waveform.samples[0]) == pytest.approx(440, abs=2)


@pytest.mark.parametrize(
    ("name", "codec", "rates_hz"),
    [
        ("call.mp3", "libmp3lame", (16_000, 44_100)),
        ("call.mp3", "libmp3lame", (44_100, 16_000)),
        ("call.aac", "aac", (16_000, 44_100)),
        ("call.ogg", "libopus", (48_000, 16_000)),
    ],
)
def test_a_rate_that_changes_within_the_file_changes_neither_pitch_nor_length(
    tmp_path: Path, name: str, codec: str, rates_hz: tuple[int, int]
) -> None:
    parts = [encoded(tmp_path / f"{rate_hz}-{name}", codec, rate_hz=rate_hz).read_bytes() for rate_hz in rates_hz]
    (tmp_path / name).write_bytes(b"".join(parts))
    waveform = decode(tmp_path / name)
    assert waveform.duration_s == pytest.approx(4.0, abs=0.25)
    for part in (waveform.samples[0, 4_000:28_000], waveform.samples[0, -28_000:-4_000]):
        assert loudest_hz(part) == pytest.approx(300, abs=2)


@pytest.mark.parametrize("n_channels", [(1, 2), (2, 1)])
def test_channels_that_change_within_the_file_follow_its_beginning(tmp_path: Path, n_channels: tuple[int, int]) -> None:
    parts = [
        encoded(tmp_path / f"{n}.mp3", "libmp3lame", rate_hz=16_000, n_channels=n).read_bytes() for n in n_channels
    ]
    (tmp_path / "call.mp3").write_bytes(b"".join(parts))
    waveform = decode(tmp_path / "call.mp3")
    assert waveform.n_channels == n_channels[0]
    assert waveform.duration_s == pytest.approx(4.0, abs=0.25)
    # Of two channels in one, either tone may be found the louder.
    assert round(loudest_hz(waveform.samples[0, -28_000:-4_000]), -1) in {300, 900}


def test_a_rate_too_low_for_speech_is_refused(write_wav: WriteWav) -> None:
    with pytest.raises(UnreadableFile, match=r"call\.wav has 2000 samples a second"):
        decode(write_wav(tone(100, 1.0, rate_hz=2_000)[None], rate_hz=2_000))


def test_an_empty_file_is_named_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "call.wav").write_bytes(b"")
    with pytest.raises(UnreadableFile, match=r"call\.wav is empty"):
        decode(tmp_path / "call.wav")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"gone\.wav is not a file"):
        decode(tmp_path / "gone.wav")


@pytest.mark.parametrize("content", ["Dear diary\n" * 50, "<!doctype html><p>Sign in", "{}", "Grüße, Zoë " * 60])
def test_text_that_poses_as_audio_is_called_text(tmp_path: Path, content: str) -> None:
    (tmp_path / "call.mp3").write_text(content, "utf-8")
    with pytest.raises(UnreadableFile, match=r"call\.mp3 is text, not audio"):
        decode(tmp_path / "call.mp3")


def test_bytes_of_no_known_format_are_refused(tmp_path: Path) -> None:
    (tmp_path / "call.wav").write_bytes(b"PK\x03\x04" + bytes(range(256)) * 40)
    with pytest.raises(UnreadableFile, match=r"call\.wav cannot be read as audio"):
        decode(tmp_path / "call.wav")


def test_a_film_without_sound_is_refused(tmp_path: Path) -> None:
    import av

    path = tmp_path / "screen.mp4"
    with av.open(str(path), "w") as output:
        stream = output.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 32
        stream.pix_fmt = "yuv420p"
        for _ in range(10):
            output.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")))
        output.mux(stream.encode(None))
    with pytest.raises(UnreadableFile, match=r"screen\.mp4 holds no audio stream"):
        decode(path)


@pytest.mark.parametrize("codec", ["png", "mjpeg"])
def test_a_picture_that_poses_as_audio_is_refused(tmp_path: Path, codec: str) -> None:
    import av

    with av.open(str(tmp_path / "picture"), "w", format="image2") as output:
        stream = output.add_stream(codec, rate=1)
        stream.width = stream.height = 32
        stream.pix_fmt = "rgb24" if codec == "png" else "yuvj420p"
        frame = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")
        output.mux([*stream.encode(frame.reformat(format=stream.pix_fmt)), *stream.encode(None)])
    path = (tmp_path / "picture").rename(tmp_path / "call.mp3")
    with pytest.raises(UnreadableFile, match=r"call\.mp3 (cannot be read as audio|holds no audio stream)"):
        decode(path)


def test_a_header_without_sound_is_refused(write_wav: WriteWav) -> None:
    path = write_wav(tone(300, 2.0)[None])
    path.write_bytes(path.read_bytes()[:44])
    with pytest.raises(UnreadableFile, match=r"call\.wav"):
        decode(path)


@pytest.mark.parametrize(("name", "codec"), [("a.wav", "pcm_s16le"), ("b.mp3", "libmp3lame"), ("c.au", "pcm_mulaw")])
def test_a_truncated_recording_gives_what_is_there_with_a_note(tmp_path: Path, name: str, codec: str) -> None:
    path = encoded(tmp_path / name, codec, rate_hz=8_000)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    waveform = decode(path)
    assert 0.4 < waveform.duration_s < 0.8
    assert any("of the 2.0 s that its header promises" in note for note in waveform.notes)


@pytest.mark.parametrize(
    ("name", "codec", "rate_hz"), [("d.flac", "flac", 16_000), ("e.ogg", "libopus", 48_000), ("f.aac", "aac", 16_000)]
)
def test_a_truncated_stream_gives_what_is_there(tmp_path: Path, name: str, codec: str, rate_hz: int) -> None:
    path = encoded(tmp_path / name, codec, rate_hz=rate_hz, duration_s=12.0)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    waveform = decode(path)
    assert 4.0 < waveform.duration_s < 8.0
    assert loudest_hz(waveform.samples[0, :48_000]) == pytest.approx(300, abs=2)


def test_a_film_container_that_lost_its_index_is_refused(tmp_path: Path) -> None:
    path = encoded(tmp_path / "call.m4a", "aac", rate_hz=16_000)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(UnreadableFile, match=r"call\.m4a cannot be read as audio .*cut off"):
        decode(path)


def test_damage_in_the_middle_is_passed_over(tmp_path: Path) -> None:
    path = encoded(tmp_path / "call.mp3", "libmp3lame", rate_hz=16_000)
    content = bytearray(path.read_bytes())
    content[4_000:6_000] = b"\xff\xfb" * 1_000
    path.write_bytes(content)
    assert decode(path).duration_s > 1.0


def test_a_recording_over_the_limit_is_refused_whatever_its_header_says(write_wav: WriteWav) -> None:
    path = write_wav(tone(300, 5.0)[None])
    content = bytearray(path.read_bytes())
    struct.pack_into("<I", content, 40, 8_000)  # The data chunk is said to hold half a second.
    with pytest.raises(UnreadableFile, match=r"call\.wav lasts longer than 0\.001 h"):
        decode(path, max_duration_s=3.6)
    assert decode(path, max_duration_s=10.0).duration_s == pytest.approx(5.0, abs=0.01)


@pytest.mark.slow
def test_ten_hours_of_silence_in_a_small_file_are_refused_in_bounded_memory(tmp_path: Path) -> None:
    minute = encoded(tmp_path / "minute.aac", "aac", rate_hz=8_000, duration_s=60.0, level=0.0).read_bytes()
    path = tmp_path / "call.aac"
    path.write_bytes(minute * 600)
    assert path.stat().st_size < 4_000_000
    with pytest.raises(UnreadableFile, match=r"call\.aac lasts longer than 4 h, the limit"):
        decode(path, limits=Limits(time_s=300.0, memory_mb=32))


def test_a_constant_offset_is_removed(write_wav: WriteWav) -> None:
    waveform = decode(write_wav(np.stack([tone(300, 20.0) + 2_000, tone(300, 20.0) - 500])))
    assert np.abs(waveform.samples.mean(axis=1)).max() <= 1.0
    assert np.abs(waveform.samples[:, -16_000:].mean(axis=1)).max() <= 1.0


def test_what_an_offset_pushed_to_the_edge_does_not_wrap_round(write_wav: WriteWav) -> None:
    samples = np.full(16_000, 3_000, np.int16)
    samples[8_000:8_010] = -32_768
    waveform = decode(write_wav(samples[None], rate_hz=16_000))
    assert (waveform.samples.min(), waveform.samples.max()) == (-32_768, 22)


def test_silence_between_words_comes_back_as_silence(write_wav: WriteWav) -> None:
    samples = np.concatenate([tone(300, 10.0), np.zeros(240_000, np.int16), tone(300, 10.0)])
    waveform = decode(write_wav(np.stack([samples, 0 * samples])))
    assert waveform.duration_s == pytest.approx(50.0)
    assert not waveform.samples[0, 200_000:600_000].any()
    assert loudest_hz(waveform.samples[0, -160_000:]) == pytest.approx(300, abs=2)
    assert not waveform.samples[1].any()


def test_a_clipped_channel_is_noted_by_its_number(write_wav: WriteWav) -> None:
    loud = np.clip(tone(300, 2.0).astype(np.int32) * 10, -32768, 32767).astype(np.int16)
    waveform = decode(write_wav(np.stack([tone(300, 2.0), loud]), rate_hz=16_000))
    (note,) = waveform.notes
    assert note.startswith("channel 2 is clipped in ")


def test_samples_stay_sixteen_bits_until_a_channel_is_asked_for(write_wav: WriteWav) -> None:
    waveform = decode(write_wav(np.stack([tone(300, 1.0), tone(300, 1.0)])))
    assert waveform.samples.dtype == np.int16
    assert waveform.channel(1).dtype == np.float32
    assert float(np.abs(waveform.mono()).max()) == pytest.approx(0.3, abs=0.02)
    assert len(waveform.between(0, 0.9, 5.0)) == pytest.approx(1_600, abs=2)
    assert len(waveform.between(0, -1.0, 0.1)) == 1_600
