import json
import re
from dataclasses import fields
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from jinja2 import meta, nodes

from api.pages import (
    add,
    call_list,
    calls,
    check,
    collateral,
    error,
    gaps,
    guide,
    language,
    outcomes,
    overview,
    quality,
    reference,
    review,
    search,
    settings,
    themes,
    trackers,
    webhooks,
)
from api.pages.page import Page, environment
from pipeline.intake import find_files, take_in
from pipeline.run import process_call

MODULES = (
    add,
    call_list,
    calls,
    check,
    collateral,
    error,
    gaps,
    guide,
    language,
    outcomes,
    overview,
    quality,
    reference,
    review,
    search,
    settings,
    themes,
    trackers,
    webhooks,
)
PAGES = sorted(
    {
        kind
        for module in MODULES
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Page) and kind is not Page
    },
    key=lambda kind: kind.__name__,
)


class Reading(HTMLParser):
    """What a browser would see: tags with their attributes, and the text outside of scripts."""

    def __init__(self, html):
        super().__init__()
        self.tags = []
        self.text = ""
        self._labels_open = 0
        self.within_labels = []
        """The attributes of every control that stands within its label."""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._labels_open += tag == "label"
        if self._labels_open and tag in ("input", "select"):
            self.within_labels.append(dict(attrs))

    def handle_endtag(self, tag):
        self._labels_open -= tag == "label"

    def handle_data(self, data):
        self.text += data


@pytest.fixture
def addresses(client):
    theme = client.get("/api/v1/themes").json()["items"][0]["id"]
    document = client.get("/api/v1/collateral").json()["items"][0]["id"]
    return [
        "/",
        "/search",
        "/search?q=expensive",
        "/search?theme=none",
        "/calls?lacks=outcome",
        "/calls?state=failed&since=2026-01-01",
        "/trackers",
        "/check",
        "/quality",
        "/settings",
        "/webhooks",
        "/?q=expensive&kind=objection&where.segment=small&exact=true",
        "/?q=zebra",
        "/calls",
        "/calls/harbour-1",
        "/calls/crumb-1",
        "/themes",
        f"/themes/{theme}",
        "/gaps",
        f"/gaps/{theme}",
        "/review",
        "/guide",
        f"/guide?theme={theme}",
        "/guide?category=price",
        "/language",
        f"/language?theme={theme}",
        "/outcomes",
        "/outcomes?by=answer",
        "/collateral",
        f"/collateral/{document}",
        "/add",
        "/docs",
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.__name__)
def test_a_template_shows_the_fields_of_its_page_and_nothing_else(page):
    source = environment().loader.get_source(environment(), page.template)[0]
    parsed = environment().parse(source)
    own = {name for found in parsed.find_all(nodes.FromImport) for name in found.names}
    own |= {found.name for found in parsed.find_all(nodes.Macro)}
    own |= {found.target.name for found in parsed.find_all(nodes.Assign)}
    shown = meta.find_undeclared_variables(parsed) - set(environment().globals) - own
    assert shown <= {field.name for field in fields(page)}


def test_every_page_is_whole_and_has_one_first_heading(client, addresses):
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        page = Reading(answer.text)
        assert [tag for tag, _ in page.tags].count("h1") == 1, address
        assert ("html", {"lang": "en"}) in page.tags
        levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
        assert all(after - before <= 1 for before, after in pairwise(levels)), (address, levels)


def test_every_control_has_a_label_and_every_id_is_unique(client, addresses):
    for address in addresses:
        page = Reading(client.get(address).text)
        tags = page.tags
        labelled = {given["for"] for tag, given in tags if tag == "label" and "for" in given}
        for tag, given in tags:
            if tag in ("input", "select") and given.get("type") != "hidden":
                assert given.get("id") in labelled or given in page.within_labels, (address, given)
        ids = [given["id"] for _, given in tags if "id" in given]
        assert len(ids) == len(set(ids)), address


def test_every_link_inside_leads_somewhere(client, addresses):
    links = {
        given.get("href") or given.get("src")
        for address in addresses
        for tag, given in Reading(client.get(address).text).tags
        if tag in ("a", "link", "script")
    }
    assert all(link.startswith(("/", "#")) for link in links)
    for link in sorted({link.split("#")[0] for link in links} - {""}):
        assert client.get(link).status_code == 200, link


