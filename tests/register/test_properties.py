"""Any sound register reads back the same; any mangled one is refused by cell, never by a crash."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from api.register import RegisterUnusable, read_register
from api.register.numbers import snils_check, snils_text
from tests.register.sheets import GOOD, HEADER, MESSY, csv_of, right, xlsx_of

Flat = tuple[str, Decimal, list[Fraction]]


@st.composite
def flats(draw: st.DrawFn) -> list[Flat]:
    """Draw premises with areas in hundredths and shares that make a whole."""
    drawn = []
    for number in range(1, draw(st.integers(1, 12)) + 1):
        area = Decimal(draw(st.integers(1, 999_999))) / 100
        parts = draw(st.lists(st.integers(1, 12), min_size=1, max_size=4))
        drawn.append((f"{number}", area, [Fraction(part, sum(parts)) for part in parts]))
    return drawn


def rows_of(house: list[Flat]) -> list[tuple[str, ...]]:
    rows = []
    for number, area, shares in house:
        for place, share in enumerate(shares):
            serial = int(number) * 100 + place + 200_000_000
            snils = snils_text(f"{serial}{snils_check(serial):02d}")
            written = f"{area:.2f}".replace(".", ",")
            kind = "собственность" if share == 1 else "общая долевая"
            name = f"Ветров Глеб Захарович {'И' * place}"
            rows.append(
                ("", number, "нежилое", written, name, kind, str(share), right(serial), snils)
            )
    total = f"{sum(area for _, area, _ in house):.2f}".replace(".", ",")
    return [*rows, ("", "ИТОГО", "", total, *[""] * 5)]


def assert_same(data: bytes, name: str, house: list[Flat]) -> None:
    reading = read_register(data, name)
    assert [it for it in reading.findings if it.severity != "note"] == []
    read = [(it.number, it.area, [t.share for t in it.titles]) for it in reading.premises]
    assert read == house
    assert reading.control_sum == sum(it.area for it in reading.premises)
    assert all(sum(title.share for title in it.titles) == 1 for it in reading.premises)


@given(flats())
def test_a_sound_register_round_trips_as_text(house: list[Flat]) -> None:
    assert_same(csv_of(rows_of(house)), "r.csv", house)


@settings(max_examples=15)
@given(flats())
def test_a_sound_register_round_trips_as_a_workbook(house: list[Flat]) -> None:
    assert_same(xlsx_of(rows_of(house)), "r.xlsx", house)


CELLS = st.one_of(
    # A NUL makes the whole file binary, which is refused as a whole.
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40),
    st.sampled_from([cell for row in MESSY for cell in row]),
    st.from_regex(r"[0-9]{0,5}[/.,%][0-9]{0,5}( от [0-9]/[0-9])?", fullmatch=True),
    st.sampled_from(
        ["1/0", "00.00.0000", "99.янв", "янв.99999", "½", "²", "٣/٤", "=1+1", "{value}"]
    ),
)


@settings(max_examples=300)
@given(st.lists(st.lists(CELLS, min_size=1, max_size=9), min_size=1, max_size=6))
def test_mangled_cells_never_crash_and_are_found(rows: list[list[str]]) -> None:
    full = [(*row, *[""] * (9 - len(row))) for row in rows]
    reading = read_register(csv_of([GOOD, *full], encoding="utf-8-sig"), "r.csv")
    spoken = {it.row for it in reading.findings}
    read = {row for it in reading.premises for row in it.rows}
    blank = set(reading.skipped_rows)
    for number in range(2, 2 + len(full)):
        assert number in spoken | read | blank
    for it in reading.findings:
        assert it.row >= 1
        assert it.column in "ABCDEFGHI"
    assert all(sum(title.share for title in it.titles) == 1 for it in reading.premises)


@settings(max_examples=200)
@given(st.integers(0, 8), CELLS)
def test_one_mangled_cell_is_read_or_named(column: int, value: str) -> None:
    row = list(GOOD)
    row[column] = value
    reading = read_register(csv_of([row], encoding="utf-8-sig"), "r.csv")
    assert reading.premises or reading.findings or reading.skipped_rows


@settings(max_examples=200)
@given(st.binary(max_size=400), st.sampled_from(["r.csv", "r.xlsx", "r.xls"]))
def test_any_bytes_are_read_or_refused(data: bytes, name: str) -> None:
    try:
        read_register(data, name)
    except RegisterUnusable as refused:
        assert refused.text


@settings(max_examples=300)
@given(st.data())
def test_a_damaged_text_is_read_or_refused(data: st.DataObject) -> None:
    source = bytearray(csv_of(MESSY, header=HEADER))
    for _ in range(data.draw(st.integers(1, 20))):
        source[data.draw(st.integers(0, len(source) - 1))] = data.draw(st.integers(0, 255))
    try:
        read_register(bytes(source), "r.csv")
    except RegisterUnusable as refused:
        assert refused.text


@settings(max_examples=25)
@given(st.data())
def test_a_damaged_workbook_is_read_or_refused(data: st.DataObject) -> None:
    source = bytearray(xlsx_of(MESSY))
    for _ in range(data.draw(st.integers(1, 6))):
        source[data.draw(st.integers(0, len(source) - 1))] = data.draw(st.integers(0, 255))
    try:
        read_register(bytes(source), "r.xlsx")
    except RegisterUnusable as refused:
        assert refused.text
