"""The owner's whole way on a phone, over real HTTP: link, questions, check, vote, receipt.

Every page on the way is looked at by axe-core and measured; pictures for the docs are taken here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from domain.events import Mark
from signing.receipt import Receipt
from tests.browser.house import GLEB, RITA, ZOYA
from tests.browser.screen import Axe, Screen
from tests.integration.small import CLOSES_AT

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

    from tests.browser.house import Site


@pytest.fixture
def screen(browser: Chrome, axe: Axe) -> Screen:
    """The browser, with axe-core looking at every page."""
    return Screen(browser, axe)


def answer(screen: Screen, *marks: str) -> None:
    """Answer the questions one by one, from the first to the check."""
    for number, mark in enumerate(marks, 1):
        screen.choose(f"q{number}", mark)
        screen.press("К проверке ответов" if number == len(marks) else "Дальше")


def test_from_the_link_to_the_receipt_and_the_objection(screen: Screen, regional: Site) -> None:
    screen.open(regional.link(RITA))
    assert "Ваш ответ имеет юридическую силу голоса." in screen.text()
    assert "Вместе 123,15 голоса" in screen.text()
    screen.picture("1-start")
    screen.press("Начать: вопрос 1 из 3")
    assert screen.heading() == "О проведении текущего ремонта подъезда № 1"
    assert "Покрасить стены" in screen.text()
    screen.picture("2-question")
    answer(screen, "for", "against", "abstain")
    assert "Ещё ничего не записано." in screen.text()
    screen.picture("4-review")
    screen.named("Изменить").click()
    screen.choose("q1", "against")
    screen.press("К проверке ответов")
    assert screen.text().count("против") == 2
    screen.press("Проголосовать")
    assert screen.text().count("Ваш голос принят.") == 1
    screen.named("Место в журнале и его QR-код").click()
    screen.check()
    screen.picture("5-receipt")
    proof = str(screen.named("Скачать: квартира 1").get_attribute("href"))
    assert Receipt.from_bytes(regional.fetch(proof).content).index > 0
    verifier = str(screen.named("проверить квитанцию").get_attribute("href"))
    assert regional.fetch(verifier).status_code == 200
    screen.named("Это не мой голос: квартира 2").click()
    statement = screen.one("details[open] textarea")
    statement.send_keys("Я отвечала иначе.")
    screen.check()
    screen.press("Возразить")
    assert "Записано, но вы возразили." in screen.text()


def test_a_missing_answer_is_asked_for_and_the_focus_is_there(
    screen: Screen, regional: Site
) -> None:
    screen.open(f"{regional.link(GLEB)}/q/2")
    screen.press("Дальше")
    assert screen.browser.title.startswith("Ошибка: нет ответа")
    assert screen.focused().startswith("div|errors")
    screen.picture("3-missing")
    screen.named("Вопрос 2. О предоставлении").click()
    assert "q2" in screen.browser.current_url
    screen.open(f"{regional.link(GLEB)}/all")
    screen.choose("q3", "for")
    screen.press("Проверить ответы")
    assert screen.focused().startswith("div|errors")
    assert "Вопрос 1" in screen.text()
    assert screen.one("input[name='q3'][value='for']").is_selected()


def test_go_away_come_back_and_use_the_back_button(screen: Screen, regional: Site) -> None:
    screen.open(regional.link(GLEB))
    screen.press("Начать: вопрос 1 из 3")
    screen.choose("q1", "for")
    screen.press("Дальше")
    screen.browser.back()
    assert screen.heading().startswith("О проведении")
    assert screen.one("input[name='q1'][value='for']").is_selected()
    screen.browser.forward()
    screen.choose("q2", "abstain")
    screen.press("Сохранить и выйти")
    assert "Ответы сохранены." in screen.text()
    screen.picture("6-saved")
    screen.open(regional.link(GLEB))
    screen.press("Продолжить: осталось 1")
    assert screen.heading() == "О благоустройстве двора"
    screen.press("Назад")
    assert screen.one("input[name='q2'][value='abstain']").is_selected()


def test_several_premises_each_with_its_answer(screen: Screen, regional: Site) -> None:
    screen.open(regional.link(RITA))
    screen.named("Один ответ на все помещения").click()
    assert "письмо Минстроя" in screen.text()
    screen.check()
    screen.press("Отвечать по каждому помещению отдельно")
    for number in (1, 2, 3):
        for place, mark in ((1, "for"), (2, "for"), (3, "against")):
            screen.choose(f"q{number}.{place}", mark)
        if number == 1:
            screen.picture("7-premises-apart")
        screen.press("К проверке ответов" if number == 3 else "Дальше")
    screen.press("Проголосовать")
    assert screen.text().count("Ваш голос принят.") == 2
    assert "Квартира 1, квартира 2" in screen.text()


def test_a_representative_answers_for_the_owner(screen: Screen, regional: Site) -> None:
    screen.open(regional.link(ZOYA))
    screen.press("Отвечает представитель по доверенности или по закону")
    screen.press("Сохранить")
    assert screen.focused().startswith("div|errors")
    screen.picture("8-representative")
    screen.one("label:has(#authority)").click()
    screen.type("name", "Лугов Клим Демьянович")
    screen.type("number", "77/12-н")
    screen.type("issued", "5.2.2026")
    screen.type("certifier", "нотариус Туманова А. И.")
    screen.press("Сохранить")
    assert "доверенность № 77/12-н от 05.02.2026" in screen.text()
    screen.press("Начать: вопрос 1 из 3")
    answer(screen, "for", "for", "for")
    assert "Лугов Клим Демьянович" in screen.text()
    screen.press("Проголосовать")
    assert "Представитель Лугов Клим Демьянович" in screen.text()


def test_a_prepared_decision_is_printed_signed_and_handed_in(screen: Screen, written: Site) -> None:
    screen.open(written.link(RITA))
    assert "только после подписи" in screen.text()
    screen.picture("9-prepare")
    screen.press("Начать: вопрос 1 из 3")
    answer(screen, "for", "against", "abstain")
    screen.press("Подготовить решение")
    assert "Осталось подписать и сдать" in screen.text()
    assert "Сдайте до 30.03.2026 12:00" in screen.text()
    assert re.search(r"ваш\w* голос", screen.text(), re.IGNORECASE) is None
    screen.picture("10-to-sign")
    link = str(screen.named("Скачать решение (PDF)").get_attribute("href"))
    assert written.fetch(link).content.startswith(b"%PDF-")
    screen.press("Изменить ответы")
    screen.press("Проверить ответы")
    written.paper("2", b"scan", Mark.FOR, Mark.FOR, Mark.SPOILED)
    screen.open(f"{written.link(RITA)}/receipt")
    assert "Решение от вашего имени принято." in screen.text()


def test_how_a_paper_was_entered(screen: Screen, regional: Site) -> None:
    regional.paper("3", b"scan of a paper", Mark.FOR, Mark.SPOILED, Mark.BLANK)
    screen.open(regional.link(ZOYA))
    assert "Решение от вашего имени принято." in screen.text()
    assert "Кто внёс секретарь собрания" in screen.text()
    screen.picture("11-paper")
    scan = str(screen.named("Скан бумажного решения").get_attribute("href"))
    found = regional.fetch(scan)
    assert found.content == b"scan of a paper"
    assert found.headers["content-disposition"].startswith("attachment")


def test_after_the_close(screen: Screen, regional: Site) -> None:
    screen.open(f"{regional.link(GLEB)}/q/1")
    screen.choose("q1", "for")
    regional.meeting.clock.move_to(CLOSES_AT)
    screen.press("Дальше")
    assert "Приём решений окончен" in screen.text()
    screen.press("Открыть свою страницу")
    assert screen.heading() == "Голосование завершено"
    screen.picture("12-closed")


def test_an_unknown_link(screen: Screen, regional: Site) -> None:
    screen.open(f"{regional.address}/b/AAAAAAAAAAAAAAAAAAAAAA")
    assert screen.heading() == "Ссылка не найдена"
