import csv
import json
from datetime import date
from http import HTTPStatus

import pytest

V1 = "/api/v1"


def quotes(answer):
    assert answer.status_code == 200, answer.text
    return {item["quote"] for item in answer.json()["items"]}


def test_search_finds_phrases_and_says_what_was_searched(client):
    found = client.get(f"{V1}/search", params={"q": "too expensive"}).json()
    assert found["matching_calls"] == 3
    assert found["calls"] == 3
    assert "expensive" in found["hits"][0]["quote"]
    assert found["hits"][0]["matched_words"] == ["expensive"]


def test_search_filters_by_kind_role_date_and_metadata(client):
    def accounts(**words):
        hits = client.get(f"{V1}/search", params={"q": "expensive payroll price", **words}).json()["hits"]
        return {hit["account"] for hit in hits}

    assert accounts(**{"where.segment": "mid"}) == {"Fenwick Gardens"}
    assert accounts(**{"where.account": ["Crumb Bakery", "harbour kitchen"]}) == {"Crumb Bakery", "Harbour Kitchen"}
    assert accounts(kind="question") == {"Harbour Kitchen"}
    assert accounts(since="2026-11-01") == {"Crumb Bakery"}
    assert accounts(until="2026-09-30") == {"Harbour Kitchen"}
    assert accounts(role="rep") == {"Harbour Kitchen"}


def test_exact_search_counts_the_very_words(client):
    found = client.get(f"{V1}/search", params={"q": "expensive for a small team", "exact": "true"}).json()
    assert found["matching_calls"] == 1


def test_an_absence_is_told_with_all_that_was_searched(client):
    found = client.get(f"{V1}/search", params={"q": "single sign-on", "exact": "true", "role": "any"}).json()
    assert (found["complete"], found["matching"], found["matching_calls"], found["calls"]) == (True, 0, 0, 3)
    assert (found["turns"], found["unread_calls"], found["verbatim"]) == (9, 0, ["single sign-on"])


def test_search_tells_what_it_searched_for_a_misspelt_word_and_filters_by_state_and_call(client):
    found = client.get(f"{V1}/search", params={"q": "expensve"}).json()
    assert found["also_searched"] == [{"typed": "expensve", "searched": "expensive"}]
    asked = {"q": "expensive", "state": "machine", "call": "fenwick-1"}
    assert {hit["call"] for hit in client.get(f"{V1}/search", params=asked).json()["hits"]} == {"fenwick-1"}
    assert client.get(f"{V1}/search", params={"q": "expensive", "state": "cleared"}).json()["hits"] == []


@pytest.mark.parametrize(
    "words", [{}, {"q": "x", "state": "seen"}, {"q": "x", "kind": "mood"}, {"q": "x", "since": "soon"}, {"q": "??"}]
)
def test_a_question_that_cannot_be_asked_is_a_problem_document(client, words):
    answer = client.get(f"{V1}/search", params=words)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == HTTPStatus(422).phrase
    assert answer.json()["detail"]


def test_calls_are_paged_to_the_end_without_a_double(client):
    seen, cursor = [], ""
    while cursor is not None:
        page = client.get(f"{V1}/calls", params={"limit": 2, "cursor": cursor}).json()
        assert page["total"] == 3
        seen += [call["id"] for call in page["items"]]
        cursor = page["next"]
    assert sorted(seen) == ["crumb-1", "fenwick-1", "harbour-1"]


@pytest.mark.parametrize("cursor", ["nonsense", "é", "ZnJvbTotMQ", "ZnJvbTo"])
def test_a_cursor_that_was_never_given_out_is_refused(client, cursor):
    answer = client.get(f"{V1}/moments", params={"cursor": cursor})
    assert answer.status_code == 422
    assert "cursor" in answer.json()["detail"]


def test_calls_filter_by_metadata_and_state(client):
    ids = [call["id"] for call in client.get(f"{V1}/calls", params={"where.outcome": "LOST"}).json()["items"]]
    assert ids == ["fenwick-1"]
    assert client.get(f"{V1}/calls", params={"state": "failed"}).json()["total"] == 0
    assert client.get(f"{V1}/calls", params={"state": "done"}).json()["total"] == 3


