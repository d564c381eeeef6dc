"""What an audit came to: steps with their findings, for people and for programs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FORMAT = "sobranie-audit/1"
ERROR, WARNING, NOTE = "error", "warning", "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing noticed, worded.

    Attributes:
        step: number of the step, from 1.
        severity: `error` (not sound), `warning` (a person should look) or `note`.
        code: stable name of the kind of finding.
        text: the finding in Russian, a whole sentence or two.
        place: file, `entry 31` or a field behind `#`.
        details: what was got and wanted, and what names the place further.
    """

    step: int
    severity: str
    code: str
    text: str
    place: str
    details: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One step with what it looked at, in a few words, and what it found."""

    number: int
    name: str
    title: str
    summary: str
    findings: tuple[Finding, ...]

    @property
    def is_sound(self) -> bool:
        """Tell whether the step found no error."""
        return all(finding.severity != ERROR for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Report:
    """All steps of one audit; `about` says what was audited."""

    command: str
    about: Mapping[str, str | int]
    steps: tuple[Step, ...]

    @property
    def is_sound(self) -> bool:
        """Tell whether no step found an error."""
        return all(step.is_sound for step in self.steps)

    @property
    def findings(self) -> list[Finding]:
        """List the findings of all steps."""
        return [finding for step in self.steps for finding in step.findings]

    def count(self, severity: str) -> int:
        """Count the findings of a severity."""
        return sum(finding.severity == severity for finding in self.findings)


def to_data(report: Report) -> dict[str, Any]:
    """Give a report as JSON-able data; `docs/reference/audit-json.md` explains it."""
    return {
        "format": FORMAT,
        "command": report.command,
        "about": dict(report.about),
        "sound": report.is_sound,
        "steps": [
            {
                "number": step.number,
                "name": step.name,
                "sound": step.is_sound,
                "summary": step.summary,
                "findings": [_finding(finding) for finding in step.findings],
            }
            for step in report.steps
        ],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "severity": finding.severity,
        "code": finding.code,
        "text": finding.text,
        "place": finding.place,
        "details": dict(finding.details),
    }


def to_lines(report: Report, shown: int | None = None) -> list[str]:
    """Give a report as lines: one per step, its findings below it, the verdict at the end.

    `shown` limits how many findings of a step are printed; the rest is counted.
    """
    lines = []
    for step in report.steps:
        lines.append(f"{step.number}/{len(report.steps)} {step.title}: {_state(step)}")
        visible = step.findings if shown is None else step.findings[:shown]
        lines += [f"    {_SIGNS[finding.severity]}: {finding.text}" for finding in visible]
        if len(step.findings) > len(visible):
            lines.append(f"    … и ещё {len(step.findings) - len(visible)} (--verbose покажет все)")
    return [*lines, verdict(report)]


_SIGNS = {ERROR: "ошибка", WARNING: "внимание", NOTE: "к сведению"}


def _state(step: Step) -> str:
    if step.is_sound:
        return f"верно, {step.summary}" if step.summary else "верно"
    errors = sum(finding.severity == ERROR for finding in step.findings)
    rest = f"; {step.summary}" if step.summary else ""
    return f"НЕВЕРНО, ошибок: {errors}{rest}"


def verdict(report: Report) -> str:
    """Say in one line what it all came to."""
    warned = report.count(WARNING)
    more = f" Предупреждений: {warned}." if warned else ""
    if report.is_sound:
        return f"Итог: ошибок не найдено.{more}"
    return f"Итог: найдено ошибок: {report.count(ERROR)}.{more}"


def ordered(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Put errors first, warnings next, notes last; within that as they were found."""
    rank = {ERROR: 0, WARNING: 1, NOTE: 2}
    return tuple(sorted(findings, key=lambda finding: rank[finding.severity]))
