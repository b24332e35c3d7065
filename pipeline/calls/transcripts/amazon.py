"""The results of Amazon Transcribe: its items with speakers or channels, and those of Call Analytics with roles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain

from pipeline.calls.transcripts.given import UNKNOWN_SPEAKER, GivenTranscript, GivenTurn
from pipeline.calls.transcripts.joining import join_turns
from pipeline.calls.transcripts.node import Node
from pipeline.calls.transcripts.people import role_meant
from pipeline.calls.transcripts.words import score_of
from pipeline.records import Word


def is_call_analytics(root: Node) -> bool:
    """Whether the document has the list of turns of Call Analytics."""
    return isinstance(root.value.get("Transcript"), list)


def read_call_analytics(root: Node) -> GivenTranscript:
    """Return the call; AGENT is a rep, times are milliseconds there."""
    turns = join_turns(_analysed(node) for node in root.at("Transcript").each())
    language = root.at("LanguageCode").name()
    return GivenTranscript(
        root.at("JobName").name(), {"language": language} if language else {}, turns, "amazon_call_analytics"
    )


def _analysed(node: Node) -> GivenTurn:
    start_s, end_s = node.span("BeginOffsetMillis", "EndOffsetMillis", per_s=1000)
    role = node.at("ParticipantRole")
    return GivenTurn(role.name() or UNKNOWN_SPEAKER, role_meant(role), start_s, end_s, node.at("Content").text())


def is_transcribe(root: Node) -> bool:
    """Whether the document has the results of a transcription job."""
    results = root.value.get("results")
    return isinstance(results, dict) and bool({"items", "channel_labels", "transcripts"} & results.keys())


def read_transcribe(root: Node) -> GivenTranscript:
    """Return the call; with channels, each channel's turns are made by themselves and then put in order of time."""
    results = root.at("results")
    channels = list(results.at("channel_labels").at("channels").each())
    if channels:
        spoken = (
            join_turns(_items(channel.at("items"), channel.at("channel_label").name(), {})) for channel in channels
        )
        turns = tuple(sorted(chain.from_iterable(spoken), key=lambda turn: turn.start_s or 0.0))
    else:
        turns = join_turns(_items(results.at("items"), None, _speakers(results)))
    language = results.at("language_code").name()
    return GivenTranscript(
        root.at("jobName").name(), {"language": language} if language else {}, turns, "amazon_transcribe"
    )


def _speakers(results: Node) -> dict[float, str]:
    """Return the speaker at each start of a word, as older results give them apart from the items."""
    return {
        start_s: label
        for segment in results.at("speaker_labels").at("segments").each()
        for item in segment.at("items").each()
        if (start_s := item.at("start_time").seconds()) is not None and (label := item.at("speaker_label").name())
    }


def _items(items: Node, channel: str | None, speakers: Mapping[float, str]) -> Iterator[GivenTurn]:
    """Yield each word as a turn of its own, with the punctuation that follows it."""
    held: GivenTurn | None = None
    for item in items.each():
        if held and item.at("type").value == "punctuation":
            held = _followed_by(held, _content(item)[0])
            continue
        if held:
            yield held
        held = _word(item, channel, speakers)
    if held:
        yield held


def _word(item: Node, channel: str | None, speakers: Mapping[float, str]) -> GivenTurn:
    text, score = _content(item)
    start_s, end_s = item.span("start_time", "end_time")
    speaker = channel or item.at("speaker_label").name() or (speakers.get(start_s) if start_s is not None else None)
    words = (Word(text, start_s, end_s, score),) if start_s is not None and end_s is not None else ()
    return GivenTurn(speaker or UNKNOWN_SPEAKER, "unknown", start_s, end_s, text, words)


def _content(item: Node) -> tuple[str, float | None]:
    """Return the likeliest text of an item and how sure it is."""
    best = next(item.at("alternatives").each(), None)
    if best is None:
        raise item.at("alternatives").refused("holds no text")
    return best.at("content").text(), score_of(best.at("confidence"))


def _followed_by(turn: GivenTurn, mark: str) -> GivenTurn:
    words = tuple(Word(word.text + mark, word.start_s, word.end_s, word.score) for word in turn.words)
    return GivenTurn(turn.speaker, turn.role, turn.start_s, turn.end_s, turn.text + mark, words)
