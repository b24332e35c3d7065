"""The typed client over a real server."""

import json
import re
from pathlib import Path

import pytest

from api import client, client_listening, client_parts, client_readings
from api.app import create_app
from api.client import ApiError, Client, every
from api.people.door import add_person, add_token
from api.schemas_collateral import DocumentFieldsIn
from api.schemas_corrections import CorrectionIn, MissedMomentIn
from api.schemas_gaps import GapEditIn, OverturnIn, UndoIn
from api.schemas_guide import ChangedGuideLine, NewGuideLine
from api.schemas_listening import MendIn
from api.schemas_quality import LabelsIn
from api.schemas_trackers import TrackerIn

NEW = {"id": "new-1", "turns": [{"speaker": "R", "role": "customer", "text": "It is too expensive for us all."}]}
COVERED = (
    "phrases calls corrections readings answers facts trackers quality collateral gaps people webhooks listening"
).split()
"""The tags whose every operation the client has."""


@pytest.fixture
def asks(address):
    with Client(address) as made:
        yield made


def test_it_reads_what_is_held(asks):
    assert asks.health().status == "ok"
    assert asks.me().role == "admin"
    assert asks.facts().calls == 3
    assert asks.facts(where={"segment": "small"}).calls == 2
    assert asks.overview().held.calls == 3
    assert {one.name: one.origin for one in asks.settings().settings}["data"] == "start"
    assert asks.calls(lacks="consent").total == 3
    assert [one.state for one in asks.queue(of="random", limit=2)] == ["machine", "machine"]
    assert asks.search("expensive", exact=True, limit=2).hits[0].role == "customer"
    assert [call.id for call in asks.calls(where={"account": ["Crumb Bakery", "Fenwick Gardens"]}).items] == [
        call.id for call in asks.calls().items if call.id != "harbour-1"
    ]
    assert asks.call("harbour-1").speakers[0].speaker == "Dana"
    assert len(asks.turns("harbour-1").items) == 4
    assert asks.moments_of("harbour-1", kind="question").total == 1
    assert asks.answers().total == 3
    [theme] = asks.themes().items
    assert asks.theme(theme.id).theme == asks.themes().items[0].model_copy()
    assert asks.moments_of_theme(theme.id).total == theme.moments
    assert asks.theme_story(theme.id).pinned is False
    assert len(asks.theme_trends()) == 1
    assert asks.theme_events() == []
    assert asks.gaps().items[0].theme == theme.id
    assert asks.guide(category="price", form="md").startswith("#")
    assert asks.document("pricing.md").document == asks.documents().items[0]


def test_every_walks_through_all_pages(asks):
    walked = [moment.id for moment in every(lambda cursor: asks.moments(limit=1, cursor=cursor))]
    assert walked == [moment.id for moment in asks.moments().items]
    assert asks.moment(walked[0]).id == walked[0]


def test_a_problem_is_an_error_with_its_reason(asks):
    with pytest.raises(ApiError, match="404: No call 'no where'") as caught:
        asks.call("no where")
    assert caught.value.status == 404


def test_it_writes(asks, tmp_path, finish):
    moment = asks.moments_of("harbour-1").items[0].id
    said = asks.correct(moment, CorrectionIn(action="rejected", who="Ann"))
    assert asks.undo(said.id, who="Ann").undone_by == "Ann"
    added = MissedMomentIn(turn=1, kind="signal", who="Ann", quote="We like the app.")
    assert asks.add_moment("harbour-1", added).quote == "We like the app."
    assert asks.corrections(live=True).total == 1
    finish()
    [theme] = asks.themes().items
    assert asks.rename_theme(theme.id, "Dear").label == "Dear"
    asks.pin_theme(theme.id)
    assert asks.theme_story(theme.id).pinned
    asks.pin_theme(theme.id, stays=False)
    assert asks.refresh_themes().themes == 1
    (tmp_path / "plan.md").write_text("# Plan\n\nThe plan costs 79 pounds a month and needs no set-up at all.\n")
    [document] = asks.add_documents([tmp_path / "plan.md"]).documents
    asks.remove_document(document.id)
    assert asks.swap_roles("harbour-1").call.id == "harbour-1"
    assert asks.run("harbour-1").call.id == "harbour-1"
    assert asks.retry_failed().calls == 0
    finish()
    assert asks.forget("harbour-1").removed["calls"] == 1


def test_its_trackers_quality_and_admin_are_whole(asks):
    given = TrackerIn(name="Dear: price", examples=["too expensive", "it is expensive", "costs too much"], who="Ann")
    assert asks.trackers.preview(given).reading
    assert asks.trackers.add(given).examples == given.examples
    assert asks.trackers.get("Dear: price").who == "Ann"
    assert asks.trackers.finds("Dear: price").reading
    asks.trackers.suggestions("Dear: price", n=3)
    with pytest.raises(ApiError, match="422"):
        asks.trackers.answer("Dear: price", who="Ann")
    asks.trackers.remove("Dear: price")
    assert asks.trackers.all().total == 0
    sample = asks.quality.draw(50, seed=1).id
    assert [one.id for one in asks.quality.samples()] == [sample]
    for item in asks.quality.items(sample).items:
        asks.quality.label(sample, item.position, LabelsIn(labels=[]))
    assert asks.quality.report(sample).kinds
    assert asks.admin.people().total == asks.admin.tokens().total == asks.admin.webhooks().total == 0
    with pytest.raises(ApiError, match="422"):
        asks.admin.add_webhook("http://127.0.0.1/", ["theme.new"])


