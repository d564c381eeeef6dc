"""The load generator against a server that keeps nothing: every vote is sent once and answered."""

from __future__ import annotations

import json

import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from api.server import serving
from tests.benchmarks import baselines
from tests.benchmarks.load import ANSWERS, PATH, Answered, LoadError, send_votes


def _port(address: str) -> int:
    return int(address.rpartition(":")[2])


def test_every_vote_is_answered_and_samples_are_kept() -> None:
    with serving(baselines.echo()) as address:
        answered = send_votes(_port(address), [f"t{n}" for n in range(150)], sample_every=100)
    assert answered.statuses == {201: 150}
    assert len(answered.delays) == 150
    assert [json.loads(body)["answers"] for body in answered.samples] == [ANSWERS, ANSWERS]


def test_refusals_are_counted_as_such() -> None:
    with serving(FastAPI()) as address:
        assert send_votes(_port(address), ["t"] * 3).statuses == {404: 3}


def test_a_server_that_is_gone_ends_the_round() -> None:
    with serving(baselines.echo()) as address:
        port = _port(address)
    with pytest.raises(OSError, match="onnect"):
        send_votes(port, ["t"])


def test_an_answer_without_a_length_ends_the_round() -> None:
    app = FastAPI()

    @app.post(PATH)
    async def endless() -> StreamingResponse:
        return StreamingResponse(iter((b"a", b"b")))

    with serving(app) as address, pytest.raises(LoadError):
        send_votes(_port(address), ["t"])


def test_quantiles_are_of_the_sorted_delays() -> None:
    answered = Answered(seconds=2.0, delays=[n / 1000 for n in range(100, 0, -1)])
    assert answered.rate == 50
    assert answered.quantile(0.5) == 51
    assert answered.quantile(0.99) == 100
