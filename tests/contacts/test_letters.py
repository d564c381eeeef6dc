"""Owners hear of decisions entered for them, once; links go out, once; a crash doubles nothing."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from typing_extensions import override

from api.contacts.book import Channel
from api.contacts.courier import AddressRefusedError, AnswerLostError, NotTakenError
from api.contacts.letters import Kind, LetterStore, State
from api.contacts.plain import FileCourier
from api.contacts.planning import BY_LINK
from api.contacts.sending import PAUSES, REST, Sender
from api.contacts.words import of_entered
from api.desk import positions
from api.erasure import forget
from api.http.app import create_app
from domain.ballot import Ballot, ballot_id
from domain.events import BallotReceived, Basis, ErasureReason, ErasureScope, Mark
from domain.events import Channel as BallotChannel
from domain.facts import HouseId, PersonId
from domain.refusals import WrongStage
from tests.api.door import ask
from tests.contacts.pouch import Post, Pouch, token_in
from tests.domain.memory import refusal_of
from tests.integration.small import CLOSES_AT, called, installation

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from api.contacts.courier import Letter
    from tests.integration.small import Meeting

YES = (Mark.FOR, Mark.FOR)
PAPER = BallotChannel.PAPER
ANNA, BORIS = "anna@mail.example", "boris@mail.example"


def paper(meeting: Meeting, number: str, channel: BallotChannel = PAPER) -> None:
    meeting.vote(meeting.titles[number][0].id, *YES, channel=channel)


def states(post: Post, kind: Kind = Kind.ENTERED) -> Mapping[State, int]:
    return post.planner.store.states(post.meeting.meeting, kind)


# --- a decision entered for an owner --------------------------------------------------------------


def test_the_owner_hears_of_a_paper_entry_and_the_link_leads_to_the_objection(
    meeting: Meeting,
) -> None:
    post = Post(meeting)
    post.reach("2", ANNA)
    paper(meeting, "2")
    paper(meeting, "3")
    post.round()
    (letter,) = post.mail.carried
    assert letter.to.value == ANNA
    assert "за ваше помещение № 2 внесено бумажное решение" in letter.text
    assert "Если это не вы — возразите" in letter.text
    page = ask(create_app(meeting.services), "GET", f"/b/{token_in(letter.text)}/receipt",
               headers={"accept": "text/html"})  # fmt: skip
    assert page.status_code == 200
    assert "Это не мой голос" in page.text
    assert post.phone.carried == []


def test_the_letter_tells_no_answers_and_no_names(meeting: Meeting) -> None:
    post = Post(meeting)
    post.reach("2", ANNA)
    paper(meeting, "2")
    post.round()
    (letter,) = post.mail.carried
    said = f"{letter.subject} {letter.text} {letter.short}"
    for word in ("Полевая", "Римма", " за,", "против", "воздержал", "О ремонте", "голосу"):
        assert word not in said, word


def test_one_letter_for_a_ballot_and_a_person_however_often_the_log_is_read(
    meeting: Meeting,
) -> None:
    post = Post(meeting)
    post.reach("2", ANNA)
    paper(meeting, "2")
    post.round()
    post.round()
    again = Post(meeting)
    with meeting.services.desk.engine.begin() as connection:
        connection.execute(positions.update().values(position=0))
    again.round()
    assert (len(post.mail.carried), len(again.mail.carried)) == (1, 0)


def test_every_owner_of_a_joint_title_and_each_way_that_is_no_own_link(meeting: Meeting) -> None:
    post = Post(meeting)
    for number, address in (("2", ANNA), ("3", BORIS), ("Н-1", "office@firm.example")):
        post.reach(number, address)
    paper(meeting, "2", BallotChannel.IN_PERSON)
    paper(meeting, "3", BallotChannel.EXTERNAL_SYSTEM)
    paper(meeting, "Н-1", BallotChannel.LINK)
    post.round()
    assert [letter.to.value for letter in post.mail.carried] == [ANNA, BORIS]
    assert "решение, поданное лично на собрании" in post.mail.carried[0].text
    assert "решение из другой информационной системы" in post.mail.carried[1].text


def test_decisions_by_link_are_known_by_their_bytes_and_not_read(meeting: Meeting) -> None:
    paper(meeting, "2")
    paper(meeting, "3", BallotChannel.LINK)
    recorder = meeting.services.app.recorder
    found = recorder.select_notifications(0, 100, topics=[BallotReceived.TYPE])
    assert [BY_LINK in bytes(one.state) for one in found] == [False, True]


def test_what_was_entered_before_letters_were_sent_here_is_old_news(meeting: Meeting) -> None:
    paper(meeting, "2")
    post = Post(meeting)
    post.reach("2", ANNA)
    post.round()
    assert post.mail.carried == []


def test_a_contact_of_another_house_is_not_written_to(meeting: Meeting) -> None:
    post = Post(meeting)
    post.book.keep(HouseId(meeting.meeting), post.owner("2"), Channel.EMAIL, ANNA)
    paper(meeting, "2")
    post.round()
    assert (post.mail.carried, states(post)) == ([], {})


def test_a_phone_is_written_to_where_there_is_no_address(meeting: Meeting) -> None:
    post = Post(meeting)
    post.reach("2", "+79001234567", Channel.PHONE)
    paper(meeting, "2")
    post.round()
    (letter,) = post.phone.carried
    assert "внесено бумажное решение" in letter.short
    assert len(letter.short) < 3 * 67


def test_a_phone_does_not_ring_at_night(small: Meeting) -> None:
    post = Post(small)
    post.reach("2", "+79001234567", Channel.PHONE)
    post.reach("3", ANNA)
    small.clock.move_to(datetime(2026, 3, 17, 20, 30, tzinfo=UTC))
    paper(small, "2")
    paper(small, "3")
    post.round()
    assert (len(post.mail.carried), post.phone.asked) == (1, 0)
    small.clock.move_to(datetime(2026, 3, 18, 4, 59, tzinfo=UTC))
    post.round()
    assert post.phone.asked == 0
    small.clock.move_to(datetime(2026, 3, 18, 5, 0, tzinfo=UTC))
    post.round()
    assert len(post.phone.carried) == 1


# --- what goes wrong ------------------------------------------------------------------------------


class PowerCutError(Exception):
    """The machine stops here."""


def test_a_crash_between_the_sending_and_its_note_sends_nothing_twice(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def cut(*_arguments: object) -> None:
        raise PowerCutError

    post = Post(meeting)
    post.reach("2", ANNA)
    paper(meeting, "2")
    with monkeypatch.context() as patched:
        patched.setattr(LetterStore, "settle", cut)
        with pytest.raises(PowerCutError):
            post.round()
    assert len(post.mail.carried) == 1
    after = Post(meeting)
    after.round()
    assert (after.lost, after.mail.carried) == (1, [])
    assert states(after) == {State.UNKNOWN: 1}
    assert "cut short" in caplog.text


def test_a_crash_before_the_sending_loses_nothing(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_arguments: object) -> None:
        raise PowerCutError

    post = Post(meeting)
    post.reach("2", ANNA)
    paper(meeting, "2")
    with monkeypatch.context() as patched:
        patched.setattr(LetterStore, "add", cut)
        with pytest.raises(PowerCutError):
            post.round()
    after = Post(meeting)
    after.round()
    assert len(after.mail.carried) == 1


def test_a_lost_answer_is_written_down_and_the_link_of_the_letter_stays_good(
    meeting: Meeting,
) -> None:
    post = Post(meeting)
    post.reach("2", ANNA)
    paper(meeting, "2")
    post.mail.faults = [AnswerLostError("answer_lost")]
    post.round()
    assert (states(post), post.mail.asked) == ({State.UNKNOWN: 1}, 1)
    assert meeting.services.desk.learn_links(meeting.meeting) == 1


def test_what_was_not_taken_goes_later_with_another_link(meeting: Meeting) -> None:
    post = Post(meeting)
    post.reach("2", ANNA)
    paper(meeting, "2")
    post.mail.faults = [NotTakenError("no_connection")]
    post.round()
    assert states(post) == {State.QUEUED: 1}
    assert meeting.services.desk.learn_links(meeting.meeting) == 0
    meeting.clock.tick(PAUSES[0])
    post.round()
    assert (states(post), len(post.mail.carried)) == ({State.SENT: 1}, 1)
    assert meeting.services.desk.learn_links(meeting.meeting) == 1


def test_after_all_tries_a_letter_is_given_up_and_said_to_be(small: Meeting) -> None:
    post = Post(small)
    post.reach("2", ANNA)
    paper(small, "2")
    post.mail.faults = [NotTakenError("no_connection") for _ in range(20)]
    for pause in (*PAUSES, timedelta(days=9)):
        post.round()
        small.clock.tick(pause)
    post.round()
    assert (states(post), post.mail.asked) == ({State.FAILED: 1}, len(PAUSES) + 1)


def test_a_server_that_is_down_is_not_asked_for_every_letter(small: Meeting) -> None:
    post = Post(small)
    for number in ("2", "3", "Н-1"):
        post.reach(number, f"a{number[-1]}@mail.example")
        paper(small, number)
    post.mail.faults = [NotTakenError("no_connection")]
    post.round()
    assert (post.mail.asked, states(post)) == (1, {State.QUEUED: 3})
    small.clock.tick(REST)
    post.round()
    assert len(post.mail.carried) == 2


def test_one_busy_mailbox_does_not_hold_up_the_others(small: Meeting) -> None:
    post = Post(small)
    for number in ("2", "3"):
        post.reach(number, f"a{number}@mail.example")
        paper(small, number)
    post.mail.faults = [NotTakenError("rcpt_450", only_this=True)]
    post.round()
    assert len(post.mail.carried) == 1


def test_a_mailbox_that_refuses_gives_way_to_the_phone(meeting: Meeting) -> None:
    post = Post(meeting)
    post.reach("2", ANNA)
    post.reach("2", "+79001234567", Channel.PHONE)
    post.reach("3", BORIS)
    paper(meeting, "2")
    paper(meeting, "3")
    post.mail.faults = [AddressRefusedError("rcpt_550"), AddressRefusedError("rcpt_550")]
    post.round()
    assert [letter.to.value for letter in post.phone.carried] == ["+79001234567"]
    assert states(post) == {State.SENT: 1, State.REFUSED: 1}
    assert meeting.services.desk.learn_links(meeting.meeting) == 1


def test_no_log_line_names_anybody(meeting: Meeting, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    post = Post(meeting)
    for number in ("2", "3", "Н-1"):
        post.reach(number, f"a{number[-1]}@mail.example")
        paper(meeting, number)
    post.mail.faults = [
        NotTakenError("rcpt_450", only_this=True), AddressRefusedError("rcpt_550"),
        AnswerLostError("answer_lost"),
    ]  # fmt: skip
    post.round()
    assert post.mail.asked == 3
    assert caplog.text
    assert "@" not in caplog.text
    assert "/b/" not in caplog.text
    assert str(post.owner("2")) not in caplog.text


def test_a_letter_that_waits_is_not_sent_to_a_contact_that_is_gone(meeting: Meeting) -> None:
    post = Post(meeting)
    post.reach("2", ANNA)
    paper(meeting, "2")
    while post.planner.collect():
        pass
    post.book.forget(post.owner("2"))
    post.round()
    assert (post.mail.asked, states(post)) == (0, {State.STALE: 1})


def test_a_changed_address_is_the_one_written_to(meeting: Meeting) -> None:
    post = Post(meeting)
    post.reach("2", ANNA)
    paper(meeting, "2")
    while post.planner.collect():
        pass
    post.reach("2", "new@mail.example")
    post.round()
    assert [letter.to.value for letter in post.mail.carried] == ["new@mail.example"]


def test_two_processes_send_a_letter_once(meeting: Meeting) -> None:
    one = Post(meeting)
    one.reach("2", ANNA)
    paper(meeting, "2")
    while one.planner.collect():
        pass
    other = Post(meeting)
    due = other.planner.store.due(meeting.clock())
    one.round()
    assert [other.planner.store.claim(waiting.mark) for waiting in due] == [False]
    assert len(one.mail.carried) == 1


def test_a_hostile_address_of_a_house_stays_in_its_line(small: Meeting) -> None:
    hostile = "ул. Мира\r\nBcc: evil@mail.example\u2028" + "очень " * 99
    paper(small, "2")
    ballot = small.services.app.current(Ballot, ballot_id(small.meeting, small.titles["2"][0].id))
    assert ballot is not None
    assert ballot.received is not None
    words = of_entered(ballot.received, "2\r\n", hostile, UTC, "https://oss.example/b/x")
    (line,) = [line for line in words.text.splitlines() if "ул. Мира" in line]
    assert "Bcc: evil@mail.example очень" in line
    assert "\n" not in words.subject + words.short
    assert len(line) < 400


class Erasing(Pouch):
    """Somebody is forgotten while their letter is on its way."""

    def __init__(self, meeting: Meeting, person: PersonId) -> None:
        super().__init__()
        self._services, self._person = meeting.services, person

    @override
    def send(self, letter: Letter) -> None:
        reason, scope = ErasureReason.CONSENT_WITHDRAWN, ErasureScope.CONTACTS
        forget(self._services, self._person, reason, scope)
        FileCourier(self._services.settings.home).send(letter)


def test_whoever_is_forgotten_while_a_letter_is_on_its_way_leaves_no_trace(
    meeting: Meeting,
) -> None:
    post = Post(meeting)
    post.reach("2", ANNA)
    paper(meeting, "2")
    while post.planner.collect():
        pass
    desk, by = meeting.services.desk, {Channel.EMAIL: Erasing(meeting, post.owner("2"))}
    assert Sender(meeting.services, post.planner.store, by).deliver() == 1
    assert desk.learn_links(meeting.meeting) == 0
    assert not list((meeting.services.settings.home / "letters").rglob("*.txt"))
    assert states(post) == {}


def test_an_answer_that_is_no_vote_is_not_called_one(tmp_path: Path) -> None:
    with installation(tmp_path / "home", {}) as (services, clock):
        meeting = called(services, clock, Basis.WRITTEN_DECISIONS)
        meeting.open()
        post = Post(meeting)
        post.reach("2", ANNA)
        post.planner.send_links(meeting.meeting)
        meeting.vote(meeting.titles["2"][0].id, *YES)
        post.round()
        (letter,) = post.mail.carried
    assert "не голос: он заполняет ваше письменное решение" in letter.text
    assert "голос" not in f"{letter.subject}{letter.short}"


# --- personal links -------------------------------------------------------------------------------


def test_everybody_who_is_reached_gets_a_link_once_and_the_others_are_named(
    meeting: Meeting,
) -> None:
    post = Post(meeting)
    post.reach("2", ANNA)
    post.reach("3", "+79001234567", Channel.PHONE)
    done = post.planner.send_links(meeting.meeting)
    assert (done.queued, done.already) == ({Channel.EMAIL: 1, Channel.PHONE: 1}, 0)
    people = meeting.services.app.register_of(meeting.services.meeting(meeting.meeting)).people
    assert set(done.without_contact) == set(people) - {post.owner("2"), post.owner("3")}
    post.round()
    again = post.planner.send_links(meeting.meeting)
    post.round()
    assert (sum(again.queued.values()), again.already) == (0, 2)
    (letter,) = post.mail.carried
    link = meeting.services.desk.link(token_in(letter.text))
    assert link is not None
    assert (link.person, link.meeting) == (post.owner("2"), meeting.meeting)
    (short,) = post.phone.carried
    assert token_in(short.short)


def test_nobody_writes_to_a_landline(meeting: Meeting) -> None:
    post = Post(meeting)
    post.reach("2", "+74951234567", Channel.PHONE)
    post.reach("3", "+74951234568", Channel.PHONE)
    post.reach("3", BORIS)
    done = post.planner.send_links(meeting.meeting)
    assert (done.queued, post.owner("2") in done.without_contact) == (
        {Channel.EMAIL: 1, Channel.PHONE: 0},
        True,
    )
    paper(meeting, "2")
    post.mail.faults = [AddressRefusedError("rcpt_550")]
    post.round()
    assert (post.phone.asked, states(post)) == (0, {})
    assert states(post, Kind.LINK) == {State.REFUSED: 1}


def test_a_phone_that_became_a_landline_while_a_letter_waited(meeting: Meeting) -> None:
    post = Post(meeting)
    post.reach("2", "+79001234567", Channel.PHONE)
    post.planner.send_links(meeting.meeting)
    post.reach("2", "+74951234567", Channel.PHONE)
    post.round()
    assert (post.phone.asked, states(post, Kind.LINK)) == (0, {State.STALE: 1})


def test_two_officers_at_once_queue_one_letter_and_count_it_once(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = Post(meeting)
    post.reach("2", ANNA)
    post.reach("3", BORIS)
    seen = post.planner.store.earlier(meeting.meeting, Kind.LINK)
    post.planner.send_links(meeting.meeting, [post.owner("2")])
    monkeypatch.setattr(post.planner.store, "earlier", lambda *_: seen)
    late = post.planner.send_links(meeting.meeting)
    assert (late.queued[Channel.EMAIL], late.already) == (1, 1)
    assert states(post, Kind.LINK) == {State.QUEUED: 2}


def test_before_the_voting_the_officer_is_told_the_stage(tmp_path: Path) -> None:
    with installation(tmp_path / "home", {}) as (services, clock):
        meeting = called(services, clock)
        refused = refusal_of(lambda: Post(meeting).planner.send_links(meeting.meeting))
    assert refused == WrongStage("called", "open")


def test_whoever_is_named_gets_another_one_and_the_old_one_still_works(meeting: Meeting) -> None:
    post = Post(meeting)
    post.reach("2", ANNA)
    post.planner.send_links(meeting.meeting)
    post.round()
    post.planner.send_links(meeting.meeting, [post.owner("2")])
    post.round()
    tokens = {token_in(letter.text) for letter in post.mail.carried}
    assert len(tokens) == 2
    links = [meeting.services.desk.link(token) for token in tokens]
    assert all(link is not None and not link.revoked for link in links)


def test_a_link_that_surely_did_not_arrive_goes_again(meeting: Meeting) -> None:
    post = Post(meeting)
    post.reach("2", ANNA)
    post.mail.faults = [AddressRefusedError("rcpt_550")]
    post.planner.send_links(meeting.meeting)
    post.round()
    assert post.planner.send_links(meeting.meeting).queued[Channel.EMAIL] == 1


def test_a_link_is_not_sent_when_the_voting_is_over(meeting: Meeting) -> None:
    post = Post(meeting)
    post.reach("2", ANNA)
    post.planner.send_links(meeting.meeting)
    meeting.clock.move_to(CLOSES_AT)
    post.round()
    assert (post.mail.asked, states(post, Kind.LINK)) == (0, {State.STALE: 1})
    late = refusal_of(lambda: post.planner.send_links(meeting.meeting))
    assert late.code == "voting_is_closed"


def test_a_stranger_cannot_be_named(meeting: Meeting) -> None:
    post = Post(meeting)
    stranger = PersonId(meeting.house)
    assert (
        refusal_of(lambda: post.planner.send_links(meeting.meeting, [stranger])).code
        == "person_unknown"
    )


def test_a_channel_without_a_courier_reaches_nobody(meeting: Meeting) -> None:
    post = Post(meeting, Channel.PHONE)
    post.reach("2", ANNA)
    done = post.planner.send_links(meeting.meeting)
    assert sum(done.queued.values()) == 0
    assert post.owner("2") in done.without_contact
