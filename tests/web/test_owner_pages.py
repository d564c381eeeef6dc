"""The owner's way through the pages where an answer by link is a vote."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from api.log import HouseLogs
from api.owners import link_evidence
from api.web.visit import find_link
from domain.ballot import Ballot, ballot_id
from domain.events import BallotReceived, Channel, Mark
from domain.records import to_record
from signing.receipt import Receipt
from tests.web.conftest import CLOSES, HOUSE, MEETING, World, forms, person, title

if TYPE_CHECKING:
    from domain.facts import TitleId

ANSWERS = ("for", "against", "abstain")
MARKS = (Mark.FOR, Mark.AGAINST, Mark.ABSTAIN)
RITAS = (title("1"), title("2"), title("М-1"))


def ballot(world: World, of: TitleId) -> Ballot | None:
    """Read what is recorded of a title."""
    return world.services.app.current(Ballot, ballot_id(MEETING, of))


def received(world: World, of: TitleId) -> BallotReceived:
    """Read the decision recorded of a title."""
    found = ballot(world, of)
    assert found is not None
    assert found.received is not None
    return found.received


def text_of(html: str) -> str:
    """Give the words of a page, spaces collapsed."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def entries(world: World) -> int:
    """Count the records in the house's log."""
    return world.services.logs.store.head(HOUSE).size


def test_before_the_opening_there_are_dates_and_no_form(regional: World) -> None:
    shown = regional.get(regional.path("rita"))
    assert shown.status_code == 200
    assert "02.03.2026 11:00" in text_of(shown.text)
    assert "30.03.2026 20:00" in text_of(shown.text)
    assert "<form" not in shown.text
    assert "Избрать председателем: Рощин Глеб Захарович." in shown.text


def test_the_ballot_shows_force_weight_and_nothing_chosen(regional: World) -> None:
    regional.open()
    shown = regional.get(regional.path("rita"))
    words = text_of(shown.text)
    assert "Ваш ответ имеет юридическую силу голоса." in words
    assert "53,70 м² × 1/2 = 26,85 голоса" in words
    assert "Вместе 123,15 голоса" in words
    assert "41,05 % всех голосов дома" in words
    assert "Маргарита Климовна П." in words
    assert "Полевая" not in words
    assert "Начать: вопрос 1 из 3" in words
    everything = regional.get(f"{regional.path('rita')}/all").text
    assert everything.count('type="radio"') == 9
    assert " checked" not in everything


def test_review_shows_the_choices_and_writes_nothing(regional: World) -> None:
    regional.open()
    before = entries(regional)
    shown = regional.review("rita", *ANSWERS)
    words = text_of(shown.text)
    assert shown.status_code == 200
    assert "2. О текущем ремонте подъезда № 1 против" in words
    assert "53,70 м² × 1/2 = 26,85 голоса" in words
    assert "Проголосовать" in words
    assert entries(regional) == before


def test_a_vote_is_recorded_for_every_title_and_shown_on_the_receipt(regional: World) -> None:
    regional.open()
    answer = regional.vote("rita", *ANSWERS)
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        f"{regional.path('rita')}/receipt",
    )
    for of in RITAS:
        assert received(regional, of).answers == MARKS
        assert received(regional, of).channel is Channel.LINK
        assert received(regional, of).received_at == regional.clock()
    assert ballot(regional, title("1", 2)) is None
    words = text_of(regional.get(answer.headers["location"]).text)
    assert "Ваш голос принят." in words
    assert "Как получено по ссылке" in words
    assert "02.03.2026 12:00" in words


def test_the_ballot_records_an_evidence_that_is_not_the_stored_hash(regional: World) -> None:
    regional.open()
    regional.vote("gleb", *ANSWERS)
    link = find_link(regional.services, regional.links["gleb"])
    recorded = received(regional, title("1", 2)).evidence
    assert recorded == link_evidence(link)
    assert recorded.sha256 != link.token_hash


