"""Russian names of stages, outcomes, channels and kinds, for pages and sentences."""

from __future__ import annotations

from domain.events import Channel, NoticeLeg, Outcome, PremisesKind
from domain.law.rules import Body

_STAGES = {
    "called": "собрание созвано",
    "open": "идёт голосование",
    "closed": "голосование завершено",
    "finished": "протокол составлен",
}
_OUTCOMES = {
    Outcome.CARRIED: "Решение принято",
    Outcome.REJECTED: "Решение не принято",
    Outcome.NO_QUORUM: "Кворума нет, решение не принималось",
    Outcome.UNCLEAR: "Итог не определён: закон допускает разные прочтения",
}
_CHANNELS = {
    Channel.LINK: "по ссылке",
    Channel.PAPER: "на бумаге",
    Channel.IN_PERSON: "лично на собрании",
    Channel.EXTERNAL_SYSTEM: "в другой информационной системе",
}
_KINDS = {
    PremisesKind.FLAT: "квартира",
    PremisesKind.ROOM: "комната",
    PremisesKind.NON_RESIDENTIAL: "нежилое помещение",
    PremisesKind.PARKING: "машино-место",
    PremisesKind.STORAGE: "кладовая",
}
_LEGS = {
    NoticeLeg.SYSTEM: "размещение в информационной системе",
    NoticeLeg.OWNERS: "извещение собственников",
}
_BODIES = {
    Body.OWNERS_MEETING: "общее собрание собственников",
    Body.CONSENT: "все собственники, по согласию каждого",
    Body.TSG_MEMBERS: "общее собрание членов товарищества",
    Body.SOLE_OWNER: "единственный собственник",
}
_THINGS = {
    "house": "дом",
    "meeting": "собрание",
    "ballot": "решение собственника",
    "count": "подсчёт",
    "checkpoint": "контрольная точка",
    "tile": "плитка журнала",
    "register": "реестр собрания",
    "announcement": "объявление",
    "organisation": "организация",
    "webhook": "подписка на события",
    "post": "сообщение для чата",
}


def stage_text(stage: str) -> str:
    """Name a stage of a meeting: called, open, closed, finished."""
    return _STAGES[stage]


def outcome_text(outcome: Outcome | str) -> str:
    """Say what became of a question."""
    return _OUTCOMES[Outcome(outcome)]


def channel_text(channel: Channel | str) -> str:
    """Say how an answer came, as an adverb: «на бумаге»."""
    return _CHANNELS[Channel(channel)]


def kind_text(kind: PremisesKind | str) -> str:
    """Name a kind of premises."""
    return _KINDS[PremisesKind(kind)]


def leg_text(leg: NoticeLeg | str) -> str:
    """Name one of the two notices."""
    return _LEGS[NoticeLeg(leg)]


def body_text(body: Body | str) -> str:
    """Say who decides a matter."""
    return _BODIES[Body(body)]


def thing_text(what: str) -> str:
    """Name what was looked for, in the nominative; a new kind of thing is just «запись»."""
    return _THINGS.get(what, "запись")
