"""What every test may rely on: no network, no user's cache, no settings from the environment."""

import os

import pytest

from pipeline.store.open import open_store


@pytest.fixture(scope="session", autouse=True)
def _no_settings_from_outside():
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("BUYERSPEAK_") and name != "BUYERSPEAK_CACHE"]:
            patch.delenv(name)
        patch.setenv("HF_HUB_OFFLINE", "1")
        yield


@pytest.fixture(scope="session")
def empty_data(tmp_path_factory):
    """A data folder with an empty store, to be copied: the schema is made once."""
    data = tmp_path_factory.mktemp("empty") / "data"
    open_store(f"sqlite:///{data / 'buyerspeak.db'}").close()
    return data
