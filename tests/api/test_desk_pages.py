"""The pages on which people work: overview, adding, trackers, checking, quality, settings, webhooks."""

import json
import re
from html import unescape
from ipaddress import ip_address

import pytest

from api.pages import navigation
from pipeline.records import StageRun

EXAMPLES = "It is too expensive for us.\nThis costs too much.\nThat is far too dear."


def words_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def moments(client):
    return client.get("/api/v1/moments").json()["items"]


def fail(toolkit, call):
    with toolkit.store.begin() as tx:
        tx.stages.record(StageRun(call, "moments", "failed", "x", error="The network is missing."))


def test_the_overview_tells_what_is_held_and_every_number_leads_to_its_list(client):
    answer = client.get("/")
    text = words_of(answer)
    assert "What customers said lately" in text
    assert "1 call with 1 account from 5 Oct 2026 to 3 Nov 2026" in text
    assert "3 of 3 calls say nothing of consent" in text
    assert "Only 1 call of segment “mid”" in text
    for link in set(re.findall(r'href="(/[^"#]*)"', answer.text)):
        assert client.get(link.replace("&amp;", "&")).status_code == 200, link


def test_the_overview_and_the_interface_say_the_same(client, toolkit):
    fail(toolkit, "harbour-1")
    told = client.get("/api/v1/overview").json()
    assert told["held"]["failed"] == 1
    assert told["lately"]["calls"] == 1, "of 3 November, not of 1 October"
    assert {one["calls"] for one in told["held"]["thin_segments"]} == {1, 2}
    assert {one["what"]: one["calls"] for one in told["held"]["lacking"]} == {"consent": 3}
    assert told["gaps"][0]["calls"]["of"] == 3 if told["gaps"] else told["coverage"]["n"] == 3
    assert "1 failed" in words_of(client.get("/"))
    assert client.get("/calls?state=failed").text.count('scope="row"') == 1


def test_a_theme_that_nobody_raised_before_is_new(client, toolkit):
    with toolkit.store.begin() as tx:
        for name in ("fenwick-1", "crumb-1"):
            tx.calls.set_metadata(name, {**tx.calls.get(name).metadata, "recorded_at": "2026-11-03"})
        tx.moments.replace("harbour-1", [])
        tx.phrases.replace_of_call("harbour-1")
    [theme] = client.get("/api/v1/overview").json()["lately"]["movements"]
    assert theme["is_new"]
    assert "Themes that nobody spoke of before" in words_of(client.get("/"))


def test_an_address_with_a_question_still_leads_to_the_search(client):
    answer = client.get("/?q=too+expensive&where.segment=mid")
    assert str(answer.url).endswith("/search?q=too+expensive&where.segment=mid")


def test_an_empty_store_is_led_to_its_first_steps(empty_client):
    text = words_of(empty_client.get("/"))
    assert "Add calls" in text
    assert "Add collateral" in text


def test_moments_in_no_theme_are_listed_by_the_search(client, toolkit):
    with toolkit.store.begin() as tx:
        [theme] = tx.themes.all()
        members = tx.themes.members(theme.id)
        tx.themes.replace([theme], {theme.id: members[:1]}, stamp="by hand")
    for address in ("/api/v1/moments?theme=none", "/api/v1/search?q=expensive&theme=none"):
        answer = client.get(address).json()
        found = {one["id"] for one in answer.get("items", answer.get("hits"))}
        assert found and members[0] not in found


def test_own_fields_are_kept_and_a_line_that_is_none_is_refused(client, finish):
    body = json.dumps({"id": "up-1", "turns": [{"speaker": "B", "text": "Too expensive, all of it."}]})
    files = {"files": ("up.json", body)}
    bad = client.post("/add", files=files, data={"own_fields": "no colon here"})
    assert bad.status_code == 422
    assert "no colon here" in words_of(bad)
    client.post("/add", files=files, data={"own_fields": "Sales region: North\n\nTeam: Two", "consent": "yes"})
    finish()
    held = client.get("/api/v1/calls/up-1").json()["call"]["metadata"]
    assert (held["sales_region"], held["team"], held["consent"]) == ("North", "Two", "yes")


