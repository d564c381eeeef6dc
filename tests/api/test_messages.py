"""Russian wording: moments in the house's zone, counts with their nouns, every name there is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

import pytest

from api.messages import (
    UnwordedRefusalError,
    channel_text,
    day_text,
    explain,
    kind_text,
    moment_text,
    outcome_text,
    plural,
    stage_text,
)
from api.refusals import BodyTooLarge, TooManyRequests
from api.wording.russian import listed, size_text
from api.wording.terms import body_text, leg_text, thing_text
from domain.events import Channel, NoticeLeg, Outcome, PremisesKind
from domain.law.rules import Body
from domain.refusals import (
    AnswersDoNotFit,
    NotFound,
    NoticeTooLate,
    Refusal,
    RegisterIncomplete,
    VotingIsClosed,
    VotingPeriodOutOfBounds,
)
from tests.domain.builders import at

NBSP = "\N{NO-BREAK SPACE}"


def test_a_moment_is_shown_where_the_house_stands() -> None:
    closed = VotingIsClosed(at(12, 16))
    assert "12.03.2026 19:00" in explain(closed, ZoneInfo("Europe/Moscow")).text
    assert "13.03.2026 04:00" in explain(closed, ZoneInfo("Asia/Kamchatka")).text


def test_days_and_moments_are_written_with_two_digits() -> None:
    assert day_text(date(2026, 3, 1)) == "01.03.2026"
    assert moment_text(datetime(2026, 3, 1, 7, 5, tzinfo=UTC), UTC) == "01.03.2026 07:05"


def test_a_late_notice_says_what_by_which_norm_and_until_when() -> None:
    reason = NoticeTooLate(date(2026, 3, 12), date(2026, 3, 11), date(2026, 3, 22))
    words = explain(reason, UTC)
    assert words.text == (
        "Сообщение отправлено 12.03.2026, последний день — 11.03.2026 (ч. 4 ст. 45 ЖК РФ)."
    )
    assert words.remedy == "Назначьте собрание не ранее 22.03.2026 и сообщите о нём заново."


@pytest.mark.parametrize(
    ("number", "form"),
    [(0, "дней"), (1, "день"), (2, "дня"), (4, "дня"), (5, "дней"), (11, "дней"), (12, "дней"),
     (14, "дней"), (21, "день"), (22, "дня"), (25, "дней"), (101, "день"), (111, "дней")],
)  # fmt: skip
def test_a_noun_agrees_with_its_number(number: int, form: str) -> None:
    assert plural(number, "день", "дня", "дней") == form


@pytest.mark.parametrize(
    ("seconds", "wait"),
    [(1, "1 секунду"), (2, "2 секунды"), (11, "11 секунд"), (21, "21 секунду"), (60, "60 секунд")],
)
def test_a_wait_is_told_in_the_accusative(seconds: int, wait: str) -> None:
    remedy = explain(TooManyRequests(seconds), UTC).remedy
    assert f"Подождите {wait.replace(' ', NBSP)} и" in remedy


def test_bounds_are_told_in_the_genitive() -> None:
    text = explain(VotingPeriodOutOfBounds(1, 21, 60), UTC).text
    assert f"срок 1{NBSP}день" in text
    assert "не меньше 21 дня и не больше 60 дней" in text
    assert "не больше 11 дней" in explain(VotingPeriodOutOfBounds(1, 2, 11), UTC).text


def test_one_premises_is_told_in_the_singular() -> None:
    assert explain(RegisterIncomplete(("4",)), UTC).text.startswith("Помещение 4: ")
    assert explain(RegisterIncomplete(("4", "5")), UTC).text.startswith("Помещения 4, 5: ")


def test_a_long_list_is_cut_and_says_so() -> None:
    assert listed(range(1, 4)) == "1, 2, 3"
    assert listed(range(1, 11)) == "1, 2, 3, 4, 5, 6, 7, 8, 9, 10"
    assert listed(range(1, 31)).endswith("9, 10 и ещё 20")


@pytest.mark.parametrize(
    ("size", "text"),
    [(1, "1 байт"), (1023, "1023 байта"), (1024, "1 КБ"), (65536, "64 КБ"), (20 << 20, "20 МБ")],
)
def test_a_size_is_told_in_its_largest_unit(size: int, text: str) -> None:
    assert size_text(size) == text.replace(" ", NBSP)


def test_an_unknown_limit_is_not_invented() -> None:
    assert "больше допустимого" in explain(BodyTooLarge(), UTC).text


def test_every_fault_of_answers_is_named() -> None:
    text = explain(AnswersDoNotFit((2,), ("9",), (1, 3)), UTC).text
    assert "Нет ответа на вопросы: 2." in text
    assert "Таких вопросов в повестке нет: 9." in text
    assert "вопросы: 1, 3." in text


def test_every_name_the_domain_has_is_worded() -> None:
    names = [
        *map(stage_text, ("called", "open", "closed", "finished")),
        *map(outcome_text, Outcome),
        *map(channel_text, Channel),
        *map(kind_text, PremisesKind),
        *map(leg_text, NoticeLeg),
        *map(body_text, Body),
        *map(thing_text, ("house", "meeting", "ballot", "count", "register", "что-то")),
    ]
    assert len(names) == len(set(names))
    assert all(name.strip() == name and name for name in names)


def test_names_are_given_for_values_as_text_too() -> None:
    assert channel_text("link") == channel_text(Channel.LINK)
    assert outcome_text("carried") == outcome_text(Outcome.CARRIED)
    assert kind_text("flat") == "квартира"


def test_what_was_not_found_is_named() -> None:
    assert "дом" in explain(NotFound("house"), UTC).text


def test_a_refusal_without_wording_is_a_bug_and_not_a_blank() -> None:
    class Unworded(Refusal):
        code: ClassVar[str] = "unworded"

    with pytest.raises(UnwordedRefusalError, match="unworded"):
        explain(Unworded(), UTC)
