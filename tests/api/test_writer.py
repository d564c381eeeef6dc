"""The writer commits in groups: one refusal or fault harms nobody else, nothing waits for ever."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import pytest

from api import offices
from api.owners import cast_by_link, contest_by_link
from api.writer import WriterClosedError, Written
from domain import usecases
from domain.application import SharedBatchError, Sobranie, UnknownRegisterError
from domain.batch import Command, Scope
from domain.count import Count, count_id
from domain.events import Channel, CountPurpose, Evidence, LogKeyAdded, Mark
from domain.facts import moment
from domain.refusals import AlreadyVoted, NotFound, Refused, VotingIsClosed
from domain.voting import Decision
from signing.note import VerifierKey
from signing.receipt import Receipt
from tests.integration.small import CLOSES_AT, Meeting, called, installation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from api.desk import Link
    from domain.facts import TitleId


@pytest.fixture
def meeting(tmp_path: Path) -> Iterator[Meeting]:
    """Give a meeting whose voting is open."""
    with installation(tmp_path / "home", {}) as (services, clock):
        made = called(services, clock)
        made.open()
        yield made


def ballot(meeting: Meeting, title: TitleId, mark: Mark = Mark.FOR) -> Command[Any]:
    """Bind a vote for both questions."""
    decision = Decision((mark, mark), Channel.LINK, Evidence("test", "cd" * 32), meeting.clock())
    return offices.cast_command(meeting.meeting, [title], decision)


def together(meeting: Meeting, *commands: Command[Any]) -> list[Written | BaseException]:
    """Queue commands at once, as many callers do, and wait for all answers."""

    async def queue() -> list[Written | BaseException]:
        futures = [meeting.services.writer.submit(command) for command in commands]
        return await asyncio.gather(*futures, return_exceptions=True)

    return asyncio.run(queue())


def fail(_scope: Scope) -> None:
    """Be a bug."""
    raise ZeroDivisionError


def refuse(_scope: Scope) -> None:
    """Say no."""
    raise Refused(NotFound("nothing"))


def test_a_refusal_and_a_bug_harm_nobody_else(meeting: Meeting) -> None:
    """Of four commands queued together the two good ones are recorded."""
    first, second = (title.id for title in meeting.titles["1"])
    answers = together(
        meeting, ballot(meeting, first), Command(refuse), Command(fail), ballot(meeting, second)
    )
    assert [type(answer) for answer in answers] == [Written, Refused, ZeroDivisionError, Written]


def test_two_votes_for_one_title_in_one_group(meeting: Meeting) -> None:
    """The later of two simultaneous votes is refused by the earlier, not lost or merged."""
    title = meeting.titles["2"][0].id
    answers = together(
        meeting, *(ballot(meeting, title, mark) for mark in (Mark.FOR, Mark.AGAINST, Mark.FOR))
    )
    assert isinstance(answers[0], Written)
    for refused in answers[1:]:
        assert isinstance(refused, Refused)
        assert isinstance(refused.reason, AlreadyVoted)


def test_every_receipt_verifies_against_the_log(meeting: Meeting) -> None:
    """Receipts of one group prove their own records under the key of the house's log."""
    titles = [title.id for titles in meeting.titles.values() for title in titles]
    answers = together(meeting, *(ballot(meeting, title) for title in titles))
    key = VerifierKey.from_text(meeting.services.logs.key(meeting.house).to_text())
    for answer in answers:
        assert isinstance(answer, Written)
        receipt = Receipt.from_bytes(answer.receipts[0].to_text().encode())
        assert receipt.extra is not None
        receipt.verify(receipt.extra, [key])


def test_a_command_that_reads_everything_stands_alone(meeting: Meeting) -> None:
    """A vote cast in time, the close and the count queued at once: the count misses no ballot."""
    services, key = meeting.services, meeting.meeting
    vote = ballot(meeting, meeting.titles["3"][0].id)
    meeting.clock.move_to(CLOSES_AT)
    answers = together(
        meeting,
        vote,
        Command(lambda scope: usecases.close_voting(scope, key)),
        Command(lambda s: usecases.open_count(s, key, CountPurpose.COMMISSION, "комиссия")),
        Command(lambda s: usecases.complete_count(s, count_id(key, 1)), alone=True),
    )
    assert [type(answer) for answer in answers] == [Written] * 4, answers
    counted = services.app.current(Count, count_id(key, 1))
    assert counted is not None
    assert counted.completed is not None
    assert counted.completed.result.ballots == 1


