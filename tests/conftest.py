"""What every test may rely on: no network, no user's cache, no settings from the environment."""

import os

import pytest


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch):
    for name in [name for name in os.environ if name.startswith("BUYERSPEAK_") and name != "BUYERSPEAK_CACHE"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
