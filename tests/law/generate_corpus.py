"""Writes tests/law/corpus/*.json: `python -m tests.law.generate_corpus` from the repository root.

Cases are made here, expectations by the naive counter in `oracle.py`; a test makes them again and
compares every byte. Houses and owners are invented.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.law.oracle import expected

CORPUS = Path(__file__).parent / "corpus"
CENT = Fraction(1, 100)
OPENS, CLOSES = "2026-05-15T09:00:00+03:00", "2026-06-15T20:00:00+03:00"
SOON = "2026-05-20T12:00:00+03:00"
Case = dict[str, Any]


def area(value: Fraction | int | str) -> str:
    """Write an area with two places."""
    hundredths = Fraction(value) * 100
    assert hundredths.denominator == 1
    return f"{hundredths.numerator // 100}.{hundredths.numerator % 100:02d}"


def place(
    number: str,
    size: Fraction | int | str,
    titles: list[tuple[str, str]] | None = None,
    kind: str = "flat",
    entrance: int | None = 1,
    right: str | None = None,
) -> dict[str, Any]:
    """Make a premises; by default one owner holds the whole."""
    named = titles or [(number, "1")]
    return {
        "number": number,
        "kind": kind,
        "area": area(size),
        "entrance": entrance,
        "titles": [
            {
                "id": id_,
                "share": share,
                "right": right or ("sole" if len(named) == 1 else "shared"),
                "owners": [f"owner {id_}"],
            }
            for id_, share in named
        ],
    }


def ballot(title: str, *answers: str, **more: Any) -> dict[str, Any]:
    """Make a paper ballot handed in during the voting."""
    return {
        "id": f"b-{title}",
        "title": title,
        "channel": "paper",
        "received": SOON,
        "answers": list(answers),
    } | more


def make(
    id_: str,
    title: str,
    norm: str,
    premises: list[dict[str, Any]],
    ballots: list[dict[str, Any]],
    questions: list[dict[str, Any]],
    **meeting: Any,
) -> Case:
    """Put a case together and let the oracle say what is expected."""
    struck = meeting.pop("struck", [])
    case: Case = {
        "format": "sobranie-conformance/1",
        "id": id_,
        "title": title,
        "norm": norm,
        "house": {"time_zone": "Europe/Moscow", "entrances": 3},
        "meeting": {
            "form": "mixed",
            "basis": "written_decisions",
            "opens": OPENS,
            "closes": CLOSES,
            "judged_on": "2026-06-15",
        }
        | meeting,
        "premises": premises,
        "questions": questions,
        "ballots": ballots,
        "struck": struck,
    }
    case["expected"] = expected(case)
    return case


def on(day: str) -> dict[str, str]:
    """Hold a one-day voting on a day of the past."""
    return {
        "opens": f"{day}T09:00:00+03:00",
        "closes": f"{day}T20:00:00+03:00",
        "judged_on": day,
        "form": "in_person",
    }


def at_noon(day: str) -> dict[str, str]:
    return {"received": f"{day}T12:00:00+03:00", "channel": "in_person"}


def split(yes: Fraction, present: Fraction, whole: Fraction) -> list[dict[str, Any]]:
    """Build a house of three premises: for, against, absent."""
    return [place("1", yes), place("2", present - yes), place("3", whole - present)]


WHOLE, TOOK_PART = Fraction(3000), Fraction(2400)
HALF_P, HALF_A, TWO_A, THIRD_A = TOOK_PART / 2, WHOLE / 2, WHOLE * 2 / 3, WHOLE / 3

BOUNDARIES = [
    # decision, date, votes at the boundary
    *[(d, "2026-06-15", HALF_P) for d in (
        "procedural", "45.4", "156.7", "161.1.1", "44.2.5", "44.2.2.1", "44.2.3.3", "44.2.3.4",
        "44.2.3.5", "44.2.3.6", "44.2.3.7", "44.2.4.1", "44.2.4.4")],
    *[(d, "2026-06-15", HALF_A) for d in (
        "44.2.1.1", "44.2.4", "44.2.4.2", "44.2.4.7", "135.2", "136.1")],
    *[(d, "2026-06-15", TWO_A) for d in (
        "44.2.1", "44.2.1.1-1", "44.2.1.2", "44.2.1.3", "44.2.2", "44.2.3", "44.2.3.1",
        "44.2.3.8", "44.2.4.3")],
    ("44.2.4.2", "2018-12-08", TWO_A), ("44.2.4.2", "2018-12-09", HALF_A),
    ("44.2.4", "2022-08-31", HALF_P), ("44.2.4", "2022-09-01", HALF_A),
    ("44.2.5", "2022-08-31", HALF_P), ("44.2.4.7", "2022-09-01", HALF_A),
    ("44.2.1.1", "2015-06-29", TWO_A), ("44.2.1.1", "2016-07-16", HALF_A),
    ("44.2.4.1", "2011-06-18", HALF_P), ("44.2.1", "2011-06-18", TWO_A),
    ("44.2.3.8", "2024-04-06", TWO_A), ("44.2.1.3", "2024-09-02", TWO_A),
    ("44.2.3.2", "2025-02-28", HALF_P), ("44.2.4.3", "2015-06-30", TWO_A),
    ("44.2.4.4", "2018-04-03", HALF_P), ("44.2.2.1", "2018-01-11", HALF_P),
]  # fmt: skip


def boundaries() -> Iterator[Case]:
    """One hundredth of a square metre on both sides of every threshold."""
    for decision, day, boundary in BOUNDARIES:
        for name, shift in (("below", -CENT), ("at", Fraction(0)), ("above", CENT)):
            yield make(
                f"threshold-{decision}-{day}-{name}",
                f"{decision} на {day}: голосов у порога ({name})",
                "ч. 1 ст. 46 ЖК РФ",
                split(boundary + shift, TOOK_PART, WHOLE),
                [ballot("1", "for", **at_noon(day)), ballot("2", "against", **at_noon(day))],
                [{"decision": decision}],
                **on(day),
            )


def quorums() -> Iterator[Case]:
    """More than half of all votes, to the hundredth."""
    for decision in ("44.2.4.1", "44.2.1", "44.2.4.7", "156.7"):
        for name, present in (
            ("below", HALF_A - CENT), ("at", HALF_A), ("above", HALF_A + CENT), ("all", WHOLE - 1),
        ):  # fmt: skip
            yield make(
                f"quorum-{decision}-{name}",
                f"кворум {name}: участвуют {area(present)} из {area(WHOLE)}",
                "ч. 3 ст. 45 ЖК РФ",
                [place("1", present), place("2", WHOLE - present)],
                [ballot("1", "for")],
                [{"decision": decision}],
            )


SHARES = [
    ["1/2", "1/2"], ["1/3", "2/3"], ["1/3", "1/3", "1/3"], ["1/7", "6/7"], ["3/8", "5/8"],
    ["1/1000", "999/1000"], ["1/4", "1/4", "1/2"], ["17/100", "83/100"],
]  # fmt: skip


def shares() -> Iterator[Case]:
    """Each co-owner votes with their own share; nobody's votes are lost to rounding."""
    for index, parts in enumerate(SHARES):
        names = [f"1-{n}" for n in range(1, len(parts) + 1)]
        flat = place("1", "57.31", list(zip(names, parts, strict=True)))
        for voters in range(1, len(parts) + 1):
            ballots = [ballot(name, "for") for name in names[:voters]]
            ballots += [ballot("2", "against")]
            yield make(
                f"shares-{index + 1}-{voters}",
                f"доли {', '.join(parts)}: голосуют {voters}",
                "ч. 3 ст. 48 ЖК РФ",
                [flat, place("2", "30.00"), place("3", "10.00")],
                ballots,
                [{"decision": "156.7"}],
            )


