"""An auditor replays announcements too: sound ones pass, forged ones are noticed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING, Any
from uuid import UUID

from domain.announcement import announcement_stream
from domain.events import AnnouncementCancelled, AnnouncementCorrected, Recorded
from domain.facts import HouseId
from domain.records import to_record
from projections.replay import Replay
from projections.timeline import timeline
from tests.api.provoking_speech import BODY, NUMBER, cancelled, corrected, published
from tests.domain import builders as given

if TYPE_CHECKING:
    from tests.domain.memory import Story

STREAM = announcement_stream(given.HOUSE, NUMBER)


def codes(story: Story, *forged: Recorded) -> list[str]:
    records = [*story.app.log, *map(to_record, forged)]
    replay = Replay(HouseId(given.HOUSE), [given.LAW]).run(enumerate(records))
    return [noticed.code for noticed in replay.noticed]


def forged(fact: Any, version: int = 2, stream: UUID = STREAM) -> Recorded:
    return Recorded(given.HOUSE, stream, version, given.DURING, fact)


def test_what_the_procedure_recorded_is_sound() -> None:
    story = cancelled(corrected(published()), version=2)
    assert codes(story) == []


def test_a_version_out_of_order_is_noticed() -> None:
    fact = AnnouncementCorrected(NUMBER, 3, replace(BODY, text="Вода есть."), "вброс")
    assert codes(published(), forged(fact)) == ["refused_announcement_version_unknown"]


def test_personal_data_put_past_the_procedure_is_noticed() -> None:
    fact = AnnouncementCorrected(NUMBER, 2, replace(BODY, text="8 900 000-00-00"), "вброс")
    assert codes(published(), forged(fact)) == ["refused_personal_data_suspected"]


def test_a_change_after_the_cancellation_is_noticed() -> None:
    fact = AnnouncementCancelled(NUMBER, 1, "ещё раз")
    assert codes(cancelled(published()), forged(fact, 3)) == ["refused_announcement_is_cancelled"]


def test_an_announcement_in_another_stream_is_noticed() -> None:
    fact = AnnouncementCancelled(NUMBER, 1, "вброс")
    assert "stream_differs" in codes(published(), forged(fact, 1, UUID(int=77)))


def test_the_timeline_tells_them() -> None:
    story = cancelled(corrected(published()), version=2)
    recorded = dict(enumerate(story.app.recorded()))
    words = [line.text for line in timeline(recorded, {}, UTC)]
    assert words[-3:] == [
        "объявление, Сети-Пример: вода",
        "объявление исправлено, редакция 2: вода; причина: уточнено",
        "объявление отменено: отложено",
    ]
