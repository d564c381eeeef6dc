"""The register of owners on a day: shares that make one, weights, bases, digest (ЖК 45 ч. 3.1)."""

from __future__ import annotations

import hashlib
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from domain.events import (
    AreaCorrected,
    PremisesKind,
    Recorded,
    RightKind,
    TitleEnded,
    TitleRecorded,
    VotingClosed,
)
from domain.premises import (
    OwnersRegister,
    evolve_house,
    evolve_premises,
    fold_premises,
    register_digest,
    register_on,
)
from domain.refusals import PremisesExists
from domain.usecases import premises_id
from domain.votes import TitleShare, floor_area
from tests.domain import builders as given
from tests.domain.builders import HOUSE, title_id
from tests.domain.memory import Story, refusal_of

if TYPE_CHECKING:
    from domain.events import AnyFact
    from domain.usecases import NewPremises

DAY = date(2026, 3, 16)


def facts_of(*rows: NewPremises) -> list[Recorded]:
    entries = []
    for row in rows:
        stream = premises_id(HOUSE, row.recorded.number)
        facts: tuple[AnyFact, ...] = (row.recorded, *row.titles)
        for version, fact in enumerate(facts, 1):
            entries.append(Recorded(HOUSE, stream, version, given.CALLED_AT, fact))
    return entries


def later(number: str, fact: AnyFact) -> Recorded:
    return Recorded(HOUSE, premises_id(HOUSE, number), 9, given.CALLED_AT, fact)


def register(*entries: Recorded, day: date = DAY) -> OwnersRegister:
    return register_on(fold_premises(entries).values(), day)


def test_the_votes_of_all_titles_are_the_area_of_the_house() -> None:
    found = register(*facts_of(*given.whole_register()))
    assert sum(title.votes for title in found.titles.values()) == 300
    assert found.totals.all_votes == 300
    assert found.totals.residential_votes == 210
    assert (found.totals.premises, found.totals.titles) == (5, 7)
    assert found.incomplete == ()


def test_shares_of_a_half_and_of_thirds_weigh_exactly() -> None:
    found = register(*facts_of(*given.whole_register()))
    weights = {name: found.titles[title_id(name)].votes for name in ("2а", "2б", "3а", "3б", "4")}
    assert weights == {"2а": 30, "2б": 30, "3а": 15, "3б": 30, "4": 55}


def test_joint_property_is_one_title_with_all_its_holders() -> None:
    joint = register(*facts_of(*given.whole_register())).titles[title_id("4")]
    assert joint.holders == (given.person("41"), given.person("42"))


def test_shares_below_and_above_one_are_named_by_premises() -> None:
    shared = RightKind.SHARED
    less = given.premises("7", "30.00", given.title("7а", "1/2", shared))
    too_much = (given.title("8а", "2/3", shared), given.title("8б", "1/2", shared))
    more = given.premises("8", "30.00", *too_much)
    nobody = given.premises("9", "30.00")
    assert register(*facts_of(less, more, nobody)).incomplete == ("7", "8", "9")


def test_a_title_counts_from_its_first_day_until_the_day_before_its_end() -> None:
    sold = given.premises("7", "30.00", given.title("7"))
    bought = TitleRecorded(
        title_id("7 новый"), RightKind.SOLE, TitleShare(Fraction(1)), (given.person("новый"),), DAY
    )
    ended = later("7", TitleEnded(title_id("7"), DAY))
    entries = [*facts_of(sold), later("7", bought), ended]
    assert list(register(*entries, day=DAY).titles) == [title_id("7 новый")]
    assert list(register(*entries, day=date(2026, 3, 15)).titles) == [title_id("7")]
    assert register(*entries).incomplete == ()


def test_a_corrected_area_changes_weights_and_digest() -> None:
    entries = facts_of(*given.whole_register())
    corrected = later("1", AreaCorrected(floor_area("50.01"), "ЕГРН"))
    before, after = register(*entries), register(*entries, corrected)
    assert after.totals.all_votes - before.totals.all_votes == Fraction("0.01")
    assert before.totals.digest != after.totals.digest


def test_the_digest_does_not_depend_on_the_order_of_titles() -> None:
    titles = list(register(*facts_of(*given.whole_register())).titles.values())
    assert register_digest(titles) == register_digest(reversed(titles))


def test_the_digest_of_a_known_title_is_the_documented_one() -> None:
    (title,) = register(*facts_of(given.premises("1", "50.00", given.title("1")))).titles.values()
    line = f"{title.id} {title.premises} 50.00 1 flat 1\n"
    expected = hashlib.sha256(b"sobranie-register/1\n" + line.encode()).hexdigest()
    assert register_digest([title]) == expected


def test_rooms_and_flats_are_residential_and_nothing_else() -> None:
    residential = {kind for kind in PremisesKind if kind.is_residential}
    assert residential == {PremisesKind.FLAT, PremisesKind.ROOM}


def test_facts_of_nothing_known_change_nothing() -> None:
    stray = later("1", TitleEnded(title_id("1"), DAY))
    assert evolve_premises(None, stray) is None
    assert fold_premises([stray]) == {}
    closed = Recorded(HOUSE, HOUSE, 1, given.CALLED_AT, VotingClosed())
    assert evolve_house(None, closed) is None


def test_a_premises_cannot_be_entered_twice_whatever_the_case_of_its_letter() -> None:
    assert premises_id(HOUSE, "12А") == premises_id(HOUSE, "12а")


def test_a_refused_premises_leaves_none_of_its_batch() -> None:
    story = Story().house().premises()
    written = len(story.app.log)
    fresh, known = given.premises("99", "10.00", given.title("99")), given.whole_register()[0]
    assert refusal_of(lambda: story.premises(fresh, known)) == PremisesExists("1")
    assert len(story.app.log) == written
