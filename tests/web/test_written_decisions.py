"""Where an answer by link is no vote but prepares a decision, and no page says otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.events import Mark
from tests.web.conftest import title
from tests.web.test_owner_pages import ANSWERS, MARKS, ballot, received, text_of

if TYPE_CHECKING:
    from tests.web.conftest import World


def test_the_page_says_what_the_answer_is(written: World) -> None:
    written.open()
    words = text_of(written.get(written.path("rita")).text)
    assert "Ответ станет вашим письменным решением только после подписи." in words
    assert "не голос собрания" in words
    assert "сдайте до 30.03.2026 20:00 : ул. Кленовая, д. 12, пом. 1" in words
    assert "юридическую силу" not in words
    review = text_of(written.review("rita", *ANSWERS).text)
    assert "Подготовить решение" in review
    assert "Проголосовать" not in review
    assert "Вес вашего голоса" not in review


def test_answers_are_prepared_and_may_be_changed(written: World) -> None:
    written.open()
    assert written.vote("rita", *ANSWERS).status_code == 303
    found = ballot(written, title("1"))
    assert found is not None
    assert found.received is None
    assert found.prepared is not None
    assert found.prepared.answers == MARKS
    assert written.get(written.path("rita")).status_code == 303
    words = text_of(written.get(f"{written.path('rita')}/receipt").text)
    assert "Подготовлено, не подписано. Это ещё не голос." in words
    assert "Осталось подписать и сдать" in words
    assert "Сдайте до 30.03.2026 20:00 : ул. Кленовая, д. 12, пом. 1" in words
    assert "Ваш голос" not in words
    assert "?again=1" in written.get(f"{written.path('rita')}/receipt").text
    assert written.get(f"{written.path('rita')}/all").text.count(" checked") == 3
    assert written.vote("rita", "for", "for", "for").status_code == 303
    changed = ballot(written, title("1"))
    assert changed is not None
    assert changed.prepared is not None
    assert changed.prepared.answers == (Mark.FOR,) * 3


def test_the_proof_of_a_prepared_answer_can_be_taken(written: World) -> None:
    written.open()
    written.vote("gleb", *ANSWERS)
    file = written.get(f"{written.path('gleb')}/receipt/{title('1', 2)}.tlog-proof")
    assert file.status_code == 200
    assert file.text.startswith("c2sp.org/tlog-proof@v1\n")


def test_a_signed_paper_takes_the_place_of_what_was_prepared(written: World) -> None:
    written.open()
    written.vote("gleb", *ANSWERS)
    written.paper([title("1", 2)], Mark.AGAINST, Mark.AGAINST, Mark.AGAINST)
    assert received(written, title("1", 2)).answers == (Mark.AGAINST,) * 3
    words = text_of(written.get(f"{written.path('gleb')}/receipt").text)
    assert "Решение от вашего имени принято." in words
    assert "Осталось подписать" not in words


def test_after_the_end_a_prepared_answer_is_shown_as_no_vote(written: World) -> None:
    written.open()
    written.vote("gleb", *ANSWERS)
    written.close()
    words = text_of(written.get(f"{written.path('gleb')}/receipt").text)
    assert "подписанное решение не поступило. Это не голос." in words
    assert "Изменить ответы" not in words


def test_prepared_answers_stand_apart_for_the_observer(written: World) -> None:
    written.open()
    written.vote("rita", *ANSWERS)
    written.paper([title("3")], *MARKS)
    words = text_of(written.get("/m/5ac1a2f0-0000-4000-8000-000000000002").text)
    assert "Ответ по личной ссылке — подготовка решения, не голос." in words
    assert "50,00 % 150,00 из 300,00 голосов дома" in words
    assert "Нужно ещё хотя бы одно решение." in words
    assert "3 решения, 123,15 голосов (41,05 %). В явку и кворум не входят." in words
