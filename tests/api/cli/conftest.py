"""What commands that edit a call open: one taken in, everything real but the weights."""

import json

import pytest
from typer.testing import CliRunner

from api.cli import shared
from api.cli.main import app
from models.hashing_encoder import HashingEncoder
from models.keyword_spotter import KeywordSpotter
from pipeline.assemble import Toolkit
from pipeline.intake import find_files, take_in
from pipeline.run import process_call
from pipeline.settings import Settings


@pytest.fixture
def toolkit_of(tmp_path, monkeypatch):
    """Return a toolkit that holds call "a" of the turns given, which every command of the modules given opens."""
    opened = []

    def take(turns, *modules):
        made = Toolkit(Settings(data=tmp_path / "data"), encoder=HashingEncoder(), spotter=KeywordSpotter())
        opened.append(made)
        (tmp_path / "a.json").write_text(json.dumps({"id": "a", "turns": turns}))
        for _, call in take_in(find_files([tmp_path / "a.json"], {}), made.store, made.media):
            assert [step.state for step in process_call(made, call)][-1] == "done"
        for module in (shared, *modules):
            monkeypatch.setattr(module, "open_toolkit", lambda data: made)
        return made

    yield take
    for made in opened:
        made.store.close()


@pytest.fixture
def command(toolkit):
    """Run a command over the test's toolkit; its exit status must be `status`."""

    def run(*words, status=0):
        done = CliRunner().invoke(app, [*words])
        assert done.exit_code == status, done.output
        return done

    return run
