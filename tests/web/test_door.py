"""Bad input at the pages' door: links, forms, bodies; nothing is recorded, the page says why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.web.forms import MAX_BODY, form_token
from api.web.visit import find_link
from tests.web.conftest import MEETING, forms, person, title
from tests.web.test_owner_pages import ANSWERS, ballot, entries

if TYPE_CHECKING:
    from tests.web.conftest import World

FORM = {"content-type": "application/x-www-form-urlencoded"}
FORMS = ("/review", "/q/1", "/premises", "/representative", "/vote", "/contest")
CONFIRMED = {"decision": f"for,for,for:{title('1', 2)}"}


@pytest.mark.parametrize(
    "token", ["AAAAAAAAAAAAAAAAAAAAAA", "short", "%D1%8F" * 22, "A" * 5000, "..%2F..", "%00" * 22]
)
def test_an_unknown_or_mangled_link_is_404(regional: World, token: str) -> None:
    shown = regional.get(f"/b/{token}")
    assert shown.status_code == 404
    assert shown.headers["content-type"] == "text/html; charset=utf-8"
    assert "<h1>" in shown.text


def test_a_revoked_link_is_410_on_every_address(regional: World) -> None:
    regional.open()
    fields = regional.fields("gleb")
    regional.answer("gleb", *ANSWERS)
    link = find_link(regional.services, regional.links["gleb"])
    assert regional.services.desk.draft(link) is not None
    regional.services.desk.revoke_links_of(MEETING, person("gleb"))
    assert regional.services.desk.draft(link) is None
    for path in ("", "/q/1", "/receipt", f"/receipt/{title('1', 2)}.tlog-proof", "/decision.pdf"):
        shown = regional.get(regional.path("gleb") + path)
        assert (shown.status_code, "Ссылка отозвана" in shown.text) == (410, True)
    for path in FORMS:
        assert regional.post(regional.path("gleb") + path, fields).status_code == 410


@pytest.mark.parametrize("path", FORMS)
def test_a_form_without_its_token_is_refused(regional: World, path: str) -> None:
    regional.open()
    given = {"q1": "for", "q2": "for", "q3": "for", "title": str(title("1", 2)), **CONFIRMED}
    for token in ({}, {"form": ""}, {"form": "я"}, {"form": "0" * 64}):
        shown = regional.post(regional.path("gleb") + path, {**given, **token})
        assert (shown.status_code, "form_out_of_date" in shown.text) == (403, True)
    assert ballot(regional, title("1", 2)) is None


def test_a_form_of_another_owner_or_step_is_refused(regional: World) -> None:
    regional.open()
    gleb = regional.path("gleb")
    rita, own = regional.fields("rita"), regional.fields("gleb")
    answers = {"q1": "for", "q2": "for", "q3": "for"}
    assert regional.post(f"{gleb}/review", {**rita, **answers}).status_code == 403
    skipped = {**own, **answers, **CONFIRMED}
    assert regional.post(f"{gleb}/vote", skipped).status_code == 403


@pytest.mark.parametrize(
    "change",
    [
        CONFIRMED,
        {"decision": f"for,against,abstain:{title('3')}"},
        {"decision": f"for,against,abstain:{title('1', 2)} {title('3')}"},
    ],
)
def test_only_what_was_shown_can_be_confirmed(regional: World, change: dict[str, str]) -> None:
    regional.open()
    path = f"{regional.path('gleb')}/vote"
    fields = forms(regional.review("gleb", *ANSWERS).text)[path]
    before = entries(regional)
    assert regional.post(path, {**fields, **change}).status_code == 403
    assert entries(regional) == before


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"q1": ["for", "against"]}, "выбрано не один, вопросы: 1"),
        ({"q1": "maybe"}, "вопросы: 1"),
        ({"q9": "for"}, "Таких вопросов в повестке нет: 9"),
        ({"q01": "for"}, "Таких вопросов в повестке нет: 01"),
        ({"q1": ""}, "вопросы: 1"),
        ({"q1.1": "for"}, "Таких вопросов в повестке нет: 1.1"),
    ],
)
def test_answers_no_page_can_send_are_refused(
    regional: World, change: dict[str, str | list[str]], sentence: str
) -> None:
    regional.open()
    path = f"{regional.path('gleb')}/review"
    fields = regional.fields("gleb")
    shown = regional.post(path, {**fields, "q2": "for", "q3": "for", **change})
    assert shown.status_code == 422
    assert sentence.removeprefix("выбрано ") in shown.text


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", ""])
def test_other_content_types_are_415(regional: World, kind: str) -> None:
    regional.open()
    path = f"{regional.path('gleb')}/review"
    shown = regional.send("POST", path, content=b"{}", headers={"content-type": kind})
    assert shown.status_code == 415


def test_a_large_body_is_413_stated_or_not(regional: World) -> None:
    regional.open()
    path = f"{regional.path('gleb')}/review"
    body = b"form=" + b"x" * MAX_BODY
    assert regional.send("POST", path, content=body, headers=FORM).status_code == 413

    async def unstated() -> object:
        for start in range(0, len(body), 8192):
            yield body[start : start + 8192]

    assert regional.send("POST", path, content=unstated(), headers=FORM).status_code == 413


@pytest.mark.parametrize("body", [b"form", b"form=%FF", "form=я".encode(), b"a=1&" * 3000])
def test_a_body_that_is_no_form_is_422(regional: World, body: bytes) -> None:
    regional.open()
    path = f"{regional.path('gleb')}/review"
    shown = regional.send("POST", path, content=body, headers=FORM)
    assert (shown.status_code, "body_malformed" in shown.text) == (422, True)


@pytest.mark.parametrize(
    "decision", ["", "for", "for:x", "for,for:{}", "for,for,spoiled:{}", "for,for,for:{} ", "я"]
)
def test_a_confirmation_no_page_makes_is_refused(regional: World, decision: str) -> None:
    regional.open()
    fields = {"form": "0" * 64, "decision": decision.format(title("1", 2))}
    shown = regional.post(f"{regional.path('gleb')}/vote", fields)
    assert (shown.status_code, "body_malformed" in shown.text) == (422, True)
    nothing = regional.post(f"{regional.path('gleb')}/vote", {"form": "0" * 64})
    assert (nothing.status_code, "answers_do_not_fit" in nothing.text) == (422, True)


def test_before_the_opening_a_form_is_refused_with_the_date(regional: World) -> None:
    link = find_link(regional.services, regional.links["gleb"])
    token = form_token(regional.services.settings.form_key, link, "fill")
    for path in ("/review", "/q/1", "/premises", "/representative"):
        shown = regional.post(regional.path("gleb") + path, {"form": token, "q1": "for"})
        assert (shown.status_code, "voting_not_open" in shown.text) == (409, True)
        assert "02.03.2026 11:00" in shown.text


@pytest.mark.parametrize("number", ["0", "4", "01", "-1", "x", "1.1", "9" * 5000, "%D9%A1"])
def test_there_is_no_other_question(regional: World, number: str) -> None:
    regional.open()
    assert regional.get(f"{regional.path('gleb')}/q/{number}").status_code == 404


def test_guessing_is_slowed_down_and_known_links_still_open(regional: World) -> None:
    regional.open()
    guess = "/b/AAAAAAAAAAAAAAAAAAAAAA"
    assert [regional.get(guess).status_code for _ in range(4)] == [404, 404, 404, 429]
    refused = regional.get(guess)
    assert refused.headers["retry-after"] == "20"
    assert "Слишком много попыток" in refused.text
    assert regional.get(regional.path("gleb")).status_code == 200
    regional.now[0] += 20
    assert regional.get(guess).status_code == 404
    regional.address = "203.0.113.8"
    assert regional.get(guess).status_code == 404


def test_unknown_pages_and_meetings(regional: World) -> None:
    for path in ("/m/none", "/m/5ac1a2f0-0000-4000-8000-00000000000f", "/nothing"):
        shown = regional.get(path)
        assert (shown.status_code, "<h1>" in shown.text) == (404, True)
