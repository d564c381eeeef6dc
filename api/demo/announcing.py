"""The demo's announcements: a managing organisation speaks to one entrance through the chat.

What the step proves it reads back from where residents read it: from the chat itself, and from the
house's public list.
"""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from api.demo import people, story

if TYPE_CHECKING:
    from api.demo.messenger import DemoChat
    from api.demo.run import Demo
    from api.demo.show import Step

HOUR = timedelta(hours=1)


def announce(demo: Demo, step: Step) -> None:
    """Publish two announcements, correct one and cancel the other."""
    organisation, token = _entered(demo)
    with closing(people.Worker(demo.address, token)) as author:
        refused = author.try_post("/announcements", story.works(demo.house))
        foreign = people.refusal(refused, "house_not_assigned")
        demo.secretary.put(f"/organisations/{organisation}/houses/{demo.house}")
        works = author.post("/announcements", story.works(demo.house))["announcement"]
        outage = author.post("/announcements", story.outage(demo.house))["announcement"]
        demo.tell()
        before = _said(demo)
        demo.clock.tick(HOUR)
        author.post(f"/announcements/{works}/corrections", story.works_corrected())
        author.post(f"/announcements/{outage}/cancellation", story.outage_cancelled())
        demo.tell()
    _prove_chat(demo, step, before)
    _prove_log(demo, step, works, outage)
    step.prove(f"пока дом не закреплён за организацией: {foreign}")


def prove_chat(chat: DemoChat, step: Step) -> None:
    """Show that everything stands once in the chat, and the card at its top."""
    said = chat.read()
    if len(said) != len(set(said)):
        raise people.UnexpectedAnswerError("в чате есть повторы")
    step.prove(f"чат дома: сообщений {len(said)}, каждое один раз")
    if story.ADDRESS in chat.pinned():
        step.prove("карточка собрания — одно сообщение; менялась на месте и закреплена")


def _entered(demo: Demo) -> tuple[str, str]:
    body = {"name": story.COMPANY, "kind": "managing"}
    entered = demo.secretary.post("/organisations", body)
    return entered["organisation"], entered["token"]


def _said(demo: Demo) -> list[str]:
    """Read the organisation's posts as they stand in the chat."""
    return [text for text in demo.read() if f"{story.COMPANY}, " in text]


def _prove_chat(demo: Demo, step: Step, before: list[str]) -> None:
    after = _said(demo)
    if (len(before), len(after)) != (2, 2):
        raise people.UnexpectedAnswerError(f"объявлений в чате: {len(before)}, затем {len(after)}")
    corrected = _the_one(after, "Исправлено ", story.CORRECTION_REASON, "подъезд 2")
    _the_one(after, "ОТМЕНЕНО ", story.CANCELLATION_REASON)
    step.prove(f"чат: работы во 2-м подъезде — {_line(corrected, 'Когда: ')}, исправлено на месте")
    step.prove("чат: отключение отменено в том же сообщении; объявлений в чате два, а не четыре")


def _prove_log(demo: Demo, step: Step, works: str, outage: str) -> None:
    rows = demo.secretary.get(f"/houses/{demo.house}/announcements")
    listed: dict[str, Any] = {row["announcement"]: row for row in rows}
    stand = (listed[works]["version"], listed[outage]["cancelled"], listed[works]["entrances"])
    if len(listed) != 2 or stand != (2, True, [2]):
        raise people.UnexpectedAnswerError(f"объявления дома: {stand}")
    step.prove(
        "журнал дома: объявления, исправление и отмена — четыре записи, прежние слова не стёрты"
    )


def _the_one(texts: list[str], *words: str) -> str:
    found = [text for text in texts if all(word in text for word in words)]
    if len(found) != 1:
        raise people.UnexpectedAnswerError(f"в чате нет сообщения со словами {words}")
    return found[0]


def _line(text: str, beginning: str) -> str:
    lines = (line for line in text.splitlines() if line.startswith(beginning))
    return next(lines, "").removeprefix(beginning)