def test_it_reads_and_writes_the_work_on_gaps_and_lines_of_the_guide(asks):
    [gap] = asks.gaps().items
    [document] = asks.documents().items
    [asked] = asks.asked_of(document.id)
    assert ([theme for theme, _ in asked.themes], asked.accounts, asked.calls) == ([gap.theme], 3, 3)
    assert asks.gap_work.overturn(gap.theme, OverturnIn(status="missing", who="Ann")).who == "Ann"
    assert asks.gaps().items[0].status == "missing"
    said = asks.gap_work.set(gap.theme, GapEditIn(owner="Mia", who="Ann"))
    assert asks.gaps().items[0].work.owner == "Mia"
    asks.gap_work.undo(said[0].number, UndoIn(who="Ann"))
    assert {event.who for event in asks.gap_work.history(theme=gap.theme)} >= {"Ann"}
    assert asks.gap_work.objections().total == 3
    assert [one.document for one in asks.gap_work.unasked()] == []
    assert asks.gap_work.report("md").startswith(b"#")
    line = asks.guide_lines.add(
        NewGuideLine(category="price", part="respond", text="Say what is in the price.", who="Ann")
    )
    assert asks.guide_lines.change(line.number, ChangedGuideLine(text="Name the price.", who="Ben")).text
    assert [one.number for one in asks.guide_lines.all().items] == [line.number]
    asks.guide_lines.remove(line.number)
    assert asks.reports.language().accounts == 3
    assert asks.reports.outcomes(by="answer").by == "answer"
    assert asks.reports.review("md").startswith(b"#")
    changed = asks.set_document_fields(document.id, DocumentFieldsIn(who="Ann", fields={"stage": "demo"}))
    assert changed.metadata["stage"] == "demo"
    assert asks.document_history(document.id).versions
    assert asks.asked_of(document.id) == [], "it was said to be missing"
    assert asks.document_history_by_name(document.name).versions


def test_it_listens_quotes_and_mends(asks, recording):
    assert asks.listening.list().items == []
    assert asks.listening.peaks(recording.id).duration_s > 60
    assert asks.listening.quotes(["fenwick-1:1:0:8"]).items[0].quote == "Honestly"
    assert b"Honestly" in asks.listening.quotes_file(["fenwick-1:1:0:8"], "csv")
    with pytest.raises(ApiError, match="404"):
        asks.listening.clip("fenwick-1:1:0:8")
    made = asks.mends.add("fenwick-1", 1, MendIn(quote="small", text="tiny", who="Ann"))
    assert asks.mends.undo(made.id, who="Bo").undoes == made.id
    assert len(asks.mends.of_call("fenwick-1").mends) == 2


def test_with_a_token_it_is_somebody(address, toolkit):
    add_person(toolkit.store, "Ann", "admin", "correct horse battery")
    with Client(address) as nobody, pytest.raises(ApiError, match="401"):
        nobody.calls()
    _, key = add_token(toolkit.store, "Ann", label="test", scope="admin")
    with Client(address, token=key) as ann:
        assert ann.me().name == "Ann"
        made = ann.admin.add_token("mine", days=1)
        assert ann.admin.change_person(ann.admin.add_person("Ben", "a long password").name, role="editor").role
        ann.admin.remove_person("Ben")
        ann.admin.revoke_token(made.token.id)
        assert [token.label for token in ann.admin.tokens().items] == ["test"]


def test_events_tell_how_an_upload_comes_along(asks, tmp_path):
    path = tmp_path / "new-1.json"
    path.write_text(json.dumps(NEW))
    events = asks.events()
    assert next(events) == ("idle", {})
    assert [call.id for call in asks.add_calls([path], {"account": "New Ltd"}).calls] == ["new-1"]
    seen = []
    for name, data in events:
        seen.append((name, data.get("id"), data.get("state")))
        if name == "idle":
            break
    assert seen[-2:] == [("call", "new-1", "done"), ("idle", None, None)]
    assert asks.call("new-1").call.metadata["account"] == "New Ltd"


def test_it_has_a_method_for_every_operation(toolkit):
    """Each path of the covered parts stands in the client's text, with its names filled in."""
    app = create_app(toolkit)
    texts = [Path(module.__file__).read_text() for module in (client, client_listening, client_parts, client_readings)]
    asked = {re.sub(r"\{[^}]*\}", "{}", path) for text in texts for path in re.findall(r'"(/[^"]*)"', text)}
    missing = [
        path
        for path, methods in app.openapi()["paths"].items()
        for told in methods.values()
        if told["tags"][0] in COVERED and re.sub(r"\{[^}]*\}", "{}", path.removeprefix("/api/v1")) not in asked
    ]
    assert missing == []
    app.state.desk.queue.close()
