"""The operator's command: prepare an installation, serve it, run the demo, ask the judge."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from api.cli import judge, keys
from api.cli.parsing import UNUSABLE, Parser

if TYPE_CHECKING:
    from collections.abc import Sequence

STORES = ("sqlite", "postgres")
BASES = ("regional_system", "written_decisions", "charter")


def parser() -> argparse.ArgumentParser:
    """Describe every command."""
    root: argparse.ArgumentParser = Parser(
        prog="sobranie", description="Общие собрания собственников: сервер, показ, проверка норм."
    )
    commands = root.add_subparsers(dest="command", required=True, metavar="КОМАНДА")
    demo = commands.add_parser("demo", help="провести собрание целиком на этой машине")
    _add_demo_options(demo)
    demo.set_defaults(handler=_demo)
    serve = commands.add_parser("serve", help="запустить сервер")
    serve.add_argument("--demo", action="store_true", help="с собранием на середине голосования")
    serve.add_argument("--host", default="127.0.0.1", help="адрес (по умолчанию 127.0.0.1)")
    serve.add_argument("--port", type=int, default=8080, help="порт (по умолчанию 8080)")
    _add_demo_options(serve)
    serve.set_defaults(handler=_serve)
    prepare = commands.add_parser("prepare", help="создать ключи и таблицы установки")
    prepare.set_defaults(handler=_prepare)
    officer = commands.add_parser("officer", help="выдать токен должностному лицу")
    officer.add_argument("name", metavar="ИМЯ", help="кому: «секретарь», «комиссия»")
    officer.set_defaults(handler=_officer)
    rebuild = commands.add_parser("rebuild", help="построить таблицы чтения заново из журнала")
    rebuild.set_defaults(handler=_rebuild)
    judge.add_commands(commands)
    keys.add_commands(commands)
    return root


def _add_demo_options(command: argparse.ArgumentParser) -> None:
    store, basis = os.environ.get("STORE") or STORES[0], os.environ.get("BASIS") or BASES[0]
    command.add_argument("--store", choices=STORES, default=store, help="хранилище показа")
    command.add_argument("--basis", choices=BASES, default=basis, help="основание голосования")


def _unfit(arguments: argparse.Namespace) -> int:
    """Say what is wrong with the variables of the demo; 0 when nothing is."""
    asked = (("STORE", arguments.store, STORES), ("BASIS", arguments.basis, BASES))
    for name, value, fit in asked:
        # `choices` holds for what is typed after the command, not for a default.
        if value not in fit:
            words = f"Показ не запущен. {name}: «{value}» не подходит; есть {', '.join(fit)}.\n"
            sys.stderr.write(words)
            return UNUSABLE
    return 0


def _demo(arguments: argparse.Namespace) -> int:
    if unfit := _unfit(arguments):
        return unfit
    from api.demo.main import run_demo  # noqa: PLC0415 - the judge needs no server

    return run_demo(arguments.store, arguments.basis)


def _serve(arguments: argparse.Namespace) -> int:
    if arguments.demo:
        if unfit := _unfit(arguments):
            return unfit
        from api.demo.main import serve_demo  # noqa: PLC0415

        listen = (arguments.host, arguments.port)
        return serve_demo(arguments.store, arguments.basis, listen)
    from api.serve import serve  # noqa: PLC0415

    return serve(arguments.host, arguments.port)


def _prepare(_arguments: argparse.Namespace) -> int:
    from api.serve import prepare_installation  # noqa: PLC0415

    return prepare_installation()


def _officer(arguments: argparse.Namespace) -> int:
    from api.serve import add_officer  # noqa: PLC0415

    return add_officer(arguments.name)


def _rebuild(_arguments: argparse.Namespace) -> int:
    from api.serve import rebuild  # noqa: PLC0415

    return rebuild()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; gives its exit status."""
    given = parser().parse_args(arguments)
    handler = given.handler
    status: int = handler(given)
    return status


if __name__ == "__main__":
    sys.exit(main())
