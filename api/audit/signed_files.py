"""Detached signatures of a bundle: each file against the document it signs and its recorded fact.

1. каждый файл подписи назван в записи собрания, и каждый названный есть — ст. 6 63-ФЗ;
2. подпись верна для тех самых байтов, если документ тоже лежит в пакете;
3. в записи названы те же подписавшие, и записано не больше, чем подтверждается;
4. о доверии к сертификату, отзыве и времени программа не судит и говорит об этом.

A missing file is an error unless somebody of this house was forgotten: the papers of a forgotten
person's meetings are erased, signatures with them.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

from api.wording import signatures as wording
from domain.events import ErasureScope
from domain.facts import moment
from domain.meeting import called_of
from projections.noticed import ERROR, NOTE, WARNING, Noticed
from signing import bundle as form
from signing.cms.check import check_detached
from signing.cms.errors import CmsFalseError, CmsMalformedError, CmsUnsupportedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from domain.events import SignatureAttached, SignerFound
    from domain.facts import MeetingId
    from projections.replayed import HouseState
    from signing.bundle import Bundle
    from signing.cms.check import Signer
    from signing.sealing import Opening


_FIELDS = {
    "algorithm": "алгоритм",
    "checked": "что проверено",
    "claimed_at": "заявленное время",
    "signers": "число подписавших",
    "size": "размер файла",
}


def check_signatures(
    state: HouseState, meeting: MeetingId, bundle: Bundle, openings: Mapping[str, Opening]
) -> list[Noticed]:
    """Check every detached signature of a meeting and of its bundle."""
    known = state.meeting(meeting)
    facts = called_of(known).signatures if known is not None else ()
    files = bundle.signatures()
    named = {fact.signature.sha256 for fact in facts}
    noticed = [
        Noticed(ERROR, "signature_file_unknown", form.signature_path(digest))
        for digest in files
        if digest not in named
    ]
    if bundle.manifest.reader == form.INSPECTOR:
        noticed += _missing(state, sorted(named - files.keys()))
    elif facts:
        noticed.append(
            Noticed(NOTE, "signatures_not_here", form.SIGNATURES, {"number": len(facts)})
        )
    documents = {sha256(content).hexdigest(): path for path, content in bundle.protocol().items()}
    for fact in facts:
        if fact.signature.sha256 in files:
            path = documents.get(fact.target)
            noticed += _check(fact, files[fact.signature.sha256], path, bundle, openings)
    return noticed


def _missing(state: HouseState, digests: Iterable[str]) -> list[Noticed]:
    forgotten = state.house.forgotten if state.house is not None else ()
    erased = any(fact.scope is ErasureScope.EVERYTHING for fact in forgotten)
    severity = WARNING if erased else ERROR
    return [
        Noticed(severity, "signature_file_missing", form.signature_path(digest))
        for digest in digests
    ]


def _check(
    fact: SignatureAttached,
    file: bytes,
    document: str | None,
    bundle: Bundle,
    openings: Mapping[str, Opening],
) -> list[Noticed]:
    place = form.signature_path(fact.signature.sha256)
    if document is None:
        return [Noticed(NOTE, "signature_not_checked", place, {"wanted": fact.target})]
    try:
        signers = check_detached(file, bundle.files[document])
    except (CmsMalformedError, CmsUnsupportedError) as fault:
        details = {"name": document, "reason": wording.why_unreadable(fault.reason)}
        return [Noticed(ERROR, "signature_file_unreadable", place, details)]
    except CmsFalseError as fault:
        details = {"name": document, "reason": wording.why_false(fault.reason)}
        return [Noticed(ERROR, "signature_file_false", place, details)]
    noticed = _compare(fact, len(file), signers, place)
    noticed += _compare_names(fact.signers, signers, openings, place)
    return [*noticed, *(_told(document, signer, place) for signer in signers)]


def _compare(
    fact: SignatureAttached, size: int, signers: Sequence[Signer], place: str
) -> list[Noticed]:
    """Hold a fact against what was found; it may say less than is checked today, never more."""
    fields = set() if fact.signature.size == size else {"size"}
    if len(fact.signers) != len(signers):
        fields.add("signers")
    for said, found in zip(fact.signers, signers, strict=False):
        claimed = None if found.claimed_at is None else moment(found.claimed_at)
        if said.algorithm != found.algorithm:
            fields.add("algorithm")
        if said.claimed_at != claimed:
            fields.add("claimed_at")
        if not set(said.checked) <= set(map(str, found.checked)):
            fields.add("checked")
    if not fields:
        return []
    named = sorted(fields)
    details = {"fields": ", ".join(named), "words": ", ".join(_FIELDS[field] for field in named)}
    return [Noticed(ERROR, "signature_fact_differs", place, details)]


def _compare_names(
    said: Iterable[SignerFound],
    found: Iterable[Signer],
    openings: Mapping[str, Opening],
    place: str,
) -> list[Noticed]:
    """Hold the sealed name against the certificate; what was erased cannot be compared."""
    noticed = []
    for number, (one, signer) in enumerate(zip(said, found, strict=False), 1):
        opening = openings.get(one.signer.sealed or "")
        if opening is not None and _document(opening.value) != str(signer.subject):
            noticed.append(Noticed(ERROR, "signer_differs", place, {"number": number}))
    return noticed


def _document(value: bytes) -> object:
    try:
        opened = json.loads(value)
    except (ValueError, RecursionError):
        return None
    return opened.get("document") if isinstance(opened, dict) else None


def _told(document: str, signer: Signer, place: str) -> Noticed:
    """Say in words what was checked of one signature and what was not."""
    told = {
        "name": document,
        "algorithm": signer.algorithm,
        "checked": "; ".join(wording.CHECKED[code] for code in signer.checked),
        "not_checked": "; ".join(wording.NOT_CHECKED[code] for code in signer.not_checked),
        "remarks": "; ".join(wording.REMARKS[code] for code in signer.remarks),
    }
    if signer.remarks:
        return Noticed(NOTE, "signature_remarked", place, told)
    return Noticed(NOTE, "signature_checked", place, told)


def summary(bundle: Bundle) -> list[str]:
    """Say how many signatures there were to check."""
    number = len(bundle.signatures())
    return [f"подписей {number}"] if number else []