def test_the_receipt_file_proves_the_record(regional: World) -> None:
    regional.open()
    regional.vote("gleb", *ANSWERS)
    mine = title("1", 2)
    file = regional.get(f"{regional.path('gleb')}/receipt/{mine}.tlog-proof")
    assert file.headers["content-type"] == "text/plain; charset=utf-8"
    assert f'filename="receipt-{mine}.tlog-proof"' in file.headers["content-disposition"]
    (recorded,) = regional.services.app.recorded(ballot_id(MEETING, mine))
    logs: HouseLogs = regional.services.logs
    opened = Receipt.from_bytes(file.content).verify(to_record(recorded), [logs.key(HOUSE)])
    assert opened.checkpoint.size == entries(regional)


@pytest.mark.parametrize(
    ("which", "status", "code"),
    [("3", 403, "not_your_ballot"), ("mangled", 404, "not_found"), ("1", 404, "not_found")],
)
def test_no_receipt_of_another_or_of_nothing(
    regional: World, which: str, status: int, code: str
) -> None:
    regional.open()
    of = str(title("1", 2) if which == "1" else title(which)) if which != "mangled" else which
    shown = regional.get(f"{regional.path('gleb')}/receipt/{of}.tlog-proof")
    assert (shown.status_code, code in shown.text) == (status, True)


def test_missing_answers_are_asked_for_and_the_others_kept(regional: World) -> None:
    regional.open()
    shown = regional.answer("rita", "for", "", "abstain")
    assert shown.status_code == 422
    assert '<a href="#q2">Вопрос 2.' in shown.text
    assert 'role="alert" tabindex="-1" autofocus' in shown.text
    assert "Выберите один ответ." in shown.text
    assert shown.text.count(" checked") == 2
    assert 'name="q1" value="for" id="q1" checked' in shown.text
    assert 'name="q3" value="abstain" checked' in shown.text
    assert shown.text.count('aria-describedby="e-q2"') == 1


def test_answers_can_be_changed_from_the_review(regional: World) -> None:
    regional.open()
    shown = regional.review("rita", *ANSWERS)
    change = f"{regional.path('rita')}/q/2"
    assert f'href="{change}?then=review"' in shown.text
    question = regional.get(f"{change}?then=review")
    assert question.text.count(" checked") == 1
    fields = forms(question.text)[change]
    again = regional.post(change, {**fields, "q2": "for", "then": "review"})
    assert again.headers["location"] == f"{regional.path('rita')}/review"
    changed = text_of(regional.get(again.headers["location"]).text)
    assert "2. О текущем ремонте подъезда № 1 за Изменить" in changed


def test_after_a_vote_the_link_leads_to_the_receipt(regional: World) -> None:
    regional.open()
    regional.vote("rita", *ANSWERS)
    for path in (regional.path("rita"), f"{regional.path('rita')}?again=1"):
        shown = regional.get(path)
        assert shown.status_code == 303
        assert shown.headers["location"].endswith("/receipt")


def test_a_second_vote_is_refused_and_nothing_is_added(regional: World) -> None:
    regional.open()
    shown = regional.review("rita", *ANSWERS)
    path = f"{regional.path('rita')}/vote"
    fields = forms(shown.text)[path]
    assert regional.post(path, fields).status_code == 303
    before = entries(regional)
    second = regional.post(path, fields)
    assert second.status_code == 409
    assert "already_voted" in second.text
    assert f'href="{regional.path("rita")}/receipt"' in second.text
    assert entries(regional) == before


def test_of_two_joint_owners_the_second_answers_for_what_is_left(regional: World) -> None:
    regional.open()
    regional.vote("ivan", "against", "against", "against")
    words = text_of(regional.get(regional.path("rita")).text)
    assert "По другим вашим помещениям решение уже записано: квартира 2." in words
    assert "Вместе 43,15 голоса" in words
    regional.vote("rita", *ANSWERS)
    assert received(regional, title("2")).answers == (Mark.AGAINST,) * 3
    assert received(regional, title("1")).answers == MARKS


