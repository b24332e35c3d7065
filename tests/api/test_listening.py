"""Listening over HTTP and on pages: peaks, clips, quotes as files, the list of a week, and what viewers may hear."""

import csv
import io
import json
import re
import wave
import zipfile
from html import unescape

import pytest
from starlette.testclient import TestClient

from api.people.door import add_person, add_token
from pipeline.records import PhraseFilter, SpeakerRole, SpottedMoment, Turn, Word

V1 = "/api/v1"
ADDRESS = "http://127.0.0.1:8000"
SAID = "That is too expensive for one more site."


@pytest.fixture
def spoken(toolkit, recording):
    """The sample recording with a turn whose words have times, recorded a day before the latest call."""
    words = tuple(Word(text, 20 + n * 0.5, 20.4 + n * 0.5) for n, text in enumerate(SAID.split()))
    with toolkit.store.begin() as tx:
        turns = [
            Turn(recording.id, 0, "S1", "rep", 0.9, 2.0, 6.0, "What about the price?"),
            Turn(recording.id, 1, "S2", "customer", 0.9, 20.0, 24.0, SAID, words),
        ]
        roles = [SpeakerRole("S1", "rep", 0.9, "inferred"), SpeakerRole("S2", "customer", 0.9, "inferred")]
        tx.talk.replace_turns(recording.id, turns)
        tx.talk.replace_speakers(recording.id, roles)
        tx.moments.replace(recording.id, [SpottedMoment(1, 0, len(SAID), "objection", "price", "asserted", 0.9)])
        tx.phrases.replace_of_call(recording.id)
        metadata = {"account": "Harbour, by ear", "recorded_at": "2026-11-02T10:00:00+00:00", "consent": "yes"}
        tx.calls.set_metadata(recording.id, metadata)
    return recording.id


def place(spoken):
    return f"{spoken}:1:0:{len(SAID)}"


def test_peaks_are_numbers_from_0_to_100_for_each_channel(client, spoken):
    told = client.get(f"{V1}/calls/{spoken}/peaks").json()
    assert told["duration_s"] > 60
    assert all(0 <= peak <= 100 for channel in told["channels"] for peak in channel)
    assert max(max(channel) for channel in told["channels"]) == 100
    assert client.get(f"{V1}/calls/harbour-1/peaks").status_code == 404
    assert '<path class="sound"' in client.get(f"/calls/{spoken}/wave").text
    assert '<path class="sound"' in client.get(f"/calls/{spoken}").text


@pytest.mark.parametrize("exact", [False, True])
def test_of_the_same_words_in_two_calls_search_shows_those_that_can_be_heard(client, toolkit, spoken, exact):
    with toolkit.store.begin() as tx:
        heard = tx.talk.turns(spoken)
        tx.talk.replace_turns(spoken, heard[:1])
        tx.phrases.replace_of_call(spoken)
        tx.talk.replace_turns("crumb-1", [Turn("crumb-1", 0, "Ina", "customer", 0.9, None, None, SAID)])
        tx.phrases.replace_of_call("crumb-1")
        tx.talk.replace_turns(spoken, heard)
        tx.phrases.replace_of_call(spoken)
    hits = client.get(f"{V1}/search", params={"q": SAID, "exact": exact}).json()["hits"]
    [hit] = [hit for hit in hits if hit["quote"] == SAID]
    assert (hit["call"], hit["copies"]) == (spoken, 2)
    assert [one["call"] for one in hit["elsewhere"]] == ["crumb-1"]


def test_a_clip_is_cut_to_the_quote(client, spoken):
    answer = client.get(f"{V1}/quotes/clip", params={"quote": place(spoken)})
    assert answer.headers["content-type"] == "audio/wav"
    assert 'filename="Harbour-by-ear-00.20.wav"' in answer.headers["content-disposition"]
    with wave.open(io.BytesIO(answer.content)) as clip:
        assert clip.getnframes() / clip.getframerate() == pytest.approx(3.9 + 1.0, abs=0.05)
    first_word = client.get(f"{V1}/quotes/clip", params={"quote": f"{spoken}:1:0:4"})
    assert len(first_word.content) < len(answer.content)
    assert client.get(f"{V1}/quotes/clip", params={"quote": "harbour-1:1:0:5"}).status_code == 404


def test_chosen_quotes_are_handed_out_in_each_form_word_for_word(client, spoken):
    asked = {"quote": [place(spoken), "fenwick-1:1:0:8"], "title": "For the launch"}
    told = client.get(f"{V1}/quotes", params=asked).json()["items"]
    assert [one["quote"] for one in told] == [SAID, "Honestly"]
    assert told[0]["moment"]["category"] == "price"
    assert told[1]["moment"] is None
    rows = list(csv.DictReader(io.StringIO(client.get("/quotes", params={**asked, "format": "csv"}).text)))
    assert [(row["quote"], row["account"], row["kind"]) for row in rows] == [
        (SAID, "Harbour, by ear", "objection"),
        ("Honestly", "Fenwick Gardens", ""),
    ]
    assert rows[0]["link"] == f"{ADDRESS}/calls/{spoken}?quote=1.0.{len(SAID)}#turn-1"
    text = client.get("/quotes", params={**asked, "format": "md"}).text
    assert text.startswith("# For the launch")
    assert SAID in text
    word = client.get("/quotes", params={**asked, "format": "docx"})
    body = zipfile.ZipFile(io.BytesIO(word.content)).read("word/document.xml").decode()
    assert SAID in body
    assert "Fenwick Gardens" in body


