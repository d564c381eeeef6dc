"""Which day of a meeting chooses the edition, and when a person must choose."""

from __future__ import annotations

from datetime import date

import pytest

from domain.law.edition_choice import EditionChoice, Matter, MeetingDays, Override, choose
from domain.law.reference import LawPack

D = date.fromisoformat
ACROSS_2022 = MeetingDays(D("2022-08-10"), D("2022-08-22"), D("2022-09-05"))
ACROSS_2025 = MeetingDays(D("2025-02-10"), D("2025-02-24"), D("2025-03-10"))
QUIET = MeetingDays(D("2026-05-01"), D("2026-05-15"), D("2026-06-15"))


def majority(pack: LawPack, days: MeetingDays, *decisions: str) -> EditionChoice:
    return choose(pack, Matter.QUORUM_AND_MAJORITY, days, decisions=decisions)


def test_the_majority_is_that_of_the_last_day_and_a_person_confirms_it(pack: LawPack) -> None:
    choice = majority(pack, ACROSS_2022, "44.2.4", "44.2.4.1")
    assert (choice.on, choice.edition) == (D("2022-09-05"), "2022-09-01")
    assert choice.differs == ("44.2.4",) and choice.needs_a_person


def test_an_agenda_that_no_change_touches_needs_nobody(pack: LawPack) -> None:
    assert not majority(pack, ACROSS_2022, "44.2.4.1", "44.2.1").needs_a_person
    assert not majority(pack, QUIET, "44.2.4", "44.2.4.7", "161.1.8").needs_a_person


def test_a_point_born_during_the_meeting_needs_a_person(pack: LawPack) -> None:
    assert majority(pack, ACROSS_2022, "44.2.4.7").differs == ("44.2.4.7",)


def test_a_window_of_doubt_touched_by_the_meeting_needs_a_person(pack: LawPack) -> None:
    days = MeetingDays(D("2024-04-10"), D("2024-04-22"), D("2024-04-26"))
    assert majority(pack, days, "44.2.1.3").needs_a_person
    assert not majority(pack, days, "44.2.1").needs_a_person


def test_a_person_may_choose_another_day_with_a_reason(pack: LawPack) -> None:
    override = Override(
        Matter.QUORUM_AND_MAJORITY, D("2022-08-22"), "председатель", "голоса отданы до 1 сентября"
    )
    choice = choose(
        pack, Matter.QUORUM_AND_MAJORITY, ACROSS_2022, decisions=("44.2.4",), override=override
    )
    assert choice.edition == "2022-07-09" and not choice.needs_a_person
    assert choice.overridden is override and choice.differs == ("44.2.4",)


@pytest.mark.parametrize(("person", "reason"), [("", "причина"), ("секретарь", " ")])
def test_an_override_without_a_name_or_a_reason_is_none(person: str, reason: str) -> None:
    with pytest.raises(ValueError, match="person and a reason"):
        Override(Matter.NOTICE, D("2022-08-22"), person, reason)


def test_an_override_of_another_matter_is_refused(pack: LawPack) -> None:
    override = Override(Matter.NOTICE, D("2022-08-22"), "секретарь", "причина")
    with pytest.raises(ValueError, match="another matter"):
        choose(pack, Matter.QUORUM_AND_MAJORITY, QUIET, override=override)


def test_days_in_disorder_are_refused() -> None:
    with pytest.raises(ValueError, match="follow each other"):
        MeetingDays(D("2026-05-20"), D("2026-05-15"), D("2026-06-15"))


def test_notice_by_its_own_day(pack: LawPack) -> None:
    choice = choose(pack, Matter.NOTICE, ACROSS_2025)
    assert (choice.on, choice.edition) == (D("2025-02-10"), "2024-09-01")
    assert choice.differs == ("notice_ways",)
    assert not choose(pack, Matter.NOTICE, QUIET).differs


def test_channel_by_the_first_day_of_voting(pack: LawPack) -> None:
    choice = choose(pack, Matter.FORM_AND_CHANNEL, ACROSS_2025, channel="other_systems")
    assert choice.on == D("2025-02-24") and choice.differs == ("other_systems",)
    assert not choose(pack, Matter.FORM_AND_CHANNEL, ACROSS_2025, channel="system").differs


def test_duties_by_the_day_they_arise(pack: LawPack) -> None:
    days = MeetingDays(D("2025-08-01"), D("2025-08-15"), D("2025-08-30"))
    choice = choose(pack, Matter.AFTER_THE_VOTE, days, duty_arises=D("2025-09-03"))
    assert (choice.on, choice.edition) == (D("2025-09-03"), "2025-09-01")
    assert choice.differs == ("protocol_order",)
