"""Keeps what a process holds of the desk in step with other processes and with the log.

1. a link revoked by any process is forgotten by this one within a look;
2. drafts go when the voting is over, whoever closed it: at once when this process sees the fact,
   else at its next start (ст. 5 ч. 7 152-ФЗ: хранить не дольше, чем нужно для цели).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.events import VotingClosed
from domain.facts import MeetingId
from domain.meeting import Called, VotingOpen
from domain.records import from_record

if TYPE_CHECKING:
    from api.desk import Desk
    from domain.application import Sobranie

CHUNK = 100


class Tidying:
    """What is done after every look at the log."""

    def __init__(self, app: Sobranie, desk: Desk) -> None:
        """Drop at once what was left of meetings that ended while nobody looked."""
        self._app = app
        self._desk = desk
        # The position first: a meeting closed in between is then met twice rather than never.
        self._seen = app.recorder.max_notification_id()
        for meeting in desk.meetings_with_drafts():
            if not isinstance(app.load(meeting).state, Called | VotingOpen):
                desk.drop_drafts(meeting)

    def look(self) -> None:
        """See what other processes changed, and drop the drafts of meetings closed since."""
        self._desk.notice_link_changes()
        latest = self._app.recorder.max_notification_id()
        if latest is None or latest == self._seen:
            return
        found = self._app.recorder.select_notifications(
            self._seen, CHUNK, latest, topics=[VotingClosed.TYPE], inclusive_of_start=False
        )
        for notification in found:
            closed = from_record(notification.state)
            self._desk.drop_drafts(MeetingId(closed.originator_id))
        self._seen = found[-1].id if len(found) == CHUNK else latest
