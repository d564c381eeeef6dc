"""A judgement about a protocol as data: tests, readings, questions, the whole."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from domain.law.reference import LawPack
    from domain.law.rules import DecisionRule, Threshold
    from projections.intervals import Interval
    from projections.known import Remark


class Verdict(StrEnum):
    """What the law of the date makes of a question."""

    CARRIED = "carried"
    REJECTED = "rejected"
    NO_QUORUM = "no_quorum"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class TestJudgement:
    """One test: the share it looks at, its possible verdicts and the margin in votes."""

    threshold: Threshold
    share: Interval | None
    verdicts: frozenset[bool]
    margin: Interval | None


@dataclass(frozen=True, slots=True)
class ReadingJudgement:
    """What one reading of the rule comes to; a settled rule has one reading with an empty id."""

    id: str
    text: str
    tests: tuple[TestJudgement, ...]
    possible: frozenset[Verdict]


@dataclass(frozen=True, slots=True)
class QuestionJudgement:
    """One question judged; `possible` holds every outcome the figures and the law leave open."""

    number: str
    text: str
    rule: DecisionRule | None
    readings: tuple[ReadingJudgement, ...]
    quorum: tuple[TestJudgement, ...]
    possible: frozenset[Verdict]
    outcome: Verdict
    agrees: bool | None
    findings: tuple[Remark, ...]
    notes: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """A whole protocol judged."""

    pack: LawPack
    on: date
    edition: str
    turnout: Interval | None
    quorum_held: bool | None
    questions: tuple[QuestionJudgement, ...]
    findings: tuple[Remark, ...]
    notes: tuple[Remark, ...]

    @property
    def has_findings(self) -> bool:
        """Tell whether anything at all was found."""
        return bool(self.findings) or any(question.findings for question in self.questions)
