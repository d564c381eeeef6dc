"""Errors of the law tables: every one has a stable code and says what was asked and where.

`LawError`
├── `LawDataError`     a row is wrong: the pack is not loaded at all
├── `UnknownDecision`  no such kind of decision, at any date
├── `UnknownRow`       no such term, channel, basis … at any date
├── `NotInForce`       known, but no row holds on that date
└── `ChoiceNeeded`     the rule is unclear and no reading was chosen
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from datetime import date


class LawError(Exception):
    """Base of all errors of this package; `code` is stable."""

    code: ClassVar[str] = "law"


class LawDataError(LawError):
    """A row of the pack is wrong; `code` says how, `file`, `row` and `why` where and what."""

    code: ClassVar[str] = "law-data"

    def __init__(self, fault: str, file: str, row: str, why: str) -> None:
        super().__init__(f"{file}: {row}: {fault}: {why}")
        self.fault = fault
        self.file = file
        self.row = row
        self.why = why


class UnknownDecision(LawError):  # noqa: N818 - the name is the reason
    """The pack knows no such kind of decision."""

    code: ClassVar[str] = "unknown-decision"

    def __init__(self, decision: str, on: date) -> None:
        super().__init__(f"неизвестный вид решения «{decision}»")
        self.decision = decision
        self.on = on


class UnknownRow(LawError):  # noqa: N818 - the name is the reason
    """The pack knows no such term, channel, basis or other item."""

    code: ClassVar[str] = "unknown-row"

    def __init__(self, kind: str, item: str) -> None:
        super().__init__(f"неизвестная строка «{item}» ({kind})")
        self.kind = kind
        self.item = item


class NotInForce(LawError):  # noqa: N818 - the name is the reason
    """Nothing of that name was in force on the date.

    `instead` is the kind of decision the matter belonged to then, or "" when there was none.
    """

    code: ClassVar[str] = "not-in-force"

    def __init__(self, decision: str, on: date, instead: str = "") -> None:
        super().__init__(f"«{decision}» на {on:%d.%m.%Y} не действует")
        self.decision = decision
        self.on = on
        self.instead = instead


class ChoiceNeeded(LawError):  # noqa: N818 - the name is the reason
    """The rule is unclear: a person must choose one of its readings and say why."""

    code: ClassVar[str] = "choice-needed"

    def __init__(self, decision: str, on: date, readings: tuple[str, ...]) -> None:
        super().__init__(
            f"«{decision}» на {on:%d.%m.%Y}: нужен выбор трактовки ({', '.join(readings)})"
        )
        self.decision = decision
        self.on = on
        self.readings = readings