def owners() -> Iterator[Case]:
    """Joint property, minors, companies and public owners have one title and one weight."""
    for right in ("joint", "municipal", "state", "transfer_act", "sole"):
        home = place("1", "64.20", right=right)
        if right == "joint":
            home["titles"][0]["owners"] = ["owner 1a", "owner 1b"]
        for answer in ("for", "against", "abstained"):
            yield make(
                f"owner-{right}-{answer}",
                f"право {right}: один титул, один голос его веса",
                "ч. 1, 3 ст. 48 ЖК РФ",
                [home, place("2", "40.00"), place("3", "20.00")],
                [ballot("1", answer), ballot("2", "for")],
                [{"decision": "156.7"}],
            )
    flat = place("1", "60.00", [("1-parent", "2/3"), ("1-child", "1/3")])
    for who in (["1-parent"], ["1-child"], ["1-parent", "1-child"]):
        yield make(
            f"minor-{'-'.join(w.removeprefix('1-') for w in who)}",
            "доля несовершеннолетнего: голосует законный представитель, вес отдельный",
            "ст. 26, 28 ГК РФ, ч. 2 ст. 48 ЖК РФ",
            [flat, place("2", "30.00")],
            [*(ballot(name, "for") for name in who), ballot("2", "against")],
            [{"decision": "156.7"}],
        )


