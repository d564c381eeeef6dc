"""Announcements through the API: who may speak, what is recorded, what changes and what stays."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from api.announcements.speaking import publish
from domain.events import OrganisationKind
from tests.announcements.conftest import OUTAGE
from tests.api.door import ask
from tests.api.provoking_speech import BODY, NUMBER, SUPPLIER
from tests.chat.stage import BOTH_STORES
from tests.domain import builders as given
from tests.domain.memory import refusal_of

if TYPE_CHECKING:
    from typing import Any

    from tests.announcements.conftest import Speaker

LIST = f"/api/v1/houses/{given.HOUSE}/announcements"
BROWSER = {"accept": "text/html"}
WORDS = {name: OUTAGE[name] for name in ("kind", "heading", "text", "starts_at", "ends_at")}


def code(answer: Any) -> str:
    return str(answer.json()["code"])


@BOTH_STORES
def test_an_announcement_is_recorded_with_a_receipt_and_listed(speaker: Speaker) -> None:
    answer = speaker.post("announcements", OUTAGE)
    told = answer.json()["houses"][0]
    assert answer.status_code == 201
    assert told["house"] == str(given.HOUSE)
    assert told["receipt"].startswith("c2sp.org/tlog-proof@v1")
    (listed,) = speaker.get(LIST).json()
    assert listed["author"] == "АО «Водоканал-Пример»"
    assert listed["entrances"] == [2]
    assert not listed["cancelled"]


def test_only_assigned_houses_hear_an_organisation(speaker: Speaker) -> None:
    speaker.accounts.withdraw(speaker.organisation, given.HOUSE)
    answer = speaker.post("announcements", OUTAGE)
    assert (answer.status_code, code(answer)) == (403, "house_not_assigned")
    assert speaker.get(LIST).json() == []


@BOTH_STORES
def test_a_withdrawn_house_is_out_of_reach_for_changes_too(speaker: Speaker) -> None:
    number = speaker.announce()
    speaker.accounts.withdraw(speaker.organisation, given.HOUSE)
    houses = [{"house": str(given.HOUSE)}]
    cancel = {"version": 1, "reason": "нет"}
    later = WORDS | {"version": 1, "reason": "позже", "text": "Воды не будет."}
    path = f"announcements/{number}"
    assert code(speaker.post(f"{path}/cancellation", cancel)) == "not_found"
    named = cancel | {"houses": [str(given.HOUSE)]}
    assert code(speaker.post(f"{path}/cancellation", named)) == "house_not_assigned"
    assert code(speaker.post(f"{path}/corrections", later)) == "not_found"
    answer = speaker.post(f"{path}/corrections", later | {"houses": houses})
    assert code(answer) == "house_not_assigned"
    (listed,) = speaker.get(LIST).json()
    assert (listed["version"], listed["cancelled"]) == (1, False)


def test_the_step_itself_asks_whether_the_house_is_assigned(speaker: Speaker) -> None:
    stranger = replace(SUPPLIER, name="Чужие-Пример")
    houses = {given.HOUSE: ()}
    reason = refusal_of(lambda: publish(speaker.door.services, NUMBER, stranger, BODY, houses))
    assert reason.code == "house_not_assigned"


def test_all_houses_hear_it_or_none(speaker: Speaker) -> None:
    houses = [*OUTAGE["houses"], {"house": str(uuid4())}]
    assert code(speaker.post("announcements", OUTAGE | {"houses": houses})) == "house_not_assigned"
    twice = OUTAGE["houses"] * 2
    assert code(speaker.post("announcements", OUTAGE | {"houses": twice})) == "body_malformed"
    assert speaker.get(LIST).json() == []


def test_officers_and_strangers_are_no_organisation(speaker: Speaker) -> None:
    for headers in ({}, speaker.door.officer, {"Authorization": "Bearer abc"}):
        answer = ask(
            speaker.door.app, "POST", "/api/v1/announcements", json=OUTAGE, headers=headers
        )
        assert (answer.status_code, code(answer)) == (401, "organisation_unknown")


@BOTH_STORES
def test_an_officer_manages_accounts_and_houses(speaker: Speaker) -> None:
    def officer(method: str, path: str, **request: Any) -> Any:
        headers = speaker.door.officer
        return ask(speaker.door.app, method, f"/api/v1/{path}", headers=headers, **request)

    made = officer("POST", "organisations", json={"name": "Фонд-Пример", "kind": "repair_fund"})
    fund = made.json()["organisation"]
    place = f"organisations/{fund}/houses/{given.HOUSE}"
    assert officer("PUT", place).status_code == 204
    assert officer("PUT", place).status_code == 204
    listed = {one["organisation"]: one for one in officer("GET", "organisations").json()}
    assert listed[fund]["houses"] == [str(given.HOUSE)]
    assert officer("DELETE", place).status_code == 204
    assert code(officer("PUT", f"organisations/{uuid4()}/houses/{given.HOUSE}")) == "not_found"
    assert code(officer("PUT", f"organisations/{fund}/houses/{uuid4()}")) == "not_found"


@BOTH_STORES
def test_a_renewed_token_voids_the_old_one(speaker: Speaker) -> None:
    path = f"/api/v1/organisations/{speaker.organisation}/token"
    fresh = ask(speaker.door.app, "POST", path, headers=speaker.door.officer).json()["token"]
    assert code(speaker.post("announcements", OUTAGE)) == "organisation_unknown"
    assert speaker.accounts.by_token(fresh) is not None


@BOTH_STORES
def test_the_same_number_is_not_published_twice(speaker: Speaker) -> None:
    number = str(uuid4())
    assert speaker.announce(announcement=number) == number
    assert code(speaker.post("announcements", OUTAGE | {"announcement": number})) == (
        "announcement_exists"
    )


@BOTH_STORES
def test_a_correction_keeps_entrances_and_files_unless_told(speaker: Speaker) -> None:
    file = {"name": "план.pdf", "content": base64.b64encode(b"%PDF").decode()}
    number = speaker.announce(attachments=[file])
    path = f"announcements/{number}/corrections"
    later = WORDS | {"ends_at": "2026-03-05T20:00:00+03:00", "version": 1, "reason": "дольше"}
    answer = speaker.post(path, later)
    assert answer.json()["houses"][0]["version"] == 2
    (listed,) = speaker.get(LIST).json()
    assert listed["entrances"] == [2]
    assert [one["name"] for one in listed["attachments"]] == ["план.pdf"]
    assert listed["reason"] == "дольше"
    assert code(speaker.post(path, later)) == "announcement_version_unknown"
    assert code(speaker.post(path, later | {"version": 2})) == "nothing_corrected"
    whole = later | {"version": 2, "houses": [{"house": str(given.HOUSE)}], "attachments": []}
    assert speaker.post(path, whole).status_code == 201
    (listed,) = speaker.get(LIST).json()
    assert (listed["entrances"], listed["attachments"]) == ([], [])


def test_a_cancelled_announcement_stays_and_changes_no_more(speaker: Speaker) -> None:
    number = speaker.announce()
    path = f"announcements/{number}/cancellation"
    body = {"version": 1, "reason": "работы перенесены"}
    assert speaker.post(path, body).status_code == 201
    assert code(speaker.post(path, body)) == "announcement_is_cancelled"
    (listed,) = speaker.get(LIST).json()
    assert listed["cancelled"]
    page = speaker.get(f"/h/{given.HOUSE}", headers=BROWSER).text
    assert "Отменено" in page
    assert "работы перенесены" in page


def test_another_organisation_changes_nothing(speaker: Speaker) -> None:
    number = speaker.announce()
    other, token = speaker.accounts.add("УК-Пример", OrganisationKind.MANAGING)
    speaker.accounts.assign(other, given.HOUSE)
    speaker.headers = {"Authorization": f"Bearer {token}"}
    body = {"version": 1, "reason": "нет"}
    answer = speaker.post(f"announcements/{number}/cancellation", body)
    assert (answer.status_code, code(answer)) == (403, "not_your_announcement")
    unknown = speaker.post(f"announcements/{uuid4()}/cancellation", body)
    assert code(unknown) == "not_found"


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"text": "  "}, "announcement_empty"),
        ({"heading": "Отключение: {ресурс}"}, "announcement_unfilled"),
        ({"ends_at": None}, "period_missing"),
        ({"ends_at": "2026-03-04T09:00:00+03:00"}, "period_reversed"),
        ({"text": "Звоните +7 900 000-00-00"}, "personal_data_suspected"),
        ({"houses": [{"house": str(given.HOUSE), "entrances": [9]}]}, "entrances_unknown"),
        ({"attachments": [{"name": "а", "content": "не base64"}]}, "body_malformed"),
        ({"houses": [{"house": "x"}]}, "not_found"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_recorded(
    speaker: Speaker, changes: dict[str, Any], wanted: str
) -> None:
    assert code(speaker.post("announcements", OUTAGE | changes)) == wanted
    assert speaker.get(LIST).json() == []


def test_an_organisation_may_give_its_own_phone_when_it_says_so(speaker: Speaker) -> None:
    speaker.announce(text="Диспетчерская: 8 (800) 000-00-00", not_personal=["phone"])
    assert len(speaker.get(LIST).json()) == 1


def test_the_page_shows_words_as_words_and_gives_files(speaker: Speaker) -> None:
    file = {"name": 'п"лан\n.pdf', "content": base64.b64encode(b"<b>x</b>").decode()}
    speaker.announce(text="Ждите <script>alert(1)</script> & воду", attachments=[file])
    page = speaker.get(f"/h/{given.HOUSE}", headers=BROWSER).text
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "подъезд 2" in page
    sha = speaker.get(LIST).json()[0]["attachments"][0]["sha256"]
    given_file = speaker.get(f"/h/{given.HOUSE}/files/{sha}")
    assert given_file.content == b"<b>x</b>"
    assert given_file.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert given_file.headers["content-type"] == "application/octet-stream"


def test_only_attached_files_are_given(speaker: Speaker) -> None:
    kept = speaker.door.services.desk.keep_file("скан.pdf", "application/pdf", b"scan")
    answer = speaker.get(f"/h/{given.HOUSE}/files/{kept.sha256}")
    assert (answer.status_code, code(answer)) == (404, "file_unknown")


def test_what_is_over_stands_apart(speaker: Speaker) -> None:
    speaker.announce()
    assert "Прошедшие" not in speaker.get(f"/h/{given.HOUSE}", headers=BROWSER).text
    speaker.clock.move_to(given.at(6))
    page = speaker.get(f"/h/{given.HOUSE}", headers=BROWSER).text
    assert "Действующих объявлений нет" in page
    assert "Прошедшие и отменённые" in page
