"""Buyerspeak's own transcript file: an object with an id, any metadata, and turns."""

from __future__ import annotations

from pipeline.calls.transcripts.given import UNKNOWN_SPEAKER, GivenTranscript, GivenTurn
from pipeline.calls.transcripts.node import Node
from pipeline.calls.transcripts.people import role_given


def is_contract(root: Node) -> bool:
    """Whether the document has turns of its own."""
    return root.has("turns")


def read_contract(root: Node) -> GivenTranscript:
    """Return the call with every turn at its place and every text to the letter, for quotes are substrings of it."""
    metadata = {key: value for key, value in root.value.items() if key not in {"id", "turns"}}
    turns = tuple(_turn(node) for node in root.at("turns").each())
    return GivenTranscript(root.at("id").name(), metadata, turns, "buyerspeak")


def _turn(node: Node) -> GivenTurn:
    role = role_given(node.at("role"))
    speaker = node.at("speaker").name() or (role if role != "unknown" else UNKNOWN_SPEAKER)
    start_s, end_s = node.span("start_s", "end_s")
    return GivenTurn(speaker, role, start_s, end_s, node.at("text").text())
