"""Commands before a meeting: `plan` (all dates with their norms, .ics) and `lint` (the agenda).

Exit status: 0 possible or clean, 1 impossible or findings, 2 unusable input.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from api.wording.files import why_unreadable, why_unwritable
from domain.agenda_lint import DraftItem, lint
from domain.law.errors import NotInForce
from domain.law.questions import load_questions
from domain.law.reference import load_pack
from domain.law.workdays import load_calendar
from domain.planner import FORMS, Impossible, Plan, Wish, plan
from projections.calendar_ics import to_ics

if TYPE_CHECKING:
    import argparse

GOOD, FINDINGS, UNUSABLE = 0, 1, 2
AGENDA_FORMAT = "sobranie-agenda/1"
KINDS = {"last": "не позднее", "first": "не раньше", "advice": "советуем", "event": ""}


def add_commands(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser],
) -> None:
    """Mount `plan` and `lint`."""
    planner = subparsers.add_parser("plan", help="сроки собрания: вперёд и назад, с нормами")
    planner.add_argument("--form", required=True, choices=FORMS, help="форма собрания")
    planner.add_argument("--starts", required=True, metavar="TIME", help="2027-03-12T19:00")
    planner.add_argument("--ends", metavar="TIME", help="окончание; для очного не нужно")
    planner.add_argument("--zone", default="Europe/Moscow", help="часовой пояс дома")
    planner.add_argument(
        "--today", metavar="DATE", help="от какого дня считать; по умолчанию сегодня"
    )
    planner.add_argument("--failed-meeting", metavar="DATE", help="день очного без кворума")
    planner.add_argument("--request-received", metavar="DATE", help="день обращения собственников")
    planner.add_argument("--decision", action="append", default=[], help="вид решения; можно много")
    planner.add_argument("--ics", metavar="FILE", help="записать календарь (.ics)")
    planner.add_argument("--json", action="store_true", help="ответ в JSON")
    planner.set_defaults(handler=plan_meeting)
    linter = subparsers.add_parser("lint", help="проверить повестку (sobranie-agenda/1)")
    linter.add_argument("file", metavar="FILE", help="файл с повесткой; «-» — ввод")
    linter.add_argument("--json", action="store_true", help="ответ в JSON")
    linter.set_defaults(handler=lint_agenda)


def plan_meeting(arguments: argparse.Namespace) -> int:
    """Plan a meeting and print its dates, or say why it cannot be."""
    try:
        zone = ZoneInfo(arguments.zone)
        wish = _wish(arguments, zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        return _unusable(f"Время или часовой пояс не читаются: {error}.")
    answer = plan(load_pack(), load_calendar(), wish)
    if isinstance(answer, Impossible):
        return _refuse(answer, as_json=arguments.json)
    if arguments.ics:
        made_at = datetime.combine(wish.today, datetime.min.time(), UTC)
        try:
            Path(arguments.ics).write_bytes(to_ics(answer, "sobranie", made_at))
        except OSError as error:
            return _unusable(f"Календарь «{arguments.ics}» не записан: {why_unwritable(error)}.")
    _print_plan(answer, as_json=arguments.json)
    return GOOD


def _wish(arguments: argparse.Namespace, zone: ZoneInfo) -> Wish:
    starts = datetime.fromisoformat(arguments.starts).replace(tzinfo=zone)
    ends = arguments.ends or arguments.starts
    return Wish(
        form=arguments.form,
        starts=starts,
        ends=datetime.fromisoformat(ends).replace(tzinfo=zone),
        today=_date(arguments.today) or datetime.now(zone).date(),
        failed_meeting=_date(arguments.failed_meeting),
        decisions=tuple(arguments.decision),
        request_received=_date(arguments.request_received),
    )


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _refuse(answer: Impossible, *, as_json: bool) -> int:
    nearest = answer.nearest
    if as_json:
        form = {
            "possible": False,
            "code": answer.code,
            "why": answer.why,
            "norm": answer.norm,
            "nearest": nearest.isoformat() if nearest else None,
        }
        sys.stdout.write(json.dumps(form, ensure_ascii=False, indent=1) + "\n")
    else:
        norm = f" ({answer.norm})" if answer.norm else ""
        when = f" Ближайший возможный день: {nearest:%d.%m.%Y}." if nearest else ""
        sys.stdout.write(f"Так нельзя: {answer.why}{norm}.{when}\n")
    return FINDINGS


def _print_plan(answer: Plan, *, as_json: bool) -> None:
    if as_json:
        steps = [
            {
                "id": step.id,
                "title": step.title,
                "day": step.day.isoformat(),
                "moment": step.moment.isoformat() if step.moment else None,
                "kind": step.kind,
                "norm": step.norm,
            }
            for step in answer.steps
        ]
        form = {"possible": True, "form": answer.form, "steps": steps, "doubts": answer.doubts}
        sys.stdout.write(json.dumps(form, ensure_ascii=False, indent=1) + "\n")
        return
    for step in answer.steps:
        at = f" {step.moment:%H:%M}" if step.moment else ""
        norm = f" ({step.norm})" if step.norm else ""
        kind = f"{KINDS[step.kind]}: " if KINDS[step.kind] else ""
        sys.stdout.write(f"{step.day:%d.%m.%Y}{at}  {kind}{step.title}{norm}\n")
    for doubt in answer.doubts:
        sys.stdout.write(f"Учтите: {doubt}.\n")


def lint_agenda(arguments: argparse.Namespace) -> int:
    """Look through an agenda and print findings with norm and remedy."""
    try:
        raw = sys.stdin.buffer.read() if arguments.file == "-" else _bytes(arguments.file)
        on, items = _agenda(json.loads(raw.decode("utf-8-sig")))
        findings = lint(load_pack(), load_questions(), items, on)
    except OSError as error:
        return _unusable(f"Файл «{arguments.file}» не читается: {why_unreadable(error)}.")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        return _unusable(f"Повестка не читается: {error}.")
    except NotInForce as error:
        return _unusable(f"Поле «date»: {error.on:%d.%m.%Y} раньше Жилищного кодекса.")
    if arguments.json:
        rows = [
            {
                "item": one.item,
                "code": one.code,
                "text": one.text,
                "norm": one.norm,
                "remedy": one.remedy,
                "words": list(one.words),
            }
            for one in findings
        ]
        sys.stdout.write(json.dumps({"findings": rows}, ensure_ascii=False, indent=1) + "\n")
    else:
        for one in findings:
            norm = f" ({one.norm})" if one.norm else ""
            sys.stdout.write(f"{one.item}. {one.text}{norm}\n   {one.remedy}\n")
        sys.stdout.write("Замечаний нет.\n" if not findings else f"Замечаний: {len(findings)}.\n")
    return FINDINGS if findings else GOOD


def _bytes(file: str) -> bytes:
    return Path(file).read_bytes()


def _agenda(value: Any) -> tuple[date, tuple[DraftItem, ...]]:
    """Read `{"format", "date", "items": [{"number", "text", "decision"}]}`."""
    if not isinstance(value, dict) or value.get("format") != AGENDA_FORMAT:
        raise ValueError(f"ожидается format «{AGENDA_FORMAT}»")
    items = value["items"]
    if not isinstance(items, list) or not items:
        raise ValueError("items: нужен хотя бы один вопрос")
    drafts = []
    for one in items:
        fields = [one["number"], one["text"], one["decision"]]
        if not all(isinstance(field, str) for field in fields):
            raise ValueError("items: number, text и decision — тексты")
        drafts.append(DraftItem(*fields))
    return date.fromisoformat(value["date"]), tuple(drafts)


def _unusable(why: str) -> int:
    sys.stderr.write(why + "\n")
    return UNUSABLE
