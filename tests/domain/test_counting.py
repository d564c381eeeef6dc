"""Counting: exactly one half and two thirds, one hundredth either side (ЖК 45 ч. 3, 46, 48)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID, uuid5

import pytest

from domain.calling import rules_of
from domain.counting import CountedBallot, count, tally
from domain.events import (
    CountResult,
    ItemResult,
    Mark,
    Outcome,
    PremisesKind,
    RightKind,
)
from domain.facts import BallotId, PremisesId, TitleId
from domain.law.rules import Base
from domain.premises import RegisterTitle
from domain.votes import FloorArea, TitleShare
from tests.domain.builders import ABSTAIN, AGAINST, BLANK, FOR, LAW, ROOT, SPOILED, item, person

DAY = date(2026, 3, 26)
V = Fraction
SIMPLE, OVER_HALF, TWO_THIRDS = "procedural", "44.2.4.7", "44.2.1"
CARRIED, REJECTED, NO_QUORUM = Outcome.CARRIED, Outcome.REJECTED, Outcome.NO_QUORUM


def title(
    name: str,
    area: str,
    share: str = "1",
    kind: PremisesKind = PremisesKind.FLAT,
    entrance: int | None = 1,
) -> RegisterTitle:
    key = uuid5(ROOT, name)
    return RegisterTitle(
        TitleId(key), PremisesId(key), name, kind, entrance,
        FloorArea(Decimal(area)), TitleShare(Fraction(share)), RightKind.SOLE, (person(name),),
    )  # fmt: skip


def ballot(of: RegisterTitle, *marks: Mark, contested: bool = False) -> CountedBallot:
    return CountedBallot(BallotId(UUID(int=of.id.int ^ 1)), of, marks, contested)


def counted(
    *decisions: str, ballots: list[CountedBallot], titles: list[RegisterTitle], entrance: int = 1
) -> CountResult:
    items = tuple(
        item(number, decision, entrance=entrance, reading="as-4.3", reading_reason="так")
        for number, decision in enumerate(decisions, 1)
    )
    return count(items, rules_of(items, DAY, LAW), titles, ballots)


def split(decision: str, *areas: tuple[str, Mark | None]) -> ItemResult:
    """Count one question in a house of flats, each with its mark or without a ballot."""
    flats = [(title(str(n), area), mark) for n, (area, mark) in enumerate(areas, 1)]
    ballots = [ballot(flat, mark) for flat, mark in flats if mark is not None]
    return counted(decision, ballots=ballots, titles=[flat for flat, _ in flats]).items[0]


# --- quorum: more than half of all votes


@pytest.mark.parametrize(
    ("present", "absent", "outcome"),
    [
        ("150.00", "150.00", NO_QUORUM),
        ("150.01", "149.99", CARRIED),
        ("149.99", "150.01", NO_QUORUM),
    ],
)
def test_quorum_is_more_than_half_of_all(present: str, absent: str, outcome: Outcome) -> None:
    assert split(SIMPLE, (present, FOR), (absent, None)).outcome is outcome


@pytest.mark.parametrize("mark", [ABSTAIN, AGAINST, SPOILED, BLANK])
def test_whoever_gave_a_decision_took_part_whatever_the_mark(mark: Mark) -> None:
    result = split(SIMPLE, ("200.00", mark), ("100.00", None))
    assert result.quorum[0].votes == 200
    assert result.outcome is REJECTED


def test_without_any_decision_there_is_no_quorum() -> None:
    result = split(SIMPLE, ("300.00", None))
    assert result.outcome is NO_QUORUM
    assert result.majority[0].of_all == 0


# --- majority of those who took part: more than half


@pytest.mark.parametrize(
    ("pro", "contra", "outcome"),
    [("150.00", "150.00", REJECTED), ("150.01", "149.99", CARRIED), ("149.99", "150.01", REJECTED)],
)
def test_a_simple_majority_is_more_than_half_of_those_who_took_part(
    pro: str, contra: str, outcome: Outcome
) -> None:
    assert split(SIMPLE, (pro, FOR), (contra, AGAINST)).outcome is outcome


@pytest.mark.parametrize("mark", [ABSTAIN, SPOILED, BLANK])
def test_an_abstention_or_a_spoiled_mark_is_never_for(mark: Mark) -> None:
    result = split(SIMPLE, ("100.00", FOR), ("10.00", AGAINST), ("90.00", mark))
    assert result.votes_for == 100
    assert result.majority[0].of_all == 200
    assert result.outcome is REJECTED


# --- more than half and two thirds of all


@pytest.mark.parametrize(
    ("pro", "rest", "outcome"),
    [("150.00", "150.00", REJECTED), ("150.01", "149.99", CARRIED)],
)
def test_over_half_of_all_is_more_than_exactly_half(pro: str, rest: str, outcome: Outcome) -> None:
    assert split(OVER_HALF, (pro, FOR), (rest, AGAINST)).outcome is outcome


@pytest.mark.parametrize(
    ("pro", "rest", "outcome"),
    [("200.00", "100.00", CARRIED), ("199.99", "100.01", REJECTED), ("200.01", "99.99", CARRIED)],
)
def test_two_thirds_of_all_is_reached_by_exactly_two_thirds(
    pro: str, rest: str, outcome: Outcome
) -> None:
    assert split(TWO_THIRDS, (pro, FOR), (rest, AGAINST)).outcome is outcome


def test_two_thirds_are_exact_where_no_decimal_is() -> None:
    third = [title(name, "100.00", "1/3") for name in "абв"]
    ballots = [ballot(third[0], FOR), ballot(third[1], FOR), ballot(third[2], AGAINST)]
    (result,) = counted(TWO_THIRDS, ballots=ballots, titles=third).items
    assert result.votes_for == Fraction(200, 3)
    assert result.outcome is CARRIED


def test_who_is_absent_counts_against_where_the_law_asks_for_all() -> None:
    assert split(TWO_THIRDS, ("180.00", FOR), ("120.00", None)).outcome is REJECTED
    assert split(OVER_HALF, ("180.00", FOR), ("120.00", None)).outcome is CARRIED


# --- a spoiled mark voids its own answer only


def test_a_spoiled_mark_voids_only_that_answer() -> None:
    flats = [title("1", "160.00"), title("2", "140.00")]
    result = counted(SIMPLE, SIMPLE, ballots=[ballot(flats[0], SPOILED, FOR)], titles=flats)
    first, second = result.items
    assert (first.votes_invalid, first.votes_for, first.outcome) == (V(160), V(0), REJECTED)
    assert (second.votes_invalid, second.votes_for, second.outcome) == (V(0), V(160), CARRIED)


def test_those_who_took_part_are_the_same_for_every_question() -> None:
    flats = [title(str(n), "100.00") for n in range(3)]
    marks = [(FOR, BLANK, SPOILED), (AGAINST, FOR, ABSTAIN), (BLANK, BLANK, BLANK)]
    ballots = [ballot(flat, *row) for flat, row in zip(flats, marks, strict=True)]
    result = counted(SIMPLE, SIMPLE, SIMPLE, ballots=ballots, titles=flats)
    assert result.participants == 300
    for one in result.items:
        assert one.quorum[0].votes == 300
        assert one.majority[0].of_all == 300
        sums = (one.votes_for, one.votes_against, one.votes_abstained, one.votes_invalid)
        assert sum(sums) == 300


# --- other bases


def test_a_question_counted_by_entrance_needs_both_quorums_and_both_majorities() -> None:
    near = [title(f"1-{n}", "100.00", entrance=1) for n in range(3)]
    far = [title(f"2-{n}", "100.00", entrance=2) for n in range(3)]
    titles = [*near, *far]

    def outcome(*marks: Mark | None) -> Outcome:
        given = [ballot(t, m) for t, m in zip(titles, marks, strict=True) if m is not None]
        return counted("44.2.4.5-multi", ballots=given, titles=titles).items[0].outcome

    assert outcome(FOR, FOR, FOR, FOR, None, None) is CARRIED
    # Two of three in the entrance are exactly two thirds, and the law asks for more.
    assert outcome(FOR, FOR, None, FOR, FOR, FOR) is NO_QUORUM
    assert outcome(AGAINST, AGAINST, FOR, FOR, FOR, FOR) is REJECTED
    assert outcome(FOR, FOR, FOR, AGAINST, AGAINST, AGAINST) is REJECTED


def test_owners_of_dwellings_alone_decide_where_the_law_says_so() -> None:
    flat, shop = title("1", "90.00"), title("Н-1", "210.00", kind=PremisesKind.NON_RESIDENTIAL)
    ballots = [ballot(flat, FOR), ballot(shop, AGAINST)]
    (result,) = counted("44.2.4.6-include", ballots=ballots, titles=[flat, shop]).items
    assert (result.majority[0].votes, result.majority[0].of_all) == (V(90), V(90))
    assert result.votes_against == 210
    assert result.outcome is CARRIED


def test_an_unclear_rule_decides_by_the_reading_chosen_and_by_nothing_else() -> None:
    flats = [title("1", "200.00"), title("2", "100.00")]
    ballots = [ballot(flats[0], FOR)]
    unread = (item(1, "161.1.8"),)
    result = count(unread, rules_of(unread, DAY, LAW), flats, ballots)
    assert result.items[0].outcome is Outcome.UNCLEAR
    assert counted("161.1.8", ballots=ballots, titles=flats).items[0].outcome is CARRIED


def test_every_kind_of_decision_of_a_meeting_is_counted_by_bases_known_here() -> None:
    known = {
        Base.PARTICIPANTS, Base.ALL_OWNERS, Base.ENTRANCE_PARTICIPANTS, Base.ENTRANCE_OWNERS,
        Base.RESIDENTIAL_OWNERS,
    }  # fmt: skip
    for rule in LAW.decisions(DAY):
        if rule.body.value == "owners_meeting":
            tests = (*rule.majority, *rule.quorum, *(t for r in rule.readings for t in r.majority))
            assert {test.base for test in tests} <= known, rule.decision


# --- the whole


def test_open_objections_are_counted_and_shown() -> None:
    flats = [title("1", "100.00"), title("2", "200.00")]
    ballots = [ballot(flats[0], FOR, contested=True), ballot(flats[1], FOR)]
    result = counted(SIMPLE, ballots=ballots, titles=flats)
    assert (result.ballots, result.contested, result.contested_votes) == (2, 1, V(100))
    assert result.participants == 300


def test_the_result_names_edition_and_norm() -> None:
    result = split(OVER_HALF, ("300.00", FOR))
    rule = LAW.rule(OVER_HALF, DAY)
    assert (result.edition, result.norm, result.decision) == (rule.edition, rule.norm, OVER_HALF)


def test_a_tally_of_nothing_is_nothing() -> None:
    nothing = tally((), 0)
    assert nothing.took_part == 0
    assert nothing.of(*Mark) == 0
