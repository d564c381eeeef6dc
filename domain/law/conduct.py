"""Rows about the conduct of a meeting: terms, channels, bases, orders, requisites, resolution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.law.errors import LawDataError
from domain.law.loading import Row, in_order, parse
from domain.law.rows import (
    BasisRule,
    Duty,
    NoticeWays,
    ProtocolOrder,
    Requisite,
    Resolution,
    ShareRule,
)
from domain.law.rules import Base, ChannelRule, Term, Threshold, Unit
from domain.law.tables import by_item

if TYPE_CHECKING:
    from collections.abc import Mapping

TERMS = "terms.toml"
CHANNELS = "channels.toml"
ORDERS = "orders.toml"
RESOLUTION = "resolution.toml"
FORMS = ("in_person", "absentee_poll", "mixed", "first_system", "system")
PAPER_FORMS = ("in_person", "absentee_poll", "mixed", "system")


@dataclass(frozen=True, slots=True)
class ConductTable:
    """Everything but majorities and quorums, by item."""

    terms: Mapping[tuple[str, str], tuple[Term, ...]]
    duties: Mapping[str, tuple[Duty, ...]]
    shares: Mapping[str, tuple[ShareRule, ...]]
    notice_ways: tuple[NoticeWays, ...]
    channels: Mapping[str, tuple[ChannelRule, ...]]
    bases: Mapping[str, tuple[BasisRule, ...]]
    orders: tuple[ProtocolOrder, ...]
    requisites: Mapping[str, tuple[Requisite, ...]]
    resolutions: Mapping[str, tuple[Resolution, ...]]


def read_conduct(files: Mapping[str, bytes], sources: Mapping[str, str]) -> ConductTable:
    """Read terms, channels, orders and the rule of resolution."""
    terms = parse(files, TERMS, ("term", "duty", "share", "notice_ways"))
    channels = parse(files, CHANNELS, ("channel", "basis"))
    orders = parse(files, ORDERS, ("order", "requisite"))
    resolution = parse(files, RESOLUTION, ("resolution",))
    bases = by_item(
        (_basis(one, sources) for one in channels["basis"]), lambda b: b.basis, CHANNELS
    )
    table = ConductTable(
        terms=_terms(terms["term"], sources),
        duties=by_item((_duty(o, sources) for o in terms["duty"]), lambda d: d.id, TERMS),
        shares=by_item((_share(o, sources) for o in terms["share"]), lambda s: s.id, TERMS),
        notice_ways=in_order(
            [_ways(o, sources) for o in terms["notice_ways"]], TERMS, "notice_ways"
        ),
        channels=by_item(
            (_channel(o, sources) for o in channels["channel"]), lambda c: c.channel, CHANNELS
        ),
        bases=bases,
        orders=in_order([_order(o, sources) for o in orders["order"]], ORDERS, "order"),
        requisites=by_item(
            (_requisite(o, sources) for o in orders["requisite"]), lambda r: r.id, ORDERS
        ),
        resolutions=by_item(
            (_resolution(o, sources) for o in resolution["resolution"]),
            lambda r: r.matter,
            RESOLUTION,
        ),
    )
    for rows in bases.values():
        for row in rows:
            _check_basis(row, table)
    return table


def _check_basis(row: BasisRule, table: ConductTable) -> None:
    used = {row.link, row.in_person, row.external_system, *(channel for _, channel in row.paper)}
    unknown = used - set(table.channels)
    if unknown:
        raise LawDataError("unknown-reference", CHANNELS, row.basis, ", ".join(sorted(unknown)))


def _terms(rows: list[Row], sources: Mapping[str, str]) -> dict[tuple[str, str], tuple[Term, ...]]:
    """Group terms by id and form; the form "" stands for any."""
    found: dict[tuple[str, str], list[Term]] = {}
    for row in rows:
        term, forms = _term(row, sources)
        for form in forms or ("",):
            found.setdefault((term.id, form), []).append(term)
    return {key: in_order(terms, TERMS, " ".join(key)) for key, terms in found.items()}


def _term(row: Row, sources: Mapping[str, str]) -> tuple[Term, tuple[str, ...]]:
    unit = row.text("unit")
    if unit not in set(Unit):
        raise row.fault("bad-value", f"unit: {unit!r}")
    term = Term(
        id=row.text("id"),
        value=row.number("value"),
        unit=Unit(unit),
        title=row.text("title"),
        norm=row.norm(),
        source=row.source(sources),
        since=row.day("since"),
        until=row.until(),
        trust=row.trust(),
    )
    forms = _forms(row)
    row.finish()
    return term, forms


def _forms(row: Row) -> tuple[str, ...]:
    forms = row.texts("forms")
    if not set(forms) <= set(FORMS):
        raise row.fault("bad-value", f"forms: {forms}")
    return forms


def _duty(row: Row, sources: Mapping[str, str]) -> Duty:
    duty = Duty(
        id=row.text("id"),
        first_month=row.number("first_month"),
        last_month=row.number("last_month"),
        title=row.text("title"),
        norm=row.norm(),
        source=row.source(sources),
        since=row.day("since"),
        until=row.until(),
        trust=row.trust(),
    )
    if not 0 <= duty.first_month <= duty.last_month <= 12:
        raise row.fault("bad-value", "months")
    row.finish()
    return duty


def _share(row: Row, sources: Mapping[str, str]) -> ShareRule:
    base = row.text("base")
    if base not in set(Base):
        raise row.fault("bad-value", f"base: {base!r}")
    share = ShareRule(
        id=row.text("id"),
        test=Threshold(Base(base), row.part("part"), row.flag("strict")),
        title=row.text("title"),
        norm=row.norm(),
        source=row.source(sources),
        since=row.day("since"),
        until=row.until(),
        trust=row.trust(),
    )
    row.finish()
    return share


def _ways(row: Row, sources: Mapping[str, str]) -> NoticeWays:
    ways = NoticeWays(
        legs=row.text_lists("legs"),
        title=row.text("title"),
        norm=row.norm(),
        source=row.source(sources),
        since=row.day("since"),
        until=row.until(),
        trust=row.trust(),
    )
    row.finish()
    return ways


def _channel(row: Row, sources: Mapping[str, str]) -> ChannelRule:
    channel = ChannelRule(
        channel=row.text("channel"),
        binding=row.flag("binding"),
        rule=row.text("rule"),
        norm=row.norm(),
        source=row.source(sources),
        since=row.day("since"),
        until=row.until(),
        trust=row.trust(),
    )
    row.finish()
    return channel


def _basis(row: Row, sources: Mapping[str, str]) -> BasisRule:
    paper = row.row("paper")
    by_form = tuple((form, paper.text(form)) for form in PAPER_FORMS)
    paper.finish()
    basis = BasisRule(
        basis=row.text("id"),
        title=row.text("title"),
        rule=row.text("rule"),
        link=row.text("link"),
        paper=by_form,
        in_person=row.text("in_person"),
        external_system=row.text("external_system"),
        norm=row.norm(),
        source=row.source(sources),
        since=row.day("since"),
        until=row.until(),
        trust=row.trust(),
    )
    row.finish()
    return basis


def _order(row: Row, sources: Mapping[str, str]) -> ProtocolOrder:
    order = ProtocolOrder(
        id=row.text("id"),
        title=row.text("title"),
        rule=row.text("rule"),
        number=row.text("number"),
        norm=row.norm(),
        source=row.source(sources),
        since=row.day("since"),
        until=row.until(),
        trust=row.trust(),
    )
    row.finish()
    return order


def _requisite(row: Row, sources: Mapping[str, str]) -> Requisite:
    requisite = Requisite(
        id=row.text("id"),
        document=row.text("document"),
        title=row.text("title"),
        forms=_forms(row),
        norm=row.norm(),
        source=row.source(sources),
        since=row.day("since"),
        until=row.until(),
        trust=row.trust(),
    )
    if requisite.document not in ("notice", "ballot", "protocol"):
        raise row.fault("bad-value", f"document: {requisite.document}")
    row.finish()
    return requisite


def _resolution(row: Row, sources: Mapping[str, str]) -> Resolution:
    resolution = Resolution(
        matter=row.text("matter"),
        moment=row.text("moment"),
        title=row.text("title"),
        norm=row.norm(),
        source=row.source(sources),
        since=row.day("since"),
        until=row.until(),
        trust=row.trust(),
    )
    row.finish()
    return resolution
