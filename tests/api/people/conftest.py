from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.people.door import Door, add_token
from api.people.secrets import hash_password
from pipeline.store.people import Person

ADDRESS = "http://127.0.0.1:8000"
PASSWORD = "correct horse battery"
OURS = {"Origin": ADDRESS}


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self):
        self.now = datetime.now(UTC)

    def __call__(self):
        return self.now

    def move(self, **by):
        self.now += timedelta(**by)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(scope="session")
def hashed():
    """One hash for all of them: it takes long on purpose."""
    return hash_password(PASSWORD)


@pytest.fixture
def peopled(toolkit, hashed):
    """The corpus with an admin, an editor and a viewer; one call of three says that viewers may see it."""
    with toolkit.store.begin() as tx:
        for name, role in (("Ann", "admin"), ("Eve", "editor"), ("Vic", "viewer")):
            tx.people.add(Person(name, role, hashed, datetime.now(UTC)))
        tx.calls.set_metadata("harbour-1", {**tx.calls.get("harbour-1").metadata, "consent": "yes"})
    return toolkit


@pytest.fixture
def app(peopled, clock):
    made = create_app(peopled, door=Door(peopled.store, clock))
    yield made
    made.state.desk.queue.close()


@pytest.fixture
def stranger(app):
    return TestClient(app, base_url=ADDRESS)


@pytest.fixture
def signed_in(app):
    """A browser in which a person has signed in; it says of every request that our own page sent it."""

    def signed_in(name):
        browser = TestClient(app, base_url=ADDRESS, headers=OURS)
        answer = browser.post("/sign-in", data={"name": name, "password": PASSWORD}, follow_redirects=False)
        assert answer.status_code == 303, answer.text
        return browser

    return signed_in


@pytest.fixture
def with_token(app, peopled):
    def with_token(name, scope):
        _, key = add_token(peopled.store, name, label="test", scope=scope)
        return TestClient(app, base_url=ADDRESS, headers={"Authorization": f"Bearer {key}"})

    return with_token


@pytest.fixture
def unpeopled(toolkit):
    """A client of a server without accounts."""
    made = create_app(toolkit)
    yield TestClient(made, base_url=ADDRESS, headers=OURS)
    made.state.desk.queue.close()
