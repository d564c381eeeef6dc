"""Commands of the judge: `check-protocol` and `conformance`, with `plan` and `lint` beside them.

Exit status: 0 agrees, 1 findings, 2 unusable input.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from api.cli import planning
from api.wording.files import why_unreadable
from domain.law.errors import NotInForce
from domain.law.questions import load_questions
from domain.law.reference import load_pack
from projections.conformance import Difference, UnusableCase, read_case, run_case
from projections.figures import UnusableFigures, from_bytes
from projections.judgement import judge
from projections.judgement_form import to_json, to_text

if TYPE_CHECKING:
    import argparse

AGREES, FINDINGS, UNUSABLE = 0, 1, 2


def add_commands(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser],
) -> None:
    """Mount the commands; each sets `handler`, a function from the arguments to an exit status."""
    check = subparsers.add_parser(
        "check-protocol", help="проверить чужой протокол по цифрам (sobranie-figures/1)"
    )
    check.add_argument("file", metavar="FILE", help="файл с цифрами протокола; «-» — ввод")
    check.add_argument("--json", action="store_true", help="ответ в форме sobranie-judgement/1")
    check.set_defaults(handler=check_protocol)
    conform = subparsers.add_parser(
        "conformance", help="прогнать случаи соответствия (sobranie-conformance/1)"
    )
    conform.add_argument("directory", metavar="DIR", help="папка со случаями *.json")
    conform.add_argument("--json", action="store_true", help="ответ в JSON")
    conform.set_defaults(handler=conformance)
    planning.add_commands(subparsers)


def check_protocol(arguments: argparse.Namespace) -> int:
    """Judge one file of figures and print the judgement."""
    try:
        judgement = judge(from_bytes(_read(arguments.file)), load_pack(), load_questions())
    except OSError as error:
        return _unusable(f"Файл «{arguments.file}» не читается: {why_unreadable(error)}.")
    except UnusableFigures as error:
        return _unusable(str(error))
    except NotInForce as error:
        return _unusable(f"Поле «date»: {error.on:%d.%m.%Y} раньше Жилищного кодекса (01.03.2005).")
    if arguments.json:
        sys.stdout.write(json.dumps(to_json(judgement), ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.write(to_text(judgement))
    return FINDINGS if judgement.has_findings else AGREES


def conformance(arguments: argparse.Namespace) -> int:
    """Run every case of a directory and print what came out otherwise."""
    files = sorted(Path(arguments.directory).glob("*.json"))
    if not files:
        return _unusable(f"В папке «{arguments.directory}» нет случаев (*.json).")
    differences: list[Difference] = []
    try:
        for file in files:
            differences += run_case(read_case(file.read_bytes()), load_pack())
    except OSError as error:
        return _unusable(f"Файл «{file.name}» не читается: {why_unreadable(error)}.")
    except UnusableCase as error:
        return _unusable(f"Файл «{file.name}»: {error}.")
    failed = {one.case for one in differences}
    if arguments.json:
        rows = [
            {"case": d.case, "what": d.what, "expected": d.expected, "got": d.got}
            for d in differences
        ]
        summary = {"cases": len(files), "failed": len(failed), "differences": rows}
        sys.stdout.write(json.dumps(summary, ensure_ascii=False, indent=1) + "\n")
    else:
        for d in differences:
            sys.stdout.write(f"{d.case}: {d.what}: ожидалось {d.expected}, получено {d.got}\n")
        sys.stdout.write(f"Случаев: {len(files)}, расходятся: {len(failed)}.\n")
    return FINDINGS if failed else AGREES


def _read(file: str) -> bytes:
    return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()


def _unusable(why: str) -> int:
    sys.stderr.write(why + "\n")
    return UNUSABLE
