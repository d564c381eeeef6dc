"""Announcements: what may be said, who may change it, and what smells of personal data."""

from __future__ import annotations

from typing import Any

import pytest

from domain.announcing import looks_of
from domain.events import AnnouncementKind, PersonalDataLook
from domain.fold import fold
from domain.records import from_record
from tests.api.provoking_speech import BODY, OTHER, cancelled, corrected, published, state_of
from tests.domain import builders as given
from tests.domain.memory import refusal_of


def test_versions_follow_each_other_and_the_last_one_stands() -> None:
    story = corrected(corrected(published()), version=2, text="Вода будет вечером.")
    state = state_of(story)
    assert state.version == 3
    assert state.body.text == "Вода будет вечером."
    assert [one.reason for one in state.versions] == ["", "уточнено", "уточнено"]
    assert state.cancelled is None


def test_a_cancelled_one_keeps_its_words_and_the_reason() -> None:
    state = state_of(cancelled(corrected(published()), version=2))
    assert state.cancelled == (given.DURING, "отложено")
    assert state.version == 2


def test_only_the_author_changes_it() -> None:
    assert refusal_of(lambda: corrected(published(), by=OTHER)).code == "not_your_announcement"


def test_the_log_gives_the_same_state_again() -> None:
    story = cancelled(published())
    entries = [from_record(record) for record in story.app.log]
    stream = state_of(story).id
    assert fold(one for one in entries if one.originator_id == stream) == state_of(story)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"starts_at": given.at(6), "ends_at": given.at(6)}, ""),
        ({"starts_at": None, "ends_at": given.at(6)}, "period_missing"),
        ({"kind": AnnouncementKind.FREE, "starts_at": None, "ends_at": None}, ""),
        ({"kind": AnnouncementKind.FREE, "starts_at": None}, "period_reversed"),
        ({"kind": AnnouncementKind.WASTE, "ends_at": None}, ""),
        ({"entrances": ()}, ""),
        ({"entrances": (1, 2)}, ""),
        ({"entrances": (0,)}, "entrances_unknown"),
        ({"text": "\n\t"}, "announcement_empty"),
        ({"text": "Пишите на a@example.org"}, "personal_data_suspected"),
        ({"text": "a@example.org", "not_personal": (PersonalDataLook.EMAIL,)}, ""),
        ({"text": "a@example.org", "not_personal": (PersonalDataLook.PHONE,)},
         "personal_data_suspected"),
    ],
)  # fmt: skip
def test_both_sides_of_every_bound(changes: dict[str, Any], code: str) -> None:
    if code:
        assert refusal_of(lambda: published(**changes)).code == code
    else:
        assert state_of(published(**changes)).version == 1


def test_a_change_needs_a_reason_free_of_personal_data() -> None:
    assert refusal_of(lambda: corrected(published(), reason=" ")).code == "reason_needed"
    assert refusal_of(lambda: cancelled(published(), reason="")).code == "reason_needed"
    phone = "звоните 8 900 000-00-00"
    assert refusal_of(lambda: corrected(published(), reason=phone)).code == (
        "personal_data_suspected"
    )
    assert refusal_of(lambda: cancelled(published(), reason=phone)).code == (
        "personal_data_suspected"
    )


@pytest.mark.parametrize(
    ("text", "look"),
    [
        ("+7 (900) 000-00-00", "phone"),
        ("8(900)0000000", "phone"),
        ("8\u00a0900\u00a0000\u201100\u201100", "phone"),
        ("owner@example.org", "email"),
        ("000-000-000 00", "snils"),
        ("СНИЛС: 00000000000", "snils"),
        ("паспорт серии 00 00 № 000000", "passport"),
        ("00 00 000000", "passport"),
        ("0000 0000 0000 0000", "card"),
    ],
)
def test_what_looks_like_personal_data_is_found(text: str, look: str) -> None:
    assert looks_of("Собственнику", f"кв. 5, {text}.") == (PersonalDataLook(look),)


@pytest.mark.parametrize(
    "text",
    [
        "с 05.03.2026 09:00 до 18:00",
        "приказ № 856/пр, счёт 40702810900000000001",
        "собрано 1 200 000,00 руб., остаток 12 345 678 руб.",
        "площадь 39 773,80 м², дом 12, корпус 3",
        BODY.text,
    ],
)
def test_what_only_holds_figures_is_left_alone(text: str) -> None:
    assert looks_of(text) == ()
