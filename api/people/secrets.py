"""Passwords and keys: made at random, held as hashes alone."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from secrets import token_urlsafe
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from pipeline.errors import BadInput

if TYPE_CHECKING:
    from pwdlib import PasswordHash

MIN_PASSWORD_CHARS = 12
MAX_PASSWORD_CHARS = 200
TOKEN_MARK = "bsp_"
"""How every token begins, so that one that slipped into a repository is found there."""
_at_once = BoundedSemaphore(2)
"""A hash takes 64 MB on purpose; so many are made at a time."""


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password; BadInput for one that is too short or too long."""
    if not MIN_PASSWORD_CHARS <= len(password) <= MAX_PASSWORD_CHARS:
        raise BadInput(f"A password has {MIN_PASSWORD_CHARS} to {MAX_PASSWORD_CHARS} characters.")
    with _at_once:
        return _hasher().hash(password)


def is_password(password: str, password_hash: str | None) -> bool:
    """Tell whether a password is the one that was hashed; without a hash it takes as long, and it is not."""
    if len(password) > MAX_PASSWORD_CHARS:
        return False
    with _at_once:
        return _hasher().verify(password, password_hash or _nobodys_hash()) and password_hash is not None


def new_key() -> str:
    """Return 256 random bits as text."""
    return token_urlsafe(32)


def digest(key: str) -> str:
    """Return what is held of a key. It is random and long, so that one round is enough."""
    return sha256(key.encode()).hexdigest()


@cache
def _hasher() -> PasswordHash:
    from pwdlib import PasswordHash

    return PasswordHash.recommended()


@cache
def _nobodys_hash() -> str:
    return _hasher().hash(new_key())
