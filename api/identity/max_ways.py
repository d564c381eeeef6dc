"""What the MAX messenger proves: an account that opens a personal link, or a phone of an account.

1. a link opened through MAX for the first time is bound to that account; another account with the
   same link is refused, so forwarding it gives no vote away;
2. a phone counts when MAX vouches for it (both HMAC ways, `chat/max/phone.py`) and exactly one
   owner of an open meeting has it among the register's contacts;
3. an account that was proven before is known again without its phone, for that meeting alone;
4. a launch of the mini-app is used once; a refused one is not used up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from api.chat.max.connecting import read_token
from api.chat.max.init_data import InitDataRefusedError, verify_init_data
from api.chat.max.phone import PhoneRefusedError, phone_from_contact, phone_from_mini_app
from api.identity.admitting import Admissions, Proven
from api.identity.digests import Digests
from api.identity.matching import open_meetings, owners_by_phone
from api.identity.strength import Kind
from api.owners import link_evidence
from api.refusals import (
    LaunchRefused,
    LinkOfAnother,
    LinkRevoked,
    LinkUnknown,
    PersonNotMatched,
    PhoneRefused,
)
from domain.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import SecretStr

    from api.chat.max.init_data import InitData
    from api.chat.max.models import Message
    from api.chat.max.phone import VerifiedPhone
    from api.desk import Link
    from api.services import Services

MESSENGER = "max"
TOKEN = re.compile(r"(?:b_)?([A-Za-z0-9_-]{22})")


@dataclass(frozen=True, slots=True)
class SharedPhone:
    """What `requestContact()` of the mini-app gave, not believed yet."""

    phone: str = field(repr=False)
    auth_date: str
    hash: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Launched:
    """Where a launch may lead: one way in or more, and the name under which it is used up."""

    ways: Sequence[Proven]
    once: str


class MaxWays:
    """Identification through MAX for one installation."""

    def __init__(self, services: Services) -> None:
        """Serve the open meetings of an installation."""
        self._services = services
        self._digests = Digests(services.settings.form_key)
        self.admissions = Admissions(services.desk)

    # --- the mini-app -----------------------------------------------------------------------------

    def launched(self, raw: str, shared: SharedPhone | None = None) -> Launched:
        """Judge a launch of the mini-app: by phone, by personal link, or by a known account."""
        launch = self._verified(raw)
        once = f"max-launch\n{launch.query_id}"
        account = self._account(launch.user.id)
        found = TOKEN.fullmatch(launch.start_param or "")
        if shared is not None:
            return Launched(self._by_phone(self._shared(launch, shared)), once)
        if found is not None:
            link = self._own(found[1], account)
            return Launched([self._of_launch(launch, link, account)], once)
        return Launched(self.known(launch.user.id), once)

    def _verified(self, raw: str) -> InitData:
        try:
            return verify_init_data(raw, self._token(), self._services.clock())
        except InitDataRefusedError as refused:
            raise Refused(LaunchRefused(refused.code)) from None

    def _shared(self, launch: InitData, given: SharedPhone) -> VerifiedPhone:
        now = self._services.clock()
        try:
            return phone_from_mini_app(
                given.phone, given.auth_date, given.hash, launch, self._token(), now
            )
        except PhoneRefusedError as refused:
            raise Refused(PhoneRefused(refused.code)) from None

    def _of_launch(self, launch: InitData, link: Link, account: str) -> Proven:
        for known in self.admissions.known(account):
            same = (known.meeting, known.person) == (link.meeting, link.person)
            if same and known.kind is Kind.MAX_PHONE:
                return known
        kind = Kind.MAX_INIT_DATA
        parts = (launch.query_id, launch.signed_at.isoformat(), str(launch.user.id))
        evidence = self._digests.evidence(kind, link.meeting, *parts)
        return Proven(link.meeting, link.person, kind, evidence, account)

    # --- the dialog with the bot ------------------------------------------------------------------

    def started(self, token: str, user_id: int) -> Proven:
        """Bind the link a dialog was opened with, or refuse: unknown, revoked, of another."""
        account = self._account(user_id)
        link = self._own(token, account)
        plain = link_evidence(link, bound=False)
        return Proven(link.meeting, link.person, Kind.LINK, plain.sha256, account)

    def contact(self, message: Message) -> list[Proven]:
        """Find the owner by the contact a person sent by the button, or refuse."""
        try:
            verified = phone_from_contact(message, self._token())
        except PhoneRefusedError as refused:
            raise Refused(PhoneRefused(refused.code)) from None
        return self._by_phone(verified)

    def known(self, user_id: int) -> list[Proven]:
        """Give what an account proved before of meetings that are open, or refuse."""
        running = {meeting for meeting, _, _ in open_meetings(self._services)}
        account = self._account(user_id)
        found = [known for known in self.admissions.known(account) if known.meeting in running]
        if not found:
            raise Refused(PersonNotMatched("nobody"))
        return found

    # --- parts ------------------------------------------------------------------------------------

    def _own(self, token: str, account: str) -> Link:
        """Give the link, bound to the account from now on, or refuse."""
        link = self._services.desk.link(token)
        if link is None:
            raise Refused(LinkUnknown())
        if link.proof is None and not link.revoked:
            link = self.admissions.bind(link, account, self._services.clock()) or link
        if link.revoked:
            raise Refused(LinkRevoked())
        if link.proof is None or link.proof.account_hash != account:
            raise Refused(LinkOfAnother())
        return link

    def _by_phone(self, phone: VerifiedPhone) -> list[Proven]:
        account, kind = self._account(phone.user_id), Kind.MAX_PHONE
        parts = (phone.number, str(phone.user_id), phone.way.value)
        return [
            Proven(meeting, person, kind, self._digests.evidence(kind, meeting, *parts), account)
            for meeting, person in owners_by_phone(self._services, phone.number)
        ]

    def _account(self, user_id: int) -> str:
        return self._digests.account(MESSENGER, user_id)

    def _token(self) -> SecretStr:
        token = read_token(self._services.settings.secrets)
        if token is None:
            raise Refused(LaunchRefused("no-messenger"))
        return token
