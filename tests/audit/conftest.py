"""The finished meeting, made once, and its bundles as everybody has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from signing.keys import FileSigner, new_key
from tests.audit.meeting import HOUSE, installation, title
from tests.audit.signing_papers import sign_protocol

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Held:
    """A meeting that was held: its bundles, its log's key, and a key that is somebody else's.

    `signed` and `signed_public` are the same meeting after its protocol was signed.
    """

    inspector: bytes
    public: bytes
    early: bytes
    signed: bytes
    signed_public: bytes
    signer: FileSigner
    thief: FileSigner
    vkey: str
    receipt: str


@pytest.fixture(scope="session")
def held(tmp_path_factory: pytest.TempPathFactory) -> Held:
    """Hold the meeting once for all tests."""
    folder: Path = tmp_path_factory.mktemp("audit")
    with installation(folder / "whole") as made:
        made.call()
        early = made.bundle()
        made.vote_and_count()
        inspector, public = made.bundle(), made.bundle("public")
        sign_protocol(made)
        return Held(
            inspector=inspector,
            public=public,
            early=early,
            signed=made.bundle(),
            signed_public=made.bundle("public"),
            signer=FileSigner.open(folder / "whole" / "keys" / "log.pem"),
            thief=new_key(folder / "thief.pem"),
            vkey=made.services.logs.key(HOUSE).to_text(),
            receipt=made.receipts[title("2")],
        )
