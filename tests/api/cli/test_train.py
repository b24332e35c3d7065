"""`buyerspeak train` around what is learnt: held calls are read again, and what fails there is told."""

import json

import pytest
from typer.testing import CliRunner

from api.cli import train
from api.cli.main import app
from models.hashing_encoder import HashingEncoder
from models.keyword_spotter import KeywordSpotter
from models.training.refine import Refined
from pipeline import learning
from pipeline.assemble import Toolkit
from pipeline.intake import find_files, take_in
from pipeline.records import PhraseFilter
from pipeline.run import process_call
from pipeline.settings import Settings

TURNS = [{"speaker": "Rob", "role": "customer", "text": "It is too expensive for us."}]


class OtherSpotter(KeywordSpotter):
    """A spotter that has learnt, so that held moments are stale."""

    name = "taught"


class BrokenSpotter(KeywordSpotter):
    """A spotter whose learnt head cannot be used."""

    name = "broken"

    def spot(self, turns):
        raise RuntimeError("the head is damaged")


@pytest.fixture
def taught(tmp_path, monkeypatch):
    """Run `train` as if it had learnt, with the spotter that then reads the one held call."""

    def run(spotter, *options, kept=True):
        def toolkit(spotter):
            return Toolkit(Settings(data=tmp_path / "data"), encoder=HashingEncoder(), spotter=spotter)

        first, then = toolkit(KeywordSpotter()), toolkit(spotter)
        (tmp_path / "a.json").write_text(json.dumps({"id": "a", "turns": TURNS}))
        for _, call in take_in(find_files([tmp_path / "a.json"], {}), first.store, first.media):
            list(process_call(first, call))
        first.index.save()
        monkeypatch.setattr(train, "open_toolkit", lambda data: then)
        monkeypatch.setattr(learning, "learn", lambda toolkit: Refined(0.8, 0.81, 0.5, 0.9, 12, kept))
        return CliRunner().invoke(app, ["train", *options]), then

    return run


def test_held_calls_are_read_again_with_what_was_learnt(taught):
    done, toolkit = taught(OtherSpotter())
    assert done.exit_code == 0, done.output
    assert "Read 1 calls again." in done.stdout
    with toolkit.store.read() as tx:
        assert tx.moments.count(PhraseFilter()) == 1


def test_a_call_that_cannot_be_read_again_is_named_with_the_next_step(taught):
    done, _ = taught(BrokenSpotter())
    assert done.exit_code == 1
    assert "failed: a.json, stage moments: " in done.stderr
    assert "the head is damaged" in done.stderr
    assert "--retry-failed" in done.stderr


def test_what_did_harm_is_not_kept_and_no_call_is_read_again(taught):
    done, _ = taught(OtherSpotter(), kept=False)
    assert done.exit_code == 1
    assert "It was not kept" in done.stdout
    assert "did harm" in done.stderr
