"""Templates are whole rows; text taken from one must be filled in before it is published."""

from __future__ import annotations

import pytest

from api.announcements.templates import TemplateRowError, read_templates, templates
from domain.events import AnnouncementKind
from tests.announcements.conftest import OUTAGE, Speaker

ROW = '[[template]]\nkind="free"\nauthors=["managing"]\nlaw=""\nheading="h"\ntext="t"\n'


def test_every_kind_has_one_template() -> None:
    assert sorted(row.kind for row in templates()) == sorted(AnnouncementKind)


@pytest.mark.parametrize(
    "text",
    [
        ROW + ROW,
        ROW.replace('law=""\n', ""),
        ROW + "more=1\n",
        ROW.replace("free", "gossip"),
        ROW.replace("managing", "neighbour"),
        "[[template",
    ],
)
def test_a_row_that_is_not_whole_is_an_error(text: str) -> None:
    with pytest.raises(TemplateRowError):
        read_templates(text)


def test_no_template_is_published_as_it_is(speaker: Speaker) -> None:
    for row in speaker.get("/api/v1/announcement-templates").json():
        words = {"kind": row["kind"], "heading": row["heading"], "text": row["text"]}
        answer = speaker.post("announcements", OUTAGE | words)
        assert answer.json()["code"] == "announcement_unfilled"
