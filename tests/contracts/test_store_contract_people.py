"""What every store promises about accounts, sessions, tokens and webhooks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.errors import BadInput, Conflict, NotFound
from pipeline.store.people import Person, Session, Token
from pipeline.store.webhooks import Webhook

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANN = Person("Ann Reed", "admin", "hash", NOON)
BEN = Person("Ben", "viewer", "hash", NOON)
SIGNED_IN = Session("d1", "Ann Reed", NOON, NOON, NOON + timedelta(days=1))
TOKEN = Token("t1", "dt1", "Nightly", "Ben", "read", NOON, NOON + timedelta(days=9))
HOOK = Webhook("w1", "https://hooks.example/x", ("gap.new", "theme.new"), "secret", "Ann Reed", NOON)


@pytest.fixture
def peopled(store):
    with store.begin() as tx:
        assert not tx.people.are_any()
        tx.people.add(ANN)
        tx.people.add(BEN)
        tx.people.begin_session(SIGNED_IN)
        tx.people.add_token(TOKEN)
    return store


def test_people_come_back_whatever_the_case_of_their_name(peopled):
    with peopled.read() as tx:
        assert tx.people.are_any()
        assert tx.people.get(" ann reed ") == ANN
        assert tx.people.all() == [ANN, BEN]
        assert tx.people.find("nobody") is None


def test_a_name_is_given_once_and_must_be_one(peopled):
    with peopled.begin() as tx:
        with pytest.raises(Conflict, match="ANN REED"):
            tx.people.add(replace(ANN, name="ANN REED"))
        for name in ("", "  ", "x" * 101, "Ann\n"):
            with pytest.raises(BadInput):
                tx.people.add(replace(ANN, name=name))


def test_the_only_admin_stays_one_while_there_are_others(peopled):
    with peopled.begin() as tx:
        with pytest.raises(Conflict, match="only admin"):
            tx.people.set_role("Ann Reed", "editor")
        with pytest.raises(Conflict, match="only admin"):
            tx.people.remove("Ann Reed")
        assert tx.people.set_role("ben", "admin") == replace(BEN, role="admin")
        tx.people.remove("Ann Reed")
        tx.people.remove("Ben")
        assert not tx.people.are_any()


def test_another_password_and_removal_end_sessions_and_tokens(peopled):
    with peopled.begin() as tx:
        assert tx.people.session("d1") == (SIGNED_IN, ANN)
        assert tx.people.sessions_per_person() == {"Ann Reed": 1}
        tx.people.set_password("Ann Reed", "other")
        assert tx.people.session("d1") is None
        assert tx.people.token("dt1") == (TOKEN, BEN)
        tx.people.remove("Ben")
        assert (tx.people.token("dt1"), list(tx.people.tokens())) == (None, [])


def test_a_session_is_seen_ended_and_swept_away_when_over(peopled):
    later = SIGNED_IN.expires_at
    with peopled.begin() as tx:
        tx.people.see_session("d1", NOON + timedelta(hours=1))
        assert tx.people.session("d1")[0].seen_at == NOON + timedelta(hours=1)
        tx.people.begin_session(Session("d2", "Ben", later, later, later + timedelta(days=1)))
        assert tx.people.session("d1") is None
        tx.people.end_session("d2")
        assert tx.people.session("d2") is None


def test_a_revoked_token_is_gone(peopled):
    with peopled.begin() as tx:
        tx.people.revoke_token("t1")
        with pytest.raises(NotFound, match="token list"):
            tx.people.revoke_token("t1")
        with pytest.raises(NotFound, match="nobody"):
            tx.people.add_token(replace(TOKEN, person="nobody"))


def test_webhooks_are_told_what_they_want_and_nothing_when_it_is_not_due(store):
    with store.begin() as tx:
        tx.webhooks.add(HOOK)
        tx.webhooks.add(replace(HOOK, id="w2", events=("gap.new",)))
        assert tx.webhooks.tell("theme.new", [{"theme": "a"}, {"theme": "b"}], NOON) == 2
        assert [(due.webhook, due.body) for due in tx.webhooks.due(NOON)] == [
            ("w1", {"theme": "a"}),
            ("w1", {"theme": "b"}),
        ]
        first = tx.webhooks.due(NOON)[0]
        tx.webhooks.settle(first.number, "waiting", due_at=NOON + timedelta(minutes=1), error="no answer")
        assert len(tx.webhooks.due(NOON)) == 1
        again = tx.webhooks.due(NOON + timedelta(minutes=1))[-1]
        assert (again.number, again.tries, again.last_error) == (first.number, 1, "no answer")
        tx.webhooks.remove("w1")
        assert tx.webhooks.due(NOON + timedelta(days=1)) == []
        assert tx.webhooks.all() == [replace(HOOK, id="w2", events=("gap.new",))]
        with pytest.raises(NotFound):
            tx.webhooks.get("w1")