def test_no_page_holds_a_script_or_style_of_its_own(client, addresses):
    for address in addresses:
        for tag, given in Reading(client.get(address).text).tags:
            assert tag != "style"
            assert tag != "script" or given.get("src", "").startswith("/static/"), address
            assert not [name for name in given if name == "style" or name.startswith("on")], address


def test_what_was_said_stays_text(client):
    for address in ("/calls/crumb-1", "/?q=alert+said", "/?q=%3Cscript%3Ealert(1)%3C/script%3E"):
        text = client.get(address).text
        assert "<script>alert" not in text
    assert "<script>alert('said')</script>" in Reading(client.get("/calls/crumb-1").text).text


def test_names_and_metadata_stay_text(client, finish):
    evil = "<img src=x onerror=alert(1)>"
    turns = [{"speaker": evil, "role": "customer", "text": "This is too expensive for a small team."}]
    body = json.dumps({"id": "evil", "turns": turns}).encode()
    client.post("/add", files={"files": ("evil'\">.json", body)}, data={"account": evil, evil: evil})
    finish()
    for address in ("/", "/calls", "/calls/evil", "/add", "/themes", "/gaps", "/guide", "/?q=expensive"):
        tags = Reading(client.get(address).text).tags
        assert not [tag for tag, _ in tags if tag == "img"], address


def test_a_search_without_a_question_shows_what_customers_said_lately(client):
    text = Reading(client.get("/search").text).text
    assert "What they keep saying" in text
    assert "Newest objections" in text
    assert "too expensive for a small bakery" in text
    assert text.index("Crumb Bakery") < text.rindex("Harbour Kitchen")


def test_an_empty_store_says_what_to_do(empty_client):
    for address in ("/", "/calls", "/themes", "/gaps", "/guide", "/collateral", "/add"):
        answer = empty_client.get(address)
        assert answer.status_code == 200, address
    assert "No calls are held yet." in empty_client.get("/").text


def test_search_results_show_the_quote_its_place_and_why(client):
    answer = client.get("/", params={"q": "too expensive", "where.account": "Fenwick Gardens"})
    page = Reading(answer.text)
    assert "in 1 of 1 call" in page.text
    assert "<mark>expensive</mark>" in answer.text
    assert "Shall we talk about what is left?" in page.text
    assert "shares “expensive”" in page.text
    assert ("a", {"href": "/calls/fenwick-1#turn-1"}) in page.tags
    assert "1 Oct 2026" in page.text


def test_filters_stay_chosen_in_the_form(client):
    tags = Reading(client.get("/?q=x&kind=question&where.segment=MID&where.region=north&role=any").text).tags
    chosen = [given["value"] for tag, given in tags if tag == "option" and "selected" in given]
    assert chosen == ["question", "mid", "any", "1"], "the last is the player's speed"
    assert ("input", {"type": "hidden", "name": "where.region", "value": "north"}) in tags


def test_a_question_without_words_is_explained(client):
    answer = client.get("/", params={"q": "???"})
    assert answer.status_code == 422
    assert "Type some words" in answer.text


def test_a_quote_of_a_recording_plays_from_two_seconds_before(client, toolkit, recording):
    from pipeline.records import SpottedMoment, Turn

    with toolkit.store.begin() as tx:
        tx.talk.replace_turns(
            recording.id, [Turn(recording.id, 0, "S1", "customer", 0.9, 20.36, 30.0, "That is too expensive.")]
        )
        tx.moments.replace(recording.id, [SpottedMoment(0, 0, 22, "objection", "price", "asserted", 0.9)])
        tx.phrases.replace_of_call(recording.id)
    tags = Reading(client.get("/", params={"q": "expensive", "role": "any"}).text).tags
    plays = [given for tag, given in tags if tag == "a" and "data-play" in given]
    assert [(given["href"], given["data-play"]) for given in plays] == [
        (f"/api/v1/calls/{recording.id}/audio#t=18.36", "18.36")
    ]


def test_a_transcript_highlights_its_moments_by_kind(client):
    html = client.get("/calls/harbour-1").text
    assert '<mark class="kind-objection">It is too expensive for a small kitchen.</mark>' in html
    assert '<mark class="kind-question">Does it work with our payroll software?</mark>' in html