MOMENTS = [
    ("early", "2026-05-15T08:59:59+03:00"), ("first", "2026-05-15T09:00:00+03:00"),
    ("last", "2026-06-15T19:59:59+03:00"), ("end", "2026-06-15T20:00:00+03:00"),
    ("late", "2026-06-16T09:00:00+03:00"), ("other-zone", "2026-06-15T21:59:59+05:00"),
]  # fmt: skip


def moments() -> Iterator[Case]:
    """Received from the start and before the end, to the second."""
    for basis, channels in (
        ("written_decisions", ("paper", "in_person", "link")),
        ("regional_system", ("link", "paper")),
        ("charter", ("link", "paper")),
    ):
        for channel in channels:
            for name, at in MOMENTS:
                yield make(
                    f"moment-{basis}-{channel}-{name}",
                    f"{channel} в собрании {basis}: получено {at}",
                    "ч. 2 ст. 47, ч. 7 ст. 47.1 ЖК РФ",
                    [place("1", "60.00"), place("2", "50.00"), place("3", "5.00")],
                    [
                        ballot("1", "for", received=at, channel=channel),
                        ballot("2", "against", received="2026-05-20T12:00:00+03:00"),
                    ],
                    [{"decision": "156.7"}],
                    basis=basis,
                )


def cut_off() -> Iterator[Case]:
    """Paper in the system: 48 hours before the end since 01.03.2025, until the end before that."""
    for year, start in (("2025", "2025-03-01"), ("2025", "2025-02-28"), ("2026", "2026-05-15")):
        end = {"2025-03-01": "2025-03-20", "2025-02-28": "2025-03-20", "2026-05-15": "2026-06-15"}
        last = end[start]
        before = f"{last[:8]}{int(last[8:]) - 2:02d}"
        for name, at in (
            ("in-time", f"{before}T20:00:00+03:00"),
            ("second-late", f"{before}T20:00:01+03:00"),
            ("last-hour", f"{last}T19:00:00+03:00"),
        ):
            yield make(
                f"cut-off-{start}-{name}",
                f"бумажное решение в системе, начало {start} ({year}): получено {at}",
                "п. 4 ч. 4, ч. 10 ст. 47.1 ЖК РФ",
                [place("1", "60.00"), place("2", "50.00")],
                [
                    ballot("1", "for", received=at),
                    ballot("2", "for", received=f"{start}T10:00:00+03:00", channel="link"),
                ],
                [{"decision": "156.7"}],
                basis="regional_system",
                opens=f"{start}T09:00:00+03:00",
                closes=f"{last}T20:00:00+03:00",
                judged_on=last,
            )


def twice() -> Iterator[Case]:
    """Two decisions of one title: the first stands, they are never added up."""
    for basis in ("regional_system", "charter", "written_decisions"):
        for first, second in (
            ("link", "paper"), ("paper", "link"), ("paper", "paper"), ("in_person", "paper"),
        ):  # fmt: skip
            for answers in (("for", "against"), ("against", "for"), ("for", "for")):
                yield make(
                    f"twice-{basis}-{first}-{second}-{answers[0]}-{answers[1]}",
                    f"два решения одного титула: {first}, затем {second}",
                    "ст. 48 ЖК РФ",
                    [place("1", "60.00"), place("2", "50.00")],
                    [
                        ballot("1", answers[0], id="b-first", channel=first),
                        ballot("1", answers[1], id="b-second", channel=second,
                               received="2026-05-21T12:00:00+03:00"),
                        ballot("2", "against"),
                    ],
                    [{"decision": "156.7"}],
                    basis=basis,
                )  # fmt: skip


