"""After the last vote: the log holds exactly the ballots answered 201, and it verifies."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from api.bundles import build_bundle
from api.clock import DemoClock
from api.demo import story
from api.settings import read_settings
from api.wiring import open_services
from domain.events import BallotReceived
from domain.meeting import called_of
from domain.records import from_record
from signing.bundle import read_bundle
from signing.finding import Severity
from signing.receipt import Receipt
from signing.verify import check_bytes, check_checkpoint, check_hashes
from tests.benchmarks.contender import Contender, product_env
from tests.benchmarks.house import meeting_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.services import Services


class BenchmarkUnsoundError(Exception):
    """The product was fast and wrong; no figure of such a run is worth anything."""


def check_log(contender: Contender, ballots: int, answers: Sequence[bytes]) -> int:
    """Open the installation anew and verify it whole; gives the number of log entries."""
    settings = read_settings(product_env(contender))
    with open_services(settings, DemoClock(story.OPENS_AT)) as services:
        return _check(services, ballots, answers)


def _check(services: Services, ballots: int, answers: Sequence[bytes]) -> int:
    meeting = meeting_id(0)
    bundle = read_bundle(build_bundle(services, meeting))
    key = services.logs.key(called_of(services.meeting(meeting)).house)
    opened, leaves, found = check_hashes(bundle)
    found += check_bytes(bundle) + check_checkpoint(bundle, leaves, key)[1]
    errors = [finding for finding in found if finding.severity is Severity.ERROR]
    if errors:
        raise BenchmarkUnsoundError(str(errors[0]))
    facts = [from_record(entry).fact for entry in opened.entries.values()]
    kept = [fact for fact in facts if isinstance(fact, BallotReceived)]
    if len(kept) != ballots or len({(fact.meeting, fact.title) for fact in kept}) != ballots:
        raise BenchmarkUnsoundError(f"{ballots} votes answered, {len(kept)} in the log")
    for answer in answers:
        (ballot,) = json.loads(answer)["ballots"]
        receipt = Receipt.from_bytes(ballot["receipt"].encode())
        receipt.verify(opened.entries[receipt.index], [key])
    return len(leaves)
