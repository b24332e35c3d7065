"""A real Chromium before a real server that holds a recording whose words and their times are known."""

import os
import shutil
import socket
from contextlib import ExitStack
from datetime import UTC, datetime
from threading import Thread

import pytest
import uvicorn

from pipeline.records import SpeakerRole, SpottedMoment, StageRun, Turn, Word
from pipeline.run import _CallWork

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
FLAGS += ["--autoplay-policy=no-user-gesture-required"]
LINES = (
    ("S1", 2.0, "What about the price?"),
    ("S2", 20.0, "That is too expensive for one more sight. We like the app."),
    ("S1", 40.0, "There is a small plan."),
    ("S2", 60.0, "Does it work with our payroll software?"),
)
WORD_S = 0.5


def spoken_turn(call, number, speaker, start_s, text):
    words = tuple(Word(word, start_s + n * WORD_S, start_s + (n + 0.9) * WORD_S) for n, word in enumerate(text.split()))
    role = "rep" if speaker == "S1" else "customer"
    return Turn(call, number, speaker, role, 0.9, start_s, words[-1].end_s, text, words)


@pytest.fixture
def spoken(toolkit, recording):
    """The recording as if its stages had heard these words."""
    turns = [spoken_turn(recording.id, number, *line) for number, line in enumerate(LINES)]
    dear, asked = "That is too expensive for one more sight.", LINES[3][2]
    with toolkit.store.begin() as tx:
        tx.calls.set_metadata(
            recording.id, {"account": "By Ear", "recorded_at": "2026-11-02T10:00:00+00:00", "consent": "yes"}
        )
        held = tx.calls.get(recording.id)
    with ExitStack() as stack:
        work, mark, runs = _CallWork(toolkit, held, stack), "", []
        for stage in ("transcribe", "speakers", "roles"):
            mark = work.fingerprint(stage, mark)
            runs.append(StageRun(held.id, stage, "done", mark, 0.0, None, {}, datetime.now(UTC)))
    with toolkit.store.begin() as tx:
        tx.talk.replace_turns(held.id, turns)
        tx.talk.replace_speakers(
            held.id, [SpeakerRole("S1", "rep", 0.9, "inferred"), SpeakerRole("S2", "customer", 0.9, "inferred")]
        )
        spotted = [
            SpottedMoment(1, 0, len(dear), "objection", "price", "asserted", 0.9),
            SpottedMoment(3, 0, len(asked), "question", None, "asserted", 0.8),
        ]
        tx.moments.replace(held.id, spotted)
        tx.phrases.replace_of_call(held.id)
        for run in runs:
            tx.stages.record(run)
    return held.id


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
def server(app, spoken):
    """The address of the app on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    thread = Thread(target=running.run)
    thread.start()
    while not running.started:
        thread.join(0.02)
    yield f"http://127.0.0.1:{port}"
    running.should_exit = True
    thread.join(20)


@pytest.fixture
def page(chromium, server):
    context = chromium.new_context(
        base_url=server, viewport={"width": 1280, "height": 900}, permissions=["clipboard-read", "clipboard-write"]
    )
    page = context.new_page()
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.expected = []
    yield page
    context.close()
    assert [said for said in complaints if not any(part in said for part in page.expected)] == []
