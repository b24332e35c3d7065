"""`buyerspeak theme`: the story of one theme, its name, and whether it stays."""

import json
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from api.cli.main import app
from models.hashing_encoder import HashingEncoder
from pipeline.insights.theme_reading import refresh_themes
from pipeline.records import Call, SpottedMoment, Turn, text_hash
from pipeline.store.open import open_store
from pipeline.theme_events import ThemeEvent

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WORDS = ("it is too dear for us", "it is too dear for a small team", "it is too dear for the depot")


@pytest.fixture
def data(tmp_path):
    """A data folder with three calls in three weeks that make one theme."""
    encoder = HashingEncoder()
    store = open_store(f"sqlite:///{tmp_path / 'buyerspeak.db'}")
    with store.begin() as tx:
        for week, quote in enumerate(WORDS):
            name = f"c{week}"
            about = {"account": f"account {week}", "recorded_at": f"2026-03-{2 + 7 * week:02}"}
            tx.calls.add(Call(name, f"{name}.json", name, "transcript", None, None, None, about, NOON))
            tx.talk.replace_turns(name, [Turn(name, 0, "S1", "customer", 1.0, None, None, quote)])
            tx.moments.replace(name, [SpottedMoment(0, 0, len(quote), "objection", "price", "asserted", 0.9)])
            tx.phrases.replace_of_call(name)
            tx.vectors.put(encoder.name, [text_hash(quote)], encoder.encode([quote]))
    refresh_themes(store, encoder, encoder)
    with store.begin() as tx:
        [theme] = tx.themes.all()
        tx.themes.record([ThemeEvent(NOON, "born", theme.id, None, 3)])
    store.close()
    return tmp_path, theme.id


def run(*words, status=0):
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == status, done.output
    return done.stdout


def test_a_theme_is_shown_week_by_week_with_its_quotes_and_their_rule(data):
    folder, theme = data
    shown = run("theme", "show", theme, "--data", folder)
    assert "2026-03-02  calls 1 of 1" in shown
    assert "0 of 1 moments in no theme" in shown
    assert "most typical: “it is too dear" in shown
    assert "The most typical quote is the nearest" in shown
    assert "is new." in shown


def test_a_theme_is_told_as_json(data):
    folder, theme = data
    told = json.loads(run("theme", "show", theme, "--json", "--data", folder))
    assert told["theme"]["id"] == theme
    assert len(told["trend"]["weeks"]) == 3
    assert told["quotes"][0]["role"] == "most typical"
    assert [event["kind"] for event in told["events"]] == ["born"]


def test_a_theme_gets_a_name_and_stays(data):
    folder, theme = data
    assert run("theme", "rename", theme, "Price", "--data", folder) == f"{theme} is called Price.\n"
    assert run("theme", "show", theme, "--data", folder).startswith("Price")
    assert run("theme", "pin", theme, "--data", folder) == f"{theme} stays.\n"
    assert run("theme", "unpin", theme, "--data", folder) == f"{theme} may change.\n"