def sales() -> Iterator[Case]:
    """A sale during the voting: the register is fixed at the opening, premises vote once."""
    sold = place("1", "60.00", [("1-seller", "1"), ("1-buyer", "1")], right="sole")
    sold["titles"][0]["until"] = "2026-05-25"
    sold["titles"][1]["from"] = "2026-05-25"
    for name, who in (
        ("seller", ["1-seller"]), ("both", ["1-seller", "1-buyer"]), ("nobody", []),
    ):  # fmt: skip
        yield make(
            f"sale-{name}",
            "продажа во время голосования: голос по реестру, закреплённому при открытии",
            "ч. 2, 3 ст. 37, ч. 3 ст. 48 ЖК РФ",
            [sold, place("2", "50.00"), place("3", "20.00")],
            [*(ballot(title, "for") for title in who), ballot("2", "against")],
            [{"decision": "156.7"}],
        )
    early = place("1", "60.00", [("1-old", "1"), ("1-new", "1")], right="sole")
    early["titles"][0]["until"] = early["titles"][1]["from"] = "2026-05-15"
    for title in ("1-old", "1-new"):
        yield make(
            f"sale-on-the-first-day-{title}",
            "право перешло в день открытия: голосует новый собственник",
            "ч. 3 ст. 48 ЖК РФ",
            [early, place("2", "50.00")],
            [ballot(title, "for"), ballot("2", "against")],
            [{"decision": "156.7"}],
        )


def parking() -> Iterator[Case]:
    """A parking floor in thousandths: each thousandth weighs, exactly."""
    for holders in (1, 499, 500, 501, 999):
        names = [f"p-{n}" for n in (1, 2)]
        floor = place(
            "P", "9000.00", [(names[0], f"{holders}/1000"), (names[1], f"{1000 - holders}/1000")],
            kind="parking", entrance=None,
        )  # fmt: skip
        for against in ("4491.00", "4500.00", "4509.00"):
            yield make(
                f"parking-{holders}-{against}",
                f"паркинг: {holders}/1000 доли против {against} м²",
                "ч. 3 ст. 48 ЖК РФ, ст. 15, 36",
                [floor, place("1", against)],
                [ballot("p-1", "for"), ballot("1", "against")],
                [{"decision": "156.7"}],
            )


def marks() -> Iterator[Case]:
    """Several marks and empty answers: no votes for anything, the owner stays a participant."""
    for odd in ("several", "blank", "abstained"):
        for yes, no in (("60.00", "40.00"), ("50.00", "50.00"), ("50.01", "49.99")):
            for third in ("0.01", "0.02", "20.00"):
                yield make(
                    f"marks-{odd}-{yes}-{third}",
                    f"ответ «{odd}» у {third} м²: за {yes}, против {no}",
                    "ч. 5.1, 6 ст. 48, ч. 1 ст. 46 ЖК РФ",
                    [place("1", yes), place("2", no), place("3", third)],
                    [ballot("1", "for"), ballot("2", "against"), ballot("3", odd)],
                    [{"decision": "156.7"}],
                )
    yield make(
        "marks-all-void",
        "все ответы недействительны: кворум есть, решения нет",
        "ч. 6 ст. 48 ЖК РФ",
        [place("1", "60.00"), place("2", "40.00")],
        [ballot("1", "several"), ballot("2", "blank")],
        [{"decision": "156.7"}],
    )
    yield make(
        "marks-one-void-question",
        "недействителен один ответ, остальные остаются",
        "ч. 6 ст. 48 ЖК РФ",
        [place("1", "60.00"), place("2", "40.00")],
        [ballot("1", "several", "for"), ballot("2", "for", "against")],
        [{"decision": "156.7"}, {"decision": "44.2.4.1"}],
    )
    yield make(
        "no-ballots", "никто не голосовал", "ч. 3 ст. 45 ЖК РФ",
        [place("1", "60.00"), place("2", "40.00")], [], [{"decision": "156.7"}],
    )  # fmt: skip


