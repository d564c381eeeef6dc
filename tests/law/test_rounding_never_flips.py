"""The judge: a printed percentage may leave a question open, it never turns it over."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.law.questions import load_questions
from domain.law.reference import load_pack
from projections.figures import from_value
from projections.intervals import Interval
from projections.judgement import QuestionJudgement, judge

CENTS = st.integers(min_value=1, max_value=300_000)
DECISIONS = st.sampled_from(["44.2.4.1", "44.2.1", "44.2.4.7", "44.2.4.2", "156.7", "44.2.4.3"])
DATES = st.dates(min_value=date(2016, 7, 16), max_value=date(2025, 12, 31))


def text(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def printed(value: Fraction, decimals: int, *, cut: bool) -> str:
    scaled = value * 10**decimals
    whole = scaled.numerator // scaled.denominator
    if not cut and scaled - whole >= Fraction(1, 2):
        whole += 1
    digits = f"{whole:0{decimals + 1}d}"
    return f"{digits[:-decimals]}.{digits[-decimals:]}"


def one(figures: dict[str, Any]) -> QuestionJudgement:
    (question,) = judge(from_value(figures), load_pack(), load_questions()).questions
    return question


@given(CENTS, CENTS, CENTS, DECISIONS, DATES, st.booleans(), st.integers(1, 3), st.booleans())
def test_percentages_and_votes_never_contradict(
    yes: int, no: int, away: int, decision: str, on: date, cut: bool, decimals: int, of_all: bool
) -> None:
    present, everybody = yes + no, yes + no + away
    base = everybody if of_all else present
    common = {
        "format": "sobranie-figures/1",
        "date": on.isoformat(),
        "total_votes": text(everybody),
        "participants_votes": text(present),
    }
    votes = {"for": text(yes), "against": text(no), "abstained": "0"}
    percent = {
        "base": "all" if of_all else "participants",
        "for": printed(Fraction(yes * 100, base), decimals, cut=cut),
        "against": printed(Fraction(no * 100, base), decimals, cut=cut),
        "abstained": "0." + "0" * decimals,
    }
    question = {"number": "1", "decision": decision}
    exact = one(common | {"questions": [question | {"votes": votes}]})
    rounded = one(common | {"questions": [question | {"percent": percent}]})
    both = one(common | {"questions": [question | {"votes": votes, "percent": percent}]})
    assert exact.outcome != "unclear"
    assert rounded.outcome in (exact.outcome, "unclear")
    assert exact.outcome in rounded.possible
    assert both.outcome == exact.outcome and both.findings == ()
    assert rounded.findings == () or rounded.outcome == "unclear"


@given(st.fractions(min_value=0, max_value=100), st.integers(1, 4), st.booleans())
def test_a_printed_figure_holds_what_was_printed(value: Fraction, decimals: int, cut: bool) -> None:
    shown = printed(value, decimals, cut=cut)
    whole, _, places = shown.partition(".")
    figure = Fraction(int(whole + places), 10 ** len(places))
    assert Interval.printed(figure, decimals).holds(value)
