"""X.509 certificates, as far as a signature check needs them (RFC 5280, 4.1).

Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signature BIT STRING }
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from signing.cms import values
from signing.cms.algorithms import (
    Algorithm,
    KeyInfo,
    digest_of_signature,
    read_algorithm,
    read_key_info,
    verifies,
)
from signing.cms.der import (
    BIT_STRING,
    OCTET_STRING,
    SEQUENCE,
    Fields,
    context,
    read_one,
)
from signing.cms.errors import CmsMalformedError
from signing.cms.names import Name, read_name

if TYPE_CHECKING:
    from datetime import datetime

    from signing.cms.der import Element

MAX_EXTENSIONS = 64
KEY_USAGE, KEY_IDENTIFIER, BASIC_CONSTRAINTS = "2.5.29.15", "2.5.29.14", "2.5.29.19"
DIGITAL_SIGNATURE, NON_REPUDIATION = 0, 1


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate as read; nothing in it is believed yet."""

    encoded: bytes
    signed: bytes
    serial: int
    issuer: Name
    subject: Name
    not_before: datetime
    not_after: datetime
    key: KeyInfo
    algorithm: Algorithm
    signature: bytes
    usage: frozenset[int] | None
    key_identifier: bytes | None
    is_authority: bool

    @property
    def names_itself(self) -> bool:
        """Tell whether subject and issuer are the same name."""
        return self.subject.encoded == self.issuer.encoded

    @property
    def may_sign(self) -> bool:
        """Tell whether its key usage, if it states one, lets it sign documents."""
        return self.usage is None or bool(self.usage & {DIGITAL_SIGNATURE, NON_REPUDIATION})

    def is_signed_by(self, issuer: Certificate) -> bool:
        """Tell whether the issuer's key verifies this certificate."""
        digest = digest_of_signature(self.algorithm)
        return verifies(issuer.key, self.algorithm, digest, self.signed, self.signature)


@dataclass(slots=True)
class _Extensions:
    usage: frozenset[int] | None = None
    key_identifier: bytes | None = None
    is_authority: bool = False


def read_certificate(found: Element) -> Certificate:
    """Read a certificate; it must be DER through and through."""
    outer = found.strict().fields()
    body = outer.take("tbsCertificate", SEQUENCE)
    algorithm = read_algorithm(outer, "signatureAlgorithm")
    signature = values.bits(outer, "signature")
    outer.end()
    fields = body.fields()
    _version(fields)
    serial = values.integer(fields, "serialNumber")
    if read_algorithm(fields, "signature").encoded != algorithm.encoded:
        raise CmsMalformedError("algorithms_differ", body.where)
    issuer = read_name(fields.take("issuer", SEQUENCE))
    validity = fields.take("validity", SEQUENCE).fields()
    not_before = values.time(validity, "notBefore")
    not_after = values.time(validity, "notAfter")
    validity.end()
    subject = read_name(fields.take("subject", SEQUENCE))
    key = read_key_info(fields, "subjectPublicKeyInfo")
    extensions = _extensions(fields)
    fields.end()
    return Certificate(
        encoded=found.encoded,
        signed=body.encoded,
        serial=serial,
        issuer=issuer,
        subject=subject,
        not_before=not_before,
        not_after=not_after,
        key=key,
        algorithm=algorithm,
        signature=signature,
        usage=extensions.usage,
        key_identifier=extensions.key_identifier,
        is_authority=extensions.is_authority,
    )


def _version(fields: Fields) -> None:
    found = fields.maybe("version", context(0))
    if found is None:
        return
    inner = found.fields()
    if values.integer(inner, "version") not in (0, 1, 2):
        raise CmsMalformedError("version_unknown", found.where)
    inner.end()


def _extensions(fields: Fields) -> _Extensions:
    fields.maybe("issuerUniqueID", context(1, constructed=False))
    fields.maybe("subjectUniqueID", context(2, constructed=False))
    wrapped = fields.maybe("extensions", context(3))
    found = _Extensions()
    if wrapped is None:
        return found
    outer = wrapped.fields()
    listed = outer.take("list", SEQUENCE)
    outer.end()
    seen: set[str] = set()
    for extension in listed.fields().each("extension", SEQUENCE, MAX_EXTENSIONS):
        inner = extension.fields()
        oid = values.oid(inner, "extnID")
        if oid in seen:
            raise CmsMalformedError("attribute_twice", extension.where)
        seen.add(oid)
        values.boolean(inner, "critical")
        value = values.octets(inner, "extnValue")
        inner.end()
        _note(found, oid, value, extension.where)
    return found


def _note(found: _Extensions, oid: str, value: bytes, where: str) -> None:
    if oid == KEY_USAGE:
        one = read_one(value, f"{where}.keyUsage", BIT_STRING)
        found.usage = values.flags(Fields(one.encoded, where), "keyUsage")
    elif oid == KEY_IDENTIFIER:
        found.key_identifier = read_one(value, f"{where}.keyIdentifier", OCTET_STRING).content
    elif oid == BASIC_CONSTRAINTS:
        constraints = read_one(value, f"{where}.basicConstraints", SEQUENCE)
        found.is_authority = values.boolean(constraints.fields(), "cA")
