import io
import json
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.uploads import safe_name

V1 = "/api/v1"
TURNS = [
    {"speaker": "A", "role": "rep", "text": "How is it going with the trial?"},
    {"speaker": "B", "role": "customer", "text": "The reports are too expensive for us, really."},
]


def transcript(**more):
    return json.dumps({"turns": TURNS, **more}).encode()


def test_an_uploaded_transcript_is_worked_on_and_found(client, finish):
    answer = client.post(
        f"{V1}/calls",
        files={"files": ("new call.json", transcript(id="new-1"))},
        data={"account": "New & Sons", "stage": "demo", "metadata": '{"region": "north"}'},
    )
    assert answer.status_code == 202
    [call] = answer.json()["calls"]
    assert call["state"] in ("waiting", "running", "done")
    finish()
    told = client.get(f"{V1}/calls/new-1").json()["call"]
    assert told["state"] == "done"
    assert told["source"] == "new call.json"
    assert told["metadata"] == {"account": "New & Sons", "stage": "demo", "region": "north"}
    hits = client.get(f"{V1}/search", params={"q": "reports expensive", "where.region": "north"}).json()["hits"]
    assert hits[0]["account"] == "New & Sons"


def test_themes_take_in_an_uploaded_call(client, finish):
    before = client.get(f"{V1}/themes").json()["items"][0]["calls"]
    said = [{"speaker": "B", "role": "customer", "text": "It is too expensive for a small team like ours."}]
    body = json.dumps({"id": "new-2", "turns": said}).encode()
    client.post(f"{V1}/calls", files={"files": ("b.json", body)})
    finish()
    assert client.get(f"{V1}/themes").json()["items"][0]["calls"] == before + 1


def test_a_file_among_several_that_cannot_be_read_is_named_and_the_rest_kept(client, finish):
    files = [
        ("files", ("good.json", transcript(id="good-1"))),
        ("files", ("bad.json", b"{")),
        ("files", ("notes.xyz", b"hello")),
        ("files", ("fake.wav", b"this is no sound")),
    ]
    answer = client.post(f"{V1}/calls", files=files).json()
    assert [call["id"] for call in answer["calls"]] == ["good-1"]
    assert {refused["source"] for refused in answer["refused"]} == {"bad.json", "notes.xyz", "fake.wav"}
    assert all(refused["source"] in refused["reason"] for refused in answer["refused"])
    assert "/tmp" not in json.dumps(answer)
    finish()


def test_only_bad_files_are_a_problem_document(client):
    answer = client.post(f"{V1}/calls", files={"files": ("bad.json", b"{")})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert "bad.json" in answer.json()["detail"]


def test_a_bad_outcome_is_refused_with_the_words_that_are_accepted(client):
    answer = client.post(f"{V1}/calls", files={"files": ("a.json", transcript())}, data={"outcome": "maybe"})
    assert answer.status_code == 422
    assert "no_decision" in answer.json()["detail"]


@pytest.mark.parametrize("metadata", ["[1]", "{", '"x"'])
def test_metadata_that_is_no_object_is_refused(client, metadata):
    answer = client.post(f"{V1}/calls", files={"files": ("a.json", transcript())}, data={"metadata": metadata})
    assert answer.status_code == 422
    assert "metadata" in answer.json()["detail"]


def test_a_sidecar_sent_along_is_the_metadata_of_its_recording(client, app, recording, tmp_path):
    app.state.desk.queue.put = lambda call: None
    sound = (tmp_path / recording.source).read_bytes()
    files = [
        ("files", ("call.ogg", sound + b"\0")),
        ("files", ("call.json", b'{"account": "Side Car", "stage": "demo"}')),
    ]
    answer = client.post(f"{V1}/calls", files=files, data={"account": "All", "segment": "mid"}).json()
    [call] = answer["calls"]
    assert call["metadata"] == {"account": "Side Car", "stage": "demo", "segment": "mid"}


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd.json", "passwd.json"),
        ("..\\..\\windows\\call.json", "call.json"),
        ("/abs/olute.json", "olute.json"),
        ("<img src=x onerror=alert(1)>.json", "-img src=x onerror=alert(1)-.json"),
        ("call\u202egpj.json", "callgpj.json"),
        (".hidden.json", "hidden.json"),
        ("a" * 400 + ".json", None),
    ],
)
def test_names_cannot_leave_their_folder(client, finish, toolkit, given_name, kept):
    answer = client.post(f"{V1}/calls", files={"files": (given_name, transcript(id="named"))})
    assert answer.status_code == 202, answer.text
    source = answer.json()["calls"][0]["source"]
    assert source == kept if kept else len(source.encode()) <= 205
    finish()
    media = toolkit.settings.data / "media"
    assert all(path.parent == media for path in media.rglob("*"))


