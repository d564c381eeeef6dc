"""Replay holds an erasure to the term of keeping: too early is found, in time is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.audit.checking import audit
from api.audit.report import ERROR
from tests.audit.erasure_attacks import KEPT_UNTIL, forget_at, forgotten_in_time
from tests.audit.forger import Forger
from tests.audit.meeting import person

if TYPE_CHECKING:
    from tests.audit.conftest import Held

NEXT_DAY = "2029-04-01T21:00:00Z"
"""Midnight in the house: the day after the last."""
SOON = "2026-04-02T09:00:00Z"


@pytest.mark.parametrize(
    ("who", "at", "scope"),
    [
        (person(1), NEXT_DAY, "everything"),
        (person(99), NEXT_DAY, "everything"),
        (person(1), SOON, "contacts"),
        (person(55), SOON, "everything"),
    ],
    ids=["owner after the term", "initiator after the term", "contacts", "in no meeting"],
)
def test_what_may_be_forgotten_is_no_finding(held: Held, who: object, at: str, scope: str) -> None:
    report = audit(forgotten_in_time(held, str(who), at, scope)).report
    assert report.is_sound, [found.text for found in report.findings]


def test_the_finding_names_the_last_day(held: Held) -> None:
    report = audit(forgotten_in_time(held, str(person(1)), f"{KEPT_UNTIL}T20:59:59Z")).report
    (found,) = [found for found in report.findings if found.severity == ERROR]
    assert (found.step, found.code) == (4, "refused_erasure_too_early")
    assert "01.04.2029" in found.text


def test_without_the_law_pack_of_the_meeting_nothing_is_claimed(held: Held) -> None:
    forger = Forger(held.inspector)
    forger.edit("meeting-called", lambda record: record["body"]["law"].update(sha256="0" * 64))
    forget_at(forger, str(person(1)), SOON)
    codes = {found.code for found in audit(forger.signed(held.signer)).report.findings}
    assert "law_not_at_hand" in codes and "refused_erasure_too_early" not in codes
