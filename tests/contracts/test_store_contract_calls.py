"""What every store promises about calls, their stages and their end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.engine import make_url

from pipeline.corrected import Correction, Placement, Stretch
from pipeline.errors import Conflict, NotFound
from pipeline.mended import Mend
from pipeline.records import Call, PhraseFilter, Segment, SpottedMoment, StageRun, Theme
from pipeline.store import tables as t
from pipeline.store.guide_lines import EvidencePlace, GuideLine
from pipeline.store.quality import QualityItem, QualitySample
from pipeline.store.trackers import Tracker, TrackerExample

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
METADATA = {
    "account": "Acme",
    "deal": "D-1",
    "recorded_at": "2026-01-07T10:00:00Z",
    "channels": ["rep", "customer"],
    "amount": 12000.5,
    "consent": True,
    "crm": {"owner": "Ö"},
    "note": None,
}
PRICE = SpottedMoment(0, 8, 21, "objection", "price", "stated", 0.8)
WORDS = Stretch(0, 8, 21, "too expensive")


def call(name="a", **changes):
    return replace(Call(name, f"{name}.wav", name * 64, "audio", f"{name}.flac", 61.5, 2, METADATA, NOON), **changes)


def test_a_call_comes_back_as_it_was_given(store):
    with store.begin() as tx:
        tx.calls.add(call())
    with store.read() as tx:
        assert tx.calls.get("a") == call()
        assert tx.calls.find_sha256("a" * 64) == call()
        assert tx.calls.find_sha256("b" * 64) is None


def test_times_come_back_in_utc(store):
    tokyo = datetime(2026, 3, 1, 21, tzinfo=timezone(timedelta(hours=9)))
    with store.begin() as tx:
        tx.calls.add(call(added_at=tokyo))
        held = tx.calls.get("a").added_at
    assert held == tokyo
    assert held.utcoffset() == timedelta(0)


def test_a_missing_call_is_named_with_the_command_that_lists_calls(store):
    with store.read() as tx, pytest.raises(NotFound, match=r"No call 'x'\. `buyerspeak calls` lists"):
        tx.calls.get("x")


@pytest.mark.parametrize("second", [call("b", id="a"), call("b", sha256="a" * 64)], ids=["id", "sha256"])
def test_an_id_or_a_content_that_is_held_is_a_conflict(store, second):
    with store.begin() as tx:
        tx.calls.add(call())
        with pytest.raises(Conflict, match="held already"):
            tx.calls.add(second)
        assert tx.calls.ids() == ["a"]


def test_calls_are_listed_by_when_they_were_added(store):
    with store.begin() as tx:
        tx.calls.add(call("b", added_at=NOON + timedelta(hours=1)))
        tx.calls.add(call("c"))
        tx.calls.add(call("a"))
        assert tx.calls.ids() == [held.id for held in tx.calls.all()] == ["a", "c", "b"]
        assert tx.calls.count() == 3


def test_calls_are_filtered_by_every_kind_of_metadata_value(store):
    with store.begin() as tx:
        tx.calls.add(call())
        tx.calls.add(call("b", metadata={"account": "Bolt", "Account": "acme"}))
        for where, expected in [
            ({"account": ("ACME",)}, ["a"]),
            ({"account": ("acme", "bolt")}, ["a", "b"]),
            ({"channels": ("rep",), "account": ("acme",)}, ["a"]),
            ({"channels": ("rep",), "account": ("bolt",)}, []),
            ({"amount": ("12000.5",)}, ["a"]),
            ({"consent": ("true",)}, ["a"]),
            ({"unknown": ("1",)}, []),
            ({"note": ("null",)}, []),
            ({"Account": ("Acme",)}, ["b"]),
            ({"account": ()}, ["a", "b"]),
        ]:
            assert tx.calls.ids(where) == expected, where


def test_new_metadata_replaces_all_of_the_old(store):
    with store.begin() as tx:
        tx.calls.add(call())
        tx.calls.set_metadata("a", {"segment": "smb"})
        assert tx.calls.get("a").metadata == {"segment": "smb"}
        assert tx.calls.ids({"segment": ("SMB",)}) == ["a"]
        assert tx.calls.ids({"account": ("Acme",)}) == []


def test_a_stage_keeps_its_last_run_only(store):
    run = StageRun("a", "decode", "running", "f1")
    done = replace(run, state="done", seconds=1.5, detail={"rate": 8000}, finished_at=NOON)
    failed = StageRun("a", "turns", "failed", "f2", error="no speech")
    with store.begin() as tx:
        tx.calls.add(call())
        for each in (run, done, failed):
            tx.stages.record(each)
        assert tx.stages.of_call("a") == {"decode": done, "turns": failed}
        assert tx.stages.of_calls(["a", "none"]) == {"a": {"decode": done, "turns": failed}}
        assert tx.stages.all() == {"a": {"decode": done, "turns": failed}}
        tx.stages.drop("a", "turns")
        assert tx.stages.of_call("a") == {"decode": done}


@pytest.mark.parametrize(
    "write",
    [
        lambda tx: tx.stages.record(StageRun("x", "decode", "done", "f")),
        lambda tx: tx.talk.replace_segments("x", []),
        lambda tx: tx.talk.replace_turns("x", []),
        lambda tx: tx.talk.replace_speakers("x", []),
        lambda tx: tx.talk.correct_role("x", "S1", "rep"),
        lambda tx: tx.moments.replace("x", []),
        lambda tx: tx.phrases.replace_of_call("x"),
        lambda tx: tx.calls.set_metadata("x", {}),
        lambda tx: tx.calls.forget("x"),
    ],
)
def test_nothing_is_held_for_a_call_that_is_not(store, write):
    with store.begin() as tx, pytest.raises(NotFound, match="No call 'x'"):
        write(tx)


def rows_of_call(url, call_id):
    parsed = make_url(url)
    engine = create_engine(parsed if parsed.drivername == "sqlite" else parsed.set(drivername="postgresql+psycopg"))
    tables = [table for table in t.metadata.sorted_tables if "call" in table.c]
    with engine.connect() as connection:
        held = {
            table.name: connection.scalar(select(func.count()).select_from(table).where(table.c.call == call_id))
            for table in tables
        }
    engine.dispose()
    return held


def hold_in_every_table(tx, hold):
    for name, own in (("a", "Our own secret words here"), ("b", "Some other words of ours")):
        [moment] = hold(tx, name, ["That is too expensive for us.", own], moments=[PRICE], metadata=METADATA)
        tx.stages.record(StageRun(name, "decode", "done", "f"))
        tx.talk.replace_segments(name, [Segment(0, 0.0, 1.0, "Hi")])
        tx.talk.correct_role(name, "S1", "customer")
        tx.moments.set_state(moment, "withdrawn")
        said = Correction(f"c-{name}", name, f"c-{name}", "rejected", WORDS, None, None, None, "Ann", NOON)
        tx.corrections.add(said)
        tx.corrections.place(name, [Placement(said.id, WORDS)])
        tx.voices.put(name, f"Rep {name}", "v-1", np.ones(3, np.float32))
        drawn = QualityItem(1, name, 0, "price found", "hash")
        tx.quality.add(QualitySample(f"q-{name}", NOON, "1"), {(name, "price found"): 1}, [drawn])
        tx.trackers.add(
            Tracker(f"t-{name}", "", "customer", None, "Ann", NOON), [TrackerExample(own, False, name, "Ann", NOON)]
        )
        tx.mends.add(Mend(f"m-{name}", name, 0, 8, "to", "too", "Ann", NOON))
        tx.mends.note_roles(name, {"S1": "customer"}, who="Ann", at=NOON)
        place = EvidencePlace(name, 0, 0, 4, "hash")
        tx.guide_lines.add(GuideLine(0, "category:price", "respond", "Say why.", "Ann", NOON, 1, (place,)))
    members = [moment.id for moment in tx.moments.select(PhraseFilter())]
    tx.themes.replace([Theme("T1", "price", ("expensive",), members[0], 2, 2, 1, 1, 0.9)], {"T1": members}, stamp="1")
    hashes = sorted({phrase.text_hash for phrase in tx.phrases.by_ids(tx.phrases.ids(PhraseFilter())).values()})
    tx.vectors.put("e", hashes, np.ones((len(hashes), 4), np.float32))
    return members, hashes


def test_a_forgotten_call_leaves_nothing(store, store_url, hold):
    with store.begin() as tx:
        members, hashes = hold_in_every_table(tx, hold)
    assert all(rows_of_call(store_url, "a").values())

    with store.begin() as tx:
        deleted = tx.calls.forget("a")
        assert not any("secret" in phrase.text for phrase in tx.phrases.by_ids(tx.phrases.ids(PhraseFilter())).values())
        assert len(tx.vectors.of_hashes("e", hashes)) == len(hashes) - 1  # one text was the forgotten call's alone
        theme = tx.themes.get("T1")
        assert (theme.n_moments, theme.n_calls, theme.medoid) == (1, 1, members[1])

    assert set(rows_of_call(store_url, "a").values()) == {0}
    assert all(rows_of_call(store_url, "b").values())
    assert deleted == {
        "phrases": 3,
        "vectors": 1,
        "moments": 1,
        "theme_members": 1,
        "themes": 0,
        "tracker_examples": 1,
        "voice_prints": 1,
        "placements": 1,
        "corrections": 1,
        "verdicts": 1,
        "speakers": 1,
        "turns": 2,
        "segments": 1,
        "stages": 1,
        "call_fields": 7,
        "quality_items": 1,
        "quality_strata": 1,
        "guide_evidence": 1,
        "mends": 1,
        "role_changes": 1,
        "calls": 1,
    }


def test_a_theme_whose_calls_are_all_forgotten_goes_too(store, hold):
    with store.begin() as tx:
        members = hold(tx, "a", moments=[PRICE])
        tx.themes.replace([Theme("T1", "price", (), members[0], 1, 1, 0, 0, 1.0)], {"T1": members}, stamp="1")
        assert tx.calls.forget("a")["themes"] == 1
        assert tx.themes.all() == []


def test_a_forgotten_recording_may_be_added_again(store, hold):
    with store.begin() as tx:
        hold(tx, "a", moments=[PRICE])
        first = tx.phrases.ids(PhraseFilter())
        tx.calls.forget("a")
        hold(tx, "a", moments=[PRICE])
        assert tx.phrases.ids(PhraseFilter()).min() > first.max()
