"""The owner's way: ballot, confirmation, receipt, objection."""

from __future__ import annotations

from tests.web.conftest import World  # noqa: TC


def test_way(regional: World) -> None:
    regional.open()
    r = regional.get(regional.path("rita"))
    print(r.text)
    assert r.status_code == 200
    r = regional.review("rita", "for", "against", "abstain")
    print(r.text)
    r = regional.vote("rita", "for", "against", "abstain")
    assert r.status_code == 303, r.text
    r = regional.get(r.headers["location"])
    print(r.text)
    r = regional.get("/m/5ac1a2f0-0000-4000-8000-000000000002")
    print(r.text)
    assert 0
