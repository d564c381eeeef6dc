"""What the bot says in its dialog with one person: the way to their page, or how to get one.

1. a personal link in the start is bound to the account and answered with a one-time ticket: the
   link itself opens nothing any more outside this account;
2. without a link the bot asks for the phone; a contact that MAX vouches for leads to the owner;
3. what is said never repeats a phone, a name or a link; addresses stand in buttons alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.chat.max.content import ContactButton, LinkButton, NewMessage, keyboard, plain_to_html
from api.identity.max_ways import TOKEN, MaxWays
from api.messages import explain
from api.refusals import LinkOfAnother
from api.web.rendering import DEFAULT_ZONE
from domain.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.chat.max.content import AnyButton
    from api.chat.max.models import Message
    from api.chat.max.updates import BotStarted
    from api.identity.admitting import Proven
    from api.services import Services

MOST_WAYS = 10
HELLO = (
    "Здравствуйте! Чтобы открыть вашу страницу собрания, подтвердите номер телефона кнопкой ниже. "
    "По нему мы найдём вас среди собственников; больше он ни для чего не нужен. Если у вас есть "
    "бумажное извещение с кодом, введите код на сайте."
)
YOURS = (
    "Здравствуйте! Откройте свою страницу собрания. Кнопка действует один раз и 15 минут. "
    "Не пересылайте её никому: по ней отвечают от вашего имени."
)


def sends_contact(message: Message) -> bool:
    """Tell whether a person has sent a contact to the bot in its dialog."""
    person = message.sender is not None and not message.sender.is_bot
    contact = any(item.type == "contact" for item in message.body.attachments)
    return person and contact and message.recipient.chat_type == "dialog"


class Answers:
    """Words and buttons for one person."""

    def __init__(self, services: Services) -> None:
        """Answer for an installation."""
        self._services = services
        self._ways = MaxWays(services)
        self._url = services.settings.public_url

    def to_start(self, update: BotStarted) -> NewMessage:
        """Answer somebody who has opened the dialog."""
        found, user = TOKEN.fullmatch(update.payload or ""), update.user.user_id
        try:
            if found is not None:
                return self._lead([self._ways.started(found[1], user)])
            return self._lead(self._ways.known(user))
        except Refused as refused:
            if isinstance(refused.reason, LinkOfAnother):
                return self._explained(refused)
            return self._ask_for_phone(HELLO)

    def to_contact(self, message: Message) -> NewMessage:
        """Answer a contact."""
        try:
            return self._lead(self._ways.contact(message))
        except Refused as refused:
            return self._explained(refused)

    def _lead(self, ways: Sequence[Proven]) -> NewMessage:
        now = self._services.clock()
        buttons: list[AnyButton] = []
        for way in ways[:MOST_WAYS]:
            ticket = self._ways.admissions.ticket(way, now)
            text = "Открыть мою страницу" if len(ways) == 1 else self._named(way)
            buttons.append(LinkButton(text[:120], f"{self._url}/in/{ticket}"))
        return _message(YOURS, buttons)

    def _named(self, way: Proven) -> str:
        meeting = self._services.app.meeting_seen(way.meeting)
        return self._services.house_of(meeting).registered.address

    def _explained(self, refused: Refused) -> NewMessage:
        words = explain(refused.reason, DEFAULT_ZONE)
        return self._ask_for_phone(f"{words.title}. {words.text} {words.remedy}")

    def _ask_for_phone(self, words: str) -> NewMessage:
        code = LinkButton("Ввести код из извещения", f"{self._url}/code")
        return _message(words, [ContactButton("Подтвердить номер телефона"), code])


def _message(words: str, buttons: Sequence[AnyButton]) -> NewMessage:
    rows = tuple((button,) for button in buttons)
    return NewMessage(text=plain_to_html(words), attachments=(keyboard(rows),))
