"""Reasons to say no that arise at the door, before the domain is asked: links, forms, files.

The wording of each stands in `api/wording/`, its HTTP status in `api/http/problems.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.facts import Moment
from domain.refusals import Refusal

# --- who is asking -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LinkUnknown(Refusal):
    """The personal link is mangled or was never given out."""

    code: ClassVar[str] = "link_unknown"


@dataclass(frozen=True, slots=True)
class LinkRevoked(Refusal):
    """The personal link was made useless, at its owner's wish or for a new one."""

    code: ClassVar[str] = "link_revoked"


@dataclass(frozen=True, slots=True)
class OfficerUnknown(Refusal):
    """The officer's token is missing or unknown."""

    code: ClassVar[str] = "officer_unknown"


@dataclass(frozen=True, slots=True)
class PersonUnknown(Refusal):
    """No such person is in the register of the meeting."""

    code: ClassVar[str] = "person_unknown"


@dataclass(frozen=True, slots=True)
class TooManyRequests(Refusal):
    """The address asks too often; `retry_after` is in whole seconds."""

    code: ClassVar[str] = "too_many_requests"
    retry_after: int


@dataclass(frozen=True, slots=True)
class LogHalted(Refusal):
    """The log differs from what was signed: nothing is written until the operator has looked."""

    code: ClassVar[str] = "log_halted"


@dataclass(frozen=True, slots=True)
class OrganisationUnknown(Refusal):
    """The organisation's token is missing or unknown."""

    code: ClassVar[str] = "organisation_unknown"


@dataclass(frozen=True, slots=True)
class HouseNotAssigned(Refusal):
    """The organisation may not speak to these houses."""

    code: ClassVar[str] = "house_not_assigned"
    houses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PostIsSettled(Refusal):
    """The post waits for nobody's decision any more; `state` is where it was seen."""

    code: ClassVar[str] = "post_is_settled"
    state: str


# --- who answers: identification -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class IdentificationNeeded(Refusal):
    """Holding the link is not enough to vote here; any kind of evidence in `suffices` is."""

    code: ClassVar[str] = "identification_needed"
    law: ClassVar[str] = "п. 1 ст. 181.2 ГК РФ, ст. 47.1 ЖК РФ"
    suffices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LinkOfAnother(Refusal):
    """The link is bound to a messenger account or proven in a browser, and not to this one."""

    code: ClassVar[str] = "link_of_another"


@dataclass(frozen=True, slots=True)
class LaunchRefused(Refusal):
    """The messenger's launch data is not believed; `why` is a reason of `init_data.py`."""

    code: ClassVar[str] = "launch_refused"
    why: str


@dataclass(frozen=True, slots=True)
class PhoneRefused(Refusal):
    """The phone is not vouched for by the messenger; `why` is a reason of `phone.py`."""

    code: ClassVar[str] = "phone_refused"
    why: str


@dataclass(frozen=True, slots=True)
class PersonNotMatched(Refusal):
    """Who was identified is no owner of an open meeting, or not one alone: `nobody`, `several`."""

    code: ClassVar[str] = "person_not_matched"
    why: str


@dataclass(frozen=True, slots=True)
class CodeUnknown(Refusal):
    """No such printed code, or a newer one was printed."""

    code: ClassVar[str] = "code_unknown"


@dataclass(frozen=True, slots=True)
class TicketUnknown(Refusal):
    """The one-time way into the browser was used already, or its minutes have passed."""

    code: ClassVar[str] = "ticket_unknown"


@dataclass(frozen=True, slots=True)
class LoginRefused(Refusal):
    """The login at the identity provider is not believed: `why` names the broken rule."""

    code: ClassVar[str] = "login_refused"
    why: str


@dataclass(frozen=True, slots=True)
class LoginUnavailable(Refusal):
    """The identity provider does not answer as it should."""

    code: ClassVar[str] = "login_unavailable"


# --- what was sent -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WebhookAddressRefused(Refusal):
    """Events are not sent to such an address: `why` names the rule it breaks."""

    code: ClassVar[str] = "webhook_address_refused"
    why: str


@dataclass(frozen=True, slots=True)
class SheetCodeRefused(Refusal):
    """A scanned code leads to no prepared decision of the meeting: `why` names the reason."""

    code: ClassVar[str] = "sheet_code_refused"
    why: str


@dataclass(frozen=True, slots=True)
class FormOutOfDate(Refusal):
    """The form carries no valid token of this page (CSRF)."""

    code: ClassVar[str] = "form_out_of_date"


@dataclass(frozen=True, slots=True)
class BodyTooLarge(Refusal):
    """The body is longer than `limit` bytes; None where the limit is not ours to know."""

    code: ClassVar[str] = "body_too_large"
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class BodyMalformed(Refusal):
    """The body cannot be read: `place` names the field, `why` says it in Russian; no values."""

    code: ClassVar[str] = "body_malformed"
    place: str
    why: str


@dataclass(frozen=True, slots=True)
class WrongContentType(Refusal):
    """The body is of another media type than this address takes."""

    code: ClassVar[str] = "wrong_content_type"
    given: str
    wanted: str


@dataclass(frozen=True, slots=True)
class RegisterUnusableFile(Refusal):
    """The file as a whole is no register; `text` is the importer's own sentence in Russian."""

    code: ClassVar[str] = "register_unusable_file"
    law: ClassVar[str] = "ч. 3.1 ст. 45 ЖК РФ"
    text: str


@dataclass(frozen=True, slots=True)
class ContactMalformed(Refusal):
    """A phone or an e-mail address cannot be kept: `why` names the rule; the value stays out."""

    code: ClassVar[str] = "contact_malformed"
    channel: str
    why: str


@dataclass(frozen=True, slots=True)
class ContactFault:
    """What is wrong in one field of one row of contacts; rows count from one."""

    row: int
    field: str
    why: str


@dataclass(frozen=True, slots=True)
class ContactsRefused(Refusal):
    """Contacts are kept all or none, and these rows have faults."""

    code: ClassVar[str] = "contacts_refused"
    faults: tuple[ContactFault, ...]


@dataclass(frozen=True, slots=True)
class SignatureUnreadable(Refusal):
    """The signature file is not read: `why` is a reason of `signing.cms.errors`, at `place`."""

    code: ClassVar[str] = "signature_unreadable"
    why: str
    place: str


@dataclass(frozen=True, slots=True)
class SignatureFalse(Refusal):
    """The signature does not carry the document: `why` is a reason of `signing.cms.errors`."""

    code: ClassVar[str] = "signature_false"
    law: ClassVar[str] = "ст. 5, 6 63-ФЗ «Об электронной подписи»"
    why: str


# --- what was asked for --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FileUnknown(Refusal):
    """No file is kept under this SHA-256."""

    code: ClassVar[str] = "file_unknown"


@dataclass(frozen=True, slots=True)
class EntriesNotPublicYet(Refusal):
    """Entries made since a voting opened are shown to everybody only when it is closed."""

    code: ClassVar[str] = "entries_not_public_yet"
    closes_at: Moment


@dataclass(frozen=True, slots=True)
class PageUnknown(Refusal):
    """There is no such address."""

    code: ClassVar[str] = "page_unknown"


@dataclass(frozen=True, slots=True)
class MethodNotAllowed(Refusal):
    """The address exists and takes other methods, listed in `allowed`."""

    code: ClassVar[str] = "method_not_allowed"
    allowed: str


@dataclass(frozen=True, slots=True)
class RequestNotUnderstood(Refusal):
    """The server's library refused the request before it reached us, with this HTTP status."""

    code: ClassVar[str] = "request_not_understood"
    http_status: int
