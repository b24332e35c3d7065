"""`buyerspeak quality` from a sample to a report."""

import json

import pytest
from typer.testing import CliRunner

from api.cli.main import app


@pytest.fixture
def run(toolkit):
    """Run a command over the data of the toolkit, which needs no weights for it."""

    def run(*words, status=0):
        done = CliRunner().invoke(app, ["quality", *map(str, words), "--data", str(toolkit.settings.data)])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == status, done.output
        return done

    return run


def test_a_sheet_goes_out_and_a_report_comes_back(run, tmp_path):
    sheet = tmp_path / "sheet.txt"
    done = run("sample", "--n", 40, "--seed", 1, "--out", sheet)
    assert "seed 1" in done.stderr
    lines = [line for line in sheet.read_text().split("\n") if not line.startswith("====")]
    sheet.write_text("\n".join([*lines, "===="]).replace("We like the app", "{signal: We like the app}"))
    assert "4 turns read" in run("load", sheet).stdout
    table = run("report").stdout
    assert "4 of 4 turns read, 3 calls" in table
    assert "recall cannot be estimated" in table
    told = json.loads(run("report", "--json").stdout)
    assert {kind["kind"]: kind["moments"] and kind["moments"]["value"] for kind in told["kinds"]}["signal"] == 1


def test_the_faults_of_a_sheet_are_told_by_line(run, tmp_path):
    from pipeline.errors import BadInput

    sheet = tmp_path / "sheet.txt"
    run("sample", "--n", 40, "--seed", 1, "--out", sheet)
    lines = [line for line in sheet.read_text().split("\n") if not line.startswith("====")]
    sheet.write_text("\n".join([*lines, "===="]).replace("\n> ", "\n> {mood: "))
    with pytest.raises(BadInput, match=r"sheet\.txt:\d+: "):
        run("load", sheet)
    with pytest.raises(BadInput, match="cannot be read"):
        run("load", tmp_path / "none.txt")
