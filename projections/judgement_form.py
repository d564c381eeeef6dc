"""A judgement as `sobranie-judgement/1` (docs/reference/judgement.md) and as Russian text."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from projections.figure_checks import number_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from domain.law.rules import Threshold
    from projections.intervals import Interval
    from projections.judgement_types import (
        Judgement,
        QuestionJudgement,
        ReadingJudgement,
        TestJudgement,
    )
    from projections.known import Remark

FORMAT = "sobranie-judgement/1"
BASES = {
    "participants": "голосов участников",
    "all_owners": "голосов всех собственников",
    "entrance_participants": "голосов участников из подъезда",
    "entrance_owners": "голосов собственников подъезда",
    "residential_owners": "голосов собственников жилых помещений",
    "all_owners_of_communal_flat": "голосов собственников комнат квартиры",
    "tsg_members": "голосов членов товарищества",
    "tsg_members_present": "голосов присутствующих членов товарищества",
    "sole_owner": "голосов единственного собственника",
}
OUTCOMES = {
    "carried": "принято",
    "rejected": "не принято",
    "no_quorum": "нет кворума",
    "unclear": "неясно",
}


def _decimal(value: Fraction, decimals: int = 2) -> str:
    whole = round(value * 10**decimals)
    sign, whole = ("-", -whole) if whole < 0 else ("", whole)
    digits = f"{whole:0{decimals + 1}d}"
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}"


def _ends(interval: Interval | None, scale: int = 1, decimals: int = 2) -> dict[str, str] | None:
    if interval is None:
        return None
    return {
        "from": _decimal(interval.low * scale, decimals),
        "to": _decimal(interval.high * scale, decimals),
    }


def _remarks(remarks: Iterable[Remark]) -> list[dict[str, str]]:
    return [{"code": one.code, "text": one.text} for one in remarks]


def _test(test: TestJudgement) -> dict[str, object]:
    met = next(iter(test.verdicts)) if len(test.verdicts) == 1 else None
    return {
        "base": test.threshold.base.value,
        "threshold": f"{test.threshold.part.numerator}/{test.threshold.part.denominator}",
        "strict": test.threshold.strict,
        "percent": _ends(test.share, 100, 4),
        "met": met,
        "margin_votes": _ends(test.margin),
    }


def _rule(question: QuestionJudgement) -> dict[str, object] | None:
    rule = question.rule
    if rule is None:
        return None
    first: Threshold | None = rule.majority[0] if rule.majority else None
    return {
        "decision": rule.decision,
        "title": rule.title,
        "base": first.base.value if first else None,
        "threshold": f"{first.part.numerator}/{first.part.denominator}" if first else None,
        "strict": first.strict if first else None,
        "norm": rule.norm,
        "edition": rule.edition,
        "trust": rule.trust.value,
        "source": rule.source,
    }


def _reading(reading: ReadingJudgement) -> dict[str, object]:
    return {
        "id": reading.id,
        "text": reading.text,
        "possible": sorted(one.value for one in reading.possible),
        "tests": [_test(one) for one in reading.tests],
    }


def _question(question: QuestionJudgement) -> dict[str, object]:
    single = question.readings[0] if len(question.readings) == 1 else None
    return {
        "number": question.number,
        "outcome": question.outcome.value,
        "agrees": question.agrees,
        "possible": sorted(one.value for one in question.possible),
        "rule": _rule(question),
        "quorum": [_test(one) for one in question.quorum],
        "tests": [_test(one) for one in single.tests] if single else [],
        "margin_votes": _ends(_margin(question)),
        "readings": [] if single else [_reading(one) for one in question.readings],
        "findings": _remarks(question.findings),
        "notes": _remarks(question.notes),
    }


def _deciding(question: QuestionJudgement) -> TestJudgement | None:
    """Pick the test of a settled rule with the smallest margin: the one that decides."""
    if len(question.readings) != 1:
        return None
    known = [test for test in question.readings[0].tests if test.margin is not None]
    return min(known, key=_least, default=None)


def _least(test: TestJudgement) -> Fraction:
    return test.margin.low if test.margin else Fraction(0)


def _margin(question: QuestionJudgement) -> Interval | None:
    test = _deciding(question)
    return test.margin if test else None


def to_json(judgement: Judgement) -> dict[str, Any]:
    """Make the documented, versioned form."""
    turnout = judgement.turnout
    middle = (turnout.low + turnout.high) / 2 if turnout else None
    exact = turnout.low if turnout and turnout.is_exact else middle
    return {
        "format": FORMAT,
        "date": judgement.on.isoformat(),
        "edition": judgement.edition,
        "law": {
            "name": judgement.pack.name,
            "version": judgement.pack.version,
            "sha256": judgement.pack.sha256,
        },
        "quorum": {
            "held": judgement.quorum_held,
            "percent": None if exact is None else _decimal(exact * 100),
            "percent_ends": _ends(turnout, 100, 4),
        },
        "questions": [_question(one) for one in judgement.questions],
        "findings": _remarks(judgement.findings),
        "notes": _remarks(judgement.notes),
    }


def _need(test: Threshold) -> str:
    how = "более" if test.strict else "не менее"
    return f"{how} {test.part.numerator}/{test.part.denominator} {BASES[test.base.value]}"


def _margin_text(question: QuestionJudgement) -> str:
    """Say how many votes decide; a strict test met exactly lacks nothing that can be counted."""
    test = _deciding(question)
    if test is None or test.margin is None:
        return ""
    if test.verdicts == {True}:
        return f"; запас {number_text(test.margin.low)}"
    if test.verdicts == {False}:
        lacking = number_text(-test.margin.high)
        return f"; не хватает {lacking}" if test.margin.high else "; ровно столько, нужно больше"
    return f"; от {number_text(test.margin.low)} до {number_text(test.margin.high)}"


def _question_lines(question: QuestionJudgement) -> Iterator[str]:
    agrees = {True: "совпадает", False: "НЕ СОВПАДАЕТ", None: "не с чем сверить"}
    yield (
        f"{question.number}. {OUTCOMES[question.outcome.value]}"
        f" ({agrees[question.agrees]} с напечатанным)"
    )
    rule = question.rule
    if rule is not None:
        needed = " и ".join(_need(test) for test in rule.majority)
        yield f"   {rule.norm}{': ' + needed if needed else ''}{_margin_text(question)}"
    for index, reading in enumerate(question.readings if len(question.readings) > 1 else ()):
        found = " или ".join(sorted(OUTCOMES[one.value] for one in reading.possible))
        start = "по одной трактовке" if index == 0 else "по другой"
        yield f"   {start} ({reading.text}) — {found}"
    for remark in (*question.findings, *question.notes):
        yield f"   – {remark.text}"


def to_text(judgement: Judgement) -> str:
    """Write the judgement for people."""
    held = {True: "есть", False: "нет", None: "нельзя сказать"}[judgement.quorum_held]
    turnout = judgement.turnout
    percent = f", явка {number_text(turnout.low * 100)} %" if turnout else ""
    lines = [
        f"Собрание {judgement.on:%d.%m.%Y}, редакция ЖК РФ {judgement.edition}",
        f"Кворум: {held}{percent}",
    ]
    for question in judgement.questions:
        lines.extend(_question_lines(question))
    lines.extend(f"– {remark.text}" for remark in (*judgement.findings, *judgement.notes))
    lines.append(
        "Итог: есть замечания." if judgement.has_findings else "Итог: протокол сходится с законом."
    )
    return "\n".join(lines) + "\n"
