"""`buyerspeak tracker` over a small corpus and stand-in models."""

import getpass
import json

import pytest
from typer.testing import CliRunner

from api.cli import trackers
from api.cli.main import app, main
from models.hashing_encoder import HashingEncoder
from models.keyword_spotter import KeywordSpotter
from pipeline.assemble import Toolkit
from pipeline.intake import find_files, take_in
from pipeline.run import process_call
from pipeline.settings import Settings

EXAMPLES = "too expensive for us\nit is too expensive\nthat is expensive for us\n# heard often\n- what does it cost\n"
SAID = ("We like the colour. It is too expensive for us.", "The rota is on the wall.", "Who would train them?")


@pytest.fixture
def toolkit(tmp_path, monkeypatch):
    """What the commands open: everything is real but the weights."""
    made = Toolkit(Settings(data=tmp_path / "data"), encoder=HashingEncoder(), spotter=KeywordSpotter())
    turns = [{"speaker": "Rob", "role": "customer", "text": text} for text in SAID]
    turns.append({"speaker": "Dana", "role": "rep", "text": "It is too expensive for you?"})
    (tmp_path / "a.json").write_text(json.dumps({"id": "a", "account": "Acme", "turns": turns}))
    for _, call in take_in(find_files([tmp_path / "a.json"], {}), made.store, made.media):
        assert [step.state for step in process_call(made, call)][-1] == "done"
    monkeypatch.setattr(trackers, "open_toolkit", lambda data: made)
    yield made
    made.store.close()


@pytest.fixture
def examples(tmp_path):
    path = tmp_path / "examples.txt"
    path.write_text(EXAMPLES, encoding="utf-8")
    return path


@pytest.fixture
def tracker(toolkit):
    def run(*words, status=0):
        done = CliRunner().invoke(app, ["tracker", *map(str, words)])
        assert done.exit_code == status, done.output
        return done

    return run


def test_a_preview_shows_and_keeps_nothing(tracker, examples):
    told = json.loads(tracker("add", "price", "--examples", examples, "--preview", "--json").stdout)
    assert (told["name"], told["kept"], told["reading"]["turns_read"]) == ("price", False, 3)
    assert len(told["unsure"]) == 3
    assert "would find" in tracker("add", "price", "--examples", examples, "--dry-run").stdout
    assert json.loads(tracker("list", "--json").stdout) == []
    assert "No trackers" in tracker("list").stdout


def test_a_tracker_is_made_listed_run_and_removed(tracker, examples, tmp_path):
    (tmp_path / "counter.txt").write_text("we can afford it\n")
    tracker("add", "price", "--examples", examples, "--counter", tmp_path / "counter.txt", "--description", "too dear")
    [held] = json.loads(tracker("list", "--json").stdout)
    assert (held["who"], held["description"], len(held["examples"])) == (getpass.getuser(), "too dear", 3)
    assert sorted(held["counter_examples"]) == ["we can afford it", "what does it cost"]
    assert "3 examples,   2 counter-examples" in tracker("list").stdout
    ranked = json.loads(tracker("run", "price", "--threshold", "0", "--json").stdout)
    assert ranked["turns"] == len(ranked["finds"]) == 3
    assert (ranked["finds"][0]["quote"], ranked["finds"][0]["call"]) == ("It is too expensive for us.", "a")
    shown = tracker("run", "price", "--threshold", "0", "--limit", "1").stdout
    assert "3 of 3 turns, in 1 of 1 calls (1 accounts, 0 deals)." in shown
    assert "and 2 more" in shown
    assert json.loads(tracker("run", "price", "--where", "account=Bell", "--json").stdout)["turns_read"] == 0
    tracker("remove", "price")
    assert json.loads(tracker("list", "--json").stdout) == []


def test_suggestions_are_answered_by_their_ids(tracker, examples):
    tracker("add", "price", "--examples", examples)
    asked = json.loads(tracker("suggest", "price", "--n", "3", "--json").stdout)
    assert "--yes ID" in tracker("suggest", "price").stdout
    ids = {find["quote"]: find["id"] for find in asked}
    words = ("--no", ids["The rota is on the wall."], "--no", ids["Who would train them?"])
    told = json.loads(tracker("answer", "price", *words, "--by", "Zoë", "--json").stdout)
    assert told["kept"] == 2
    tracker("answer", "price", "--yes", ids["It is too expensive for us."])
    [held] = json.loads(tracker("list", "--json").stdout)
    assert (len(held["examples"]), len(held["counter_examples"])) == (4, 3)
    found = json.loads(tracker("run", "price", "--json").stdout)["finds"]
    assert [find["quote"] for find in found] == ["It is too expensive for us."]


def said_on_refusal(monkeypatch, capsys, *words):
    monkeypatch.setattr("sys.argv", ["buyerspeak", "tracker", *map(str, words)])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 1
    return capsys.readouterr().err


def test_files_that_cannot_be_used_are_named_with_the_reason(toolkit, monkeypatch, capsys, tmp_path):
    empty, binary = tmp_path / "empty.txt", tmp_path / "sheet.xlsx"
    empty.write_text("\n\n")
    binary.write_bytes(b"PK\x03\x04\xff\xfe")
    for path, reason in ((empty, "0 different examples"), (binary, "UTF-8"), (tmp_path / "none.txt", "cannot be read")):
        said = said_on_refusal(monkeypatch, capsys, "add", "price", "--examples", path)
        assert path.name in said
        assert reason in said
        assert len(said.splitlines()) == 1


def test_names_that_are_taken_or_unknown_are_told(tracker, examples, monkeypatch, capsys):
    tracker("add", "price", "--examples", examples)
    assert "already" in said_on_refusal(monkeypatch, capsys, "add", "price", "--examples", examples)
    assert "Did you mean 'price'" in said_on_refusal(monkeypatch, capsys, "run", "pirce")
    assert "Did you mean 'price'" in said_on_refusal(monkeypatch, capsys, "remove", "Price")


def test_wrong_usage_has_status_2(tracker, examples):
    tracker("add", "price", status=2)
    tracker("answer", "price", status=2)
    tracker("add", "price", "--examples", examples, "--threshold", "2", status=2)