@given(st.text(max_size=400))
def test_any_name_becomes_one_that_is_safe(name):
    safe = safe_name(name)
    assert safe not in ("", ".", "..")
    assert not set(safe) & set('/\\\0\n\r:*?"<>|')
    assert len(safe.encode()) <= 255
    assert not safe.startswith(".")


def test_too_large_a_request_is_refused_before_and_while_it_comes_in(client):
    big = b"x" * (5 * 1024 * 1024)
    declared = client.post(f"{V1}/calls", files={"files": ("big.json", big)})
    assert (declared.status_code, declared.headers["content-type"]) == (413, "application/problem+json")

    def stream():
        yield b'--b\r\nContent-Disposition: form-data; name="files"; filename="big.json"\r\n\r\n'
        for _ in range(5):
            yield b"x" * 1024 * 1024
        yield b"\r\n--b--\r\n"

    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    streamed = client.post(f"{V1}/calls", content=stream(), headers=headers)
    assert (streamed.status_code, streamed.headers["content-type"]) == (413, "application/problem+json")
    assert client.get(f"{V1}/calls").json()["total"] == 3


def test_the_same_file_twice_is_one_call(client, finish):
    for _ in range(2):
        client.post(f"{V1}/calls", files={"files": ("a.json", transcript(id="same"))})
        finish()
    assert client.get(f"{V1}/calls").json()["total"] == 4


def test_documents_are_taken_in_and_replaced_by_name(client):
    for text in ("# Payroll\n\nIt works with every payroll software.", "# Payroll two\n\nIt works with all of them."):
        answer = client.post(f"{V1}/collateral", files={"files": ("payroll.md", text.encode())})
        assert answer.status_code == 201
    titles = [document["title"] for document in client.get(f"{V1}/collateral").json()["items"]]
    assert titles == ["Payroll two", "Pricing"]


def test_a_document_that_changed_says_what_it_gained_and_can_be_compared(client):
    for text in ("It works with every payroll software.", "It works with all of them, and with two more."):
        answer = client.post(f"{V1}/collateral", files={"files": ("payroll.md", f"# Payroll\n\n{text}".encode())})
    (change,) = answer.json()["changes"]
    assert (change["change"], change["version"], change["reworded"]) == ("changed", 2, 1)
    versions = client.get(f"{V1}/collateral/payroll.md/history").json()["versions"]
    assert [(one["version"], one["end"]) for one in versions] == [(1, "replaced"), (2, None)]
    assert "two more" in versions[1]["reworded"][0]["after"]
    assert client.delete(f"{V1}/collateral/payroll.md").status_code == 204
    assert client.get(f"{V1}/collateral/payroll.md/history").json()["versions"][1]["end"] == "removed"
    page = client.get("/collateral/history", params={"name": "payroll.md"}).text
    assert "Version 2" in page and "removed" in page
    assert client.delete(f"{V1}/collateral/payroll.md", params={"with_history": True}).status_code == 204
    assert client.get(f"{V1}/collateral/history", params={"name": "payroll.md"}).status_code == 404


