"""Working days by a dated table of public holidays (ст. 112 ТК РФ); other years are refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files as package_files
from typing import TYPE_CHECKING

from domain.law.errors import LawDataError, NotInForce
from domain.law.loading import parse
from domain.law.rules import Trust

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.law.loading import Row

HOLIDAYS = "holidays.toml"
_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """Days off and worked weekends of one year, and how far they may be trusted."""

    year: int
    days_off: frozenset[date]
    working_weekends: frozenset[date]
    settled: bool
    norm: str
    trust: Trust


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Years of the table."""

    years: Mapping[int, CalendarYear]

    def is_working(self, day: date) -> bool:
        """Tell whether a day is worked; `NotInForce` for a year outside the table."""
        year = self.year(day)
        if day.weekday() >= _SATURDAY:
            return day in year.working_weekends
        return day not in year.days_off

    def year(self, day: date) -> CalendarYear:
        """Find the year of the table."""
        if day.year not in self.years:
            raise NotInForce(f"календарь рабочих дней {day.year} года", day)
        return self.years[day.year]

    def before(self, day: date, count: int) -> date:
        """Give the day that lies `count` working days before `day`."""
        while count:
            day -= _DAY
            count -= self.is_working(day)
        return day

    def after(self, day: date, count: int) -> date:
        """Give the day that lies `count` working days after `day`."""
        while count:
            day += _DAY
            count -= self.is_working(day)
        return day

    def is_settled(self, first: date, last: date) -> bool:
        """Tell whether every year between two days is settled."""
        return all(self.years[year].settled for year in range(first.year, last.year + 1))


def read_calendar(files: Mapping[str, bytes]) -> WorkCalendar:
    """Read the table strictly."""
    years: dict[int, CalendarYear] = {}
    for row in parse(files, HOLIDAYS, ("year",))["year"]:
        found = _year(row)
        if found.year in years:
            raise row.fault("duplicate", str(found.year))
        years[found.year] = found
    if sorted(years) != list(range(min(years, default=0), max(years, default=-1) + 1)):
        raise LawDataError("gap", HOLIDAYS, "year", str(sorted(years)))
    return WorkCalendar(years)


def _year(row: Row) -> CalendarYear:
    found = CalendarYear(
        year=row.number("year"),
        days_off=frozenset(row.days("days_off")),
        working_weekends=frozenset(row.days("working_weekends")),
        settled=row.flag("settled"),
        norm=row.norm(),
        trust=row.trust(),
    )
    row.finish()
    for day in found.days_off | found.working_weekends:
        weekend = day.weekday() >= _SATURDAY
        if day.year != found.year or weekend != (day in found.working_weekends):
            raise row.fault("bad-date", str(day))
    return found


@cache
def load_calendar() -> WorkCalendar:
    """Load the table that comes with this package."""
    here = package_files("domain.law")
    return read_calendar({HOLIDAYS: (here / HOLIDAYS).read_bytes()})
