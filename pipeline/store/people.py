"""Who may use Buyerspeak: accounts with their roles, the sessions they are signed in with, and their tokens.

Of passwords, sessions and tokens only hashes are held.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Literal

from sqlalchemy import Column, Connection, ForeignKey, Index, Table, Text, delete, func, select, update

from pipeline.errors import BadInput, Conflict, NotFound
from pipeline.store.rows import insert_rows
from pipeline.store.tables import KEY, UtcDateTime, metadata

AccountRole = Literal["viewer", "editor", "admin"]
Scope = Literal["read", "write", "admin"]
ACCOUNT_ROLES: tuple[AccountRole, ...] = ("viewer", "editor", "admin")
SCOPES: tuple[Scope, ...] = ("read", "write", "admin")
MAX_NAME_CHARS = 100

people = Table(
    "people",
    metadata,
    Column("name", KEY, primary_key=True),
    Column("folded", KEY, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("digest", KEY, primary_key=True),
    Column("person", KEY, ForeignKey("people.name"), nullable=False),
    Column("began_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Index("sessions_by_person", "person"),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", KEY, primary_key=True),
    Column("digest", KEY, nullable=False, unique=True),
    Column("label", Text, nullable=False),
    Column("person", KEY, ForeignKey("people.name"), nullable=False),
    Column("scope", Text, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Index("tokens_by_person", "person"),
)


@dataclass(frozen=True, slots=True)
class Person:
    """An account. Viewers read what consent allows, editors read and write all, admins decide who may do what."""

    name: str
    role: AccountRole
    password_hash: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in; `digest` is the hash of what the browser holds."""

    digest: str
    person: str
    began_at: datetime
    seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Token:
    """A program that acts for a person, within a scope; `digest` is the hash of what the program holds."""

    id: str
    digest: str
    label: str
    person: str
    scope: Scope
    made_at: datetime
    expires_at: datetime


class People:
    """One row per account, session and token; names differ by more than their case."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def are_any(self) -> bool:
        """Return whether there is an account."""
        return self._connection.execute(select(people.c.name).limit(1)).first() is not None

    def add(self, person: Person) -> None:
        """Hold a new account; Conflict if somebody is so called, BadInput for a name that cannot be."""
        if not person.name.strip() or len(person.name) > MAX_NAME_CHARS or not person.name.isprintable():
            raise BadInput(f"A name has 1 to {MAX_NAME_CHARS} printable characters.")
        if self.find(person.name):
            raise Conflict(f"There is an account {person.name!r} already. `buyerspeak people list` shows all.")
        insert_rows(self._connection, people, [asdict(person) | {"folded": person.name.casefold()}])

    def find(self, name: str) -> Person | None:
        """Return the account of a name, whatever its case, if there is one."""
        row = self._connection.execute(select(*_PERSON).where(people.c.folded == name.strip().casefold())).mappings()
        found = row.first()
        return Person(**found) if found else None

    def get(self, name: str) -> Person:
        """Return the account of a name; NotFound if there is none."""
        found = self.find(name)
        if found is None:
            raise NotFound(f"No account {name!r}. `buyerspeak people list` lists the accounts.")
        return found

    def all(self) -> list[Person]:
        """Return the accounts by name."""
        return [
            Person(**row) for row in self._connection.execute(select(*_PERSON).order_by(people.c.folded)).mappings()
        ]

    def set_role(self, name: str, role: AccountRole) -> Person:
        """Give a person another role, and return the account; Conflict if no admin would be left."""
        person = self.get(name)
        if role != "admin":
            self._refuse_last_admin(person)
        self._connection.execute(update(people).where(people.c.name == person.name).values(role=role))
        return replace(person, role=role)

    def set_password(self, name: str, password_hash: str) -> None:
        """Put another password in place; whoever is signed in as this person no longer is."""
        person = self.get(name)
        self._connection.execute(update(people).where(people.c.name == person.name).values(password_hash=password_hash))
        self.end_sessions_of(person.name)

    def remove(self, name: str) -> None:
        """Delete an account with its sessions and tokens; Conflict if others are left without an admin."""
        person = self.get(name)
        if len(self.all()) > 1:
            self._refuse_last_admin(person)
        self.end_sessions_of(person.name)
        self._connection.execute(delete(tokens).where(tokens.c.person == person.name))
        self._connection.execute(delete(people).where(people.c.name == person.name))

    def begin_session(self, session: Session) -> None:
        """Keep a session, and forget those that have expired."""
        self._connection.execute(delete(sessions).where(sessions.c.expires_at <= session.began_at))
        insert_rows(self._connection, sessions, [asdict(session)])

    def session(self, digest: str) -> tuple[Session, Person] | None:
        """Return a session with its account, expired or not, if it is held."""
        row = self._connection.execute(select(sessions).where(sessions.c.digest == digest)).mappings().first()
        return (Session(**row), self.get(row["person"])) if row else None

    def see_session(self, digest: str, at: datetime) -> None:
        """Note that a session was used."""
        self._connection.execute(update(sessions).where(sessions.c.digest == digest).values(seen_at=at))

    def end_session(self, digest: str) -> None:
        """Forget a session, if it is held."""
        self._connection.execute(delete(sessions).where(sessions.c.digest == digest))

    def end_sessions_of(self, name: str) -> int:
        """Forget every session of a person, and return how many there were."""
        return self._connection.execute(delete(sessions).where(sessions.c.person == name)).rowcount

    def sessions_per_person(self) -> dict[str, int]:
        """Return how many sessions are held of each person who has any."""
        query = select(sessions.c.person, func.count().label("n")).group_by(sessions.c.person)
        return {row.person: row.n for row in self._connection.execute(query)}

    def add_token(self, token: Token) -> None:
        """Hold a new token; NotFound if its person has no account."""
        self.get(token.person)
        insert_rows(self._connection, tokens, [asdict(token)])

    def token(self, digest: str) -> tuple[Token, Person] | None:
        """Return a token with the account that it acts for, expired or not, if it is held."""
        row = self._connection.execute(select(tokens).where(tokens.c.digest == digest)).mappings().first()
        return (Token(**row), self.get(row["person"])) if row else None

    def tokens(self) -> Sequence[Token]:
        """Return all tokens, the last made first."""
        query = select(tokens).order_by(tokens.c.made_at.desc(), tokens.c.id)
        return [Token(**row) for row in self._connection.execute(query).mappings()]

    def revoke_token(self, token_id: str) -> None:
        """Delete a token; NotFound if it is not held."""
        if not self._connection.execute(delete(tokens).where(tokens.c.id == token_id)).rowcount:
            raise NotFound(f"No token {token_id!r}. `buyerspeak token list` lists the tokens.")

    def _refuse_last_admin(self, person: Person) -> None:
        admins = [held.name for held in self.all() if held.role == "admin"]
        if admins == [person.name]:
            raise Conflict(f"{person.name!r} is the only admin. Make somebody else one first.")


_PERSON = [column for column in people.columns if column.name != "folded"]
