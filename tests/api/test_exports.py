"""Facts are exported with the contract's fields, and no cell is a formula."""

import csv
import io
import json

import pytest

from api.exports import FIELDS, rows_of, write_csv, write_jsonl, write_parquet

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
