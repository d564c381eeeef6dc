"""The signature file as it comes: DER, PEM, or bare base64 as cryptcp writes it.

-----BEGIN CMS-----        or          MIIDngYJKoZIhvcNAQcC…
MIIDngYJKoZIhvcNAQcC…
-----END CMS-----
"""

from __future__ import annotations

import base64
import binascii
import re

from signing.cms.der import SEQUENCE
from signing.cms.errors import CmsMalformedError

MAX_SIGNATURE_BYTES = 1024 * 1024
"""A file with its whole chain, revocation lists and stamps is well below this."""
_PEM = re.compile(rb"-----BEGIN ([A-Z0-9 #]{1,40})-----([^-]*)-----END \1-----\s*")
_SPACE = re.compile(rb"[ \t\r\n]+")


def unwrap(file: bytes) -> bytes:
    """Give the DER or BER bytes of a signature file."""
    if not file:
        raise CmsMalformedError("empty", "file")
    if len(file) > MAX_SIGNATURE_BYTES:
        raise CmsMalformedError("too_long", "file")
    if file[0] == SEQUENCE:
        return file
    armoured = _PEM.fullmatch(file.lstrip())
    text = _SPACE.sub(b"", armoured.group(2) if armoured else file)
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as fault:
        raise CmsMalformedError("not_base64", "file") from fault
    if not data:
        raise CmsMalformedError("empty", "file")
    return data
