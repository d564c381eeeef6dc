"""Both verifiers agree on true meetings of other kinds: bases, special majorities, rarer facts."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid5

import pytest

from api.bundles import build_bundle
from domain import announcement_usecases as usecases
from domain.events import (
    AnnouncementBody,
    AnnouncementKind,
    Author,
    Basis,
    Mark,
    MeetingForm,
    OrganisationKind,
)
from domain.facts import AnnouncementId, MeetingId, OrganisationId, moment
from domain.records import fact_types
from domain.usecases import agenda_id, call_meeting
from signing.keys import FileSigner
from tests.audit import other_law
from tests.audit.forger import OTHER, Forger
from tests.audit.meeting import CLOSES, HOUSE, MEETING, OPENS, installation
from tests.verifier.runner import SOUND, UNSOUND, Job, by_page, by_python

if TYPE_CHECKING:
    from pathlib import Path

    from tests.audit.conftest import Held
    from tests.verifier.eventful import Eventful

ELSEWHERE = {"area-corrected/1", "title-ended/1", "item-edited/1", "ballot-struck/1"}
"""Facts that neither of the two meetings has; `test_forgeries.py` writes them into the log."""
SPEECH = {f"announcement-{what}/1" for what in ("published", "corrected", "cancelled")}
BODY = AnnouncementBody(AnnouncementKind.FREE, "Субботник", "Приходите во двор в десять.")


@pytest.mark.parametrize("basis", list(Basis), ids=str)
def test_every_basis(basis: Basis, tmp_path: Path) -> None:
    with installation(tmp_path / "house") as made:
        made.call(basis)
        made.open()
        made.vote("2", 1, Mark.FOR, Mark.FOR, Mark.FOR)
        made.paper("4", 1, Mark.FOR, Mark.FOR, Mark.FOR)
        made.close()
        made.complete_count()
        _agree(made.bundle(), tmp_path)


def test_exactly_half_and_exactly_two_thirds(tmp_path: Path) -> None:
    yes, no = Mark.FOR, Mark.AGAINST
    with installation(tmp_path / "half") as made:
        made.call()
        made.open()
        made.vote("1", 1, yes, yes, yes)
        made.vote("1", 2, no, no, no)
        made.close()
        made.complete_count()
        half = _agree(made.bundle(), tmp_path)["items"][0]["majority"]
    with installation(tmp_path / "thirds") as made:
        made.call()
        made.open()
        for number, part in (("1", 1), ("1", 2), ("2", 1), ("3", 1), ("3", 2)):
            made.vote(number, part, yes, yes, yes)
        made.paper("4", 1, yes, yes, Mark.BLANK)
        made.close()
        made.complete_count()
        thirds = _agree(made.bundle(), tmp_path)["items"]
    assert [(one["votes"], one["of_all"], one["met"]) for one in half] == [("30", "60", False)]
    assert [(one["votes"], one["of_all"], one["met"]) for one in thirds[1]["majority"]] == [
        ("200", "300", True)
    ]
    assert thirds[2]["votes_invalid"] == "59"


def test_a_poll_follows_a_meeting_without_a_quorum(tmp_path: Path) -> None:
    """Both follow what the poll refers to; a poll of another agenda is no such poll."""
    poll = MeetingId(uuid5(HOUSE, "poll"))
    opens, closes = OPENS + timedelta(days=31), CLOSES + timedelta(days=31)
    with installation(tmp_path / "house") as made:
        made.call(Basis.WRITTEN_DECISIONS)
        made.open()
        made.paper("2", 1, Mark.FOR, Mark.FOR, Mark.FOR)
        made.close()
        made.complete_count()
        terms = replace(
            made.terms(Basis.WRITTEN_DECISIONS),
            agenda=agenda_id(poll), form=MeetingForm.ABSENTEE, refers_to=MEETING,
            opens_at=moment(opens), closes_at=moment(closes), judged_on=closes.date(),
        )  # fmt: skip
        made.run(lambda s: call_meeting(s, HOUSE, poll, terms, ()))
        data = build_bundle(made.services, poll)
        _agree(data, tmp_path)
        signer = FileSigner.open(tmp_path / "house" / "keys" / "log.pem")
    forger = Forger(data)
    forger.body("meeting-called", -1, refers_to=str(poll))
    forged = forger.signed(signer)
    (said,) = by_page([Job(forged)], tmp_path)
    assert (said.state, said.entries) == (UNSOUND, by_python(forged).entries)


def test_majorities_by_entrance_of_flats_and_by_a_chosen_reading(
    eventful: Eventful, tmp_path: Path
) -> None:
    items = _agree(eventful.inspector, tmp_path)["items"]
    bases = {test["base"] for item in items for test in item["majority"]}
    assert bases >= {"participants", "entrance_participants", "residential_owners"}
    assert [len(item["readings"]) for item in items] == [0, 0, 2]


def test_the_two_meetings_have_every_kind_of_fact(held: Held, eventful: Eventful) -> None:
    whole = held.inspector + eventful.inspector
    written = {found.decode() for found in re.findall(rb'"type":"([a-z-]+/\d+)"', whole)}
    assert written | ELSEWHERE | SPEECH | {"answers-prepared/1"} == set(fact_types())


def test_announcements_follow_each_other_and_end_with_their_cancelling(
    tmp_path: Path,
) -> None:
    number, by = AnnouncementId(OTHER), OrganisationId(OTHER)
    author = Author(by, OrganisationKind.MANAGING, "ООО «УК Пример-Тест»")
    newer = replace(BODY, text="Приходите во двор в одиннадцать.")
    with installation(tmp_path / "house") as made:
        made.hold()
        made.run(lambda s: usecases.publish_announcement(s, number, author, {HOUSE: BODY}))
        made.run(lambda s: usecases.correct_announcement(s, number, by, 1, {HOUSE: newer}, "час"))
        made.run(lambda s: usecases.cancel_announcement(s, number, by, 2, [HOUSE], "дождь"))
        data = made.bundle()
        signer = FileSigner.open(tmp_path / "house" / "keys" / "log.pem")
    _agree(data, tmp_path)
    forged = []
    for kind in ("corrected", "cancelled"):
        forger = Forger(data)
        forger.body(f"announcement-{kind}", version=7)
        forged.append(forger.signed(signer))
    forger = Forger(data)
    again = forger.record(forger.index_of("announcement-corrected"))
    again["version"], again["body"]["version"] = 4, 3
    forger.insert(len(forger.entries), again)
    forged.append(forger.signed(signer))
    for data, said in zip(forged, by_page(map(Job, forged), tmp_path), strict=True):
        assert (said.state, said.entries) == (UNSOUND, by_python(data).entries)


def test_an_older_pack_of_rules_is_sound_with_a_warning(
    held: Held, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def older(files: dict[str, bytes]) -> dict[str, bytes]:
        return {**files, "terms.toml": files["terms.toml"] + b"\n# as it stood before\n"}

    monkeypatch.setattr(other_law, "other_pack", older)
    forger = Forger(held.inspector)
    other_law.under_other_law(forger)
    data = forger.signed(held.signer)
    _agree(data, tmp_path)
    (said,) = by_page([Job(data)], tmp_path)
    assert "не тот, что знает эта страница" in said.text


def _agree(data: bytes, folder: Path) -> dict[str, Any]:
    (said,) = by_page([Job(data)], folder)
    python = by_python(data)
    assert (said.state, said.errors) == (python.state, python.errors) == (SOUND, frozenset())
    result: dict[str, Any] = said.result
    return result
