"""The law as one pack: asked by id and date, known by name, version and SHA-256.

The digest is SHA-256 over the files in order of their names, each as

    name in UTF-8, one zero byte, length of the content in decimal ASCII, one zero byte, content

so that an auditor recomputes it from the files in a bundle without any of this code.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files as package_files
from typing import TYPE_CHECKING

from domain.law import conduct, crosscheck, decision_table, tables
from domain.law.errors import ChoiceNeeded, LawDataError, NotInForce, UnknownRow
from domain.law.loading import DatedT, Row, holding, parse
from domain.law.majorities import Majorities
from domain.law.rules import Threshold

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from domain.law.rows import (
        BasisRule,
        Duty,
        Edition,
        NoticeWays,
        ProtocolOrder,
        Requisite,
        Resolution,
        ShareRule,
        UnseenChange,
    )
    from domain.law.rules import ChannelRule, DecisionRule, Term

PACK = "pack.toml"
FILES = (
    PACK,
    tables.EDITIONS,
    decision_table.DECISIONS,
    conduct.TERMS,
    conduct.CHANNELS,
    conduct.ORDERS,
    conduct.RESOLUTION,
)


def digest(files: Mapping[str, bytes]) -> str:
    """Compute the SHA-256 of a pack's files, as the module describes, in lower-case hex."""
    found = hashlib.sha256()
    for name in sorted(files):
        found.update(name.encode("utf-8"))
        found.update(b"\0" + str(len(files[name])).encode("ascii") + b"\0")
        found.update(files[name])
    return found.hexdigest()


