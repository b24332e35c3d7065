"""No cell that leaves the house is a formula."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.sheets import workbook, write_csv

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"]


def written(text):
    file = io.StringIO()
    write_csv([{"quote": text}], file, ["quote"])
    return file.getvalue()


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_would_be_a_formula_gets_an_apostrophe(text):
    assert written(text).split("\n", 1)[1].lstrip('"').startswith("'")


@given(st.text(max_size=20))
def test_no_text_cell_starts_like_a_formula(text):
    cell = written(text).split("\n", 1)[1].lstrip('"')
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_numbers_stay_numbers():
    file = io.StringIO()
    write_csv([{"n": -3}], file, ["n"])
    assert file.getvalue() == "n\n-3\n"


def test_a_workbook_holds_texts_and_numbers_and_no_formula():
    made = workbook({"Gaps": (["quote", "n"], [{"quote": text, "n": 2} for text in [*FORMULAS, "http://a.example"]])})
    sheet = zipfile.ZipFile(io.BytesIO(made)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert "<v>2</v>" in sheet


def test_equal_rows_give_equal_workbooks():
    rows = {"Gaps": (["quote"], [{"quote": "Too dear"}])}
    assert workbook(rows) == workbook(rows)
