"""What every test may rely on: no network, no user's cache, no settings from the environment."""

import os

import pytest

from models.hashing_encoder import HashingEncoder
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


@pytest.fixture
def counting_encoder():
    """Make an encoder without weights that remembers what it encoded, and lets something happen meanwhile."""

    class Counting(HashingEncoder):
        def __init__(self, name: str, meanwhile) -> None:
            super().__init__()
            self.name, self.asked, self._meanwhile = name, [], meanwhile

        def encode(self, texts):
            self._meanwhile()
            self.asked += texts
            return super().encode(texts)

    return lambda name=HashingEncoder.name, meanwhile=lambda: None: Counting(name, meanwhile)
