"""Checking a detached signature over given bytes. Steps carried out for every signer, in order:

1. the signer's certificate is in the file, and only one fits the signer's identifier;
2. the hash of the bytes is the messageDigest that was signed (RFC 5652, 11.2);
3. the signature verifies over the signed attributes re-encoded as SET OF (RFC 5652, 5.4);
4. signingCertificateV2, if there, names this certificate by its hash (CAdES-BES, RFC 5035);
5. the certificate's key usage, if it states one, lets it sign;
6. certificates whose issuer is in the file are signed by that issuer;
7. the claimed time of signing lies in the certificate's term; a remark if not.

What these cannot show is always listed with the answer: `NotChecked`. Nothing here knows which
authorities are accredited, what is revoked, or what time it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hmac import compare_digest
from typing import TYPE_CHECKING

from signing.cms import values
from signing.cms.algorithms import DIGESTS, SHA_256, read_algorithm, verifies
from signing.cms.der import SEQUENCE, SET, Fields, read_one
from signing.cms.envelope import unwrap
from signing.cms.errors import CmsFalseError, CmsMalformedError, CmsUnsupportedError
from signing.cms.signed_data import read_signed_data

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from signing.cms.certificate import Certificate
    from signing.cms.der import Element
    from signing.cms.names import Name
    from signing.cms.signed_data import SignerInfo

MAX_CONTENT_BYTES = 16 * 1024 * 1024
"""Streebog takes about 1.5 s for each million bytes here, so there must be an end."""
MAX_CHAIN = 4
_ATTRIBUTE = "1.2.840.113549.1.9"
CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_TIME = (f"{_ATTRIBUTE}.{number}" for number in (3, 4, 5))
SIGNING_CERTIFICATE_V2 = f"{_ATTRIBUTE}.16.2.47"
TIME_STAMP = f"{_ATTRIBUTE}.16.2.14"
DATA = "1.2.840.113549.1.7.1"


class Checked(StrEnum):
    """What was checked and holds."""

    DIGEST = "digest"
    SIGNATURE = "signature"
    SIGNING_CERTIFICATE = "signing_certificate"
    KEY_USAGE = "key_usage"
    SELF_SIGNED = "self_signed"
    ISSUER_IN_FILE = "issuer_in_file"
    CLAIMED_TIME_IN_TERM = "claimed_time_in_term"


class NotChecked(StrEnum):
    """What was not checked, and so is not said."""

    CHAIN = "chain"
    REVOCATION = "revocation"
    QUALIFIED = "qualified"
    TIME = "time"
    AUTHORITY = "authority"
    ISSUER = "issuer"
    SIGNING_CERTIFICATE = "signing_certificate"
    KEY_USAGE = "key_usage"
    TIME_STAMP = "time_stamp"


class Remark(StrEnum):
    """What a person should look at, though the signature itself holds."""

    OUTSIDE_TERM = "outside_term"
    NO_CLAIMED_TIME = "no_claimed_time"
    NO_SIGNED_ATTRIBUTES = "no_signed_attributes"
    SELF_SIGNED = "self_signed"


ALWAYS_NOT_CHECKED = (
    NotChecked.CHAIN,
    NotChecked.REVOCATION,
    NotChecked.QUALIFIED,
    NotChecked.TIME,
    NotChecked.AUTHORITY,
)


@dataclass(frozen=True, slots=True)
class Signer:
    """One signer whose signature holds: as whom the certificate names them, and how far we saw."""

    subject: Name
    issuer: Name
    serial: int
    algorithm: str
    not_before: datetime
    not_after: datetime
    claimed_at: datetime | None
    checked: tuple[Checked, ...]
    not_checked: tuple[NotChecked, ...]
    remarks: tuple[Remark, ...]


def check_detached(file: bytes, content: bytes) -> tuple[Signer, ...]:
    """Check a detached signature file over the bytes it should sign; gives every signer.

    Raises:
        CmsMalformedError, CmsUnsupportedError: the file cannot be read.
        CmsFalseError: a signature, or what it rests on, does not hold; one of several is enough.
    """
    if len(content) > MAX_CONTENT_BYTES:
        raise CmsUnsupportedError("content_too_long", "content")
    signed_data = read_signed_data(unwrap(file))
    hashed = _Hashed(content)
    return tuple(
        _Check(signer, signed_data.certificates, signed_data.content_type, hashed).run()
        for signer in signed_data.signers
    )


class _Hashed:
    """The content with its digests, each worked out once."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self._digests: dict[str, bytes] = {}

    def digest(self, signer: SignerInfo) -> bytes:
        function = signer.digest.digest
        if signer.digest.oid not in self._digests:
            self._digests[signer.digest.oid] = function(self.content)
        return self._digests[signer.digest.oid]


