"""The rows of strength: complete, strict, and changeable by a setting alone."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from api.identity.strength import FILE, Kind, Level, read_strengths, strengths
from api.settings import SettingsError, read_settings
from domain.ballot import Ballot, ballot_id
from domain.events import Basis
from domain.law.errors import LawDataError
from tests.identity.conftest import open_house

if TYPE_CHECKING:
    from pathlib import Path

TEXT = (files("api.identity") / FILE).read_text("utf-8")


def test_every_level_and_basis_has_a_row_with_its_reason() -> None:
    rows = strengths()
    assert set(rows) == {(level.value, basis.value) for level in Level for basis in Basis}
    assert all(row.why and row.norm and row.suffices for row in rows.values())


def test_a_higher_level_never_takes_less() -> None:
    for basis in Basis:
        kinds = [set(strengths()[level.value, basis.value].suffices) for level in Level]
        assert kinds == sorted(kinds, key=len, reverse=True)
        assert kinds[2] <= kinds[1] <= kinds[0]
        assert Kind.OIDC in kinds[2]


def test_opening_a_link_in_a_messenger_is_never_more_than_a_link() -> None:
    for row in strengths().values():
        assert (Kind.LINK in row.suffices) == (Kind.MAX_INIT_DATA in row.suffices)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('level = "state"', 'level = "high"', "bad-value"),
        ('basis = "charter"', 'basis = "habit"', "bad-value"),
        ('suffices = ["oidc"]', 'suffices = ["palm"]', "unknown-reference"),
        ('suffices = ["oidc"]', "suffices = []", "bad-value"),
        ('suffices = ["oidc"]', 'suffices = ["oidc", "oidc"]', "duplicate"),
        ('trust = "default"', 'trust = "blind"', "bad-value"),
        ("norm = ", "rule = ", "no-norm"),
        ('trust = "default"', 'trust = "default"\nnote = "x"', "unknown-key"),
        ('level = "required"', 'level = "link"', "duplicate"),
        ("[[strength]]", "[[weakness]]", "unknown-key"),
        ("[[strength]]", "[strength", "not-toml"),
    ],
)
def test_a_wrong_row_is_named(old: str, new: str, fault: str) -> None:
    assert old in TEXT
    with pytest.raises(LawDataError) as refused:
        read_strengths({FILE: TEXT.replace(old, new, 1).encode()})
    assert refused.value.fault == fault


def test_a_missing_row_is_named() -> None:
    shorter = TEXT[: TEXT.rindex("[[strength]]")]
    with pytest.raises(LawDataError, match="state charter"):
        read_strengths({FILE: shorter.encode()})


def test_the_setting_is_one_of_the_levels(tmp_path: Path) -> None:
    home = {"SOBRANIE_HOME": str(tmp_path)}
    assert read_settings(home).identification == "link"
    assert read_settings(home | {"SOBRANIE_IDENTIFICATION": "state"}).identification == "state"
    with pytest.raises(SettingsError, match="SOBRANIE_IDENTIFICATION"):
        read_settings(home | {"SOBRANIE_IDENTIFICATION": "yes"})


def test_an_answer_that_is_no_vote_needs_no_more_than_a_link(tmp_path: Path) -> None:
    """Its author is identified by the signature on paper."""
    env = {"SOBRANIE_IDENTIFICATION": "state"}
    with open_house(tmp_path / "home", env, Basis.WRITTEN_DECISIONS) as house:
        browser, home = house.browser(), f"/b/{house.link('2')}"
        assert "подтвердите личность" not in browser.get(home).text
        assert browser.vote(home).status_code == 303
        key = ballot_id(house.meeting.meeting, house.meeting.titles["2"][0].id)
        ballot = house.meeting.services.app.current(Ballot, key)
        assert ballot is not None
        assert ballot.received is None
        assert ballot.prepared is not None