def test_a_shared_batch_is_a_bug(meeting: Meeting) -> None:
    """The application refuses to decide such a command beside others."""
    app = meeting.services.app
    commands = [Command(refuse), Command(refuse, alone=True)]
    with pytest.raises(SharedBatchError):
        app.execute(commands, meeting.clock())


def test_a_register_read_while_the_log_grew_is_not_fixed(meeting: Meeting) -> None:
    """A decision on the whole log is taken again when another process has written meanwhile."""
    seen: list[int] = []

    def opening(scope: Scope) -> int:
        house = scope.house(meeting.house)
        scope.current_register(house)
        seen.append(scope.sizes[meeting.house])
        if len(seen) == 1:
            meeting.vote(meeting.titles["2"][0].id, Mark.FOR, Mark.FOR)
        scope.add(meeting.house, meeting.house, LogKeyAdded(f"key {len(seen)}"))
        return len(seen)

    done = meeting.services.app.run(opening, meeting.clock())
    assert done.value == 2
    assert seen[1] == seen[0] + 1


def test_a_failing_wake_up_does_not_stop_the_writer(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What follows the log may fail; votes go on."""
    monkeypatch.setattr(meeting.services.writer, "_after_commit", fail)
    first, second = (title.id for title in meeting.titles["1"])
    assert isinstance(together(meeting, ballot(meeting, first))[0], Written)
    assert isinstance(together(meeting, ballot(meeting, second))[0], Written)


def test_a_closed_writer_takes_nothing(meeting: Meeting) -> None:
    """After closing, a command is refused at once instead of waiting for ever."""
    meeting.services.writer.close()
    with pytest.raises(WriterClosedError):
        meeting.services.writer.run(Command(refuse))


def test_a_vote_written_elsewhere_meanwhile_is_not_overwritten(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process votes for the title between the decision and the commit: it was first."""
    services = meeting.services
    title = meeting.titles["2"][0].id
    elsewhere = Sobranie(services.settings.log_environment() | {"CREATE_TABLE": "no"})
    write = services.app.recorder.insert_events
    earlier = [ballot(meeting, title, Mark.AGAINST)]

    def write_after_the_other(*events: Any, **rest: Any) -> Any:
        if earlier:
            elsewhere.execute([earlier.pop()], meeting.clock())
        return write(*events, **rest)

    monkeypatch.setattr(services.app.recorder, "insert_events", write_after_the_other)
    (answer,) = together(meeting, ballot(meeting, title))
    assert isinstance(answer, Refused)
    assert isinstance(answer.reason, AlreadyVoted)
    (received,) = services.app.ballots_of(services.meeting(meeting.meeting))
    assert received.received is not None
    assert received.received.answers == (Mark.AGAINST, Mark.AGAINST)
    elsewhere.close()


def test_a_vote_is_not_written_into_a_voting_closed_elsewhere_meanwhile(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process closes between the decision and the commit: the vote is decided again."""
    services = meeting.services
    elsewhere = Sobranie(services.settings.log_environment() | {"CREATE_TABLE": "no"})
    write = services.app.recorder.insert_events
    close = [Command(lambda scope: usecases.close_voting(scope, meeting.meeting))]

    def write_after_the_other(*events: Any, **rest: Any) -> Any:
        if close:
            elsewhere.execute([close.pop()], moment(CLOSES_AT))
        return write(*events, **rest)

    monkeypatch.setattr(services.app.recorder, "insert_events", write_after_the_other)
    (answer,) = together(meeting, ballot(meeting, meeting.titles["2"][0].id))
    assert isinstance(answer, Refused)
    assert isinstance(answer.reason, VotingIsClosed)
    assert services.app.ballots_of(services.meeting(meeting.meeting)) == []
    elsewhere.close()


def test_a_register_other_than_the_one_fixed_is_a_damaged_store(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The opening fixed the register's digest: nobody is weighed by a register that differs."""
    services = meeting.services
    elsewhere = Sobranie(services.settings.log_environment() | {"CREATE_TABLE": "no"})
    read = elsewhere.reader.entries_of_types
    monkeypatch.setattr(
        elsewhere.recorder, "entries_of_types", lambda *wanted: list(read(*wanted))[:-1]
    )
    with pytest.raises(UnknownRegisterError):
        elsewhere.register_of(elsewhere.meeting(meeting.meeting))
    elsewhere.close()


def test_votes_are_carried_out_on_the_loop_unless_the_store_is_slow(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is at hand is decided and written where it is submitted; the rest by the thread."""
    services = meeting.services
    links = [
        services.desk.link(one.token) for one in offices.issue_links(services, meeting.meeting)
    ]
    execute, names = services.app.execute, list[str]()

    def noted(*given: Any, **rest: Any) -> Any:
        names.append(threading.current_thread().name)
        return execute(*given, **rest)

    monkeypatch.setattr(services.app, "execute", noted)

    async def vote_by(link: Link | None) -> Written:
        assert link is not None
        return await cast_by_link(services, link, (Mark.FOR, Mark.FOR))

    async def anything() -> None:
        await services.writer.submit(Command(lambda _scope: None))

    here = threading.current_thread().name
    asyncio.run(vote_by(links[0]))
    asyncio.run(anything())
    monkeypatch.setattr("api.writer.SLOW_SECONDS", -1)
    asyncio.run(vote_by(links[1]))
    monkeypatch.setattr("api.writer.SLOW_SECONDS", 1_000_000)
    asyncio.run(vote_by(links[2]))
    asyncio.run(vote_by(links[3]))
    with pytest.raises(Refused):
        asyncio.run(vote_by(links[3]))
    assert names == [here, "writer", here, "writer", here, "writer"]


def test_nobody_writes_beside_a_command_of_another_thread(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a thread's command is under way, votes follow it instead of being decided at once."""
    services = meeting.services
    (link, *_rest) = offices.issue_links(services, meeting.meeting)
    begun, may_end, order = threading.Event(), threading.Event(), list[str]()

    def long(_scope: Scope) -> None:
        begun.set()
        may_end.wait(60)
        order.append("long")

    def run_it() -> None:
        services.writer.run(Command(long))

    async def vote() -> None:
        known = services.desk.link(link.token)
        assert known is not None
        answer = cast_by_link(services, known, (Mark.FOR, Mark.FOR))
        for _ in range(50):
            await asyncio.sleep(0)
        assert not answer.done()
        may_end.set()
        await answer
        order.append("vote")

    thread = threading.Thread(target=run_it)
    thread.start()
    assert begun.wait(60)
    asyncio.run(vote())
    thread.join()
    assert order == ["long", "vote"]


def test_what_waits_when_the_writer_closes_is_refused(meeting: Meeting) -> None:
    async def submit() -> None:
        answer = meeting.services.writer.submit(Command(refuse))
        meeting.services.writer.close()
        with pytest.raises(WriterClosedError):
            await answer

    asyncio.run(submit())


def test_a_ballot_thought_new_that_was_begun_elsewhere(meeting: Meeting) -> None:
    """A process does not ask the store for ballots it knows nothing in; another one has voted."""
    services = meeting.services
    elsewhere = Sobranie(services.settings.log_environment() | {"CREATE_TABLE": "no"})
    links = {}
    for issued in offices.issue_links(services, meeting.meeting):
        link = services.desk.link(issued.token)
        assert link is not None
        links[link.person] = link

    def of(number: str) -> tuple[Link, TitleId]:
        title = meeting.titles[number][0]
        return links[title.holders[0].person], title.id

    def by_link(number: str) -> Written | Refused:
        async def cast() -> Written:
            return await cast_by_link(services, of(number)[0], (Mark.FOR, Mark.FOR))

        try:
            return asyncio.run(cast())
        except Refused as refused:
            return refused

    assert isinstance(by_link("1"), Written)
    elsewhere.execute([ballot(meeting, of("2")[1], Mark.AGAINST)], meeting.clock())
    elsewhere.execute([ballot(meeting, of("3")[1], Mark.AGAINST)], meeting.clock())
    late = by_link("2")
    assert isinstance(late, Refused)
    assert isinstance(late.reason, AlreadyVoted)

    async def object_to_it() -> Written:
        link, title = of("3")
        return await contest_by_link(services, link, str(title), "не голосовал")

    assert isinstance(asyncio.run(object_to_it()), Written)
    assert isinstance(by_link("Н-1"), Written)
    received = services.app.ballots_of(services.meeting(meeting.meeting))
    assert len(received) == 4
    assert sum(ballot.is_contested for ballot in received) == 1
    elsewhere.close()


def test_voting_goes_on_in_more_meetings_than_registers_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.application.MOST_REGISTERS", 1)
    with installation(tmp_path / "home", {}) as (services, clock):
        meetings = [called(services, clock) for _ in range(3)]
        for one in meetings:
            one.prove()
        for one in meetings:
            one.open()
        for number in ("1", "2"):
            for one in meetings:
                assert one.vote(one.titles[number][0].id, Mark.FOR, Mark.FOR).facts
        for one in meetings:
            with pytest.raises(Refused):
                one.vote(one.titles["2"][0].id, Mark.FOR, Mark.FOR)
            assert len(services.app.ballots_of(services.meeting(one.meeting))) == 2
