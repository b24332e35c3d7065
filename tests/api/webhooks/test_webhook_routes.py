from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.webhooks.worker import WebhookWorker
from pipeline.assemble import Toolkit
from pipeline.records import PhraseFilter

V1 = "/api/v1"


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/", "http://localhost/", "file:///etc/passwd", "http://[::1]/"])
def test_a_webhook_to_this_machine_is_refused(client, url):
    answer = client.post(f"{V1}/webhooks", json={"url": url, "events": ["theme.new"]})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


def test_a_new_theme_reaches_whoever_asked_for_it(toolkit, receiver, to_this_machine):
    settings = toolkit.settings.model_copy(update={"webhooks_to_private": True})
    own = Toolkit(settings, **{name: part for name, part in vars(toolkit).items() if name != "settings"})
    app = create_app(own)
    client = TestClient(app, base_url="http://127.0.0.1:8000")
    address = receiver.url.replace("hooks.test", "127.0.0.1")
    made = client.post(f"{V1}/webhooks", json={"url": address, "events": ["theme.new"]}).json()
    assert made["secret"] not in client.get(f"{V1}/webhooks").text
    worker = WebhookWorker(app.state.desk, resolve=to_this_machine)
    assert worker.look(datetime.now(UTC)) == 0
    with own.store.begin() as tx:
        themes, moment = tx.themes.all(), tx.moments.select(PhraseFilter(moments_only=True))[0]
        members = {theme.id: tx.themes.members(theme.id) for theme in themes}
        new = type(themes[0])("new", "a new one", (), moment.id, 1, 1, 1, 1, 1.0)
        tx.themes.replace([*themes, new], members, stamp="another")
    assert worker.look(datetime.now(UTC)) == 1
    [(_, headers, body)] = receiver.received
    assert headers["Buyerspeak-Event"] == "theme.new"
    assert b"a new one" in body
    [delivery] = client.get(f"{V1}/webhooks/{made['webhook']['id']}/deliveries").json()
    assert (delivery["state"], delivery["tries"]) == ("done", 1)
    assert client.delete(f"{V1}/webhooks/{made['webhook']['id']}").status_code == 204
    assert client.get(f"{V1}/webhooks").json()["total"] == 0
    app.state.desk.queue.close()
