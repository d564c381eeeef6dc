"""`sobranie check`: prints what `api.live_check` finds; 0 sound, 1 findings, 2 unusable."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from api.audit.report import to_data, to_lines
from api.live_check import NoSigner, check_installation
from api.wiring import opened_log

if TYPE_CHECKING:
    from uuid import UUID

    from api.audit.report import Report
    from api.settings import Settings

SOUND, FINDINGS = 0, 1
SHOWN = 20


def check(settings: Settings, house: UUID | None, *, as_json: bool) -> int:
    """Check one house or all; one line a step, findings below it."""
    status = SOUND
    with opened_log(settings, NoSigner()) as (app, logs):
        reports = []
        for report in check_installation(app, logs):
            if house is not None and report.about["house"] != str(house):
                continue
            reports.append(report)
            status = status if report.is_sound else FINDINGS
            if not as_json:
                _print(report)
    if as_json:
        data = [to_data(report) for report in reports]
        sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=1) + "\n")
    elif not reports:
        sys.stdout.write("Журналов нет: проверять нечего.\n")
    return status


def _print(report: Report) -> None:
    sys.stdout.write(f"Дом {report.about['house']}, записей {report.about['size']}\n")
    sys.stdout.write("".join(f"{line}\n" for line in to_lines(report, SHOWN)))
