"""The work on gaps over HTTP and in pages, the reports of it, and the review."""

import csv
import io
import json
import sqlite3
from datetime import date

import pytest
from docx import Document
from pypdf import PdfReader

from api.gap_forms import TYPES, make_paper, render_gaps
from api.report import document as d
from api.report.proof import require_true_quotes
from api.review_forms import make_review, period_of, render_review
from pipeline.errors import BadInput, Conflict
from pipeline.review import Period

V1 = "/api/v1"
TODAY = date(2026, 11, 4)


@pytest.fixture
def open_gap(client):
    client.delete(f"{V1}/collateral/pricing.md")
    [gap] = client.get(f"{V1}/gaps").json()["items"]
    return gap


def test_a_gap_says_what_it_touches_who_is_affected_and_what_would_close_it(open_gap):
    assert open_gap["status"] == "missing"
    assert open_gap["deals"] == {"n": 3.0, "of": 3.0}
    assert {"field": "segment", "value": "small", "calls": 2, "of": 2} in open_gap["affected"]
    assert open_gap["content"]["kind"] == "Return-on-investment evidence"
    assert set(open_gap["content"]["brief"]) == {moment["id"] for moment in open_gap["moments"]}
    assert open_gap["work"]["status"] == "open"


def test_owner_date_and_status_are_set_and_taken_back(client, open_gap):
    theme = open_gap["theme"]
    said = {"owner": "Marta", "due": "2026-12-01", "status": "writing", "who": "Ewa"}
    events = client.post(f"{V1}/gaps/{theme}/work", json=said).json()
    assert [event["action"] for event in events] == ["owner", "due", "status"]
    [gap] = client.get(f"{V1}/gaps").json()["items"]
    assert (gap["work"]["owner"], gap["work"]["due"], gap["work"]["status"]) == ("Marta", "2026-12-01", "writing")
    client.post(f"{V1}/gaps/history/{events[2]['number']}/undo", json={"who": "Ewa"})
    [gap] = client.get(f"{V1}/gaps").json()["items"]
    assert gap["work"]["status"] == "open"
    assert [event["who"] for event in client.get(f"{V1}/gaps/history").json()][-4:] == ["Ewa"] * 4


def test_nobody_closes_a_gap_over_http(client, open_gap):
    answer = client.post(f"{V1}/gaps/{open_gap['theme']}/work", json={"status": "closed", "who": "Ewa"})
    assert answer.status_code in (400, 422)
    assert "newer answers it" in answer.text


def test_a_status_is_overturned_and_that_is_undone(client):
    [gap] = client.get(f"{V1}/gaps").json()["items"]
    said = {"status": "weak", "who": "Ewa", "note": "It proves nothing"}
    event = client.post(f"{V1}/gaps/{gap['theme']}/overturn", json=said).json()
    [gap] = client.get(f"{V1}/gaps").json()["items"]
    assert (gap["status"], gap["found"], gap["overturned"]["who"]) == ("weak", "covered", "Ewa")
    assert gap["work"]["status"] == "open"
    client.post(f"{V1}/gaps/history/{event['number']}/undo", json={"who": "Ewa"})
    [gap] = client.get(f"{V1}/gaps").json()["items"]
    assert (gap["status"], gap["overturned"]) == ("covered", None)


def test_documents_that_nobody_asked_for_are_listed(client, toolkit, tmp_path):
    from pipeline.collateral_intake import take_document

    path = tmp_path / "award.md"
    path.write_text("# Award\n\nGlass trophies gleam brightly beneath chandeliers.\n")
    take_document(path, toolkit.store, toolkit.encoder)
    [found] = client.get(f"{V1}/gaps/unasked").json()
    assert (found["document"], found["whole"]) == ("award.md", True)
    assert "What nobody asked for" in client.get("/gaps").text


def test_the_page_keeps_work_by_a_form_and_remembers_who(client, open_gap):
    theme = open_gap["theme"]
    form = {"owner": "Zoë", "due": "2026-12-01", "status": "writing", "who": "Ewa Żak", "note": "first"}
    page = client.post(f"/gaps/{theme}/work", data=form).text
    assert "Being written, owner Zoë, due 1 Dec 2026" in page
    assert 'value="Ewa Żak"' in page
    assert "owner is Zoë – first" in page
    n_events = len(client.get(f"{V1}/gaps/history").json())
    client.post(f"/gaps/{theme}/work", data=form)
    assert len(client.get(f"{V1}/gaps/history").json()) == n_events, "what is not changed is not said again"


def test_a_click_overturns_on_the_page(client):
    [gap] = client.get(f"{V1}/gaps").json()["items"]
    assert "It is not answered" in client.get("/gaps").text
    page = client.post(f"/gaps/{gap['theme']}/overturn", data={"status": "weak", "who": "Ewa"}).text
    assert "Overturned by Ewa" in page
    assert "Say who says it" in client.post(f"/gaps/{gap['theme']}/overturn", data={"status": "missing"}).text


@pytest.mark.parametrize("form", TYPES)
def test_the_same_data_gives_the_same_bytes(toolkit, form):
    first, second = (render_gaps(make_paper(toolkit, TODAY), form) for _ in range(2))
    assert first == second


