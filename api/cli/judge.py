"""Commands of the judge: `check-protocol` now, `conformance`, `plan` and `lint` beside it.

Exit status: 0 agrees, 1 findings, 2 unusable input.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from domain.law.errors import NotInForce
from domain.law.questions import load_questions
from domain.law.reference import load_pack
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


def check_protocol(arguments: argparse.Namespace) -> int:
    """Judge one file of figures and print the judgement."""
    try:
        data = _read(arguments.file)
        judgement = judge(from_bytes(data), load_pack(), load_questions())
    except OSError as error:
        return _unusable(f"Файл «{arguments.file}» не читается: {error.strerror}.")
    except UnusableFigures as error:
        return _unusable(str(error))
    except NotInForce as error:
        return _unusable(f"Поле «date»: {error.on:%d.%m.%Y} раньше Жилищного кодекса (01.03.2005).")
    if arguments.json:
        sys.stdout.write(json.dumps(to_json(judgement), ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.write(to_text(judgement))
    return FINDINGS if judgement.has_findings else AGREES


def _read(file: str) -> bytes:
    return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()


def _unusable(why: str) -> int:
    sys.stderr.write(why + "\n")
    return UNUSABLE