def test_all_titles_or_none(regional: World) -> None:
    regional.open()
    shown = regional.review("rita", *ANSWERS)
    regional.vote("ivan", *ANSWERS)
    path = f"{regional.path('rita')}/vote"
    assert regional.post(path, forms(shown.text)[path]).status_code == 409
    assert ballot(regional, title("1")) is None
    assert ballot(regional, title("М-1")) is None


def test_after_the_announced_end_nothing_is_taken(regional: World) -> None:
    regional.open()
    shown = regional.review("rita", *ANSWERS)
    path = f"{regional.path('rita')}/vote"
    regional.clock.move_to(CLOSES)
    late = regional.post(path, forms(shown.text)[path])
    assert late.status_code == 409
    assert "Приём решений окончен 30.03.2026 20:00" in late.text
    page = regional.get(regional.path("rita"))
    assert page.status_code == 200
    assert "Голосование завершено" in page.text
    assert "<form" not in page.text
    regional.close()
    assert regional.post(path, forms(shown.text)[path]).status_code == 409
    assert ballot(regional, title("1")) is None


def test_a_moment_before_the_end_is_in_time(regional: World) -> None:
    regional.open()
    regional.clock.move_to(CLOSES - timedelta(milliseconds=1))
    assert regional.vote("gleb", *ANSWERS).status_code == 303


def test_paper_in_ones_name_is_shown_and_can_be_contested(regional: World) -> None:
    regional.open()
    regional.paper([title("3")], Mark.FOR, Mark.SPOILED, Mark.BLANK)
    page = regional.get(f"{regional.path('zoya')}/receipt")
    words = text_of(page.text)
    assert "Решение от вашего имени принято." in words
    assert "на бумаге" in words
    assert "2. О текущем ремонте подъезда № 1 недействительно" in words
    path = f"{regional.path('zoya')}/contest"
    statement = "Я была в отъезде и <b>ничего</b> не подписывала."
    fields = {**forms(page.text)[path], "statement": statement}
    assert regional.post(path, fields).status_code == 303
    found = ballot(regional, title("3"))
    assert found is not None
    assert found.contested is not None
    assert found.contested.by.person == person("zoya")
    assert found.contested.statement is not None
    assert regional.services.logs.read(found.contested.statement) == statement.encode()
    (_, contested) = regional.services.app.recorded(found.id)
    assert "отъезде".encode() not in to_record(contested)
    again = regional.post(path, fields)
    assert (again.status_code, "Возражать не на что" in again.text) == (409, True)
    assert "вы возразили" in regional.get(f"{regional.path('zoya')}/receipt").text


def test_an_objection_needs_no_words(regional: World) -> None:
    regional.open()
    regional.paper([title("3")], *MARKS)
    path = f"{regional.path('zoya')}/contest"
    fields = forms(regional.get(f"{regional.path('zoya')}/receipt").text)[path]
    assert regional.post(path, fields).status_code == 303
    found = ballot(regional, title("3"))
    assert found is not None
    assert found.contested is not None


def test_nobody_contests_anothers_ballot(regional: World) -> None:
    regional.open()
    regional.paper([title("3")], *MARKS)
    regional.vote("gleb", *ANSWERS)
    path = f"{regional.path('gleb')}/contest"
    fields = forms(regional.get(f"{regional.path('gleb')}/receipt").text)[path]
    for of, status in ((title("3"), 403), (uuid4(), 404), ("x", 404)):
        assert regional.post(path, {**fields, "title": str(of)}).status_code == status


def test_get_and_head_write_nothing(regional: World) -> None:
    regional.open()
    regional.vote("gleb", *ANSWERS)
    before = entries(regional)
    pages = ("", "?again=1", "/q/1", "/all", "/representative", "/review", "/receipt")
    for name in regional.links:
        for path in pages:
            regional.get(regional.path(name) + path)
            regional.send("HEAD", regional.path(name) + path)
        for path in ("/vote", "/contest", "/premises"):
            assert regional.get(regional.path(name) + path).status_code == 405
        link = find_link(regional.services, regional.links[name])
        assert regional.services.desk.draft(link) is None
    assert entries(regional) == before