def test_a_failed_call_is_told_with_its_reason_and_tried_again(client, toolkit, finish):
    fail(toolkit, "harbour-1")
    page = client.get("/add")
    assert "The network is missing." in words_of(page)
    assert 'action="/add/retry/harbour-1"' in page.text
    client.post("/add/retry/harbour-1")
    finish()
    assert client.get("/api/v1/calls?state=failed").json()["total"] == 0
    fail(toolkit, "harbour-1")
    fail(toolkit, "crumb-1")
    client.post("/add/retry")
    finish()
    assert client.get("/api/v1/calls?state=failed").json()["total"] == 0


def test_a_tracker_is_looked_at_kept_taught_and_removed(client):
    form = {"name": "Too dear", "examples": EXAMPLES, "counter": "We like the app."}
    looked = client.post("/trackers/preview", data=form)
    assert "What “Too dear” would find" in words_of(looked)
    assert client.get("/api/v1/trackers").json()["total"] == 0
    page = client.post("/trackers", data=form)
    assert str(page.url).endswith("/trackers/Too%20dear")
    asked = re.findall(r'name="is:([^"]+)" value="yes"', page.text)
    assert asked
    client.post("/trackers/Too dear/answers", data={f"is:{asked[0]}": "yes", f"is:{asked[-1]}": "no"})
    held = client.get("/api/v1/trackers/Too dear").json()
    assert len(held["examples"]) + len(held["counter_examples"]) == 3 + 1 + len({asked[0], asked[-1]})
    client.post("/trackers/Too dear/remove")
    assert client.get("/api/v1/trackers").json()["total"] == 0


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"name": "Few", "examples": "One only"}, "too few"),
        ({"name": "a/b", "examples": EXAMPLES}, "no slash"),
        ({"name": "", "examples": EXAMPLES}, "is no name"),
    ],
)
def test_a_tracker_that_cannot_be_is_refused_with_the_form_as_it_was(client, form, said):
    answer = client.post("/trackers", data=form)
    assert answer.status_code == 422
    assert said in words_of(answer)
    assert form["examples"].splitlines()[0] in answer.text


def test_the_queue_gives_the_least_sure_first_and_what_is_judged_leaves_it(client, doubted, finish):
    doubted(fenwick_1=0.3)
    first = client.get("/api/v1/corrections/queue").json()
    assert first[0]["call"] == "fenwick-1"
    page = client.get("/check?of=unsure")
    assert first[0]["quote"] in words_of(page)
    answer = client.post(f"/check/{first[0]['id']}", data={"say": "no", "said_by": "Ann", "of": "unsure"})
    finish()
    assert f"unsure={first[0]['id']}" in str(answer.url)
    assert "0 right, 1 wrong" in words_of(answer)
    assert first[0]["id"] not in {one["id"] for one in moments(client)}
    last = re.search(r"/check/undo/(\w+)", answer.text)[1]
    back = client.post(f"/check/undo/{last}", data={"said_by": "Ann", "of": "unsure", "done": "1"})
    finish()
    assert first[0]["quote"] in words_of(back)
    assert first[0]["id"] in {one["id"] for one in moments(client)}


def test_skipping_and_relabelling_go_on_from_where_one_is(client, finish):
    seen = set()
    address = "/check?of=random"
    for _ in range(len(moments(client))):
        page = client.get(address)
        seen.add(re.search(r'action="/check/(\w+)"', page.text)[1])
        address = re.search(r'href="(/check\?[^"]+)" data-key="s"', page.text)[1].replace("&amp;", "&")
    assert seen == {one["id"] for one in moments(client)}
    assert "Nothing is left here." in words_of(client.get(address))
    question = next(one for one in moments(client) if one["kind"] == "question")
    client.post(f"/check/{question['id']}", data={"say": "relabel", "label": "goal", "said_by": "Ann"})
    finish()
    assert "goal" in {one["kind"] for one in moments(client)}


