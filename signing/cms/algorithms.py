"""Which algorithms are read, by their identifiers, and one question: does this key verify this?

    GOST R 34.10-2012 with Streebog, 256 and 512 bits      our own arithmetic
    RSA PKCS #1 v1.5 and ECDSA with SHA-256, -384, -512    the `cryptography` library

A digest and a signature algorithm that contradict each other are refused, never guessed at.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from signing.cms import values
from signing.cms.der import OCTET_STRING, OID, SEQUENCE, Fields, read_one
from signing.cms.errors import CmsMalformedError, CmsUnsupportedError
from signing.cms.gost import GostKey
from signing.cms.parameter_sets import CURVES
from signing.cms.streebog import streebog256, streebog512

if TYPE_CHECKING:
    from signing.cms.der import Element

STREEBOG_256, STREEBOG_512 = "1.2.643.7.1.1.2.2", "1.2.643.7.1.1.2.3"
SHA_256, SHA_384, SHA_512 = (f"2.16.840.1.101.3.4.2.{number}" for number in (1, 2, 3))
GOST_256, GOST_512 = "1.2.643.7.1.1.1.1", "1.2.643.7.1.1.1.2"
RSA, EC = "1.2.840.113549.1.1.1", "1.2.840.10045.2.1"
SHORTEST_RSA, LONGEST_RSA = 2048, 8192

DIGESTS: Mapping[str, Callable[[bytes], bytes]] = {
    STREEBOG_256: streebog256,
    STREEBOG_512: streebog512,
    SHA_256: lambda data: hashlib.sha256(data).digest(),
    SHA_384: lambda data: hashlib.sha384(data).digest(),
    SHA_512: lambda data: hashlib.sha512(data).digest(),
}
_SHA: Mapping[str, hashes.HashAlgorithm] = {
    SHA_256: hashes.SHA256(),
    SHA_384: hashes.SHA384(),
    SHA_512: hashes.SHA512(),
}
_SIGNATURES: Mapping[str, tuple[str, str | None]] = {
    GOST_256: (GOST_256, STREEBOG_256),
    GOST_512: (GOST_512, STREEBOG_512),
    "1.2.643.7.1.1.3.2": (GOST_256, STREEBOG_256),
    "1.2.643.7.1.1.3.3": (GOST_512, STREEBOG_512),
    RSA: (RSA, None),
    "1.2.840.113549.1.1.11": (RSA, SHA_256),
    "1.2.840.113549.1.1.12": (RSA, SHA_384),
    "1.2.840.113549.1.1.13": (RSA, SHA_512),
    "1.2.840.10045.4.3.2": (EC, SHA_256),
    "1.2.840.10045.4.3.3": (EC, SHA_384),
    "1.2.840.10045.4.3.4": (EC, SHA_512),
}
"""Identifier of a signature algorithm → kind of key, and the digest it names itself."""
_NAMES = {GOST_256: "gost-2012-256", GOST_512: "gost-2012-512", RSA: "rsa", EC: "ecdsa"}

PublicKey = GostKey | rsa.RSAPublicKey | ec.EllipticCurvePublicKey


@dataclass(frozen=True, slots=True)
class Algorithm:
    """An AlgorithmIdentifier: its OID and its parameters as found."""

    oid: str
    parameters: Element | None
    encoded: bytes
    where: str

    @property
    def digest(self) -> Callable[[bytes], bytes]:
        """Give the hash function this names."""
        if self.oid not in DIGESTS:
            raise CmsUnsupportedError("digest_algorithm", f"{self.where} ({self.oid})")
        return DIGESTS[self.oid]


def read_algorithm(fields: Fields, name: str) -> Algorithm:
    """Read an AlgorithmIdentifier."""
    found = fields.take(name, SEQUENCE)
    inner = found.fields()
    oid = values.oid(inner, "algorithm")
    parameters = None if inner.done else inner.take("parameters")
    inner.end()
    return Algorithm(oid, parameters, found.encoded, found.where)


@dataclass(frozen=True, slots=True)
class KeyInfo:
    """A SubjectPublicKeyInfo: what kind of key, and its bytes."""

    algorithm: Algorithm
    key: bytes
    encoded: bytes
    where: str

    @property
    def name(self) -> str:
        """Name the kind of key for people and programs."""
        return _NAMES.get(self.algorithm.oid, self.algorithm.oid)


def read_key_info(fields: Fields, name: str) -> KeyInfo:
    """Read a SubjectPublicKeyInfo."""
    found = fields.take(name, SEQUENCE)
    inner = found.fields()
    algorithm = read_algorithm(inner, "algorithm")
    key = values.bits(inner, "subjectPublicKey")
    inner.end()
    return KeyInfo(algorithm, key, found.encoded, found.where)


def public_key(info: KeyInfo) -> PublicKey:
    """Open a public key; a kind or a size that is not read here is refused."""
    if info.algorithm.oid in (GOST_256, GOST_512):
        return _gost_key(info)
    if info.algorithm.oid not in (RSA, EC):
        raise CmsUnsupportedError("key_algorithm", f"{info.where} ({info.algorithm.oid})")
    try:
        key = load_der_public_key(info.encoded)
    except UnsupportedAlgorithm as fault:
        raise CmsUnsupportedError("curve", info.where) from fault
    except ValueError as fault:
        raise CmsMalformedError("key_malformed", info.where) from fault
    if isinstance(key, rsa.RSAPublicKey):
        if not SHORTEST_RSA <= key.key_size <= LONGEST_RSA:
            raise CmsUnsupportedError("key_length", f"{info.where} ({key.key_size})")
        return key
    if isinstance(key, ec.EllipticCurvePublicKey):
        return key
    raise CmsMalformedError("key_malformed", info.where)


def verifies(info: KeyInfo, algorithm: Algorithm, digest: str, data: bytes, given: bytes) -> bool:
    """Tell whether a signature of `data` verifies under a key.

    Args:
        info: the key.
        algorithm: the signature algorithm as the file names it.
        digest: identifier of the digest it is used with; a contradiction is refused.
        data: the bytes that are signed, not their hash.
        given: the signature.
    """
    if algorithm.oid not in _SIGNATURES:
        raise CmsUnsupportedError("signature_algorithm", f"{algorithm.where} ({algorithm.oid})")
    kind, own_digest = _SIGNATURES[algorithm.oid]
    if kind != info.algorithm.oid or own_digest not in (None, digest):
        raise CmsMalformedError("algorithms_differ", algorithm.where)
    key = public_key(info)
    if isinstance(key, GostKey):
        return key.verifies(DIGESTS[digest](data), given)
    if digest not in _SHA:
        raise CmsMalformedError("algorithms_differ", algorithm.where)
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(given, data, padding.PKCS1v15(), _SHA[digest])
        else:
            key.verify(given, data, ec.ECDSA(_SHA[digest]))
    except InvalidSignature:
        return False
    return True


def digest_of_signature(algorithm: Algorithm) -> str:
    """Give the digest a signature algorithm names itself, as those of certificates do."""
    _, digest = _SIGNATURES.get(algorithm.oid, ("", None))
    if digest is None:
        raise CmsUnsupportedError("signature_algorithm", f"{algorithm.where} ({algorithm.oid})")
    return digest


def _gost_key(info: KeyInfo) -> GostKey:
    parameters = info.algorithm.parameters
    if parameters is None or parameters.tag != SEQUENCE:
        raise CmsMalformedError("key_malformed", info.where)
    fields = parameters.fields()
    name = values.oid(fields, "publicKeyParamSet")
    # The digest's own parameter set may follow; it says nothing that the key does not.
    fields.maybe("digestParamSet", OID)
    fields.end()
    if name not in CURVES:
        raise CmsUnsupportedError("curve", f"{info.where} ({name})")
    curve = CURVES[name]
    if (curve.size == 64) != (info.algorithm.oid == GOST_512):
        raise CmsMalformedError("key_malformed", info.where)
    point = read_one(info.key, f"{info.where}.subjectPublicKey", OCTET_STRING)
    return GostKey.from_bytes(curve, point.content, info.where)
