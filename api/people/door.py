"""Signing in and out, and knowing again who was let in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from api.people.attempts import Attempts
from api.people.secrets import TOKEN_MARK, digest, hash_password, is_password, new_key
from api.people.visitor import EVERYBODY, Visitor
from pipeline.errors import BadInput, BuyerspeakError
from pipeline.store.people import SCOPES, AccountRole, Person, Scope, Session, Token
from pipeline.store.session import Store

SESSION_LASTS = timedelta(days=7)
SESSION_RESTS = timedelta(hours=24)
"""A session that is not used for so long is over."""
_NOTED_EVERY = timedelta(minutes=10)
TOKEN_DAYS = 90
MAX_TOKEN_DAYS = 365
MAX_LABEL_CHARS = 100


class NotLetIn(BuyerspeakError):
    """Name or password is wrong; which of them is not said."""


class TooManyAttempts(BuyerspeakError):
    """Too many failures; `wait_s` says when to try again."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(f"Too many attempts. Try again in {max(1, round(wait_s / 60))} min.")
        self.wait_s = wait_s


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Door:
    """Knows visitors by what they bring. Threads may share it."""

    def __init__(self, store: Store, now: Callable[[], datetime] = _utc_now) -> None:
        """Take the store of those who see everything, and the clock."""
        self._store = store
        self._now = now
        self._attempts = Attempts(now)

    def is_open(self) -> bool:
        """Tell whether there is no account at all."""
        with self._store.read() as tx:
            return not tx.people.are_any()

    def sign_in(self, name: str, password: str, *, address: str, former: str | None = None) -> str:
        """Return the key of a new session; the `former` one of the same browser ends.

        Raises NotLetIn, or TooManyAttempts before anything is tried.
        """
        wait_s = self._attempts.wait_s(name, address)
        if wait_s:
            raise TooManyAttempts(wait_s)
        with self._store.read() as tx:
            person = tx.people.find(name)
        if not is_password(password, person.password_hash if person else None) or person is None:
            self._attempts.failed(name, address)
            raise NotLetIn("Name or password is wrong.")
        self._attempts.succeeded(name)
        return self._begin(person, former)

    def sign_in_known(self, name: str, *, new_role: AccountRole | None, former: str | None = None) -> str:
        """Return the key of a new session for whom somebody else knows; the `former` one of the same browser ends.

        Without an account they get one of `new_role`, with a password that nobody has; NotLetIn if that is None.
        """
        with self._store.read() as tx:
            person = tx.people.find(name)
        if person is None and new_role is None:
            raise NotLetIn(f"There is no account {name}. An admin adds it, under this very name.")
        return self._begin(person or add_person(self._store, name, new_role or "viewer", new_key()), former)

    def _begin(self, person: Person, former: str | None) -> str:
        key, now = new_key(), self._now()
        with self._store.begin() as tx:
            if former:
                tx.people.end_session(digest(former))
            tx.people.begin_session(Session(digest(key), person.name, now, now, now + SESSION_LASTS))
        return key

    def sign_out(self, key: str) -> None:
        """End a session."""
        with self._store.begin() as tx:
            tx.people.end_session(digest(key))

    def by_session(self, key: str) -> Visitor | None:
        """Return whose session this is, if it still holds."""
        now = self._now()
        with self._store.read() as tx:
            found = tx.people.session(digest(key))
        if found is None:
            return None
        session, person = found
        if now >= session.expires_at or now - session.seen_at >= SESSION_RESTS:
            return None
        if now - session.seen_at >= _NOTED_EVERY:
            with self._store.begin() as tx:
                tx.people.see_session(session.digest, now)
        return Visitor(person.name, person.role, "admin", "session", session.digest)

    def by_token(self, key: str) -> Visitor | None:
        """Return whose token this is, if it still holds."""
        if not key.startswith(TOKEN_MARK):
            return None
        with self._store.read() as tx:
            found = tx.people.token(digest(key))
        if found is None or self._now() >= found[0].expires_at:
            return None
        token, person = found
        return Visitor(person.name, person.role, token.scope, "token")

    def visitor(self, *, bearer: str | None, session: str | None) -> Visitor | None:
        """Return who comes with this, a token before a session; anybody where there is no account."""
        if bearer is not None:
            found = self.by_token(bearer)
            return found if found or not self.is_open() else EVERYBODY
        found = self.by_session(session) if session else None
        return found or (EVERYBODY if self.is_open() else None)


def add_person(store: Store, name: str, role: AccountRole, password: str) -> Person:
    """Hold a new account, and return it. Raises BadInput and Conflict."""
    person = Person(name.strip(), role, hash_password(password), _utc_now())
    with store.begin() as tx:
        if role != "admin" and not tx.people.are_any():
            raise BadInput("The first account must be an admin, or nobody could add others.")
        tx.people.add(person)
    return person


def set_password(store: Store, name: str, password: str) -> None:
    """Give a person another password; whoever is signed in as them no longer is."""
    hashed = hash_password(password)
    with store.begin() as tx:
        tx.people.set_password(name, hashed)


def add_token(store: Store, person: str, *, label: str, scope: str, days: int = TOKEN_DAYS) -> tuple[Token, str]:
    """Hold a new token, and return it with its key, which cannot be had again."""
    if not label.strip() or len(label) > MAX_LABEL_CHARS:
        raise BadInput(f"A token needs a label of 1 to {MAX_LABEL_CHARS} characters that says what it is for.")
    if not 1 <= days <= MAX_TOKEN_DAYS:
        raise BadInput(f"A token lasts 1 to {MAX_TOKEN_DAYS} days.")
    key, now = TOKEN_MARK + new_key(), _utc_now()
    with store.begin() as tx:
        owner = tx.people.get(person).name
        token = Token(
            digest(key)[:12], digest(key), label.strip(), owner, _scope(scope), now, now + timedelta(days=days)
        )
        tx.people.add_token(token)
    return token, key


def _scope(given: str) -> Scope:
    for scope in SCOPES:
        if scope == given:
            return scope
    raise BadInput(f"scope {given!r} is none of {', '.join(SCOPES)}.")
