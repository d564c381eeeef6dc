"""The names facts are recorded under are the format: added, never renamed or used twice."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from domain import events
from domain.events import AnyFact
from domain.facts import Fact

NAME = re.compile(r"[a-z]+(-[a-z]+)*/[1-9][0-9]*")
KINDS: tuple[type[Fact], ...] = get_args(AnyFact)
PUBLISHED = {
    "house-registered/1", "log-key-added/1", "premises-recorded/1", "area-corrected/1",
    "title-recorded/1", "title-ended/1", "item-added/1", "item-edited/1", "agenda-fixed/1",
    "meeting-called/1", "notice-proven/1", "voting-opened/1", "voting-closed/1",
    "protocol-recorded/1", "protocol-handed-over/1", "answers-prepared/1", "ballot-received/1",
    "ballot-contested/1", "contest-resolved/1", "count-opened/1", "ballot-struck/1",
    "count-completed/1", "log-key-retired/1", "person-forgotten/1", "signature-attached/1",
}  # fmt: skip
"""Names that logs may hold already; a line of this list never goes away."""


def test_names_are_unique() -> None:
    names = [kind.TYPE for kind in KINDS]
    assert len(names) == len(set(names))


def test_published_names_are_read_for_ever() -> None:
    assert not PUBLISHED - {kind.TYPE for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_fact_is_frozen_slotted_and_named_after_its_class(kind: type[Fact]) -> None:
    assert NAME.fullmatch(kind.TYPE)
    words = kind.TYPE.split("/")[0].split("-")
    assert re.sub(r"\d+$", "", kind.__name__) == "".join(word.capitalize() for word in words)
    assert "__slots__" in vars(kind)
    assert vars(kind)["__dataclass_params__"].frozen


def test_every_fact_is_in_the_closed_union() -> None:
    defined = {
        value
        for value in vars(events).values()
        if isinstance(value, type) and issubclass(value, Fact) and value is not Fact
    }
    assert defined == set(KINDS)