@dataclass(frozen=True, slots=True)
class LawPack:
    """The rows in force on any date."""

    name: str
    version: str
    as_of: date
    newest_text: str
    recheck: str
    sha256: str
    majorities: Majorities
    conduct: conduct.ConductTable
    _files: tuple[tuple[str, bytes], ...]

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> LawPack:
        """Load a pack from its exact files; any fault in any row is a `LawDataError`."""
        unknown = sorted(set(files) - set(FILES))
        if unknown:
            raise LawDataError("unknown-file", unknown[0], "-", "the pack has no such file")
        editions = tables.read_editions(files)
        decisions = decision_table.read_decisions(files, editions.sources)
        crosscheck.check(editions, decisions)
        head = _head(parse(files, PACK, ("pack",))["pack"])
        pack = cls(
            name=head.text("name"),
            version=head.text("version"),
            as_of=head.day("as_of"),
            newest_text=head.text("newest_text"),
            recheck=head.text("recheck"),
            sha256=digest(files),
            majorities=Majorities(editions, decisions),
            conduct=conduct.read_conduct(files, editions.sources),
            _files=tuple(sorted(files.items())),
        )
        head.finish()
        for edition in editions.editions:
            pack.decisions(edition.since)
        return pack

    def files(self) -> dict[str, bytes]:
        """Give the exact bytes of every file, for the bundle."""
        return dict(self._files)

    # ---- majorities

    def rule(self, decision: str, on: date) -> DecisionRule:
        """Find how a kind of decision is taken; `UnknownDecision` or `NotInForce` otherwise."""
        return self.majorities.rule(decision, on)

    def decisions(self, on: date) -> tuple[DecisionRule, ...]:
        """List every kind of decision in force on a date."""
        ids = self.majorities.ids()
        return tuple(self.rule(one, on) for one in ids if self.majorities.exists(one, on))

    def majority(self, decision: str, on: date, reading: str = "") -> tuple[Threshold, ...]:
        """Give the tests of the majority, by the reading chosen where the rule is unclear."""
        rule = self.rule(decision, on)
        if not rule.needs_a_choice:
            return rule.majority
        for one in rule.readings:
            if one.id == reading:
                return one.majority
        raise ChoiceNeeded(decision, on, tuple(one.id for one in rule.readings))

    def model_of(self, decision: str) -> str:
        """Name the point whose test a kind of decision follows, or the kind itself."""
        rows = self.majorities.decisions.decisions.get(decision, ())
        return next((row.same_as for row in rows if row.same_as), decision)

    def edition(self, on: date) -> Edition:
        """Find the edition of the ЖК in force on a date."""
        return self.majorities.edition(on)

    def editions(self) -> tuple[Edition, ...]:
        """List all editions, oldest first."""
        return self.majorities.editions.editions

    def unseen_changes(self, on: date) -> tuple[UnseenChange, ...]:
        """List changes begun by the date that nobody has read for this pack."""
        return tuple(one for one in self.majorities.editions.unseen if one.since <= on)

    # ---- conduct

    def term(self, term: str, on: date, form: str | None = None) -> Term:
        """Find a term; rows of the form come first, then rows for any form."""
        known = {found for found, _ in self.conduct.terms}
        if term not in known:
            raise UnknownRow("term", term)
        for key in (form or "", ""):
            found = holding(self.conduct.terms.get((term, key), ()), on)
            if found is not None:
                return found
        raise NotInForce(f"{term} ({form})" if form else term, on)

    def channel(self, channel: str, on: date) -> ChannelRule:
        """Tell whether votes given through a channel count on a date."""
        return _dated(self.conduct.channels, "channel", channel, on)

    def basis(self, basis: str, on: date) -> BasisRule:
        """Find what a basis of a meeting makes of each way of answering."""
        return _dated(self.conduct.bases, "basis", basis, on)

    def ballot_channel(self, basis: str, form: str, ballot: str, on: date) -> ChannelRule:
        """Find the channel rule of a ballot: `link`, `paper`, `in_person` or `external_system`."""
        row = self.basis(basis, on)
        match ballot:
            case "link":
                channel = row.link
            case "in_person":
                channel = row.in_person
            case "external_system":
                channel = row.external_system
            case "paper":
                channel = dict(row.paper).get("system" if form == "first_system" else form, "")
                if not channel:
                    raise UnknownRow("form", form)
            case _:
                raise UnknownRow("ballot channel", ballot)
        return self.channel(channel, on)

    def duty(self, duty: str, on: date) -> Duty:
        """Find a duty bound to months of the year."""
        return _dated(self.conduct.duties, "duty", duty, on)

    def share(self, share: str, on: date) -> ShareRule:
        """Find a part of the votes that is no majority of a decision."""
        return _dated(self.conduct.shares, "share", share, on)

    def notice_ways(self, on: date) -> NoticeWays:
        """Find the ways of giving notice."""
        return _held(holding(self.conduct.notice_ways, on), "notice_ways", on)

    def protocol_order(self, on: date) -> ProtocolOrder:
        """Find the order the protocol follows."""
        return _held(holding(self.conduct.orders, on), "protocol_order", on)

    def requisites(self, document: str, on: date, form: str | None = None) -> tuple[Requisite, ...]:
        """List what a notice, ballot or protocol must hold; without a form, the common items."""
        held = (holding(rows, on) for rows in self.conduct.requisites.values())
        return tuple(
            one
            for one in held
            if one is not None
            and one.document == document
            and (not one.forms or (form is not None and form in one.forms))
        )

    def resolution(self, matter: str, on: date) -> Resolution:
        """Find which moment of a meeting chooses the edition for a matter."""
        return _dated(self.conduct.resolutions, "resolution", matter, on)


def _head(rows: list[Row]) -> Row:
    if len(rows) != 1:
        raise LawDataError("missing-key", PACK, "pack", "exactly one [pack]")
    return rows[0]


def _dated(rows: Mapping[str, tuple[DatedT, ...]], kind: str, item: str, on: date) -> DatedT:
    if item not in rows:
        raise UnknownRow(kind, item)
    return _held(holding(rows[item], on), item, on)


def _held(found: DatedT | None, item: str, on: date) -> DatedT:
    if found is None:
        raise NotInForce(item, on)
    return found


@cache
def load_pack() -> LawPack:
    """Load the pack that comes with this package."""
    here = package_files("domain.law")
    return LawPack.from_files({name: (here / name).read_bytes() for name in FILES})