def test_lines_of_the_guide_and_of_language_are_handed_out_as_they_stand_on_the_page(client):
    client.get("/api/v1/guide").raise_for_status()
    [phrase, *_] = [one["phrase"] for one in client.get("/api/v1/language").json()["contrasts"][0]["they_say"]]
    line = re.compile(r'class="words">([^<]+)<.*?name="quote" value="([^"]+)" form="picked" data-from="([^"]+)"', re.S)
    for address, who in (("/guide", "Rep (Dana)"), (f"/language?word={phrase}", "Customer (")):
        found = line.findall(client.get(address).text)
        assert any(source.startswith(who) for _, _, source in found), address
        held = {place: unescape(words) for words, place, _ in found}
        told = client.get("/quotes", params={"quote": list(held), "format": "csv"}).raise_for_status()
        assert [row["quote"] for row in csv.DictReader(io.StringIO(told.text))] == list(held.values())


def test_clips_come_as_an_archive_with_a_list(client, spoken):
    asked = {"quote": [place(spoken), "fenwick-1:1:0:8"], "format": "zip"}
    held = zipfile.ZipFile(io.BytesIO(client.get("/quotes", params=asked).content))
    assert held.namelist() == ["01-Harbour-by-ear-00.20.wav", "quotes.txt"]
    assert held.read("01-Harbour-by-ear-00.20.wav").startswith(b"RIFF")
    told = held.read("quotes.txt").decode()
    assert f"“{SAID}”" in told
    assert "02 (no sound)" in told


@pytest.mark.parametrize(
    ("places", "status"),
    [([], 422), (["x"], 422), (["a:b:c:d"], 422), (["fenwick-1:1:8:8"], 404), (["fenwick-1:9:0:3"], 404),
     (["none:0:0:3"], 404), (["fenwick-1:1:0:999"], 404)],
)  # fmt: skip
def test_a_place_that_is_none_is_refused(client, places, status):
    assert client.get(f"{V1}/quotes", params={"quote": places}).status_code == status
    assert client.get("/quotes", params={"quote": places}).headers["content-type"].startswith("text/html")


def test_the_list_is_that_of_the_week_up_to_the_latest_call(client, spoken):
    told = client.get(f"{V1}/listening").json()
    assert (told["since"], told["until"]) == ("2026-10-28", "2026-11-03")
    [item] = told["items"]
    assert item["moment"]["quote"] == SAID
    assert (item["place"], item["from_s"], item["to_s"]) == (place(spoken), 18.0, 24.9)
    assert told["seconds"] == 6.9
    assert "3 are of one call" in told["rule"]
    earlier = client.get(f"{V1}/listening", params={"from": "2026-10-01", "to": "2026-10-31"}).json()
    assert earlier["items"] == []
    assert client.get(f"{V1}/listening", params={"from": "2026-11-02", "to": "2026-11-01"}).status_code == 422
    assert client.get(f"{V1}/listening", params={"where.account": "Crumb Bakery"}).json()["items"] == []


def test_the_page_of_the_list_has_a_player_for_each_without_a_script(client, spoken):
    page = client.get("/listen").text
    assert f'src="{V1}/quotes/clip?quote={spoken}%3A1%3A0%3A{len(SAID)}"' in page
    assert SAID in page
    assert "2 calls, 1 without a recording" in " ".join(page.split())
    assert "nothing to hear" in client.get("/listen?from=2026-10-01&to=2026-10-02").text
    assert "No call of these days" in client.get("/listen?from=2020-10-01&to=2020-10-02").text


def test_a_quote_is_linked_marked_and_cued_without_a_script(client, spoken):
    page = client.get(f"/calls/{spoken}?quote=1.8.21").text
    assert '<mark class="kind-objection cued">too expensive</mark>' in page
    assert f'src="{V1}/calls/{spoken}/audio#t=19"' in page
    assert "cued" not in client.get(f"/calls/{spoken}?quote=1.8.999").text
    assert client.get(f"/calls/{spoken}?quote=1.8").status_code == 422


def test_every_word_has_its_time_in_the_page(client, spoken):
    page = client.get(f"/calls/{spoken}").text
    assert 'data-times="0 50 50 50 50 50 50 50"' in page


def test_viewers_hear_what_consent_allows_and_nothing_of_what_was_withdrawn(app, toolkit, spoken):
    viewer = TestClient(app, base_url=ADDRESS)
    add_person(toolkit.store, "Ann", "admin", "correct horse battery")
    add_person(toolkit.store, "Vic", "viewer", "correct horse battery")
    _, key = add_token(toolkit.store, "Vic", label="v", scope="read")
    viewer.headers["Authorization"] = f"Bearer {key}"
    one, other = {"quote": place(spoken)}, {"quote": "fenwick-1:1:0:8"}
    assert viewer.get(f"{V1}/quotes/clip", params=one).status_code == 200
    assert viewer.get(f"{V1}/quotes", params=other).status_code == 404
    assert len(viewer.get(f"{V1}/listening").json()["items"]) == 1
    page = viewer.get(f"/calls/{spoken}").text
    assert "Mend the words" not in page
    assert ">Correct<" not in page
    with toolkit.store.begin() as tx:
        [moment] = tx.moments.select(PhraseFilter(calls=(spoken,)))
        tx.moments.set_state(moment.id, "withdrawn")
    assert viewer.get(f"{V1}/quotes", params=one).status_code == 404
    assert viewer.get(f"{V1}/quotes/clip", params=one).status_code == 404
    assert viewer.get(f"{V1}/calls/{spoken}/peaks").status_code == 404
    assert viewer.get(f"/calls/{spoken}/wave").status_code == 404
    assert viewer.get(f"{V1}/listening").json()["items"] == []
    shown = viewer.get(f"/calls/{spoken}").text
    assert "expensive" not in shown
    assert "audio#" not in shown
    assert json.loads(viewer.get(f"{V1}/quotes", params=one).text)["status"] == 404
