from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.calls.transcripts.given import GivenTurn
from pipeline.calls.transcripts.read import read_transcript
from pipeline.errors import UnreadableFile

STORABLE = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=30)


def test_the_contracts_own_file_is_read_whole(read):
    call = read(
        {
            "id": "acme-1",
            "account": "Acme",
            "amount": 12000,
            "channels": ["rep", "customer"],
            "mood": {"of": "the day"},
            "turns": [
                {"text": "Hi, Ana here.", "speaker": "Ana", "role": "rep", "start_s": 0, "end_s": 1.5},
                {"text": " It is too dear. ", "speaker": "Bo", "role": "customer", "moments": [{"kind": "objection"}]},
            ],
        }
    )
    assert (call.id, call.form) == ("acme-1", "buyerspeak")
    assert call.metadata == {
        "account": "Acme", "amount": 12000, "channels": ["rep", "customer"], "mood": {"of": "the day"},
    }  # fmt: skip
    assert call.turns == (
        GivenTurn("Ana", "rep", 0.0, 1.5, "Hi, Ana here."),
        GivenTurn("Bo", "customer", None, None, " It is too dear. "),
    )


@given(texts=st.lists(STORABLE, min_size=1, max_size=6), escaped=st.booleans())
def test_every_turn_keeps_its_place_and_its_text_to_the_letter(texts: list[str], escaped: bool) -> None:
    texts = [*texts, "something said"]
    document = {"turns": [{"text": text, "speaker": "S1"} for text in texts]}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "call.json"
        path.write_bytes(json.dumps(document, ensure_ascii=escaped).encode("utf-8"))
        assert [turn.text for turn in read_transcript(path).turns] == texts


@pytest.mark.parametrize(
    ("turn", "speaker", "role"),
    [
        ({}, "unknown", "unknown"),
        ({"speaker": None, "role": None}, "unknown", "unknown"),
        ({"speaker": "  "}, "unknown", "unknown"),
        ({"role": "rep"}, "rep", "rep"),
        ({"role": "Client"}, "customer", "customer"),
        ({"role": "unknown"}, "unknown", "unknown"),
        ({"speaker": 2, "role": "sales_rep"}, "2", "rep"),
        ({"speaker": " Bo ", "role": "prospect"}, "Bo", "customer"),
        ({"speaker": "Bo", "role": "BUYER"}, "Bo", "customer"),
        ({"speaker": "S1", "role": "agent"}, "S1", "rep"),
        ({"speaker": "S1", "role": "seller"}, "S1", "rep"),
    ],
)
def test_speaker_and_role_are_taken_as_given(read, turn, speaker, role):
    given_turn = read({"turns": [{"text": "Yes.", **turn}]}).turns[0]
    assert (given_turn.speaker, given_turn.role) == (speaker, role)


@pytest.mark.parametrize("held", [None, "", " "])
def test_an_id_that_says_nothing_is_none(read, held):
    assert read({"id": held, "turns": [{"text": "a"}]}).id is None


def test_an_id_may_be_a_number(read):
    assert read({"id": 7, "turns": [{"text": "a"}]}).id == "7"


def test_a_time_may_be_spelled_and_may_be_alone(read):
    turn = read({"turns": [{"text": "a", "start_s": "1.5"}]}).turns[0]
    assert (turn.start_s, turn.end_s) == (1.5, None)


@pytest.mark.parametrize(
    ("turn", "said"),
    [
        ({"role": "boss"}, 'turns[1].role must be rep, customer or unknown, not "boss"'),
        ({"role": 3}, "turns[1].role must be text, not 3"),
        ({"text": None}, "turns[1].text is missing"),
        ({"text": ["a"]}, "turns[1].text must be text, not a list"),
        ({"speaker": {"name": "Bo"}}, "turns[1].speaker must be a text or a whole number, not an object"),
        ({"start_s": -1}, "turns[1].start_s must be a time, a number not below 0, not -1"),
        ({"start_s": True}, "turns[1].start_s must be a time"),
        ({"start_s": "nan"}, "turns[1].start_s must be a time"),
        ({"end_s": 10**400}, "turns[1].end_s must be a time, a number not below 0, not a huge number"),
        ({"start_s": 2, "end_s": 1}, "turns[1].end_s lies before start_s, not 1"),
    ],
)
def test_what_is_wrong_with_a_turn_is_said_with_its_place(read, turn, said):
    with pytest.raises(UnreadableFile) as caught:
        read({"turns": [{"text": "a"}, {"text": "b", **turn}]})
    assert str(caught.value).startswith(f"call.json: {said}")


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"turns": {"text": "a"}}, "turns must be a list, not an object"),
        ({"turns": ["a"]}, 'turns[0] must be an object, not "a"'),
        ({"id": ["x"], "turns": [{"text": "a"}]}, "id must be a text or a whole number, not a list"),
    ],
)
def test_what_is_wrong_with_the_whole_is_said_with_its_place(read, document, said):
    with pytest.raises(UnreadableFile) as caught:
        read(document)
    assert said in str(caught.value)
