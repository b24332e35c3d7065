"""Passwords are held as hashes that take long to guess."""

import pytest
from pwdlib import PasswordHash

from api.people import secrets
from pipeline.errors import BadInput

PASSWORD = "correct horse battery"


@pytest.fixture
def as_outside(monkeypatch, recommended_hasher):
    """Hash as it is done outside of tests."""
    monkeypatch.setattr(PasswordHash, "recommended", recommended_hasher)
    secrets._hasher.cache_clear()
    yield
    secrets._hasher.cache_clear()


def test_a_password_is_held_as_argon2id_that_takes_64_mb(as_outside):
    held = secrets.hash_password(PASSWORD)
    assert held.startswith("$argon2id$v=19$m=65536,t=3,")
    assert secrets.is_password(PASSWORD, held)
    assert not secrets.is_password(f"{PASSWORD}.", held)


def test_where_nobody_is_held_no_password_is_right():
    assert not secrets.is_password(PASSWORD, None)


@pytest.mark.parametrize("password", ["too short", "x" * 201])
def test_a_password_that_is_too_short_or_too_long_is_refused(password):
    with pytest.raises(BadInput, match="12 to 200"):
        secrets.hash_password(password)
