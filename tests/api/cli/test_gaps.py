"""`buyerspeak gap`, `gaps` and `review` over a small corpus and stand-in models."""

import getpass
import json

import numpy as np
import pytest
from typer.testing import CliRunner

from api.cli import gaps, review
from api.cli.main import app
from models.hashing_encoder import HashingEncoder
from models.keyword_spotter import KeywordSpotter
from pipeline.assemble import Toolkit
from pipeline.intake import find_files, take_in
from pipeline.run import process_call
from pipeline.settings import Settings


class Nothing:
    """Says that no passage answers."""

    name = "nothing"

    def reading(self, of):
        return self

    def answer_probability(self, points, passages):
        return np.zeros((len(points), len(passages)), dtype=np.float32)

    def touch_probability(self, points, passages):
        return np.zeros(len(passages), dtype=np.float32)


@pytest.fixture(scope="module")
def seller(tmp_path_factory):
    """Three calls that say one thing, read once."""
    folder = tmp_path_factory.mktemp("seller")
    made = Toolkit(
        Settings(data=folder / "data"), encoder=HashingEncoder(), spotter=KeywordSpotter(), answer_judge=Nothing()
    )
    for name in ("cook", "nurse", "waiter"):
        turns = [{"role": "customer", "speaker": "C", "text": f"Getting every {name} set up is too complicated."}]
        document = {"id": name, "account": name, "amount": 100, "recorded_at": "2026-10-05", "turns": turns}
        (folder / f"{name}.json").write_text(json.dumps(document))
    for _, call in take_in(find_files(sorted(folder.glob("*.json")), {}), made.store, made.media):
        assert [step.state for step in process_call(made, call)][-1] == "done"
    yield made
    made.store.close()


@pytest.fixture
def run(seller, monkeypatch):
    def run(*words, status=0):
        for module in (gaps, review):
            monkeypatch.setattr(module, "open_toolkit", lambda data: seller)
        done = CliRunner().invoke(app, [str(word) for word in words])
        assert done.exit_code == status, done.output
        return done

    return run


@pytest.fixture
def theme(run):
    [gap] = json.loads(run("gaps", "--format", "json").stdout)
    return gap["theme"]


def history(run, theme):
    return json.loads(run("gap", "history", theme, "--json").stdout)


def test_work_is_set_told_and_undone(run, theme):
    run("gap", "owner", theme, "Marta", "--by", "Ewa", "--note", "she asked")
    run("gap", "due", theme, "2026-10-31")
    run("gap", "status", theme, "writing")
    *_, owner, due, status = history(run, theme)
    assert (owner["who"], owner["note"], due["who"]) == ("Ewa", "she asked", getpass.getuser())
    told = run("gaps", "--as-of", "2026-11-05").stdout
    assert "Being written, Marta, due 2026-10-31 (overdue): Onboarding plan" in told
    run("gap", "undo", status["number"])
    assert "Open, Marta" in run("gaps").stdout
    assert "took back event" in run("gap", "history").stdout


def test_what_cannot_be_meant_is_wrong_usage(run, theme):
    assert "newer answers it" in run("gap", "status", theme, "closed", status=2).output
    assert "2026-10-31" in run("gap", "due", theme, "soon", status=2).output
    assert "No passage is held" in run("gap", "overturn", theme, "covered", status=2).output
    assert "no month" in run("review", "--month", "2026-13", status=2).output


def test_the_manifest_lies_beside_forms_that_have_no_room_for_it(run, theme, tmp_path):
    run("gaps", "--format", "csv", "--out", tmp_path / "gaps.csv")
    manifest = json.loads((tmp_path / "gaps.csv.manifest.json").read_text())
    assert manifest["data_version"] in (tmp_path / "gaps.csv").read_text()
    run("gaps", "--format", "pdf", "--out", tmp_path / "gaps.pdf")
    assert (tmp_path / "gaps.pdf").read_bytes().startswith(b"%PDF")
    assert not (tmp_path / "gaps.pdf.manifest.json").exists()


def test_the_review_is_of_the_latest_month_or_of_the_days_given(run, theme):
    assert run("review").stdout.startswith("# What customers said, October 2026")
    told = json.loads(run("review", "--from", "2026-10-01", "--to", "2026-10-04", "--format", "json").stdout)
    assert told["calls"] == 0
