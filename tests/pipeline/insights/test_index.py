"""What search holds beside the store is always what the store holds, whatever happens to either of them."""

import os
from contextlib import contextmanager
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text as sql

from models.hashing_encoder import HashingEncoder
from pipeline.insights.held import files
from pipeline.insights.phrase_index import PhraseIndex
from pipeline.records import Call, PhraseFilter, SpottedMoment, Turn, text_hash
from pipeline.store.open import open_store

EVERYTHING = PhraseFilter()
WORDS = "price budget training spring staff night office weather contract renewal quota seat".split()


class Corpus:
    """A store with calls of one or two turns, and an index over it."""

    def __init__(self, folder, *, listed_from=10**9):
        self.folder, self.listed_from, self.encoder = folder, listed_from, HashingEncoder()
        self.store = open_store(f"sqlite:///{folder / 'held.db'}")
        self.load()

    def load(self):
        self.index = PhraseIndex(self.store, self.encoder, self.folder / "index", listed_from=self.listed_from)

    def add(self, call, *texts, vectors=True, moment=None, role="customer", **metadata):
        now = datetime.now(UTC)
        with self.store.begin() as tx:
            tx.calls.add(Call(call, call, text_hash(call), "transcript", None, None, None, metadata, now))
            turns = [Turn(call, turn, "S", role, 1.0, None, None, said) for turn, said in enumerate(texts)]
            tx.talk.replace_turns(call, turns)
            ids = tx.moments.replace(call, [moment] if moment else [])
            tx.phrases.replace_of_call(call)
        if vectors:
            self.encode(*texts)
        return ids

    def encode(self, *texts):
        with self.store.begin() as tx:
            tx.vectors.put(self.encoder.name, [text_hash(text) for text in texts], self.encoder.encode(texts))

    def forget(self, call):
        with self.store.begin() as tx:
            tx.calls.forget(call)

    @contextmanager
    def asked(self, wanted=EVERYTHING):
        with self.store.read() as tx:
            held = self.index.held(tx)
            yield held, held.within(tx, wanted), tx

    def nearest(self, text, n=3, wanted=EVERYTHING):
        with self.asked(wanted) as (held, within, tx):
            slots, _ = held.nearest(self.encoder.encode([text])[0], n, within.slots)
            found = [place.id for place in held.places(slots)]
            phrases = tx.phrases.by_ids(found)
            return [(phrases[phrase].call, phrases[phrase].turn) for phrase in found]

    def check(self):
        """Compare everything that is held with what the store says, by id."""
        with self.asked() as (held, within, tx):
            ids = tx.phrases.ids(EVERYTHING)
            slots = held.slots_of(ids)
            assert (slots >= 0).all()
            assert within.n_phrases == len(ids) == len(held)
            assert sorted(held.columns.of("id")[within.slots].tolist()) == ids.tolist()
            phrases = tx.phrases.by_ids(ids)
            vectors = held.vectors(slots)
            for phrase, slot, vector in zip(phrases.values(), slots.tolist(), vectors, strict=True):
                assert held.words.tokens(slot).tolist() == held.words.vocabulary.codes(phrase.text.split()).tolist()
                if held.columns.mask("has_vector")[slot]:
                    assert vector @ self.encoder.encode([phrase.text])[0] == pytest.approx(1.0, abs=1e-3)
            for word in WORDS:
                having = {phrase.id for phrase in phrases.values() if word in phrase.text.split()}
                found, _ = held.verbatim([word], within.slots)
                assert {place.id for place in held.places(found)} == having
                assert held.unknown([word]) == ([] if having else [word])


@pytest.fixture
def corpus(tmp_path):
    made = Corpus(tmp_path)
    yield made
    made.store.close()


@pytest.fixture(params=[10**9, 2], ids=["flat", "listed"])
def either(tmp_path, request):
    """Four calls, once all compared and once in lists."""
    made = Corpus(tmp_path, listed_from=request.param)
    made.add("a", "price budget", "training")
    made.add("b", "spring staff night", account="Acme", recorded_at="2026-03-01")
    made.add("c", "office weather", account="Bell", recorded_at="2026-04-01T10:00:00")
    made.add("d", "contract renewal quota", role="rep")
    made.index.save()
    made.load()
    yield made
    made.store.close()