class _Check:
    """One signer's check, collecting what was and was not looked at."""

    def __init__(
        self,
        signer: SignerInfo,
        certificates: Sequence[Certificate],
        content_type: str,
        hashed: _Hashed,
    ) -> None:
        self._signer = signer
        self._certificates = certificates
        self._content_type = content_type
        self._hashed = hashed
        self._checked: list[Checked] = []
        self._not_checked = list(ALWAYS_NOT_CHECKED)
        self._remarks: list[Remark] = []

    def run(self) -> Signer:
        signer = self._signer
        certificate = _certificate_of(signer, self._certificates)
        self._digest()
        self._signature(certificate)
        self._signing_certificate(certificate)
        self._key_usage(certificate)
        self._issuers(certificate)
        claimed = self._claimed_time(certificate)
        if TIME_STAMP in signer.unsigned:
            self._not_checked.append(NotChecked.TIME_STAMP)
        return Signer(
            certificate.subject,
            certificate.issuer,
            certificate.serial,
            certificate.key.name,
            certificate.not_before,
            certificate.not_after,
            claimed,
            tuple(self._checked),
            tuple(self._not_checked),
            tuple(self._remarks),
        )

    def _digest(self) -> None:
        signer = self._signer
        if signer.signed_bytes is None:
            # A signature without attributes is the digest's only witness; step 3 checks both.
            if self._content_type != DATA:
                raise CmsMalformedError("attribute_missing", f"{signer.where} (contentType)")
            if _looks_like_attributes(self._hashed.content):
                raise CmsUnsupportedError("attributes_as_content", "content")
            self._remarks.append(Remark.NO_SIGNED_ATTRIBUTES)
            return
        if values.oid(_value(signer, CONTENT_TYPE), "value") != self._content_type:
            raise CmsMalformedError("algorithms_differ", f"{signer.where} (contentType)")
        expected = values.octets(_value(signer, MESSAGE_DIGEST), "value")
        if not compare_digest(expected, self._hashed.digest(signer)):
            raise CmsFalseError("digest_differs", signer.where)
        self._checked.append(Checked.DIGEST)

    def _signature(self, certificate: Certificate) -> None:
        signer = self._signer
        signed = signer.signed_bytes
        data = self._hashed.content if signed is None else signed
        if signer.digest.oid not in DIGESTS:
            raise CmsUnsupportedError("digest_algorithm", f"{signer.where} ({signer.digest.oid})")
        if not verifies(
            certificate.key, signer.algorithm, signer.digest.oid, data, signer.signature
        ):
            raise CmsFalseError("signature_false", signer.where)
        if signed is None:
            self._checked.append(Checked.DIGEST)
        self._checked.append(Checked.SIGNATURE)

    def _signing_certificate(self, certificate: Certificate) -> None:
        signer = self._signer
        if SIGNING_CERTIFICATE_V2 not in signer.signed:
            self._not_checked.append(NotChecked.SIGNING_CERTIFICATE)
            return
        outer = _value(signer, SIGNING_CERTIFICATE_V2).take("value", SEQUENCE).fields()
        first = outer.take("certs", SEQUENCE).fields().take("ESSCertIDv2", SEQUENCE).fields()
        # The algorithm may be left out when it is SHA-256.
        named = read_algorithm(first, "hashAlgorithm") if first.next_is(SEQUENCE) else None
        digest = DIGESTS[SHA_256] if named is None else named.digest
        if not compare_digest(values.octets(first, "certHash"), digest(certificate.encoded)):
            raise CmsFalseError("certificate_differs", signer.where)
        self._checked.append(Checked.SIGNING_CERTIFICATE)

    def _key_usage(self, certificate: Certificate) -> None:
        if certificate.usage is None:
            self._not_checked.append(NotChecked.KEY_USAGE)
            return
        if not certificate.may_sign:
            raise CmsFalseError("key_usage_forbids", self._signer.where)
        self._checked.append(Checked.KEY_USAGE)

    def _issuers(self, certificate: Certificate) -> None:
        own = certificate
        for _ in range(MAX_CHAIN):
            issuer = self._issuer_of(certificate)
            if issuer is None:
                break
            if certificate is own:
                itself = issuer is own
                self._checked.append(Checked.SELF_SIGNED if itself else Checked.ISSUER_IN_FILE)
                if itself:
                    self._remarks.append(Remark.SELF_SIGNED)
            if issuer is certificate:
                break
            certificate = issuer
        if not {Checked.SELF_SIGNED, Checked.ISSUER_IN_FILE} & set(self._checked):
            self._not_checked.append(NotChecked.ISSUER)

    def _issuer_of(self, certificate: Certificate) -> Certificate | None:
        """Find whose key verifies a certificate; None when nobody in the file may be asked."""
        if certificate.names_itself:
            issuers = [certificate]
        else:
            name = certificate.issuer.encoded
            authorities = (known for known in self._certificates if known.is_authority)
            issuers = [known for known in authorities if known.subject.encoded == name]
        try:
            fitting = [known for known in issuers if certificate.is_signed_by(known)]
        except CmsUnsupportedError:
            # An old root under an algorithm not read here says nothing against this signature.
            return None
        if issuers and not fitting:
            raise CmsFalseError("certificate_signature_false", self._signer.where)
        return fitting[0] if fitting else None

    def _claimed_time(self, certificate: Certificate) -> datetime | None:
        if SIGNING_TIME not in self._signer.signed:
            self._remarks.append(Remark.NO_CLAIMED_TIME)
            return None
        claimed = values.time(_value(self._signer, SIGNING_TIME), "value")
        if certificate.not_before <= claimed <= certificate.not_after:
            self._checked.append(Checked.CLAIMED_TIME_IN_TERM)
        else:
            self._remarks.append(Remark.OUTSIDE_TERM)
        return claimed


