"""What a call's transcription is told, in which language it is read, and what is noted of what was refused."""

import json
import wave
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from api.cli.main import app
from models.scripted_transcriber import ScriptedTranscriber, always, spoken
from pipeline.assemble import Toolkit
from pipeline.collateral.records import Document, Passage
from pipeline.intake import find_files, take_in
from pipeline.run import process_call

RATE_HZ = 16_000


class Everything:
    name = "everything"

    def find_speech(self, samples):
        return [(0.0, len(samples) / RATE_HZ)] if np.any(samples) else []


@pytest.fixture
def recording(tmp_path):
    """Two channels of noise, each with its own half of ten seconds."""
    noise = np.random.default_rng(1).normal(0, 3000, (2, 10 * RATE_HZ)).astype(np.int16)
    noise[0, 5 * RATE_HZ :] = noise[1, : 5 * RATE_HZ] = 0
    path = tmp_path / "call.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(np.ascontiguousarray(noise.T).tobytes())
    return path


@pytest.fixture
def hearing(toolkit):
    """A toolkit whose engine is scripted; its settings may be changed."""

    def with_engine(engine, **settings):
        changed = toolkit.settings.model_copy(update=settings)
        parts = {"encoder": toolkit.encoder, "spotter": toolkit.spotter, "detector": Everything()}
        return Toolkit(changed, store=toolkit.store, transcriber=engine, **parts)

    return with_engine


def held(kit, recording, **metadata):
    recording.with_suffix(".json").write_text(json.dumps(metadata))
    ((_, call),) = take_in(find_files([recording], {}), kit.store, kit.media)
    return call


def states(kit, call):
    return {step.stage: step.state for step in process_call(kit, call)}


def detail(kit, call, stage):
    with kit.store.read() as tx:
        return tx.stages.of_call(call.id)[stage].detail


def add_document(kit, name, text):
    with kit.store.begin() as tx:
        document = Document(name, name, name, "md", name, tx.calls.all()[0].added_at)
        tx.collateral.add(document, [Passage(f"{name}-1", name, name, 0, "", text)])


@pytest.mark.model
def test_names_come_from_setting_metadata_and_collateral_and_are_noted(hearing, recording):
    engine = always("We have time.")
    kit = hearing(engine, vocabulary="Kustomer")
    call = held(kit, recording, rep="Dana Whitlock", product="Rotaline Plan")
    add_document(kit, "brochure", "Your hours go from Rotaline to Brightpay every night.")
    states(kit, call)
    asked = next(asked for asked in engine.asked if asked.vocabulary)
    assert asked.vocabulary == "Names: Kustomer, Rotaline Plan, Dana Whitlock, Brightpay, Rotaline."
    assert detail(kit, call, "transcribe")["vocabulary"] == {
        "given": ["Kustomer", "Rotaline Plan", "Dana Whitlock"],
        "from_documents": ["Brightpay", "Rotaline"],
    }


def test_a_changed_vocabulary_transcribes_again_and_a_new_document_does_not(hearing, recording):
    kit = hearing(always("We have time."))
    call = held(kit, recording)
    assert states(kit, call)["transcribe"] == "done"
    add_document(kit, "brochure", "Your hours go from Rotaline to Brightpay every night.")
    assert states(kit, call)["transcribe"] == "fresh"
    assert states(hearing(always("We have time."), vocabulary="Xero"), call)["transcribe"] == "done"
    renamed = replace(call, metadata={"account": "Harbour Kitchen"})
    assert states(hearing(always("We have time."), vocabulary="Xero"), renamed)["transcribe"] == "done"


def test_turns_in_another_language_are_kept_and_only_theirs_are_not_read(hearing, recording):
    def script(samples, asked):
        first = np.any(samples[: RATE_HZ // 10])
        language = asked.language or ("en" if first else "de")
        return replace(spoken("It is too expensive for us.", len(samples) / RATE_HZ), language=language)

    languages = iter(["en", "de"])

    class Bilingual(ScriptedTranscriber):
        def detect_language(self, window):
            return next(languages), 0.95

    kit = hearing(Bilingual(script))
    call = held(kit, recording, channels=["customer", "rep"])
    states(kit, call)
    with kit.store.read() as tx:
        assert [(s.channel, s.language) for s in tx.talk.segments(call.id)] == [(0, "en"), (1, "de")]
        assert len(tx.talk.turns(call.id)) == 2
        speakers = [turn.speaker for turn in tx.talk.turns(call.id)]
    assert detail(kit, call, "speakers")["languages"] == dict(zip(speakers, ("en", "de"), strict=True))
    assert detail(kit, call, "moments")["skipped"] == f"extraction reads English; {speakers[1]} speaks de (1 turns)"


def test_a_region_is_no_other_language(hearing, recording):
    engine = always("We have time.")
    kit = hearing(engine)
    call = held(kit, recording, language="en-GB")
    states(kit, call)
    assert {asked.language for asked in engine.asked} == {"en"}
    assert "skipped" not in detail(kit, call, "moments")


def test_what_a_gate_refused_is_told_with_its_reason_even_where_nothing_is_left(hearing, recording):
    silence = spoken("Thanks for watching!", 5.0, mean_log_probability=-1.5, no_speech_probability=0.9)
    kit = hearing(ScriptedTranscriber(lambda *_: silence))
    call = held(kit, recording)
    assert states(kit, call)["transcribe"] == "failed"
    result = CliRunner().invoke(app, ["calls", "--json", "--data", str(kit.settings.data)])
    (told,) = json.loads(result.stdout)
    (stage,) = told["stages"]
    assert "holds no speech" in stage["error"]
    assert [(d["channel"], d["reason"], d["text"]) for d in stage["detail"]["dropped"]] == [
        (0, "silence", "Thanks for watching!"),
        (1, "silence", "Thanks for watching!"),
    ]


def test_speech_that_gave_no_text_is_told_in_sum(hearing, recording):
    texts = iter(["Yes, we do that.", ""])
    kit = hearing(ScriptedTranscriber(lambda *_: spoken(next(texts), 5.0)))
    call = held(kit, recording, language="en")
    states(kit, call)
    unheard = detail(kit, call, "transcribe")["unheard"]
    assert {"channel": 1, "reason": "no words", "stretches": 1, "seconds": 5.0} in unheard
