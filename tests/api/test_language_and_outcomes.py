"""They say, you say and outcomes over HTTP and on pages: counts with their evidence, and no word of a cause."""

import csv
import html
import io

from pipeline.records import PhraseFilter

V1 = "/api/v1"


def test_language_comes_as_data_with_its_sentences(client):
    told = client.get(f"{V1}/language").json()
    assert (told["accounts"], told["passages"]) == (3, 1)
    sides = {one["side"] for one in told["contrasts"]}
    assert sides == {"collateral", "reps"}
    for contrast in told["contrasts"]:
        for one in contrast["they_say"]:
            assert one["ours"]["n"] == len(one["evidence"])
            assert all(use["text"] for use in one["evidence"])


def test_language_comes_as_csv_without_formulas(client):
    answer = client.get(f"{V1}/language", params={"format": "csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    for row in csv.DictReader(io.StringIO(answer.text)):
        assert not any(value.startswith(("=", "+", "-", "@")) and not _is_number(value) for value in row.values())


def _is_number(value):
    try:
        float(value)
    except ValueError:
        return False
    return True


def test_language_of_a_theme_that_is_not_held_is_not_found(client):
    assert client.get(f"{V1}/language", params={"theme": "none"}).status_code == 404
    assert client.get("/language", params={"theme": "none"}).status_code == 404


def test_a_wording_has_a_page_with_every_sentence_that_is_counted(client):
    told = client.get(f"{V1}/language").json()
    one = max((one for contrast in told["contrasts"] for one in contrast["they_say"]), key=lambda one: one["ours"]["n"])
    page = html.unescape(client.get("/language", params={"word": one["phrase"]}).text)
    assert f"“{one['phrase']}”" in page
    assert all(use["text"] in page for use in one["evidence"])
    assert "Nobody’s wording is “zebra”" in client.get("/language?word=zebra").text


def test_a_withdrawn_quote_leaves_the_wording_at_once(client, toolkit):
    before = client.get(f"{V1}/language").json()
    with toolkit.store.begin() as tx:
        for moment in tx.moments.select(PhraseFilter()):
            tx.moments.set_state(moment.id, "withdrawn")
    after = client.get(f"{V1}/language").json()
    assert "expensive" in str(before)
    assert "too expensive for a small" not in str(after["contrasts"][:1])


def test_outcomes_are_counted_by_closed_deal(client):
    told = client.get(f"{V1}/outcomes").json()
    assert told["ended"] == {"won": 1, "lost": 1, "no_decision": 0}
    assert told["open"] == 1
    one = told["associations"][0]
    assert one["n_with"] == len(one["deals"])
    assert all(deal["moments"] for deal in one["deals"])
    assert "could be chance" in one["contrasts"][0]["words"] or "Too few" in one["contrasts"][0]["words"]


def test_outcomes_by_answer_name_how_reps_replied(client):
    told = client.get(f"{V1}/outcomes", params={"by": "answer"}).json()
    assert {"explored", "answered", "no_reply"} <= {one["factor"] for one in told["associations"]}


def test_the_page_of_a_theme_says_how_its_deals_ended(client):
    theme = client.get(f"{V1}/themes").json()["items"][0]["id"]
    page = client.get(f"/themes/{theme}").text
    assert "closed deal" in page
    assert f"/outcomes?factor={theme}" in page


def test_what_could_be_chance_is_a_line_of_a_table_that_leads_to_all_that_is_known(client):
    page = client.get("/outcomes").text
    assert "All of this could be chance" in page
    assert "Within deals that are alike" not in page
    factor = client.get(f"{V1}/outcomes").json()["associations"][0]["factor"]
    assert f"/outcomes?factor={factor}" in page
    one = client.get("/outcomes", params={"factor": factor}).text
    assert "Within deals that are alike" in one
    assert one.count('<section class="factor"') == 1


def test_a_theme_that_no_closed_deal_raised_says_so(client):
    assert "No closed deal counts it yet" in client.get("/outcomes?factor=nothing").text


def test_pages_speak_of_no_cause(client):
    page = client.get("/outcomes").text.lower()
    assert "associated with" in page
    for word in ("because of", "leads to", "drives", "impact"):
        assert word not in page
