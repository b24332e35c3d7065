from __future__ import annotations

import pytest

from pipeline.calls.transcripts.given import GivenTurn
from pipeline.calls.transcripts.joining import join_turns


def piece(speaker, start_s, end_s, text, role="unknown"):
    return GivenTurn(speaker, role, start_s, end_s, text)


@pytest.mark.parametrize(("start_s", "n_turns"), [(2.9, 1), (3.0, 2), (0.5, 1), (0.0, 2)])
def test_a_gap_of_two_seconds_or_time_running_backwards_parts_a_speaker(start_s, n_turns):
    pieces = [piece("Ana", 0.2, 1.0, "Hi."), piece("Ana", start_s, 4.0, "So.")]
    assert len(join_turns(pieces)) == n_turns


def test_a_joined_turn_spans_its_pieces_and_blank_ones_are_dropped():
    pieces = [piece("Ana", 0.0, 5.0, " Hi. "), piece("Bo", 1.0, 2.0, " "), piece("Ana", 1.0, 2.0, "So.")]
    assert join_turns(pieces) == (piece("Ana", 0.0, 5.0, "Hi. So."),)


def test_one_name_with_two_roles_stays_apart():
    pieces = [piece("Sam", 0.0, 1.0, "Hi.", "rep"), piece("Sam", 1.0, 2.0, "Hello.", "customer")]
    assert join_turns(pieces) == tuple(pieces)


def test_unnamed_speech_without_full_stops_is_cut_after_thirty_seconds():
    pieces = [piece("unknown", float(at), float(at + 1), "and") for at in range(61)]
    assert [(turn.start_s, turn.end_s) for turn in join_turns(pieces)] == [(0.0, 30.0), (30.0, 60.0), (60.0, 61.0)]