def test_a_word_without_a_name_is_not_kept(client):
    answer = client.post(f"/check/{moments(client)[0]['id']}", data={"say": "yes", "said_by": " "})
    assert answer.status_code == 422
    assert "Your name" in words_of(answer)


def test_a_sample_is_drawn_labelled_and_stated_in_the_page(client):
    page = client.post("/quality/samples", data={"n": 30, "seed": "4"})
    sample = re.search(r"/quality/samples/(\w+)/\d+", page.text)[1]
    n = client.get("/api/v1/quality/samples").json()[0]["items"]
    for _ in range(n):
        page = client.get(f"/quality/samples/{sample}")
        position, said = (
            re.search(r'action="/quality/samples/\w+/(\d+)"', page.text)[1],
            re.search(r"<textarea[^>]*>([^<]*)</textarea>", page.text)[1],
        )
        assert "{" not in said, "what was found is not shown"
        marked = re.sub(r"(It is too expensive for a small kitchen\.)", r"{objection/price: \1}", said)
        client.post(f"/quality/samples/{sample}/{position}", data={"marked": unescape(marked)})
    assert "Every turn of this sample was read." in words_of(client.get(f"/quality/samples/{sample}"))
    text = words_of(client.get("/quality"))
    assert "How the sample was drawn" in text
    report = client.get("/api/v1/quality").json()
    assert report["read"] == n
    assert next(one for one in report["kinds"] if one["kind"] == "objection")["there_read"] >= 1


def test_words_that_were_changed_are_refused_and_stay_in_the_form(client):
    page = client.post("/quality/samples", data={"n": 30})
    action = re.search(r'action="(/quality/samples/\w+/\d+)"', page.text)[1]
    answer = client.post(action, data={"marked": "Something that nobody said"})
    assert answer.status_code == 422
    assert "only marks may be added" in words_of(answer)
    assert "Something that nobody said" in answer.text


def test_settings_say_where_they_come_from_and_hide_passwords(client, monkeypatch):
    from pipeline.settings import Settings
    from pipeline.state_of_machine import settings_now

    text = words_of(client.get("/settings"))
    assert "BUYERSPEAK_DATA" in text
    assert "set at the start" in text
    monkeypatch.setenv("BUYERSPEAK_DATABASE_URL", "postgresql+psycopg://me:secret@db/calls")
    told = {one.name: one for one in settings_now(Settings())}
    assert told["database_url"].origin == "environment"
    assert told["database_url"].value == "postgresql+psycopg://me:•••@db/calls"
    assert told["engine"].origin == "default"


def test_webhooks_are_made_and_removed_in_the_page(client, monkeypatch):
    monkeypatch.setattr("api.routes.webhooks.resolve", lambda *_: [ip_address("93.184.216.34")])
    none = client.post("/webhooks/add", data={"url": "https://hooks.example.com/x"})
    assert none.status_code == 422
    assert "at least one thing" in words_of(none)
    made = client.post("/webhooks/add", data={"url": "https://hooks.example.com/x", "events": ["gap.new"]})
    assert made.status_code == 201, words_of(made)
    [held] = client.get("/api/v1/webhooks").json()["items"]
    assert "It is shown this once" in words_of(made)
    assert "hooks.example.com" in words_of(client.get("/webhooks"))
    client.post("/webhooks/remove", data={"webhook": held["id"]})
    assert client.get("/api/v1/webhooks").json()["total"] == 0


def test_the_way_around_names_every_room_once_and_leads_somewhere(client):
    entries = [*navigation.BAR, *(entry for group in navigation.MORE for entry in group.entries)]
    assert len({entry.room for entry in entries}) == len(entries)
    for entry in entries:
        page = client.get(entry.address)
        assert page.status_code == 200
        assert page.text.count('aria-current="page"') >= 1, entry.room
