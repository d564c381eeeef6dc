"""Whom the protocol names: those elected by the questions that were carried, with documents."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from api import calls, offices
from api.http.models import ItemIn, PartyIn
from domain.events import Mark
from domain.facts import MeetingId, PartyKind
from tests.integration.small import called, installation, terms

if TYPE_CHECKING:
    from pathlib import Path

    from projections.protocol import MeetingProtocol

CHAIR, SECRETARY = "Ветрова Инга Климовна", "Рощин Клим Лаврович"
COUNTERS = ("Полевая Римма Осиповна", "Ветров Глеб Захарович")


def _item(proposal: str, *names: str) -> ItemIn:
    persons = [PartyIn(kind=PartyKind.PERSON, name=name, document="запись № 1") for name in names]
    return ItemIn(question="О порядке", proposal=proposal, decision="procedural", persons=persons)


def _protocol(home: Path, items: list[ItemIn], *marks: Mark) -> MeetingProtocol:
    initiator = PartyIn(kind=PartyKind.PERSON, name=SECRETARY, document="паспорт 00 00 000000")
    with installation(home, {"SOBRANIE_STORE": "sqlite"}) as (services, clock):
        meeting = called(services, clock)
        meeting.meeting = MeetingId(uuid4())
        given = terms(meeting.house).model_copy(update={"items": items, "initiator": initiator})
        calls.call(services, meeting.house, meeting.meeting, given)
        meeting.open()
        for titles in meeting.titles.values():
            for title in titles:
                meeting.vote(title.id, *marks)
        count = meeting.finish()
        return offices.protocol_data(services, count)


def test_separate_questions_elect_chair_secretary_and_commission(tmp_path: Path) -> None:
    items = [
        _item("Избрать для подсчёта голосов комиссию: {1}, {2}.", *COUNTERS),
        _item("Избрать председателем общего собрания {1}.", CHAIR),
        _item("Избрать секретарём общего собрания {1}.", SECRETARY),
    ]
    made = _protocol(tmp_path, items, Mark.FOR, Mark.FOR, Mark.FOR)
    assert made.chair == f"{CHAIR}, запись № 1"
    assert made.secretary == f"{SECRETARY}, запись № 1"
    assert made.counters == tuple(f"{name}, запись № 1" for name in COUNTERS)
    assert made.initiator == f"{SECRETARY}, паспорт 00 00 000000"
    assert "паспорт" not in made.questions[0].heard
    signed = [line.name.replace("\N{NO-BREAK SPACE}", " ") for line in made.signers]
    assert signed == ["Ветрова И. К.", "Рощин К. Л.", "Полевая Р. О.", "Ветров Г. З."]


def test_the_initiator_stands_in_for_the_rejected_and_a_gap_for_the_unnamed(tmp_path: Path) -> None:
    items = [
        _item("Избрать председателем общего собрания {1}.", CHAIR),
        _item("Избрать секретарём собрания того, о ком договорились."),
    ]
    made = _protocol(tmp_path, items, Mark.AGAINST, Mark.FOR)
    assert made.chair.startswith(SECRETARY)
    assert made.secretary == ""
    assert [line.role for line in made.signers][-1] == "Инициатор общего собрания"
