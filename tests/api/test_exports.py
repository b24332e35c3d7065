"""Facts are exported with the contract's fields, and no cell is a formula."""

import csv
import io
import json

import pytest

from api.exports import FIELDS, moment_rows, rows_of, write_jsonl, write_parquet
from api.sheets import write_csv

MOMENT = "id call source account turn speaker role start_s end_s kind category quote context score state theme"
TURN = "call source turn speaker role role_score start_s end_s text"


def test_moments_and_turns_carry_the_fields_of_the_contract(toolkit):
    with toolkit.store.read() as tx:
        moments, turns = list(rows_of(tx, "moments")), list(rows_of(tx, "turns"))
    assert set(MOMENT.split()) <= set(moments[0])
    assert set(TURN.split()) <= set(turns[0])
    by_turn = {(turn["call"], turn["turn"]): turn["text"] for turn in turns}
    assert all(moment["quote"] in by_turn[moment["call"], moment["turn"]] for moment in moments)


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@x", "\t=1", "＝1"])
def test_text_that_a_spreadsheet_takes_for_a_formula_is_quoted(value):
    file = io.StringIO()
    write_csv([{"quote": value, "score": -0.5}], file, ["quote", "score"])
    (row,) = csv.DictReader(io.StringIO(file.getvalue()))
    assert row == {"quote": "'" + value, "score": "-0.5"}


def test_json_lines_and_parquet_hold_the_same_rows(toolkit, tmp_path):
    from pyarrow import parquet

    with toolkit.store.read() as tx:
        rows = list(rows_of(tx, "moments"))
    file = io.StringIO()
    write_jsonl(rows, file)
    assert [json.loads(line) for line in file.getvalue().splitlines()] == rows
    write_parquet(rows, tmp_path / "moments.parquet", FIELDS["moments"])
    assert [row["quote"] for row in parquet.read_table(tmp_path / "moments.parquet").to_pylist()] == [
        row["quote"] for row in rows
    ]


def test_a_file_without_rows_still_names_its_columns():
    file = io.StringIO()
    write_csv([], file, FIELDS["turns"])
    assert file.getvalue().strip().split(",") == list(FIELDS["turns"])


def test_moments_end_with_their_band_and_may_be_of_one_or_surer(toolkit, doubted):
    doubted(harbour_1=0.7, crumb_1=0.4)
    assert FIELDS["moments"][-1] == "band"
    with toolkit.store.read() as tx:
        assert [row["band"] for row in moment_rows(tx)] == ["possible", "sure", "likely", "sure"]
        assert list(moment_rows(tx)) == list(rows_of(tx, "moments"))
        assert [row["band"] for row in moment_rows(tx, "likely")] == ["sure", "likely", "sure"]
        assert tuple(next(moment_rows(tx))) == FIELDS["moments"]


def test_the_command_exports_a_band_of_moments_and_of_nothing_else(toolkit, doubted, monkeypatch):
    from typer.testing import CliRunner

    from api.cli import exports
    from api.cli.main import app

    doubted(crumb_1=0.4)
    monkeypatch.setattr(exports, "open_toolkit", lambda data: toolkit)
    done = CliRunner().invoke(app, ["export", "moments", "--confidence", "likely"])
    assert [json.loads(line)["call"] for line in done.stdout.splitlines()] == ["fenwick-1", "harbour-1", "harbour-1"]
    assert len(CliRunner().invoke(app, ["export", "moments"]).stdout.splitlines()) == 4
    refused = CliRunner().invoke(app, ["export", "turns", "--confidence", "likely"])
    assert refused.exit_code == 2
    assert CliRunner().invoke(app, ["export", "moments", "--confidence", "certain"]).exit_code == 2


def test_the_command_searches_with_a_confidence(toolkit, doubted, monkeypatch):
    from typer.testing import CliRunner

    from api.cli import search
    from api.cli.main import app

    doubted(crumb_1=0.4)
    monkeypatch.setattr(search, "open_toolkit", lambda data: toolkit)

    def found(*words):
        done = CliRunner().invoke(app, ["search", "too expensive", "--exact", "--json", *words])
        return json.loads(done.stdout)["matching_calls"]

    assert (found(), found("--confidence", "likely")) == (3, 2)
    assert "price · sure · " in CliRunner().invoke(app, ["search", "too expensive"]).stdout
