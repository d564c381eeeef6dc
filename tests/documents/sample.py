"""Invented protocols: a house of 39 773.80 m² with 8 questions, and a small one of three."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction

from projections.protocol import (
    BallotLine,
    MeetingProtocol,
    ProtocolAnnex,
    ProtocolQuestion,
    ProtocolSigner,
)

ZONE = timezone(timedelta(hours=5))
ALL_VOTES = Fraction("39773.80")
RESIDENTIAL = Fraction("36120.45")
SURNAMES = ("Ветров", "Полевая", "Рощин", "Снегирёва", "Туманов", "Холмова", "Щеглов", "Лугова")
INITIALS = ("Г. З.", "И. К.", "А. Е.", "О. Л.", "Е. К.")

WORDINGS = (
    ("Об избрании лица, председательствующего на общем собрании", "п", "ч. 1 ст. 46 ЖК РФ"),
    (
        "О проведении текущего ремонта подъездов № 1 и № 2 в 2027 году",
        "п",
        "п. 4.1 ч. 2 ст. 44, ч. 1 ст. 46 ЖК РФ",
    ),
    ("О выборе управляющей организации", "в", "п. 4.7 ч. 2 ст. 44, ч. 1 ст. 46 ЖК РФ"),
    (
        "О предоставлении части фасада в пользование ООО «Вывеска-Тест» для размещения "
        "рекламной конструкции",
        "т",
        "п. 3 ч. 2 ст. 44, ч. 1 ст. 46 ЖК РФ",
    ),
    (
        "О проведении капитального ремонта лифтового оборудования",
        "т",
        "п. 1 ч. 2 ст. 44, ч. 1 ст. 46 ЖК РФ",
    ),
    ("Об избрании совета многоквартирного дома", "п", "ч. 1 ст. 161.1, ч. 1 ст. 46 ЖК РФ"),
    (
        "О заключении собственниками договоров с ресурсоснабжающими организациями",
        "п",
        "п. 4.4 ч. 2 ст. 44, ч. 1 ст. 46 ЖК РФ",
    ),
    ("Об определении места хранения копий протокола", "п", "ч. 4 ст. 46 ЖК РФ"),
)
PROPOSALS = (
    "избрать председательствующим на общем собрании Рощина Глеба Захаровича, собственника "
    "помещения № 14",
    "провести в срок до 01.09.2027 текущий ремонт подъездов № 1 и № 2 согласно смете "
    "от 20.08.2026 № 3 на сумму 1\N{NO-BREAK SPACE}240\N{NO-BREAK SPACE}000,00\N{NO-BREAK SPACE}"
    "руб. за счёт платы за содержание жилого помещения",
    "выбрать управляющей организацией ООО «УК Пример-Тест» (ОГРН 1000000000000) и заключить "
    "с ней договор управления на условиях проекта, приведённого в приложении № 7",
    "предоставить ООО «Вывеска-Тест» часть фасада площадью 6,00 кв. м на 12 месяцев "
    "за 5\N{NO-BREAK SPACE}000,00\N{NO-BREAK SPACE}руб. в месяц",
    "провести в 2027 году капитальный ремонт лифтового оборудования во всех подъездах дома",
    "избрать совет многоквартирного дома в составе: Полевая И. К., Туманов И. Е., Холмова З. И.",
    "заключить с 01.01.2027 договоры холодного водоснабжения, водоотведения и отопления от "
    "имени собственников",
    "хранить копии протокола и решений по адресу: г. Залесск, ул. Кленовая, д. 12, пом. 1",
)
MARKS = ("for", "for", "against", "for", "abstain", "for", "for", "spoiled", "against", "for")


def ballots(count: int, questions: int = 8) -> tuple[BallotLine, ...]:
    """Make ballots whose areas come to about 60 % of the house; every 40th is not counted."""
    base = ALL_VOTES * 6 / 10 / count
    lines = []
    for index in range(count):
        counted = index % 40 != 39
        third = Fraction(1, 3) if index % 7 == 0 else Fraction(1)
        marks = [
            MARKS[(index * 7 + question * 3 + index // 11) % 10] for question in range(questions)
        ]
        if index % 23 == 0:
            marks[-1] = "blank"
        lines.append(
            BallotLine(
                number=index + 1,
                premises=f"кв. {index + 1}" if index % 50 else f"Н-{index // 50 + 1}",
                voter=f"{SURNAMES[index % 8]} {INITIALS[index % 5]}",
                votes=(base * 100 + index % 13 * 7).__floor__() * Fraction(1, 100) * third,
                marks=tuple(marks),
                counted=counted,
                note=("на бумаге" if index % 3 else "по ссылке")
                if counted
                else "подпись отсутствует",
            )
        )
    return tuple(lines)


def _sum(lines: tuple[BallotLine, ...], question: int, *marks: str) -> Fraction:
    chosen = (line.votes for line in lines if line.counted and line.marks[question] in marks)
    return sum(chosen, Fraction(0))


def _needed(rule: str, participants: Fraction) -> tuple[str, bool, Fraction]:
    match rule:
        case "п":
            return "большинство голосов от числа принявших участие", True, participants / 2
        case "в":
            return "более 50 % от общего числа голосов", True, ALL_VOTES / 2
        case _:
            return "не менее 2/3 от общего числа голосов", False, ALL_VOTES * 2 / 3


def _question(
    lines: tuple[BallotLine, ...], index: int, participants: Fraction
) -> ProtocolQuestion:
    wording, rule, norm = WORDINGS[index]
    words, strict, threshold = _needed(rule, participants)
    votes_for = _sum(lines, index, "for")
    carried = votes_for > threshold if strict else votes_for >= threshold
    return ProtocolQuestion(
        number=index + 1,
        question=wording,
        norm=norm,
        heard="Рощина Глеба Захаровича (собственник помещения № 14), который изложил существо "
        "вопроса и ответил на вопросы присутствующих",
        proposed=PROPOSALS[index],
        votes_for=votes_for,
        votes_against=_sum(lines, index, "against"),
        votes_abstained=_sum(lines, index, "abstain"),
        votes_invalid=_sum(lines, index, "spoiled", "blank"),
        needed=words,
        quorum_held=True,
        outcome="carried" if carried else "rejected",
        remarks=() if index != 3 else ("три решения переданы счётной комиссии повторно",),
    )


def sample_protocol(count: int = 640) -> MeetingProtocol:
    """Build the protocol of the eight-question house from so many ballots."""
    lines = ballots(count)
    participants = sum((line.votes for line in lines if line.counted), Fraction(0))
    return MeetingProtocol(
        number="10000012345678",
        drawn_up_on=date(2026, 10, 15),
        address="г. Залесск, ул. Кленовая, д. 12",
        annual=False,
        form="mixed",
        basis_text="учтены решения, собственноручно подписанные и переданные до окончания срока; "
        "ответы по ссылке без подписи голосами не считаются",
        opens_at=datetime(2026, 9, 14, 19, 0, tzinfo=ZONE),
        closes_at=datetime(2026, 10, 12, 18, 0, tzinfo=ZONE),
        in_person_at=datetime(2026, 9, 14, 19, 0, tzinfo=ZONE),
        place="г. Залесск, ул. Кленовая, д. 12, пом. 1",
        initiator="ООО «УК Пример-Тест», ОГРН 1000000000000, ИНН 0000000000",
        chair="Рощин Глеб Захарович, собственник помещения № 14",
        secretary="Лугова Анна Демьяновна, собственник помещения № 31",
        counters=(
            "Полевая Ирина Климовна, помещение № 3",
            "Туманов Игнат Ефимович, помещение № 6",
        ),
        participants_count=sum(line.counted for line in lines),
        invited_count=2,
        residential_area=RESIDENTIAL,
        non_residential_area=ALL_VOTES - RESIDENTIAL,
        all_votes=ALL_VOTES,
        participants=participants,
        quorum_needed=ALL_VOTES / 2,
        quorum_held=participants * 2 > ALL_VOTES,
        questions=tuple(_question(lines, index, participants) for index in range(8)),
        storage_place="г. Залесск, ул. Кленовая, д. 12, пом. 1 (офис управляющей организации)",
        annexes=(
            ProtocolAnnex(1, "Реестр собственников помещений в многоквартирном доме", 31),
            ProtocolAnnex(2, "Копия текста сообщения о проведении общего собрания", 1),
            ProtocolAnnex(3, "Реестр вручения сообщений и акт о размещении сообщения"),
            ProtocolAnnex(4, "Список присутствующих лиц", 22),
            ProtocolAnnex(5, "Список приглашённых лиц", 1),
            ProtocolAnnex(6, "Документы о полномочиях представителей (копии)", 4),
            ProtocolAnnex(7, "Документы, рассмотренные общим собранием", 12),
            ProtocolAnnex(8, "Реестр подсчёта голосов"),
            ProtocolAnnex(9, "Решения собственников помещений"),
        ),
        signers=(
            ProtocolSigner("председательствующий на общем собрании", "Рощин Г. З."),
            ProtocolSigner("секретарь общего собрания", "Лугова А. Д."),
            ProtocolSigner("лица, проводившие подсчёт голосов", "Полевая И. К."),
            ProtocolSigner("лица, проводившие подсчёт голосов", "Туманов И. Е."),
        ),
        remarks=("решение № 12 оспорено собственником; возражение рассмотрено и отклонено",),
        proof=(
            "Правила: sobranie-law 2026.1, SHA-256 0f0f…0f0f",
            "Журнал дома: 812 записей, корень Zm9v…YmFy=",
        ),
        ballots=lines,
    )


def small_protocol() -> MeetingProtocol:
    """Build a protocol of three questions with figures written by hand: one is unclear."""
    whole = sample_protocol(40)
    votes = (
        ("3641.75", "58.20", "112.50", "0", "carried"),
        ("1806.30", "1552.85", "425.70", "27.60", "rejected"),
        ("1906.00", "1402.85", "503.60", "0", "unclear"),
    )
    questions = tuple(
        replace(
            question,
            votes_for=Fraction(cells[0]),
            votes_against=Fraction(cells[1]),
            votes_abstained=Fraction(cells[2]),
            votes_invalid=Fraction(cells[3]),
            outcome=cells[4],
            remarks=("две редакции нормы дают разный итог",) if cells[4] == "unclear" else (),
        )
        for question, cells in zip(whole.questions[:3], votes, strict=True)
    )
    return replace(
        whole,
        number=None,
        form="absentee",
        in_person_at=None,
        annual=True,
        opens_at=datetime(2026, 9, 14, 9, 0, tzinfo=ZONE),
        closes_at=datetime(2026, 10, 12, 18, 0, tzinfo=ZONE),
        participants_count=86,
        invited_count=0,
        residential_area=Fraction("4871.20"),
        non_residential_area=Fraction("372.50"),
        all_votes=Fraction("5243.70"),
        participants=Fraction("3812.45"),
        quorum_needed=Fraction("5243.70") / 2,
        quorum_held=True,
        questions=questions,
        ballots=(),
        remarks=(),
    )


def without_quorum() -> MeetingProtocol:
    """Build the protocol of a meeting that too few took part in."""
    small = small_protocol()
    return replace(
        small,
        all_votes=Fraction("9243.70"),
        residential_area=Fraction("8871.20"),
        quorum_needed=Fraction("9243.70") / 2,
        quorum_held=False,
        questions=tuple(
            replace(question, quorum_held=False, outcome="no_quorum", remarks=())
            for question in small.questions
        ),
    )
