"""Author organisations: their accounts and the houses assigned to them.

Tokens are stored as SHA-256 only and shown once. An organisation speaks to a house only while the
house is assigned to it; what it has said before stays in the log.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

import sqlalchemy as sa

from api.announcements.tables import assignments, organisations
from api.desk import token_hash
from api.refusals import HouseNotAssigned
from domain.events import Author, OrganisationKind
from domain.facts import HouseId, OrganisationId
from domain.refusals import NotFound, Refused

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Account:
    """An organisation with its houses."""

    author: Author
    houses: tuple[HouseId, ...]


class Organisations:
    """The accounts of one installation."""

    def __init__(self, engine: sa.Engine) -> None:
        """Work on the desk's database."""
        self._engine = engine

    def add(self, name: str, kind: OrganisationKind) -> tuple[OrganisationId, str]:
        """Enter an organisation; gives its id and its token, which is shown once."""
        organisation, token = OrganisationId(uuid4()), secrets.token_urlsafe(TOKEN_BYTES)
        values = {
            "organisation": organisation,
            "token_hash": token_hash(token),
            "name": name,
            "kind": kind.value,
        }
        with self._engine.begin() as connection:
            connection.execute(organisations.insert().values(values))
        return organisation, token

    def renew_token(self, organisation: OrganisationId) -> str:
        """Give a new token in place of the old one, which is void from now on."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        here = organisations.c.organisation == organisation
        with self._engine.begin() as connection:
            change = organisations.update().where(here).values(token_hash=token_hash(token))
            if not connection.execute(change).rowcount:
                raise Refused(NotFound("organisation"))
        return token

    def by_token(self, token: str) -> Author | None:
        """Find an organisation by its token."""
        query = sa.select(organisations).where(organisations.c.token_hash == token_hash(token))
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return _author(row) if row is not None else None

    def all(self) -> Sequence[Account]:
        """List the organisations with their houses, by name."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(organisations)).all()
            pairs = connection.execute(sa.select(assignments)).all()
        houses: dict[OrganisationId, list[HouseId]] = {}
        for pair in pairs:
            houses.setdefault(OrganisationId(pair.organisation), []).append(HouseId(pair.house))
        authors = sorted(map(_author, rows), key=lambda author: (author.name, author.organisation))
        return [Account(a, tuple(sorted(houses.get(a.organisation, ())))) for a in authors]

    # --- houses -----------------------------------------------------------------------------------

    def assign(self, organisation: OrganisationId, house: HouseId) -> None:
        """Let an organisation speak to a house; doing it twice changes nothing."""
        with self._engine.begin() as connection:
            self._known(connection, organisation)
            if connection.execute(sa.select(assignments).where(_pair(organisation, house))).first():
                return
            values = {"organisation": organisation, "house": house}
            connection.execute(assignments.insert().values(values))

    def withdraw(self, organisation: OrganisationId, house: HouseId) -> None:
        """Let it speak there no more."""
        with self._engine.begin() as connection:
            self._known(connection, organisation)
            connection.execute(assignments.delete().where(_pair(organisation, house)))

    def houses(self, organisation: OrganisationId) -> frozenset[HouseId]:
        """Give the houses an organisation may speak to."""
        query = sa.select(assignments.c.house).where(assignments.c.organisation == organisation)
        with self._engine.connect() as connection:
            return frozenset(HouseId(row.house) for row in connection.execute(query))

    def check_assigned(self, organisation: OrganisationId, houses: Collection[HouseId]) -> None:
        """Refuse when an organisation may not speak to all of these houses."""
        foreign = sorted(set(houses) - self.houses(organisation))
        if foreign:
            raise Refused(HouseNotAssigned(tuple(map(str, foreign))))

    @staticmethod
    def _known(connection: sa.Connection, organisation: OrganisationId) -> None:
        query = sa.select(organisations).where(organisations.c.organisation == organisation)
        if connection.execute(query).first() is None:
            raise Refused(NotFound("organisation"))


def _pair(organisation: OrganisationId, house: HouseId) -> sa.ColumnElement[bool]:
    return sa.and_(assignments.c.organisation == organisation, assignments.c.house == house)


def _author(row: sa.Row[tuple[object, ...]]) -> Author:
    return Author(OrganisationId(row.organisation), OrganisationKind(row.kind), row.name)
