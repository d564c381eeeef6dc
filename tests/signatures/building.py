"""Signature files made byte by byte, so that each can be wrong in exactly one way.

`SignatureFile` and `Paper` describe a file; their defaults give a sound one of an invented person.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from signing.cms.parameter_sets import TC26_256_B
from signing.cms.streebog import streebog256
from tests.signatures.signing_gost import key_bytes, key_of, sign

DOCUMENT = "Протокол № 1\n".encode()
CURVE, SECRET, AUTHORITY_SECRET = TC26_256_B, 0xBADC0DE, 0xA11CE
STREEBOG, SIGN_WITH_STREEBOG, GOST_KEY = (
    "1.2.643.7.1.1.2.2",
    "1.2.643.7.1.1.3.2",
    "1.2.643.7.1.1.1.1",
)
CURVE_OID = "1.2.643.7.1.2.1.1.2"
SIGNED_DATA, DATA = "1.2.840.113549.1.7.2", "1.2.840.113549.1.7.1"
CONTENT_TYPE, DIGEST, TIME = (f"1.2.840.113549.1.9.{n}" for n in (3, 4, 5))
CERTIFICATE_V2, STAMP = (f"1.2.840.113549.1.9.16.2.{n}" for n in (47, 14))


def tlv(tag: int, *parts: bytes) -> bytes:
    """Encode one value with a definite length."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def loose(tag: int, *parts: bytes) -> bytes:
    """Encode one constructed value with the indefinite length of BER."""
    return bytes([tag, 0x80]) + b"".join(parts) + b"\0\0"


def seq(*parts: bytes) -> bytes:
    """Encode a SEQUENCE."""
    return tlv(0x30, *parts)


def setof(*parts: bytes) -> bytes:
    """Encode a SET in the order given."""
    return tlv(0x31, *parts)


def number(value: int) -> bytes:
    """Encode an INTEGER that is not negative."""
    return tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def oid(text: str) -> bytes:
    """Encode an OBJECT IDENTIFIER."""
    arcs = [int(arc) for arc in text.split(".")]
    out = b""
    for arc in (40 * arcs[0] + arcs[1], *arcs[2:]):
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(arc & 0x7F | 0x80)
        out += bytes(reversed(groups))
    return tlv(0x06, out)


def octets(data: bytes) -> bytes:
    """Encode an OCTET STRING."""
    return tlv(0x04, data)


def bits(data: bytes, unused: int = 0) -> bytes:
    """Encode a BIT STRING."""
    return tlv(0x03, bytes([unused]), data)


def utc(text: str) -> bytes:
    """Encode a UTCTime."""
    return tlv(0x17, text.encode())


def attribute(kind: str, *values: bytes) -> bytes:
    """Encode an attribute."""
    return seq(oid(kind), setof(*values))


def name(**parts: str | bytes) -> bytes:
    """Encode a distinguished name; bytes stand as they are."""
    oids = {"cn": "2.5.4.3", "sn": "2.5.4.4", "g": "2.5.4.42", "snils": "1.2.643.100.3"}
    pairs = [
        setof(seq(oid(oids[key]), tlv(0x0C, value.encode()) if isinstance(value, str) else value))
        for key, value in parts.items()
    ]
    return seq(*pairs)


PERSON = name(cn="Соснина Вера", sn="Соснина", g="Вера Ильинична", snils="00000000000")
CENTRE = name(cn="Вымышленный центр")


def key_info(secret: int = SECRET) -> bytes:
    """Encode the public key of a secret."""
    parameters = seq(oid(CURVE_OID), oid(STREEBOG))
    point = octets(key_bytes(key_of(CURVE, secret)))
    return seq(seq(oid(GOST_KEY), parameters), bits(point))


def usage(*numbers: int) -> bytes:
    """Encode the extension keyUsage."""
    byte = 0
    for one in numbers:
        byte |= 0x80 >> one
    return seq(oid("2.5.29.15"), tlv(0x01, b"\xff"), octets(bits(bytes([byte]))))


def authority() -> bytes:
    """Encode basicConstraints of a certification authority."""
    return seq(oid("2.5.29.19"), octets(seq(tlv(0x01, b"\xff"))))


