"""The answer of Gong's `/v2/calls/transcript`, with the `parties` of `/v2/calls/extensive` where they were added."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.calls.transcripts.dates import recorded_at
from pipeline.calls.transcripts.given import UNKNOWN_SPEAKER, GivenTranscript, GivenTurn
from pipeline.calls.transcripts.joining import join_turns
from pipeline.calls.transcripts.node import Node
from pipeline.calls.transcripts.people import Person, described, role_meant
from pipeline.errors import UnreadableFile


def is_gong(root: Node) -> bool:
    """Whether the document has Gong's list of transcripts."""
    return root.has("callTranscripts")


def read_gong(root: Node) -> GivenTranscript:
    """Return the one call of the document; times are milliseconds there, affiliation Internal is a rep."""
    entries = list(root.at("callTranscripts").each())
    if len(entries) != 1:
        raise UnreadableFile(f"callTranscripts holds {len(entries)} calls, not one. Write each call to its own file.")
    entry = entries[0]
    call_id = entry.at("callId").name()
    described_call = _described_call(root, call_id)
    holders = (entry, root, described_call)
    people = _people(next((holder for holder in holders if holder.has("parties")), entry).at("parties"))
    facts = next((holder for holder in (described_call, entry, root) if holder.has("metaData")), entry).at("metaData")
    title = facts.at("title").name()
    metadata = {**({"title": title} if title else {}), **recorded_at(facts.at("started")), **described(people.values())}
    return GivenTranscript(call_id, metadata, join_turns(_sentences(entry, people)), "gong")


def _described_call(root: Node, call_id: str | None) -> Node:
    """Return what `/v2/calls/extensive` says of this call, if its `calls` were put into the same document."""
    for call in root.at("calls").each():
        if call_id and call.at("metaData").at("id").name() == call_id:
            return call
    return Node(None, "calls")


def _people(parties: Node) -> dict[str, Person]:
    return {
        speaker or party.path: Person(party.at("name").name(), role_meant(party.at("affiliation")))
        for party in parties.each()
        for speaker in [party.at("speakerId").name()]
    }


def _sentences(entry: Node, people: dict[str, Person]) -> Iterator[GivenTurn]:
    for monologue in entry.at("transcript").each():
        speaker = monologue.at("speakerId").name() or UNKNOWN_SPEAKER
        person = people.get(speaker, Person(None, "unknown"))
        for sentence in monologue.at("sentences").each():
            start_s, end_s = sentence.span("start", "end", per_s=1000)
            yield GivenTurn(person.name or speaker, person.role, start_s, end_s, sentence.at("text").text())
