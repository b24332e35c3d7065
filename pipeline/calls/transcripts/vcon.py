"""vCon, the IETF's container for conversations (draft-ietf-vcon-vcon-core), in its unsigned form.

Transcripts stand in `analysis`: as the World Transcription Format (draft-howe-vcon-wtf-extension), as a list of turns,
as WebVTT, or as plain words. Text messages stand in `dialog`.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from pipeline.calls.transcripts.captions import is_webvtt, turns_of_captions
from pipeline.calls.transcripts.dates import moment_of, recorded_at
from pipeline.calls.transcripts.given import UNKNOWN_SPEAKER, GivenTranscript, GivenTurn
from pipeline.calls.transcripts.joining import join_turns
from pipeline.calls.transcripts.node import Node, looks_like_json, parse_json
from pipeline.calls.transcripts.people import Person, described, role_meant
from pipeline.errors import UnreadableFile

_TRANSCRIPT_TYPES = ("transcript", "transcription", "wtf_transcription")


def is_vcon(root: Node) -> bool:
    """Whether the document is a vCon."""
    return root.has("vcon") and bool({"dialog", "analysis", "parties"} & root.value.keys())


def is_sealed_vcon(root: Node) -> bool:
    """Whether the document is a signed (JWS) or encrypted (JWE) object."""
    return (root.has("payload") and root.has("signatures")) or (root.has("ciphertext") and root.has("recipients"))


def read_sealed_vcon(root: Node) -> GivenTranscript:
    """Refuse: a signature that nobody checks vouches for nothing."""
    seal = "a signed" if root.has("payload") else "an encrypted"
    raise UnreadableFile(f"is {seal} vCon. Verify and open it, and give the unsigned vCon inside.")


def read_vcon(root: Node) -> GivenTranscript:
    """Return the conversation: the first transcript of every dialog, or the text messages if there is none.

    Times count from the start of the first dialog.
    """
    people = [_person(party) for party in root.at("parties").each()]
    starts = [moment_of(dialog.at("start")) for dialog in root.at("dialog").each()]
    spoken = [
        turn
        for place, analysis in _transcripts(root).items()
        for turn in _shifted(_analysis_turns(analysis, people), _offset_s(starts, place))
    ]
    turns = join_turns(spoken or _messages(root, people, starts))
    title = root.at("subject").name()
    first = next((dialog.at("start") for dialog in root.at("dialog").each()), root.at("created_at"))
    metadata = {**({"title": title} if title else {}), **recorded_at(first), **described(people)}
    return GivenTranscript(root.at("uuid").name(), metadata, turns, "vcon")


def _person(party: Node) -> Person:
    return Person(party.first("name", "mailto", "tel", "sip").name(), role_meant(party.at("role")))


def _transcripts(root: Node) -> dict[int, Node]:
    """Return the first transcript of each dialog, in the dialogs' order."""
    found: dict[int, Node] = {}
    for analysis in root.at("analysis").each():
        if analysis.at("type").value in _TRANSCRIPT_TYPES:
            place = next(analysis.at("dialog").each(), None) if analysis.at("dialog").is_list else analysis.at("dialog")
            found.setdefault((place.index() if place else None) or 0, analysis)
    return dict(sorted(found.items()))


def _offset_s(starts: Sequence[datetime | None], place: int) -> float:
    """Return how long after the first dialog this one starts, or 0 where no dates say so."""
    first, own = (starts[at] if at < len(starts) else None for at in (0, place))
    return max(0.0, (own - first).total_seconds()) if first and own else 0.0


def _shifted(turns: Sequence[GivenTurn], offset_s: float) -> Iterator[GivenTurn]:
    for turn in turns:
        start_s, end_s = (None if time is None else time + offset_s for time in (turn.start_s, turn.end_s))
        yield replace(turn, start_s=start_s, end_s=end_s)


def _analysis_turns(analysis: Node, people: Sequence[Person]) -> Sequence[GivenTurn]:
    body = _body(analysis)
    if isinstance(body.value, str):
        return turns_of_captions(body.value) if is_webvtt(body.value) else (_plain(body),)
    if body.is_list:
        return [_turn(node, people) for node in body.each()]
    if body.has("segments"):
        return [_turn(node, people, body.at("speakers")) for node in body.at("segments").each()]
    if body.has("turns"):
        return [_turn(node, people) for node in body.at("turns").each()]
    return (_plain(body.first("transcript", "text")),)


def _plain(words: Node) -> GivenTurn:
    return GivenTurn(UNKNOWN_SPEAKER, "unknown", None, None, words.text())


def _body(holder: Node) -> Node:
    """Return the content of an analysis or a dialog, decoded as its `encoding` says; JSON in a string is parsed."""
    body = holder.at("body")
    if body.value is None:
        raise body.refused("is missing; a transcript kept at a url must be put into the file")
    if not isinstance(body.value, str):
        return body
    text = body.value
    if holder.at("encoding").value == "base64url":
        try:
            text = urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("utf-8")
        except ValueError as error:
            raise UnreadableFile(f"{body.path} is not text in base64url. Export the vCon again.") from error
    if looks_like_json(text):
        return Node(parse_json(text, of=body.path), body.path)
    return Node(text, body.path)


def _turn(node: Node, people: Sequence[Person], labels: Node | None = None) -> GivenTurn:
    start = "start_s" if node.has("start_s") else "start"
    end = "end_s" if node.has("end_s") else "end"
    start_s, end_s = node.span(start, end)
    text = node.first("text", "message", "transcript").text()
    who = _speaker(node, people, labels)
    role = role_meant(node.at("role"))
    return GivenTurn(who.name or UNKNOWN_SPEAKER, role if role != "unknown" else who.role, start_s, end_s, text)


def _speaker(node: Node, people: Sequence[Person], labels: Node | None) -> Person:
    """Return who speaks: a party by its number, else by a name.

    A `speaker` that is a number is a party where the body has no `labels` (the World Transcription Format's
    `speakers`); where it has, it numbers voices, which are not the parties.
    """
    number = node.at("party" if labels or node.has("party") else "speaker").index()
    if number is not None and number < len(people):
        return Person(people[number].name or f"party {number}", people[number].role)
    name = node.at("speaker").name()
    if labels and name:
        name = labels.at(name).at("label").name() or name
    return next((person for person in people if name and person.name == name), Person(name, "unknown"))


def _messages(root: Node, people: Sequence[Person], starts: Sequence[datetime | None]) -> Iterator[GivenTurn]:
    for place, dialog in enumerate(root.at("dialog").each()):
        if dialog.at("type").value != "text":
            continue
        sender = dialog.first("originator", "parties")
        number = next((party.index() for party in sender.each()), None) if sender.is_list else sender.index()
        person = people[number] if number is not None and number < len(people) else Person(None, "unknown")
        at_s = _offset_s(starts, place) if starts[place] else None
        text = _body(dialog).text()
        yield GivenTurn(person.name or UNKNOWN_SPEAKER, person.role, at_s, at_s, text)
