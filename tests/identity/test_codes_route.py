"""Officers issue codes: once, before the opening and after it, with slips to print."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

from pypdf import PdfReader

from api.http.app import create_app
from tests.api.door import ask
from tests.identity.conftest import MAX, Browser, House, open_house
from tests.integration.small import called, installation

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi import FastAPI

    from tests.integration.small import Meeting


def issue(meeting: Meeting, app: FastAPI, people: list[str] | None = None) -> dict[str, Any]:
    token = meeting.services.desk.add_officer("секретарь")
    answer = ask(
        app, "POST", f"/api/v1/meetings/{meeting.meeting}/codes",
        headers={"authorization": f"Bearer {token}"}, json={"people": people or []},
    )  # fmt: skip
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_codes_are_issued_before_the_opening_and_vote_after_it(tmp_path: Path) -> None:
    """The notice is handed over ten days before the voting opens."""
    with installation(tmp_path / "home", MAX) as (services, clock):
        meeting = called(services, clock)
        app = create_app(services)
        given = issue(meeting, app)["codes"]
        assert len(given) == 5
        (own,) = (code for code in given if code["premises"] == ["2"])
        assert own["name"] == "Полевая Римма Осиповна"
        assert own["url"].endswith(f"/code/{own['code']}")
        browser = Browser(app)
        assert browser.post("/code", code=own["code"]).status_code == 303
        assert "Голосование ещё не началось" in browser.get(browser.last).text
        meeting.open()
        assert browser.vote(browser.last).status_code == 303


def test_slips_carry_the_codes_and_a_qr(house: House) -> None:
    made = issue(house.meeting, house.app)
    reader = PdfReader(io.BytesIO(base64.b64decode(made["slips"])))
    text = "\n".join(page.extract_text() for page in reader.pages)
    for one in made["codes"]:
        assert one["code"] in text
    assert "Полевая" in text
    assert "Код личный" in text


def test_one_lost_notice_is_replaced_alone(house: House) -> None:
    """The neighbour's code stays good."""
    first = {code["premises"][0]: code["code"] for code in issue(house.meeting, house.app)["codes"]}
    (again,) = issue(house.meeting, house.app, [str(house.person("2"))])["codes"]
    assert again["code"] != first["2"]
    assert house.browser().post("/code", code=first["2"]).status_code == 404
    assert house.browser().post("/code", code=again["code"]).status_code == 303
    assert house.browser().post("/code", code=first["3"]).status_code == 303


def test_links_come_for_the_messenger_too(tmp_path: Path) -> None:
    """Opened there, the launch carries the same token, signed."""
    env = {**MAX, "SOBRANIE_MAX_BOT": "id7700000000_bot"}
    with open_house(tmp_path / "home", env) as house:
        token = house.meeting.services.desk.add_officer("секретарь")
        answer = ask(
            house.app, "POST", f"/api/v1/meetings/{house.meeting.meeting}/links",
            headers={"authorization": f"Bearer {token}"},
        )  # fmt: skip
        link = answer.json()[0]
        deep = house.world.deep_link(link["max_url"])
        assert deep == ("startapp", link["url"].rpartition("/")[2])
        launch = house.world.init_data(house.world.person("Анна"), deep[1])
        assert house.browser().post("/app", init_data=launch).status_code == 303


def test_strangers_get_no_codes(house: House) -> None:
    path = f"/api/v1/meetings/{house.meeting.meeting}/codes"
    assert ask(house.app, "POST", path, json={"people": []}).status_code == 401
    token = house.meeting.services.desk.add_officer("секретарь")
    headers = {"authorization": f"Bearer {token}"}
    for people in (["x"], [str(house.meeting.meeting)]):
        answer = ask(house.app, "POST", path, headers=headers, json={"people": people})
        assert (answer.status_code, answer.json()["code"]) == (404, "person_unknown")
