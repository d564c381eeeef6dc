"""What officers do with contacts and letters over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from api.contacts.book import Channel, ContactBook
from api.http.app import create_app
from tests.api.door import ask
from tests.contacts.pouch import Post
from tests.register.sheets import xlsx_of

if TYPE_CHECKING:
    from httpx import Response

    from domain.facts import PersonId
    from tests.integration.small import Meeting

CSV = """Контакты дома;;;
Помещение;ФИО собственника;Телефон;Эл. почта
1;Ветров Глеб Захарович;8 900 123-45-67;
1;ветрова инга  климовна;;Inga@Mail.Example
2;;;
3;Рощин Клим Лаврович;+7 900 123-45-68;klim@mail.example
"""


class Office:
    """An officer at the application of a meeting."""

    def __init__(self, meeting: Meeting) -> None:
        self.meeting = meeting
        self.app = create_app(meeting.services)
        self.token = meeting.services.desk.add_officer("секретарь")
        self.book = ContactBook(meeting.services.desk.engine)

    def ask(self, method: str, path: str, **request: Any) -> Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        return ask(self.app, method, f"/api/v1{path}", headers=headers, **request)

    def put(self, *rows: dict[str, str]) -> Response:
        return self.ask("PUT", f"/houses/{self.meeting.house}/contacts", json={"rows": list(rows)})

    def owner(self, number: str, order: int = 0) -> PersonId:
        return self.meeting.titles[number][order].holders[0].person


@pytest.fixture
def office(small: Meeting) -> Office:
    return Office(small)


def faults(answer: Response) -> list[tuple[int, str, str]]:
    assert (answer.status_code, answer.json()["code"]) == (422, "contacts_refused")
    return [(fault["row"], fault["field"], fault["why"]) for fault in answer.json()["faults"]]


def test_contacts_are_kept_by_premises_name_and_number(office: Office) -> None:
    answer = office.put(
        {"premises": "2", "phone": "8 900 123-45-67"},
        {"premises": "1", "name": "ВЕТРОВА  Инга Климовна", "email": "inga@Mail.Example"},
        {"person": str(office.owner("3")), "email": "klim@mail.example"},
        {"premises": "н-1", "phone": "+74951234567"},
    )
    assert (answer.status_code, answer.json()) == (200, {"people": 4, "changed": 4, "without": 1})
    house, book = office.meeting.house, office.book
    assert book.people_with(house, Channel.PHONE, "+79001234567") == (office.owner("2"),)
    (inga,) = book.people_with(house, Channel.EMAIL, "inga@mail.example")
    assert inga in {office.owner("1"), office.owner("1", 1)}
    assert "900" not in answer.text


def test_every_fault_is_told_with_row_and_field_and_nothing_is_kept(office: Office) -> None:
    answer = office.put(
        {"premises": "2", "phone": "8 900 123-45-67"},
        {"premises": "2", "phone": "12", "email": "нет"},
        {"premises": "77", "phone": "+79001234567"},
        {"premises": "1", "phone": "+79001234567"},
        {"premises": "1", "name": "Ветров", "phone": "+79001234567"},
        {"person": str(office.meeting.house), "phone": "+79001234567"},
        {"person": "x", "phone": "+79001234567"},
        {"person": str(office.owner("3")), "premises": "3", "phone": "+79001234567"},
        {"premises": "3"},
        {"phone": "+79001234567"},
        {"premises": "2", "phone": "+79001234568"},
    )
    assert faults(answer) == [
        (2, "phone", "not_a_phone"), (2, "email", "not_an_email"),
        (3, "premises", "premises_unknown"), (4, "name", "name_needed"),
        (5, "name", "name_unknown"), (6, "person", "person_unknown"),
        (7, "person", "person_unknown"), (8, "person", "named_twice"),
        (9, "row", "nothing_given"), (10, "premises", "nobody_named"),
        (11, "phone", "said_otherwise"),
    ]  # fmt: skip
    assert "строка 3 (помещение) — такого помещения нет" in answer.json()["detail"]
    assert "+7900" not in answer.text
    assert office.book.of_house(office.meeting.house) == {}


def test_two_owners_of_one_name_are_not_guessed_at(office: Office, small: Meeting) -> None:
    for order in (0, 1):
        holder = small.titles["1"][order].holders[0]
        assert holder.sealed is not None
        small.services.names._known[holder.sealed] = {"name": "Ветров Глеб Захарович"}
    row = {"premises": "1", "name": "Ветров Глеб Захарович", "phone": "+79001234567"}
    assert faults(office.put(row)) == [(1, "name", "name_ambiguous")]


def test_the_list_of_a_large_house_goes_in_one_request(office: Office) -> None:
    row = {"premises": "2", "name": "Полевая Римма Осиповна", "phone": "+79001234567"}
    answer = office.put(*[row] * 5000)
    assert answer.json() == {"people": 1, "changed": 1, "without": 4}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_table_of_the_office_is_read_as_it_is(office: Office, kind: str) -> None:
    data = CSV.encode("cp1251")
    if kind == "xlsx":
        header, *rows = [line.split(";") for line in CSV.splitlines()]
        data = xlsx_of(rows, header)
    path = f"/houses/{office.meeting.house}/contacts/table?filename=contacts.{kind}"
    answer = office.ask("PUT", path, content=data)
    assert (answer.status_code, answer.json()) == (200, {"people": 3, "changed": 4, "without": 2})
    bad = data if kind == "xlsx" else CSV.replace("Рощин", "Рощина").encode()
    if kind == "csv":
        assert faults(office.ask("PUT", path, content=bad)) == [(6, "name", "name_unknown")]


@pytest.mark.parametrize(
    "data",
    [b"", b"a;b\n1;2\n", "Помещение;ФИО\n1;А\n".encode(), b"PK\x03\x04 broken", b"\x00" * 99],
)
def test_what_is_no_table_of_contacts_is_refused(office: Office, data: bytes) -> None:
    path = f"/houses/{office.meeting.house}/contacts/table?filename=c.csv"
    answer = office.ask("PUT", path, content=data)
    assert answer.json()["code"] == "body_malformed"
    assert "«Телефон»" in answer.json()["detail"]


@pytest.mark.parametrize("row", ["", "2;;\n3;;\n"])
def test_a_table_without_one_contact_is_refused(office: Office, row: str) -> None:
    path = f"/houses/{office.meeting.house}/contacts/table?filename=c.csv"
    answer = office.ask("PUT", path, content=f"Помещение;Телефон;Почта\n{row}".encode())
    assert (answer.status_code, answer.json()["code"]) == (422, "body_malformed")
    assert "ни одной строки" in answer.json()["detail"]


def test_only_officers_and_only_a_house_there_is(office: Office) -> None:
    rows = {"rows": [{"premises": "2", "phone": "+79001234567"}]}
    path = f"/api/v1/houses/{office.meeting.house}/contacts"
    assert ask(office.app, "PUT", path, json=rows).json()["code"] == "officer_unknown"
    elsewhere = f"/houses/{office.meeting.meeting}/contacts"
    assert office.ask("PUT", elsewhere, json=rows).json()["code"] == "not_found"
    assert office.ask("PUT", "/houses/x/contacts", json=rows).json()["code"] == "not_found"


def test_links_go_out_by_letter_and_the_others_are_named(office: Office) -> None:
    post = Post(office.meeting)
    office.put(
        {"premises": "2", "email": "a@mail.example"}, {"premises": "3", "phone": "9001234567"}
    )
    path = f"/meetings/{office.meeting.meeting}/links/letters"
    answer = office.ask("POST", path)
    assert answer.status_code == 202
    done = answer.json()
    assert (done["email"], done["phone"], done["already"]) == (1, 1, 0)
    assert set(done["without_contact"]) == {
        str(person) for person in (office.owner("1"), office.owner("1", 1), office.owner("Н-1"))
    }
    post.round()
    again = office.ask("POST", path, json={}).json()
    assert (again["email"], again["phone"], again["already"]) == (0, 0, 2)
    named = office.ask("POST", path, json={"persons": [str(office.owner("2"))]}).json()
    assert (named["email"], named["without_contact"]) == (1, [])
    state = office.ask("GET", f"/meetings/{office.meeting.meeting}/letters").json()
    assert (state["links"]["sent"], state["links"]["waiting"]) == (2, 1)
    assert state["by"] == {"phone": "file", "email": "file"}
    for stranger in (str(office.meeting.house), "x"):
        strange = office.ask("POST", path, json={"persons": [stranger]})
        assert strange.json()["code"] == "person_unknown"
