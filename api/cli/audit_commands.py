"""The auditor's commands: from arguments to printed answer and exit status."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from api.audit import own_count
from api.audit.checking import Audited, zone_of
from api.audit.own_count import CannotRecountError, Wanted, count_again, read_law
from api.audit.receipts import Against, check_receipt
from api.audit.remote import LogUnreachableError, RemoteLog
from api.audit.report import Report, to_data, to_lines
from api.audit.rewriting import compare
from api.cli import audit_input as given
from api.cli.audit_input import UnusableInputError
from domain.events import BallotReceived
from domain.facts import BallotId, HouseId, MeetingId
from domain.law.reference import load_pack
from domain.votes import percent, russian
from projections.replay import Replay
from projections.shelf import Shelf
from projections.standing import Standing, standing
from projections.timeline import MARKS, Line, shown_at, timeline

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from datetime import tzinfo

    from domain.events import Recorded
    from domain.facts import TitleId

SOUND, FINDINGS = 0, 1
SHOWN = 20
_STAGES = {
    "none": "собрание не созвано",
    "called": "собрание созвано, голосование не открыто",
    "open": "идёт голосование",
    "closed": "голосование завершено",
    "finished": "протокол составлен",
}


def verify(asked: argparse.Namespace) -> int:
    """Check a bundle: all steps, all findings."""
    witnesses = [key for text in asked.witness if (key := given.read_key(text)) is not None]
    policy = given.read_policy(asked.witnesses)
    audited = given.read_audited(asked.file, given.read_key(asked.key), witnesses, policy)
    return _print_report(asked, audited.report)


def receipt(asked: argparse.Namespace) -> int:
    """Check a receipt against a key, a bundle or the served log."""
    paper = given.read_receipt(asked.file)
    key = given.read_key(asked.key)
    bundle = given.read_audited(asked.bundle, key) if asked.bundle else None
    try:
        log = RemoteLog(asked.log) if asked.log else None
    except LogUnreachableError as fault:
        want = "нужен адрес вида https://…"
        raise UnusableInputError(f"Адрес «{asked.log}» не подходит: {want}.") from fault
    policy = given.read_policy(asked.witnesses)
    return _print_report(asked, check_receipt(paper, Against(key, bundle, log, policy)))


def diff(asked: argparse.Namespace) -> int:
    """Compare two bundles of one log."""
    key = given.read_key(asked.key)
    old, new = given.read_audited(asked.old, key), given.read_audited(asked.new, key)
    return _print_report(asked, compare(old, new))


def recount(asked: argparse.Namespace) -> int:
    """Count with own rejections and own rules."""
    audited = given.read_audited(asked.file, given.read_key(asked.key))
    try:
        law = read_law(Path(asked.law)) if asked.law else None
        strikes = _strikes(asked.strike, audited)
        wanted = Wanted(strikes, law, given.read_day(asked.on), asked.as_commission)
        own, recorded = count_again(audited, wanted)
    except CannotRecountError as fault:
        raise UnusableInputError(str(fault)) from fault
    if asked.json:
        _print_json(own_count.to_data(own, recorded) | {"sound": audited.report.is_sound})
    else:
        _print_lines(own_count.to_lines(own, recorded))
    return _status(audited)


def show(asked: argparse.Namespace) -> int:
    """Tell what happened, line by line."""
    audited = given.read_audited(asked.file, given.read_key(asked.key))
    zone = zone_of(audited.replay)
    lines = timeline(audited.recorded(), _numbers(audited.replay), zone, every=asked.verbose)
    if asked.json:
        _print_json({"format": "sobranie-timeline/1", "lines": [_line(line) for line in lines]})
    else:
        _print_lines([_told(line, zone) for line in lines])
    return _status(audited)


def replay(asked: argparse.Namespace) -> int:
    """Tell how the meeting stood at an entry or a moment."""
    audited = given.read_audited(asked.file, given.read_key(asked.key))
    place = given.read_place(asked.at)
    manifest = audited.bundle.manifest

    def is_past(index: int, recorded: Recorded) -> bool:
        return index > place if isinstance(place, int) else recorded.at > place

    shelf = Shelf(audited.opened.entries.__getitem__, MeetingId(manifest.meeting))
    until = Replay(HouseId(manifest.house), [load_pack(), audited.law], shelf)
    until.run(audited.opened.entries.items(), is_past)
    stood = standing(until.state, MeetingId(manifest.meeting))
    last = until.last[0] if until.last is not None else None
    if asked.json:
        _print_json(_standing(stood, last))
    else:
        zone = zone_of(audited.replay)
        at = f" ({shown_at(until.last[1].at, zone)})" if until.last is not None else ""
        _print_lines([f"После записи № {'—' if last is None else last}{at}:", *_stood(stood)])
    return _status(audited)


# --- helpers -------------------------------------------------------------------------------------


def _print_report(asked: argparse.Namespace, report: Report) -> int:
    if asked.json:
        _print_json(to_data(report))
    else:
        _print_lines(to_lines(report, None if asked.verbose else SHOWN))
    return SOUND if report.is_sound else FINDINGS


def _print_json(data: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=1) + "\n")


def _print_lines(lines: Sequence[str]) -> None:
    sys.stdout.write("".join(f"{_printable(line)}\n" for line in lines))


def _printable(line: str) -> str:
    """Keep what came out of a forged bundle from steering the terminal."""
    return "".join(
        sign if sign.isprintable() or sign == "\N{NO-BREAK SPACE}" else "�" for sign in line
    )


def _status(audited: Audited) -> int:
    if audited.report.is_sound:
        return SOUND
    errors = audited.report.count("error")
    sys.stderr.write(f"Пакет не прошёл проверку, ошибок: {errors}. Подробно: verify.\n")
    return FINDINGS


def _strikes(texts: Sequence[str], audited: Audited) -> dict[BallotId, str]:
    found = {}
    for text in texts:
        which, equals, reason = text.partition("=")
        if not equals or not reason.strip():
            want = "нужно РЕШЕНИЕ=ПРИЧИНА, например 31=подпись не собственника"
            raise UnusableInputError(f"Исключение «{text}» не читается: {want}.")
        found[_ballot(which.strip(), audited)] = reason.strip()
    return found


def _ballot(which: str, audited: Audited) -> BallotId:
    if which.isascii() and which.isdigit() and len(which) < 16:
        recorded = audited.recorded_at(int(which))
        if recorded is not None and isinstance(recorded.fact, BallotReceived):
            return BallotId(recorded.originator_id)
        raise UnusableInputError(f"Запись № {which} — не решение собственника.")
    try:
        return BallotId(UUID(which))
    except ValueError as fault:
        want = "нужен номер записи из show или идентификатор решения"
        raise UnusableInputError(f"Решение «{which}» не найдено: {want}.") from fault


def _numbers(replay: Replay) -> dict[TitleId, str]:
    return {
        title.id: premises.number
        for premises in replay.state.premises.values()
        for title in premises.titles
    }


def _told(line: Line, zone: tzinfo) -> str:
    where = str(line.first) if line.first == line.last else f"{line.first}–{line.last}"
    return f"№ {where} · {shown_at(line.at, zone)} · {line.text}"


def _line(line: Line) -> dict[str, Any]:
    return {
        "first": line.first,
        "last": line.last,
        "at": line.at.isoformat(),
        "text": line.text,
    }


def _stood(stood: Standing) -> list[str]:
    share = percent(stood.votes, stood.all_votes)
    lines = [f"  {_STAGES[stood.stage]}"]
    if not stood.titles:
        return lines
    lines.append(
        f"  решений {stood.ballots} из {stood.titles}, голосов {russian(stood.votes)} из "
        f"{russian(stood.all_votes)} ({share} %); возражений без ответа {stood.contested}, "
        f"исключено {stood.struck}, подготовлено и не подписано {stood.prepared}"
    )
    for number, marks in enumerate(stood.questions, 1):
        shown = ", ".join(f"{MARKS[m]} {russian(v)}" for m, v in sorted(marks.items()))
        lines.append(f"  вопрос {number}: {shown or 'ответов нет'}")
    return lines


def _standing(stood: Standing, last: int | None) -> dict[str, Any]:
    return {
        "format": "sobranie-standing/1",
        "entry": last,
        "stage": stood.stage,
        "titles": stood.titles,
        "all_votes": str(stood.all_votes),
        "ballots": stood.ballots,
        "votes": str(stood.votes),
        "prepared": stood.prepared,
        "contested": stood.contested,
        "struck": stood.struck,
        "questions": [
            {mark.value: str(votes) for mark, votes in sorted(marks.items())}
            for marks in stood.questions
        ],
    }
