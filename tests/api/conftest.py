"""A small corpus in a real store, read by stand-in models that say plainly what they do."""

import json
import os
import re
import shutil
import socket
from contextlib import closing
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
import uvicorn
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from starlette.testclient import TestClient

from api.app import create_app
from models.hashing_encoder import HashingEncoder
from models.protocols import Spotted
from pipeline.assemble import Toolkit
from pipeline.collateral.read import read_document
from pipeline.insights.theme_reading import refresh_themes
from pipeline.intake import find_files, take_in
from pipeline.records import PhraseFilter, SpeakerRole, SpottedMoment, Turn
from pipeline.run import process_call
from pipeline.settings import Settings

SAMPLE_CALLS = Path(__file__).parents[2] / "corpus" / "sample" / "calls"
ADDRESS = "http://127.0.0.1:8000"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
FLAGS += ["--autoplay-policy=no-user-gesture-required"]


def said(speaker, role, text, start_s=None, end_s=None):
    return {"speaker": speaker, "role": role, "text": text, "start_s": start_s, "end_s": end_s}


def call(name, account, recorded_at, *turns, **metadata):
    return {"id": name, "account": account, "recorded_at": recorded_at, **metadata, "turns": turns}


CALLS = [
    call(
        "harbour-1",
        "Harbour Kitchen",
        "2026-09-08T15:30:00+01:00",
        said("Dana", "rep", "What do you think of the plan so far?", 0, 4),
        said("Rob", "customer", "It is too expensive for a small kitchen. We like the app.", 4, 9),
        said("Dana", "rep", "We can start you on the small plan at half the price.", 9, 14),
        said("Rob", "customer", "Does it work with our payroll software?", 14, 18),
        segment="small",
        stage="discovery",
        outcome="won",
        deal="D-1",
    ),
    call(
        "fenwick-1",
        "Fenwick Gardens",
        "2026-10-01T10:00:00+01:00",
        said("Marcus", "rep", "Shall we talk about what is left?", 0, 3),
        said("Joan", "customer", "Honestly it is too expensive for a small team like ours.", 3, 8),
        said("Marcus", "rep", "I understand that very well.", 8, 11),
        segment="mid",
        stage="decision",
        outcome="lost",
        deal="D-2",
    ),
    call(
        "crumb-1",
        "Crumb Bakery",
        "2026-11-03T09:00:00+00:00",
        said("Dana", "rep", "How do you plan the shifts today?"),
        said(
            "Ina",
            "customer",
            "On paper. <script>alert('said')</script> It is too expensive for a small bakery, I fear.",
        ),
        segment="small",
        stage="discovery",
        outcome="open",
        deal="D-3",
    ),
]

PRICING = "# Pricing\n\nThe plan is not too expensive for a small kitchen: it costs 79 pounds a month for each site.\n"


class SpotsSentences:
    """A sentence with "expensive" is an objection to the price; one that asks is a question."""

    name = "sentences"

    def spot(self, turns):
        return [list(self._spotted(turn.text)) if turn.role == "customer" else [] for turn in turns]

    def _spotted(self, text):
        for found in re.finditer(r"[^.?!]+[.?!]*", text):
            start = found.start() + len(found[0]) - len(found[0].lstrip())
            if "expensive" in found[0]:
                yield Spotted(start, found.end(), "objection", "price", "asserted", 0.9)
            elif "?" in found[0]:
                yield Spotted(start, found.end(), "question", None, "asserted", 0.8)


class FirstIsRep:
    """Whoever speaks first is probably the rep."""

    name = "first-is-rep"

    def rep_probability(self, texts_by_speaker):
        return {speaker: 0.2 if place else 0.8 for place, speaker in enumerate(texts_by_speaker)}

    def turn_odds(self, texts):
        return [0.0 if place else 1.4 for place, _ in enumerate(texts)]


class SharedWords:
    """A passage answers as far as it shares the point's words."""

    name = "shared-words"

    def reading(self, of):
        return self

    def answer_probability(self, points, passages):
        words = [set(re.findall(r"\w+", text.lower())) for text in (*points, *passages)]
        said, written = words[: len(points)], words[len(points) :]
        rows = [[len(a & b) / max(1, len(a)) for b in written] for a in said]
        return np.array(rows, dtype=np.float32).reshape(len(points), len(passages))

    def touch_probability(self, points, passages):
        return np.minimum(1.0, 2.5 * self.answer_probability(points, passages).mean(axis=0))


class SharedReplies:
    """A reply answers if it speaks of the price; a customer who asks moves on, others accept."""

    def answer_probability(self, objections, answers):
        return np.array([0.9 if "price" in answer else 0.1 for answer in answers], dtype=np.float32)

    def reaction_probability(self, objections, answers, replies):
        rows = [(0.1, 0.1, 0.8) if "?" in reply else (0.8, 0.1, 0.1) for reply in replies]
        return np.array(rows, dtype=np.float32).reshape(len(rows), 3)


@pytest.fixture(scope="session", autouse=True)
def recommended_hasher():
    """How passwords are hashed outside of these tests: it takes long on purpose, and here it does not."""
    recommended = PasswordHash.recommended
    quick = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1),))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PasswordHash, "recommended", lambda: quick)
        yield recommended