def test_a_call_shows_every_stage_and_its_speakers(client):
    told = client.get(f"{V1}/calls/harbour-1").json()
    assert [(stage["stage"], stage["state"]) for stage in told["call"]["stages"]] == [
        ("read", "done"),
        ("roles", "done"),
        ("moments", "done"),
        ("vectors", "done"),
    ]
    assert {(who["speaker"], who["role"], who["source"]) for who in told["speakers"]} == {
        ("Dana", "rep", "given"),
        ("Rob", "customer", "given"),
    }


def test_a_recording_that_waits_shows_the_stages_to_come(client, recording):
    told = client.get(f"{V1}/calls/{recording.id}").json()["call"]
    assert told["state"] == "unfinished"
    assert {stage["state"] for stage in told["stages"]} == {"waiting"}


def test_turns_and_moments_of_a_call_are_in_the_order_spoken(client):
    turns = client.get(f"{V1}/calls/harbour-1/turns", params={"limit": 3}).json()
    assert [turn["turn"] for turn in turns["items"]] == [0, 1, 2]
    assert turns["total"] == 4
    moments = client.get(f"{V1}/calls/harbour-1/moments").json()["items"]
    assert [moment["kind"] for moment in moments] == ["objection", "question"]
    for moment in moments:
        assert moment["context"][moment["start_char"] : moment["end_char"]] == moment["quote"]


def test_moments_filter_by_everything_they_hold(client):
    assert len(quotes(client.get(f"{V1}/moments", params={"kind": "objection"}))) == 3
    assert quotes(client.get(f"{V1}/moments", params={"kind": "question"})) == {
        "Does it work with our payroll software?"
    }
    assert len(quotes(client.get(f"{V1}/moments", params={"call": "fenwick-1", "category": "price"}))) == 1
    assert len(quotes(client.get(f"{V1}/moments", params={"where.stage": "discovery"}))) == 3
    assert quotes(client.get(f"{V1}/moments", params={"state": "cleared"})) == set()
    assert quotes(client.get(f"{V1}/moments", params={"min_score": 0.85, "kind": "question"})) == set()


def test_one_moment_is_found_by_its_id(client):
    moment = client.get(f"{V1}/moments").json()["items"][0]
    assert client.get(f"{V1}/moments/{moment['id']}").json() == moment
    assert client.get(f"{V1}/moments/none").status_code == 404


def test_themes_are_counted_over_the_calls_that_a_filter_leaves(client):
    [theme] = client.get(f"{V1}/themes").json()["items"]
    assert (theme["calls"], theme["accounts"], theme["deals"]) == (3, 3, 3)
    [narrow] = client.get(f"{V1}/themes", params={"where.segment": "small"}).json()["items"]
    assert (narrow["id"], narrow["calls"], narrow["deals"]) == (theme["id"], 2, 2)
    assert client.get(f"{V1}/themes", params={"where.segment": "giant"}).json()["items"] == []


def test_a_theme_comes_with_its_moments(client):
    [theme] = client.get(f"{V1}/themes").json()["items"]
    told = client.get(f"{V1}/themes/{theme['id']}").json()
    assert len(told["moments"]) == theme["moments"] == 3
    assert client.get(f"{V1}/themes/{theme['id']}/moments").json()["total"] == 3
    assert client.get(f"{V1}/moments", params={"theme": theme["id"]}).json()["total"] == 3


def test_themes_found_anew_keep_their_ids(client):
    before = client.get(f"{V1}/themes").json()["items"][0]["id"]
    assert client.post(f"{V1}/themes/refresh").json()["themes"] == 1
    assert client.get(f"{V1}/themes").json()["items"][0]["id"] == before


def test_gaps_follow_what_collateral_says(client):
    [gap] = client.get(f"{V1}/gaps").json()["items"]
    assert gap["status"] == "covered"
    assert client.delete(f"{V1}/collateral/pricing.md").status_code == 204
    [gap] = client.get(f"{V1}/gaps").json()["items"]
    assert gap["status"] == "missing"
    assert client.get(f"{V1}/gaps", params={"status": "covered"}).json()["items"] == []
    [narrow] = client.get(f"{V1}/gaps", params={"where.segment": "mid"}).json()["items"]
    assert narrow["calls"] == 1
    assert {moment["account"] for moment in narrow["moments"]} == {"Fenwick Gardens"}


