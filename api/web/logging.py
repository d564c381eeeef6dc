"""Keeps the tokens of personal links out of logs: `/b/<token>` is written as `/b/***`.

Tickets (`/in/`) and printed codes (`/code/`) open a ballot too and are masked the same way.
"""

from __future__ import annotations

import logging
import re
from typing import Any

from typing_extensions import override

_TOKEN = re.compile(r"(/(?:b|in|code)/|%2[Ff](?:b|in|code)%2[Ff])[^/?\s\"'#%]+")
ACCESS_LOGGERS = ("uvicorn.access", "uvicorn.error")


def masked(text: str) -> str:
    """Replace the token of a personal link wherever it stands in a text."""
    return _TOKEN.sub(r"\1***", text)


class MaskTokens(logging.Filter):
    """A filter for handlers and loggers; the message and its arguments are both masked."""

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        """Mask the record in place and let it pass."""
        if isinstance(record.msg, str):
            record.msg = masked(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(_masked(value) for value in record.args)
        elif isinstance(record.args, dict):
            record.args = {name: _masked(value) for name, value in record.args.items()}
        return True


def _masked(value: Any) -> Any:
    return masked(value) if isinstance(value, str) else value


def mask_access_logs() -> None:
    """Put the filter on the server's loggers; called once at start-up, repeats change nothing."""
    for name in ACCESS_LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(known, MaskTokens) for known in logger.filters):
            logger.addFilter(MaskTokens())
