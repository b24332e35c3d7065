"""Held calls are measured beside what people wrote down of them, and what cannot be measured says why."""

import json
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from pipeline.errors import BadInput, NotFound
from pipeline.insights.call_measures import MEASURES, Scoring
from pipeline.insights.evaluation import evaluate, match_references
from pipeline.records import Call, Turn, Word
from pipeline.references.read import read_references

LINES = ("R: How is the trial?", "C: Well, it is too expensive for us.", "C: Nice weather.")
HEARD = (("S1", "rep", 0.0, "How is the trial?"), ("S2", "customer", 4.0, "It's too expensive for us."))
STM = "call 1 rep 0.0 2.0 How is the trial?\ncall 1 customer 4.0 7.0 Um, it is too expensive for us.\n"
RTTM = (
    "SPEAKER call 1 0.0 2.0 <NA> <NA> rep <NA> <NA>\nSPEAKER call 1 4.0 3.0 <NA> <NA> customer <NA> <NA>\n"
    "SPEAKER call 1 20.0 2.0 <NA> <NA> customer <NA> <NA>\n"
)


@pytest.fixture
def hold(toolkit):
    """Hold a call as if it had been heard, half a second to a word."""

    def add(*said, name="call", form="audio", has_words=True):
        turns = []
        for place, (speaker, role, start_s, text) in enumerate(said):
            times = [start_s + 0.5 * n for n in range(len(text.split()) + 1)]
            words = tuple(Word(word, *span) for word, *span in zip(text.split(), times[:-1], times[1:], strict=True))
            turns.append(Turn(name, place, speaker, role, 1.0, start_s, times[-1], text, words if has_words else ()))
        digest = sha256(name.encode()).hexdigest()
        call = Call(name, f"{name}.wav", digest, form, None, 36.0, 1, {}, datetime(2026, 3, 1, tzinfo=UTC))
        with toolkit.store.begin() as tx:
            tx.calls.add(call)
            tx.talk.replace_turns(name, turns)

    return add


@pytest.fixture
def match(toolkit, tmp_path):
    """Match references, given as name=content of files, with held calls."""

    def write_and_match(files):
        references = []
        for name, content in files.items():
            (tmp_path / name).write_text(content if isinstance(content, str) else json.dumps(content))
            references += read_references(tmp_path / name)
        return match_references(toolkit.store, references)

    return write_and_match


@pytest.fixture
def measure(toolkit, match):
    def run(files, **scoring):
        pairs, refused = match(files)
        assert refused == []
        return evaluate(toolkit.store, pairs, Scoring(**scoring))

    return run


def labelled(quote):
    return {
        "id": "a",
        "turns": [
            {"role": "rep", "text": "How is the trial?"},
            {
                "role": "customer",
                "text": "Well, it is too expensive for us.",
                "moments": [{"kind": "objection", "category": "price", "quote": quote}],
            },
            {"role": "customer", "text": "Nice weather."},
        ],
    }


def test_labelled_moments_of_the_same_text_are_scored_by_offsets(write_call, ingest, measure):
    ingest(write_call("a", *LINES))
    result = measure({"a.gold.json": labelled("it is too expensive for us")})
    assert result.moments.f1["objection"].value == 1.0
    assert result.moments.category_f1.value == 1.0
    assert result.calls[0].moments == {"gold": 1, "found": 1, "matched": 1}


def test_other_turns_and_misheard_words_are_aligned(write_call, ingest, measure):
    ingest(write_call("a", "R: How is the trial?", "C: Well, its too expensive for us. Nice weather."))
    assert measure({"a.json": labelled("it is too expensive for us")}).moments.f1["objection"].value == 1.0


def test_a_transcript_is_not_measured_against_itself_but_its_roles_are(write_call, ingest, measure):
    ingest(write_call("a", *LINES))
    measures = measure({"a.json": labelled("too expensive")}).measures
    assert measures["role_accuracy"].value == 1.0
    for name in set(MEASURES) - {"role_accuracy"}:
        assert (measures[name].value, measures[name].reason) == (
            None,
            "the call came as a transcript and is this very text",
        )


def test_stm_gives_every_measure_but_moments(hold, measure):
    hold(*HEARD)
    result = measure({"call.stm": STM})
    values = {name: rate.value for name, rate in result.measures.items()}
    assert values["wer"] == values["cpwer"] == pytest.approx(2 / 10)
    assert values["der"] == pytest.approx(0.25 / 4.0)  # from 6.5 s on nobody is heard; each border costs its collar
    assert values["role_accuracy"] == 1.0
    assert values["invented_per_100_words"] == values["invented_per_hour"] == 0
    assert result.moments is None
    assert result.measures["wer"].parts["words"] == 10
    assert result.calls[0].measures["wer"].value == values["wer"]