def test_forms_lead_back_to_their_page(client, finish):
    swapped = client.post("/calls/fenwick-1/roles/swap", follow_redirects=False)
    assert (swapped.status_code, swapped.headers["location"]) == (303, "/calls/fenwick-1")
    finish()
    assert "corrected by hand" in client.get("/calls/fenwick-1").text
    assert client.post("/themes/refresh", follow_redirects=False).headers["location"] == "/themes"
    assert client.post("/calls/fenwick-1/run", follow_redirects=False).headers["location"] == "/calls/fenwick-1"
    finish()
    assert client.post("/calls/fenwick-1/forget", follow_redirects=False).headers["location"] == "/calls"
    assert client.get("/calls/fenwick-1").status_code == 404


def test_collateral_is_uploaded_and_removed_by_form(client):
    added = client.post("/collateral", files={"files": ("a b.md", b"# Trial\n\nFree for a month.")})
    assert added.status_code == 200
    assert "Trial" in client.get("/collateral").text
    document = client.get("/api/v1/collateral/a b.md").json()["document"]["id"]
    assert client.post(f"/collateral/{document}/remove").status_code == 200
    shown = client.get("/collateral").text
    assert f"/collateral/{document}" not in shown
    assert "/collateral/history?name=a+b.md" in shown or "/collateral/history?name=a%20b.md" in shown
    forgotten = client.post("/collateral/history/forget", data={"name": "a b.md"})
    assert "Trial" not in forgotten.text
    refused = client.post("/collateral", files={"files": ("x.exe", b"MZ")})
    assert refused.status_code == 422
    assert "x.exe" in refused.text


def test_an_upload_by_form_names_what_it_refuses(client, finish):
    refused = client.post("/add", files={"files": ("bad.json", b"{")})
    assert refused.status_code == 422
    assert "bad.json" in Reading(refused.text).text
    nothing = client.post("/add", files={"files": ("", b"")})
    assert nothing.status_code == 422
    body = b'{"id": "f-1", "turns": [{"speaker": "A", "text": "Hello there, how are you?"}]}'
    added = client.post("/add", files={"files": ("f.json", body)}, data={"account": ""}, follow_redirects=False)
    assert (added.status_code, added.headers["location"]) == (303, "/add")
    finish()
    assert client.get("/api/v1/calls/f-1").json()["call"]["metadata"] == {}


def test_errors_outside_of_the_interface_are_pages(client):
    for address, status in (("/calls/none", 404), ("/nowhere", 404), ("/themes/none", 404), ("/gaps?status=odd", 422)):
        answer = client.get(address)
        assert answer.status_code == status
        assert answer.headers["content-type"].startswith("text/html")
        assert "<h1>" in answer.text


def test_search_says_which_word_it_searched_for_a_misspelt_one(client):
    text = Reading(client.get("/?q=expensve").text).text
    assert "Also searched: expensive (for expensve, which nobody says)" in text
    assert "In the call" in text


def test_an_exact_search_states_its_complete_count(client):
    absent = Reading(client.get("/?q=single+sign-on&exact=true&role=any").text).text
    assert "0 of 3 calls say “single sign-on”: 0 of 9 turns, counted completely" in absent
    assert "Searched every turn that the filters leave" in absent
    quoted = Reading(client.get('/?q="a+small+team"+price').text).text
    assert "1 of 3 calls say “a small team”: 1 of 4 turns, counted completely" in quoted


def test_the_other_places_of_a_phrase_unfold_with_their_calls(client, toolkit, tmp_path):
    for number in (1, 2):
        path = tmp_path / f"fee-{number}.json"
        turns = [{"role": "customer", "text": "Nobody told us of the fee."}]
        path.write_text(json.dumps({"id": f"fee-{number}", "turns": turns}))
        [(_, call)] = take_in(find_files([path], {}), toolkit.store, toolkit.media)
        list(process_call(toolkit, call))
    answer = client.get("/?q=nobody+told+us+of+the+fee")
    assert "Said in 2 places" in answer.text
    tags = Reading(answer.text).tags
    assert all(("a", {"href": f"/calls/fee-{number}#turn-0"}) in tags for number in (1, 2))


def test_every_metadata_field_that_tells_calls_apart_can_be_chosen(client):
    tags = Reading(client.get("/?q=expensive&where.deal=D-2&state=machine").text).tags
    names = [given["name"] for tag, given in tags if tag == "select"]
    assert {"where.deal", "theme", "state"} <= set(names)
    chosen = [given["value"] for tag, given in tags if tag == "option" and "selected" in given]
    assert {"D-2", "machine"} <= set(chosen)
    assert ("details", {"class": "more-filters", "open": None}) in tags
