"""The commands as an operator runs them, over real weights."""

import json
import re
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest
from typer.testing import CliRunner

import api.cli
from api.cli.main import app
from pipeline.assemble import Toolkit
from pipeline.settings import Settings

ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / "corpus" / "sample"
GOLD = [
    SAMPLE / "gold" / f"{name}.json"
    for name in ("harbour-kitchen-first", "crumb-bakery-first", "maple-lodge-demo-review")
]


def buyerspeak(*words, status=0):
    done = subprocess.run(
        [sys.executable, "-m", "api.cli.main", *map(str, words)], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done


def test_help_answers_within_half_a_second():
    times = []
    for _ in range(5):
        started = time.monotonic()
        buyerspeak("--help")
        times.append(time.monotonic() - started)
    assert min(times) < 0.5


def test_wrong_usage_has_status_2(tmp_path):
    buyerspeak("ingest", status=2)
    buyerspeak("export", "wishes", "--data", tmp_path, status=2)
    buyerspeak("serve", "--host", "192.0.2.1", "--data", tmp_path, status=2)


def test_what_is_not_held_is_said_in_one_line(tmp_path):
    done = buyerspeak("transcript", "nothing", "--data", tmp_path, status=1)
    assert done.stdout == ""
    assert "nothing" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A data folder with three sample calls and some of the sample's collateral."""
    folder = tmp_path_factory.mktemp("data")
    buyerspeak("ingest", *GOLD, "--data", folder)
    some = [SAMPLE / "collateral" / name for name in ("pricing.html", "onboarding-brochure.pdf")]
    buyerspeak("collateral", "add", *some, "--data", folder)
    return folder


@pytest.fixture(scope="module")
def command(data):
    """Runs commands in this process, one after another: all is as operators run it, but weights are read once."""
    kit = Toolkit(Settings(data=data))

    def run(*words, status=0):
        done = CliRunner().invoke(app, [str(word) for word in words])
        assert done.exit_code == status, f"{done.output} {done.exception!r}"
        return done

    with pytest.MonkeyPatch.context() as patch:
        for found in iter_modules(api.cli.__path__):
            module = import_module(f"api.cli.{found.name}")
            if found.name != "shared" and hasattr(module, "open_toolkit"):
                patch.setattr(module, "open_toolkit", lambda data: kit)
        yield run
    kit.store.close()


@pytest.mark.model
@pytest.mark.slow
class TestOverSampleCalls:
    def test_ingesting_again_finds_everything_fresh_and_prints_one_document(self, data):
        report = json.loads(buyerspeak("ingest", *GOLD, "--json", "--data", data).stdout)
        assert [call["fresh"] for call in report["calls"]] == [True] * 3

    def test_a_bad_file_is_named_and_the_rest_is_kept(self, data, tmp_path):
        (tmp_path / "noise.wav").write_text("not audio at all, only words\n")
        done = buyerspeak("ingest", tmp_path / "noise.wav", GOLD[0], "--json", "--data", data, status=1)
        assert len(json.loads(done.stdout)["calls"]) == 1
        assert "noise.wav" in done.stderr

    def test_search_finds_the_customer_and_says_what_was_searched(self, command):
        found = json.loads(command("search", "training everybody takes weeks", "--json").stdout)
        assert found["calls"] == 3
        assert found["hits"][0]["role"] == "customer"
        assert any(word in found["hits"][0]["quote"].lower() for word in ("train", "weeks", "learn", "set up"))

    def test_an_exact_search_says_how_much_it_counted_and_filters_by_date(self, command, data):
        absent = buyerspeak("search", "zebra crossing", "--exact", "--role", "any", "--data", data).stdout
        assert re.match(r"0 of 3 calls say “zebra crossing”: 0 of \d+ turns, counted completely", absent)
        late = json.loads(command("search", "training", "--since", "2099-01-01", "--json").stdout)
        assert (late["calls"], late["hits"]) == (0, [])

    def test_themes_gaps_and_guide_can_be_read(self, command, tmp_path):
        themes = json.loads(command("themes", "--json").stdout)
        assert themes["themes"]
        gaps = json.loads(command("gaps", "--format", "json").stdout)
        assert {gap["theme"] for gap in gaps} == {theme["id"] for theme in themes["themes"]}
        assert {gap["status"] for gap in gaps} <= {"missing", "weak", "other_words", "unused", "covered"}
        assert all(moment["quote"] in moment["context"] for gap in gaps for moment in gap["moments"])
        single = json.loads(command("gaps", "--by", "objection", "--format", "json").stdout)
        assert {one["moment"]["kind"] for one in single} == {"objection"}
        command("gaps", "--by", "objection", "--format", "html", status=2)
        command("gaps", "--format", "html", "--out", tmp_path / "gaps.html")
        assert "<h1" in (tmp_path / "gaps.html").read_text()
        assert command("guide").stdout.startswith("#")

    def test_evaluate_scores_held_calls_and_refuses_others(self, command):
        result = json.loads(command("evaluate", *GOLD, "--json").stdout)
        assert result["moments"]["f1"]["objection"]["value"] > 0.5
        assert result["role_accuracy"] == 1.0
        other = SAMPLE / "gold" / "fenwick-gardens-cold-call.json"
        assert "buyerspeak ingest" in command("evaluate", other, status=1).stderr

    def test_export_roles_and_forget(self, command, data):
        call = json.loads(command("calls", "--json").stdout)[0]["id"]
        lines = command("export", "moments").stdout.splitlines()
        assert {json.loads(line)["role"] for line in lines} == {"customer"}
        swapped = json.loads(command("roles", call, "--swap", "--json").stdout)
        assert {speaker["source"] for speaker in swapped} == {"corrected"}
        (receipt,) = json.loads(command("forget", call, "--json").stdout)
        assert receipt["removed"]["turns"] > 0
        assert len(json.loads(buyerspeak("calls", "--json", "--data", data).stdout)) == 2
