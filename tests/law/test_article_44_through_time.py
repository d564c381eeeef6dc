"""ЖК 44, 45, 46: the same figures on both sides of each boundary, in number and in time."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from domain.law.errors import ChoiceNeeded, NotInForce, UnknownDecision
from domain.law.reference import LawPack
from domain.law.rules import Base

CENT = Fraction(1, 100)
ALL = Fraction(300_000, 100)  # 3000.00 m², so that 1/2 and 2/3 fall on whole hundredths
PRESENT = Fraction(2_000)


def carried(pack: LawPack, decision: str, on: date, votes: Fraction) -> bool:
    rule = pack.rule(decision, on)
    wholes = {Base.ALL_OWNERS: ALL, Base.PARTICIPANTS: PRESENT, Base.RESIDENTIAL_OWNERS: ALL}
    return all(test.is_met(votes, wholes[test.base]) for test in rule.majority)


HALF_OF_PRESENT, HALF_OF_ALL, TWO_THIRDS, THIRD = PRESENT / 2, ALL / 2, ALL * 2 / 3, ALL / 3
TODAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("decision", "boundary", "at_boundary"),
    [
        ("44.2.4.1", HALF_OF_PRESENT, False),
        ("156.7", HALF_OF_PRESENT, False),
        ("procedural", HALF_OF_PRESENT, False),
        ("44.2.1.1", HALF_OF_ALL, False),
        ("44.2.4", HALF_OF_ALL, False),
        ("44.2.4.2", HALF_OF_ALL, False),
        ("44.2.4.7", HALF_OF_ALL, False),
        ("136.1", HALF_OF_ALL, False),
        ("135.2", HALF_OF_ALL, False),
        ("44.2.1", TWO_THIRDS, True),
        ("44.2.3", TWO_THIRDS, True),
        ("44.2.4.3", TWO_THIRDS, True),
        ("136.2.1", TWO_THIRDS, True),
        ("189.5", TWO_THIRDS, True),
        ("44.2.4.6-include", TWO_THIRDS, True),
        ("44.2.4.6-exclude", THIRD, True),
        ("36.3", ALL, True),
    ],
)
def test_article_46_one_hundredth_of_a_square_metre_decides(
    pack: LawPack, decision: str, boundary: Fraction, at_boundary: bool
) -> None:
    assert carried(pack, decision, TODAY, boundary + CENT)
    assert carried(pack, decision, TODAY, boundary) is at_boundary
    assert not carried(pack, decision, TODAY, boundary - CENT)


MOVES = [
    # decision, last day of the old rule, votes that pass only one of the two, old, new
    ("44.2.4.2", date(2018, 12, 8), ALL * 3 / 5, False, True),
    ("44.2.4", date(2022, 8, 31), HALF_OF_PRESENT + CENT, True, False),
    ("170.3-4", date(2016, 7, 15), ALL * 3 / 5, None, True),
]


@pytest.mark.parametrize(("decision", "last_old", "votes", "old", "new"), MOVES)
def test_article_46_a_point_moves_overnight(
    pack: LawPack, decision: str, last_old: date, votes: Fraction, old: bool | None, new: bool
) -> None:
    next_day = date.fromordinal(last_old.toordinal() + 1)
    if old is None:
        assert pack.rule(decision, last_old).needs_a_choice
    else:
        assert carried(pack, decision, last_old, votes) is old
    assert carried(pack, decision, next_day, votes) is new


def test_article_44_point_4_7_begins_on_1_september_2022(pack: LawPack) -> None:
    with pytest.raises(NotInForce) as refused:
        pack.rule("44.2.4.7", date(2022, 8, 31))
    assert refused.value.instead == "44.2.5"
    assert carried(pack, "44.2.5", date(2022, 8, 31), HALF_OF_PRESENT + CENT)
    assert not carried(pack, "44.2.4.7", date(2022, 9, 1), HALF_OF_PRESENT + CENT)


def test_article_44_current_repair_left_the_two_thirds_list_in_2011(pack: LawPack) -> None:
    with pytest.raises(NotInForce) as refused:
        pack.rule("44.2.4.1", date(2011, 6, 17))
    assert refused.value.instead == "44.2.1"
    assert not carried(pack, "44.2.1", date(2011, 6, 17), HALF_OF_PRESENT + CENT)
    assert carried(pack, "44.2.4.1", date(2011, 6, 18), HALF_OF_PRESENT + CENT)


def test_article_44_point_3_2_is_over_and_nothing_stands_in_its_place(pack: LawPack) -> None:
    assert not pack.rule("44.2.3.2", date(2025, 2, 28)).needs_a_choice
    with pytest.raises(NotInForce) as refused:
        pack.rule("44.2.3.2", date(2025, 3, 1))
    assert refused.value.instead == ""


def test_article_44_contribution_above_the_minimum_was_part_of_point_1_1(pack: LawPack) -> None:
    with pytest.raises(NotInForce) as refused:
        pack.rule("44.2.1.1-1", date(2014, 1, 20))
    assert refused.value.instead == "44.2.1.1"
    with pytest.raises(NotInForce) as earlier:
        pack.rule("44.2.1.1-1", date(2010, 1, 20))
    assert earlier.value.instead == "44.2.5"


def test_before_the_code_there_is_no_edition(pack: LawPack) -> None:
    with pytest.raises(NotInForce):
        pack.edition(date(2005, 2, 28))
    assert pack.edition(date(2005, 3, 1)).law.startswith("188-ФЗ")


def test_an_unknown_decision_is_not_a_decision_out_of_force(pack: LawPack) -> None:
    with pytest.raises(UnknownDecision):
        pack.rule("44.2.99", TODAY)


QUORUMS = [
    ("44.2.4.1", {"all_owners": ("1/2", True)}),
    ("44.2.4.5-multi", {"all_owners": ("1/2", True), "entrance_owners": ("2/3", True)}),
    ("44.2.4.5-single", {"all_owners": ("2/3", True)}),
    ("44.2.4.6-include", {"residential_owners": ("1/2", True)}),
    ("44.2.4.6-exclude", {"residential_owners": ("1/2", True)}),
    ("146.4-ordinary", {"tsg_members": ("1/2", True)}),
    ("36.3", {}),
]


@pytest.mark.parametrize(("decision", "expected"), QUORUMS)
def test_article_45_part_3_the_quorum_of_each_question(
    pack: LawPack, decision: str, expected: dict[str, tuple[str, bool]]
) -> None:
    quorum = pack.rule(decision, TODAY).quorum
    assert {t.base.value: (str(t.part), t.strict) for t in quorum} == expected
    for test in quorum:
        assert not test.is_met(ALL * test.part, ALL)
        assert test.is_met(ALL * test.part + CENT, ALL)


@pytest.mark.parametrize(
    ("decision", "first"),
    [
        ("44.2.4.5-multi", date(2019, 6, 9)),
        ("44.2.4.5-single", date(2019, 6, 9)),
        ("44.2.4.6-include", date(2020, 12, 30)),
        ("44.2.4.6-exclude", date(2020, 12, 30)),
        ("44.2.4.6-other", date(2023, 6, 24)),
        ("161.1.1", date(2011, 6, 18)),
        ("161.1.8", date(2011, 6, 18)),
        ("161.1.8.1", date(2015, 6, 30)),
        ("162.8.2", date(2011, 6, 18)),
        ("158.1.1", date(2012, 12, 26)),
        ("166.3", date(2012, 12, 26)),
        ("166.8", date(2012, 12, 26)),
        ("168.4", date(2012, 12, 26)),
        ("170.3-4", date(2012, 12, 26)),
        ("170.8", date(2012, 12, 26)),
        ("189.5", date(2012, 12, 26)),
        ("189.5.1", date(2016, 7, 4)),
        ("198.7", date(2014, 7, 21)),
        ("136.2.1", date(2011, 6, 18)),
        ("140.3-4", date(2011, 6, 18)),
        ("157.2.7.1", date(2018, 4, 3)),
    ],
)
def test_other_articles_begin_on_their_day(pack: LawPack, decision: str, first: date) -> None:
    with pytest.raises(NotInForce):
        pack.rule(decision, date.fromordinal(first.toordinal() - 1))
    assert pack.rule(decision, first).decision == decision


SINCE_2005 = (
    "procedural 45.4 156.7 162.1 135.2 136.1 36.3 40.2 41.2 46.7 146.4-qualified 146.4-ordinary"
)


@pytest.mark.parametrize("decision", SINCE_2005.split())
def test_matters_as_old_as_the_code(pack: LawPack, decision: str) -> None:
    assert pack.rule(decision, date(2005, 3, 1)).since == date(2005, 3, 1)


def test_an_unclear_matter_decides_only_by_a_chosen_reading(pack: LawPack) -> None:
    """ЖК 161.1 ч. 8: общее правило или две трети всех."""
    with pytest.raises(ChoiceNeeded) as refused:
        pack.majority("161.1.8", TODAY)
    assert refused.value.readings == ("general-rule", "as-4.3")
    (general,) = pack.majority("161.1.8", TODAY, "general-rule")
    (strict,) = pack.majority("161.1.8", TODAY, "as-4.3")
    assert (general.base, strict.base) == (Base.PARTICIPANTS, Base.ALL_OWNERS)
    assert general.is_met(Fraction(11), Fraction(20)) and not strict.is_met(Fraction(11), ALL)


def test_an_analogy_with_a_later_point_is_no_reading_before_it_existed(pack: LawPack) -> None:
    assert not pack.rule("161.1.8", date(2015, 6, 29)).needs_a_choice
    assert pack.rule("161.1.8", date(2015, 6, 30)).needs_a_choice


def test_decisions_of_a_date_are_those_in_force(pack: LawPack) -> None:
    ids = {rule.decision for rule in pack.decisions(date(2018, 12, 3))}
    assert {"44.2.4.4", "44.2.3.2", "156.7"} <= ids
    assert not ids & {"44.2.4.7", "44.2.4.5-multi", "44.2.1.3"}


GENERAL, OVER_HALF, TWO_THIRDS_OF_ALL = "participants 1/2 >", "all_owners 1/2 >", "all_owners 2/3 ≥"
READINGS = {
    "158.1.1": [TWO_THIRDS_OF_ALL, GENERAL],
    "161.1.8": [GENERAL, TWO_THIRDS_OF_ALL],
    "162.1": [OVER_HALF, GENERAL],
    "166.8": [GENERAL, TWO_THIRDS_OF_ALL],
    "168.4": [TWO_THIRDS_OF_ALL, GENERAL],
    "170.8": [GENERAL, OVER_HALF],
    "198.7": [GENERAL, OVER_HALF],
    "44.2.4.6-other": ["residential_owners 2/3 ≥", "residential_owners 1/3 ≥", GENERAL],
}


def test_unclear_matters_and_all_their_readings(pack: LawPack) -> None:
    unclear = {rule.decision for rule in pack.decisions(TODAY) if rule.needs_a_choice}
    assert unclear == set(READINGS)
    for decision, expected in READINGS.items():
        found = [
            f"{test.base.value} {test.part} {'>' if test.strict else '≥'}"
            for reading in pack.rule(decision, TODAY).readings
            for test in reading.majority
        ]
        assert found == expected, decision


def test_quorums_begin_on_their_days(pack: LawPack) -> None:
    rows = pack.majorities.decisions.quorums
    assert {name: [row.since.isoformat() for row in found] for name, found in rows.items()} == {
        "general": ["2005-03-01"],
        "conversion_multi_entrance": ["2019-06-09"],
        "conversion_single_entrance": ["2019-06-09"],
        "krt": ["2020-12-30"],
        "tsg": ["2005-03-01"],
        "none": ["2005-03-01"],
    }


@pytest.mark.parametrize("decision", SINCE_2005.split())
def test_rows_as_old_as_the_code_say_so(pack: LawPack, decision: str) -> None:
    (row,) = pack.majorities.decisions.decisions[decision]
    assert (row.since, row.until) == (date(2005, 3, 1), None)
