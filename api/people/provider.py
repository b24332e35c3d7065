"""A company's own sign-in: its provider says, by OpenID Connect, who somebody is.

The authorization code flow (OpenID Connect Core 1.0, section 3.1) with PKCE (RFC 7636): the browser is sent to the
provider and comes back with a code, which is exchanged here for a signed statement. Nothing of that is kept.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address
from threading import Lock
from typing import Any, Final
from urllib.parse import quote_plus, urlencode, urlsplit

import httpx

from api import urls
from api.people.door import NotLetIn
from api.people.secrets import new_key
from pipeline.errors import BadInput, BuyerspeakError, MissingPart
from pipeline.settings import Settings

WAY_LASTS: Final = timedelta(minutes=10)
"""Whoever is sent to the provider has so long to come back."""
_MOST_ON_THEIR_WAY: Final = 10_000
_TIMEOUT_S: Final = 10
_LEEWAY_S: Final = 60
_ALGORITHMS: Final = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Signatures that only the provider can make: none at all, and those by the secret that we hold too, are no proof."""
_EMAIL: Final = "email"


class ProviderFailed(BuyerspeakError):
    """The provider cannot be reached, or answers what it should not."""


@dataclass(frozen=True, slots=True)
class OnTheirWay:
    """Somebody who was sent to the provider: what must come back with them, and where they wanted to go."""

    nonce: str
    verifier: str
    back: str
    since: datetime


def _utc_now() -> datetime:
    return datetime.now(UTC)


def provider_of(settings: Settings) -> Provider | None:
    """Return the provider that the settings name, if any. Raises BadInput for half a provider, and MissingPart."""
    needed = ("oidc_issuer", "oidc_client_id", "oidc_client_secret")
    missing = [f"BUYERSPEAK_{name.upper()}" for name in needed if not getattr(settings, name)]
    if len(missing) == len(needed):
        return None
    if missing:
        raise BadInput(f"To sign in by OpenID Connect, set {' and '.join(missing)} too.")
    try:
        import joserfc  # noqa: F401
    except ModuleNotFoundError as error:
        raise MissingPart(
            "Signing in by OpenID Connect is not installed. Run: pip install 'buyerspeak[oidc]'"
        ) from error
    return Provider(settings)


