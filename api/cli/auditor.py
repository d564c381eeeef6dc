"""`sobranie-audit`: check a meeting from one file, offline, trusting nobody.

    verify FILE          all six steps, all findings
    recount FILE         count with own rejections and own rules
    receipt FILE         is the vote of this receipt in the log?
    diff OLD NEW         is the older log a beginning of the newer?
    show FILE            what happened, in Russian
    replay FILE --at …   how the meeting stood at an entry or a moment

Exit status: 0 sound, 1 findings, 2 unusable input. Results go to stdout, talk to stderr.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import traceback
from collections.abc import Sequence

from api.cli import audit_commands as commands
from api.cli.audit_input import UnusableInputError
from api.cli.parsing import UNUSABLE, Parser

INTERRUPTED = 130
POLICY = "политика: ключи свидетелей и сколько из них нужно (C2SP tlog-policy)"


def parser() -> argparse.ArgumentParser:
    """Build the command line."""
    top = Parser(prog="sobranie-audit", description="Проверка собрания из одного файла, без сети.")
    verbs = top.add_subparsers(
        dest="command", required=True, metavar="КОМАНДА", parser_class=Parser
    )
    common = Parser(add_help=False)
    common.add_argument("--json", action="store_true", help="ответ для программ")
    common.add_argument("--verbose", action="store_true", help="все подробности")
    common.add_argument(
        "--key", metavar="КЛЮЧ", help="ключ журнала, известный вам из другого места"
    )
    of_bundle = Parser(add_help=False, parents=[common])
    of_bundle.add_argument("file", metavar="ФАЙЛ", help="пакет собрания (.oss)")

    verify = verbs.add_parser("verify", parents=[of_bundle], help="проверить всё")
    verify.add_argument(
        "--witness", metavar="КЛЮЧ", action="append", default=[], help="ключ свидетеля"
    )
    verify.add_argument("--witnesses", metavar="ФАЙЛ", help=POLICY)
    verify.set_defaults(handler=commands.verify)

    recount = verbs.add_parser("recount", parents=[of_bundle], help="посчитать по-своему")
    recount.add_argument(
        "--strike", metavar="РЕШЕНИЕ=ПРИЧИНА", action="append", default=[],
        help="исключить решение: его номер записи из show или идентификатор",
    )  # fmt: skip
    recount.add_argument("--law", metavar="ПАПКА", help="свой пакет норм")
    recount.add_argument("--on", metavar="ДАТА", help="редакция закона на дату, ГГГГ-ММ-ДД")
    recount.add_argument(
        "--as-commission", action="store_true", help="исключить и то, что исключила комиссия"
    )
    recount.set_defaults(handler=commands.recount)

    receipt = verbs.add_parser("receipt", parents=[common], help="проверить квитанцию")
    receipt.add_argument("file", metavar="ФАЙЛ", help="квитанция (.tlog-proof)")
    receipt.add_argument("--bundle", metavar="ПАКЕТ", help="пакет собрания, чтобы сравнить")
    receipt.add_argument("--log", metavar="АДРЕС", help="адрес журнала, чтобы сравнить")
    receipt.add_argument("--witnesses", metavar="ФАЙЛ", help=POLICY)
    receipt.set_defaults(handler=commands.receipt)

    diff = verbs.add_parser("diff", parents=[common], help="не переписан ли журнал")
    diff.add_argument("old", metavar="СТАРЫЙ", help="более ранний пакет")
    diff.add_argument("new", metavar="НОВЫЙ", help="более поздний пакет")
    diff.set_defaults(handler=commands.diff)

    show = verbs.add_parser("show", parents=[of_bundle], help="что происходило")
    show.set_defaults(handler=commands.show)

    replay = verbs.add_parser("replay", parents=[of_bundle], help="как обстояло дело")
    replay.add_argument(
        "--at", metavar="МЕСТО", required=True,
        help="номер записи или время с поясом: 2026-03-16T12:00+03:00",
    )  # fmt: skip
    replay.set_defaults(handler=commands.replay)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; gives the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal without Cyrillic shows escapes rather than break off in the middle.
            stream.reconfigure(errors="backslashreplace")
    asked = parser().parse_args(arguments)
    try:
        status: int = asked.handler(asked)
        sys.stdout.flush()
    except UnusableInputError as fault:
        if asked.verbose:
            traceback.print_exc()
        sys.stderr.write(f"{fault}\n")
        return UNUSABLE
    except BrokenPipeError:
        # Whoever reads has enough; Python would complain once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        sys.stderr.write("Прервано.\n")
        return INTERRUPTED
    return status


if __name__ == "__main__":
    raise SystemExit(main())
