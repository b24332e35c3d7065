import pytest

V1 = "/api/v1"


@pytest.mark.parametrize("path", ["/", "/api/v1/health", "/static/base.css", "/nowhere"])
def test_every_answer_tells_browsers_what_to_forbid(client, path):
    headers = client.get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'self'")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:9000", "[::1]:8000", "LOCALHOST", "127.0.0.2"])
def test_names_of_this_machine_are_served(client, host):
    assert client.get("/api/v1/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "10.0.0.7", "", "[::1", "127.0.0.1.evil.example"]
)
def test_other_names_are_turned_away(client, host):
    answer = client.get("/api/v1/health", headers={"Host": host})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert client.get("/", headers={"Host": host}).status_code == 400


def test_a_name_that_was_given_is_served(toolkit):
    from starlette.testclient import TestClient

    from api.app import create_app

    client = TestClient(create_app(toolkit, hosts=["calls.example"]), base_url="https://calls.example")
    assert client.get("/api/v1/health").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_site_cannot_change_anything(client, headers):
    assert client.post(f"{V1}/themes/refresh", headers=headers).status_code == 403
    assert client.post("/calls/harbour-1/roles/swap", headers=headers).status_code == 403
    assert client.delete(f"{V1}/calls/harbour-1", headers=headers).status_code == 403
    assert client.get(f"{V1}/calls/harbour-1", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "http://127.0.0.1:8000"}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}]
)
def test_our_own_pages_and_programs_can(client, headers):
    assert client.post(f"{V1}/themes/refresh", headers=headers).status_code == 200
