"""Pages without a person's data, and what every page has: headers, structure, size."""

from __future__ import annotations

import re
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from api.web.headers import POLICY
from api.web.rendering import STYLE
from domain.events import Mark
from tests.web.conftest import HOUSE, MEETING, NAMES, forms, title
from tests.web.test_owner_pages import ANSWERS, MARKS, text_of

if TYPE_CHECKING:
    from tests.web.conftest import World

OBSERVER = f"/m/{MEETING}"


def test_the_list_names_house_stage_and_period(regional: World) -> None:
    regional.open()
    words = text_of(regional.get("/").text)
    assert "г. Залесск, ул. Кленовая, д. 12" in words
    assert "Внеочередное собрание: идёт голосование" in words
    assert "02.03.2026 11:00 — 30.03.2026 20:00 (UTC+5)" in words


def test_the_key_of_the_log_stands_there_and_goes_with_the_link(regional: World) -> None:
    shown = regional.get(OBSERVER).text
    key = regional.services.logs.key(HOUSE).to_text()
    assert f"Ключ журнала дома: {key}" in text_of(shown)
    (written,) = re.findall(r'href="/verify#key=([^"]+)"', shown)
    assert "+" not in written
    assert unquote(written) == key


def test_before_the_opening_no_turnout(regional: World) -> None:
    words = text_of(regional.get(OBSERVER).text)
    assert "Собрание созвано" in words
    assert "Явка появится здесь" in words


def test_turnout_and_what_is_missing_but_not_how_they_vote(regional: World) -> None:
    regional.open()
    regional.vote("rita", *ANSWERS)
    shown = regional.get(OBSERVER)
    words = text_of(shown.text)
    assert "41,05 % 123,15 из 300,00 голосов дома" in words
    assert "Кворум — более 1/2 всех голосов дома (150,00). Нужно ещё более 26,85." in words
    assert "по ссылке 3" in words
    assert "против" not in words
    assert "воздержал" not in words
    for name in NAMES.values():
        assert not any(part in shown.text for part in name.split())


def test_the_page_reloads_itself_only_when_asked_and_while_there_is_news(regional: World) -> None:
    regional.open()
    assert "http-equiv" not in regional.get(OBSERVER).text
    live = regional.get(f"{OBSERVER}?live=1").text
    assert '<meta http-equiv="refresh" content="10">' in live
    assert "Остановить обновление" in live
    regional.close()
    assert "http-equiv" not in regional.get(f"{OBSERVER}?live=1").text


def test_outcomes_appear_after_the_count(regional: World) -> None:
    regional.open()
    regional.vote("rita", *ANSWERS)
    regional.paper([title("3")], Mark.FOR, Mark.FOR, Mark.SPOILED)
    regional.close()
    waiting = text_of(regional.get(OBSERVER).text)
    assert "подсчёт ещё не закончен" in waiting
    assert "против" not in waiting
    regional.count()
    words = text_of(regional.get(OBSERVER).text)
    assert "Итоги по вопросам" in words
    assert "за 273,15 против 0,00 воздержались 0,00" in words
    assert "за 150,00 против 123,15 воздержались 0,00" in words
    assert "недействительны 150,00" in words
    assert "Решение принято" in words
    assert "Решение не принято" in words


def test_contested_votes_are_shown(regional: World) -> None:
    regional.open()
    regional.paper([title("3")], *MARKS)
    page = regional.get(f"{regional.path('zoya')}/receipt").text
    token = re.search(r'name="form" value="([0-9a-f]{64})"', page)
    assert token is not None
    fields = {"form": token[1], "title": str(title("3"))}
    assert regional.post(f"{regional.path('zoya')}/contest", fields).status_code == 303
    assert "Из них оспорено, голосов 150,00" in text_of(regional.get(OBSERVER).text)