def entrances() -> Iterator[Case]:
    """Conversion to non-residential use: house and entrance, quorum and majority."""
    third = Fraction(900)
    for name, here in (
        ("below", third * 2 / 3 - CENT), ("at", third * 2 / 3), ("above", third * 2 / 3 + CENT),
    ):  # fmt: skip
        for vote in ("below", "at", "above"):
            shift = {"below": -CENT, "at": Fraction(0), "above": CENT}[vote]
            yes = Fraction(int(here * 50), 100) + shift
            yield make(
                f"entrance-quorum-{name}-majority-{vote}",
                f"п. 4.5: в подъезде участвуют {area(here)} из 900, за {area(yes)}",
                "п. 1 ч. 3 ст. 45, п. 1 ч. 1.2 ст. 46 ЖК РФ",
                [
                    place("1", yes, entrance=2),
                    place("2", here - yes, entrance=2),
                    place("3", third - here, entrance=2),
                    place("4", 1500, entrance=1),
                    place("5", 600, entrance=3),
                ],
                [
                    ballot("1", "for", "for"),
                    ballot("2", "against", "for"),
                    ballot("4", "for", "against"),
                ],
                [{"decision": "44.2.4.5-multi", "entrance": 2}, {"decision": "156.7"}],
            )
    for name, present in (("below", TWO_A - CENT), ("at", TWO_A), ("above", TWO_A + CENT)):
        yield make(
            f"single-entrance-quorum-{name}",
            "п. 4.5, один подъезд: кворум более двух третей всех",
            "п. 2 ч. 3 ст. 45, п. 2 ч. 1.2 ст. 46 ЖК РФ",
            [place("1", present), place("2", WHOLE - present)],
            [ballot("1", "for", "for")],
            [{"decision": "44.2.4.5-single"}, {"decision": "156.7"}],
        )
    yield make(
        "entrance-house-against",
        "п. 4.5: подъезд за, дом против",
        "п. 1 ч. 1.2 ст. 46 ЖК РФ",
        [place("1", 900, entrance=2), place("2", 1200), place("3", 100, entrance=3)],
        [ballot("1", "for"), ballot("2", "against")],
        [{"decision": "44.2.4.5-multi", "entrance": 2}],
    )


def development() -> Iterator[Case]:
    """Integrated development: residential owners only."""
    homes = Fraction(2400)
    for decision, boundary in (
        ("44.2.4.6-include", homes * 2 / 3), ("44.2.4.6-exclude", homes / 3),
    ):  # fmt: skip
        for name, shift in (("below", -CENT), ("at", Fraction(0)), ("above", CENT)):
            yes = boundary + shift
            rest = max(Fraction(1300) - yes, Fraction(100))
            yield make(
                f"development-{decision}-{name}",
                "п. 4.6: считаются голоса жилых помещений",
                "ч. 3.2 ст. 45, ч. 1.3 ст. 46 ЖК РФ",
                [
                    place("1", yes),
                    place("2", rest, kind="room"),
                    place("3", homes - yes - rest),
                    place("shop", 2000, kind="non_residential"),
                    place("car", 15, kind="parking", entrance=None),
                ],
                [ballot("1", "for"), ballot("2", "against"), ballot("shop", "for")],
                [{"decision": decision}],
            )
    for name, present in (("at", homes / 2), ("above", homes / 2 + CENT)):
        yield make(
            f"development-quorum-{name}",
            "п. 4.6: кворум только из жилых помещений",
            "ч. 3.2 ст. 45 ЖК РФ",
            [
                place("1", present),
                place("2", homes - present),
                place("shop", 5000, kind="non_residential"),
            ],
            [ballot("1", "for", "for"), ballot("shop", "for", "against")],
            [{"decision": "44.2.4.6-exclude"}, {"decision": "156.7"}],
        )