def test_other_data_gives_another_version(toolkit, doubted):
    before = make_paper(toolkit, TODAY).manifest.data_version
    doubted(crumb_1=0.7)
    assert make_paper(toolkit, TODAY).manifest.data_version != before


def test_a_quote_whose_transcript_changed_fails_the_build(toolkit, open_gap):
    make_paper(toolkit, TODAY)
    with sqlite3.connect(toolkit.settings.data / "buyerspeak.db") as database:
        database.execute("update turns set text = replace(text, 'expensive', 'expensivé') where role = 'customer'")
    with pytest.raises(Conflict, match="not what call"):
        make_paper(toolkit, TODAY)


def test_every_placed_quote_of_any_report_is_held_against_its_turn(toolkit):
    def report(text, end_char):
        quote = d.Quote(text, "Rob", d.Place("harbour-1", 1, 0, end_char))
        return d.Report("Review", "", (d.Fold("more", (d.Pair((), (quote,)),)),), d.Manifest("0", TODAY))

    with toolkit.store.read() as tx:
        require_true_quotes(tx, report("It is too", 9))
        for text, end_char in (("It is toe", 9), ("It is too", 8)):
            with pytest.raises(Conflict, match="call harbour-1, turn 1"):
                require_true_quotes(tx, report(text, end_char))


def test_the_report_is_served_as_a_file(client, open_gap):
    answer = client.get(f"{V1}/gaps/report", params={"format": "pdf"})
    assert answer.headers["content-type"] == "application/pdf"
    assert "gaps.pdf" in answer.headers["content-disposition"]
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    assert "too expensive" in text
    [row] = csv.DictReader(client.get(f"{V1}/gaps/report", params={"format": "csv"}).text.splitlines())
    assert row["data_version"] == answer.headers["buyerspeak-data-version"]
    word = client.get(f"{V1}/gaps/report", params={"format": "docx"}).content
    assert Document(io.BytesIO(word)).paragraphs[0].text.startswith("What customers ask")


def test_quotes_of_a_served_report_lead_back_to_their_calls(client, open_gap):
    page = client.get(f"{V1}/gaps/report", params={"format": "html"}).text
    assert 'href="http://127.0.0.1:8000/calls/harbour-1#turn-1"' in page


def test_a_period_is_a_month_or_days_and_by_default_that_of_the_latest_call(toolkit):
    with toolkit.store.read() as tx:
        assert period_of(tx, "", None, None, TODAY) == Period(date(2026, 11, 1), date(2026, 11, 30))
        assert period_of(tx, "2026-02", None, None, TODAY) == Period(date(2026, 2, 1), date(2026, 2, 28))
        with pytest.raises(BadInput, match="no month"):
            period_of(tx, "2026-13", None, None, TODAY)
        with pytest.raises(BadInput, match="before it begins"):
            period_of(tx, "", date(2026, 3, 2), date(2026, 3, 1), TODAY)


def test_the_review_counts_the_calls_of_its_period_and_of_the_one_before(toolkit):
    review = make_review(toolkit, TODAY, month="2026-10").review
    assert (review.n_calls, review.n_calls_before) == (1, 1)
    [theme] = review.movements
    assert (theme.now.n, theme.before.n, theme.is_new) == (1, 1, False)
    assert make_review(toolkit, TODAY, month="2026-09").review.movements[0].is_new is False, "nothing is known before"


def test_the_review_tells_of_gaps_coverage_and_fit(client, toolkit):
    client.delete(f"{V1}/collateral/pricing.md")
    today = date.today()
    paper = make_review(toolkit, today, since=date(2026, 9, 1), until=max(today, TODAY))
    told = json.loads(render_review(paper, "json"))
    assert (told["calls"], told["gaps"]["open"], len(told["gaps"]["opened"])) == (3, 1, 1)
    assert (told["coverage"]["n"], told["coverage"]["of"]) == (0, 3)
    small = next(one for one in told["fit"] if (one["field"], one["value"]) == ("segment", "small"))
    assert (small["calls"], small["won"]["n"], small["won"]["out_of"]) == (2, 1, 1)
    assert told["manifest"]["data_version"] == paper.manifest.data_version
    assert "Opened: 1" in render_review(paper, "md").decode()


def test_a_named_document_counts_as_used_in_its_call(toolkit, tmp_path, held):
    from pipeline.collateral_intake import take_document
    from pipeline.insights.collateral_use import find_uses

    path = tmp_path / "small-plan.md"
    path.write_text("# Small plan\n\nGlass trophies gleam brightly beneath chandeliers.\n")
    take_document(path, toolkit.store, toolkit.encoder)
    with toolkit.store.read() as tx:
        calls = {call.id for call in tx.calls.all()}
        used = {use.document.name: use for use in find_uses(tx, toolkit.encoder, calls)}
    assert used["small-plan.md"].named == ("harbour-1",)
    assert used["pricing.md"].named == ()


def test_the_review_is_a_page_and_a_file(client):
    page = client.get("/review", params={"from": "2026-09-01", "to": "2026-11-30"}).text
    assert "What customers speak of" in page
    assert "Whom we bring in" in page
    assert client.get("/review", params={"from": "soon"}).status_code in (400, 422)
    assert client.get(f"{V1}/review", params={"month": "2026-11", "format": "pdf"}).content.startswith(b"%PDF")
    assert client.get(f"{V1}/review").json()["period"]["since"] == "2026-11-01"
