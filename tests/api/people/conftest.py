import hmac
import json
import time
from base64 import b64encode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_urlsafe
from threading import Thread
from urllib.parse import parse_qs, quote_plus, urlencode, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.testclient import TestClient

from api.app import create_app
from api.people.door import Door, add_token
from api.people.secrets import hash_password
from pipeline.settings import Settings
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


class OpenIdProvider:
    """A provider on this machine that knows one person.

    `person` is what it says; `altered` changes the statement's claims, and `sign` how it is signed.
    """

    client, secret = "buyerspeak", "a secret: kept/well"

    def __init__(self, issuer):
        self.issuer = issuer
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.person = {"sub": "248289761001", "email": "Ann", "email_verified": True}
        self.altered = {}
        self.sign = self.rightly
        self.asked = {}
        self.is_down = False

    def rightly(self, claims):
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)

    def by_another(self, claims):
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, RSAKey.generate_key(2048))

    def by_the_public_key(self, claims):
        signed = written({"alg": "HS256", "kid": "one"}) + b"." + written(claims)
        mark = hmac.digest(self.key.as_pem(private=False), signed, "sha256")
        return (signed + b"." + urlsafe_b64encode(mark).rstrip(b"=")).decode()

    def not_at_all(self, claims):
        return (written({"alg": "none"}) + b"." + written(claims) + b".").decode()

    def described(self):
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }

    def authorized(self, words):
        """Return where the browser goes once the person has agreed."""
        code = token_urlsafe()
        self.asked[code] = words
        return f"{words['redirect_uri']}?{urlencode({'code': code, 'state': words['state']})}"

    def token(self, authorization, words):
        """Return the statement for a code, once, to the client that can prove that it asked."""
        asked = self.asked.pop(words["code"])
        proof = urlsafe_b64encode(sha256(words["code_verifier"].encode()).digest()).decode().rstrip("=")
        basic = basic_of(quote_plus(self.client), quote_plus(self.secret))
        if (proof, authorization) != (asked["code_challenge"], basic) or words["redirect_uri"] != asked["redirect_uri"]:
            return None
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": self.client, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        return {"id_token": self.sign({**claims, **self.person, **self.altered}), "token_type": "Bearer"}


def written(part):
    return urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")


def basic_of(name, secret):
    return "Basic " + b64encode(f"{name}:{secret}".encode()).decode()


@pytest.fixture
def provider():
    """A provider that answers on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            path, words = urlsplit(self.path).path, urlsplit(self.path).query
            if provider.is_down:
                self.send_error(503)
            elif path == "/authorize":
                self.send_response(303)
                self.send_header("Location", provider.authorized({k: v[0] for k, v in parse_qs(words).items()}))
                self.end_headers()
            else:
                self.answer(
                    provider.described() if path.startswith("/.well-known") else {"keys": [provider.key.as_dict(False)]}
                )

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            found = provider.token(self.headers["Authorization"], {k: v[0] for k, v in parse_qs(body).items()})
            if found is None:
                self.send_error(401)
            else:
                self.answer(found)

        def answer(self, document):
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(document).encode())

        def log_message(self, *_):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = OpenIdProvider(f"http://127.0.0.1:{server.server_port}")
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield provider
    server.shutdown()
    thread.join(20)
    server.server_close()


def settings_for(provider, **changes):
    return {
        "oidc_issuer": provider.issuer,
        "oidc_client_id": provider.client,
        "oidc_client_secret": provider.secret,
        "server_url": ADDRESS,
    } | changes


@pytest.fixture
def app_with(peopled, clock):
    made = []

    def app_with(provider, **changes):
        values = peopled.settings.model_dump() | settings_for(provider, **changes)
        peopled.settings = Settings(**values)
        app = create_app(peopled, door=Door(peopled.store, clock))
        made.append(app)
        return app

    yield app_with
    for app in made:
        app.state.desk.queue.close()