def test_a_phrase_finds_itself_first(either):
    assert either.nearest("spring staff night", 1) == [("b", 0)]
    assert len(either.nearest("spring", 99)) == 5
    either.check()


@pytest.mark.parametrize(
    ("wanted", "calls"),
    [
        (PhraseFilter(roles=("rep",)), {"d"}),
        (PhraseFilter(where={"account": ("ACME", "bell")}), {"b", "c"}),
        (PhraseFilter(where={"account": ("none",)}), set()),
        (PhraseFilter(since="2026-03-01", until="2026-03-31"), {"b"}),
        (PhraseFilter(until="2026-04-01"), {"b", "c"}),
        (PhraseFilter(calls=("a", "zebra")), {"a"}),
        (PhraseFilter(kinds=("pain",)), set()),
    ],
)
def test_a_filter_lets_pass_what_the_store_lets_pass(either, wanted, calls):
    assert {call for call, _ in either.nearest("price", 99, wanted)} == calls
    with either.asked(wanted) as (held, within, tx):
        assert sorted(held.columns.of("id")[within.slots].tolist()) == tx.phrases.ids(wanted).tolist()
        assert within.n_calls == tx.calls.count_within(wanted)
        assert held.n_turns(within) == tx.phrases.count_turns(wanted)


def test_moments_are_followed_in_kind_score_state_and_theme(corpus):
    [moment] = corpus.add("a", "price budget", moment=SpottedMoment(0, 0, 5, "pain", "price", "stated", 0.6))
    corpus.index.save()
    asked = [
        PhraseFilter(kinds=("pain",)),
        PhraseFilter(states=("cleared",)),
        PhraseFilter(states=("machine",)),
        PhraseFilter(min_score=0.7),
        PhraseFilter(moments_only=True),
        PhraseFilter(themes=("t",)),
    ]

    def counts():
        numbers = []
        for wanted in asked:
            with corpus.asked(wanted) as (_, within, tx):
                assert within.n_phrases == tx.phrases.count(wanted)
                numbers.append(within.n_phrases)
        return numbers

    assert counts() == [1, 0, 1, 0, 1, 0]
    with corpus.store.begin() as tx:
        tx.moments.set_state(moment, "cleared")
        tx.moments.replace("a", [SpottedMoment(0, 0, 5, "pain", "price", "stated", 0.8)])
    assert counts() == [1, 1, 0, 1, 1, 0]


def test_a_vector_that_comes_later_and_a_role_that_changes_are_followed(either):
    either.add("e", "seat quota", vectors=False)
    assert ("e", 0) not in either.nearest("seat quota", 99)
    either.encode("seat quota")
    assert either.nearest("seat quota", 1) == [("e", 0)]
    with either.store.begin() as tx:
        tx.talk.correct_role("e", "S", "rep")
    assert either.nearest("seat quota", 9, PhraseFilter(roles=("rep",)))[0] == ("e", 0)
    either.check()


def test_another_process_sees_what_is_added_and_forgotten_and_saved_meanwhile(either):
    other = PhraseIndex(either.store, either.encoder, either.folder / "index", listed_from=either.listed_from)
    either.check()
    either.add("e", "seat seat")
    either.forget("b")
    with either.store.read() as tx:
        other.held(tx)
    other.save()
    either.check()
    either.forget("c")
    other.save()
    either.check()
    other._renew()
    either.forget("d")
    other.save()
    either.check()


def test_metadata_that_changes_is_followed(either):
    with either.store.begin() as tx:
        tx.calls.set_metadata("b", {"account": "Cole"})
    assert either.nearest("spring", 9, PhraseFilter(where={"account": ("acme",)})) == []
    assert either.nearest("spring", 9, PhraseFilter(where={"account": ("cole",)})) == [("b", 0)]


def test_nothing_of_a_forgotten_phrase_is_left_in_the_files(either):
    vector = either.encoder.encode(["spring staff night"])[0]
    traces = [b"spring", vector.tobytes(), vector.astype(np.float16).tobytes()]

    def left():
        held = [path.read_bytes() for path in either.index._folder.rglob("*") if path.is_file()]
        return [any(trace in content for content in held) for trace in traces]

    assert left()[0]
    assert any(left()[1:])
    either.forget("b")
    either.index.save()
    assert left() == [False] * 3
    folder = files.current(either.index._folder)
    assert files.checked_facts(folder) is not None
    either.load()
    either.check()


