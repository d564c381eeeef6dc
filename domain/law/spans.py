"""Days, months and years counted as the ГК does, from the next day to the same number.

Ст. 191, 192 ГК РФ.
A month without that number ends on its last day (п. 3 ст. 192 ГК РФ).
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

MONTHS_IN_YEAR = 12


def plus_days(day: date, days: int) -> date:
    """Give the last day of a term of days that starts on the day after `day`."""
    return day + timedelta(days=days)


def plus_months(day: date, months: int) -> date:
    """Give the last day of a term of months."""
    index = day.year * MONTHS_IN_YEAR + day.month - 1 + months
    year, month = divmod(index, MONTHS_IN_YEAR)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def plus_years(day: date, years: int) -> date:
    """Give the last day of a term of years."""
    return plus_months(day, years * MONTHS_IN_YEAR)
