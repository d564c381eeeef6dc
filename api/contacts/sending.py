"""Takes letters from the queue and hands them to the couriers, one at a time.

1. a letter is marked `sending` before it goes and settled after: a process that dies between leaves
   it marked, and the next one writes it down as unknown instead of sending it twice;
2. the link in it is made at that moment and kept nowhere, as every personal link; where the letter
   was surely not taken, the link is taken back with it;
3. a letter whose reason is over is not sent: a link after the voting, a contact that is gone; a
   short message waits for the end of the quiet hours of the house, as the chat does;
4. a person forgotten while their letter was on its way leaves neither its link nor its file;
5. log lines name the letter by its mark and the fault by its code: nobody's data.
"""

from __future__ import annotations

import logging
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, assert_never
from zoneinfo import ZoneInfo

from api.chat.options import read_options
from api.contacts.book import Channel, ContactBook
from api.contacts.courier import AddressRefusedError, AnswerLostError, Letter, NotTakenError
from api.contacts.letters import Kind, State
from api.contacts.plain import remove_written
from api.contacts.words import of_entered, of_link
from api.desk import links, token_hash
from domain.ballot import Ballot
from domain.facts import BallotId, moment
from domain.meeting import VotingOpen, called_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from api.contacts.book import Contact
    from api.contacts.courier import Courier
    from api.contacts.letters import LetterStore, Waiting
    from api.contacts.words import Words
    from api.services import Services
    from domain.facts import Moment

PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=24),
)
REST = timedelta(seconds=30)
"""How long a channel that is down is left alone: its letters are not to grow old all at once."""
logger = logging.getLogger(__name__)


