"""Signing in by OpenID Connect, in a browser."""

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture
def app(app_with, provider, free_port):
    return app_with(provider, server_url=f"http://127.0.0.1:{free_port}")


def test_somebody_signs_in_at_the_provider_and_lands_where_they_wanted(chromium, address):
    page = chromium.new_page(base_url=address)
    page.goto("/calls?where.segment=small")
    page.get_by_role("link", name="Sign in with 127.0.0.1").click()
    page.wait_for_url(f"{address}/calls?where.segment=small")
    page.get_by_role("link", name="Ann").wait_for()
    page.context.close()
