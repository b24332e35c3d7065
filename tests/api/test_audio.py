import struct
from pathlib import Path

import numpy as np
import pytest

from api.audio import Span, parse_range

SAMPLE_CALLS = Path(__file__).parents[2] / "corpus" / "sample" / "calls"


@pytest.fixture
def address(recording):
    return f"/api/v1/calls/{recording.id}/audio"


@pytest.fixture
def content():
    return (SAMPLE_CALLS / "harbour-kitchen-first.ogg").read_bytes()


def test_the_whole_recording_is_the_file_itself(client, address, content):
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.content == content
    assert answer.headers["content-type"] == "audio/ogg"
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(("asked", "first", "last"), [("0-", 0, None), ("100-199", 100, 199), ("5-5", 5, 5)])
def test_a_range_is_answered_with_those_bytes(client, address, content, asked, first, last):
    last = len(content) - 1 if last is None else last
    answer = client.get(address, headers={"Range": f"bytes={asked}"})
    assert answer.status_code == 206
    assert answer.content == content[first : last + 1]
    assert answer.headers["content-range"] == f"bytes {first}-{last}/{len(content)}"
    assert answer.headers["content-length"] == str(last - first + 1)


def test_a_suffix_range_counts_from_the_end(client, address, content):
    answer = client.get(address, headers={"Range": "bytes=-500"})
    assert answer.status_code == 206
    assert answer.content == content[-500:]


@pytest.mark.parametrize(
    "asked",
    ["bytes=99999999-", "bytes=9-5", "bytes=-0", "bytes=-", "bytes=a-b", "bytes=0-1,5-6", "bytes=" + "0-0," * 10_000],
)
def test_a_range_that_cannot_be_served_is_416_with_the_length(client, address, content, asked):
    answer = client.get(address, headers={"Range": asked})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{len(content)}"


def test_another_unit_or_a_stale_condition_gives_the_whole(client, address, content):
    assert client.get(address, headers={"Range": "seconds=1-2"}).status_code == 200
    stale = client.get(address, headers={"Range": "bytes=0-9", "If-Range": '"other"'})
    assert (stale.status_code, len(stale.content)) == (200, len(content))
    fresh = client.get(address, headers={"Range": "bytes=0-9", "If-Range": stale.headers["etag"]})
    assert (fresh.status_code, len(fresh.content)) == (206, 10)


def test_head_tells_the_length_and_sends_nothing(client, address, content):
    answer = client.head(address)
    assert answer.status_code == 200
    assert answer.headers["content-length"] == str(len(content))
    assert answer.content == b""
    ranged = client.head(address, headers={"Range": "bytes=0-99"})
    assert (ranged.status_code, ranged.headers["content-length"]) == (206, "100")


def test_what_no_browser_plays_is_rendered_once_and_erased_with_the_call(client, toolkit, held, tmp_path):
    call = held(_as_au(tmp_path))
    address = f"/api/v1/calls/{call.id}/audio"
    answer = client.get(address)
    assert answer.headers["content-type"] == "audio/mpeg"
    rendition = toolkit.settings.data / "media" / f"{call.media_key}.mp3"
    made_at = rendition.stat().st_mtime_ns
    assert client.get(address, headers={"Range": "bytes=0-99"}).status_code == 206
    assert rendition.stat().st_mtime_ns == made_at
    client.delete(f"/api/v1/calls/{call.id}")
    assert not rendition.exists()
    held(tmp_path / "tone.au")
    assert client.get(address).status_code == 200


def _as_au(tmp_path):
    """A second of tone as Sun audio, which no browser plays."""
    samples = (np.sin(np.arange(8000) / 8000 * 2 * np.pi * 440) * 8000).astype(">i2").tobytes()
    path = tmp_path / "tone.au"
    path.write_bytes(struct.pack(">4sIIIII", b".snd", 24, len(samples), 3, 8000, 1) + samples)
    return path


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("bytes=0-", Span(0, 9)),
        ("bytes=0-0", Span(0, 0)),
        ("bytes=3-999", Span(3, 9)),
        ("bytes=-3", Span(7, 9)),
        ("bytes=-999", Span(0, 9)),
        ("bytes=10-", None),
        ("bytes=" + "9" * 40 + "-", None),
    ],
)
def test_ranges_are_cut_to_the_file(text, span):
    assert parse_range(text, 10) == span


def test_an_empty_file_has_no_range():
    assert parse_range("bytes=0-", 0) is None
