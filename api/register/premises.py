"""Rows of one premises into one premises. Rules carried out here, in order:

1. строка с тем же номером права и тем же собственником — повтор, пропускается;
2. у помещения одно назначение и одна площадь — ч. 5 ст. 15 ЖК РФ;
3. совместная собственность — одно право нескольких лиц без долей — ст. 244 ГК РФ;
4. сумма долей — ровно 1, иначе не загружается всё помещение — ст. 245 ГК РФ;
5. доля мельче той, какую признаёт проверка журнала, не загружается тоже.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from api.register.cells import KIND_NAMES, kind_by_number, say_if_unusual, shown
from api.register.header import Field
from api.register.model import HolderRow, PremisesRow, TitleRow
from api.register.owners import right_of_public
from api.register.shares import StatedShare, settle, total_in_words
from domain.events import PremisesKind, RightKind
from domain.facts import PartyKind
from domain.votes import FINEST_SHARE, FloorArea, TitleShare

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.register.report import Report
    from api.register.rows import ParsedRow


@dataclass(frozen=True, slots=True)
class _Claim:
    """What becomes one title: its first row, its right and share as stated, its holders."""

    row: ParsedRow
    right: RightKind | None
    share: StatedShare
    holders: tuple[HolderRow, ...]


def build(number: str, rows: Sequence[ParsedRow], report: Report) -> PremisesRow | None:
    """Make one premises of its rows; None if any of them has a blocking finding."""
    kept = _without_duplicates(rows, report)
    numbers = [it.row for it in rows]
    if report.blocked(numbers):
        _hold(number, numbers, report)
        return None
    kind = _one_kind(number, kept, report)
    area = _one_area(number, kept, report)
    titles = _titles(number, kept, report)
    if area is None or report.blocked(numbers):
        _hold(number, numbers, report)
        return None
    say_if_unusual(kept[0].line, kind, area, report)
    entrance = next((it.entrance for it in kept if it.entrance is not None), None)
    return PremisesRow(number, kind, area, entrance, titles, tuple(numbers))


def _hold(number: str, rows: Sequence[int], report: Report) -> None:
    faulty = report.blocked(rows)
    for row in rows:
        if row not in faulty:
            where = ", ".join(map(str, faulty))
            report.say("premises_held", row, Field.NUMBER, number, number=number, rows=where)


def _without_duplicates(rows: Sequence[ParsedRow], report: Report) -> list[ParsedRow]:
    first: dict[tuple[str, ...], int] = {}
    kept = []
    for it in rows:
        names = (holder.name.casefold().replace("ё", "е") for holder in it.holders)
        key = (it.paper.number.casefold(), *names)
        if it.paper.number and key in first:
            shown = it.line.text(Field.OWNER)
            report.say("duplicate_row", it.row, Field.OWNER, shown, other=first[key])
            continue
        first.setdefault(key, it.row)
        kept.append(it)
    return kept


def _one_kind(number: str, rows: Sequence[ParsedRow], report: Report) -> PremisesKind:
    stated = list(dict.fromkeys(it.kind for it in rows if it.kind is not None))
    if len(stated) > 1:
        kinds = ", ".join(KIND_NAMES[kind] for kind in stated)
        report.say("kind_conflict", rows[0].row, Field.KIND, number=number, kinds=kinds)
    if stated:
        return stated[0]
    guessed = kind_by_number(number)
    if report.columns.has(Field.KIND):
        report.say("kind_guessed", rows[0].row, Field.KIND, kind=KIND_NAMES[guessed])
    return guessed


def _one_area(number: str, rows: Sequence[ParsedRow], report: Report) -> FloorArea | None:
    stated = list(dict.fromkeys(it.area for it in rows if it.area is not None))
    if not stated:
        report.say("area_missing", rows[0].row, Field.AREA)
        return None
    if len(stated) > 1:
        areas = "; ".join(shown(area) for area in stated)
        report.say("area_conflict", rows[0].row, Field.AREA, number=number, areas=areas)
    for it in rows:
        if it.area is None:
            report.say("area_from_other_row", it.row, Field.AREA)
    return stated[0]


def _titles(number: str, rows: Sequence[ParsedRow], report: Report) -> tuple[TitleRow, ...]:
    claims = _claims(number, rows, report)
    settled = settle([it.share for it in claims], [_may_complete(it.right) for it in claims])
    if settled.total != 1:
        total = total_in_words(settled.total, [it.share for it in claims])
        first = claims[0].row
        shown = first.line.text(Field.SHARE)
        report.say("share_sum", first.row, Field.SHARE, shown, total=total, number=number)
        return ()
    fine = [n for n, share in enumerate(settled.shares) if share.denominator > FINEST_SHARE]
    for place in fine:
        _say_share("share_too_fine", claims[place], settled.shares[place], report)
    if fine:
        return ()
    for code, places in (("share_matched", settled.matched), ("share_literal", settled.literal)):
        for place in places:
            _say_share(code, claims[place], settled.shares[place], report)
    if settled.completed is not None:
        share = settled.shares[settled.completed]
        _say_share("share_completed", claims[settled.completed], share, report)
    return tuple(
        _title(claim, share, report) for claim, share in zip(claims, settled.shares, strict=True)
    )


def _say_share(code: str, claim: _Claim, share: Fraction, report: Report) -> None:
    line = claim.row.line
    report.say(code, line.row, Field.SHARE, line.text(Field.SHARE), share=share)


def _may_complete(right: RightKind | None) -> bool:
    """Tell whether an empty share can be the rest; sole ownership means the whole."""
    return right is not None and right is not RightKind.SOLE


def _title(claim: _Claim, share: Fraction, report: Report) -> TitleRow:
    right = claim.right
    if right is None and claim.holders[0].kind is PartyKind.PUBLIC:
        right = right_of_public(claim.holders[0])
    if right is None:
        right = RightKind.SOLE if share == 1 else RightKind.SHARED
    if right is RightKind.SOLE and share < 1:
        right = RightKind.SHARED
        _say_right(claim, report)
    return TitleRow(right, TitleShare(share), claim.holders, claim.row.row)


def _say_right(claim: _Claim, report: Report) -> None:
    line = claim.row.line
    report.say("right_is_shared", line.row, Field.RIGHT, line.text(Field.RIGHT))


def _claims(number: str, rows: Sequence[ParsedRow], report: Report) -> list[_Claim]:
    """Make claims of rows: spouses on rows of their own become one, the rest stay apart."""
    spouses = [it for it in rows if it.right is RightKind.JOINT and len(it.holders) == 1]
    claims = []
    for it in rows:
        if it not in spouses:
            claims.append(_Claim(it, it.right, it.share, it.holders))
            _say_several(it, report)
        elif it is spouses[0]:
            claims.append(_joint(number, spouses, alone=len(spouses) == len(rows), report=report))
    return claims


def _say_several(it: ParsedRow, report: Report) -> None:
    if len(it.holders) > 1 and it.right is not RightKind.JOINT:
        shown = it.line.text(Field.OWNER)
        report.say("owners_without_shares", it.row, Field.OWNER, shown, count=len(it.holders))


def _joint(number: str, rows: Sequence[ParsedRow], *, alone: bool, report: Report) -> _Claim:
    """Join spouses on several rows into one claim; differing shares contradict joint property."""
    first = rows[0]
    stated = [it.share for it in rows if it.share is not None]
    shown = first.line.text(Field.SHARE)
    if len(rows) == 1:
        owner = first.line.text(Field.OWNER)
        report.say("joint_single", first.row, Field.OWNER, owner)
    elif len(set(stated)) > 1 or (alone and any(share != 1 for share in stated)):
        report.say("joint_shares", first.row, Field.SHARE, shown, number=number)
    holders = tuple(holder for it in rows for holder in it.holders)
    return _Claim(first, RightKind.JOINT, stated[0] if stated else None, holders)
