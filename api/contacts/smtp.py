"""E-mail by SMTP (RFC 5321): TLS and a checked certificate unless the server is this machine.

What an answer means depends on when it comes:

1. up to RCPT nothing was taken: 5xx about the address is for ever, everything else is for now;
2. once the letter itself is on its way, silence means that nobody knows;
3. the answer after the last dot decides: 250 is taken, 4xx not now, 5xx never.
"""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from api.contacts.courier import AddressRefusedError, AnswerLostError, NotTakenError

if TYPE_CHECKING:
    from api.clock import Clock
    from api.contacts.courier import Letter

TIMEOUT_SECONDS = 20.0
OK, FOR_EVER = 250, 500
MAILBOX_CODES = frozenset({550, 551, 553, 501})
"""Answers to RCPT that are about the address; 552 and 554 may be about our server or its quota."""


class Security(StrEnum):
    """How the connection is kept private."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SmtpPlace:
    """Where letters are handed over, and as whom."""

    host: str
    port: int
    security: Security
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: str = ""


class SmtpCourier:
    """Hands letters to a mail server, over one connection as long as it holds."""

    name = "smtp"

    def __init__(self, place: SmtpPlace, clock: Clock, timeout: float = TIMEOUT_SECONDS) -> None:
        """Nothing is connected yet."""
        self._place = place
        self._clock = clock
        self._timeout = timeout
        self._open: smtplib.SMTP | None = None

    def send(self, letter: Letter) -> None:
        """Send one letter."""
        message = self._message(letter)
        server = self._connected()
        try:
            self._envelope(server, letter.to.value)
        except (smtplib.SMTPException, OSError) as fault:
            self._drop()
            raise NotTakenError("connection_lost") from fault
        self._body(server, message)

    def close(self) -> None:
        """Let the connection go."""
        if self._open is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._open.quit()
        self._drop()

    # --- one letter -------------------------------------------------------------------------------

    def _message(self, letter: Letter) -> bytes:
        """Write the letter; the library refuses a line break in a header, whoever sent it."""
        message = EmailMessage(SMTP)
        try:
            message["From"] = Address("", addr_spec=self._place.sender)
            message["To"] = Address("", addr_spec=letter.to.value)
            message["Subject"] = letter.subject
        except ValueError as fault:
            raise AddressRefusedError("header_refused") from fault
        message["Date"] = format_datetime(self._clock().astimezone(UTC))
        message["Message-ID"] = f"<{letter.mark[:32]}@{self._place.sender.rsplit('@', 1)[1]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text, cte="base64")
        return message.as_bytes()

    def _envelope(self, server: smtplib.SMTP, address: str) -> None:
        code, _ = server.mail(self._place.sender)
        if code != OK:
            self._reset(server)
            raise NotTakenError(f"mail_{code}")
        code, _ = server.rcpt(address)
        if code in (OK, OK + 1):
            return
        self._reset(server)
        if code in MAILBOX_CODES:
            raise AddressRefusedError(f"rcpt_{code}")
        raise NotTakenError(f"rcpt_{code}", only_this=True)

    def _body(self, server: smtplib.SMTP, message: bytes) -> None:
        try:
            code, _ = server.data(message)
        except smtplib.SMTPDataError as refused:
            # The server did not even let us begin.
            self._drop()
            raise NotTakenError(f"data_{refused.smtp_code}") from refused
        except (smtplib.SMTPException, OSError) as fault:
            self._drop()
            raise AnswerLostError("answer_lost") from fault
        if code == OK:
            return
        self._reset(server)
        if code >= FOR_EVER:
            raise AddressRefusedError(f"data_{code}")
        raise NotTakenError(f"data_{code}", only_this=True)

    def _reset(self, server: smtplib.SMTP) -> None:
        try:
            server.rset()
        except (smtplib.SMTPException, OSError):
            self._drop()

    # --- connection -------------------------------------------------------------------------------

    def _connected(self) -> smtplib.SMTP:
        """Give the open connection if it still answers, otherwise a new one."""
        if self._open is not None and self._answers(self._open):
            return self._open
        self._drop()
        try:
            server = self._connect()
        except smtplib.SMTPAuthenticationError as fault:
            raise NotTakenError(f"login_{fault.smtp_code}") from fault
        except smtplib.SMTPNotSupportedError as fault:
            raise NotTakenError("tls_or_login_not_offered") from fault
        except ssl.SSLError as fault:
            raise NotTakenError("tls_failed") from fault
        except (smtplib.SMTPException, OSError) as fault:
            raise NotTakenError("no_connection") from fault
        self._open = server
        return server

    def _drop(self) -> None:
        """Let a connection go without a word: nobody may be listening."""
        server, self._open = self._open, None
        if server is not None:
            server.close()

    @staticmethod
    def _answers(server: smtplib.SMTP) -> bool:
        try:
            return server.noop()[0] == OK
        except (smtplib.SMTPException, OSError):
            return False

    def _connect(self) -> smtplib.SMTP:
        place = self._place
        # Named by the sender's domain: the machine's own name is nobody's business, and the library
        # would ask a name server for it.
        where = (place.host, place.port, place.sender.rsplit("@", 1)[1])
        if place.security is Security.TLS:
            context = self._trust()
            server: smtplib.SMTP = smtplib.SMTP_SSL(*where, timeout=self._timeout, context=context)
        else:
            server = smtplib.SMTP(*where, timeout=self._timeout)
        try:
            if place.security is Security.STARTTLS:
                server.starttls(context=self._trust())
            if place.user:
                server.login(place.user, place.password)
            else:
                server.ehlo_or_helo_if_needed()
        except (smtplib.SMTPException, OSError):
            server.close()
            raise
        return server

    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._place.ca_file or None)
