"""The fake's page: what a person sees in the messenger and where the buttons lead."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qs, urlsplit

import httpx
from pydantic import SecretStr

from api.chat.max.content import (
    CallbackButton,
    ContactButton,
    LinkButton,
    NewMessage,
    OpenAppButton,
    keyboard,
)
from api.chat.max.init_data import verify_init_data
from tests.chat_max.conftest import House
from tests.fake_max.people import FakeChat, Person


def see(house: House, chat: FakeChat, person: Person) -> str:
    path = f"{house.base_url}/_fake/chats/{chat.chat_id}?eyes={person.user_id}"
    return httpx.get(path, trust_env=False).text


def submit(house: House, action: str, **form: object) -> httpx.Response:
    address = f"{house.base_url}/_fake/{action}"
    data = {name: str(value) for name, value in form.items()}
    return httpx.post(address, data=data, trust_env=False, follow_redirects=True)


def link(page: str, text: str) -> str:
    found = re.search(rf'<a href="([^"]*)">{text}</a>', page)
    assert found is not None, page
    return html.unescape(found[1])


def show(
    house: House, *buttons: LinkButton | OpenAppButton | CallbackButton | ContactButton
) -> None:
    board = keyboard(tuple((button,) for button in buttons))
    message = NewMessage("<b>Собрание</b> &lt;5&gt;", (board,), notify=False)
    house.run(lambda client: client.send_to_chat(house.chat.chat_id, message))


def test_the_list_leads_to_every_chat(house: House) -> None:
    page = httpx.get(f"{house.base_url}/_fake/", trust_env=False).text
    assert f"/_fake/chats/{house.chat.chat_id}?eyes={house.chair.user_id}" in page
    assert "Анна Петрова" in page


def test_a_post_is_seen_as_in_the_messenger(house: House) -> None:
    show(house, LinkButton("Открыть", "https://sobranie.example/m/1"))
    house.world.say(house.chat, house.chair, "<script>alert(1)</script>")
    house.chat.pinned = house.chat.messages[0].mid
    page = see(house, house.chat, house.chair)
    assert "<b>Собрание</b> &lt;5&gt;" in page
    assert "закреплено" in page and "без звука" in page
    assert "<script>" not in page
    assert link(page, "Открыть") == "https://sobranie.example/m/1"


def test_a_stranger_sees_nothing(house: House) -> None:
    assert "no such chat" in see(house, house.chat, house.world.person("Чужой"))


def test_links_to_the_bot_lead_into_the_signed_mini_app(house: House) -> None:
    bot = house.world.bot
    show(
        house,
        LinkButton("Ссылка", f"https://max.ru/{bot.username}?startapp=b_7"),
        OpenAppButton("Кнопка", bot.username or "", bot.user_id, "m42"),
    )
    page = see(house, house.chat, house.chair)
    for text, payload in (("Ссылка", "b_7"), ("Кнопка", "m42")):
        parts = urlsplit(link(page, text))
        assert parts.hostname == "app.example"
        raw = parse_qs(parts.fragment)["WebAppData"][0]
        key = SecretStr(house.world.token)
        launch = verify_init_data(raw, key, house.clock.moment())
        assert (launch.user.id, launch.start_param) == (house.chair.user_id, payload)


def test_a_start_link_opens_the_dialog_where_one_can_act(house: House) -> None:
    show(house, LinkButton("Начать", f"https://max.ru/{house.world.bot.username}?start=b_7"))
    start = link(see(house, house.chat, house.chair), "Начать")
    opened = httpx.get(house.base_url + start, trust_env=False, follow_redirects=True)
    dialog = house.world.chat_of(house.chair)
    assert opened.url.path == f"/_fake/chats/{dialog.chat_id}"
    assert house.world.journal.history[-1]["payload"] == "b_7"
    board = keyboard(((CallbackButton("Да", "yes"),), (ContactButton("Мой телефон"),)))
    asked = NewMessage("Это вы?", (board,))
    house.run(lambda client: client.send_to_user(house.chair.user_id, asked))
    assert "Мой телефон" in see(house, dialog, house.chair)
    where = {"chat_id": dialog.chat_id, "eyes": house.chair.user_id}
    assert submit(house, "press", **where, mid=dialog.messages[-1].mid, payload="yes").is_success
    assert house.world.journal.history[-1]["callback"]["payload"] == "yes"
    assert "contact" in submit(house, "contact", **where).text
    assert "Спасибо" in submit(house, "say", **where, text="Спасибо").text


def test_the_bridge_gives_the_phone(house: House) -> None:
    path = f"{house.base_url}/_fake/bridge-contact?eyes={house.chair.user_id}"
    answer = httpx.get(path, trust_env=False)
    assert answer.json()["phone"] == "+79990000001"
    assert answer.headers["access-control-allow-origin"] == "*"
    script = httpx.get(f"{house.base_url}/_fake/max-web-app.js", trust_env=False)
    assert "window.WebApp" in script.text
