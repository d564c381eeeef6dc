"""What can be wrong with a signature file, as a branch of the tree in `signing.errors`.

    VerificationError
    ├── MalformedError
    │   └── CmsMalformedError       cms_malformed     bytes that are no such file
    ├── CmsUnsupportedError         cms_unsupported   a sound file of a kind that is not read here
    └── SignatureError
        └── CmsFalseError           cms_false         it does not carry these bytes

`reason` is stable and is one of the lists below; `where` is the path of the field.
"""

from __future__ import annotations

from signing.errors import MalformedError, SignatureError, VerificationError

MALFORMED = (
    "empty",
    "too_long",
    "not_base64",
    "truncated",
    "trailing_bytes",
    "nested_too_deep",
    "tag_too_long",
    "unexpected_tag",
    "length_not_minimal",
    "indefinite_length",
    "too_many",
    "integer_not_minimal",
    "number_too_long",
    "oid_malformed",
    "bits_unused",
    "boolean_malformed",
    "time_malformed",
    "text_malformed",
    "version_unknown",
    "attribute_twice",
    "attribute_missing",
    "attribute_values",
    "key_malformed",
    "key_not_on_curve",
    "algorithms_differ",
)
UNSUPPORTED = (
    "not_signed_data",
    "attached_content",
    "content_too_long",
    "content_type",
    "no_signer",
    "no_certificate",
    "digest_algorithm",
    "signature_algorithm",
    "key_algorithm",
    "curve",
    "key_length",
    "attributes_as_content",
)
FALSE = (
    "digest_differs",
    "signature_false",
    "certificate_differs",
    "certificate_ambiguous",
    "certificate_signature_false",
    "key_usage_forbids",
)


class CmsMalformedError(MalformedError):
    """The bytes are not a CMS signature file."""

    code = "cms_malformed"


class CmsUnsupportedError(VerificationError):
    """The file may be sound, but is of a kind or an algorithm that is not read here."""

    code = "cms_unsupported"


class CmsFalseError(SignatureError):
    """The signature or the certificate does not hold for these bytes."""

    code = "cms_false"
