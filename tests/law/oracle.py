"""A naive counter of conformance cases: no code of the product, thresholds from data/lists.json.

Slow, plain and written from the norms alone, so that it can disagree with the engine:

1. голос — площадь × доля титула, действующего в день открытия (ч. 3 ст. 48, ч. 1 ст. 37 ЖК РФ);
2. считается первое решение титула, полученное в срок (ч. 2 ст. 47, ч. 7 ст. 47.1);
3. ответ по ссылке — голос лишь в региональной системе с 25.05.2020 или по уставу (ст. 47.1);
4. бумага в системе — до окончания, с 01.03.2025 не позднее 48 часов до него (ч. 4, 10 ст. 47.1);
5. кворум и большинство — ст. 45, 46.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

LISTS: dict[str, Any] = json.loads(
    (Path(__file__).parent / "data" / "lists.json").read_text(encoding="utf-8")
)
ALL, PRESENT, NEAR, NEAR_PRESENT, HOMES = "all", "present", "entrance", "entrance_present", "homes"
HALF, TWO_THIRDS, THIRD = Fraction(1, 2), Fraction(2, 3), Fraction(1, 3)
MORE, LEAST = True, False
GENERAL = [(PRESENT, HALF, MORE)]
BY_LIST = {
    "over_half_of_all": [(ALL, HALF, MORE)],
    "two_thirds_of_all": [(ALL, TWO_THIRDS, LEAST)],
    "participants": GENERAL,
}
OWN = {
    "procedural": GENERAL,
    "45.4": GENERAL,
    "156.7": GENERAL,
    "161.1.1": GENERAL,
    "135.2": [(ALL, HALF, MORE)],
    "136.1": [(ALL, HALF, MORE)],
    "44.2.4.5-multi": [(PRESENT, HALF, MORE), (NEAR_PRESENT, HALF, MORE)],
    "44.2.4.5-single": GENERAL,
    "44.2.4.6-include": [(HOMES, TWO_THIRDS, LEAST)],
    "44.2.4.6-exclude": [(HOMES, THIRD, LEAST)],
}
READINGS = {
    ("161.1.8", "general-rule"): GENERAL,
    ("161.1.8", "as-4.3"): [(ALL, TWO_THIRDS, LEAST)],
    ("162.1", "contracting-side"): [(ALL, HALF, MORE)],
    ("162.1", "general-rule"): GENERAL,
    ("168.4", "as-1"): [(ALL, TWO_THIRDS, LEAST)],
    ("168.4", "general-rule"): GENERAL,
}
QUORUMS = {
    "44.2.4.5-multi": [(ALL, HALF, MORE), (NEAR, TWO_THIRDS, MORE)],
    "44.2.4.5-single": [(ALL, TWO_THIRDS, MORE)],
    "44.2.4.6-include": [(HOMES, HALF, MORE)],
    "44.2.4.6-exclude": [(HOMES, HALF, MORE)],
}


def majority(decision: str, reading: str | None, on: str) -> list[tuple[str, Fraction, bool]]:
    if reading:
        return READINGS[decision, reading]
    if decision in OWN:
        return OWN[decision]
    edition = [e for e in LISTS["editions"] if (e["since"] or "2014-07-22") <= on][-1]
    point = decision.removeprefix("44.2.")
    return next(tests for name, tests in BY_LIST.items() if point in edition[name])


def register(case: dict[str, Any]) -> dict[str, dict[str, Any]]:
    day = case["meeting"]["opens"][:10]
    titles = {}
    for place in case["premises"]:
        for title in place["titles"]:
            since, until = title.get("from") or "0000", title.get("until") or "9999"
            if since <= day < until:
                votes = Fraction(place["area"]) * Fraction(title["share"])
                titles[title["id"]] = {"votes": votes, "place": place}
    return titles


def is_vote(case: dict[str, Any], ballot: dict[str, Any]) -> bool:
    basis, form = case["meeting"]["basis"], case["meeting"]["form"]
    opened = case["meeting"]["opens"][:10]
    if basis == "charter":
        return True
    if basis == "regional_system":
        return bool(opened >= "2020-05-25")
    if ballot["channel"] == "link":
        return False
    return not (form == "mixed" and opened < "2015-06-30")


def counted(case: dict[str, Any]) -> tuple[list[str], list[str], dict[str, list[str]]]:
    titles = register(case)
    opens = datetime.fromisoformat(case["meeting"]["opens"])
    closes = datetime.fromisoformat(case["meeting"]["closes"])
    late = timedelta(hours=48 if case["meeting"]["opens"][:10] >= "2025-03-01" else 0)
    taken: dict[str, str] = {}
    out: list[str] = []
    answers: dict[str, list[str]] = {}
    for ballot in sorted(case["ballots"], key=lambda b: datetime.fromisoformat(b["received"])):
        at = datetime.fromisoformat(ballot["received"])
        unclear = set(ballot["answers"]) & {"several", "blank"}
        paper_in_system = (
            case["meeting"]["basis"] == "regional_system" and ballot["channel"] != "link"
        )
        refused = (
            ballot["title"] not in titles
            or ballot["title"] in taken
            or not opens <= at < closes
            or (ballot["channel"] == "link" and unclear)
            or (paper_in_system and at > closes - late)
            or not is_vote(case, ballot)
        )
        if refused:
            out.append(ballot["id"])
            continue
        taken[ballot["title"]] = ballot["id"]
        if ballot["id"] in case.get("struck", []):
            out.append(ballot["id"])
        else:
            answers[ballot["title"]] = ballot["answers"]
    kept = [ballot for title, ballot in taken.items() if title in answers]
    return sorted(kept), sorted(out), answers


def expected(case: dict[str, Any]) -> dict[str, Any]:
    titles = register(case)
    kept, out, answers = counted(case)
    questions = []
    for index, question in enumerate(case["questions"]):
        questions.append(one_question(case, titles, answers, index, question))
    return {
        "all_votes": str(sum((t["votes"] for t in titles.values()), Fraction(0))),
        "participants": str(sum((titles[t]["votes"] for t in answers), Fraction(0))),
        "counted": kept,
        "left_out": out,
        "questions": questions,
    }


def one_question(
    case: dict[str, Any],
    titles: dict[str, dict[str, Any]],
    answers: dict[str, list[str]],
    index: int,
    question: dict[str, Any],
) -> dict[str, Any]:
    def inside(base: str, title: str) -> bool:
        place = titles[title]["place"]
        if base in (NEAR, NEAR_PRESENT):
            return bool(place["entrance"] == question.get("entrance"))
        return base != HOMES or str(place["kind"]) in ("flat", "room")

    def votes(base: str, marks: set[str] | None) -> Fraction:
        chosen = [
            t for t in answers if inside(base, t) and (marks is None or answers[t][index] in marks)
        ]
        return sum((titles[t]["votes"] for t in chosen), Fraction(0))

    def whole(base: str) -> Fraction:
        if base in (PRESENT, NEAR_PRESENT):
            return votes(base, None)
        return sum((titles[t]["votes"] for t in titles if inside(base, t)), Fraction(0))

    def passes(have: Fraction, part: Fraction, of: Fraction, more: bool) -> bool:
        return have > part * of if more else have >= part * of

    quorum = QUORUMS.get(question["decision"], [(ALL, HALF, MORE)])
    needed = majority(question["decision"], question.get("reading"), case["meeting"]["judged_on"])
    if not all(passes(votes(b, None), part, whole(b), more) for b, part, more in quorum):
        outcome = "no_quorum"
    elif all(passes(votes(b, {"for"}), part, whole(b), more) for b, part, more in needed):
        outcome = "carried"
    else:
        outcome = "rejected"
    return {
        "number": index + 1,
        "for": str(votes(ALL, {"for"})),
        "against": str(votes(ALL, {"against"})),
        "abstained": str(votes(ALL, {"abstained"})),
        "invalid": str(votes(ALL, {"several", "blank"})),
        "outcome": outcome,
    }
