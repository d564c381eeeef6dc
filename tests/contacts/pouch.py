"""A courier that remembers what it carried, and fails as told."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from api.contacts.book import Channel, ContactBook
from api.contacts.planning import Planner
from api.contacts.sending import Sender

if TYPE_CHECKING:
    from api.contacts.courier import Letter
    from domain.facts import PersonId
    from tests.integration.small import Meeting

LINK = re.compile(r"/b/([A-Za-z0-9_-]{22})")


@dataclass
class Pouch:
    """Carries letters nowhere; `faults` are raised in turn before a letter is taken."""

    name: str = "pouch"
    carried: list[Letter] = field(default_factory=list)
    faults: list[Exception] = field(default_factory=list)
    asked: int = 0

    def send(self, letter: Letter) -> None:
        """Take a letter or fail."""
        self.asked += 1
        if self.faults:
            raise self.faults.pop(0)
        self.carried.append(letter)

    def close(self) -> None:
        """Nothing is held."""


class Post:
    """The letters of a meeting in one process: planner and sender over two pouches."""

    def __init__(self, meeting: Meeting, *channels: Channel) -> None:
        """Start as a process starts."""
        self.meeting = meeting
        self.mail, self.phone = Pouch(), Pouch()
        both = {Channel.EMAIL: self.mail, Channel.PHONE: self.phone}
        self.by = {channel: both[channel] for channel in channels or tuple(both)}
        self.planner = Planner(meeting.services, self.by)
        self.sender = Sender(meeting.services, self.planner.store, self.by)
        self.book = ContactBook(meeting.services.desk.engine)
        self.planner.begin()
        self.lost = self.sender.begin()

    def owner(self, number: str, order: int = 0) -> PersonId:
        """Give the first owner of a title."""
        return self.meeting.titles[number][order].holders[0].person

    def reach(self, number: str, value: str, channel: Channel = Channel.EMAIL) -> None:
        """Keep a contact of the owner of a premises."""
        self.book.keep(self.meeting.house, self.owner(number), channel, value)

    def round(self) -> None:
        """Do what the thread does until there is nothing left to do."""
        while self.planner.collect():
            pass
        while self.sender.deliver():
            pass


def token_in(text: str) -> str:
    """Find the personal link in a letter."""
    found = LINK.search(text)
    if found is None:
        raise AssertionError(text)
    return found[1]
