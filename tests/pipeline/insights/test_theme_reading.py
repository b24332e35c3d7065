"""Themes stay through what comes in: new moments join, named and pinned ones are kept, and changes are recorded."""

from datetime import UTC, datetime

import numpy as np
import pytest

from models.hashing_encoder import HashingEncoder
from pipeline.insights.theme_reading import refresh_themes
from pipeline.records import Call, PhraseFilter, SpottedMoment, Turn, text_hash
from pipeline.store.open import open_store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MATTERS = ("getting everyone set up takes weeks", "does it talk to our payroll", "the price per seat is too dear")


@pytest.fixture
def store(tmp_path):
    opened = open_store(f"sqlite:///{tmp_path / 'themes.db'}")
    yield opened
    opened.close()


def hold(store, names, quote_of):
    encoder = HashingEncoder()
    with store.begin() as tx:
        for name in names:
            quote = quote_of(name)
            tx.calls.add(Call(name, f"{name}.json", name, "transcript", None, None, None, {"account": name}, NOON))
            tx.talk.replace_turns(name, [Turn(name, 0, "S1", "customer", 1.0, None, None, quote)])
            tx.moments.replace(name, [SpottedMoment(0, 0, len(quote), "objection", None, "asserted", 0.9)])
            tx.phrases.replace_of_call(name)
            tx.vectors.put(encoder.name, [text_hash(quote)], np.asarray(encoder.encode([quote])))


def quote_of(name):
    return f"{MATTERS[int(name[1:]) % 3]} in case {name}"


def themes(store):
    with store.read() as tx:
        return tx.themes.theme_of(), {theme.id: theme.label for theme in tx.themes.all()}, tx.themes.events()


def test_a_call_more_joins_its_theme_and_moves_nothing(store):
    hold(store, [f"c{n}" for n in range(100, 160)], quote_of)
    refresh_themes(store, HashingEncoder(), HashingEncoder())
    before, labels, _ = themes(store)
    hold(store, ["c160"], quote_of)
    assert refresh_themes(store, HashingEncoder(), HashingEncoder())
    after, labels_now, events = themes(store)
    assert {moment: after[moment] for moment in before} == before
    assert len(after) == len(before) + 1
    assert labels_now == labels
    assert events == []


def test_a_pinned_theme_and_its_name_stay_when_much_is_new(store):
    hold(store, [f"c{n}" for n in range(100, 130)], quote_of)
    refresh_themes(store, HashingEncoder(), HashingEncoder())
    with store.begin() as tx:
        kept, named = [theme.id for theme in tx.themes.all()][:2]
        tx.themes.set_pinned(kept, True)
        tx.themes.rename(named, "Our own words")
        members = tx.themes.members(kept)
    hold(store, [f"c{n}" for n in range(200, 260)], lambda name: f"we fear the migration of old records {name}")
    refresh_themes(store, HashingEncoder(), HashingEncoder())
    now, labels, events = themes(store)
    assert {now[moment] for moment in members} == {kept}
    assert labels[named] == "Our own words"
    assert "born" in {event.kind for event in events}


def test_a_change_of_encoder_is_recorded_as_a_break(store):
    hold(store, [f"c{n}" for n in range(100, 130)], quote_of)
    refresh_themes(store, HashingEncoder(), HashingEncoder())
    other = HashingEncoder()
    other.name = "another"
    with store.begin() as tx:
        quotes = [moment.quote for moment in tx.moments.select(PhraseFilter())]
        tx.vectors.put(other.name, [text_hash(quote) for quote in quotes], np.asarray(other.encode(quotes)))
    refresh_themes(store, other, HashingEncoder())
    assert themes(store)[2][-1].kind == "break"


def test_themes_found_anew_begin_with_those_held_and_keep_their_places_and_steadiness(store):
    hold(store, [f"c{n}" for n in range(100, 160)], quote_of)
    refresh_themes(store, HashingEncoder(), HashingEncoder())
    before, _, _ = themes(store)
    with store.read() as tx:
        held = {theme.id: theme for theme in tx.themes.all()}
    assert all(theme.stability is not None and theme.stability > 0.5 for theme in held.values())
    hold(store, [f"c{n}" for n in range(160, 168)], quote_of)
    refresh_themes(store, HashingEncoder(), HashingEncoder(), force=True)
    after, _, events = themes(store)
    assert sum(after.get(moment) == theme for moment, theme in before.items()) >= 0.95 * len(before)
    assert events == []
    with store.read() as tx:
        assert {theme.id: theme.at for theme in tx.themes.all()} == {name: theme.at for name, theme in held.items()}


def test_a_theme_ends_when_its_calls_are_gone_and_that_is_recorded(store):
    hold(store, [f"c{n}" for n in range(100, 130)], quote_of)
    refresh_themes(store, HashingEncoder(), HashingEncoder())
    _, labels, _ = themes(store)
    with store.begin() as tx:
        for n in range(100, 130):
            if n % 3 == 0:
                tx.moments.replace(f"c{n}", [])
    refresh_themes(store, HashingEncoder(), HashingEncoder())
    _, now, events = themes(store)
    assert {(event.kind, event.theme) for event in events} == {("ended", name) for name in labels.keys() - now.keys()}
    assert len(now) == len(labels) - 1