def pages_of(world: World) -> dict[str, str]:
    """Open every kind of page."""
    world.open()
    pages = {name: world.get(path).text for name, path in (("home", "/"), ("observer", OBSERVER))}
    pages["start"] = world.get(world.path("rita")).text
    pages["question"] = world.get(f"{world.path('rita')}/q/1").text
    pages["ballot"] = world.get(f"{world.path('rita')}/all").text
    acting = f"{world.path('rita')}/representative"
    pages["representative"] = world.get(acting).text
    pages["wrong"] = world.post(acting, forms(pages["representative"])[acting]).text
    pages["errors"] = world.answer("rita", "for").text
    pages["review"] = world.review("rita", *ANSWERS).text
    world.vote("rita", *ANSWERS)
    pages["receipt"] = world.get(f"{world.path('rita')}/receipt").text
    pages["unknown"] = world.get("/b/none").text
    return pages


def test_every_page_is_sound_markup(regional: World) -> None:
    for name, html in pages_of(regional).items():
        assert html.startswith('<!doctype html>\n<html lang="ru">'), name
        assert '<a class="skip" href="#main">' in html, name
        assert 'id="main"' in html, name
        assert "<script" not in html, name
        assert " style=" not in html, name
        assert " on" not in re.sub(r">[^<]*<", "><", html), name
        levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", html)]
        assert levels[0] == 1, name
        assert levels.count(1) == 1, name
        assert all(after <= before + 1 for before, after in pairwise(levels))
        ids = re.findall(r' id="([^"]+)"', html)
        assert len(ids) == len(set(ids)), name
        for target in re.findall(r'(?:href="#|aria-describedby="|aria-labelledby=")([^"]+)"', html):
            assert set(target.split()) <= set(ids), (name, target)


def test_what_people_wrote_is_text_and_never_markup(regional: World) -> None:
    pages = pages_of(regional)
    for name in ("ballot", "observer"):
        assert "Вывеска &lt;b onclick=" in pages[name]
        assert "<b " not in pages[name]


def test_every_question_is_a_group_with_its_legend(regional: World) -> None:
    html = pages_of(regional)["ballot"]
    sets = re.findall(r"<fieldset.*?</fieldset>", html, re.DOTALL)
    assert len(sets) == 3
    for group in sets:
        assert "<legend>" in group
        assert len(set(re.findall(r'type="radio" name="([^"]+)"', group))) == 1
        assert group.count('<label class="choice"><input') == 3


def test_the_first_screen_is_small(regional: World) -> None:
    regional.open()
    style = files("api.web").joinpath("static", STYLE).read_bytes()
    assert len(style) < 12_000
    for path in ("", "/q/1", "/all"):
        page = regional.get(regional.path("rita") + path)
        assert len(page.content) + len(style) < 100_000


def test_the_style_sheet_is_kept_by_the_browser(regional: World) -> None:
    page = regional.get("/").text
    found = re.search(r'href="(/static/[^"]+)"', page)
    assert found is not None
    sheet = regional.get(found[1])
    assert sheet.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in sheet.headers["cache-control"]


@pytest.mark.parametrize("path", ["/", OBSERVER, "/b/none", "/static/sobranie.css", "/nothing"])
def test_security_headers_stand_on_every_answer(regional: World, path: str) -> None:
    headers = regional.get(path).headers
    assert headers["content-security-policy"] == POLICY
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert "camera=()" in headers["permissions-policy"]


def test_pages_of_a_link_are_not_kept(regional: World) -> None:
    regional.open()
    for path in (regional.path("rita"), f"{regional.path('rita')}/receipt", "/b/none"):
        assert regional.get(path).headers["cache-control"] == "no-store"


def test_no_template_mixes_latin_and_russian_letters_in_a_word() -> None:
    mixed = re.compile(r"[A-Za-z][А-Яа-яЁё]|[А-Яа-яЁё][A-Za-z]")
    for template in files("api.web").joinpath("templates").iterdir():
        assert not mixed.findall(template.read_text("utf-8")), template.name
