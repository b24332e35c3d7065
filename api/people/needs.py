"""What a request needs, by its method and address; what is not named here is read by all and written by editors."""

from __future__ import annotations

from pipeline.store.people import Scope

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_OPEN = ("/sign-in", "/static", "/api/v1/health")
_OWN = ("/me", "/sign-out")
"""About whoever asks, whatever their role."""
_ADMIN = (
    "/people",
    "/settings",
    "/webhooks",
    "/api/v1/people",
    "/api/v1/settings",
    "/api/v1/tokens",
    "/api/v1/webhooks",
)
_READING_POSTS = ("/api/v1/trackers/preview", "/trackers/preview")


def need_of(method: str, path: str) -> Scope | None:
    """Return how far a visitor must reach; None where nobody needs to be known."""
    if _is_under(path, _OPEN):
        return None
    if _is_under(path, _ADMIN):
        return "admin"
    if method in SAFE_METHODS or _is_under(path, _OWN) or path in _READING_POSTS:
        return "read"
    return "write"


def _is_under(path: str, places: tuple[str, ...]) -> bool:
    return any(path == place or path.startswith(f"{place}/") for place in places)
