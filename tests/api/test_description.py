"""The description of the HTTP interface is true: what it allows is answered, in the form that it tells."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from pydantic import TypeAdapter
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.python import asgi

import api.envelopes
import api.schemas
import api.schemas_corrections
import api.schemas_quality
import api.schemas_themes
import api.schemas_trackers
from api.app import create_app
from api.description import EXAMPLES

MODELS = [
    api.schemas,
    api.envelopes,
    api.schemas_corrections,
    api.schemas_quality,
    api.schemas_themes,
    api.schemas_trackers,
]
HELD = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
]
ENDLESS = "/api/v1/ingest/events"


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_one(name):
    [model] = {getattr(module, name) for module in MODELS if hasattr(module, name)}
    TypeAdapter(model).validate_python(EXAMPLES[name])


def test_every_operation_tells_its_problems_and_who_may_ask(client):
    description = client.get("/api/openapi.json").json()
    operations = [told for methods in description["paths"].values() for told in methods.values()]
    assert len(operations) > 40
    for told in operations:
        assert told["description"]
        assert "application/problem+json" in told["responses"]["4XX"]["content"]
        assert told["security"] == [{}, {"token": []}, {"session": []}]
    assert description["components"]["schemas"]["MomentOut"]["examples"] == [EXAMPLES["MomentOut"]]


@pytest.mark.slow
def test_what_the_description_allows_is_answered_as_it_tells(toolkit):
    app = create_app(toolkit, hosts=[asgi.HOST])
    load_all_checks()
    checks = CHECKS.get_by_names(HELD)
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", app).exclude(path=ENDLESS)
    for found in schema.get_all_operations():
        _ask_at_random(found.ok(), checks)
    app.state.desk.queue.close()


def _ask_at_random(operation, checks):
    @settings(max_examples=6, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def answered(case):
        case.validate_response(case.call(), checks=checks)

    answered()