class Sender:
    """Sends what waits."""

    def __init__(
        self, services: Services, store: LetterStore, couriers: Mapping[Channel, Courier]
    ) -> None:
        """Send by these couriers; ChatOptionsError says that the quiet hours cannot be read."""
        self._services = services
        self._store = store
        self._couriers = couriers
        self._book = ContactBook(services.desk.engine)
        self._quiet = read_options(services.settings.secrets).quiet
        self._rest: dict[Channel, Moment] = {}

    def begin(self) -> int:
        """Note what an earlier process was sending when it ended."""
        lost = self._store.give_up_lost()
        if lost:
            logger.warning("letters whose sending was cut short, now unknown: %d", lost)
        return lost

    def deliver(self, stopped: Callable[[], bool] = lambda: False) -> int:
        """Send what is due; gives how many letters were handled."""
        handled = 0
        for waiting in self._store.due(self._services.clock(), self._resting()):
            if stopped():
                break
            if waiting.channel not in self._resting() and self._store.claim(waiting.mark):
                self._send(waiting)
                handled += 1
        return handled

    def _resting(self) -> list[Channel]:
        """List the channels that are down and are not to be asked for every letter."""
        now = self._services.clock()
        return [channel for channel, until in self._rest.items() if now < until]

    def _send(self, waiting: Waiting) -> None:
        contact, courier = self._contact(waiting), self._couriers.get(waiting.channel)
        if contact is None or courier is None:
            self._store.settle(waiting.mark, State.STALE, "no_contact")
            return
        if waiting.kind is Kind.LINK and not self._still_open(waiting):
            self._store.settle(waiting.mark, State.STALE, "voting_over")
            return
        loud_at = self._loud_at(waiting)
        if loud_at is not None:
            self._store.put_back(waiting.mark, loud_at, waiting.attempts, "quiet_hours")
            return
        desk, url = self._services.desk, self._services.settings.public_url
        token = desk.issue_links(waiting.meeting, [waiting.person])[waiting.person]
        words = self._words(waiting, f"{url}/b/{token}")
        if words is None:
            self._take_back(token)
            self._store.settle(waiting.mark, State.STALE, "no_ballot")
            return
        letter = Letter(waiting.mark, contact, words.subject, words.text, words.short)
        try:
            courier.send(letter)
        except NotTakenError as fault:
            self._take_back(token)
            self._later(waiting, fault)
        except AddressRefusedError as fault:
            self._take_back(token)
            self._elsewhere(waiting, fault.code)
        except AnswerLostError as fault:
            logger.warning("letter %s: the answer was lost", waiting.mark)
            self._settle(waiting, token, State.UNKNOWN, fault.code)
        else:
            self._settle(waiting, token, State.SENT, courier.name)

    def _settle(self, waiting: Waiting, token: str, state: State, answer: str) -> None:
        """Note how it ended; where the person was forgotten meanwhile, erase what we made since."""
        if not self._store.settle(waiting.mark, state, answer):
            self._take_back(token)
            remove_written(self._services.settings.home, waiting.person)

    def _contact(self, waiting: Waiting, channel: Channel | None = None) -> Contact | None:
        """Find the address as it is known now, in the house of the meeting."""
        house = called_of(self._services.meeting(waiting.meeting)).house
        wanted = channel or waiting.channel
        return next(
            (
                contact
                for contact in self._book.of(waiting.person)
                if contact.house == house and contact.channel is wanted and contact.takes_letters
            ),
            None,
        )

    def _loud_at(self, waiting: Waiting) -> Moment | None:
        """Give when the house's quiet hours end, for what rings; None when it may ring now."""
        if waiting.channel is not Channel.PHONE:
            return None
        house = self._services.house_of(self._services.meeting(waiting.meeting))
        local = self._services.clock().astimezone(ZoneInfo(house.registered.time_zone))
        if not self._quiet.cover(local):
            return None
        end = local.replace(minute=0, second=0, microsecond=0)
        while self._quiet.cover(end):
            end += timedelta(hours=1)
        return moment(end.astimezone(UTC))

    def _still_open(self, waiting: Waiting) -> bool:
        meeting = self._services.meeting(waiting.meeting)
        closes_at = called_of(meeting).terms.closes_at
        return isinstance(meeting, VotingOpen) and self._services.clock() < closes_at

    def _words(self, waiting: Waiting, url: str) -> Words | None:
        """Word a letter; None when the log holds no decision it could be about."""
        services = self._services
        meeting = services.meeting(waiting.meeting)
        registered = services.house_of(meeting).registered
        zone = ZoneInfo(registered.time_zone)
        match waiting.kind:
            case Kind.LINK:
                return of_link(called_of(meeting).terms, registered.address, zone, url)
            case Kind.ENTERED:
                ballot = services.app.current(Ballot, BallotId(waiting.about))
                if ballot is None or ballot.received is None:
                    return None
                title = services.app.register_of(meeting).titles[ballot.received.title]
                received = ballot.received
                return of_entered(received, title.number, registered.address, zone, url)
            case _:
                assert_never(waiting.kind)

    def _take_back(self, token: str) -> None:
        """Forget a link that nobody has seen."""
        with self._services.desk.engine.begin() as connection:
            connection.execute(links.delete().where(links.c.token_hash == token_hash(token)))

    def _later(self, waiting: Waiting, fault: NotTakenError) -> None:
        logger.warning("letter %s was not taken: %s", waiting.mark, fault.code)
        now = self._services.clock()
        if not fault.only_this:
            self._rest[waiting.channel] = moment(now + REST)
        if waiting.attempts >= len(PAUSES):
            self._store.settle(waiting.mark, State.FAILED, fault.code)
            return
        until = moment(now + PAUSES[waiting.attempts])
        self._store.put_back(waiting.mark, until, waiting.attempts + 1, fault.code)

    def _elsewhere(self, waiting: Waiting, code: str) -> None:
        """Try the phone of a person whose mailbox refuses; then it is over."""
        logger.warning("letter %s was refused: %s", waiting.mark, code)
        phone = Channel.PHONE
        has_phone = phone in self._couriers and self._contact(waiting, phone) is not None
        if waiting.channel is Channel.EMAIL and has_phone:
            self._store.turn_to(waiting.mark, phone, code)
        else:
            self._store.settle(waiting.mark, State.REFUSED, code)
