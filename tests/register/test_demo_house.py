"""The demo house: what it is made of, exact sums, the same bytes every time."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from api.demo import house
from api.register import RegisterReading, read_register
from domain.events import PremisesKind, RightKind
from domain.facts import PartyKind

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def reading() -> RegisterReading:
    return read_register(house.demo_register(), "demo.xlsx")


def test_reads_back_without_errors_or_warnings(reading: RegisterReading) -> None:
    assert {it.severity for it in reading.findings} == {"note"}


def test_counts_and_sums(reading: RegisterReading) -> None:
    kinds = Counter(it.kind for it in reading.premises)
    assert kinds == {
        PremisesKind.FLAT: 398,
        PremisesKind.PARKING: 590,
        PremisesKind.STORAGE: 130,
        PremisesKind.NON_RESIDENTIAL: 25,
    }
    assert sum(it.area for it in reading.premises) == house.DECLARED_AREA
    assert reading.control_sum == house.DECLARED_AREA
    flats = [it for it in reading.premises if it.kind is PremisesKind.FLAT]
    assert sum(it.area for it in flats) == house.FLATS_AREA
    assert {it.entrance for it in flats} == {1, 2, 3, 4}
    assert all(sum(title.share for title in it.titles) == 1 for it in reading.premises)


def test_numbers_follow_their_kind(reading: RegisterReading) -> None:
    numbers = {it.number for it in reading.premises}
    assert {"1", "398", "м/м 1", "м/м 590", "кл. 1", "кл. 130", "Н-1", "Н-25"} <= numbers


def test_all_kinds_of_owners_live_there(reading: RegisterReading) -> None:
    titles = [title for it in reading.premises for title in it.titles]
    holders = [holder for title in titles for holder in title.holders]
    assert {holder.kind for holder in holders} == set(PartyKind)
    rights = Counter(title.right for title in titles)
    assert rights[RightKind.MUNICIPAL] == 8
    assert rights[RightKind.JOINT] > 20
    assert any(holder.minor for holder in holders)
    shares = {str(title.share) for title in titles}
    assert shares == {"1", "1/2", "1/3", "2/3"}
    premises_of = Counter(holder.snils for holder in holders if holder.snils)
    assert premises_of.most_common(1)[0][1] >= 3


def test_one_person_has_one_snils(reading: RegisterReading) -> None:
    holders = {
        (holder.name, holder.snils)
        for it in reading.premises
        for title in it.titles
        for holder in title.holders
        if holder.snils
    }
    assert (
        len({name for name, _ in holders}) == len({snils for _, snils in holders}) == len(holders)
    )


def test_same_seed_same_bytes_and_another_seed_another_house() -> None:
    assert house.demo_register() == house.demo_register(2026)
    assert house.demo_register(1) != house.demo_register(2)


@pytest.mark.parametrize("seed", [0, 1, 7, 41])
def test_any_seed_reads_back(seed: int) -> None:
    reading = read_register(house.demo_register(seed), "demo.xlsx")
    assert sum((it.area for it in reading.premises), Decimal(0)) == house.DECLARED_AREA
    assert {it.severity for it in reading.findings} == {"note"}


def test_command_writes_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "demo.xlsx"
    assert house.main([str(target)]) == 0
    assert target.read_bytes() == house.demo_register()
    assert house.main([]) == 2
    assert "Использование" in capsys.readouterr().err
