"""One question at a time, kept between visits; premises apart; a representative; the record."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from api.names import PersonalValue
from api.web.draft import Draft, Drafts
from api.web.forms import form_token
from api.web.representing import KINDS, Authority, day_in
from api.web.visit import find_link
from domain import usecases
from domain.agenda import agenda_digest
from domain.ballot import ballot_id
from domain.events import Channel, Evidence, Mark
from domain.meeting import called_of
from domain.records import to_record
from domain.voting import Decision
from signing.merkle import leaf_hash
from tests.web.conftest import HOUSE, MEETING, forms, title
from tests.web.test_owner_pages import ANSWERS, MARKS, ballot, entries, received, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from httpx import Response

    from tests.web.conftest import World

ACTING = {
    "authority": "notary",
    "name": "Лугов Клим Демьянович",
    "number": "77/12-н",
    "issued": "05.02.2026",
    "certifier": "нотариус Туманова А. И.",
}


def send(world: World, name: str, path: str, fields: Mapping[str, str]) -> Response:
    """Send a form of the filling pages with its token."""
    link = find_link(world.services, world.links[name])
    token = form_token(world.services.settings.form_key, link, "fill")
    return world.post(world.path(name) + path, {"form": token, **fields})


def place(answer: Response) -> str:
    """Give where an answer leads, without the token."""
    assert answer.status_code == 303, answer.text
    return re.sub(r"^/b/[^/?]+", "", answer.headers["location"])


def vote(world: World, name: str) -> Response:
    """Confirm what is drafted."""
    shown = world.get(f"{world.path(name)}/review")
    path = f"{world.path(name)}/vote"
    return world.post(path, forms(shown.text)[path])


def test_one_question_leads_to_the_next_and_the_last_to_the_check(regional: World) -> None:
    regional.open()
    before = entries(regional)
    assert place(send(regional, "gleb", "/q/1", {"q1": "for"})) == "/q/2"
    assert place(regional.get(f"{regional.path('gleb')}/review")) == "/q/2"
    assert place(send(regional, "gleb", "/q/2", {"q2": "against", "then": "back"})) == "/q/1"
    assert place(send(regional, "gleb", "/q/1", {"then": "back"})) == "?again=1"
    assert place(send(regional, "gleb", "/q/3", {"q3": "abstain"})) == "/review"
    assert entries(regional) == before
    assert vote(regional, "gleb").status_code == 303
    assert received(regional, title("1", 2)).answers == MARKS


def test_a_question_without_an_answer_is_asked_again(regional: World) -> None:
    regional.open()
    shown = send(regional, "gleb", "/q/2", {})
    assert shown.status_code == 422
    assert "<title>Ошибка: нет ответа — Вопрос 2 из 3</title>" in shown.text
    assert '<a href="#q2">Вопрос 2.' in shown.text
    assert 'aria-describedby="proposal e-q2"' in shown.text


def test_the_card_shows_plain_words_the_wording_and_its_digest(regional: World) -> None:
    regional.open()
    words = text_of(regional.get(f"{regional.path('gleb')}/q/2").text)
    items = called_of(regional.services.app.meeting(MEETING)).terms.items
    assert "Простыми словами Покрасить стены" in words
    assert "официальный текст Провести ремонт подъезда № 1" in words
    assert f"Этот вопрос: {agenda_digest(items[1:2])}" in words
    assert f"Вся повестка: {agenda_digest(items)}" in words


def test_answers_wait_for_the_owners_return(regional: World) -> None:
    regional.open()
    assert place(send(regional, "gleb", "/q/1", {"q1": "for", "then": "later"})) == "?saved=1"
    words = text_of(regional.get(f"{regional.path('gleb')}?saved=1").text)
    assert "Ответы сохранены." in words
    assert "Голос ещё не подан." in words
    assert "Продолжить: осталось 2" in text_of(regional.get(regional.path("gleb")).text)
    assert place(send(regional, "gleb", "/review", {"q2": "for", "then": "later"})) == "?saved=1"
    assert regional.get(f"{regional.path('gleb')}/all").text.count(" checked") == 2


def test_a_draft_is_closed_to_all_but_the_link_and_erased_by_the_vote(regional: World) -> None:
    regional.open()
    send(regional, "gleb", "/representative", ACTING)
    link, token = (
        find_link(regional.services, regional.links["gleb"]),
        regional.links["gleb"],
    )
    kept = regional.services.desk.draft(link)
    assert kept is not None
    assert "Лугов".encode() not in kept
    drafts = Drafts(regional.services.desk, regional.services.settings.form_key)
    found = drafts.read(link, token)
    assert found is not None
    assert found.representative is not None
    assert drafts.read(link, regional.links["rita"]) is None
    assert Drafts(regional.services.desk, b"another key").read(link, token) is None
    regional.vote("gleb", *ANSWERS)
    assert regional.services.desk.draft(link) is None


def test_drafts_of_a_meeting_are_dropped_together(regional: World) -> None:
    regional.open()
    link = find_link(regional.services, regional.links["gleb"])
    send(regional, "gleb", "/q/1", {"q1": "for"})
    regional.services.desk.drop_drafts(MEETING)
    assert regional.services.desk.draft(link) is None


def test_what_was_confirmed_elsewhere_meanwhile_is_not_recorded(regional: World) -> None:
    regional.open()
    shown = regional.review("gleb", *ANSWERS)
    send(regional, "gleb", "/representative", ACTING)
    path = f"{regional.path('gleb')}/vote"
    late = regional.post(path, forms(shown.text)[path])
    assert (late.status_code, "form_out_of_date" in late.text) == (403, True)
    assert ballot(regional, title("1", 2)) is None


# --- premises apart -------------------------------------------------------------------------------


def test_one_answer_for_all_premises_unless_the_owner_chooses_otherwise(regional: World) -> None:
    regional.open()
    start = text_of(regional.get(regional.path("rita")).text)
    assert "Один ответ на все помещения" in start
    assert "голоса одного собственника не делят" in start
    send(regional, "rita", "/q/1", {"q1": "for"})
    assert place(send(regional, "rita", "/premises", {"answer": "apart"})) == "/q/2"
    assert regional.get(f"{regional.path('rita')}/q/1").text.count(" checked") == 3
    for number in (2, 3):
        fields = {f"q{number}.1": "for", f"q{number}.2": "for", f"q{number}.3": "against"}
        send(regional, "rita", f"/q/{number}", fields)
    review = text_of(regional.get(f"{regional.path('rita')}/review").text)
    assert "Вы отвечаете отдельно за каждое помещение." in review
    assert vote(regional, "rita").status_code == 303
    assert received(regional, title("1")).answers == (Mark.FOR,) * 3
    assert received(regional, title("М-1")).answers == (Mark.FOR, Mark.AGAINST, Mark.AGAINST)


def test_a_premises_left_out_is_asked_for_by_name(regional: World) -> None:
    regional.open()
    send(regional, "rita", "/premises", {"answer": "apart"})
    shown = send(regional, "rita", "/q/1", {"q1.1": "for", "q1.3": "for"})
    assert shown.status_code == 422
    assert '<a href="#q1.2">Вопрос 1, квартира 2</a>' in shown.text
    assert shown.text.count(" checked") == 2
    everything = send(regional, "rita", "/review", {"q2.1": "for"})
    assert everything.status_code == 422
    assert everything.text.count(" checked") == 3


def test_back_to_one_answer_keeps_what_was_the_same(regional: World) -> None:
    regional.open()
    send(regional, "rita", "/premises", {"answer": "apart"})
    send(regional, "rita", "/q/1", {"q1.1": "for", "q1.2": "for", "q1.3": "for"})
    send(regional, "rita", "/q/2", {"q2.1": "for", "q2.2": "against", "q2.3": "for"})
    assert place(send(regional, "rita", "/premises", {"answer": "together"})) == "/q/2"
    assert 'name="q1" value="for" id="q1" checked' in regional.get(
        f"{regional.path('rita')}/q/1"
    ).text  # fmt: skip


def test_apart_all_or_none(regional: World) -> None:
    regional.open()
    send(regional, "rita", "/premises", {"answer": "apart"})
    for number in (1, 2, 3):
        fields = {f"q{number}.{n}": "for" if n == 1 else "against" for n in (1, 2, 3)}
        send(regional, "rita", f"/q/{number}", fields)
    shown = regional.get(f"{regional.path('rita')}/review")
    regional.vote("ivan", *ANSWERS)
    path = f"{regional.path('rita')}/vote"
    assert regional.post(path, forms(shown.text)[path]).status_code == 409
    assert ballot(regional, title("1")) is None
    left = regional.get(f"{regional.path('rita')}/q/1").text
    assert left.count('type="radio"') == 6


# --- representative -------------------------------------------------------------------------------


def test_a_representative_is_recorded_under_seal(regional: World) -> None:
    regional.open()
    assert place(send(regional, "rita", "/representative", ACTING)) == "?again=1"
    regional.answer("rita", *ANSWERS)
    review = text_of(regional.get(f"{regional.path('rita')}/review").text)
    assert "Лугов Клим Демьянович, доверенность № 77/12-н от 05.02.2026" in review
    assert vote(regional, "rita").status_code == 303
    fact = received(regional, title("1"))
    assert fact.representative is not None
    assert fact.representative == received(regional, title("2")).representative
    assert regional.services.names.name(fact.representative) == "Лугов Клим Демьянович"
    assert "нотариус Туманова" in regional.services.names.document(fact.representative)
    (recorded,) = regional.services.app.recorded(ballot_id(MEETING, title("1")))
    assert "Лугов".encode() not in to_record(recorded)
    words = text_of(regional.get(f"{regional.path('rita')}/receipt").text)
    assert "Представитель Лугов Клим Демьянович" in words


@pytest.mark.parametrize("kind", list(Authority))
def test_every_kind_of_authority_is_offered_with_its_norm(regional: World, kind: Authority) -> None:
    regional.open()
    words = text_of(regional.get(f"{regional.path('zoya')}/representative").text)
    assert KINDS[kind].text in words
    assert KINDS[kind].norm in words
    assert place(send(regional, "zoya", "/representative", {**ACTING, "authority": kind}))


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"authority": ""}, "authority", "Выберите, на чём основаны полномочия."),
        ({"authority": "friend"}, "authority", "Выберите, на чём основаны полномочия."),
        ({"name": "Лугов"}, "name", "имя и отчество представителя полностью"),
        ({"number": " "}, "number", "номер документа; если номера нет"),
        ({"issued": "31.02.2026"}, "issued", "Напишите дату документа так: 05.02.2026."),
        ({"issued": "вчера"}, "issued", "Напишите дату документа так: 05.02.2026."),
        ({"issued": "03.03.2026"}, "issued", "Дата документа ещё не наступила."),
        ({"certifier": ""}, "certifier", "кто удостоверил или выдал документ"),
    ],
)
def test_what_is_wrong_with_the_document_is_said_at_its_field(
    regional: World, change: Mapping[str, str], field: str, sentence: str
) -> None:
    regional.open()
    shown = send(regional, "zoya", "/representative", {**ACTING, **change})
    assert shown.status_code == 422
    assert f'<a href="#{field}">' in shown.text
    assert text_of(shown.text).count(sentence) == 2
    assert (
        regional.services.desk.draft(find_link(regional.services, regional.links["zoya"])) is None
    )


def test_too_long_a_name_is_refused_and_markup_is_text(regional: World) -> None:
    regional.open()
    long = {**ACTING, "name": "Лугов " * 40}
    assert send(regional, "zoya", "/representative", long).status_code == 422
    send(regional, "zoya", "/representative", {**ACTING, "name": '<b onclick="x"> Клим'})
    assert "<b " not in regional.get(regional.path("zoya")).text


def test_the_owner_may_take_the_answer_back(regional: World) -> None:
    regional.open()
    send(regional, "zoya", "/representative", ACTING)
    assert place(send(regional, "zoya", "/representative", {"then": "owner"})) == "?again=1"
    assert "Сам собственник." in text_of(regional.get(regional.path("zoya")).text)


def test_days_are_read_as_people_write_them() -> None:
    for text in ("5.2.2026", "05.02.2026", "05/02/2026", "05 02 2026", "2026-02-05"):
        day = day_in(text)
        assert day is not None
        assert day.isoformat() == "2026-02-05"
    assert day_in("2026-02-30") is None
    assert day_in("5 февраля") is None


# --- what is recorded -----------------------------------------------------------------------------


def test_the_code_names_the_place_in_the_log_and_no_person(regional: World) -> None:
    regional.open()
    regional.vote("gleb", *ANSWERS)
    shown = regional.get(f"{regional.path('gleb')}/receipt").text
    index = entries(regional) - 1
    (entry,) = regional.services.logs.store.entries(HOUSE, index, index + 1)
    assert 'src="data:image/svg+xml' in shown
    words = text_of(shown)
    assert f"запись № {index}, отпечаток {leaf_hash(entry).hex()}" in words
    key = quote(regional.services.logs.key(HOUSE).to_text(), safe="")
    assert f'href="/verify#key={key}"' in shown


def test_the_scan_of_a_paper_is_the_owners_to_see(regional: World) -> None:
    regional.open()
    kept = regional.services.desk.keep_file("Решение «3».pdf", "text/html", b"<b>scan</b>")
    enter(regional, Evidence("scan", kept.sha256))
    shown = text_of(regional.get(f"{regional.path('zoya')}/receipt").text)
    assert "Дата на решении 02.03.2026" in shown
    assert "Внесено в журнал 02.03.2026 12:00" in shown
    assert "Кто внёс секретарь собрания" in shown
    scan = regional.get(f"{regional.path('zoya')}/scan/{title('3')}")
    assert scan.content == b"<b>scan</b>"
    assert scan.headers["content-type"] == "application/octet-stream"
    assert scan.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert regional.get(f"{regional.path('gleb')}/scan/{title('3')}").status_code == 403
    assert regional.get(f"{regional.path('gleb')}/scan/{title('1', 2)}").status_code == 404


def test_a_scan_that_is_gone_is_not_offered(regional: World) -> None:
    regional.open()
    enter(regional, Evidence("scan", hashlib.sha256(b"gone").hexdigest()))
    assert "Скан" not in regional.get(f"{regional.path('zoya')}/receipt").text
    assert regional.get(f"{regional.path('zoya')}/scan/{title('3')}").status_code == 404


def test_the_reason_of_a_decision_on_an_objection_is_shown(regional: World) -> None:
    regional.open()
    regional.paper([title("3")], *MARKS)
    path = f"{regional.path('zoya')}/contest"
    fields = forms(regional.get(f"{regional.path('zoya')}/receipt").text)[path]
    regional.post(path, fields)
    regional.run(
        lambda scope: usecases.resolve_contest(
            scope, MEETING, ballot_id(MEETING, title("3")), upheld=True, reason="Подпись не та.",
            by="комиссия",
        )
    )  # fmt: skip
    words = text_of(regional.get(f"{regional.path('zoya')}/receipt").text)
    assert "Возражение удовлетворено" in words
    assert "Решение по возражению Подпись не та." in words


def enter(world: World, evidence: Evidence) -> None:
    """Enter a paper decision for flat 3."""
    now = world.clock()
    decision = Decision(
        MARKS, Channel.PAPER, evidence, now, filled_on=now.date(), entered_by="секретарь собрания"
    )
    world.run(lambda scope: usecases.cast(scope, MEETING, [title("3")], decision))


def test_after_the_end_the_steps_lead_to_the_page_that_says_so(regional: World) -> None:
    regional.open()
    end = called_of(regional.services.app.meeting(MEETING)).terms.closes_at
    regional.clock.move_to(end + timedelta(hours=1))
    for path in ("/q/1", "/all", "/review", "/representative"):
        assert place(regional.get(regional.path("gleb") + path)) == ""
    assert send(regional, "gleb", "/q/1", {"q1": "for"}).status_code == 409


def test_a_settled_draft_keeps_the_representative_alone(written: World) -> None:
    written.open()
    link, token = find_link(written.services, written.links["gleb"]), written.links["gleb"]
    send(written, "gleb", "/representative", ACTING)
    written.vote("gleb", *ANSWERS)
    kept = Drafts(written.services.desk, written.services.settings.form_key).read(link, token)
    assert kept is not None
    assert kept == Draft({}, None, kept.representative, settled=True)
    assert kept.representative is not None
    assert kept.representative.name == ACTING["name"]
    assert PersonalValue(kept.representative.name, kept.representative.document).to_bytes()
