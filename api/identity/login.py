"""A login at an identity provider, begun and come back from in one browser.

    cookie = secret ‖ meeting ‖ until        state, nonce, verifier = HMAC(key, name ‖ cookie)

1. beginning writes nothing: all there is to remember stands in the browser's cookie, and `state` is
   its signature, so an answer to somebody else's login or a changed cookie is refused;
2. a state is used once, whatever comes of it, and lives for ten minutes;
3. who came back must be exactly one owner in the register of that meeting: by СНИЛС, else by a
   phone the provider has verified.
"""

from __future__ import annotations

import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID

from api.identity.admitting import Admissions, Proven
from api.identity.digests import Digests
from api.identity.matching import owner_in
from api.identity.provider import Asked
from api.identity.strength import Kind
from api.refusals import LaunchRefused, LoginRefused
from domain.facts import MeetingId
from domain.refusals import Refused

if TYPE_CHECKING:
    from api.identity.provider import IdentityProvider
    from api.services import Services

LIVES = timedelta(minutes=10)
BACK = "/login/done"
DERIVED = ("state", "nonce", "verifier")
_COOKIE = re.compile(r"([A-Za-z0-9_-]{43})\.([0-9a-f-]{36})\.([0-9]{1,11})")


@dataclass(frozen=True, slots=True)
class Begun:
    """A login that is begun: where to send the person, and what their browser keeps."""

    address: str
    cookie: str


class Logins:
    """Logins of one installation at one provider."""

    def __init__(self, services: Services, provider: IdentityProvider) -> None:
        """Send people to the provider."""
        self._services = services
        self._provider = provider
        self._key = hmac.digest(services.settings.form_key, b"sobranie-login/1", sha256)
        self._digests = Digests(services.settings.form_key)
        self._admissions = Admissions(services.desk)

    def begin(self, meeting: MeetingId) -> Begun:
        """Begin a login for a meeting."""
        until = int((self._services.clock() + LIVES).timestamp())
        cookie = f"{secrets.token_urlsafe(32)}.{meeting}.{until}"
        return Begun(self._provider.address(self._asked(cookie)), cookie)

    def finish(self, cookie: str, state: str, code: str) -> Proven:
        """Find who came back, or refuse."""
        found, asked = _COOKIE.fullmatch(cookie), self._asked(cookie)
        if found is None or not hmac.compare_digest(asked.state.encode(), state.encode()):
            raise Refused(LoginRefused("state"))
        now = self._services.clock()
        if now.timestamp() >= int(found[3]):
            raise Refused(LoginRefused("state"))
        try:
            self._admissions.use_up(f"login\n{state}", now)
        except Refused as used:
            if isinstance(used.reason, LaunchRefused):
                raise Refused(LoginRefused("state")) from None
            raise
        if not code:
            raise Refused(LoginRefused("denied"))
        meeting = MeetingId(UUID(found[2]))
        person = self._provider.person(code, asked)
        if not (person.snils or person.phone):
            raise Refused(LoginRefused("claims"))
        owner = owner_in(self._services, meeting, person.snils, person.phone)
        evidence = self._digests.evidence(Kind.OIDC, meeting, person.issuer, person.subject)
        return Proven(meeting, owner, Kind.OIDC, evidence)

    def _asked(self, cookie: str) -> Asked:
        back = f"{self._services.settings.public_url}{BACK}"
        state, nonce, verifier = (self._derived(name, cookie) for name in DERIVED)
        return Asked(state, nonce, verifier, back)

    def _derived(self, name: str, cookie: str) -> str:
        derived = hmac.digest(self._key, f"{name}\n{cookie}".encode(errors="replace"), sha256)
        return urlsafe_b64encode(derived).rstrip(b"=").decode()
