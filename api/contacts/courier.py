"""The port of letters to one person: e-mail and short messages. An adapter tells only this:

    send() returns          the other side has taken the letter
    NotTakenError           surely not taken, later it may be: no connection, busy, a wrong password
    AddressRefusedError     never to this address
    AnswerLostError         it may have been taken: written down, not sent again

An error holds a code and no word of the letter, its address or its link.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from api.contacts.book import Contact


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter ready to go; it holds a personal link, so nothing of it shows in a repr.

    Attributes:
        mark: the same for every try of one letter; receivers may tell repetitions by it.
        short: what is said instead where every sign is paid for.
    """

    mark: str
    to: Contact
    subject: str = field(repr=False)
    text: str = field(repr=False)
    short: str = field(repr=False)


class CourierError(Exception):
    """A letter did not go out as it should; `code` is stable and names nobody."""

    def __init__(self, code: str) -> None:
        """Keep the code."""
        super().__init__(code)
        self.code = code


class NotTakenError(CourierError):
    """The letter was surely not taken; it may be later.

    Attributes:
        only_this: it was this letter's turn, others may go through.
    """

    def __init__(self, code: str, *, only_this: bool = False) -> None:
        """Keep the code and whom it concerns."""
        super().__init__(code)
        self.only_this = only_this


class AddressRefusedError(CourierError):
    """The letter will never be taken at this address."""


class AnswerLostError(CourierError):
    """Nobody knows whether the letter was taken."""


class Courier(Protocol):
    """Carries letters of one channel."""

    @property
    def name(self) -> str:
        """How letters go, for officers: smtp, sms, file, console."""
        ...

    def send(self, letter: Letter) -> None:
        """Hand a letter over, or raise a CourierError."""
        ...

    def close(self) -> None:
        """Let connections go."""
        ...
