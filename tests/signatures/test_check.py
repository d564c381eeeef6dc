"""Made files: each of them sound, or wrong in exactly one way."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from signing.cms import errors
from signing.cms.algorithms import public_key, read_key_info
from signing.cms.check import MAX_CONTENT_BYTES, Checked, NotChecked, Remark, check_detached
from signing.cms.der import Fields
from signing.cms.envelope import MAX_SIGNATURE_BYTES
from signing.cms.streebog import streebog256
from signing.errors import VerificationError
from tests.signatures import building as b
from tests.signatures.building import (
    CENTRE,
    DOCUMENT,
    Paper,
    SignatureFile,
    attribute,
    number,
    octets,
    oid,
    seq,
    setof,
    tlv,
    utc,
)
from tests.signatures.signing_gost import key_bytes, key_of


def reason_of(file: bytes, document: bytes = DOCUMENT) -> str:
    """Give the code and the reason a file is refused for."""
    with pytest.raises(VerificationError) as caught:
        check_detached(file, document)
    return f"{caught.value.code} {caught.value.reason}"


def test_a_sound_file() -> None:
    file = SignatureFile(others=(b.centre(),))
    (signer,) = check_detached(file.encoded(), DOCUMENT)
    assert signer.checked == (
        Checked.DIGEST,
        Checked.SIGNATURE,
        Checked.SIGNING_CERTIFICATE,
        Checked.KEY_USAGE,
        Checked.ISSUER_IN_FILE,
        Checked.CLAIMED_TIME_IN_TERM,
    )
    assert signer.not_checked == (
        NotChecked.CHAIN,
        NotChecked.REVOCATION,
        NotChecked.QUALIFIED,
        NotChecked.TIME,
        NotChecked.AUTHORITY,
    )
    assert signer.remarks == ()
    assert signer.claimed_at == datetime(2026, 3, 20, 10, 11, 12, tzinfo=UTC)
    assert (signer.serial, str(signer.issuer)) == (77, "CN=Вымышленный центр")
    assert signer.subject.parts[0] == ("CN", "Соснина Вера")


def test_every_spelling_of_the_envelope() -> None:
    file = SignatureFile()
    plain = file.encoded()
    wanted = check_detached(plain, DOCUMENT)
    text = base64.encodebytes(plain)
    pem = b"-----BEGIN CMS-----\n" + text + b"-----END CMS-----\n"
    windows = text.replace(b"\n", b"\r\n")
    for spelled in (file.in_ber(), base64.b64encode(plain), text, windows, pem, b"\n" + pem):
        assert check_detached(spelled, DOCUMENT) == wanted


def test_the_document_may_be_empty() -> None:
    (signer,) = check_detached(SignatureFile(document=b"").encoded(), b"")
    assert Checked.SIGNATURE in signer.checked


@pytest.mark.parametrize("hashed", [seq(oid(b.STREEBOG)), b""])
def test_the_certificate_is_named_by_streebog_or_by_sha256(hashed: bytes) -> None:
    certificate = Paper().encoded()
    file = SignatureFile(certificate=certificate)
    listed = [*file.signed_attributes()[:3], b.binding(certificate, hashed)]
    (signer,) = check_detached(replace(file, attributes=listed).encoded(), DOCUMENT)
    assert Checked.SIGNING_CERTIFICATE in signer.checked


def test_a_signer_by_key_identifier() -> None:
    known = Paper(extensions=[seq(oid("2.5.29.14"), octets(octets(b"k" * 20)))]).encoded()
    sid = tlv(0x80, b"k" * 20)
    file = SignatureFile(certificate=known, sid=sid, signer_version=3, version=3)
    (signer,) = check_detached(file.encoded(), DOCUMENT)
    assert NotChecked.KEY_USAGE in signer.not_checked
    assert reason_of(replace(file, sid=tlv(0x80, b"x" * 20)).encoded()).endswith("no_certificate")


@pytest.mark.parametrize("claimed", ["241231235959Z", "300101000001Z"])
def test_a_claimed_time_outside_the_term_is_remarked(claimed: str) -> None:
    listed = SignatureFile().signed_attributes()
    listed[2] = attribute(b.TIME, utc(claimed))
    (signer,) = check_detached(SignatureFile(attributes=listed).encoded(), DOCUMENT)
    assert Remark.OUTSIDE_TERM in signer.remarks
    assert Checked.CLAIMED_TIME_IN_TERM not in signer.checked


def test_a_time_stamp_is_named_as_not_checked() -> None:
    unsigned = tlv(0xA1, attribute(b.STAMP, seq()))
    (signer,) = check_detached(SignatureFile(unsigned=unsigned).encoded(), DOCUMENT)
    assert NotChecked.TIME_STAMP in signer.not_checked


def test_an_issuer_under_an_old_algorithm_is_not_asked() -> None:
    old = seq(oid("1.2.643.2.2.3"))
    known = Paper(inner_algorithm=old, outer_algorithm=old).encoded()
    file = SignatureFile(certificate=known, others=(b.centre(),))
    (signer,) = check_detached(file.encoded(), DOCUMENT)
    assert NotChecked.ISSUER in signer.not_checked


def test_an_issuer_that_is_no_authority_is_not_asked() -> None:
    key = b.key_info(b.AUTHORITY_SECRET)
    fake = Paper(CENTRE, CENTRE, b.AUTHORITY_SECRET, serial=number(9), key=key).encoded()
    (signer,) = check_detached(SignatureFile(others=(fake,)).encoded(), DOCUMENT)
    assert NotChecked.ISSUER in signer.not_checked


def test_a_subject_cannot_lie_by_direction_marks() -> None:
    subject = b.name(cn="Иванов\u202eвонавИ\n, CN=x")
    (signer,) = check_detached(
        SignatureFile(certificate=Paper(subject=subject).encoded()).encoded(), DOCUMENT
    )
    assert str(signer.subject) == r"CN=Иванов\\u202eвонавИ\\u000a\, CN\=x"


def test_every_text_of_asn1_is_read() -> None:
    pairs = {
        0x0C: "Ёлка".encode(), 0x13: b"Elka", 0x16: b"e@example", 0x14: b"\xcblka",
        0x1E: "Ёлка".encode("utf-16-be"), 0x1C: "Ёлка".encode("utf-32-be"), 0x12: b"12",
    }  # fmt: skip
    for tag, raw in pairs.items():
        subject = b.name(cn=tlv(tag, raw))
        file = SignatureFile(certificate=Paper(subject=subject).encoded())
        (signer,) = check_detached(file.encoded(), DOCUMENT)
        assert signer.subject.part("CN")


FILE = SignatureFile()
USUAL = FILE.signed_attributes()
OTHER_KEY = Paper(issuer_secret=5).encoded()
WRONG: dict[str, tuple[bytes, str]] = {
    "other-key": (replace(FILE, secret=5).encoded(), "cms_false signature_false"),
    "signature-cut": (replace(FILE, signature=bytes(63)).encoded(), "cms_false signature_false"),
    "signature-zero": (replace(FILE, signature=bytes(64)).encoded(), "cms_false signature_false"),
    "digest-of-another": (
        replace(FILE, attributes=[USUAL[0], attribute(b.DIGEST, octets(bytes(32)))]).encoded(),
        "cms_false digest_differs",
    ),
    "digest-cut": (
        replace(
            FILE, attributes=[USUAL[0], attribute(b.DIGEST, octets(streebog256(DOCUMENT)[:16]))]
        ).encoded(),
        "cms_false digest_differs",
    ),
    "no-digest": (
        replace(FILE, attributes=[USUAL[0], USUAL[2]]).encoded(),
        "cms_malformed attribute_missing",
    ),
    "no-content-type": (
        replace(FILE, attributes=USUAL[1:]).encoded(),
        "cms_malformed attribute_missing",
    ),
    "digest-twice": (
        replace(FILE, attributes=[*USUAL, USUAL[1]]).encoded(),
        "cms_malformed attribute_twice",
    ),
    "two-digests": (
        replace(
            FILE,
            attributes=[
                USUAL[0],
                attribute(b.DIGEST, octets(streebog256(DOCUMENT)), octets(bytes(32))),
            ],
        ).encoded(),
        "cms_malformed attribute_values",
    ),
    "digest-without-value": (
        replace(FILE, attributes=[USUAL[0], attribute(b.DIGEST)]).encoded(),
        "cms_malformed attribute_values",
    ),
    "other-content-type": (
        replace(FILE, attributes=[attribute(b.CONTENT_TYPE, oid("1.2.3")), USUAL[1]]).encoded(),
        "cms_malformed algorithms_differ",
    ),
    "other-certificate-named": (
        replace(FILE, attributes=[*USUAL[:3], b.binding(b.centre())]).encoded(),
        "cms_false certificate_differs",
    ),
    "certificate-named-by-sha1": (
        replace(FILE, attributes=[*USUAL[:3], b.binding(b"", seq(oid("1.3.14.3.2.26")))]).encoded(),
        "cms_unsupported digest_algorithm",
    ),
    "time-malformed": (
        replace(FILE, attributes=[*USUAL[:2], attribute(b.TIME, utc("261320101112Z"))]).encoded(),
        "cms_malformed time_malformed",
    ),
    "attributes-in-ber": (
        replace(FILE, listed=b.loose(0xA0, *USUAL)).in_ber(),
        "cms_malformed indefinite_length",
    ),
    "issuer-did-not-sign": (
        SignatureFile(certificate=OTHER_KEY, others=(b.centre(),)).encoded(),
        "cms_false certificate_signature_false",
    ),
    "self-signed-by-another-key": (
        SignatureFile(
            certificate=Paper(issuer=b.PERSON).encoded(), sid=seq(b.PERSON, number(77))
        ).encoded(),
        "cms_false certificate_signature_false",
    ),
    "key-for-other-use": (
        SignatureFile(certificate=Paper(extensions=[b.usage(2, 3)]).encoded()).encoded(),
        "cms_false key_usage_forbids",
    ),
    "two-certificates-of-one-number": (
        SignatureFile(others=(OTHER_KEY,)).encoded(),
        "cms_false certificate_ambiguous",
    ),
    "certificate-of-another": (
        replace(FILE, sid=seq(CENTRE, number(78))).encoded(),
        "cms_unsupported no_certificate",
    ),
    "attached": (
        replace(FILE, content=seq(oid(b.DATA), tlv(0xA0, octets(DOCUMENT)))).encoded(),
        "cms_unsupported attached_content",
    ),
    "enveloped": (
        replace(FILE, kind="1.2.840.113549.1.7.3").encoded(),
        "cms_unsupported not_signed_data",
    ),
    "digest-unknown": (
        replace(FILE, digest_algorithm=seq(oid("1.2.643.2.2.9"))).encoded(),
        "cms_unsupported digest_algorithm",
    ),
    "signature-algorithm-unknown": (
        replace(FILE, algorithm=seq(oid("1.2.643.2.2.19"))).encoded(),
        "cms_unsupported signature_algorithm",
    ),
    "algorithm-of-another-key": (
        replace(FILE, algorithm=seq(oid("1.2.840.113549.1.1.11"))).encoded(),
        "cms_malformed algorithms_differ",
    ),
    "digest-of-another-size": (
        replace(FILE, algorithm=seq(oid("1.2.643.7.1.1.3.3"))).encoded(),
        "cms_malformed algorithms_differ",
    ),
    "version-of-nothing": (replace(FILE, version=9).encoded(), "cms_malformed version_unknown"),
    "signer-version": (
        replace(FILE, signer_version=3).encoded(),
        "cms_malformed version_unknown",
    ),
    "without-attributes-of-another-type": (
        replace(FILE, without_attributes=True, content=seq(oid("1.2.3"))).encoded(),
        "cms_malformed attribute_missing",
    ),
    "algorithms-of-the-certificate-differ": (
        SignatureFile(certificate=Paper(inner_algorithm=seq(oid(b.GOST_KEY))).encoded()).encoded(),
        "cms_malformed algorithms_differ",
    ),
    "certificate-version": (
        SignatureFile(certificate=Paper(version=tlv(0xA0, number(7))).encoded()).encoded(),
        "cms_malformed version_unknown",
    ),
    "extension-twice": (
        SignatureFile(certificate=Paper(extensions=[b.usage(0), b.usage(0)]).encoded()).encoded(),
        "cms_malformed attribute_twice",
    ),
    "term-malformed": (
        SignatureFile(certificate=Paper(term=seq(utc("x"), utc("x"))).encoded()).encoded(),
        "cms_malformed time_malformed",
    ),
    "subject-of-a-number": (
        SignatureFile(certificate=Paper(subject=b.name(cn=number(5))).encoded()).encoded(),
        "cms_malformed unexpected_tag",
    ),
    "subject-not-in-utf8": (
        SignatureFile(
            certificate=Paper(subject=b.name(cn=tlv(0x0C, b"\xff"))).encoded()
        ).encoded(),
        "cms_malformed text_malformed",
    ),
    "many-signers": (
        FILE.encoded(*[FILE.signer()] * 8),
        "cms_malformed too_many",
    ),
    "many-certificates": (
        replace(FILE, others=(b.centre(),) * 16).encoded(),
        "cms_malformed too_many",
    ),
    "empty": (b"", "cms_malformed empty"),
    "nothing-in-base64": (b"  \n", "cms_malformed empty"),
    "no-base64": ("подпись".encode(), "cms_malformed not_base64"),
    "too-long": (b"\x30" * (MAX_SIGNATURE_BYTES + 1), "cms_malformed too_long"),
    "more-behind": (FILE.encoded() + b"\0", "cms_malformed trailing_bytes"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3", "cms_malformed not_base64"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_wrong_in_one_way(name: str) -> None:
    file, reason = WRONG[name]
    assert reason_of(file) == reason


def _key(algorithm: bytes, point: bytes = b"") -> bytes:
    known = octets(key_bytes(key_of(b.CURVE, b.SECRET)))
    return seq(algorithm, b.bits(point or known))


GOST = oid(b.GOST_KEY)
KEYS: dict[str, tuple[bytes, str]] = {
    "test-curve": (_key(seq(GOST, seq(oid("1.2.643.2.2.35.0")))), "cms_unsupported curve"),
    "unknown-curve": (_key(seq(GOST, seq(oid("1.2.3.4")))), "cms_unsupported curve"),
    "no-parameters": (_key(seq(GOST)), "cms_malformed key_malformed"),
    "parameters-null": (_key(seq(GOST, tlv(0x05))), "cms_malformed key_malformed"),
    "long-curve": (_key(seq(GOST, seq(oid("1.2.643.7.1.2.1.2.1")))), "cms_malformed key_malformed"),
    "off-curve": (
        _key(seq(GOST, seq(oid(b.CURVE_OID))), octets(bytes(63) + b"\1")),
        "cms_malformed key_not_on_curve",
    ),
    "short-point": (
        _key(seq(GOST, seq(oid(b.CURVE_OID))), octets(bytes(63))),
        "cms_malformed key_malformed",
    ),
    "point-not-wrapped": (
        _key(seq(GOST, seq(oid(b.CURVE_OID))), bytes(64)),
        "cms_malformed unexpected_tag",
    ),
}


@pytest.mark.parametrize("name", KEYS)
def test_keys_that_are_none(name: str) -> None:
    key, reason = KEYS[name]
    assert reason_of(SignatureFile(certificate=Paper(key=key).encoded()).encoded()) == reason


def test_a_short_curve_under_the_name_of_a_long_key() -> None:
    key = _key(seq(oid("1.2.643.7.1.1.1.2"), seq(oid(b.CURVE_OID))))
    with pytest.raises(errors.CmsMalformedError) as caught:
        public_key(read_key_info(Fields(key, ""), "key"))
    assert caught.value.reason == "key_malformed"


def test_signed_attributes_do_not_pass_for_a_document() -> None:
    """A signature over attributes, shown without them, would sign their encoding as content."""
    attributes = FILE.signed_attributes()
    stolen = setof(*attributes)
    file = replace(FILE, document=stolen, without_attributes=True)
    assert reason_of(file.encoded(), stolen) == "cms_unsupported attributes_as_content"


def test_a_certificate_in_ber_is_refused() -> None:
    plain = Paper().encoded()
    body = plain[4:]
    assert seq(body) == plain
    file = SignatureFile(certificate=b.loose(0x30, body))
    assert reason_of(file.in_ber()) == "cms_malformed indefinite_length"


def test_no_signer_at_all() -> None:
    inner = seq(number(1), setof(), seq(oid(b.DATA)), setof())
    file = seq(oid(b.SIGNED_DATA), tlv(0xA0, inner))
    assert reason_of(file) == "cms_unsupported no_signer"


def test_one_false_signer_of_two_is_enough() -> None:
    false = replace(FILE, secret=5).signer()
    assert reason_of(FILE.encoded(false)) == "cms_false signature_false"


def test_a_document_too_long_is_not_hashed() -> None:
    long = bytes(MAX_CONTENT_BYTES + 1)
    assert reason_of(FILE.encoded(), long) == "cms_unsupported content_too_long"


def test_reasons_are_listed_once() -> None:
    every = (*errors.MALFORMED, *errors.UNSUPPORTED, *errors.FALSE)
    assert len(every) == len(set(every))
    seen = {reason.split()[1] for _, reason in (*WRONG.values(), *KEYS.values())}
    assert seen <= set(every)
