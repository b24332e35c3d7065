import hmac
import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from api.webhooks.sending import WAITS, deliver_due
from pipeline.store.webhooks import Webhook

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def waiting(toolkit, receiver):
    """A delivery that is due."""
    with toolkit.store.begin() as tx:
        tx.webhooks.add(Webhook("w1", receiver.url, ("theme.new",), "the secret", "Ann", NOON))
        tx.webhooks.tell("theme.new", [{"theme": "t1", "label": "zu teuer – too dear"}], NOON)
    return toolkit.store


def last(store):
    with store.read() as tx:
        return tx.webhooks.deliveries("w1")[0]


def test_a_delivery_is_signed_and_sent_once(waiting, receiver, to_this_machine):
    assert deliver_due(waiting, NOON, resolve=to_this_machine, private_too=True) == 1
    [(path, headers, body)] = receiver.received
    assert path == "/in?x=1"
    assert headers["Host"].startswith("hooks.test:")
    assert json.loads(body)["label"] == "zu teuer – too dear"
    seconds, signed = (part.partition("=")[2] for part in headers["Buyerspeak-Signature"].split(","))
    assert signed == hmac.new(b"the secret", f"{seconds}.".encode() + body, sha256).hexdigest()
    assert (last(waiting).state, last(waiting).tries) == ("done", 1)
    assert deliver_due(waiting, NOON + timedelta(days=1), resolve=to_this_machine, private_too=True) == 0
    assert len(receiver.received) == 1


def test_what_fails_is_tried_again_later_each_time_and_then_given_up(waiting, receiver, to_this_machine):
    receiver.status, at = 500, NOON
    for place, wait in enumerate(WAITS):
        assert deliver_due(waiting, at, resolve=to_this_machine, private_too=True) == 0
        assert (last(waiting).state, last(waiting).tries, last(waiting).due_at) == ("waiting", place + 1, at + wait)
        assert deliver_due(waiting, at + wait / 2, resolve=to_this_machine, private_too=True) == 0
        at += wait
    deliver_due(waiting, at, resolve=to_this_machine, private_too=True)
    assert (last(waiting).state, last(waiting).last_error) == ("given_up", "It answered 500.")
    assert len(receiver.received) == len(WAITS) + 1


def test_a_redirect_is_not_followed(waiting, receiver, to_this_machine):
    receiver.status = 302
    assert deliver_due(waiting, NOON, resolve=to_this_machine, private_too=True) == 0
    assert [path for path, _, _ in receiver.received] == ["/in?x=1"]


def test_an_address_that_turned_private_is_not_sent_to(waiting, receiver, to_this_machine):
    assert deliver_due(waiting, NOON, resolve=to_this_machine, private_too=False) == 0
    assert receiver.received == []
    assert "BUYERSPEAK_WEBHOOKS_TO_PRIVATE" in last(waiting).last_error
