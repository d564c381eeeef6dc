"""The meeting of the audit tests, every attack on its bundles, and what both verifiers say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from tests.audit import attacks
from tests.audit.conftest import Held, held
from tests.verifier.eventful import Eventful, hold_eventful
from tests.verifier.runner import Job, Verdict, by_page, by_python

__all__ = ["held"]


@dataclass(frozen=True)
class Both:
    """What the page and the command say of each bundle, by its name."""

    page: Mapping[str, Verdict]
    python: Mapping[str, Verdict]


def every_bundle(held: Held) -> dict[str, bytes]:
    """Make every bundle the audit tests make."""
    found = {"inspector": held.inspector, "public": held.public, "early": held.early}
    made = {name: attack for name, (attack, _) in (attacks.ATTACKS | attacks.UNUSABLE).items()}
    return found | {name: attack(held) for name, attack in (made | attacks.UNSEEN).items()}


@pytest.fixture(scope="session")
def both(held: Held, tmp_path_factory: pytest.TempPathFactory) -> Both:
    """Ask both verifiers about every bundle, once."""
    bundles = every_bundle(held)
    said = by_page(map(Job, bundles.values()), tmp_path_factory.mktemp("page"))
    python = {name: by_python(data) for name, data in bundles.items()}
    return Both(dict(zip(bundles, said, strict=True)), python)


@pytest.fixture(scope="session")
def eventful(tmp_path_factory: pytest.TempPathFactory) -> Eventful:
    """Hold the meeting with the rarer facts, once."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        return hold_eventful(tmp_path_factory.mktemp("eventful"), monkeypatch)