@dataclass
class Paper:
    """A certificate; without an issuer's secret it is signed by itself."""

    subject: bytes = PERSON
    issuer: bytes = CENTRE
    secret: int = SECRET
    issuer_secret: int = AUTHORITY_SECRET
    serial: bytes = field(default_factory=lambda: number(77))
    term: bytes = field(default_factory=lambda: seq(utc("250101000000Z"), utc("300101000000Z")))
    key: bytes = field(default_factory=key_info)
    extensions: list[bytes] = field(default_factory=lambda: [usage(0, 1)])
    version: bytes = field(default_factory=lambda: tlv(0xA0, number(2)))
    inner_algorithm: bytes = field(default_factory=lambda: seq(oid(SIGN_WITH_STREEBOG)))
    outer_algorithm: bytes = field(default_factory=lambda: seq(oid(SIGN_WITH_STREEBOG)))

    def encoded(self) -> bytes:
        """Encode and sign."""
        parts = [self.version, self.serial, self.inner_algorithm, self.issuer, self.term]
        parts += [self.subject, self.key]
        if self.extensions:
            parts.append(tlv(0xA3, seq(*self.extensions)))
        body = seq(*parts)
        signature = sign(CURVE, self.issuer_secret, streebog256(body))
        return seq(body, self.outer_algorithm, bits(signature))


def centre() -> bytes:
    """Encode the certificate of the authority, signed by itself."""
    return Paper(
        CENTRE, CENTRE, AUTHORITY_SECRET, key=key_info(AUTHORITY_SECRET),
        serial=number(1), extensions=[usage(5, 6), authority()],
    ).encoded()  # fmt: skip


def binding(certificate: bytes, algorithm: bytes = b"") -> bytes:
    """Encode signingCertificateV2; without an algorithm the hash is SHA-256."""
    digest = streebog256(certificate) if algorithm else hashlib.sha256(certificate).digest()
    return attribute(CERTIFICATE_V2, seq(seq(seq(algorithm, octets(digest)))))


@dataclass
class SignatureFile:
    """A detached signature; every part may be replaced by other bytes."""

    document: bytes = DOCUMENT
    certificate: bytes = field(default_factory=lambda: Paper().encoded())
    others: tuple[bytes, ...] = ()
    attributes: list[bytes] | None = None
    extra: tuple[bytes, ...] = ()
    unsigned: bytes = b""
    sid: bytes = field(default_factory=lambda: seq(CENTRE, number(77)))
    signer_version: int = 1
    version: int = 1
    digest_algorithm: bytes = field(default_factory=lambda: seq(oid(STREEBOG)))
    algorithm: bytes = field(default_factory=lambda: seq(oid(GOST_KEY)))
    content: bytes = field(default_factory=lambda: seq(oid(DATA)))
    kind: str = SIGNED_DATA
    without_attributes: bool = False
    listed: bytes | None = None
    secret: int = SECRET
    signature: bytes | None = None

    def signed_attributes(self) -> list[bytes]:
        """Give the signed attributes; the usual ones unless others are asked for."""
        if self.attributes is not None:
            return self.attributes
        return [
            attribute(CONTENT_TYPE, oid(DATA)),
            attribute(DIGEST, octets(streebog256(self.document))),
            attribute(TIME, utc("260320101112Z")),
            binding(self.certificate, seq(oid(STREEBOG))),
            *self.extra,
        ]

    def signer(self) -> bytes:
        """Encode the SignerInfo."""
        attributes = self.signed_attributes()
        signed = self.document if self.without_attributes else setof(*attributes)
        signature = self.signature or sign(CURVE, self.secret, streebog256(signed))
        listed = tlv(0xA0, *attributes) if self.listed is None else self.listed
        if self.without_attributes:
            listed = b""
        return seq(
            number(self.signer_version), self.sid, self.digest_algorithm, listed,
            self.algorithm, octets(signature), self.unsigned,
        )  # fmt: skip

    def encoded(self, *more_signers: bytes) -> bytes:
        """Encode the whole file."""
        certificates = tlv(0xA0, self.certificate, *self.others)
        signers = setof(self.signer(), *more_signers)
        inner = seq(
            number(self.version), setof(self.digest_algorithm), self.content, certificates, signers
        )
        return seq(oid(self.kind), tlv(0xA0, inner))

    def in_ber(self) -> bytes:
        """Encode the whole file as programs do that write while they sign."""
        certificates = loose(0xA0, self.certificate, *self.others)
        inner = loose(
            0x30, number(1), loose(0x31, self.digest_algorithm), loose(0x30, oid(DATA)),
            certificates, loose(0x31, self.signer()),
        )  # fmt: skip
        return loose(0x30, oid(self.kind), loose(0xA0, inner))
