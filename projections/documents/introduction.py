"""The heading and the introductory part of a protocol (вводная часть).

Вид и форма собрания, сроки, место, инициатор, председательствующий, секретарь, лица, проводившие
подсчёт, присутствующие и приглашённые, площади, голоса, кворум.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.votes import percent, russian
from projections.documents.paragraph import Paragraph
from projections.documents.printable import printable
from projections.documents.wording import (
    FORMS,
    GAP,
    NBSP,
    SHORT_GAP,
    counted,
    long_date,
    sentence,
    time_of_day,
    zone_of,
)

if TYPE_CHECKING:
    from datetime import datetime

    from projections.protocol import MeetingProtocol


def annex_number(protocol: MeetingProtocol, stem: str) -> str:
    """Give the number of the one annex whose title has the stem, or a gap to fill in."""
    found = [annex for annex in protocol.annexes if stem in annex.title.casefold()]
    return f"№{NBSP}{found[0].number if len(found) == 1 else SHORT_GAP}"


def _moment(at: datetime) -> str:
    return f"{long_date(at)} {time_of_day(at)}"


def opening_part(protocol: MeetingProtocol) -> tuple[Paragraph, ...]:
    """Say what meeting this was: kind, house, form, dates, place."""
    kind = "Годовое" if protocol.annual else "Внеочередное"
    meeting = Paragraph(
        f"{kind} общее собрание собственников помещений в многоквартирном доме, расположенном "
        f"по адресу: {printable(protocol.address)}, проведено в форме {FORMS[protocol.form]}."
    )
    zone = f"(местное время, {zone_of(protocol.opens_at)})"
    period = f"с {_moment(protocol.opens_at)} по {_moment(protocol.closes_at)} {zone}."
    place = sentence(printable(protocol.place))
    lines = [meeting, Paragraph(period, "Дата проведения:")]
    if protocol.in_person_at is not None:
        at = protocol.in_person_at
        lines.append(Paragraph(f"{long_date(at)}, {time_of_day(at)}.", "Очное обсуждение:"))
    lines.append(Paragraph(place, "Место проведения (место приёма решений собственников):"))
    return tuple(lines)


def introductory_part(protocol: MeetingProtocol) -> tuple[Paragraph, ...]:
    """Give the numbered points before the agenda."""
    counters = "; ".join(printable(name) for name in protocol.counters) or "не избирались"
    points = [
        Paragraph(sentence(printable(protocol.initiator)), "Инициатор общего собрания:"),
        Paragraph(_who(protocol.chair), "Председательствующий на общем собрании:"),
        Paragraph(_who(protocol.secretary), "Секретарь общего собрания:"),
        Paragraph(sentence(counters), "Лица, проводившие подсчёт голосов:"),
        *_people(protocol),
        *_votes(protocol),
        _quorum(protocol),
        Paragraph(sentence(printable(protocol.basis_text)), "Порядок учёта решений:"),
        Paragraph("", "Повестка дня:"),
    ]
    return tuple(
        Paragraph(point.text, f"{number}. {point.lead}")
        for number, point in enumerate(points, start=1)
    )


def _who(name: str) -> str:
    return sentence(printable(name)) if name else GAP


def _people(protocol: MeetingProtocol) -> tuple[Paragraph, ...]:
    def listed(count: int, stem: str) -> str:
        if not count:
            return "нет."
        number = annex_number(protocol, stem)
        return f"{counted(count)}, список прилагается (приложение {number} к настоящему протоколу)."

    return (
        Paragraph(
            listed(protocol.participants_count, "присутствующ"),
            "Присутствующие лица (принявшие участие в собрании собственники и их представители):",
        ),
        Paragraph(listed(protocol.invited_count, "приглаш"), "Приглашённые лица:"),
    )


def _votes(protocol: MeetingProtocol) -> tuple[Paragraph, ...]:
    unit, living = f"{NBSP}кв.{NBSP}м", protocol.residential_area
    other = protocol.non_residential_area
    turnout = percent(protocol.participants, protocol.all_votes)
    return (
        Paragraph(
            f"{russian(living + other)}{unit}, в том числе жилых {russian(living)}{unit}, "
            f"нежилых {russian(other)}{unit}.",
            "Общая площадь жилых и нежилых помещений в многоквартирном доме:",
        ),
        Paragraph(
            f"{russian(protocol.all_votes)} (1{NBSP}голос = 1{unit} общей площади).",
            "Общее количество голосов собственников помещений в многоквартирном доме:",
        ),
        Paragraph(
            f"{russian(protocol.participants)}, что составляет {turnout}{NBSP}% "
            "от общего количества голосов.",
            "Количество голосов собственников, принявших участие в голосовании:",
        ),
    )


def _quorum(protocol: MeetingProtocol) -> Paragraph:
    needed = f"для правомочности необходимо более {russian(protocol.quorum_needed)}{NBSP}голоса."
    apart = [q.number for q in protocol.questions if q.quorum_held]
    if protocol.quorum_held:
        verdict = "КВОРУМ ИМЕЕТСЯ. Общее собрание правомочно."
    elif apart:
        numbers = ", ".join(f"№{NBSP}{number}" for number in apart)
        verdict = (
            "КВОРУМ ОТСУТСТВУЕТ, кроме вопросов с особым порядком определения кворума: "
            f"{numbers}. По остальным вопросам решения не принимались."
        )
    else:
        verdict = (
            "КВОРУМ ОТСУТСТВУЕТ. Общее собрание неправомочно, решения не принимались; "
            "ниже приведены поступившие голоса."
        )
    return Paragraph(f"{needed} {verdict}", "Кворум:")
