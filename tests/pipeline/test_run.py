"""Stages run in order, once, in one transaction each; what is stale runs again and nothing else."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from models.keyword_spotter import KeywordSpotter
from pipeline.assemble import Toolkit
from pipeline.calls.roles import tell_sides_apart
from pipeline.errors import StageFailed
from pipeline.records import PhraseFilter, Turn
from pipeline.role_swap import swap_roles
from pipeline.run import STAGES, process_call
from pipeline.settings import Settings

LINES = ("R: How is it going with the trial?", "C: It is too expensive for us.", "C: We want to stop typing it twice.")


def states(toolkit, call):
    return {step.stage: step.state for step in process_call(toolkit, call)}


def held_call(toolkit, call_id):
    with toolkit.store.read() as tx:
        return tx.calls.get(call_id)


def quotes(toolkit):
    with toolkit.store.read() as tx:
        return [(moment.kind, moment.quote) for moment in tx.moments.select(PhraseFilter())]


def test_a_call_goes_through_every_stage_and_its_moments_are_held(toolkit, write_call, ingest):
    ingest(write_call("a", *LINES))
    assert quotes(toolkit) == [
        ("objection", "It is too expensive for us."),
        ("goal", "We want to stop typing it twice."),
    ]
    with toolkit.store.read() as tx:
        assert {name: run.state for name, run in tx.stages.of_call("a").items()} == dict.fromkeys(
            STAGES["transcript"], "done"
        )


def test_what_is_fresh_is_not_run_again(toolkit, write_call, ingest):
    ingest(write_call("a", *LINES))
    assert set(states(toolkit, held_call(toolkit, "a")).values()) == {"fresh"}


def test_another_model_makes_its_stage_and_those_after_it_stale(toolkit, write_call, ingest):
    ingest(write_call("a", *LINES))

    class OtherSpotter(KeywordSpotter):
        name = "keywords-2"

    other = Toolkit(toolkit.settings, store=toolkit.store, encoder=toolkit.encoder, spotter=OtherSpotter())
    assert states(other, held_call(toolkit, "a")) == {
        "read": "fresh",
        "roles": "fresh",
        "moments": "done",
        "vectors": "done",
    }


def test_swapped_roles_move_the_moments_to_the_other_side_and_stay_swapped(toolkit, write_call, ingest):
    ingest(write_call("a", "R: The budget is tight this year.", "C: Right."))
    assert quotes(toolkit) == []
    call = held_call(toolkit, "a")
    swap_roles(toolkit, call)
    assert states(toolkit, call)["moments"] == "done"
    assert quotes(toolkit) == [("objection", "The budget is tight this year.")]
    with toolkit.store.read() as tx:
        assert sorted((s.speaker, s.role, s.source) for s in tx.talk.speakers("a")) == [
            ("a C", "rep", "corrected"),
            ("a R", "customer", "corrected"),
        ]


def test_roles_cannot_be_swapped_before_they_are_known(toolkit, write_call):
    from pipeline.intake import find_files, take_in

    ((_, call),) = take_in(find_files([write_call("a", *LINES)], {}), toolkit.store, toolkit.media)
    with pytest.raises(StageFailed, match="not known yet"):
        swap_roles(toolkit, call)


def test_a_speaker_who_is_given_two_roles_is_two_speakers(toolkit, tmp_path, ingest):
    path = tmp_path / "room.json"
    turns = [("rep", "The budget is fine, is it not?"), ("customer", "The budget is tight this year.")]
    path.write_text(json.dumps({"id": "room", "turns": [{"speaker": "Room", "role": r, "text": t} for r, t in turns]}))
    ingest(path)
    assert quotes(toolkit) == [("objection", "The budget is tight this year.")]


def test_turns_without_any_speaker_are_told_apart_by_what_they_say():
    said = ["How can we help you?", "It is too dear.", "We can discount it.", "No, thank you.", "No."]
    turns = [Turn("a", n, "unknown", "unknown", 0.5, None, None, text) for n, text in enumerate(said)]

    class Judge:
        name = "judge"

        def turn_odds(self, texts):
            return [1.4 if "we" in text.lower().split() else -0.4 for text in texts]

    assert [turn.speaker for turn in tell_sides_apart(turns, Judge())] == ["S1", "S2", "S1", "S2", "S1"]


def test_vectors_that_come_late_reach_the_index(toolkit, write_call):
    from pipeline.intake import find_files, take_in

    def near() -> int:
        query = toolkit.encoder.encode(["That is too expensive for us."])[0]
        with toolkit.store.read() as tx:
            held, within = toolkit.index.ask(tx, PhraseFilter())
            return len(held.nearest(query, 5, within.slots)[0])

    ((_, call),) = take_in(find_files([write_call("a", *LINES)], {}), toolkit.store, toolkit.media)
    for step in process_call(toolkit, call):
        if (step.stage, step.state) == ("moments", "done"):
            assert near() == 0
    assert near() > 0


class BrokenSpotter(KeywordSpotter):
    """Fails as a model may."""

    def spot(self, turns):
        raise RuntimeError("out of memory")


def test_a_stage_that_fails_is_named_with_its_reason_and_tried_again_only_when_asked(toolkit, write_call, ingest):
    from pipeline.intake import find_files, take_in

    broken = Toolkit(toolkit.settings, store=toolkit.store, encoder=toolkit.encoder, spotter=BrokenSpotter())
    ((_, call),) = take_in(find_files([write_call("a", *LINES)], {}), broken.store, broken.media)
    *_, last = process_call(broken, call)
    assert (last.stage, last.state, last.error) == ("moments", "failed", "RuntimeError: out of memory")
    assert states(toolkit, call)["moments"] == "failed"
    again = {step.stage: step.state for step in process_call(toolkit, call, retry_failed=True)}
    assert again == {"read": "fresh", "roles": "fresh", "moments": "done", "vectors": "done"}


def test_a_call_in_another_language_is_kept_and_extraction_says_that_it_skipped_it(toolkit, write_call, ingest):
    ingest(write_call("a", *LINES, language="de"))
    assert quotes(toolkit) == []
    with toolkit.store.read() as tx:
        assert "this call is de" in tx.stages.of_call("a")["moments"].detail["skipped"]


KILLED = """
import sys
from pathlib import Path
from models.hashing_encoder import HashingEncoder
from models.keyword_spotter import KeywordSpotter
from pipeline.assemble import Toolkit
from pipeline.intake import find_files, take_in
from pipeline.run import process_call
from pipeline.settings import Settings
kit = Toolkit(Settings(data=Path(sys.argv[1])), encoder=HashingEncoder(), spotter=KeywordSpotter())
for _, call in take_in(find_files([Path(sys.argv[2])], {}), kit.store, kit.media):
    for step in process_call(kit, call):
        print(step.call, step.stage, step.state, flush=True)
