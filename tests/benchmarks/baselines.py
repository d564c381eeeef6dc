"""Three servers to compare with; each takes the very request that the product takes.

* `echo`: what FastAPI and pydantic cost by themselves: read the vote, write it back;
* `insert`: the usual web application: one row per vote under a unique key, no log, no proof;
* `library`: eventsourcing as its manual shows it: an aggregate per vote, saved one by one.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from fastapi import FastAPI, Header, HTTPException
from psycopg.errors import UniqueViolation
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool
from pydantic import BaseModel
from typing_extensions import override

from api.http.models import VoteIn
from tests.benchmarks.load import PATH

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

Bearer = Annotated[str, Header()]
POOL = 16
"""Connections of the `insert` server; more made it slower on two cores."""


class Accepted(BaseModel):
    """The answer of a server that keeps the vote."""

    ballot: str


def echo() -> FastAPI:
    """Make the server that keeps nothing."""
    app = FastAPI()

    @app.post(PATH, status_code=201)
    async def vote(body: VoteIn) -> VoteIn:
        return body

    return app


def insert(postgres: Mapping[str, str]) -> FastAPI:
    """Make the server that inserts a row."""
    pool = AsyncConnectionPool(
        f"host={postgres['POSTGRES_HOST']} port={postgres['POSTGRES_PORT']}"
        f" user={postgres['POSTGRES_USER']} password={postgres['POSTGRES_PASSWORD']}"
        f" dbname={postgres['POSTGRES_DBNAME']}",
        min_size=POOL,
        max_size=POOL,
        open=False,
        kwargs={"autocommit": True},
    )

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with pool:
            async with pool.connection() as connection:
                await connection.execute(
                    "CREATE TABLE IF NOT EXISTS votes (id bigserial PRIMARY KEY,"
                    " voter text NOT NULL UNIQUE, answers jsonb NOT NULL,"
                    " at timestamptz NOT NULL DEFAULT now())"
                )
            yield

    app = FastAPI(lifespan=lifespan)

    @app.post(PATH, status_code=201)
    async def vote(body: VoteIn, authorization: Bearer) -> Accepted:
        try:
            async with pool.connection() as connection:
                cursor = await connection.execute(
                    "INSERT INTO votes (voter, answers) VALUES (%s, %s) RETURNING id",
                    [authorization, Jsonb(body.answers)],
                )
                row = await cursor.fetchone()
        except UniqueViolation:
            raise HTTPException(409) from None
        return Accepted(ballot=str(row[0] if row else ""))

    return app


class Vote(Aggregate):
    """A vote as a stock aggregate; its id follows from the voter."""

    @event("Received")
    def __init__(self, voter: str, answers: dict[str, str]) -> None:
        """Receive the vote."""
        self.voter = voter
        self.answers = answers

    @staticmethod
    @override
    def create_id(voter: str) -> UUID:
        """Derive the id, so that a second vote cannot be saved."""
        return uuid5(NAMESPACE_URL, voter)


def library(env: Mapping[str, str]) -> FastAPI:
    """Make the server that saves an aggregate with the library's own recorder."""
    votes: Application[UUID] = Application(dict(env))
    app = FastAPI()

    @app.post(PATH, status_code=201)
    def vote(body: VoteIn, authorization: Bearer) -> Accepted:
        saved = Vote(authorization, dict(body.answers))
        votes.save(saved)
        return Accepted(ballot=str(saved.id))

    return app