DAMAGES = ["truncated", "bit flipped", "foreign", "absent", "longer"]


@pytest.mark.parametrize("damage", DAMAGES)
def test_any_file_that_is_damaged_is_made_again(either, damage):
    folder = files.current(either.index._folder)
    for name in sorted(path.name for path in folder.iterdir()):
        path = files.current(either.index._folder) / name
        content = bytearray(path.read_bytes())
        if not content:
            continue
        path.unlink()
        if damage == "truncated":
            path.write_bytes(content[:-1])
        elif damage == "bit flipped":
            content[len(content) // 2] ^= 1
            path.write_bytes(content)
        elif damage == "foreign":
            path.write_bytes(b"something else")
        elif damage == "longer":
            path.write_bytes(content + b"\0")
        if name != files._STAMP or damage != "longer":
            assert files.checked_facts(path.parent) is None, name
        either.load()
        either.check()
        either.index.save()
        either.load()


@pytest.mark.parametrize("pointer", ["", "g99", "../index", "\xff", "g1/../g1"])
def test_a_pointer_to_nowhere_is_passed_over(corpus, pointer):
    corpus.add("a", "price")
    corpus.index.save()
    (corpus.index._folder / "current").write_text(pointer, encoding="latin-1")
    corpus.load()
    corpus.check()


def test_files_of_another_encoder_or_another_database_are_not_used(either, tmp_path_factory):
    with either.store.read() as tx:
        assert either.index._from_files(tx) is not None
        either.encoder.name = "other"
        assert either.index._from_files(tx) is None
    strange = Corpus(tmp_path_factory.mktemp("strange"))
    strange.folder = either.folder
    strange.load()
    strange.add("z", "price")
    strange.check()
    strange.store.close()


def test_a_database_that_was_put_back_to_an_earlier_day_is_followed_back(either):
    either.check()
    with either.store.read() as tx:
        point = tx.changes.last()
    either.add("late", "seat price")
    either.index._renew()
    either.check()
    either.forget("late")
    with either.store._writer.begin() as connection:
        connection.execute(sql("delete from changes where number > :number"), {"number": point.number})
        connection.execute(sql("insert into changes(mark, call) values (1, 'a')"))
    either.check()
    either.load()
    either.check()


STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "add", "remove", "save", "write", "load", "search"]), st.integers(0, 11)),
    max_size=14,
)
SHARED = {}


@pytest.fixture(scope="module")
def without_waiting():
    """No power fails here, so that nothing waits for the disk a thousand times over."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.mark.slow
@settings(max_examples=1_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS, listed=st.booleans())
def test_adding_removing_saving_loading_in_any_order_keeps_the_ids_right(
    tmp_path_factory, without_waiting, steps, listed
):
    if "store" not in SHARED:
        SHARED["store"] = Corpus(tmp_path_factory.mktemp("any_order"))
    corpus = SHARED["store"]
    corpus.listed_from = 2 if listed else 10**9
    corpus.load()
    for call in [call.id for call in _calls(corpus)]:
        corpus.forget(call)
    held = {}
    for step, number in steps:
        name = f"call-{number}"
        if step == "add" and name not in held:
            held[name] = f"{WORDS[number]} {WORDS[(number * 5 + 1) % 12]}"
            corpus.add(name, held[name])
        elif step == "remove" and name in held:
            del held[name]
            corpus.forget(name)
        elif step == "save":
            assert corpus.index.save() == len(held)
        elif step == "write":
            with corpus.asked():
                corpus.index._renew()
        elif step == "load":
            corpus.load()
        elif step == "search":
            found = corpus.nearest(WORDS[number], 99)
            assert {call for call, _ in found} == set(held)
    corpus.check()
    for text in held.values():
        best = corpus.nearest(text, 1)[0][0]
        assert sorted(held[best].split()) == sorted(text.split())


def _calls(corpus):
    with corpus.store.read() as tx:
        return tx.calls.all()