def struck() -> Iterator[Case]:
    """Struck ballots leave quorum and result, yet the title does not vote again."""
    house = [place("1", 900), place("2", 700), place("3", 400), place("4", 1000)]
    votes = [
        ballot("1", "for", "for"), ballot("2", "against", "for"), ballot("3", "for", "against"),
    ]  # fmt: skip
    for name, out in (
        ("none", []), ("quorum-falls", ["b-3", "b-2"]), ("result-turns", ["b-1"]),
        ("one", ["b-2"]), ("all", ["b-1", "b-2", "b-3"]),
    ):  # fmt: skip
        yield make(
            f"struck-{name}", "исключённые решения: кворум и итог считаются заново",
            "п. 2 ст. 181.5 ГК РФ, ч. 3 ст. 45 ЖК РФ",
            house, votes, [{"decision": "156.7"}, {"decision": "44.2.4.7"}], struck=out,
        )  # fmt: skip
    again = ballot("1", "against", "against", id="b-again", received="2026-05-22T12:00:00+03:00")
    yield make(
        "struck-then-again", "после исключения титул не голосует повторно", "ст. 48 ЖК РФ",
        house, [*votes, again], [{"decision": "156.7"}, {"decision": "44.2.4.1"}], struck=["b-1"],
    )  # fmt: skip


def unclear() -> Iterator[Case]:
    """Unclear norms: each reading, chosen by a person."""
    for decision, reading, boundary in (
        ("161.1.8", "general-rule", HALF_P), ("161.1.8", "as-4.3", TWO_A),
        ("162.1", "general-rule", HALF_P), ("162.1", "contracting-side", HALF_A),
        ("168.4", "general-rule", HALF_P), ("168.4", "as-1", TWO_A),
    ):  # fmt: skip
        for name, shift in (("below", -CENT), ("at", Fraction(0)), ("above", CENT)):
            yield make(
                f"reading-{decision}-{reading}-{name}",
                f"{decision}: трактовка «{reading}», голосов у порога ({name})",
                "неясная норма: выбирает человек",
                split(boundary + shift, TOOK_PART, WHOLE),
                [ballot("1", "for"), ballot("2", "against")],
                [{"decision": decision, "reading": reading}],
            )


def mixtures() -> Iterator[Case]:
    """Many owners, questions and marks at once, from a fixed sequence of numbers."""
    state = 20261122
    answers = ("for", "against", "abstained", "several", "blank", "for")
    decisions = ("procedural", "44.2.1", "44.2.4", "44.2.4.7", "44.2.3", "156.7", "44.2.4.2")

    def draw(limit: int) -> int:
        nonlocal state
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (state >> 33) % limit

    for number in range(40):
        houses, ballots = [], []
        questions = [{"decision": decisions[draw(len(decisions))]} for _ in range(1 + draw(4))]
        for index in range(6 + draw(8)):
            parts = SHARES[draw(len(SHARES))] if draw(3) == 0 else ["1"]
            names = [f"{index}-{n}" for n in range(len(parts))]
            kind = ("flat", "flat", "room", "non_residential", "parking")[draw(5)]
            size = Fraction(1 + draw(20000), 100)
            houses.append(
                place(str(index), size, list(zip(names, parts, strict=True)), kind, 1 + draw(3))
            )
            for name in names:
                if draw(4):
                    marked = [answers[draw(len(answers))] for _ in questions]
                    ballots.append(ballot(name, *marked))
        yield make(
            f"mixture-{number + 1:02d}", "много собственников и вопросов сразу",
            "ч. 3 ст. 45, ч. 1 ст. 46, ч. 3, 6 ст. 48 ЖК РФ", houses, ballots, questions,
        )  # fmt: skip


FAMILIES = (
    boundaries, quorums, shares, owners, moments, cut_off, twice, sales, parking, marks,
    entrances, development, struck, unclear, mixtures,
)  # fmt: skip


def cases() -> dict[str, Case]:
    """Make every case by its id."""
    found: dict[str, Case] = {}
    for family in FAMILIES:
        for case in family():
            assert case["id"] not in found, case["id"]
            found[case["id"]] = case
    return found


def to_bytes(case: Case) -> bytes:
    return (json.dumps(case, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def main() -> int:
    CORPUS.mkdir(exist_ok=True)
    made = cases()
    for stale in CORPUS.glob("*.json"):
        stale.unlink()
    for id_, case in made.items():
        (CORPUS / f"{id_}.json").write_bytes(to_bytes(case))
    sys.stdout.write(f"{len(made)} cases\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
