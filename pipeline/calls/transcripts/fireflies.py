"""A transcript as the GraphQL interface of Fireflies answers it."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.calls.transcripts.dates import recorded_at
from pipeline.calls.transcripts.given import UNKNOWN_SPEAKER, GivenTranscript, GivenTurn
from pipeline.calls.transcripts.joining import join_turns
from pipeline.calls.transcripts.node import Node
from pipeline.calls.transcripts.people import Person, described


def is_fireflies(root: Node) -> bool:
    """Whether the document, or the transcript in the answer it holds, has sentences."""
    return _transcript(root).has("sentences")


def read_fireflies(root: Node) -> GivenTranscript:
    """Return the call; neighbouring sentences of one speaker make one turn."""
    transcript = _transcript(root)
    turns = join_turns(_sentences(transcript))
    title = transcript.at("title").name()
    names = dict.fromkeys(turn.speaker for turn in turns if turn.speaker != UNKNOWN_SPEAKER)
    metadata = {
        **({"title": title} if title else {}),
        **recorded_at(transcript.first("date", "dateString")),
        **described(Person(name, "unknown") for name in names),
    }
    return GivenTranscript(transcript.at("id").name(), metadata, turns, "fireflies")


def _transcript(root: Node) -> Node:
    """Return the transcript inside `{"data": {"transcript": …}}`, or the document itself."""
    inner = root
    for key in ("data", "transcript"):
        if isinstance(inner.value, dict) and isinstance(inner.value.get(key), dict):
            inner = inner.at(key)
    return inner


def _sentences(transcript: Node) -> Iterator[GivenTurn]:
    for sentence in transcript.at("sentences").each():
        number = sentence.at("speaker_id").name()
        speaker = sentence.at("speaker_name").name() or (f"Speaker {number}" if number else UNKNOWN_SPEAKER)
        start_s, end_s = sentence.span("start_time", "end_time")
        yield GivenTurn(speaker, "unknown", start_s, end_s, sentence.first("text", "raw_text").text())