def test_an_archive_gives_its_documents_and_names_those_that_cannot_be_read(client):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("kit/payroll.md", "# Payroll\n\nIt works with every payroll software.")
        archive.writestr("kit/torn.pdf", b"%PDF-1.4 and no more")
    data = {"stage": "evaluation, decision", "owner": "Dana", "who": "Kim"}
    told = client.post(f"{V1}/collateral", files={"files": ("kit.zip", packed.getvalue())}, data=data).json()
    assert [one["name"] for one in told["documents"]] == ["payroll.md"]
    assert told["documents"][0]["metadata"] == {"stage": ["evaluation", "decision"], "owner": "Dana"}
    assert [one["source"] for one in told["refused"]] == ["torn.pdf"]


def test_fields_of_a_document_are_set_and_filter_the_list(client):
    said = {"who": "Kim", "fields": {"persona": ["CFO", "buyer"], "date": "1 March 2026"}}
    told = client.patch(f"{V1}/collateral/pricing.md", json=said).json()
    assert told["metadata"] == {"persona": ["CFO", "buyer"], "date": "2026-03-01"}
    assert client.get(f"{V1}/collateral", params={"where.persona": "cfo"}).json()["total"] == 1
    assert client.get(f"{V1}/collateral", params={"where.persona": "ceo"}).json()["total"] == 0
    wrong = client.patch(f"{V1}/collateral/pricing.md", json={"who": "Kim", "fields": {"date": "soon"}})
    assert (wrong.status_code, "date 'soon' is no day" in wrong.json()["detail"]) == (422, True)


def test_the_form_of_a_document_keeps_what_it_changes_and_says_what_cannot_be(client):
    (document,) = client.get(f"{V1}/collateral").json()["items"]
    address = f"/collateral/{document['id']}"
    sent = client.post(f"{address}/fields", data={"owner": "<b>Dana</b>", "stage": ""}, follow_redirects=False)
    assert (sent.status_code, sent.headers["location"]) == (303, address)
    page = client.get(address).text
    assert "&lt;b&gt;Dana&lt;/b&gt;" in page and "<b>Dana" not in page
    assert "Owner set" in page
    wrong = client.post(f"{address}/fields", data={"url": "javascript:alert(1)", "owner": "Kim"})
    assert wrong.status_code == 422
    assert "is no address" in wrong.text and 'value="Kim"' in wrong.text
    assert client.get(f"{V1}/collateral/{document['id']}").json()["document"]["metadata"] == {"owner": "<b>Dana</b>"}


def test_the_page_says_what_became_of_an_upload(client):
    page = client.post(
        "/collateral", files=[("files", ("payroll.md", b"# Payroll\n\nIt works.")), ("files", ("a.exe", b"MZ"))]
    )
    assert page.status_code == 422
    assert "payroll.md</a> is new: 1 passage." in page.text
    assert "a.exe" in page.text
    again = client.post("/collateral", files={"files": ("payroll.md", b"# Payroll\n\nIt works.")})
    assert (again.status_code, "payroll.md</a> is unchanged." in again.text) == (200, True)


def test_a_document_that_cannot_be_read_is_a_problem_document(client):
    answer = client.post(f"{V1}/collateral", files={"files": ("a.exe", b"MZ")})
    assert answer.status_code == 422
    assert "a.exe" in answer.json()["detail"]
    assert client.delete(f"{V1}/collateral/none").status_code == 404


def test_a_stage_that_failed_is_shown_with_its_reason_and_can_be_run_again(client, app, toolkit, finish):
    working = toolkit.spotter

    class Broken:
        name = "broken"

        def spot(self, turns):
            raise ValueError("no weights")

    toolkit.__dict__["spotter"] = Broken()
    client.post(f"{V1}/calls", files={"files": ("a.json", transcript(id="again"))})
    finish()
    told = client.get(f"{V1}/calls/again").json()["call"]
    assert told["state"] == "failed"
    assert "no weights" in next(stage["error"] for stage in told["stages"] if stage["stage"] == "moments")
    assert "no weights" in client.get("/calls/again").text
    toolkit.__dict__["spotter"] = working
    assert client.post(f"{V1}/calls/again/run").status_code == 202
    finish()
    assert client.get(f"{V1}/calls/again").json()["call"]["state"] == "done"
