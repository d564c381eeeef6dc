"""The demo's story: an invented house, its meeting and how its owners answer. Nobody is real."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, TypeVar

from api.demo.names import Dice, People
from domain.events import Basis

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

T = TypeVar("T")

MOSCOW = timezone(timedelta(hours=3))
ADDRESS = "г. Залесск, ул. Кленовая, д. 12"
AREA = "39773.80"
ENTRANCES = 4
PLACE = "г. Залесск, ул. Кленовая, д. 12, пом. Н-1"
SYSTEM_ID = "10000012345678"
COMPANY = "ООО «УК Пример-Тест»"

CALLED_AT = datetime(2026, 9, 1, 9, 0, tzinfo=MOSCOW).astimezone(UTC)
OPENS_AT = datetime(2026, 9, 14, 19, 0, tzinfo=MOSCOW)
CLOSES_AT = datetime(2026, 10, 12, 18, 0, tzinfo=MOSCOW)
PAPER_UNTIL = CLOSES_AT - timedelta(days=3)

CHANCES = (97, 90, 86, 66, 72, 84, 70, 93)
"""How many owners in a hundred are for each question; the fourth and fifth want 2/3 of all."""


def agenda(seed: int) -> list[dict[str, Any]]:
    """Give eight questions of different rules, worded as a notice words them."""
    people = People(Dice(seed + 1))
    chair, secretary = (people.person(man=man).name for man in (False, True))
    return [
        _item(
            "Об избрании председательствующего и секретаря общего собрания",
            "Избрать: председательствующий общего собрания — {1}, секретарь — {2}.",
            "procedural",
            persons=[{"kind": "person", "name": name} for name in (chair, secretary)],
        ),
        _item(
            "О проведении текущего ремонта подъездов № 1–4 в 2027 году",
            "Провести до 01.09.2027 текущий ремонт подъездов № 1–4 по смете от 20.08.2026 № 3 на "
            "сумму 1 240 000 руб. за счёт платы за содержание жилого помещения.",
            "44.2.4.1",
        ),
        _item(
            "О выборе управляющей организации",
            f"Выбрать управляющей организацией {COMPANY}.",
            "44.2.4.7",
        ),
        _item(
            "О передаче части фасада в пользование для рекламной конструкции",
            "Передать ООО «Реклама-Тест» часть фасада площадью 6 м² под рекламную конструкцию на "
            "12 месяцев за 5 000 руб. в месяц.",
            "44.2.3",
        ),
        _item(
            "О проведении капитального ремонта лифтового оборудования",
            "Провести в 2027 году капитальный ремонт лифтового оборудования: четыре лифта, "
            "предельная стоимость — 12 000 000 руб., источник — фонд капитального ремонта.",
            "44.2.1",
        ),
        _item(
            "О полномочиях совета дома на решения о текущем ремонте",
            "Наделить совет многоквартирного дома полномочиями на принятие решений о текущем "
            "ремонте общего имущества.",
            "44.2.4.2",
        ),
        _item(
            "О размере платы за содержание жилого помещения",
            "Установить с 01.01.2027 плату за содержание жилого помещения 45,39 руб. за 1 м² "
            "в месяц.",
            "156.7",
        ),
        _item(
            "О способе направления сообщений о собраниях",
            "Направлять сообщения о собраниях, размещая их на досках объявлений во всех подъездах.",
            "45.4",
        ),
    ]


def _item(question: str, proposal: str, decision: str, **more: Any) -> dict[str, Any]:
    return {"question": question, "proposal": proposal, "decision": decision, **more}


def call(house: str, basis: Basis, seed: int) -> dict[str, Any]:
    """Give the call as the secretary sends it."""
    people = People(Dice(seed + 2))
    return {
        "house": house,
        "form": "absentee" if basis is Basis.REGIONAL_SYSTEM else "mixed",
        "basis": basis.value,
        "items": agenda(seed),
        "initiator": {"kind": "company", "name": COMPANY, "document": "ОГРН 1000000000000"},
        "place": PLACE,
        "opens_at": OPENS_AT.isoformat(),
        "closes_at": CLOSES_AT.isoformat(),
        "in_person_at": None if basis is Basis.REGIONAL_SYSTEM else OPENS_AT.isoformat(),
        "materials": f"Ознакомиться с материалами: {PLACE}, по будням с 9 до 18 часов.",
        "gis_id": SYSTEM_ID,
        "counters": [
            {"kind": "person", "name": people.person(man=man).name} for man in (False, True)
        ],
    }


# --- announcements --------------------------------------------------------------------------------

_WORKS_FROM = datetime(2026, 9, 3, 10, 0, tzinfo=MOSCOW)
_WORKS_UNTIL = datetime(2026, 9, 3, 16, 0, tzinfo=MOSCOW)
_OUTAGE_FROM = datetime(2026, 9, 4, 9, 0, tzinfo=MOSCOW)
_OUTAGE_UNTIL = datetime(2026, 9, 4, 12, 0, tzinfo=MOSCOW)
CORRECTION_REASON = "работы продлятся до вечера"
CANCELLATION_REASON = "испытания перенесены, вода будет"


def _words(until: datetime) -> dict[str, Any]:
    return {
        "kind": "planned_works",
        "heading": "замена стояка холодной воды",
        "text": "Меняем стояк холодной воды во втором подъезде. Нужен доступ в квартиры.",
        "starts_at": _WORKS_FROM.isoformat(),
        "ends_at": until.isoformat(),
    }


def works(house: str) -> dict[str, Any]:
    """Give the planned works of one entrance, as the organisation sends them."""
    return _words(_WORKS_UNTIL) | {"houses": [{"house": house, "entrances": [2]}]}


def works_corrected() -> dict[str, Any]:
    """Give the same with a later end."""
    later = _words(_WORKS_UNTIL + timedelta(hours=3))
    return later | {"version": 1, "reason": CORRECTION_REASON}


def outage(house: str) -> dict[str, Any]:
    """Give the outage that will be cancelled."""
    return {
        "kind": "outage",
        "heading": "горячая вода",
        "text": "Не будет горячей воды: испытания сетей.",
        "starts_at": _OUTAGE_FROM.isoformat(),
        "ends_at": _OUTAGE_UNTIL.isoformat(),
        "houses": [{"house": house, "entrances": []}],
    }


def outage_cancelled() -> dict[str, Any]:
    """Give its cancellation."""
    return {"version": 1, "reason": CANCELLATION_REASON}


# --- answers --------------------------------------------------------------------------------------


class Will:
    """How owners answer: always the same for the same seed."""

    def __init__(self, seed: int) -> None:
        """Begin the story of answers."""
        self._dice = Dice(seed + 3)

    def shuffled(self, people: Sequence[T]) -> list[T]:
        """Give people in the order in which they get round to it."""
        waiting = list(people)
        return [waiting.pop(self._dice.below(len(waiting))) for _ in people]

    def answers(self, *, paper: bool = False) -> dict[str, str]:
        """Give an owner's answers; a paper sometimes carries two marks or none."""
        return {str(number): mark for number, mark in enumerate(self._marks(paper), 1)}

    def _marks(self, paper: bool) -> Iterator[str]:
        for chance in CHANCES:
            draw = self._dice.below(100)
            if paper and self._dice.below(100) < 2:
                yield self._dice.one_of(("spoiled", "blank"))
            elif draw < chance:
                yield "for"
            else:
                yield "against" if self._dice.below(100) < 60 else "abstain"