def _certificate_of(signer: SignerInfo, certificates: Sequence[Certificate]) -> Certificate:
    fitting = {known.encoded: known for known in certificates if _fits(signer, known)}
    if not fitting:
        raise CmsUnsupportedError("no_certificate", signer.where)
    if len(fitting) > 1:
        raise CmsFalseError("certificate_ambiguous", signer.where)
    return next(iter(fitting.values()))


def _fits(signer: SignerInfo, known: Certificate) -> bool:
    if signer.key_identifier is not None:
        return known.key_identifier == signer.key_identifier
    return (known.issuer.encoded, known.serial) == (signer.issuer, signer.serial)


def _value(signer: SignerInfo, oid: str) -> Fields:
    """Give an attribute's one value, to be read."""
    if oid not in signer.signed:
        raise CmsMalformedError("attribute_missing", f"{signer.where} ({oid})")
    found: tuple[Element, ...] = signer.signed[oid]
    if len(found) != 1:
        raise CmsMalformedError("attribute_values", f"{signer.where} ({oid})")
    return Fields(found[0].encoded, f"{signer.where} ({oid})")


def _looks_like_attributes(content: bytes) -> bool:
    """Tell whether bytes could be another document's signed attributes (RFC 5652, 5.4).

    A signature over attributes is a signature without attributes over their encoding.
    """
    try:
        read_one(content, "content", SET)
    except CmsMalformedError:
        return False
    return True