def test_single_objections_follow_what_collateral_says(client):
    page = client.get(f"{V1}/gaps/objections").json()
    assert page["total"] == len(page["items"]) >= 3
    assert [one["score"] for one in page["items"]] == sorted(one["score"] for one in page["items"])
    assert {one["moment"]["kind"] for one in page["items"]} == {"objection"}
    best = page["items"][-1]
    assert (best["status"], best["passages"][0]["document"]) == ("covered", "pricing.md")
    covered = [one for one in page["items"] if one["status"] == "covered"]
    assert client.get(f"{V1}/gaps/objections", params={"status": "covered"}).json()["items"] == covered
    assert client.delete(f"{V1}/collateral/pricing.md").status_code == 204
    assert {one["status"] for one in client.get(f"{V1}/gaps/objections").json()["items"]} == {"missing"}


def test_the_guide_comes_as_data_and_as_files(client):
    theme = client.get(f"{V1}/themes").json()["items"][0]["id"]
    told = client.get(f"{V1}/guide", params={"theme": theme}).json()
    assert told["sections"][0]["theme"] == theme
    markdown = client.get(f"{V1}/guide", params={"category": "price", "format": "md"})
    assert markdown.headers["content-disposition"] == 'attachment; filename="objection-guide.md"'
    assert markdown.text.startswith("# Objection guide")
    assert client.get(f"{V1}/guide", params={"format": "html"}).text.startswith("<!DOCTYPE html>")
    assert client.get(f"{V1}/guide", params={"category": "weather"}).status_code == 422
    assert client.get(f"{V1}/guide", params={"theme": "none"}).status_code == 404


def test_collateral_is_listed_with_its_passages(client):
    [document] = client.get(f"{V1}/collateral").json()["items"]
    assert (document["name"], document["title"], document["passages"]) == ("pricing.md", "Pricing", 1)
    told = client.get(f"{V1}/collateral/{document['id']}").json()
    assert "79 pounds" in told["passages"][0]["text"]
    assert client.get(f"{V1}/collateral", params={"where.audience": "buyers"}).json()["items"] == []


def test_facts_and_health_answer(client):
    assert client.get(f"{V1}/health").json() == {"status": "ok"}
    facts = client.get(f"{V1}/facts").json()
    assert (facts["calls"], facts["accounts"], facts["moments"], facts["documents"]) == (3, 3, 4, 1)
    assert client.get(f"{V1}/facts", params={"where.segment": "mid"}).json()["moments"] == 1


def test_swapped_roles_change_who_said_it_and_what_was_found(client, finish):
    answer = client.post(f"{V1}/calls/fenwick-1/roles/swap")
    assert answer.status_code == 202
    assert {who["speaker"]: who["role"] for who in answer.json()["speakers"]} == {"Marcus": "customer", "Joan": "rep"}
    finish()
    assert client.get(f"{V1}/calls/fenwick-1").json()["call"]["state"] == "done"
    kinds = [moment["kind"] for moment in client.get(f"{V1}/calls/fenwick-1/moments").json()["items"]]
    assert kinds == ["question"]


def test_an_erased_call_is_gone_and_the_receipt_says_so(client):
    receipt = client.delete(f"{V1}/calls/crumb-1").json()
    assert receipt["source"] == "crumb-1.json"
    assert receipt["removed"]["calls"] == 1
    assert client.get(f"{V1}/calls/crumb-1").status_code == 404
    assert "Crumb" not in json.dumps(client.get(f"{V1}/search", params={"q": "bakery", "role": "any"}).json())


def test_what_is_not_there_is_a_problem_document(client):
    for path in (
        "calls/none",
        "calls/none/turns",
        "themes/none",
        "collateral/none",
        "nowhere",
        "calls/harbour-1/audio",
    ):
        answer = client.get(f"{V1}/{path}")
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
        assert answer.json()["instance"] == f"{V1}/{path}"
    assert client.put(f"{V1}/calls").status_code == 405