"""


def facts(data: Path) -> str:
    kit = Toolkit(Settings(data=data))
    with kit.store.read() as tx:
        calls = [(call.id, call.source, dict(call.metadata)) for call in tx.calls.all()]
        moments = tx.moments.select(PhraseFilter())
        stages = {call: {n: r.state for n, r in runs.items()} for call, runs in tx.stages.all().items()}
        phrases = sorted(p.text for p in tx.phrases.by_ids(tx.phrases.ids(PhraseFilter()).tolist()).values())
    kit.store.close()
    return json.dumps([calls, [m.id for m in moments], stages, phrases], sort_keys=True)


@pytest.mark.slow
@pytest.mark.parametrize("lines_before_the_kill", [0, 1, 3, 6, 9, 14])
def test_a_batch_killed_at_any_moment_and_run_again_gives_what_an_undisturbed_run_gives(
    tmp_path, write_call, lines_before_the_kill
):
    folder = tmp_path / "calls"
    folder.mkdir()
    for name in "abcd":
        write_call(name, *LINES, account=name).rename(folder / f"{name}.json")
    script = tmp_path / "batch.py"
    script.write_text(KILLED)
    root = Path(__file__).parents[2]

    def run(data: str, kill_after: int | None = None) -> None:
        process = subprocess.Popen(
            [sys.executable, str(script), data, str(folder)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(root)},
            cwd=root,
        )
        if kill_after is not None:
            for _ in range(kill_after):
                process.stdout.readline()
            time.sleep(0.003 * kill_after)
            process.send_signal(signal.SIGKILL)
        process.stdout.read()
        process.stdout.close()
        code = process.wait(60)
        assert code == 0 or kill_after is not None

    run(str(tmp_path / "undisturbed"))
    run(str(tmp_path / "killed"), kill_after=lines_before_the_kill)
    run(str(tmp_path / "killed"))
    assert facts(tmp_path / "killed") == facts(tmp_path / "undisturbed")


def test_settings_name_the_database_and_its_folder(tmp_path):
    assert Settings(data=tmp_path).store_url() == f"sqlite:///{tmp_path}/buyerspeak.db"
    assert Settings(data=tmp_path, database_url="postgresql://db/x").store_url() == "postgresql://db/x"
