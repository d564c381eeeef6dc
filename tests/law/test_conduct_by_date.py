"""ЖК 45-48: terms, channels, orders and requisites on both sides of the day they change."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.law.errors import NotInForce, UnknownRow
from domain.law.loading import Dated
from domain.law.reference import LawPack

DAY = timedelta(days=1)
D = date.fromisoformat

# id, form, first day, value, unit, last day ("" while it holds)
TERMS = [
    ("notice", "in_person", "2005-03-01", 10, "days", ""),
    ("notice", "absentee_poll", "2005-03-01", 10, "days", ""),
    ("notice", "mixed", "2015-06-30", 10, "days", ""),
    ("notice", "first_system", "2020-05-25", 10, "working_days", ""),
    ("notice", "system", "2014-07-22", 10, "days", "2020-05-24"),
    ("notice", "system", "2020-05-25", 10, "days", ""),
    ("system_notice_first", "", "2020-05-25", 10, "working_days", ""),
    ("system_refusals_by_owners", "", "2020-05-25", 5, "working_days", ""),
    ("system_refusals_by_manager", "", "2020-05-25", 2, "working_days", ""),
    ("system_notice_later", "", "2014-07-22", 14, "days", ""),
    ("system_placement_later", "", "2014-07-22", 10, "days", ""),
    ("system_length_min", "", "2014-07-22", 3, "days", "2020-05-24"),
    ("system_length_min", "", "2020-05-25", 7, "days", ""),
    ("system_length_max", "", "2014-07-22", 5, "days", "2020-05-24"),
    ("system_length_max", "", "2020-05-25", 60, "days", ""),
    ("paper_cut_off", "", "2014-07-22", 0, "hours", "2025-02-28"),
    ("paper_cut_off", "", "2025-03-01", 48, "hours", ""),
    ("paper_into_system", "", "2023-08-15", 24, "hours", ""),
    ("system_protocol", "", "2023-08-15", 24, "hours", ""),
    ("protocol", "", "2016-04-29", 10, "days", "2019-03-04"),
    ("protocol", "", "2019-03-05", 10, "days", "2025-08-31"),
    ("protocol", "", "2025-09-01", 10, "days", ""),
    ("placement", "", "2015-06-30", 10, "days", ""),
    ("hand_over_to_manager", "", "2015-06-30", 10, "days", "2018-01-10"),
    ("hand_over_to_manager", "", "2018-01-11", 10, "days", ""),
    ("copies_to_supplier", "", "2018-04-03", 10, "days", ""),
    ("manager_to_inspectorate", "", "2018-01-11", 5, "days", ""),
    ("inspectorate_keeps", "", "2018-01-11", 3, "years", ""),
    ("keep_originals", "", "2018-01-11", 3, "years", ""),
    ("two_similar_protocols", "", "2018-01-11", 3, "months", ""),
    ("results_to_owners", "", "2005-03-01", 10, "days", "2015-06-29"),
    ("results_to_owners", "", "2015-06-30", 10, "days", ""),
    ("challenge", "", "2005-03-01", 6, "months", ""),
    ("challenge_cap", "", "2013-09-01", 2, "years", ""),
    ("register_to_initiator", "", "2018-01-11", 5, "days", ""),
    ("request_of_10_percent", "", "2015-06-30", 45, "days", ""),
    ("request_notice", "", "2015-06-30", 10, "days", ""),
    ("repeat_question", "", "2022-07-09", 10, "days", ""),
    ("transfer_act_holder", "", "2018-01-11", 1, "years", ""),
    ("refuse_contract_after", "", "2023-08-15", 1, "years", ""),
    ("capital_repair_answer", "", "2012-12-26", 3, "months", ""),
    ("municipality_calls", "", "2025-03-01", 15, "days", ""),
    ("fund_form_to_holder", "", "2025-03-01", 5, "working_days", ""),
]


@pytest.mark.parametrize(("term", "form", "first", "value", "unit", "last"), TERMS)
def test_a_term_holds_from_its_first_to_its_last_day(
    pack: LawPack, term: str, form: str, first: str, value: int, unit: str, last: str
) -> None:
    for day in (first, last or "2026-11-22"):
        found = pack.term(term, D(day), form or None)
        assert (found.value, found.unit.value) == (value, unit)
        assert (found.since, found.until) == (D(first), D(last) if last else None)


def test_the_table_of_terms_is_complete(pack: LawPack) -> None:
    rows = {
        (term, form, row.since.isoformat())
        for (term, form), found in pack.conduct.terms.items()
        for row in found
    }
    assert rows == {(term, form, first) for term, form, first, *_ in TERMS}


CHANNELS = [
    ("in_person", "2005-03-01", True),
    ("in_person", "2015-06-30", True),
    ("paper_poll", "2005-03-01", True),
    ("paper_poll", "2011-06-18", True),
    ("paper_poll", "2023-08-15", True),
    ("paper_mixed", "2005-03-01", False),
    ("paper_mixed", "2015-06-30", True),
    ("paper_mixed", "2023-08-15", True),
    ("system", "2005-03-01", False),
    ("system", "2014-07-22", True),
    ("system", "2016-07-01", True),
    ("system", "2020-05-25", True),
    ("system", "2025-03-01", True),
    ("regional_system", "2005-03-01", False),
    ("regional_system", "2020-05-25", True),
    ("other_systems", "2005-03-01", False),
    ("other_systems", "2014-07-22", True),
    ("other_systems", "2016-07-01", True),
    ("other_systems", "2025-03-01", False),
    ("messenger", "2005-03-01", False),
    ("qualified_signature_outside_system", "2005-03-01", False),
    ("charter", "2005-03-01", True),
]


@pytest.mark.parametrize(("channel", "first", "binding"), CHANNELS)
def test_a_channel_binds_from_its_day(
    pack: LawPack, channel: str, first: str, binding: bool
) -> None:
    rule = pack.channel(channel, D(first))
    assert (rule.since, rule.binding) == (D(first), binding)
    with pytest.raises(NotInForce):
        pack.channel(channel, date(2005, 2, 28))
    starts = [D(day) for name, day, _ in CHANNELS if name == channel]
    assert [row.since for row in pack.conduct.channels[channel]] == starts


BALLOTS = [
    # basis, form, ballot, channel of the law, counts today
    ("regional_system", "mixed", "link", "regional_system", True),
    ("regional_system", "system", "paper", "regional_system", True),
    ("regional_system", "system", "external_system", "system", True),
    ("written_decisions", "mixed", "link", "messenger", False),
    ("written_decisions", "mixed", "paper", "paper_mixed", True),
    ("written_decisions", "absentee_poll", "paper", "paper_poll", True),
    ("written_decisions", "in_person", "paper", "in_person", True),
    ("written_decisions", "first_system", "paper", "system", True),
    ("written_decisions", "mixed", "in_person", "in_person", True),
    ("written_decisions", "mixed", "external_system", "other_systems", False),
    ("charter", "mixed", "link", "charter", True),
    ("charter", "mixed", "paper", "charter", True),
]


@pytest.mark.parametrize(("basis", "form", "ballot", "channel", "counts"), BALLOTS)
def test_the_basis_says_what_a_link_is(
    pack: LawPack, basis: str, form: str, ballot: str, channel: str, counts: bool
) -> None:
    rule = pack.ballot_channel(basis, form, ballot, date(2026, 6, 1))
    assert (rule.channel, rule.binding) == (channel, counts)


def test_unknown_names_are_refused(pack: LawPack) -> None:
    today = date(2026, 6, 1)
    for ask in (
        lambda: pack.term("sabbatical", today),
        lambda: pack.channel("pigeon", today),
        lambda: pack.basis("chat", today),
        lambda: pack.ballot_channel("charter", "mixed", "shout", today),
        lambda: pack.ballot_channel("written_decisions", "dance", "paper", today),
        lambda: pack.duty("dance", today),
        lambda: pack.share("pie", today),
        lambda: pack.resolution("weather", today),
    ):
        with pytest.raises(UnknownRow):
            ask()


@pytest.mark.parametrize(
    ("order", "first", "last", "number"),
    [
        ("by_meeting", "2005-03-01", "2015-06-29", "by_meeting"),
        ("gap", "2015-06-30", "2016-04-28", "by_meeting"),
        ("937/пр", "2016-04-29", "2019-03-04", "serial_in_year"),
        ("44/пр", "2019-03-05", "2025-08-31", "serial_in_year"),
        ("266/пр", "2025-09-01", "2026-11-22", "from_system"),
    ],
)
def test_the_order_on_the_protocol(
    pack: LawPack, order: str, first: str, last: str, number: str
) -> None:
    for day in (D(first), D(last)):
        assert pack.protocol_order(day).id == order
        assert pack.protocol_order(day).number == number


@pytest.mark.parametrize(
    ("first", "legs"), [("2005-03-01", 1), ("2022-07-09", 1), ("2025-03-01", 2)]
)
def test_article_45_part_4_legs_of_the_notice(pack: LawPack, first: str, legs: int) -> None:
    ways = pack.notice_ways(D(first))
    assert (ways.since, len(ways.legs)) == (D(first), legs)
    if ways.until:
        assert pack.notice_ways(ways.until + DAY).since == ways.until + DAY
    assert ("notice_boards" in ways.legs[-1]) == (first == "2025-03-01")


def test_article_45_part_1_the_annual_meeting(pack: LawPack) -> None:
    assert pack.duty("annual_meeting", D("2015-06-29")).first_month == 0
    duty = pack.duty("annual_meeting", D("2015-06-30"))
    assert (duty.first_month, duty.last_month) == (4, 6)


@pytest.mark.parametrize(
    ("share", "first", "part", "strict"),
    [
        ("request_of_meeting", "2015-06-30", "1/10", False),
        ("system_barred_by_refusals", "2020-05-25", "1/2", True),
        ("contract_parties", "2025-03-01", "1/2", True),
    ],
)
def test_parts_of_votes_that_are_no_majority(
    pack: LawPack, share: str, first: str, part: str, strict: bool
) -> None:
    found = pack.share(share, D(first))
    assert (str(found.test.part), found.test.strict) == (part, strict)
    with pytest.raises(NotInForce):
        pack.share(share, D(first) - DAY)


REQUISITES = {
    "notice.initiator": ["2005-03-01"],
    "notice.form": ["2005-03-01"],
    "notice.when": ["2005-03-01", "2023-08-15"],
    "notice.agenda": ["2005-03-01"],
    "notice.materials": ["2005-03-01"],
    "notice.administrator": ["2023-08-15"],
    "notice.system_period": ["2014-07-22"],
    "notice.paper_reception": ["2014-07-22"],
    "ballot.voter": ["2015-06-30"],
    "ballot.title": ["2015-06-30"],
    "ballot.answers": ["2015-06-30"],
    "ballot.filled_on": ["2019-03-05", "2025-09-01"],
    "ballot.snils": ["2025-03-01"],
    "ballot.snils_by_order": ["2025-09-01"],
    "protocol.initiator_passport": ["2025-09-01"],
    "protocol.by_937": ["2016-04-29"],
}


def test_requisites_begin_on_their_days(pack: LawPack) -> None:
    for name, rows in pack.conduct.requisites.items():
        expected = REQUISITES.get(name, ["2019-03-05", "2025-09-01"])
        assert [row.since.isoformat() for row in rows] == expected, name
        last = D("2019-03-04") if name == "protocol.by_937" else None
        assert rows[-1].until == last, name


def test_requisites_by_form(pack: LawPack) -> None:
    today = D("2026-06-01")
    common = {one.id for one in pack.requisites("ballot", today)}
    in_system = {one.id for one in pack.requisites("ballot", today, "system")}
    assert in_system - common == {"ballot.snils"}
    assert len(pack.requisites("notice", today)) == 5
    assert {"protocol.number", "protocol.initiator_passport"} <= {
        one.id for one in pack.requisites("protocol", today)
    }


def test_resolution_rows(pack: LawPack) -> None:
    rows = {
        matter: pack.resolution(matter, D("2005-03-01")).moment
        for matter in pack.conduct.resolutions
    }
    assert rows == {
        "notice": "notice_given",
        "form_and_channel": "voting_first_day",
        "quorum_and_majority": "voting_last_day",
        "after_the_vote": "duty_arises",
    }


@pytest.mark.parametrize(
    ("day", "count"),
    [
        ("2025-11-05", 0), ("2025-11-06", 1), ("2025-12-13", 1), ("2025-12-14", 2),
        ("2025-12-28", 2), ("2025-12-29", 5), ("2026-02-19", 5), ("2026-02-20", 6),
        ("2026-05-01", 6), ("2026-05-02", 7),
    ],
)  # fmt: skip
def test_changes_nobody_has_read_are_named_from_their_day(
    pack: LawPack, day: str, count: int
) -> None:
    assert len(pack.unseen_changes(D(day))) == count


def test_rows_as_old_as_the_code_begin_with_it(pack: LawPack) -> None:
    first = date(2005, 3, 1)
    oldest: list[Dated] = [
        *(rows[0] for rows in pack.conduct.bases.values()),
        *(rows[0] for rows in pack.conduct.resolutions.values()),
        *(rows[0] for rows in pack.conduct.channels.values()),
        *(rows[0] for rows in pack.conduct.duties.values()),
        pack.conduct.orders[0],
        pack.conduct.notice_ways[0],
    ]
    assert {row.since for row in oldest} == {first}
    assert pack.duty("annual_meeting", first).last_month == 0
