"""Messages and keyboards on both sides of every limit."""

from __future__ import annotations

from typing import Any

import pytest

from api.chat.max.content import (
    CallbackButton,
    ContactButton,
    LinkButton,
    NewMessage,
    OpenAppButton,
    keyboard,
    plain_to_html,
    utf16_units,
)
from api.chat.max.errors import MaxContentError
from api.chat.max.models import JsonObject
from tests.fake_max.facts import faults
from tests.fake_max.rules import check_message

LINK = LinkButton("Открыть", "https://sobranie.example/m/1")
PRESS = CallbackButton("Да", "yes")


def test_everything_we_can_send_agrees_with_the_facts() -> None:
    rows = (
        (LINK, OpenAppButton("Бюллетень", "id7700000000_bot", 509876543, "m42")),
        (PRESS,) * 7,
        (ContactButton("Мой телефон"),),
    )
    wire = NewMessage("<b>Начато</b>", (keyboard(rows),), notify=False).to_wire()
    assert faults(wire, "ref:NewMessageBody", closed=True) == []
    check_message(wire, is_new=True)


def test_absent_and_empty_are_different() -> None:
    assert NewMessage().to_wire() == {"notify": True}
    cleared = NewMessage("", ()).to_wire()
    assert cleared == {"notify": True, "text": "", "format": "html", "attachments": []}


def test_text_is_counted_in_utf16_units() -> None:
    assert utf16_units("я😀") == 3
    assert NewMessage("😀" * 2000).to_wire()["text"]
    with pytest.raises(MaxContentError, match=r"text\.too\.long"):
        NewMessage("😀" * 2000 + "я").to_wire()


def test_html_is_escaped_and_nothing_else() -> None:
    assert plain_to_html('ООО «Дом_5» <b> & *ул.* "А"') == ('ООО «Дом_5» &lt;b&gt; &amp; *ул.* "А"')


@pytest.mark.parametrize(
    "rows",
    [
        ((LINK,) * 3,),
        ((PRESS,) * 7,),
        ((PRESS,),) * 30,
        ((PRESS,) * 7,) * 30,
        ((CallbackButton("х" * 128, "y" * 1024),),),
        ((LinkButton("х", "https://a.example/" + "b" * 2030),),),
        ((OpenAppButton("х", "bot", 1, "a" * 512),),),
        ((OpenAppButton("х", "bot", 1),),),
    ],
)
def test_keyboards_at_the_limit_pass_here_and_at_the_messenger(rows: Any) -> None:
    check_message({"attachments": [keyboard(rows)]}, is_new=True)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ((), "keyboard.rows"),
        (((),), "keyboard.row"),
        (((LINK,) * 4,), "keyboard.row"),
        (((PRESS, PRESS, PRESS, LINK),), "keyboard.row"),
        (((PRESS,) * 8,), "keyboard.row"),
        (((PRESS,),) * 31, "keyboard.rows"),
        (((PRESS,) * 8,) * 27, "keyboard.buttons"),
        (((CallbackButton("", "y"),),), "button.text"),
        (((CallbackButton("х" * 129, "y"),),), "button.text"),
        (((CallbackButton("х", "y" * 1025),),), "button.payload"),
        (((LinkButton("х", ""),),), "button.url"),
        (((LinkButton("х", "https://a.example/" + "b" * 2031),),), "button.url"),
        (((OpenAppButton("х", "bot", 1, "a" * 513),),), "button.payload"),
        (((OpenAppButton("х", "bot", 1, "a/b"),),), "button.payload"),
        (((OpenAppButton("х", "bot", 1, "a\n"),),), "button.payload"),
    ],
)
def test_keyboards_over_the_limit_are_not_sent(rows: Any, code: str) -> None:
    with pytest.raises(MaxContentError) as refused:
        keyboard(rows)
    assert refused.value.code == code


def test_more_than_twelve_attachments_are_not_sent() -> None:
    image: JsonObject = {"type": "image"}
    assert NewMessage("x", (image,) * 12).to_wire()
    with pytest.raises(MaxContentError, match=r"attachments\.too\.many"):
        NewMessage("x", (image,) * 13).to_wire()
