import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from pipeline.calls.media import probe, read_audio
from pipeline.errors import UnreadableFile


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """Another recording on this machine that nobody uploaded."""
    import av

    path = tmp_path / "secret.m4a"
    with av.open(str(path), "w") as output:
        stream = output.add_stream("aac", rate=16_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.ones((1, 16_000), np.float32) * 0.1, format="fltp", layout="mono")
        frame.sample_rate = 16_000
        output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


@pytest.fixture
def visits() -> Iterator[tuple[str, list[str]]]:
    """The address of a server on this machine, and the paths it was asked for."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/canary.ts", asked
        server.shutdown()


PLAYLISTS = {
    "hls": "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10.0,\n{target}\n#EXT-X-ENDLIST\n",
    "concat": "ffconcat version 1.0\nfile '{target}'\n",
    "dash": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><BaseURL>{target}</BaseURL></MPD>',
    "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=audio 5004 RTP/AVP 0\na={target}\n",
}


@pytest.mark.parametrize("kind", PLAYLISTS)
@pytest.mark.parametrize(
    "disguise", ["{}", "\x00{}", "\ufeff{}", "{}\x00\x01\x02\x7f"], ids=["plain", "nul", "bom", "tail"]
)
@pytest.mark.parametrize("suffix", [".mp3", ".wav", ".m3u8"])
def test_a_playlist_that_poses_as_audio_opens_no_other_file(
    tmp_path: Path, secret: Path, kind: str, disguise: str, suffix: str
) -> None:
    path = tmp_path / f"call{suffix}"
    path.write_text(disguise.format(PLAYLISTS[kind].format(target=secret)), "utf-8")
    with pytest.raises(UnreadableFile, match=path.name):
        probe(path)


@pytest.mark.parametrize("kind", PLAYLISTS)
def test_a_playlist_reaches_no_server(tmp_path: Path, visits: tuple[str, list[str]], kind: str) -> None:
    address, asked = visits
    path = tmp_path / "call.mp3"
    path.write_text(PLAYLISTS[kind].format(target=address) + "\x00\x01", "utf-8")
    with pytest.raises(UnreadableFile):
        probe(path)
    assert asked == []


def test_the_facts_are_those_of_the_file(secret: Path) -> None:
    facts = probe(secret)
    assert (facts.codec, facts.sample_rate_hz, facts.n_channels) == ("aac", 16_000, 1)
    assert facts.container.startswith("mov")
    assert facts.duration_s == pytest.approx(1.0, abs=0.1)


def test_blocks_are_decoded_as_they_are_asked_for(secret: Path) -> None:
    with read_audio(secret, rate_hz=8_000) as reading:
        first = next(reading.blocks)
    assert first.dtype == np.int16
    assert first.shape[0] == 1
    assert first.shape[1] < 8_000


def test_nothing_is_written_on_standard_error(tmp_path: Path, secret: Path, capfd: pytest.CaptureFixture[str]) -> None:
    content = bytearray(secret.read_bytes())
    content[200:900] = b"\xff" * 700
    (tmp_path / "broken.m4a").write_bytes(content)
    with read_audio(tmp_path / "broken.m4a", rate_hz=8_000) as reading:
        assert all(block.dtype == np.int16 for block in reading.blocks)
        assert reading.n_damaged > 0
    assert capfd.readouterr().err == ""
