"""Judges somebody else's protocol by its figures. Rules carried out here, in order:

1. дата собрания выбирает редакцию; вопрос вне перечня решается по общему правилу — ч. 1 ст. 46;
2. кворум — по строке закона для каждого вопроса — ч. 3, 3.2 ст. 45 ЖК РФ;
3. точные голоса важнее процентов; напечатанный процент — промежуток, а не число;
4. если промежуток накрывает порог или строка закона неясна, итог неясен, и показаны оба конца;
5. процент от другой базы переводится через явку.

Nothing here reads a file or writes a text for people: see `figures.py` and `judgement_form.py`.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from domain.agenda_lint import suggest
from domain.law.errors import NotInForce, UnknownDecision
from domain.law.rules import Base, Body, Trust
from projections.figure_checks import check_form, check_meeting, check_question
from projections.intervals import Interval, verdicts
from projections.judgement_types import (
    Judgement,
    QuestionJudgement,
    ReadingJudgement,
    TestJudgement,
    Verdict,
)
from projections.known import Known, Remark, known_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from domain.law.questions import QuestionTable
    from domain.law.reference import LawPack
    from domain.law.rules import DecisionRule, Threshold
    from projections.figures import Figures, QuestionFigures

__all__ = ["Judgement", "QuestionJudgement", "Verdict", "judge"]
GENERAL = "44.2.5"
ASSOCIATION = "146.4-ordinary"


def judge(figures: Figures, pack: LawPack, table: QuestionTable) -> Judgement:
    """Judge all questions of a protocol; `NotInForce` before the ЖК."""
    edition = pack.edition(figures.on)
    known = known_of(figures)
    general = pack.rule(ASSOCIATION if figures.body == Body.TSG_MEMBERS else GENERAL, figures.on)
    held = (
        {verdict for test in general.quorum for verdict in _attendance(test, known).verdicts}
        if figures.body in (Body.OWNERS_MEETING, Body.TSG_MEMBERS)
        else {True}
    )
    quorum_held = held.pop() if len(held) == 1 else None
    questions = tuple(_question(one, figures, known, pack, table) for one in figures.questions)
    unseen = pack.unseen_changes(figures.on)
    said = f"изменения ЖК РФ, которых никто не прочёл: {len(unseen)}; они не учтены"
    return Judgement(
        pack=pack,
        on=figures.on,
        edition=edition.id,
        turnout=known.turnout,
        quorum_held=quorum_held,
        questions=questions,
        findings=(*check_form(figures, pack), *check_meeting(figures, known, quorum_held)),
        notes=(Remark("unseen_changes", said),) if unseen else (),
    )


def _question(
    question: QuestionFigures, figures: Figures, known: Known, pack: LawPack, table: QuestionTable
) -> QuestionJudgement:
    rule, findings, notes = _rule(question, figures, pack)
    own = known.with_circles(question)
    quorum = tuple(_attendance(test, own) for test in rule.quorum) if rule else ()
    readings = tuple(_readings(rule, own, quorum)) if rule else ()
    possible = frozenset(one for reading in readings for one in reading.possible)
    certain = len(possible) == 1 and rule is not None and not rule.needs_a_choice
    outcome = next(iter(possible)) if certain else Verdict.UNCLEAR
    agrees = _agrees(possible, question.printed_carried)
    doubts = _kind(question, rule, own, possible, table, pack, figures.on) if rule else ()
    return QuestionJudgement(
        number=question.number,
        text=question.text,
        rule=rule,
        readings=readings,
        quorum=quorum,
        possible=possible,
        outcome=outcome,
        agrees=agrees,
        findings=(
            *findings,
            *_why(outcome, agrees, rule, readings, quorum),
            *doubts,
            *check_question(question, known),
        ),
        notes=notes,
    )


def _rule(
    question: QuestionFigures, figures: Figures, pack: LawPack
) -> tuple[DecisionRule | None, tuple[Remark, ...], tuple[Remark, ...]]:
    """Find the rule of a question, with findings and notes about the kind of decision."""
    association = figures.body == Body.TSG_MEMBERS
    decision = question.decision or (ASSOCIATION if association else GENERAL)
    try:
        rule = pack.rule(decision, figures.on)
    except UnknownDecision:
        return None, (Remark("unknown_decision", f"вид решения «{decision}» неизвестен"),), ()
    except NotInForce as error:
        if not error.instead:
            why = f"на {figures.on:%d.%m.%Y} закон не знал вопроса «{decision}»"
            return None, (Remark("not_in_force", why),), ()
        rule = pack.rule(error.instead, figures.on)
        why = f"«{decision}» тогда ещё не было, вопрос решался как «{error.instead}»"
        return rule, (), (Remark("earlier_kind", why),)
    if association and rule.body is not Body.TSG_MEMBERS:
        why = "вопрос собрания собственников вынесен на собрание членов товарищества"
        return pack.rule(ASSOCIATION, figures.on), (Remark("wrong_body", why),), ()
    if not association and rule.body is Body.TSG_MEMBERS:
        why = "вопрос членов товарищества вынесен на собрание собственников"
        return rule, (Remark("wrong_body", why),), ()
    return rule, (), ()


def _kind(
    question: QuestionFigures,
    rule: DecisionRule,
    known: Known,
    possible: frozenset[Verdict],
    table: QuestionTable,
    pack: LawPack,
    on: date,
) -> Iterable[Remark]:
    """Doubt the kind of decision only where the wording points to one with another outcome."""
    for one in suggest(table, question.text)[:1]:
        try:
            other = pack.rule(one.decision, on)
        except NotInForce:
            continue
        if other.needs_a_choice or other.body is not rule.body:
            continue
        quorum = tuple(_attendance(test, known) for test in other.quorum)
        found = _reading("", "", other.majority, known, quorum).possible
        if found.isdisjoint(possible):
            words = ", ".join(one.words)
            yield Remark(
                "kind_doubtful",
                f"слова «{words}» указывают на другой вид решения с другим итогом: {other.norm}",
            )


def _attendance(test: Threshold, known: Known) -> TestJudgement:
    """Hold the votes that took part against a test of the quorum."""
    if test.base in (Base.ALL_OWNERS, Base.TSG_MEMBERS):
        if known.turnout is None and known.assumed_quorum is not None:
            return TestJudgement(test, None, frozenset({known.assumed_quorum}), None)
        return _test(test, known.turnout, known.total)
    if test.base is Base.ENTRANCE_OWNERS:
        return _test(
            test,
            known.share_in(Base.ENTRANCE_PARTICIPANTS, Base.ENTRANCE_OWNERS),
            known.circle(Base.ENTRANCE_OWNERS),
        )
    if test.base is Base.RESIDENTIAL_OWNERS:
        return _test(test, known.of_participants(test.base), known.circle(test.base))
    return TestJudgement(test, None, frozenset({True, False}), None)


def _majority(test: Threshold, known: Known) -> TestJudgement:
    """Hold the votes "for" against a test of the majority."""
    return _test(test, known.votes_for(test.base), known.whole(test.base))


def _test(test: Threshold, share: Interval | None, whole: Interval | None) -> TestJudgement:
    if share is None:
        return TestJudgement(test, None, frozenset({True, False}), None)
    over = share.minus(Interval.exactly(test.part))
    margin = None
    if whole is not None:
        ends = [over.low * whole.low, over.low * whole.high]
        tops = [over.high * whole.low, over.high * whole.high]
        margin = Interval(min(ends), max(tops))
    return TestJudgement(test, share, verdicts(test, share), margin)


def _readings(
    rule: DecisionRule, known: Known, quorum: tuple[TestJudgement, ...]
) -> Iterable[ReadingJudgement]:
    if not rule.needs_a_choice:
        yield _reading("", "", rule.majority, known, quorum)
    for one in rule.readings:
        yield _reading(one.id, one.text, one.majority, known, quorum)


def _reading(
    id_: str,
    text: str,
    majority: tuple[Threshold, ...],
    known: Known,
    quorum: tuple[TestJudgement, ...],
) -> ReadingJudgement:
    tests = tuple(_majority(test, known) for test in majority)
    held = _all(quorum)
    passed = _all(tests)
    possible: set[Verdict] = set()
    if False in held:
        possible.add(Verdict.NO_QUORUM)
    if True in held:
        possible |= {Verdict.CARRIED if one else Verdict.REJECTED for one in passed}
    return ReadingJudgement(id_, text, tests, frozenset(possible))


def _all(tests: Iterable[TestJudgement]) -> frozenset[bool]:
    """Join tests that must all pass into the verdicts possible for all of them."""
    every = [test.verdicts for test in tests]
    if any(True not in one for one in every):
        return frozenset({False})
    return frozenset({True, False}) if any(False in one for one in every) else frozenset({True})


def _agrees(possible: frozenset[Verdict], printed: bool | None) -> bool | None:
    """Compare with the printed outcome; None when the figures or the law leave it open."""
    if printed is None or not possible:
        return None
    matches = {(one is Verdict.CARRIED) == printed for one in possible}
    return matches.pop() if len(matches) == 1 else None


def _why(
    outcome: Verdict,
    agrees: bool | None,
    rule: DecisionRule | None,
    readings: tuple[ReadingJudgement, ...],
    quorum: tuple[TestJudgement, ...],
) -> Iterable[Remark]:
    """Say why the outcome is unclear, or that the printed one is another."""
    if agrees is False:
        yield Remark("outcome_differs", "напечатанный итог не тот, что следует из цифр и закона")
    if outcome is not Verdict.UNCLEAR or rule is None:
        return
    if rule.needs_a_choice or rule.trust is Trust.UNCLEAR:
        yield Remark("law_unclear", "норма допускает разные трактовки, выбирает человек")
    tests = [*quorum, *(test for reading in readings for test in reading.tests)]
    if any(test.share is None and len(test.verdicts) > 1 for test in tests):
        yield Remark("figures_missing", "для проверки не хватает цифр")
    for test in tests:
        if test.share is not None and len(test.verdicts) > 1:
            yield Remark("rounding_straddles", _ends(test))


def _ends(test: TestJudgement) -> str:
    share = test.share or Interval.exactly(Fraction(0))
    low, high, part = (_percent(one) for one in (share.low, share.high, test.threshold.part))
    return f"округление накрывает порог: от {low} % до {high} %, порог {part} %"


def _percent(value: Fraction) -> str:
    return f"{round(value * 100_000) // 1000},{round(value * 100_000) % 1000:03d}"
