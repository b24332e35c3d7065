import pytest

from api.people.needs import need_of


@pytest.mark.parametrize(
    ("method", "path", "need"),
    [
        ("GET", "/", "read"),
        ("GET", "/sign-in", None),
        ("POST", "/sign-in", None),
        ("GET", "/static/base.css", None),
        ("GET", "/sign-in-please", "read"),
        ("GET", "/api/v1/health", None),
        ("GET", "/api/v1/search", "read"),
        ("POST", "/api/v1/trackers/preview", "read"),
        ("POST", "/api/v1/trackers", "write"),
        ("DELETE", "/api/v1/calls/a", "write"),
        ("POST", "/something/new", "write"),
        ("GET", "/people", "admin"),
        ("GET", "/api/v1/tokens", "admin"),
        ("POST", "/api/v1/webhooks", "admin"),
        ("GET", "/settings", "admin"),
        ("POST", "/settings", "admin"),
        ("POST", "/me/password", "read"),
    ],
)
def test_what_a_request_needs(method, path, need):
    assert need_of(method, path) == need
