"""ЖК 23, 36, 40, 44-47.1: special rules, each on both sides of its boundary."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from domain.law import special
from domain.law.errors import NotInForce
from domain.law.reference import LawPack
from domain.law.rules import Base
from domain.law.special import Allowed, Barred, Consents, FailedMeeting, RequestDuty

D = date.fromisoformat
TODAY = D("2026-06-01")
F = Fraction
FLATS = {"1": F(50), "2": F(70), "3": F("49.99")}


def code(answer: object) -> str:
    return answer.code if isinstance(answer, Barred) else ""


def test_article_36_part_3_one_missing_consent_is_enough(pack: LawPack) -> None:
    every = Consents(FLATS, frozenset(FLATS))
    assert isinstance(special.consent_of_all(pack, "36.3", every, TODAY), Allowed)
    two = Consents(FLATS, frozenset({"1", "2"}))
    assert code(special.consent_of_all(pack, "36.3", two, TODAY)) == "consent-missing"
    assert two.missing == ("3",)


def test_a_consent_of_a_stranger_does_not_stand_in(pack: LawPack) -> None:
    register = Consents(FLATS, frozenset({"1", "2", "9"}))
    assert register.unknown == ("9",)
    assert code(special.consent_of_all(pack, "40.2", register, TODAY)) == "consent-missing"


def test_nobody_to_ask_is_no_consent(pack: LawPack) -> None:
    empty = Consents({}, frozenset())
    assert code(special.consent_of_all(pack, "36.3", empty, TODAY)) == "consents-of-nobody"


def test_article_23_adjoining_owners_are_asked_apart(pack: LawPack) -> None:
    near = Consents({"17": F(40), "21": F(40)}, frozenset({"17"}))
    decision = "44.2.4.5-multi"
    barred = special.adjoining_consents(pack, near, decision, TODAY)
    assert code(barred) == "adjoining-consent-missing"
    both = Consents(near.needed, frozenset({"17", "21"}))
    assert isinstance(special.adjoining_consents(pack, both, decision, TODAY), Allowed)


@pytest.mark.parametrize(
    ("entrance_present", "entrance_for", "quorum", "majority"),
    [
        ("666.67", "400", True, True),
        ("666.66", "400", False, True),
        ("700", "350.01", True, True),
        ("700", "350", True, False),
    ],
)
def test_article_46_part_1_2_house_and_entrance_must_both_agree(
    pack: LawPack, entrance_present: str, entrance_for: str, quorum: bool, majority: bool
) -> None:
    rule = pack.rule("44.2.4.5-multi", TODAY)
    present = {Base.ALL_OWNERS: F(1600), Base.ENTRANCE_OWNERS: F(entrance_present)}
    everybody = {Base.ALL_OWNERS: F(3000), Base.ENTRANCE_OWNERS: F(1000)}
    assert all(t.met for t in special.hold_tests(rule.quorum, present, everybody)) is quorum
    votes = {Base.PARTICIPANTS: F(900), Base.ENTRANCE_PARTICIPANTS: F(entrance_for)}
    wholes = {Base.PARTICIPANTS: F(1600), Base.ENTRANCE_PARTICIPANTS: F(entrance_present)}
    assert all(t.met for t in special.hold_tests(rule.majority, votes, wholes)) is majority


def test_a_base_left_out_is_an_error_not_a_zero(pack: LawPack) -> None:
    rule = pack.rule("44.2.4.5-multi", TODAY)
    with pytest.raises(KeyError):
        special.hold_tests(rule.majority, {Base.PARTICIPANTS: F(1)}, {Base.PARTICIPANTS: F(1)})


def test_article_46_part_7_one_owner_decides_alone(pack: LawPack) -> None:
    assert isinstance(special.sole_owner_may_decide(pack, ["a", "a"], TODAY), Allowed)
    assert code(special.sole_owner_may_decide(pack, ["a", "b"], TODAY)) == "not-sole-owner"
    assert code(special.sole_owner_may_decide(pack, [], TODAY)) == "not-sole-owner"


AGENDA = ("Избрать председателя", "Выполнить текущий ремонт")
FAILED = FailedMeeting(D("2026-05-01"), AGENDA, had_quorum=False)


@pytest.mark.parametrize(
    ("earlier", "agenda", "on", "expected"),
    [
        (FAILED, AGENDA, "2026-06-01", ""),
        (None, AGENDA, "2026-06-01", "no-failed-meeting"),
        (FAILED, AGENDA, "2026-04-01", "no-failed-meeting"),
        (FailedMeeting(D("2026-05-01"), AGENDA, True), AGENDA, "2026-06-01",
         "earlier-meeting-had-quorum"),
        (FAILED, AGENDA[:1], "2026-06-01", "agenda-differs"),
        (None, AGENDA, "2011-06-17", ""),
        (None, AGENDA, "2011-06-18", "no-failed-meeting"),
    ],
)  # fmt: skip
def test_article_47_part_1_a_poll_follows_a_failed_meeting(
    pack: LawPack, earlier: FailedMeeting | None, agenda: tuple[str, ...], on: str, expected: str
) -> None:
    assert code(special.poll_allowed(pack, agenda, earlier, D(on))) == expected


@pytest.mark.parametrize(
    ("decided", "called", "expected"),
    [
        ("2026-04-10", "2026-04-20", "repeated-too-early"),
        ("2026-04-10", "2026-04-21", ""),
        ("2022-07-01", "2022-07-08", ""),
        ("2022-07-01", "2022-07-09", "repeated-too-early"),
    ],
)
def test_article_45_part_2_2_a_decided_question_rests(
    pack: LawPack, decided: str, called: str, expected: str
) -> None:
    answer = special.repeat_allowed(pack, D(decided), D(called))
    assert code(answer) == expected
    if isinstance(answer, Barred):
        earliest = answer.earliest
        assert earliest is not None
        assert isinstance(special.repeat_allowed(pack, D(decided), earliest), Allowed)


def test_article_45_part_6_ten_percent_ask_for_a_meeting(pack: LawPack) -> None:
    received = D("2026-03-02")
    duty = special.request_of_owners(pack, F(300), F(3000), received, worded=True)
    assert duty == RequestDuty(D("2026-04-16"), D("2026-04-06"), "ч. 6 ст. 45 ЖК РФ")
    small = special.request_of_owners(pack, F("299.99"), F(3000), received, worded=True)
    assert code(small) == "request-too-small"
    mute = special.request_of_owners(pack, F(300), F(3000), received, worded=False)
    assert code(mute) == "request-without-questions"
    with pytest.raises(NotInForce):
        special.request_of_owners(pack, F(300), F(3000), D("2015-06-29"), worded=True)


def test_article_45_part_1_the_annual_meeting(pack: LawPack) -> None:
    period = special.annual_meeting(pack, 2026)
    assert (period.first, period.last) == (D("2026-04-01"), D("2026-06-30"))
    assert special.annual_meeting(pack, 2014).first is None


@pytest.mark.parametrize(
    ("permit", "on", "expected"),
    [
        ("2025-06-01", "2026-06-01", ""),
        ("2025-05-31", "2026-06-01", "transfer-act-expired"),
        ("2026-06-02", "2026-06-01", "transfer-act-expired"),
        ("2024-02-29", "2025-02-28", ""),
        ("2024-02-29", "2025-03-01", "transfer-act-expired"),
        ("2017-06-01", "2018-01-10", "transfer-act-not-yet"),
        ("2017-06-01", "2018-01-11", ""),
    ],
)
def test_article_44_part_1_1_a_transfer_act_is_good_for_a_year(
    pack: LawPack, permit: str, on: str, expected: str
) -> None:
    assert code(special.transfer_act_holder_votes(pack, D(permit), D(on))) == expected


def test_article_47_1_part_2_1_refusals_bar_the_first_meeting(pack: LawPack) -> None:
    half, all_votes = F(1500), F(3000)
    assert isinstance(special.system_meeting_allowed(pack, half, all_votes, TODAY), Allowed)
    barred = special.system_meeting_allowed(pack, half + F(1, 100), all_votes, TODAY)
    assert code(barred) == "system-barred-by-refusals"
