"""An OpenID Connect provider: authorization code with PKCE, and an ID token that is believed last.

Steps, in order; the first that fails is the refusal:

1. discovery names the issuer that is set up and addresses that may be talked to;
2. the code is exchanged with the verifier of PKCE (S256), redirects are not followed;
3. the ID token is signed RS256 or ES256 by a published key of the provider (`none` and HS256, which
   would take the public key for a secret, are no algorithms here);
4. `iss`, `aud` (and `azp` when several), `exp`, `iat`, `nonce` are what they must be.

Whatever the provider does costs an installation nothing but logins: answers are bounded in size and
time, and logins that wait for it in number, because pages and votes share the same threads.

ЕСИА speaks a dialect of this with GOST signatures: between it and us stands a provider of the
operator (Keycloak and the like) that signs as written here.
"""

from __future__ import annotations

import hmac
import json
import threading
import time
from base64 import urlsafe_b64encode
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import httpx
import jwt

from api.identity.provider import IdentityProvider, Person, is_safe
from api.refusals import LoginRefused, LoginUnavailable
from domain.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from api.clock import Clock
    from api.identity.provider import Asked, OidcSettings

ALGORITHMS = ["RS256", "ES256"]
LONGEST = 256 * 1024
LEEWAY_SECONDS = 60
PATIENCE_SECONDS = 10
MOST_AT_ONCE = 8
NEVER = 10**12
"""No time of a token comes near it: far beyond any calendar, in seconds."""
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class OidcProvider:
    """Talks to one provider; what it published is remembered until a key is unknown."""

    def __init__(self, settings: OidcSettings, clock: Clock) -> None:
        """Talk to nobody yet."""
        self._settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self._free = threading.BoundedSemaphore(MOST_AT_ONCE)
        self._places: Mapping[str, str] | None = None
        self._keys: jwt.PyJWKSet | None = None

    def address(self, asked: Asked) -> str:
        """Give the address to send a person to."""
        digest = sha256(asked.verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": asked.back,
            "scope": self._settings.scope,
            "state": asked.state,
            "nonce": asked.nonce,
            "code_challenge": urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        if self._places is None:
            with self._turn():
                self._discovered()
        place = self._discovered()["authorization_endpoint"]
        return f"{place}{'&' if '?' in place else '?'}{urlencode(query)}"

    def person(self, code: str, asked: Asked) -> Person:
        """Exchange the code and read the ID token, or refuse."""
        with self._turn():
            token = self._exchanged(code, asked).get("id_token")
            if not isinstance(token, str):
                raise Refused(LoginRefused("token"))
            claims = self._claims(token)
        self._check(claims, asked)
        verified = claims.get("phone_number_verified") is True
        return Person(
            self._settings.issuer,
            str(claims["sub"]),
            _text(claims, self._settings.snils_claim),
            _text(claims, "phone_number") if verified else "",
        )

    # --- what the provider publishes --------------------------------------------------------------

    def _discovered(self) -> Mapping[str, str]:
        with self._lock:
            if self._places is None:
                base = self._settings.issuer.rstrip("/")
                found = self._asked("GET", f"{base}/.well-known/openid-configuration")
                places = {name: str(found.get(name, "")) for name in NEEDED}
                same = found.get("issuer") == self._settings.issuer
                if not same or not all(map(is_safe, places.values())):
                    raise Refused(LoginUnavailable())
                self._places = places
            return self._places

    def _key(self, kid: str | None) -> jwt.PyJWK:
        """Find a published key; an unknown one is looked for once more: providers rotate."""
        place = self._discovered()["jwks_uri"]
        for fresh in (False, True):
            with self._lock:
                if fresh or self._keys is None:
                    try:
                        self._keys = jwt.PyJWKSet.from_dict(self._asked("GET", place))
                    except (jwt.PyJWTError, TypeError, ValueError):
                        raise Refused(LoginUnavailable()) from None
                keys = self._keys.keys
            for key in keys:
                if key.key_id == kid and key.public_key_use in (None, "sig"):
                    return key
        raise Refused(LoginRefused("key"))

    # --- the token --------------------------------------------------------------------------------

    def _exchanged(self, code: str, asked: Asked) -> Mapping[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": asked.back,
            "code_verifier": asked.verifier,
        }
        return self._asked("POST", self._discovered()["token_endpoint"], form)

    def _claims(self, token: str) -> dict[str, Any]:
        settings = self._settings
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") not in ALGORITHMS:
                raise Refused(LoginRefused("algorithm"))
            key = self._key(header.get("kid"))
            if key.algorithm_name != header["alg"]:
                raise Refused(LoginRefused("algorithm"))
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=ALGORITHMS,
                audience=settings.client_id,
                issuer=settings.issuer,
                # Times are compared below, with the installation's own clock.
                options={
                    "require": ["iss", "aud", "exp", "iat", "sub", "nonce"],
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
        except jwt.InvalidAudienceError:
            raise Refused(LoginRefused("audience")) from None
        except jwt.InvalidIssuerError:
            raise Refused(LoginRefused("issuer")) from None
        except (jwt.PyJWTError, TypeError, ValueError):
            raise Refused(LoginRefused("token")) from None
        return claims

    def _check(self, claims: Mapping[str, Any], asked: Asked) -> None:
        now, nonce = self._clock().timestamp(), claims["nonce"]
        if not isinstance(nonce, str) or not hmac.compare_digest(
            nonce.encode(errors="replace"), asked.nonce.encode()
        ):
            raise Refused(LoginRefused("nonce"))
        times = (claims["exp"], claims["iat"])
        # JSON as Python reads it has NaN and Infinity, which no comparison below would catch.
        if not all(type(at) in (int, float) and abs(at) < NEVER for at in times):
            raise Refused(LoginRefused("token"))
        if times[0] <= now - LEEWAY_SECONDS or times[1] > now + LEEWAY_SECONDS:
            raise Refused(LoginRefused("expired"))
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if (several or "azp" in claims) and claims.get("azp") != self._settings.client_id:
            raise Refused(LoginRefused("audience"))

    # --- HTTP -------------------------------------------------------------------------------------

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Let a few logins wait for the provider and send the others away at once."""
        if not self._free.acquire(blocking=False):
            raise Refused(LoginUnavailable())
        try:
            yield
        finally:
            self._free.release()

    def _asked(
        self, method: str, place: str, form: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """Ask the provider for a JSON object; whatever else comes is its fault."""
        settings = self._settings
        own = (settings.client_id, settings.client_secret.get_secret_value())
        try:
            with httpx.Client(timeout=PATIENCE_SECONDS, follow_redirects=False) as client:
                auth = own if form is not None else None
                with client.stream(method, place, data=form, auth=auth) as answer:
                    found = json.loads(_whole(answer))
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, RecursionError):
            raise Refused(LoginUnavailable()) from None
        if form is not None and answer.status_code == httpx.codes.BAD_REQUEST:
            raise Refused(LoginRefused("code"))
        if answer.status_code != httpx.codes.OK or not isinstance(found, dict):
            raise Refused(LoginUnavailable())
        return found


def _whole(answer: httpx.Response) -> bytes:
    """Read an answer, or refuse one that is too long or never ends."""
    body, until = bytearray(), time.monotonic() + PATIENCE_SECONDS
    for part in answer.iter_bytes():
        body += part
        if len(body) > LONGEST or time.monotonic() > until:
            raise Refused(LoginUnavailable())
    return bytes(body)


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name, "")
    return value if isinstance(value, str) else ""


def as_provider(provider: OidcProvider) -> IdentityProvider:
    """Show it as the port: the type checker holds the one to the other here."""
    return provider
