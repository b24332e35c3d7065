"""A real Chromium before a real server that holds a recording whose words and their times are known."""

from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

from pipeline.records import SpeakerRole, SpottedMoment, StageRun, Turn, Word
from pipeline.run import _CallWork

LINES = (
    ("S1", 2.0, "What about the price?"),
    ("S2", 20.0, "That is too expensive for one more sight. We like the app."),
    ("S1", 40.0, "There is a small plan."),
    ("S2", 60.0, "Does it work with our payroll software?"),
)
WORD_S = 0.5


def spoken_turn(call, number, speaker, start_s, text):
    words = tuple(Word(word, start_s + n * WORD_S, start_s + (n + 0.9) * WORD_S) for n, word in enumerate(text.split()))
    role = "rep" if speaker == "S1" else "customer"
    return Turn(call, number, speaker, role, 0.9, start_s, words[-1].end_s, text, words)


@pytest.fixture
def spoken(toolkit, recording):
    """The recording as if its stages had heard these words."""
    turns = [spoken_turn(recording.id, number, *line) for number, line in enumerate(LINES)]
    dear, asked = "That is too expensive for one more sight.", LINES[3][2]
    with toolkit.store.begin() as tx:
        tx.calls.set_metadata(
            recording.id, {"account": "By Ear", "recorded_at": "2026-11-02T10:00:00+00:00", "consent": "yes"}
        )
        held = tx.calls.get(recording.id)
    with ExitStack() as stack:
        work, mark, runs = _CallWork(toolkit, held, stack), "", []
        for stage in ("transcribe", "speakers", "roles"):
            mark = work.fingerprint(stage, mark)
            runs.append(StageRun(held.id, stage, "done", mark, 0.0, None, {}, datetime.now(UTC)))
    with toolkit.store.begin() as tx:
        tx.talk.replace_turns(held.id, turns)
        tx.talk.replace_speakers(
            held.id, [SpeakerRole("S1", "rep", 0.9, "inferred"), SpeakerRole("S2", "customer", 0.9, "inferred")]
        )
        spotted = [
            SpottedMoment(1, 0, len(dear), "objection", "price", "asserted", 0.9),
            SpottedMoment(3, 0, len(asked), "question", None, "asserted", 0.8),
        ]
        tx.moments.replace(held.id, spotted)
        tx.phrases.replace_of_call(held.id)
        for run in runs:
            tx.stages.record(run)
    return held.id


@pytest.fixture
def server(address, spoken):
    """The address of the app, with the recording."""
    return address