class Provider:
    """Sends people to the provider, and reads who they are when they come back. Threads may share it."""

    def __init__(self, settings: Settings, now: Callable[[], datetime] = _utc_now) -> None:
        """Take the settings and the clock; the provider is asked when somebody comes."""
        self.issuer = settings.oidc_issuer.rstrip("/")
        self.new_role = settings.oidc_new_role or None
        self.back_to = settings.server_url.rstrip("/") + urls.signed_in_elsewhere()
        self._client = settings.oidc_client_id, settings.oidc_client_secret.get_secret_value()
        self._claim = settings.oidc_claim
        self._now = now
        self._on_their_way: OrderedDict[str, OnTheirWay] = OrderedDict()
        self._lock = Lock()
        self._described: Mapping[str, Any] | None = None
        if not _is_safe(self.issuer):
            raise BadInput(f"BUYERSPEAK_OIDC_ISSUER {self.issuer!r} must begin with https://.")

    @property
    def host(self) -> str:
        """What the provider is called on the page."""
        return urlsplit(self.issuer).hostname or self.issuer

    def send(self, back: str) -> tuple[str, str]:
        """Return the address that somebody is sent to, and the state that must come back with them."""
        state, way = new_key(), OnTheirWay(new_key(), new_key(), back, self._now())
        asked = {
            "response_type": "code",
            "client_id": self._client[0],
            "redirect_uri": self.back_to,
            "scope": "openid email profile",
            "state": state,
            "nonce": way.nonce,
            "code_challenge": urlsafe_b64encode(sha256(way.verifier.encode()).digest()).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        place = str(self._description()["authorization_endpoint"])
        with self._lock:
            self._on_their_way[state] = way
            while len(self._on_their_way) > _MOST_ON_THEIR_WAY:
                self._on_their_way.popitem(last=False)
        return f"{place}{'&' if '?' in place else '?'}{urlencode(asked)}", state

    def back_with(self, state: str) -> OnTheirWay:
        """Return whom a state belongs to, once. Raises NotLetIn for one that is unknown, used or too old."""
        with self._lock:
            way = self._on_their_way.pop(state, None)
        if way is None or self._now() - way.since > WAY_LASTS:
            raise NotLetIn("That took too long, or was used before. Sign in again.")
        return way

    def name_of(self, way: OnTheirWay, code: str, complaint: str = "") -> str:
        """Return the name of whoever comes back with a code, or a complaint. Raises NotLetIn, and ProviderFailed."""
        if complaint or not code:
            raise NotLetIn(f"{self.host} did not sign you in ({complaint or 'no code'}).")
        described = self._description()
        given = self._exchange(described, code, way.verifier)
        claims = self._proven(described, str(given.get("id_token", "")), way.nonce)
        name = claims.get(self._claim)
        if not isinstance(name, str) or not name.strip():
            raise NotLetIn(f"{self.host} does not say your {self._claim}. Ask an admin to look at its settings.")
        if self._claim == _EMAIL and claims.get("email_verified") is not True:
            raise NotLetIn(f"{self.host} has not verified that {name} is yours. Verify it there, then sign in again.")
        return name.strip()

    def _exchange(self, described: Mapping[str, Any], code: str, verifier: str) -> Mapping[str, Any]:
        asked = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.back_to,
            "code_verifier": verifier,
        }
        name, secret = self._client
        ways = described.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if "client_secret_basic" in ways:
            # RFC 6749, section 2.3.1: both are encoded as in a form first.
            return self._asked("POST", described["token_endpoint"], asked, (quote_plus(name), quote_plus(secret)))
        return self._asked("POST", described["token_endpoint"], asked | {"client_id": name, "client_secret": secret})

    def _proven(self, described: Mapping[str, Any], token: str, nonce: str) -> Mapping[str, Any]:
        """Return what a statement says, if the provider signed it, for us, for this way, and not long ago."""
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        client = self._client[0]
        rules = jwt.JWTClaimsRegistry(
            leeway=_LEEWAY_S,
            now=lambda: int(self._now().timestamp()),
            iss={"essential": True, "value": str(described["issuer"])},
            aud={"essential": True, "value": client},
            exp={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        keys = self._asked("GET", described["jwks_uri"])
        try:
            claims = jwt.decode(token, KeySet.import_key_set(keys), algorithms=_ALGORITHMS).claims  # type: ignore[arg-type]  # a key set read from JSON
            rules.validate(claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise NotLetIn(f"What {self.host} says of you does not hold: {error}. Sign in again.") from error
        if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != client:
            raise NotLetIn(f"What {self.host} says of you is meant for another program. Sign in again.")
        return claims

    def _description(self) -> Mapping[str, Any]:
        """Return what the provider publishes of itself, asked once."""
        if self._described is None:
            found = self._asked("GET", f"{self.issuer}/.well-known/openid-configuration")
            places = [found.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
            if str(found.get("issuer", "")).rstrip("/") != self.issuer:
                raise ProviderFailed(f"{self.host} calls itself {found.get('issuer')!r}, and not {self.issuer!r}.")
            if not all(isinstance(place, str) and _is_safe(place) for place in places):
                raise ProviderFailed(f"{self.host} does not publish where to sign in, by https.")
            self._described = found
        return self._described

    def _asked(
        self, method: str, place: str, form: Mapping[str, str] | None = None, auth: tuple[str, str] | None = None
    ) -> Mapping[str, Any]:
        try:
            with httpx.Client(timeout=_TIMEOUT_S, follow_redirects=False) as client:
                answer = client.request(method, place, data=form, auth=auth, headers={"Accept": "application/json"})
                answer.raise_for_status()
                found = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise ProviderFailed(f"{self.host} does not answer as it should ({error}). Try again later.") from error
        if not isinstance(found, dict):
            raise ProviderFailed(f"{self.host} does not answer as it should. Try again later.")
        return found


def _is_safe(place: str) -> bool:
    """Tell whether an address is encrypted, or leads to this machine."""
    parts = urlsplit(place)
    if parts.scheme == "https":
        return bool(parts.hostname)
    try:
        return parts.scheme == "http" and (
            parts.hostname == "localhost" or ip_address(parts.hostname or "").is_loopback
        )
    except ValueError:
        return False