def test_an_error_of_ours_says_nothing_of_the_inside(client, app, monkeypatch):
    from starlette.testclient import TestClient

    def fails(_):
        raise RuntimeError("secret path")

    monkeypatch.setattr(app.state.desk.gaps, "reading", fails)
    answer = TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False).get(f"{V1}/gaps")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text
    assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_every_operation_is_described(client):
    described = client.get("/api/openapi.json").json()
    operations = [told for methods in described["paths"].values() for told in methods.values()]
    assert len(operations) > 20
    assert all(told["description"] for told in operations)
    assert all(path.startswith(V1) for path in described["paths"])


def test_every_moment_tells_its_band(client, doubted):
    doubted(harbour_1=0.7, crumb_1=0.4)
    bands = {m["quote"]: m["band"] for m in client.get(f"{V1}/moments").json()["items"]}
    assert sorted(bands.values()) == ["likely", "possible", "sure", "sure"]
    hits = client.get(f"{V1}/search", params={"q": "expensive payroll price", "role": "any"}).json()["hits"]
    assert {hit["band"] for hit in hits if hit["kind"]} == {"sure", "likely", "possible"}
    assert {hit["band"] for hit in hits if not hit["kind"]} == {None}
    [theme] = client.get(f"{V1}/themes").json()["items"]
    assert theme["quote"]["band"] in ("sure", "likely", "possible")
    [gap] = client.get(f"{V1}/gaps").json()["items"]
    assert [moment["band"] for moment in gap["moments"]][-1] == "possible"


def test_lists_of_moments_keep_to_a_confidence_and_are_complete_without(client, doubted):
    doubted(harbour_1=0.7, crumb_1=0.4)
    [theme] = client.get(f"{V1}/themes").json()["items"]

    def totals(confidence):
        words = {"confidence": confidence} if confidence is not None else {}
        lists = ("moments", "calls/harbour-1/moments", f"themes/{theme['id']}/moments", "answers")
        return [client.get(f"{V1}/{path}", params=words).json()["total"] for path in lists]

    assert totals(None) == totals("") == totals("possible") == [4, 2, 3, 3]
    assert totals("likely") == [3, 2, 2, 2]
    assert totals("sure") == [2, 1, 1, 1]
    assert client.get(f"{V1}/moments", params={"confidence": "certain"}).status_code == 422
    assert client.get(f"{V1}/moments", params={"confidence": "likely", "min_score": 0.75}).json()["total"] == 2


def test_an_exact_count_is_complete_unless_a_confidence_is_asked_for(client, doubted):
    doubted(crumb_1=0.4)

    def calls(**words):
        asked = {"q": "too expensive", "exact": "true", **words}
        return client.get(f"{V1}/search", params=asked).json()["matching_calls"]

    assert (calls(), calls(confidence="possible"), calls(confidence="likely")) == (3, 3, 2)


def test_gaps_follow_how_sure_their_moments_are(client, doubted):
    def bands():
        [gap] = client.get(f"{V1}/gaps").json()["items"]
        return [moment["band"] for moment in gap["moments"]]

    assert bands() == ["sure"] * 3
    doubted(crumb_1=0.4)
    assert bands() == ["sure", "sure", "possible"]


def test_the_gap_report_marks_what_is_only_possible(toolkit, doubted):
    from api.gap_forms import make_paper, render_gaps

    def report(form):
        return render_gaps(make_paper(toolkit, date(2026, 11, 4)), form).decode()

    with toolkit.store.begin() as tx:
        tx.collateral.remove("pricing.md")
    doubted(crumb_1=0.4)
    assert "1 less sure quote is left out." in report("html")
    assert "only possible" not in report("html") + report("table")
    doubted(harbour_1=0.4, fenwick_1=0.4)
    assert "(only possible)" in report("html")
    assert "” (only possible)" in report("table")
    [row] = csv.DictReader(report("csv").splitlines())
    assert row["band"] == "possible"
