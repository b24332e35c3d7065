"""The guide in its forms: every quote leads to its call, people's lines are marked, and it prints on two pages."""

import io
import json

import pytest

V1 = "/api/v1"


def guide(client, **asked):
    answer = client.get(f"{V1}/guide", params={"as_of": "2026-11-10"} | asked)
    assert answer.status_code == 200, answer.text
    return answer


def test_markdown_says_how_customers_put_it_and_where(client):
    text = guide(client, format="md").text
    assert "too expensive for a small kitchen" in text
    assert "/calls/harbour-1#turn-1" in text
    assert "Listen: how customers put it" in text
    assert "Respond: what reps answered" in text
    assert "accepted in" in text


def test_what_was_said_is_escaped_in_html(client):
    page = guide(client, format="html").text
    assert page.startswith("<!DOCTYPE html>")
    assert "<script>alert" not in page


def test_json_holds_every_section_with_its_evidence_and_its_practice(client):
    told = guide(client).json()
    section = told["sections"][0]
    assert section["evidence"]
    assert section["verbatims"][0]["band"] in ("sure", "likely", "possible")
    assert sum(section["practice"]["thirds"]) == section["moments"]["n"]
    assert told["manifest"]["data_version"]


@pytest.mark.parametrize("form", ["json", "md", "html", "pdf", "docx"])
def test_the_same_facts_give_the_same_bytes(client, form):
    assert guide(client, format=form).content == guide(client, format=form).content


def test_the_guide_to_a_theme_or_a_category_prints_on_two_pages(client):
    from pypdf import PdfReader

    theme = client.get(f"{V1}/themes").json()["items"][0]["id"]
    for choice in ({"theme": theme}, {"category": "price"}):
        assert len(PdfReader(io.BytesIO(guide(client, format="pdf", **choice).content)).pages) <= 2


def test_the_guide_to_a_category_holds_the_lines_written_on_its_themes(client):
    held = client.get(f"{V1}/guide", params={"category": "price"}).json()["sections"][0]["within"]
    write(client, category=None, theme=held[0]["theme"], text="Ask what they pay today.")
    assert "Ask what they pay today." in guide(client, format="md", category="price").text
    assert "Ask what they pay today." in client.get("/guide?category=price").text
    assert f"{held[0]['label']}, " in guide(client, format="md", category="price").text


def write(client, **more):
    line = {"category": "price", "part": "respond", "text": "Start with one site.", "who": "Ann"} | more
    return client.post(f"{V1}/guide/lines", json=line)


def test_a_line_of_a_person_stands_in_the_guide_and_is_marked(client):
    theme = client.get(f"{V1}/themes").json()["items"][0]["id"]
    moment = client.get(f"{V1}/themes/{theme}").json()["moments"][0]["id"]
    made = write(client, category=None, theme=theme, evidence=[moment])
    assert made.status_code == 201, made.text
    client.post("/themes/refresh")
    for form in ("md", "html"):
        text = guide(client, format=form).text
        assert "Start with one site." in text
        assert "written by Ann" in text
    page = client.get("/guide").text
    assert "Start with one site." in page
    assert "Written by Ann" in page


def test_an_aged_line_turns_amber_in_every_form(client):
    theme = client.get(f"{V1}/themes").json()["items"][0]["id"]
    moment = client.get(f"{V1}/themes/{theme}").json()["moments"][0]["id"]
    write(client, category=None, theme=theme, evidence=[moment])
    assert "Look again" not in guide(client, format="md").text
    assert "Look again" in guide(client, format="md", as_of="2028-01-01").text
    line = json.loads(guide(client, as_of="2028-01-01").content)["lines"][0]
    assert "days ago" in line["amber"]


def test_lines_are_changed_and_removed_over_http(client):
    number = write(client).json()["number"]
    changed = client.put(f"{V1}/guide/lines/{number}", json={"text": "Start small.", "who": "Bo"})
    assert changed.json()["text"] == "Start small."
    assert [one["number"] for one in client.get(f"{V1}/guide/lines").json()["items"]] == [number]
    assert client.delete(f"{V1}/guide/lines/{number}").status_code == 204
    assert client.get(f"{V1}/guide/lines").json()["items"] == []
    assert client.delete(f"{V1}/guide/lines/{number}").status_code == 404


def test_a_line_of_nothing_is_refused(client):
    assert write(client, text=" ").status_code == 422
    assert write(client, category=None).status_code == 422


def test_the_form_of_the_page_writes_changes_and_removes(client):
    form = {"subject": "category:price", "part": "avoid", "text": "Never promise.", "who": "Ann"}
    assert client.post("/guide/lines", data=form, follow_redirects=False).status_code == 303
    assert "Never promise." in client.get("/guide").text
    number = client.get(f"{V1}/guide/lines").json()["items"][0]["number"]
    client.post(f"/guide/lines/{number}", data={"act": "change", "text": "Promise little.", "who": "Ann"})
    assert "Promise little." in client.get("/guide").text
    client.post(f"/guide/lines/{number}", data={"act": "remove"})
    assert "Promise little." not in client.get("/guide").text
