"""CMS SignedData (RFC 5652, 5) as values; nothing is verified here.

ContentInfo ::= SEQUENCE { signedData, [0] SignedData }
SignedData ::= SEQUENCE { version, digestAlgorithms, encapContentInfo, [0] certificates,
                          [1] crls, signerInfos }
SignerInfo ::= SEQUENCE { version, sid, digestAlgorithm, [0] signedAttrs, signatureAlgorithm,
                          signature, [1] unsignedAttrs }
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from signing.cms import values
from signing.cms.algorithms import Algorithm, read_algorithm
from signing.cms.certificate import Certificate, read_certificate
from signing.cms.der import SEQUENCE, SET, Element, Fields, context, read_one
from signing.cms.errors import CmsMalformedError, CmsUnsupportedError

if TYPE_CHECKING:
    from collections.abc import Mapping

SIGNED_DATA = "1.2.840.113549.1.7.2"
MAX_CERTIFICATES, MAX_SIGNERS, MAX_ATTRIBUTES, MAX_CRLS, MAX_VALUES = 16, 8, 64, 64, 16
_ATTRIBUTE_CERTIFICATES = (context(0), context(1), context(2), context(3))


@dataclass(frozen=True, slots=True)
class SignerInfo:
    """One signer: who by identifier, with what, over which attributes.

    Attributes:
        issuer, serial: the identifier of the certificate, or both None when `key_identifier` is.
        signed_bytes: the signed attributes re-encoded as SET OF, what the signature is over; None
            when there are none and the signature is over the content itself.
    """

    issuer: bytes | None
    serial: int | None
    key_identifier: bytes | None
    digest: Algorithm
    signed: Mapping[str, tuple[Element, ...]]
    signed_bytes: bytes | None
    algorithm: Algorithm
    signature: bytes
    unsigned: Mapping[str, tuple[Element, ...]]
    where: str


@dataclass(frozen=True, slots=True)
class SignedData:
    """A detached SignedData: what kind of content, which certificates, who signed."""

    content_type: str
    certificates: tuple[Certificate, ...]
    signers: tuple[SignerInfo, ...]


def read_signed_data(data: bytes) -> SignedData:
    """Read a file's bytes; one that carries its content inside is refused."""
    outer = read_one(data, "ContentInfo", SEQUENCE, lax=True).fields()
    if values.oid(outer, "contentType") != SIGNED_DATA:
        raise CmsUnsupportedError("not_signed_data", "ContentInfo.contentType")
    content = outer.take("content", context(0))
    outer.end()
    inner = content.fields()
    fields = inner.take("SignedData", SEQUENCE).fields()
    inner.end()
    if values.integer(fields, "version") not in (1, 3, 4, 5):
        raise CmsMalformedError("version_unknown", "SignedData.version")
    fields.take("digestAlgorithms", SET)
    content_type = _content_type(fields)
    certificates = _certificates(fields)
    crls = fields.maybe("crls", context(1))
    signers = fields.take("signerInfos", SET)
    fields.end()
    if crls is not None and crls.content == b"":
        raise CmsMalformedError("truncated", crls.where)
    found = tuple(map(_signer, signers.fields().each("signerInfo", SEQUENCE, MAX_SIGNERS)))
    if not found:
        raise CmsUnsupportedError("no_signer", signers.where)
    return SignedData(content_type, certificates, found)


def _content_type(fields: Fields) -> str:
    found = fields.take("encapContentInfo", SEQUENCE)
    inner = found.fields()
    content_type = values.oid(inner, "eContentType")
    if not inner.done:
        raise CmsUnsupportedError("attached_content", found.where)
    return content_type


def _certificates(fields: Fields) -> tuple[Certificate, ...]:
    found = fields.maybe("certificates", context(0))
    if found is None:
        return ()
    inner = found.fields()
    read: list[Certificate] = []
    while not inner.done:
        if len(read) == MAX_CERTIFICATES:
            raise CmsMalformedError("too_many", found.where)
        one = inner.take(f"certificate[{len(read)}]", SEQUENCE, *_ATTRIBUTE_CERTIFICATES)
        if one.tag == SEQUENCE:
            read.append(read_certificate(one))
    return tuple(read)


def _signer(found: Element) -> SignerInfo:
    fields = found.fields()
    version = values.integer(fields, "version")
    sid = fields.take("sid", SEQUENCE, context(0, constructed=False))
    by_issuer = sid.tag == SEQUENCE
    if version != (1 if by_issuer else 3):
        raise CmsMalformedError("version_unknown", f"{found.where}.version")
    issuer, serial = _issuer_and_serial(sid) if by_issuer else (None, None)
    digest = read_algorithm(fields, "digestAlgorithm")
    signed = fields.maybe("signedAttrs", context(0))
    algorithm = read_algorithm(fields, "signatureAlgorithm")
    signature = values.octets(fields, "signature")
    unsigned = fields.maybe("unsignedAttrs", context(1))
    fields.end()
    return SignerInfo(
        issuer,
        serial,
        None if by_issuer else sid.content,
        digest,
        {} if signed is None else _attributes(signed.strict()),
        None if signed is None else bytes([SET]) + signed.encoded[1:],
        algorithm,
        signature,
        {} if unsigned is None else _attributes(unsigned),
        found.where,
    )


def _issuer_and_serial(sid: Element) -> tuple[bytes, int]:
    fields = sid.fields()
    issuer = fields.take("issuer", SEQUENCE).encoded
    serial = values.integer(fields, "serialNumber")
    fields.end()
    return issuer, serial


def _attributes(found: Element) -> dict[str, tuple[Element, ...]]:
    attributes: dict[str, tuple[Element, ...]] = {}
    for one in found.fields().each("attribute", SEQUENCE, MAX_ATTRIBUTES):
        fields = one.fields()
        oid = values.oid(fields, "attrType")
        listed = fields.take("attrValues", SET)
        fields.end()
        if oid in attributes:
            raise CmsMalformedError("attribute_twice", f"{one.where} ({oid})")
        attributes[oid] = tuple(_values(listed))
    return attributes


def _values(listed: Element) -> list[Element]:
    fields = listed.fields()
    found: list[Element] = []
    while not fields.done:
        if len(found) == MAX_VALUES:
            raise CmsMalformedError("too_many", listed.where)
        found.append(fields.take(f"value[{len(found)}]"))
    return found
