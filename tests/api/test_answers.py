"""What became of objections, over HTTP and as files."""

import json

from typer.testing import CliRunner

from api.exports import FIELDS, answer_rows, write_parquet

V1 = "/api/v1"


def test_each_objection_comes_with_what_became_of_it(client):
    told = {item["account"]: item for item in client.get(f"{V1}/answers").json()["items"]}
    harbour = told["Harbour Kitchen"]
    assert harbour["reply"] == "We can start you on the small plan at half the price."
    assert (harbour["reply_turn"], harbour["answered"], harbour["outcome_of_reply"]) == (2, True, "unclear")
    assert harbour["customer_reply"] == "Does it work with our payroll software?"
    assert told["Fenwick Gardens"]["answered"] is False
    assert told["Fenwick Gardens"]["outcome_of_reply"] is None
    assert told["Crumb Bakery"]["reply"] is None
    assert told["Crumb Bakery"]["answered_score"] is None


def test_answers_filter_as_moments_do_and_are_paged(client):
    assert client.get(f"{V1}/answers", params={"where.segment": "mid"}).json()["total"] == 1
    assert client.get(f"{V1}/answers", params={"kind": "question"}).json() == {"items": [], "total": 0, "next": None}
    assert client.get(f"{V1}/answers", params={"category": "timing"}).json()["total"] == 0
    first = client.get(f"{V1}/answers", params={"limit": 2}).json()
    rest = client.get(f"{V1}/answers", params={"limit": 2, "cursor": first["next"]}).json()
    assert len({item["moment"] for item in (*first["items"], *rest["items"])}) == first["total"] == 3


def test_every_moment_of_an_answer_is_one_that_is_held(client):
    for item in client.get(f"{V1}/answers").json()["items"]:
        assert client.get(f"{V1}/moments/{item['moment']}").json()["quote"] == item["quote"]


def test_answers_are_exported_a_row_an_objection(toolkit, tmp_path):
    from pyarrow import parquet

    with toolkit.store.read() as tx:
        rows = list(answer_rows(toolkit, tx))
    assert {tuple(row) for row in rows} == {FIELDS["answers"]}
    write_parquet(rows, tmp_path / "answers.parquet", FIELDS["answers"])
    assert parquet.read_table(tmp_path / "answers.parquet").num_rows == 3
    assert json.dumps(rows)


def test_an_empty_store_exports_the_columns_alone(tmp_path):
    from api.cli.main import app

    done = CliRunner().invoke(app, ["export", "answers", "--format", "csv", "--data", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert done.stdout.strip().split(",") == list(FIELDS["answers"])


def test_the_guide_tells_how_answers_were_taken(client):
    section = client.get(f"{V1}/guide").json()["sections"][0]
    assert (section["handled"]["answered"]["n"], section["handled"]["answered"]["of"]) == (1, 3)
    [evidence] = section["handled"]["answered"]["evidence"]
    assert client.get(f"{V1}/moments/{evidence['moment']}").status_code == 200
    page = client.get("/guide").text
    assert "<summary>answered in 1 of 3</summary>" in page
