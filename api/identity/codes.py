"""Codes printed on paper notices: ten characters that lead an owner to their ballot.

    T7K3M-9QX4V    Crockford base32, 50 bits, in two groups; O is read as 0, I and L as 1

One per person and meeting: a new one makes the last useless. Kept as keyed hashes, so that a copied
database does not give them away; whoever guesses is slowed down (`web/limits.py`).
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from api.desk import meetings
from api.identity.admitting import Proven
from api.identity.strength import Kind
from api.identity.tables import codes
from api.refusals import CodeUnknown
from domain.facts import MeetingId, PersonId
from domain.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from api.identity.digests import Digests

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10
GROUP = 5
LONGEST = 64
"""Nobody types more, spaces and dashes counted."""
_CODE = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")
_FORGIVEN = str.maketrans(
    # What is read wrong, and Russian letters of the same look, as a phone's keyboard gives them.
    "OIL" + "АВСЕНКМРТХУО" + "З",
    "011" + "ABCEHKMPTXY0" + "3",
    " -\u00a0\u2010\u2011\u2013\u2014_.",
)


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """A code as it is given out once."""

    person: PersonId
    code: str


def grouped(code: str) -> str:
    """Write a code as it is printed."""
    return "-".join(code[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def read_code(text: str) -> str:
    """Read a code as people type it, or refuse."""
    plain = text[: LONGEST + 1].upper().translate(_FORGIVEN).strip()
    if len(text) > LONGEST or not _CODE.fullmatch(plain):
        raise Refused(CodeUnknown())
    return plain


class Codes:
    """The printed codes of one installation."""

    def __init__(self, engine: sa.Engine, digests: Digests) -> None:
        """Work on the desk's database."""
        self._engine = engine
        self._digests = digests

    def issue(self, meeting: MeetingId, people: Iterable[PersonId]) -> list[IssuedCode]:
        """Make a fresh code for each person; codes are given once and kept nowhere."""
        made = [IssuedCode(person, _fresh()) for person in people]
        rows = [
            {
                "code_hash": self._digests.code(issued.code),
                "meeting": meeting,
                "person": issued.person,
                "revoked": False,
            }
            for issued in made
        ]
        if not rows:
            return []
        old = codes.c.person == sa.bindparam("whose")
        revoke = codes.update().where(codes.c.meeting == meeting, old).values(revoked=True)
        # Two officers at once would each miss the codes the other is making.
        alone = sa.select(meetings.c.meeting).where(meetings.c.meeting == meeting)
        with self._engine.begin() as connection:
            connection.execute(alone.with_for_update())
            connection.execute(revoke, [{"whose": issued.person} for issued in made])
            connection.execute(codes.insert(), rows)
        return made

    def proven(self, text: str) -> Proven:
        """Find whose code it is, or refuse."""
        key = self._digests.code(read_code(text))
        query = sa.select(codes).where(codes.c.code_hash == key, ~codes.c.revoked)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise Refused(CodeUnknown())
        meeting = MeetingId(row.meeting)
        evidence = self._digests.evidence(Kind.CODE, meeting, key)
        return Proven(meeting, PersonId(row.person), Kind.CODE, evidence)


def _fresh() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
