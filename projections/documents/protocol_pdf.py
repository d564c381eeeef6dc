"""The protocol of a meeting as PDF/A-2b (протокол общего собрания, приказ Минстроя 266/пр)."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from projections.documents.content import protocol_content
from projections.documents.typesetting import typeset

if TYPE_CHECKING:
    from projections.protocol import MeetingProtocol


def protocol_pdf(protocol: MeetingProtocol) -> bytes:
    """Typeset the protocol; figures that contradict each other are refused, bytes never change."""
    content = asdict(protocol_content(protocol))
    return typeset("protocol.typ", content, dated=protocol.drawn_up_on, tagged=True)