def test_fillers_and_the_collar_are_for_the_user_to_decide(hold, measure):
    hold(*HEARD)
    measures = measure({"call.stm": STM}, fillers=True, collar_s=0.0).measures
    assert measures["wer"].parts["words"] == 11
    assert measures["der"].parts == {"missed_s": 0.5, "false_alarm_s": 0, "confusion_s": 0, "speech_s": 5}


def test_rttm_gives_times_and_says_that_it_has_no_words(hold, measure):
    hold(*HEARD, ("S2", "customer", 10.0, "Thanks for watching."))
    measures = measure({"call.rttm": RTTM}).measures
    assert measures["der"].parts["missed_s"] == pytest.approx(0.25 + 1.5)
    assert measures["invented_per_100_words"].value == pytest.approx(100 * 3 / 12)
    assert measures["invented_per_hour"].value == pytest.approx(300)
    for name in ("wer", "cpwer", "role_accuracy"):
        assert measures[name].reason == "the reference holds no words"


def test_words_and_rttm_of_one_call_are_taken_together(hold, measure):
    hold(*HEARD)
    result = measure({"call.txt": "How is the trial? It is too expensive for us.", "call.rttm": RTTM})
    assert result.calls[0].references == ("call.txt", "call.rttm")
    assert result.measures["wer"].value == pytest.approx(2 / 10)
    assert result.measures["cpwer"].reason == "the reference does not name every speaker"
    assert result.measures["der"].value is not None


def test_plain_text_gives_the_word_error_rate_only(hold, measure):
    hold(*HEARD)
    measures = measure({"call.txt": "How is the trial?"}).measures
    reasons = {name: rate.reason for name, rate in measures.items()}
    assert reasons == {
        "wer": None,
        "cpwer": "the reference does not name every speaker",
        "role_accuracy": "the reference gives no roles",
        **dict.fromkeys(MEASURES[2:4] + MEASURES[5:], "the reference has no times for its turns"),
    }


def test_a_turn_without_times_is_named(hold, measure):
    hold(*HEARD)
    turns = [{"text": "How?", "start_s": 0, "end_s": 1}, {"text": "It is.", "start_s": 4}]
    assert (
        measure({"call.json": {"turns": turns}}).measures["der"].reason == "the reference has no times for its turn 1"
    )


def test_held_words_without_times_cannot_be_called_invented(hold, measure):
    hold(*HEARD, has_words=False)
    measures = measure({"call.stm": STM}).measures
    assert measures["invented_per_hour"].reason == "the held transcript has no times for its words"
    assert measures["der"].value is not None


def test_a_role_held_as_unknown_is_wrong(hold, measure):
    hold(("S1", "unknown", 0.0, "How is the trial?"), HEARD[1])
    assert measure({"call.stm": STM}).measures["role_accuracy"].parts == {"right": 5, "words": 9}


def test_what_is_not_scored_counts_nowhere(hold, measure):
    hold(*HEARD, ("S1", "rep", 10.0, "A private word."))
    measures = measure({"call.stm": STM + "call 1 x 9 20 ignore_time_segment_in_scoring\n"}).measures
    assert measures["wer"].value == pytest.approx(2 / 10)
    assert measures["der"].parts["false_alarm_s"] == 0
    assert measures["invented_per_hour"].value == 0


def test_rates_are_over_all_calls_and_each_has_its_row(hold, measure):
    hold(*HEARD)
    hold(("S1", "rep", 0.0, "Hello there"), name="other")
    result = measure({"call.stm": STM, "other.txt": "Hello there"})
    assert [row.measures["wer"].value for row in result.calls] == [pytest.approx(0.2), 0.0]
    assert result.measures["wer"].value == pytest.approx(2 / 12)
    assert result.measures["der"].n_calls == 1


def test_a_call_is_found_by_id_or_file_and_what_is_not_held_is_refused(hold, match):
    hold(*HEARD)
    pairs, (error,) = match({"call.stm": STM, "nobody.txt": "Hello"})
    assert [pair.call.id for pair in pairs] == ["call"]
    assert isinstance(error, NotFound)
    assert str(error).startswith("nobody.txt: no held call is named 'nobody'. Run `buyerspeak ingest`")


def test_a_second_reference_with_words_is_refused(hold, match):
    hold(*HEARD)
    pairs, (error,) = match({"call.stm": STM, "call.txt": "Hello"})
    assert len(pairs) == 1
    assert isinstance(error, BadInput)
    assert str(error) == "call.txt: call.stm gives the words of call call already. Give one."
