"""The JSON that Whisper, faster-whisper and whisperX write: segments, with words if they were asked for."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.calls.transcripts.given import UNKNOWN_SPEAKER, GivenTranscript, GivenTurn
from pipeline.calls.transcripts.joining import join_turns
from pipeline.calls.transcripts.node import Node
from pipeline.calls.transcripts.words import loose_word, timed_words


def is_whisperx(root: Node) -> bool:
    """Whether the document has segments and what whisperX adds to them: speakers, or words beside the segments."""
    segments = root.value.get("segments")
    if not isinstance(segments, list):
        return False
    return root.has("word_segments") or any(isinstance(each, dict) and "speaker" in each for each in segments)


def is_whisper(root: Node) -> bool:
    """Whether the document has segments."""
    return root.has("segments")


def read_whisperx(root: Node) -> GivenTranscript:
    """Return the call with the speakers that whisperX told apart; a segment without one is of an unknown speaker."""
    return GivenTranscript(None, _language(root), join_turns(_segments(root)), "whisperx")


def read_whisper(root: Node) -> GivenTranscript:
    """Return the call of one unknown speaker, one turn to a sentence."""
    return GivenTranscript(None, _language(root), join_turns(_segments(root)), "whisper")


def _language(root: Node) -> dict[str, str]:
    language = root.at("language").name()
    return {"language": language} if language else {}


def _segments(root: Node) -> Iterator[GivenTurn]:
    for segment in root.at("segments").each():
        start_s, end_s = segment.span("start", "end")
        words = [
            loose_word(
                word, text="word", start="start", end="end", score="score" if word.has("score") else "probability"
            )
            for word in segment.at("words").each()
        ]
        yield GivenTurn(
            segment.at("speaker").name() or UNKNOWN_SPEAKER,
            "unknown",
            start_s,
            end_s,
            segment.at("text").text().strip(),
            timed_words(words, start_s=start_s, end_s=end_s),
        )