def stand_ins(data):
    return Toolkit(
        Settings(data=data),
        encoder=HashingEncoder(),
        spotter=SpotsSentences(),
        role_judge=FirstIsRep(),
        answer_judge=SharedWords(),
        reply_judge=SharedReplies(),
    )


@pytest.fixture(scope="session")
def held_data(tmp_path_factory, empty_data):
    """A data folder with the corpus, to be copied: its calls go through their stages once."""
    folder = tmp_path_factory.mktemp("held")
    for held_call in CALLS:
        (folder / f"{held_call['id']}.json").write_text(json.dumps(held_call))
    (folder / "pricing.md").write_text(PRICING)
    made = stand_ins(shutil.copytree(empty_data, folder / "data"))
    with closing(made.store):
        for _, call in take_in(find_files(sorted(folder.glob("*.json")), {}), made.store, made.media):
            assert [step.state for step in process_call(made, call)][-1] == "done"
        document, passages = read_document(folder / "pricing.md")
        with made.store.begin() as tx:
            tx.collateral.add(document, passages)
        refresh_themes(made.store, made.encoder, made.encoder)
    return folder / "data"


@pytest.fixture
def empty_toolkit(tmp_path, empty_data):
    made = stand_ins(shutil.copytree(empty_data, tmp_path / "data"))
    with closing(made.store):
        yield made


@pytest.fixture
def toolkit(tmp_path, held_data):
    made = stand_ins(shutil.copytree(held_data, tmp_path / "data"))
    with closing(made.store):
        yield made


@pytest.fixture
def doubted(toolkit):
    """Lower the score of each call's first moment, as if the spotter were less sure."""

    def doubt(**score_of_call):
        with toolkit.store.begin() as tx:
            for name, score in score_of_call.items():
                first, *rest = tx.moments.select(PhraseFilter(calls=(name.replace("_", "-"),)))
                spotted = [
                    SpottedMoment(m.turn, m.start_char, m.end_char, m.kind, m.category, m.factuality, s)
                    for m, s in [(first, score), *((m, m.score) for m in rest)]
                ]
                tx.moments.replace(first.call, spotted)

    return doubt


@pytest.fixture
def recording(toolkit, tmp_path):
    """A recording that is held and not transcribed; the sample's call that browsers play as it is."""
    copy = shutil.copyfile(SAMPLE_CALLS / "harbour-kitchen-first.ogg", tmp_path / "harbour-kitchen-first.ogg")
    return _held(toolkit, copy)


@pytest.fixture
def held(toolkit):
    return lambda path: _held(toolkit, path)


def _held(toolkit, path):
    [(_, call)] = take_in(find_files([path], {}), toolkit.store, toolkit.media)
    return call


@pytest.fixture
def app(toolkit):
    made = create_app(toolkit, max_body_bytes=4 * 1024 * 1024)
    yield made
    made.state.desk.queue.close()


@pytest.fixture
def client(app):
    return TestClient(app, base_url=ADDRESS)


@pytest.fixture
def empty_client(empty_toolkit):
    made = create_app(empty_toolkit)
    yield TestClient(made, base_url=ADDRESS)
    made.state.desk.queue.close()


@pytest.fixture
def finish(app):
    def finish():
        assert app.state.desk.queue.join(timeout_s=20)

    return finish


@pytest.fixture(scope="module")
def chromium():
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail("No Chromium is installed, and CI must have one: apt-get install chromium")
        pytest.skip("no Chromium is installed (apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def server(address, toolkit, recording):
    """The address of the app on a free port, with one recording whose words are known."""
    with toolkit.store.begin() as tx:
        said = "That is too expensive for one more site."
        turns = [
            Turn(recording.id, 0, "S1", "rep", 0.9, 2.0, 6.0, "What about the price?"),
            Turn(recording.id, 1, "S2", "customer", 0.9, 20.36, 30.0, said),
        ]
        tx.talk.replace_turns(recording.id, turns)
        tx.talk.replace_speakers(
            recording.id, [SpeakerRole("S1", "rep", 0.9, "inferred"), SpeakerRole("S2", "customer", 0.9, "inferred")]
        )
        tx.moments.replace(recording.id, [SpottedMoment(1, 0, len(said), "objection", "price", "asserted", 0.9)])
        tx.phrases.replace_of_call(recording.id)
    return address


@pytest.fixture
def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def address(app, free_port):
    """Where the app answers, on a free port of this machine."""
    running = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=free_port, log_level="error"))
    thread = Thread(target=running.run)
    thread.start()
    while not running.started:
        thread.join(0.02)
    yield f"http://127.0.0.1:{free_port}"
    running.should_exit = True
    thread.join(20)


@pytest.fixture
def page(chromium, server):
    """A page of a server; it is an error of the test if the browser complains of more than `page.expected` names."""
    context = chromium.new_context(
        base_url=server, viewport={"width": 1280, "height": 900}, permissions=["clipboard-read", "clipboard-write"]
    )
    page = context.new_page()
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.expected = []
    yield page
    context.close()
    assert [said for said in complaints if not any(part in said for part in page.expected)] == []
